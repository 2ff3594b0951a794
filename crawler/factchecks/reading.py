"""What readers take and give: a document, its outlet, and what it held."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.errors import CrawlError, ShapeDrift
from crawler.listing import Entry
from crawler.page import decode, parse
from kentongan.domain import NewFactCheck

MAX_RECORDS = 20_000  # of one answer; Komdigi's whole archive was about 16,000


@dataclass(frozen=True, slots=True)
class Outlet:
    """Whom a document is read for."""

    source: str  # the source's name in the record
    title: str  # the publisher, where the document names none
    zone: ZoneInfo  # of dates that tell none


@dataclass(frozen=True, slots=True)
class Document:
    """One answer of a site, or a saved file."""

    body: bytes
    url: str  # where it came from in the end
    asked: str = ""  # what was asked for, before redirects; empty when the same
    encoding: str | None = None  # as declared beside it
    entry: Entry | None = None  # what the list said of this page


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record of the right shape that is no check we can keep, or one that lost its shape."""

    where: str
    error: CrawlError


@dataclass(frozen=True, slots=True)
class Reading:
    """What a list held: checks told in full, pages to read, the next list; and what was refused."""

    checks: tuple[NewFactCheck, ...] = ()
    refused: tuple[Refusal, ...] = ()
    entries: tuple[Entry, ...] = ()
    next_url: str = ""


ReadPage = Callable[[Document, Outlet], NewFactCheck]
ReadList = Callable[[Document, Outlet], Reading]
ReadEntry = Callable[[Entry, Outlet], NewFactCheck]


@dataclass(frozen=True, slots=True)
class Shape:
    """How one publisher is read. A part is None where the shape has no such thing.

    Every reader raises ShapeDrift where what it was promised is missing, else CrawlError.
    """

    read_page: ReadPage | None = None  # a check's own page
    read_list: ReadList | None = None  # a page or answer that lists checks
    read_entry: ReadEntry | None = None  # a post of a feed or of WordPress, which tells all there is
    headers: Mapping[str, str] = field(default_factory=dict)  # sent with every request
    max_lists: int = 3  # of one chain of list pages in one crawl


def page_tree(document: Document) -> HtmlElement:
    """Return the page as a tree; raises ShapeDrift for no page, or the site's front page in its place."""
    asked, got = urlsplit(document.asked or document.url), urlsplit(document.url)
    if got.path in ("", "/") and asked.path not in ("", "/"):
        raise ShapeDrift(document.asked, f"it leads to the front page {document.url} instead")
    try:
        return parse(decode(document.body, document.encoding))
    except CrawlError as exc:
        raise ShapeDrift(document.url, str(exc)) from exc


def each_record(
    records: list[object], url: str, read: Callable[[dict[str, object], str], NewFactCheck]
) -> Reading:
    """Return the checks of an answer's records, and each record that is none with the reason.

    `read` gets a record and its name ("URL, record 3"). The order stays.
    """
    checks: list[NewFactCheck] = []
    refused: list[Refusal] = []
    for number, record in enumerate(records[:MAX_RECORDS], start=1):
        where = f"{url}, record {number}"
        try:
            if not isinstance(record, dict):
                raise ShapeDrift(where, "it is not an object")
            checks.append(read(record, where))
        except CrawlError as exc:
            refused.append(Refusal(where, exc))
    return Reading(tuple(checks), tuple(refused))


def page_number(url: str, name: str = "page") -> int:
    """Return the number that an address's query gives as its page; 1 when it gives none."""
    for key, value in parse_qsl(urlsplit(url).query):
        if key == name and value.isdecimal() and len(value) < 7:
            return int(value)
    return 1


def with_page(url: str, number: int, name: str = "page") -> str:
    """Return the address with another page number in its query."""
    parts = urlsplit(url)
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return urlunsplit(parts._replace(query=urlencode([*kept, (name, str(number))])))
