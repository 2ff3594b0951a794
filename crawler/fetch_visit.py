"""The way to one address and no further: robots.txt of every site on it, redirects, an end.

Owns: which redirects are followed, and asking for robots.txt. What it says to us is read as in the
crawl (`robots`); how a request is sent, at what pace and within which bounds, is its maker's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urljoin, urlsplit

from w3lib.url import safe_url_string

from crawler.fetch_answer import Answer
from crawler.fetch_errors import PageNotRead, Refusal
from crawler.page import decode
from crawler.robots import Rules, read_rules
from crawler.settings import ROBOTS_NAME
from crawler.urls import MAX_URL_BYTES

MAX_ROBOTS_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB are read
MAX_REDIRECTS = 5
TOO_MANY_REQUESTS = 429
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Send = Callable[[str, int], Answer]  # address, most bytes; raises PageNotRead


@dataclass(frozen=True, slots=True)
class Robots:
    """A site's robots.txt: its rules for us, and its text for what it says to others."""

    rules: Rules
    text: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What holds for every address on a way. `refuse` raises PageNotRead for one that is not entered."""

    send: Send
    refuse: Callable[[str], None]
    _robots: dict[str, Robots | PageNotRead | None] = field(default_factory=dict, init=False)

    def page(self, url: str, max_bytes: int) -> tuple[str, Answer]:
        """Return the first answer that is no redirect, and where it came from. Raises PageNotRead."""
        for _ in range(MAX_REDIRECTS + 1):
            self.refuse(url)
            robots = self.robots(url)
            if robots is not None and not robots.rules.allow(url):
                raise PageNotRead(url, Refusal.NOT_ALLOWED)
            answer = self.send(url, max_bytes)
            onward = _redirect(url, answer)
            if onward is None:
                return url, answer
            url = onward
        raise PageNotRead(url, Refusal.TOO_MANY_REDIRECTS)

    def robots(self, url: str) -> Robots | None:
        """Return the rules of an address's site, asked for once; None allows all. Raises PageNotRead."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/robots.txt"
        if place not in self._robots:
            try:
                self._robots[place] = self._read_robots(place)
            except PageNotRead as exc:
                self._robots[place] = exc  # a site that does not say is not asked again
        found = self._robots[place]
        if isinstance(found, PageNotRead):
            raise found
        return found

    def _read_robots(self, url: str) -> Robots | None:
        """Return the rules, None where there is no such file (4xx). Unreachable ones allow nothing."""
        for _ in range(MAX_REDIRECTS + 1):
            answer = self.send(url, MAX_ROBOTS_BYTES)
            onward = _redirect(url, answer)
            if onward is not None:
                url = onward
            elif answer.status == 200:
                return Robots(read_rules(answer.body, ROBOTS_NAME), decode(answer.body, "utf-8"))
            elif 400 <= answer.status < 500 and answer.status != TOO_MANY_REQUESTS:
                return None
            else:
                raise PageNotRead(url, Refusal.ROBOTS_UNREACHABLE, f"HTTP {answer.status}")
        raise PageNotRead(url, Refusal.ROBOTS_UNREACHABLE, "too many redirects")


def full_address(raw: str) -> str:
    """Return an address as it is asked for; one without a scheme is read as https. Raises PageNotRead."""
    given = raw.strip()
    if not given or len(given) > MAX_URL_BYTES or not given.isprintable() or " " in given:
        raise PageNotRead(given, Refusal.BAD_ADDRESS)
    try:
        return str(safe_url_string(given if "://" in given else f"https://{given}"))
    except ValueError as exc:
        raise PageNotRead(given, Refusal.BAD_ADDRESS) from exc


def content_type(answer: Answer) -> tuple[str, str | None]:
    """Return the kind of thing that an answer says it is, and its encoding."""
    said = Message()
    said["Content-Type"] = answer.headers.get("content-type", "application/octet-stream")
    return said.get_content_type(), said.get_content_charset()


def _redirect(url: str, answer: Answer) -> str | None:
    """Return where an answer sends us, or None when it is no redirect."""
    if answer.status not in _REDIRECTS or not answer.headers.get("location"):
        return None
    try:
        onward = str(safe_url_string(urljoin(url, answer.headers["location"])))
    except ValueError as exc:
        raise PageNotRead(url, Refusal.UNREACHABLE, "unreadable redirect") from exc
    return onward.partition("#")[0]
