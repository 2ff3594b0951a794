"""How long a site asks us to wait, and waiting that long.

Owns: reading `X-RateLimit-*`, `RateLimit-*` and `Retry-After`, and holding back the next
request to that host. Leaves trying again to Scrapy and the ordinary pause to the settings.
A wait of more than `MAX_WAIT_SECONDS` is left to the next crawl, and told.
"""

from __future__ import annotations

import asyncio
import math
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy.http import Headers, Request, Response

from crawler.middlewares import TOO_MANY_REQUESTS, Refused, context_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MAX_WAIT_SECONDS = 120.0  # one source must not hold up the others' round
UNTOLD_WAIT_SECONDS = 60.0  # asked to slow down, but not for how long
UNAVAILABLE = 503
_EPOCH = 1_000_000_000.0  # a number above this is a moment, below it a number of seconds
_LONGEST = 366 * 24 * 3600.0
_STEP_SECONDS = 0.5  # within which a stop is noticed


def wait_seconds(status: int, headers: Headers, now: datetime) -> float:
    """Return for how many seconds an answer asks us not to ask again: 0 or more, at most a year.

    Resets are moments (Mastodon, Bluesky) or seconds (Reddit); Retry-After is seconds or a date.
    """
    remaining = _number(_told(headers, "Remaining"))
    refused = status == TOO_MANY_REQUESTS
    if not refused and status != UNAVAILABLE and (remaining is None or remaining >= 1):
        return 0.0
    told = [_seconds(_text(headers, "Retry-After"), now)] if refused or status == UNAVAILABLE else []
    if refused or remaining is not None:
        told.append(_seconds(_told(headers, "Reset"), now))
    waits = [wait for wait in told if wait is not None]
    if waits:
        return max(waits)
    return 0.0 if status == UNAVAILABLE else UNTOLD_WAIT_SECONDS


def _told(headers: Headers, name: str) -> str:
    return _text(headers, f"X-RateLimit-{name}") or _text(headers, f"RateLimit-{name}")


def _text(headers: Headers, name: str) -> str:
    value = headers.get(name)
    return value.decode("latin-1").strip() if isinstance(value, bytes) else ""


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _seconds(text: str, now: datetime) -> float | None:
    number = _number(text)
    if number is None:
        at = _date(text)
        number = (at - now).total_seconds() if at is not None else None
    elif number > _EPOCH:
        number -= now.timestamp()
    return None if number is None else min(max(number, 0.0), _LONGEST)


def _date(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


class RateLimit:
    """Holds back requests to a host that asked for time; each slot is one host (`Guard`)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._context = context_of(crawler)
        self._free_at: dict[str, float] = {}  # by time.monotonic

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RateLimit:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        free_at = self._free_at.get(request.meta["download_slot"], 0.0)
        left = free_at - time.monotonic()
        if left > MAX_WAIT_SECONDS:
            problem = f"the site asks us to wait {left:.0f} seconds: left to the next crawl"
            self._context.trouble(request.url, problem)
            raise Refused(problem)
        while (left := free_at - time.monotonic()) > 0:
            if not self._crawler.crawling:
                raise Refused("asked to stop")
            await asyncio.sleep(min(left, _STEP_SECONDS))

    def process_response(self, request: Request, response: Response) -> Response:
        wait = wait_seconds(response.status, response.headers, datetime.now(UTC))
        if wait:
            self._free_at[request.meta["download_slot"]] = time.monotonic() + wait
        return response
