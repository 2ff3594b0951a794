"""What one saved page says: title, article, author, date, section, language, own address.

Puts together `page`, `metadata`, `body` and `page_date`. Fetches and keeps nothing.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.body import article_text
from crawler.dates import parse_date
from crawler.language import guess_language
from crawler.metadata import Metadata, read_metadata
from crawler.page import compile_css, decode, flat, parse, select
from crawler.page_date import page_date
from crawler.source_file import Selectors
from crawler.urls import canonical_url
from kentongan.text import clean

MAX_TITLE_CHARACTERS = 300
MIN_HEADING_CHARACTERS = 10
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SEPARATOR = re.compile(r"\s+[-–—|»:·]\s+|:\s+")


@dataclass(frozen=True, slots=True)
class Extracted:
    """One page as read. Empty texts and None mean that the page does not say."""

    url: str  # canonical
    title: str
    text: str  # a line for each paragraph
    author: str
    published_at: datetime | None  # UTC
    section: str
    language: str  # "id", "en", what the page declares, or ""
    noindex: bool  # the page asks not to be kept


def extract_page(
    html: bytes,
    url: str,
    *,
    time_zone: str,
    encoding: str | None = None,
    selectors: Selectors | None = None,
) -> Extracted:
    """Return what the page says; its first 4 MiB are read.

    `encoding` is the one the server declared, or None. `time_zone` is the IANA name of the
    zone of dates which tell none. Raises CrawlError when the bytes are no page.
    """
    chosen, zone = selectors or Selectors(), ZoneInfo(time_zone)
    tree = parse(decode(html, encoding))
    said = read_metadata(tree)
    title = _TAG.sub("", _selected(tree, chosen.title) or choose_title(tree, said))
    shown = _selected(tree, chosen.date)
    published = parse_date(shown, zone) if shown else None
    if published is None:
        published = page_date(tree, said.dates, title, zone)
    text = _without_title(article_text(tree, chosen.body, chosen.remove), title)
    return Extracted(
        url=canonical_url(said.canonical, url),
        title=clean(title).replace("\n", " ")[:MAX_TITLE_CHARACTERS],
        text=text,
        author=clean(said.author).replace("\n", " ")[:120],
        published_at=published,
        section=clean(said.section).replace("\n", " ")[:80],
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
    return rest if rest and title and _same(first) == _same(title) else text


def choose_title(tree: HtmlElement, said: Metadata) -> str:
    """Return the headline: the heading that the declared title contains, else that title trimmed.

    Declared titles carry the outlet's name before or after ("… - Kompas.com Regional").
    """
    headings = [flat(h.text_content()) for h in tree.iter("h1", "h2", "h3")]
    headings = [h for h in headings if MIN_HEADING_CHARACTERS <= len(h) <= MAX_TITLE_CHARACTERS]
    for declared in said.titles:
        contained = [h for h in headings if _same(h) in _same(declared)]
        if contained:
            best = max(contained, key=len)
            if len(best) >= 0.4 * len(declared):
                return best
    if said.titles:
        return _without_outlet(said.titles[0], said.site)
    return headings[0] if headings else ""


def _same(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _without_outlet(title: str, site: str) -> str:
    pieces = list(_SEPARATOR.finditer(title))
    if not pieces:
        return title
    head, tail = title[: pieces[-1].start()], title[pieces[-1].end() :]
    if _is_outlet(tail, site) and len(head) >= MIN_HEADING_CHARACTERS:
        return head.strip()
    first, rest = title[: pieces[0].start()], title[pieces[0].end() :]
    if _is_outlet(first, site) and len(rest) >= MIN_HEADING_CHARACTERS:
        return rest.strip()
    return title


def _is_outlet(piece: str, site: str) -> bool:
    if site and _same(piece) == _same(site):
        return True
    return len(piece.split()) <= 4 and bool(
        re.search(r"\.(?:com|co|id|net|news|org)\b|\bnews\b", piece, re.I)
    )
