"""One page that a person asks about, fetched at once, outside the crawl.

Owns: which answers are a page. The manners are the crawler's: its name and contact, robots.txt
obeyed and failing closed (`fetch_visit`), no cookies. Each address, that of every redirect too,
is checked before it is connected to (`fetch_answer`). Keeps nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.errors import CrawlError
from crawler.extract import extract_page
from crawler.fetch_answer import Answer, Deadline, Network, ask
from crawler.fetch_errors import PageNotRead, Refusal
from crawler.fetch_visit import Visit, content_type, full_address
from crawler.page import decode, looks_like_text
from crawler.settings import user_agent
from crawler.source_file import host_of
from kentongan.text import clean, words

MAX_PAGE_BYTES = 3 * 1024 * 1024
TOTAL_SECONDS = 10.0
MIN_WORDS = 5
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
    here, answer = _visit(contact, network, feed_only, Deadline.after(seconds)).page(
        full_address(url), MAX_PAGE_BYTES
    )
    if answer.status != 200:
        raise PageNotRead(here, Refusal.NOT_THERE, f"HTTP {answer.status}")
    kind, encoding = content_type(answer)
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


def _visit(contact: str, network: Network, feed_only: frozenset[str], deadline: Deadline) -> Visit:
    headers = {
        "User-Agent": user_agent(contact),
        "Accept": "text/html,text/plain;q=0.8",
        "Accept-Language": "id,en;q=0.5",
    }

    def send(url: str, max_bytes: int) -> Answer:
        return ask(url, headers, network, deadline, max_bytes)

    def refuse(url: str) -> None:
        if owner_of(url, feed_only):
            raise PageNotRead(url, Refusal.FEED_ONLY)

    return Visit(send, refuse)
