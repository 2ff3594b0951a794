"""The kinds of report, the days that each covers, and how one is numbered.

The six kinds are those of Permendagri 2/2018 art. 13 (Puskomin); B04, B08 and B12 are the terms in which
the Timdu PKS reports (DOMAIN 1.1).
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ReportKind(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    INFORMATION = "information"
    ATTENTION = "attention"
    SPECIAL = "special"
    B04 = "b04"  # January to April
    B08 = "b08"  # May to August
    B12 = "b12"  # September to December


class Grade(StrEnum):
    """Who may read it, as Indonesian offices mark their letters."""

    ORDINARY = "ordinary"
    RESTRICTED = "restricted"


class Field(StrEnum):
    """The field of life that a report is about: one a report (DOMAIN 1.3)."""

    IDEOLOGY = "ideology"
    POLITICS = "politics"
    ECONOMY = "economy"
    SOCIETY = "society"
    ORDER = "order"


CODES: Mapping[ReportKind, str] = {
    ReportKind.DAILY: "HARIAN",
    ReportKind.WEEKLY: "MINGGUAN",
    ReportKind.MONTHLY: "BULANAN",
    ReportKind.INFORMATION: "INFORMASI",
    ReportKind.ATTENTION: "ATENSI",
    ReportKind.SPECIAL: "KHUSUS",
    ReportKind.B04: "B04",
    ReportKind.B08: "B08",
    ReportKind.B12: "B12",
}
"""What stands in a report's head and number: the office's own words, in every language of the pages."""
TERMS: Mapping[ReportKind, tuple[int, int]] = {
    ReportKind.B04: (1, 4),
    ReportKind.B08: (5, 8),
    ReportKind.B12: (9, 12),
}
LOOKED_BACK = timedelta(days=6)
"""Before its day, in the period of a report on one matter: a week in all."""

_NUMBER = re.compile(r"([0-9]{3}|[1-9][0-9]{3,5})/([A-Z0-9]+)/([0-9]{4})")


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a report covers, in the region's zone; both are in it."""

    since: date
    until: date


def period_of(kind: ReportKind, day: date) -> Period:
    """Return the period of this kind in which `day` lies; of a report on one matter, the week up to it.

    Weeks begin on Monday. A term (B04, B08, B12) is that of the day's year, wherever in it the day lies.
    """
    match kind:
        case ReportKind.DAILY:
            return Period(day, day)
        case ReportKind.WEEKLY:
            monday = day - timedelta(days=day.weekday())
            return Period(monday, monday + timedelta(days=6))
        case ReportKind.MONTHLY:
            return _months(day.year, day.month, day.month)
        case ReportKind.B04 | ReportKind.B08 | ReportKind.B12:
            return _months(day.year, *TERMS[kind])
        case _:
            return Period(day - LOOKED_BACK, day)


def _months(year: int, first: int, last: int) -> Period:
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def number_text(kind: ReportKind, year: int, sequence: int) -> str:
    """Return the number of a signed report, such as 014/ATENSI/2026."""
    return f"{sequence:03}/{CODES[kind]}/{year:04}"


def read_number(said: str) -> tuple[ReportKind, int, int] | None:
    """Return kind, year and sequence of a number, or None where it is none."""
    found = _NUMBER.fullmatch(said.strip().upper())
    kind = next((kind for kind, code in CODES.items() if found and code == found[2]), None)
    return (kind, int(found[3]), int(found[1])) if found and kind and int(found[1]) else None
