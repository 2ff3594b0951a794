"""Times as the office reads them: in the region's zone, day first, with its name (WIB, WITA, WIT)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from flask_babel import get_locale

from webui.parts import the_parts

_ZONES = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}


def when(moment: datetime) -> str:
    """Return day and time with the zone, such as 'Sen, 16 Nov 2026 07.31 WIB'."""
    return _when(moment, _zone(), _language())


def clock(moment: datetime) -> str:
    """Return the time of day with the zone, such as '07.31 WIB'."""
    local = moment.astimezone(_zone())
    said = format_time(local, "HH.mm" if _language() == "id" else "HH:mm", locale=_language())
    return f"{said} {_ZONES.get(local.utcoffset() or timedelta(), local.tzname() or '')}".rstrip()


def day(moment: datetime) -> str:
    """Return the day alone, such as '16 Nov 2026'."""
    return _day(moment.astimezone(_zone()).date(), _language())


def on_day(day: date) -> str:
    """Return a day of the region, such as '16 Nov 2026'."""
    return _day(day, _language())


def short_day(day: date) -> str:
    """Return a day of the region without its year, such as '16 Nov'; those of twelve months differ."""
    return format_date(day, "d MMM", locale=_language())


def ago(moment: datetime) -> str:
    """Return how long ago, such as '3 jam yang lalu'."""
    return format_timedelta(moment - datetime.now(UTC), add_direction=True, locale=_language())


def day_begins(on: date) -> datetime:
    """Return the first moment of a day in the region, in UTC."""
    return datetime.combine(on, time(), _zone()).astimezone(UTC)


def today() -> date:
    """Return what day it is in the region."""
    return datetime.now(_zone()).date()


@lru_cache(maxsize=4096)  # a page says the same few moments many times, and babel takes its time
def _when(moment: datetime, zone: ZoneInfo, language: str) -> str:
    local = moment.astimezone(zone)
    clock = "HH.mm" if language == "id" else "HH:mm"
    name = _ZONES.get(local.utcoffset() or timedelta(), local.tzname() or "")
    return f"{format_datetime(local, f'EEE, d MMM y {clock}', locale=language)} {name}".rstrip()


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    return format_date(day, "d MMM y", locale=language)


def _zone() -> ZoneInfo:
    return the_parts().region.time_zone


def _language() -> str:
    return str(get_locale() or "id")
