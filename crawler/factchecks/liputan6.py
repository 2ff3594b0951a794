"""Liputan6: an index of headlines "Cek Fakta: Hoaks …", each with a page of its own."""

import re

from crawler.claim_review import claim_reviews
from crawler.errors import ShapeDrift
from crawler.extract import choose_title
from crawler.factchecks.reading import Document, Outlet, Reading, page_number, page_tree, with_page
from crawler.factchecks.reviews import review_of
from crawler.factchecks.titled import titled_check
from crawler.listing import Entry
from crawler.metadata import jsonld, read_metadata
from crawler.page_date import page_date
from crawler.urls import clean_url
from kentongan.domain import NewFactCheck

_CHECK = re.compile(r"/cek-fakta/read/\d+/")


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the pages that the index lists; its first page promises some."""
    tree = page_tree(document)
    links = (clean_url(a.get("href") or "", document.url) for a in tree.iterfind(".//a[@href]"))
    entries = {url: Entry(url) for url in links if _CHECK.search(url)}
    number = page_number(document.url)
    if not entries and number == 1:
        raise ShapeDrift(document.url, "no link to a check (/cek-fakta/read/…)")
    next_url = with_page(document.url, number + 1) if entries else ""
    return Reading(entries=tuple(entries.values()), next_url=next_url)


def read_page(document: Document, outlet: Outlet) -> NewFactCheck:
    """Return the check of an article: by its ClaimReview where it has one, else by its headline."""
    tree = page_tree(document)
    if claim_reviews(jsonld(tree)):
        return review_of(tree, document, outlet)
    if not tree.cssselect("div.article-content-body__item-page"):
        raise ShapeDrift(document.url, "neither a ClaimReview nor a div.article-content-body__item-page")
    said = read_metadata(tree)
    title = choose_title(tree, said)
    return titled_check(
        title, document.url, outlet, published_at=page_date(tree, said.dates, title, outlet.zone)
    )
