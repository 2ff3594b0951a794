"""Dates as Indonesian pages write them, and as machines do.

Day first, Indonesian month names, times with a dot or a colon, WIB/WITA/WIT (DOMAIN 6.5).
A date without a zone is in the source's; one without a year, "Selasa (15/7)", is the last that
fell on its weekday. Leaves finding dates on a page to `page_date`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import dateparser

ZONES = {"wib": 7, "wita": 8, "wit": 9}  # hours east of UTC
_MONTHS = (
    ("januari", "jan", "january"),
    ("februari", "feb", "february", "pebruari"),
    ("maret", "mar", "march"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "jun", "june"),
    ("juli", "jul", "july"),
    ("agustus", "agu", "agt", "ags", "aug", "august"),
    ("september", "sep", "sept"),
    ("oktober", "okt", "oct", "october"),
    ("november", "nov", "nop", "nopember"),
    ("desember", "des", "dec", "december"),
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_TIME = (
    r"(?:[\s,|•·()-]*(?:(?:pukul|pkl|jam|at)\.?\s*)?(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)"
    r"(?:[:.](?P<second>[0-5]\d))?(?:\s*(?P<half>[ap]m)\b)?(?:\s*\(?(?P<zone>WIB|WITA|WIT)\b)?)?"
)
_DATE = re.compile(
    rf"(?<![\d/.-])(?:(?P<day>[0-3]?\d)\s*[-\s.]\s*(?P<name>{_NAMES})\b\.?,?\s*[-\s]\s*(?P<year>(?:19|20)\d\d)"
    r"|(?P<day2>[0-3]?\d)[/-](?P<month>[01]?\d)[/-](?P<year2>(?:19|20)\d\d)"
    rf"|(?P<name3>{_NAMES})\.?\s+(?P<day3>[0-3]?\d)(?:st|nd|rd|th)?,\s*(?P<year3>(?:19|20)\d\d)"
    rf"|(?P<year4>(?:19|20)\d\d)[/-](?P<month4>[01]?\d)[/-](?P<day4>[0-3]?\d))(?!\d){_TIME}",
    re.I,
)
_WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jum['’`]?at", "sabtu", "minggu|ahad")
_DAY = re.compile(
    rf"\b(?:{'|'.join(f'(?P<d{n}>{name})' for n, name in enumerate(_WEEKDAYS))})"
    r"(?:\s+(?:dini hari|pagi|siang|sore|petang|malam))?\s*,?\s*"
    r"(?:\(\s*(?P<day>[0-3]?\d)/(?P<month>[01]?\d)\s*\)"
    rf"|\(?(?P<day2>[0-3]?\d)\s+(?P<name>{_NAMES})\b(?!\.?,?\s*(?:19|20)\d\d))",
    re.I,
)
MAX_YEARS_BACK = 5  # a day and month fall on the same weekday again after 5, 6 or 11 years
_MAIL_ZONE = re.compile(r"\s(?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)\b")
_ISO = re.compile(r"^\s*\d{4}-\d\d-\d\d")
_RELATIVE = re.compile(r"\b(?:yang lalu|kemarin|lalu|ago|yesterday|tadi)\b", re.I)
_AGO = re.compile(
    r"(?:\b\d+\s*(?:detik|menit|jam|hari|minggu|bulan|tahun)\s+(?:yang\s+)?lalu\b"
    r"|\b\d+\s*(?:second|minute|min|hour|day|week|month|year)s?\s+ago\b)",
    re.I,
)
_NOW = re.compile(r"\W*(?:baru saja|hari ini|just now|today)\W*", re.I)
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # older than any Indonesian news site
FUTURE_GRACE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date found in a text: what the clock showed, its zone if told, whether a time was."""

    clock: datetime  # naive: as written
    zone: tzinfo | None
    has_time: bool

    def at(self, default: tzinfo) -> datetime:
        """Return the moment in UTC, reading a missing zone as `default`."""
        return self.clock.replace(tzinfo=self.zone or default).astimezone(UTC)


def written_dates(text: str) -> Iterator[WrittenDate]:
    """Yield the full dates of a text in order: "Senin (4/12/2023)", "5 November 2015 14:56 WIB"."""
    for match in _DATE.finditer(text):
        part = match.groupdict()
        month = (part["name"] or part["name3"] or "").lower()
        year = part["year"] or part["year2"] or part["year3"] or part["year4"]
        try:
            yield WrittenDate(
                clock=datetime(  # noqa: DTZ001 - the zone stands beside it
                    int(year),
                    MONTHS[month] if month else int(part["month"] or part["month4"]),
                    int(part["day"] or part["day2"] or part["day3"] or part["day4"]),
                    _hour(part["hour"], part["half"]),
                    int(part["minute"] or 0),
                    int(part["second"] or 0),
                ),
                zone=timezone(timedelta(hours=ZONES[part["zone"].lower()])) if part["zone"] else None,
                has_time=part["hour"] is not None,
            )
        except ValueError:
            continue  # 31 February, month 13: not a date


def day_without_year(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    """Return the midnight in `zone`, in UTC, that "Selasa (15/7)" or "Ahad, 13 Juli" means; None without one.

    It is the last such day that fell on that weekday, within five years: when none did, the page errs.
    """
    tomorrow = (now + FUTURE_GRACE).astimezone(zone)
    for match in _DAY.finditer(text):
        part = match.groupdict()
        weekday = next(n for n in range(7) if part[f"d{n}"])
        month = MONTHS[part["name"].lower()] if part["name"] else int(part["month"])
        for year in range(tomorrow.year, tomorrow.year - MAX_YEARS_BACK - 1, -1):
            try:
                day = datetime(year, month, int(part["day"] or part["day2"]), tzinfo=zone)
            except ValueError:
                continue  # 29 February, month 13
            if day <= tomorrow and day.weekday() == weekday:
                return day.astimezone(UTC)
    return None


def _hour(hour: str | None, half: str | None) -> int:
    number = int(hour or 0)
    if not half:
        return number
    return number % 12 + (12 if half.lower() == "pm" else 0)


def parse_date(
    text: str, zone: ZoneInfo, *, now: datetime | None = None, words: bool = True
) -> datetime | None:
    """Return the moment that a date in a feed, an attribute or a line of a page names, in UTC.

    Reads ISO 8601 (also "2015-11-05 T10:08:58Z"), RFC 2822, Indonesian dates, "Selasa (15/7)" and
    "2 jam yang lalu", both from `now`, the present by default; `words` says whether such words are
    looked for: each takes milliseconds. None when there is no date, or one before 1995 or after tomorrow.
    """
    text = " ".join(text.split())[:120]
    present = now or datetime.now(UTC)
    try:
        found = _iso(text, zone) if _ISO.match(text) else _other(text, zone, present, words)
    except OverflowError:  # the first or the last day of the calendar, in a zone that leaves it
        return None
    if found is None or not EARLIEST <= found <= present + FUTURE_GRACE:
        return None
    return found


def _iso(text: str, zone: ZoneInfo) -> datetime | None:
    compact = re.sub(r"\s*T\s*", "T", text.strip(), count=1)
    compact = re.sub(r"\s+(?=[+-]\d\d:?\d\d$|Z$)", "", compact)
    try:
        moment = datetime.fromisoformat(compact)
    except ValueError:
        match = re.match(r"\d{4}-\d\d-\d\d", compact)
        if match is None:
            return None
        try:
            moment = datetime.fromisoformat(match.group())
        except ValueError:
            return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _other(text: str, zone: ZoneInfo, present: datetime, words: bool) -> datetime | None:
    written = next(written_dates(text), None)
    if written is not None and (written.zone is not None or not _MAIL_ZONE.search(text)):
        return written.at(zone)
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, TypeError, IndexError):
        pass
    if written is not None:
        return written.at(zone)
    if (day := day_without_year(text, zone, present)) is not None:
        return day
    if _NOW.fullmatch(text):
        return present
    if not words or not _RELATIVE.search(text):
        return None
    ago = _AGO.search(text)
    moment_or_none = dateparser.parse(
        ago.group() if ago else text,
        languages=["id", "en"],
        settings={
            "RELATIVE_BASE": present.astimezone(zone).replace(tzinfo=None),
            "TIMEZONE": zone.key,
            "RETURN_AS_TIMEZONE_AWARE": True,
        },
    )
    return moment_or_none.astimezone(UTC) if moment_or_none else None
