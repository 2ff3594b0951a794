"""The last word before the network: no host is asked more, or earlier, than it wants.

Owns: turns (one request at a time to a host), waiting after 429, 503 and spent limits, the
Crawl-delay of robots.txt, and leaving a host to the next crawl. Leaves reading what an answer
asks for to `rate_limit`, trying again to Scrapy and the ordinary pause to its slots. A request
waits here before it is in a slot, so none that was queued earlier slips past a wait.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from scrapy.http import Request, Response
from scrapy.utils.misc import load_object

from crawler.middlewares import Refused, context_of
from crawler.pauses import Pauses
from crawler.rate_limit import FIRST_BACKOFF_SECONDS, REFUSALS, backoff_seconds, told_wait
from crawler.source_file import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MAX_WAIT_SECONDS = 120.0  # one source must not hold up the others' round
MAX_WAITED_SECONDS = 600.0  # after refusals, all together: 300 pages at a minute each would be a night
MAX_REFUSALS = 6  # in a row: two pages tried three times each, 155 seconds of backoff
MAX_FAILURES = 6  # connections in a row that gave no answer: the host is down or hangs
BACKOFF_SETTING = "KENTONGAN_BACKOFF_SECONDS"
LEFT = "pace/left"  # in Scrapy's stats: requests not made, left to the next crawl
_STEP_SECONDS = 0.5  # within which a stop is noticed


class Left(Refused):
    """The host is left to the next crawl; one row says so for all its requests."""


class Stopping(Refused):
    """The crawl was asked to stop: what waits is for the next one."""


@dataclass(slots=True, eq=False)
class _Host:
    name: str
    turns: asyncio.Semaphore
    free_at: float = 0.0  # by time.monotonic: nothing is asked before
    interval: float = 0.0  # Crawl-delay, from the end of one answer to the next request
    refusals: int = 0  # in a row
    failures: int = 0  # in a row
    waited: float = 0.0
    closed: str = ""  # why nothing more is asked in this crawl
    told: bool = False


class HostPace:
    """Gives each request its turn, in time, or leaves it to the next crawl."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._context = context_of(crawler)
        self._at_once = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._first_backoff = settings.getfloat(BACKOFF_SETTING, FIRST_BACKOFF_SECONDS)
        self._no_answer = tuple(load_object(name) for name in settings.getlist("RETRY_EXCEPTIONS"))
        self._pauses = Pauses(Path(settings["HTTPCACHE_DIR"]))
        self._hosts: dict[str, _Host] = {}
        self._out: dict[Request, _Host] = {}  # requests that have their turn

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostPace:
        return cls(crawler)

    def slow_down(self, url: str, seconds: float) -> None:
        """Keep a host's requests at least so far apart; too far, and it is left to the next crawl."""
        host = self._host(url)
        if seconds > MAX_WAIT_SECONDS:
            host.closed = host.closed or f"robots.txt asks for {seconds:g} seconds between requests"
        host.interval = seconds
        host.free_at = max(host.free_at, time.monotonic() + seconds)

    async def process_request(self, request: Request) -> None:
        host = self._host(request.url)
        if host.closed:
            self._leave(host, request)
        await host.turns.acquire()
        try:
            await self._wait(host, request)
        except BaseException:
            host.turns.release()
            raise
        self._out[request] = host

    def process_response(self, request: Request, response: Response) -> Response:
        host = self._back(request)
        if host is None:  # it never went out
            return response
        host.failures = 0
        told = told_wait(response.status, response.headers, datetime.now(UTC))
        if response.status in REFUSALS:
            self._refused(host, told)
        else:
            host.refusals = 0
            if told:
                self._not_before(host, told)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        host = self._back(request)
        if host is not None and isinstance(exception, self._no_answer):
            host.failures += 1
            if host.failures >= MAX_FAILURES:
                host.closed = host.closed or f"{host.failures} times in a row the site gave no answer"

    def _host(self, url: str) -> _Host:
        name = host_of(url)
        if name not in self._hosts:
            free_at = time.monotonic() + self._pauses.left(name)
            self._hosts[name] = _Host(name, asyncio.Semaphore(self._at_once), free_at)
        return self._hosts[name]

    async def _wait(self, host: _Host, request: Request) -> None:
        while True:
            if not self._crawler.crawling:
                raise Stopping("asked to stop")
            left = host.free_at - time.monotonic()
            if left > MAX_WAIT_SECONDS:
                host.closed = host.closed or f"the site asks us to wait {left:.0f} seconds"
            if host.closed:
                self._leave(host, request)
            if left <= 0:
                break
            await asyncio.sleep(min(left, _STEP_SECONDS))
        host.free_at = time.monotonic() + host.interval

    def _back(self, request: Request) -> _Host | None:
        host = self._out.pop(request, None)
        if host is None:
            return None
        host.turns.release()
        host.free_at = max(host.free_at, time.monotonic() + host.interval)
        return host

    def _refused(self, host: _Host, told: float | None) -> None:
        if host.closed and told is None:  # it was out already when the others were refused
            return
        host.refusals += 1
        chance = random.random()  # noqa: S311 - nobody gains by guessing it
        wait = backoff_seconds(host.refusals, self._first_backoff, chance) if told is None else told
        host.waited += wait if wait <= MAX_WAIT_SECONDS else 0.0  # else we do not wait
        self._not_before(host, wait)
        if host.refusals >= MAX_REFUSALS:
            host.closed = host.closed or f"{host.refusals} times in a row the site asked us to wait"
        elif host.waited > MAX_WAITED_SECONDS:
            host.closed = host.closed or f"the site asked us to wait {host.waited:.0f} seconds in all"
        if host.closed and wait <= MAX_WAIT_SECONDS:
            self._pauses.remember(host.name, wait)

    def _not_before(self, host: _Host, seconds: float) -> None:
        host.free_at = max(host.free_at, time.monotonic() + seconds)
        if seconds > MAX_WAIT_SECONDS:
            self._pauses.remember(host.name, seconds)

    def _leave(self, host: _Host, request: Request) -> NoReturn:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(LEFT)
        problem = f"{host.closed}: left to the next crawl"
        if not host.told:
            host.told = True
            self._context.trouble(request.url, problem)
        raise Left(problem)
