"""Kompas: its list "Hoaks atau Fakta" tells each check in full, "[HOAKS] …" or "[KLARIFIKASI] …".

The articles are not fetched: what they add is prose that is never matched.
"""

import re

from lxml.html import HtmlElement

from crawler.dates import parse_date
from crawler.errors import CrawlError, ShapeDrift
from crawler.extract import choose_title
from crawler.factchecks.reading import Document, Outlet, Reading, Refusal, page_tree
from crawler.factchecks.titled import titled_check
from crawler.metadata import read_metadata
from crawler.page import flat
from crawler.page_date import page_date
from crawler.urls import clean_url
from kentongan.domain import NewFactCheck

_CHECK = re.compile(r"/cekfakta/read/\d{4}/\d{2}/\d{2}/\d+/")
_LIST = re.compile(r"^(.*/cekfakta/hoaks-atau-fakta)(?:/(\d{1,6}))?/?$")


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the checks of `/cekfakta/hoaks-atau-fakta/N`; the first list promises some."""
    tree = page_tree(document)
    place = _LIST.match(document.url.split("?")[0])
    number = int(place.group(2) or 1) if place else 1
    checks: list[NewFactCheck] = []
    refused: list[Refusal] = []
    cards = tree.cssselect("a.cekfakta-list-link[href]")
    for card in cards:
        url = clean_url(card.get("href") or "", document.url)
        try:
            checks.append(_check(card, url, document.url, outlet))
        except CrawlError as exc:
            refused.append(Refusal(url or document.url, exc))
    if not cards and number == 1:
        raise ShapeDrift(document.url, "no card of a check (a.cekfakta-list-link)")
    following = f"{place.group(1)}/{number + 1}" if cards and place else ""
    return Reading(tuple(checks), tuple(refused), next_url=following)


def _check(card: HtmlElement, url: str, page_url: str, outlet: Outlet) -> NewFactCheck:
    if not _CHECK.search(url):
        raise ShapeDrift(page_url, "a card without the address of a check (/cekfakta/read/…)")
    titles = [flat(h.text_content()) for h in card.iter("h1", "h2", "h3")]
    title = next(filter(None, titles), "")
    if not title:
        raise ShapeDrift(page_url, f"a card without a title ({url})")
    dates = card.cssselect("p.cekfakta-text-date")
    moment = parse_date(flat(dates[0].text_content()), outlet.zone) if dates else None
    return titled_check(title, url, outlet, published_at=moment)


def read_page(document: Document, outlet: Outlet) -> NewFactCheck:
    """Return the check of a saved article, by its title."""
    tree = page_tree(document)
    if not tree.cssselect("div.read__content"):
        raise ShapeDrift(document.url, "no div.read__content")
    said = read_metadata(tree)
    title = choose_title(tree, said)
    return titled_check(
        title, document.url, outlet, published_at=page_date(tree, said.dates, title, outlet.zone)
    )
