"""turnbackhoax.id as it has been since 2025: cards that list, pages with ClaimReview and a narration.

When it is out of breath it answers 200 with a page that says so, or nothing of either.
"""

import re

from lxml.html import HtmlElement

from crawler.dates import parse_date
from crawler.errors import ShapeDrift
from crawler.factchecks.reading import Document, Outlet, Reading, page_number, page_tree, with_page
from crawler.factchecks.reviews import review_of
from crawler.listing import Entry
from crawler.page import block_text, flat
from crawler.urls import clean_url
from kentongan.domain import NewFactCheck

_OUT_OF_BREATH = re.compile(r"terjadi kesalahan", re.I)
_CHECK = re.compile(r"/articles/\d+-")
_DAY = re.compile(r"\d{2}/\d{2}/\d{4}")


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the pages that `/articles?page=N` lists; the first list promises some."""
    tree = page_tree(document)
    number = page_number(document.url)
    entries: dict[str, Entry] = {}
    for card in tree.cssselect("div.news-card-h-alt"):
        links = [a.get("href") or "" for a in card.iterfind(".//a[@href]")]
        url = next((clean_url(href, document.url) for href in links if _CHECK.search(href)), "")
        if url:
            day = next((d for s in card.iterfind(".//span") if _DAY.fullmatch(d := flat(s.text))), "")
            moment = parse_date(day, outlet.zone) if day else None
            entries.setdefault(url, Entry(url, published_at=moment))
    if not entries and (number == 1 or _out_of_breath(tree)):
        raise ShapeDrift(document.url, _missing(tree, "no card of a check (div.news-card-h-alt)"))
    next_url = with_page(document.url, number + 1) if entries else ""
    return Reading(entries=tuple(entries.values()), next_url=next_url)


def read_page(document: Document, outlet: Outlet) -> NewFactCheck:
    """Return the check of an article page; what its narration quotes stands in for a claim that is none."""
    tree = page_tree(document)
    quoted = tree.cssselect("section.article-origin div.quoted")
    try:
        return review_of(tree, document, outlet, tuple(block_text(q) for q in quoted[:3]))
    except ShapeDrift as exc:
        raise ShapeDrift(document.url, _missing(tree, exc.missing)) from exc


def _out_of_breath(tree: HtmlElement) -> bool:
    return _OUT_OF_BREATH.search(block_text(tree)[:20_000]) is not None


def _missing(tree: HtmlElement, what: str) -> str:
    return f"an error page that answers 200 ({what})" if _out_of_breath(tree) else what
