"""Asking one site politely: one request at a time, few of them, each bounded, and an end.

Owns: pace, number, time. Leaves robots.txt and redirects to `fetch_visit`, sockets to `fetch_answer`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from crawler.errors import CrawlError
from crawler.fetch_answer import Answer, Deadline, Network, ask
from crawler.fetch_errors import PageNotRead, Refusal
from crawler.fetch_visit import TOO_MANY_REQUESTS, Robots, Visit
from crawler.settings import user_agent

MAX_PAGE_BYTES = 3 * 1024 * 1024  # as of one page that a person asks about
MAX_SITEMAP_BYTES = 8 * 1024 * 1024  # as in the crawl: 50,000 addresses fit
_SILENT = frozenset({Refusal.UNREACHABLE, Refusal.TOO_SLOW, Refusal.UNKNOWN_NAME})


@dataclass(frozen=True, slots=True)
class Bounds:
    requests: int = 20  # robots.txt and redirects included: what a person's browser asks for one page
    pause_seconds: float = 1.0
    longest_pause_seconds: float = 10.0  # of a Crawl-delay: a longer one is left to the source file
    request_seconds: float = 20.0
    total_seconds: float = 150.0
    silences: int = 3  # requests in a row without an answer, after which the site is left alone


class Ended(CrawlError):
    """Nothing more is asked of the site; the message says why."""


class Visitor:
    """Asks for one address after the other."""

    def __init__(
        self,
        contact: str,
        network: Network,
        bounds: Bounds | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.network = network
        self.asked = 0
        self._bounds = bounds or Bounds()
        self._deadline = Deadline.after(self._bounds.total_seconds)
        self._pause = self._bounds.pause_seconds
        self._sleep = sleep
        self._silences = 0
        self._headers = {
            "User-Agent": user_agent(contact),
            "Accept": "text/html,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.5",
            "Accept-Language": "id,en;q=0.5",
        }
        self._visit = Visit(self._send, lambda _url: None)

    def get(self, url: str, max_bytes: int = MAX_PAGE_BYTES) -> tuple[str, Answer]:
        """Return the answer and where it came from. Raises PageNotRead, Ended."""
        delay = crawl_delay(self.robots(url))
        if delay > self._pause:
            self._pause = min(delay, self._bounds.longest_pause_seconds)
        return self._visit.page(url, max_bytes)

    def robots(self, url: str) -> Robots | None:
        """Return the robots.txt of an address's site, None for none. Raises PageNotRead, Ended."""
        return self._visit.robots(url)

    def _send(self, url: str, max_bytes: int) -> Answer:
        bounds = self._bounds
        if self.asked >= bounds.requests:
            raise Ended(f"{bounds.requests} requests are spent")
        if self._silences >= bounds.silences:
            raise Ended("the site does not answer any more")
        try:
            if self.asked and not self._is_loopback(url):
                self._sleep(min(self._pause, self._deadline.left(url)))
            left = self._deadline.left(url)
        except PageNotRead as exc:
            raise Ended(f"{bounds.total_seconds:g} seconds are over") from exc
        self.asked += 1
        try:
            answer = ask(
                url, self._headers, self.network, Deadline.after(min(left, bounds.request_seconds)), max_bytes
            )
        except PageNotRead as exc:
            self._silences += exc.why in _SILENT
            raise
        self._silences = 0
        if answer.status == TOO_MANY_REQUESTS:
            raise Ended("the site says that it is asked too often (HTTP 429)")
        return answer

    def _is_loopback(self, url: str) -> bool:
        name = urlsplit(url).hostname or ""
        if not self.network.allow_loopback:
            return False
        try:
            return ip_address(name).is_loopback
        except ValueError:
            return name == "localhost"


def crawl_delay(robots: Robots | None) -> float:
    """Return the pause that a robots.txt asks us for, in seconds; 0 for none."""
    told = robots.rules.crawl_delay if robots else 0.0
    return told if 0 < told < float("inf") else 0.0
