"""What one saved page says: title, article, author, date, section, language, own address.

Puts together `page`, `metadata`, `body` and `page_date`. Fetches and keeps nothing.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.body import article_text, is_huge
from crawler.dates import parse_date
from crawler.language import guess_language
from crawler.metadata import Metadata, read_metadata
from crawler.page import compile_css, decode, flat, parse, select
from crawler.page_date import page_date
from crawler.prose import drop_beside, same_form, same_words
from crawler.source_file import Selectors
from crawler.urls import canonical_url
from kentongan.text import clean

MAX_TITLE_CHARACTERS = 300
MIN_HEADING_CHARACTERS, MIN_OUTLET_CHARACTERS = 10, 5
MIN_IN_ADDRESS = 0.6  # of the words of a headline
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SEPARATOR = re.compile(r"\s+(?:[-–—|»:·]|::)\s+|:\s+")


@dataclass(frozen=True, slots=True)
class Extracted:
    """One page as read. Empty texts and None mean that the page does not say."""

    url: str  # canonical
    title: str
    text: str  # a line for each paragraph
    author: str
    published_at: datetime | None  # UTC
    section: str
    tags: tuple[str, ...]
    language: str  # "id", "en", what the page declares, or ""
    noindex: bool  # the page asks not to be kept


def extract_page(
    html: bytes,
    url: str,
    *,
    time_zone: str,
    encoding: str | None = None,
    selectors: Selectors | None = None,
    now: datetime | None = None,
) -> Extracted:
    """Return what the page says; its first 4 MiB are read.

    `encoding` is the one the server declared, or None. `time_zone` is the IANA name of the
    zone of dates which tell none. `now` is when the page was fetched, the present by default:
    "2 jam yang lalu" counts from it. Raises CrawlError when the bytes are no page.
    """
    chosen, zone = selectors or Selectors(), ZoneInfo(time_zone)
    tree = parse(decode(html, encoding))
    held = list(tree.iter())  # or lxml would make an element's object anew whenever it is met again
    said = read_metadata(tree)
    title = _TAG.sub("", _selected(tree, chosen.title) or choose_title(tree, said, url))
    shown = _selected(tree, chosen.date)
    published = parse_date(shown, zone, now=now) if shown else None
    text = article_text(tree, chosen.body, chosen.remove) if chosen.body else None
    if not is_huge(tree):
        drop_beside(tree, title)
    if published is None:
        published = page_date(tree, said.dates, title, zone, url=url, now=now)
    if text is None:
        text = article_text(tree, remove=chosen.remove, title=title)
    text = _without_title(text, title)
    held.clear()
    return Extracted(
        url=canonical_url(said.canonical, url),
        title=clean(title).replace("\n", " ")[:MAX_TITLE_CHARACTERS],
        text=text,
        author=clean(said.author).replace("\n", " ")[:120],
        published_at=published,
        section=clean(said.section).replace("\n", " ")[:80],
        tags=tuple(clean(tag).replace("\n", " ") for tag in said.tags),
        language=guess_language(text, said.language),
        noindex=said.noindex,
    )


def _selected(tree: HtmlElement, selector: str) -> str:
    if not selector:
        return ""
    found = select(tree, compile_css(selector))
    return flat(found[0].text_content()) if found else ""


def _without_title(text: str, title: str) -> str:
    """Cut the headline where it stands as the first line of the article too."""
    first, _, rest = text.partition("\n")
    return rest if rest and title and same_words(first, title) else text


def choose_title(tree: HtmlElement, said: Metadata, url: str = "") -> str:
    """Return the headline: the heading that the declared title contains, else that title trimmed.

    Declared titles carry the outlet's name before or after ("… - Kompas.com Regional"), or are
    nothing but it: then the heading whose words are in the page's address is the headline.
    """
    headings = [flat(h.text_content()) for h in tree.iter("h1", "h2", "h3")]
    headings = [h for h in headings if MIN_HEADING_CHARACTERS <= len(h) <= MAX_TITLE_CHARACTERS]
    for declared in said.titles:
        contained = [h for h in headings if same_form(h) in same_form(declared)]
        if contained:
            best = max(contained, key=len)
            if len(best) >= 0.4 * len(declared):
                return best
    named = max(headings, key=lambda h: _share_in_address(h, url), default="")
    if not said.titles:
        return named if _share_in_address(named, url) else next(iter(headings), "")
    declared = _without_outlet(said.titles[0], said.site, url)
    if _share_in_address(named, url) >= MIN_IN_ADDRESS > _share_in_address(declared, url):
        return named
    return declared


def _share_in_address(title: str, url: str) -> float:
    words = set(same_form(title).split())
    return len(words & set(same_form(urlsplit(url).path).split())) / len(words) if words else 0.0


def _without_outlet(title: str, site: str, url: str) -> str:
    pieces = list(_SEPARATOR.finditer(title))
    if not pieces:
        return title
    head, tail = title[: pieces[-1].start()], title[pieces[-1].end() :]
    if _is_outlet(tail, site, url) and len(head) >= MIN_HEADING_CHARACTERS:
        return head.strip()
    first, rest = title[: pieces[0].start()], title[pieces[0].end() :]
    if _is_outlet(first, site, url) and len(rest) >= MIN_HEADING_CHARACTERS:
        return rest.strip()
    return title


def _is_outlet(piece: str, site: str, url: str) -> bool:
    name = same_form(piece)
    if site and name == same_form(site):
        return True
    host = re.sub(r"[^a-z0-9]", "", (urlsplit(url).hostname or "").removeprefix("www."))
    if len(squeezed := re.sub(r"[\W_]", "", name)) >= MIN_OUTLET_CHARACTERS and squeezed in host:
        return True
    return len(piece.split()) <= 4 and bool(
        re.search(r"\.(?:com|co|id|net|news|org)\b|\bnews\b", piece, re.I)
    )
