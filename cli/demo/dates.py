"""Dates of the demo: always counted from its start, so that the city is always fresh.

Owns: when each page appeared, the dates its text names, dates as Indonesians write them.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cli.demo.pages import Page

ZONE = ZoneInfo("Asia/Jakarta")
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
_WEDNESDAY = 2
_DAYS_BEFORE_VOTING = 6  # at least
_TOKEN = re.compile(r"\{(tanggal(?P<days>[+-]\d+)?|pencoblosan)\}")


@dataclass(frozen=True, slots=True)
class Story:
    """A page with its dates: as the city shows it. Times are in the city's zone."""

    page: Page
    published: datetime
    modified: datetime
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def date_page(page: Page, now: datetime) -> Story:
    """Return the page as it stands at `now`, an aware time."""
    start = now.astimezone(ZONE).replace(second=0, microsecond=0)
    published = start - timedelta(hours=page.hours_ago)
    revised = page.hours_ago if page.revised_hours_ago is None else page.revised_hours_ago
    voting = _day(voting_day(start.date()))

    def fill(match: re.Match[str]) -> str:
        if match[1] == "pencoblosan":
            return voting
        return _day(published.date() + timedelta(days=int(match["days"] or 0)))

    paragraphs = tuple(_TOKEN.sub(fill, p) for p in page.paragraphs)
    return Story(page, published, start - timedelta(hours=revised), paragraphs)


def voting_day(today: date) -> date:
    """Return the first Wednesday that is at least six days away: the city never votes before it."""
    earliest = today + timedelta(days=_DAYS_BEFORE_VOTING)
    return earliest + timedelta(days=(_WEDNESDAY - earliest.weekday()) % 7)


def _day(day: date) -> str:
    return f"{_DAYS[day.weekday()]} ({day.day}/{day.month}/{day.year})"


def long_date(moment: datetime) -> str:
    """Return such as "Rabu, 4 Desember 2030 10:15 WIB"."""
    day = f"{_DAYS[moment.weekday()]}, {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return f"{day} {moment:%H:%M} WIB"
