"""robots.txt by RFC 9309, failing closed, asked once for each site of a crawl.

Owns: what a file says of us, and which answers count as a file. Matching rules to addresses is
Protego's; asking, redirects and the guard are Scrapy's and `middlewares`'; the pause between
requests is `pace`'s.
"""

from __future__ import annotations

import asyncio
import codecs
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.middlewares import ARTICLE, ROBOTS, Refused, context_of
from crawler.pace import LEFT, HostPace, Left
from crawler.rate_limit import TOO_MANY_REQUESTS
from kentongan.collecting import Robots

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MAX_BYTES = 512 * 1024  # read of a file; RFC 9309, 2.5: at least 500 KiB
MAX_AGE_SECONDS = 24 * 3600.0  # RFC 9309, 2.4: not used for longer than a day
MAX_AGE_SETTING = "KENTONGAN_ROBOTS_SECONDS"
FIRST_OF_ALL = 1000  # priority
# Protego takes `User-agent foo` and other spellings too; a name it would miss must not slip by here.
_AGENT = re.compile(r"\s*user[- ]?agent\s*[:\s]\s*(?P<name>[^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z_-]*")  # RFC 9309, 2.2.1
_RULE = re.compile(r"\s*(user[- ]?agent|(dis)?allow|crawl[- ]delay|site-?maps?|host)\s*:", re.IGNORECASE)
_OTHER = "another"


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to us."""

    parsed: Protego | None  # None allows all
    agent: str
    crawl_delay: float = 0.0  # seconds
    strange: bool = False  # there is something in the file, but no line that could be a rule

    def allow(self, url: str) -> bool:
        return self.parsed is None or self.parsed.can_fetch(url, self.agent)


def read_rules(body: bytes, agent: str) -> Rules:
    """Return what a robots.txt says to the product token `agent`, whatever the bytes are.

    The first 512 KiB are read, whole lines of them; a byte order mark is no part of the first line.
    """
    if len(body) > MAX_BYTES:
        body = body[:MAX_BYTES]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    lines = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace").splitlines()
    parsed = Protego.parse("\n".join(_named(line, agent) for line in lines))
    said = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    strange = bool(said) and not any(_RULE.match(line) for line in said)
    return Rules(parsed, agent, parsed.crawl_delay(agent) or 0.0, strange)


def _named(line: str, agent: str) -> str:
    """Return the line with its user agent as RFC 9309 compares it: whole product tokens, in any case.

    Protego compares by beginnings: a group for `Ken` would be taken as ours and one for
    `Kentongan/1.0` would not.
    """
    found = _AGENT.match(line)
    if found is None:
        return line
    name = found["name"].strip()
    token = _TOKEN.match(name)
    if token is not None and token[0].lower() == agent.lower():
        return f"User-agent: {agent}"
    return "User-agent: *" if name.startswith("*") else f"User-agent: {_OTHER}"


@dataclass(frozen=True, slots=True)
class _Read:
    rules: Rules | None  # None: unreachable, so nothing is allowed
    at: float  # by time.monotonic


class RobotsTxt:
    """Asks each site for its robots.txt before anything else, and refuses what it does not allow.

    No file (4xx) allows all; unreachable (5xx, 429, no answer, a redirect we do not follow) allows
    nothing: a server that is out of breath has not said yes. RFC 9309, 2.3.1.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._context = context_of(crawler)
        self._agent = str(crawler.settings["ROBOTSTXT_USER_AGENT"])
        self._max_age = crawler.settings.getfloat(MAX_AGE_SETTING, MAX_AGE_SECONDS)
        self._read: dict[str, _Read] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsTxt:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get(ROBOTS):
            return
        rules = await self._rules(request.url)
        if rules is None:
            assert self._crawler.stats is not None
            self._crawler.stats.inc_value(LEFT)  # one row says why already
            self._note(request, Robots.UNREACHABLE)
            raise Left("robots.txt unreachable")
        if not rules.allow(request.url):
            self._context.trouble(request.url, "refused: robots.txt does not allow it")
            self._note(request, Robots.REFUSED)
            raise Refused("robots.txt does not allow it")

    def _note(self, request: Request, said: Robots) -> None:
        if not request.meta.get(ARTICLE):
            self._context.tally.robots = said

    async def _rules(self, url: str) -> Rules | None:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        async with self._asking[site]:
            read = self._read.get(site)
            if read is None or time.monotonic() - read.at > self._max_age:
                read = _Read(await self._ask(f"{site}/robots.txt"), time.monotonic())
                self._read[site] = read
        return read.rules

    async def _ask(self, url: str) -> Rules | None:
        request = Request(url, priority=FIRST_OF_ALL, meta={ROBOTS: True}, callback=NO_CALLBACK)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except Left:
            return None
        except Exception as exc:  # noqa: BLE001 - whatever kept us from the file, it was not read
            self._unreachable(url, type(exc).__name__)
            return None
        status = response.status
        if 400 <= status < 500 and status != TOO_MANY_REQUESTS:
            return Rules(None, self._agent)
        if not 200 <= status < 300:
            self._unreachable(url, f"HTTP {status}", status)
            return None
        return self._heed(url, response)

    def _unreachable(self, url: str, why: str, status: int = 0) -> None:
        self._context.trouble(url, f"robots.txt unreachable: nothing is fetched ({why})", status)

    def _heed(self, url: str, response: Response) -> Rules:
        rules = read_rules(response.body, self._agent)
        if rules.strange:
            # RFC 9309, 2.3.1.1: an answer of 200 is followed as far as it can be parsed, and of an HTML
            # page that is not at all, so all is allowed. Sites that answer 200 to everything are common
            # and meant nothing by it; but what stands there may be an error page, so it is told.
            self._context.trouble(url, "no line of robots.txt can be read: all is allowed", response.status)
        if rules.crawl_delay:
            pace = self._crawler.get_downloader_middleware(HostPace)
            assert isinstance(pace, HostPace)
            pace.slow_down(url, rules.crawl_delay)
        return rules
