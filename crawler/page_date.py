"""When a page was published: what it declares, checked against the clock it shows.

Some outlets write local time and call it "Z"; where the page shows the same clock with
WIB, WITA or WIT beside it, the shown zone is believed. Source: detik.com pages of 2015-16.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import lxml.etree
from htmldate import find_date
from lxml.html import HtmlElement

from crawler.dates import WrittenDate, parse_date, written_dates
from crawler.page import flat, texts

MAX_DATE_CHARACTERS = 120  # a line that shows a date is short; longer ones are prose


def page_date(tree: HtmlElement, declared: Sequence[str], title: str, zone: ZoneInfo) -> datetime | None:
    """Return when the page says it was published, in UTC; None when it does not say.

    Order: declared dates with a time; the first shown date and time after the title, then
    anywhere; declared days; shown days; what htmldate finds (midnight in `zone`).
    """
    shown = _shown_dates(tree, title)
    moments = [(raw, moment) for raw in declared if (moment := parse_date(raw, zone)) is not None]
    timed = [(raw, moment) for raw, moment in moments if ":" in raw]
    if timed:
        moment = timed[0][1]
        return _believed(moment, shown, zone) if _lies(timed, shown) else moment
    for has_time in (True, False):
        if not has_time and moments:
            return moments[0][1]
        for date in shown:
            if date.has_time is has_time and (moment := _plausible(date, zone)) is not None:
                return moment
    return _guessed(tree, zone)


def _shown_dates(tree: HtmlElement, title: str) -> list[WrittenDate]:
    """Return the dates the page shows, those after its title first."""
    before: list[WrittenDate] = []
    after: list[WrittenDate] = []
    passed = False
    body = tree.find("body")
    for element, text in texts(body if body is not None else tree):
        if not passed and element.tag in ("h1", "h2", "h3") and flat(element.text_content()) == title:
            passed = True
        if len(text) <= MAX_DATE_CHARACTERS:
            (after if passed else before).extend(written_dates(text))
    return after + before


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


def _plausible(date: WrittenDate, zone: ZoneInfo) -> datetime | None:
    return parse_date(date.at(zone).isoformat(), zone)


def _guessed(tree: HtmlElement, zone: ZoneInfo) -> datetime | None:
    try:
        day = find_date(tree, original_date=True, extensive_search=False)
    except (ValueError, TypeError, RecursionError, lxml.etree.LxmlError):
        return None
    return parse_date(day, zone) if day else None
