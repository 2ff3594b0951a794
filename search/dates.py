"""Days as people type them in a query: `sejak:2025-08-01`, `tanggal:8/2025`, `sampai:27/8/2025`.

Owns: the forms that are read, day before month as everywhere in Indonesia, and the span of days
that each stands for. Leaves the zone to whoever makes moments of them.
"""

import re
from datetime import date, timedelta

_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})[/.-](?P<year>\d{4})",
        r"(?P<year>\d{4})",
    )
)
_YEARS = range(1970, 9_000)  # as what an index keeps in microseconds since 1970, with room at the end


def read_days(typed: str) -> tuple[date, date] | None:
    """Return the first day that `typed` stands for and the day after its last; None for no date."""
    for form in _FORMS:
        if found := form.fullmatch(typed.strip()):
            parts = {name: int(number) for name, number in found.groupdict().items()}
            if parts["year"] not in _YEARS:
                return None
            return _span(parts["year"], parts.get("month"), parts.get("day"))
    return None


def _span(year: int, month: int | None, day: int | None) -> tuple[date, date] | None:
    try:
        if month is None:
            return date(year, 1, 1), date(year + 1, 1, 1)
        if day is None:
            first = date(year, month, 1)
            return first, (first + timedelta(days=31)).replace(day=1)
        return date(year, month, day), date(year, month, day) + timedelta(days=1)
    except ValueError:
        return None
