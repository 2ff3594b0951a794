"""When a page was published: what it declares, checked against the clock it shows.

Some outlets write local time and call it "Z"; where the page shows the same clock with
WIB, WITA or WIT beside it, the shown zone is believed. Source: detik.com pages of 2015-16.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import lxml.etree
from htmldate import find_date
from lxml.html import HtmlElement

from crawler.dates import WrittenDate, day_without_year, parse_date, written_dates
from crawler.prose import Line, headline_at, read_lines

MAX_DATE_CHARACTERS = 120  # a line that shows a date is short; longer ones are prose
MAX_RELATIVE_CHARACTERS = 60
LINES_BEFORE, LINES_AFTER = 4, 12  # of the headline: where a page tells its own date
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?=[/-]|$)")
_CHANGED = re.compile(r"\b(?:diperbar\w+|diubah|dimutakhirkan|updated?|modified|edited|terakhir)\b", re.I)


def page_date(
    tree: HtmlElement,
    declared: Sequence[str],
    title: str,
    zone: ZoneInfo,
    *,
    url: str = "",
    now: datetime | None = None,
) -> datetime | None:
    """Return when the page says it was published, in UTC; None when it does not say.

    Order: declared dates with a time; the first shown about the headline with a time; declared
    days; days shown there; the day in the URL; "Selasa (15/7)" and "2 jam yang lalu" shown there,
    which count from `now`, the present by default; dates shown anywhere; "Selasa (15/7)" in the
    article; what htmldate finds (midnight in `zone`).
    """
    present = now or datetime.now(UTC)
    lines = _lines(tree)
    head, rest = _about_the_headline(lines, title)
    near, far = _shown(head), _shown(rest)
    moments = [(raw, told) for raw in declared if (told := parse_date(raw, zone, now=present)) is not None]
    timed = [(raw, moment) for raw, moment in moments if ":" in raw]
    if timed:
        moment = timed[0][1]
        return _believed(moment, [*near, *far], zone) if _lies(timed, [*near, *far]) else moment
    candidates = (
        _moments([date for date in near if date.has_time], zone, present),
        (moment for _, moment in moments),
        _moments(near, zone, present),
        _url_days(url, zone, present),
        _untold_years(head, zone, present),
        _relative(head, zone, present),
        _moments(sorted(far, key=lambda date: not date.has_time), zone, present),
        _untold_years(lines, zone, present),
    )
    return next((moment for found in candidates for moment in found), None) or _guessed(tree, zone, present)


def _lines(tree: HtmlElement) -> list[Line]:
    body = tree.find("body")
    return read_lines(body if body is not None else tree)


def _about_the_headline(lines: list[Line], title: str) -> tuple[list[Line], list[Line]]:
    """Return the lines about the headline, those after it first, and all others, after it first too."""
    at = headline_at(lines, title)
    if at < 0:
        return [], lines
    end = at + 1
    while end < len(lines) and end <= at + LINES_AFTER and not _is_prose(lines[end]):
        end += 1
    start = max(0, at - LINES_BEFORE)
    return lines[at:end] + lines[start:at], lines[end:] + lines[:start]


def _is_prose(line: Line) -> bool:
    return line.prose > 0 and (len(line.text) > MAX_DATE_CHARACTERS or not any(written_dates(line.text)))


def _shown(lines: Iterable[Line]) -> list[WrittenDate]:
    """Return the dates of short lines, those of publication before those of a change."""
    short = [line.text for line in lines if len(line.text) <= MAX_DATE_CHARACTERS or line.owner.tag == "h1"]
    found = [(bool(_CHANGED.search(text)), date) for text in short for date in written_dates(text)]
    return [date for _, date in sorted(found, key=lambda pair: pair[0])]


def _moments(dates: Iterable[WrittenDate], zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    for date in dates:
        if (moment := parse_date(date.at(zone).isoformat(), zone, now=now)) is not None:
            yield moment


def _url_days(url: str, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    for year, month, day in _URL_DAY.findall(url):
        moment = parse_date(f"{year}-{int(month):02}-{int(day):02}", zone, now=now)
        if moment is not None:
            yield moment


def _untold_years(lines: Iterable[Line], zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    for line in lines:
        if (moment := day_without_year(line.text, zone, now)) is not None:
            yield moment


def _relative(lines: Iterable[Line], zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    for line in lines:
        if len(line.text) <= MAX_RELATIVE_CHARACTERS and (moment := parse_date(line.text, zone, now=now)):
            yield moment


def _lies(timed: Sequence[tuple[str, datetime]], shown: Sequence[WrittenDate]) -> bool:
    """Whether the page calls a clock UTC that it shows elsewhere with an Indonesian zone."""
    clocks = {date.clock.replace(second=0) for date in shown if date.zone is not None}
    return any(
        raw.rstrip().endswith("Z") and moment.replace(tzinfo=None, second=0, microsecond=0) in clocks
        for raw, moment in timed
    )


def _believed(moment: datetime, shown: Sequence[WrittenDate], zone: ZoneInfo) -> datetime:
    told = next((date.zone for date in shown if date.zone is not None), zone)
    return moment.replace(tzinfo=told).astimezone(UTC)


def _guessed(tree: HtmlElement, zone: ZoneInfo, now: datetime) -> datetime | None:
    try:
        day = find_date(tree, original_date=True, extensive_search=False)
    except (ValueError, TypeError, RecursionError, lxml.etree.LxmlError):
        return None
    return parse_date(day, zone, now=now) if day else None
