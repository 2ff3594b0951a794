"""One page that a person asks about, fetched at once, outside the crawl.

Owns: which answers are a page, redirects, robots.txt. The manners are the crawler's: its name
and contact, robots.txt obeyed and failing closed, no cookies. Each address, that of every
redirect too, is checked before it is connected to (`fetch_answer`). Keeps nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urljoin, urlsplit

from protego import Protego
from w3lib.url import safe_url_string

from crawler.errors import CrawlError
from crawler.extract import extract_page
from crawler.fetch_answer import Answer, Deadline, Network, ask
from crawler.fetch_errors import PageNotRead, Refusal
from crawler.page import decode, looks_like_text
from crawler.settings import ROBOTS_NAME, user_agent
from crawler.source_file import host_of
from crawler.urls import MAX_URL_CHARACTERS
from kentongan.text import clean, words

MAX_PAGE_BYTES = 3 * 1024 * 1024
MAX_ROBOTS_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB are read
MAX_REDIRECTS = 5
TOTAL_SECONDS = 10.0
MIN_WORDS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
TOO_MANY_REQUESTS = 429
_PAGES = frozenset({"text/html", "text/plain"})


@dataclass(frozen=True, slots=True)
class OnePage:
    """A page as read: `url` after redirects, `text` a line for each paragraph."""

    url: str
    title: str
    text: str


def read_page(
    url: str,
    *,
    contact: str,
    time_zone: str,
    network: Network,
    feed_only: frozenset[str] = frozenset(),
    seconds: float = TOTAL_SECONDS,
) -> OnePage:
    """Return what stands on a public page; an address without scheme is read as https.

    `feed_only` are hosts whose owners do not permit their pages to be read. Everything
    together, robots.txt and redirects included, takes at most `seconds`. Raises PageNotRead.
    """
    visit = _Visit(contact, network, feed_only, Deadline.after(seconds))
    here, answer = visit.page(_full_address(url))
    if answer.status != 200:
        raise PageNotRead(here, Refusal.NOT_THERE, f"HTTP {answer.status}")
    kind, encoding = _content_type(answer)
    if kind not in _PAGES:
        raise PageNotRead(here, Refusal.NO_PAGE, kind[:60])
    if kind == "text/plain":
        plain = decode(answer.body, encoding or "utf-8")
        if not looks_like_text(plain):
            raise PageNotRead(here, Refusal.NO_PAGE)
        page = OnePage(here, "", clean(plain))
    else:
        try:
            found = extract_page(answer.body, here, time_zone=time_zone, encoding=encoding)
        except CrawlError as exc:
            raise PageNotRead(here, Refusal.NO_PAGE) from exc
        page = OnePage(here, found.title, found.text)
    if len(words(page.text)) < MIN_WORDS:
        raise PageNotRead(here, Refusal.NO_TEXT)
    return page


def owner_of(url: str, hosts: Iterable[str]) -> str:
    """Return which of the hosts an address belongs to, or ''. A host's subdomains are its own."""
    try:
        host = host_of(url)
    except ValueError:
        return ""
    return next((own for own in hosts if own and (host == own or host.endswith(f".{own}"))), "")


def _full_address(raw: str) -> str:
    given = raw.strip()
    if not given or len(given) > MAX_URL_CHARACTERS or not given.isprintable() or " " in given:
        raise PageNotRead(given, Refusal.BAD_ADDRESS)
    try:
        return str(safe_url_string(given if "://" in given else f"https://{given}"))
    except ValueError as exc:
        raise PageNotRead(given, Refusal.BAD_ADDRESS) from exc


def _content_type(answer: Answer) -> tuple[str, str | None]:
    said = Message()
    said["Content-Type"] = answer.headers.get("content-type", "application/octet-stream")
    return said.get_content_type(), said.get_content_charset()


@dataclass(frozen=True, slots=True)
class _Visit:
    """One person's request: what holds for every address on its way."""

    contact: str
    network: Network
    feed_only: frozenset[str]
    deadline: Deadline

    def page(self, url: str) -> tuple[str, Answer]:
        """Return the first answer that is no redirect, and where it came from."""
        rules: dict[str, Protego | None] = {}
        for _ in range(MAX_REDIRECTS + 1):
            if owner_of(url, self.feed_only):
                raise PageNotRead(url, Refusal.FEED_ONLY)
            self._ask_robots(url, rules)
            answer = self._ask(url, MAX_PAGE_BYTES)
            onward = _redirect(url, answer)
            if onward is None:
                return url, answer
            url = onward
        raise PageNotRead(url, Refusal.TOO_MANY_REDIRECTS)

    def _ask(self, url: str, max_bytes: int) -> Answer:
        headers = {
            "User-Agent": user_agent(self.contact),
            "Accept": "text/html,text/plain;q=0.8",
            "Accept-Language": "id,en;q=0.5",
        }
        return ask(url, headers, self.network, self.deadline, max_bytes)

    def _ask_robots(self, url: str, rules: dict[str, Protego | None]) -> None:
        """Raise PageNotRead unless robots.txt allows it, as RFC 9309 reads it.

        `rules` holds what was read of each site; None allows all.
        """
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/robots.txt"
        if place not in rules:
            rules[place] = self._read_robots(place)
        read = rules[place]
        if read is not None and not read.can_fetch(url, ROBOTS_NAME):
            raise PageNotRead(url, Refusal.NOT_ALLOWED)

    def _read_robots(self, url: str) -> Protego | None:
        """Return the rules, None where there is no such file (4xx). Unreachable ones allow nothing."""
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask(url, MAX_ROBOTS_BYTES)
            onward = _redirect(url, answer)
            if onward is not None:
                url = onward
            elif answer.status == 200:
                return Protego.parse(decode(answer.body, "utf-8"))
            elif 400 <= answer.status < 500 and answer.status != TOO_MANY_REQUESTS:
                return None
            else:
                raise PageNotRead(url, Refusal.ROBOTS_UNREACHABLE, f"HTTP {answer.status}")
        raise PageNotRead(url, Refusal.ROBOTS_UNREACHABLE, "too many redirects")


def _redirect(url: str, answer: Answer) -> str | None:
    """Return where an answer sends us, or None when it is no redirect."""
    if answer.status not in _REDIRECTS or not answer.headers.get("location"):
        return None
    try:
        onward = str(safe_url_string(urljoin(url, answer.headers["location"])))
    except ValueError as exc:
        raise PageNotRead(url, Refusal.UNREACHABLE, "unreadable redirect") from exc
    return onward.partition("#")[0]
