"""Jabar Saber Hoaks, the model of a regional unit: clarifications under `/v2/klarifikasi/detail/`.

Only its addresses were seen, never a page: the verdict is looked for in a ClaimReview, the
title and a label "Kategori", and a page with none of them is drift.
"""

import re

from crawler.claim_review import claim_reviews
from crawler.errors import ShapeDrift
from crawler.extract import choose_title
from crawler.factchecks.labels import labelled
from crawler.factchecks.reading import Document, Outlet, Reading, page_tree
from crawler.factchecks.reviews import review_of
from crawler.factchecks.titled import titled_check
from crawler.listing import Entry
from crawler.metadata import jsonld, read_metadata
from crawler.page import block_text
from crawler.page_date import page_date
from crawler.urls import clean_url
from crawler.verdicts import bracketed_word, leading_word
from kentongan.domain import NewFactCheck

_CHECK = re.compile(r"/v2/klarifikasi/detail/[A-Z0-9]+/[^/?]+")
_LABELS = ("Kategori", "Tanggal", "Sumber", "Narasi", "Penjelasan", "Klarifikasi", "Kesimpulan", "Rujukan")


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the clarifications that a list links to; it promises some."""
    tree = page_tree(document)
    links = (clean_url(a.get("href") or "", document.url) for a in tree.iterfind(".//a[@href]"))
    entries = {url: Entry(url) for url in links if _CHECK.search(url)}
    if not entries:
        raise ShapeDrift(document.url, "no link to a clarification (/v2/klarifikasi/detail/…)")
    return Reading(entries=tuple(entries.values()))


def read_page(document: Document, outlet: Outlet) -> NewFactCheck:
    """Return the check of one clarification."""
    tree = page_tree(document)
    if claim_reviews(jsonld(tree)):
        return review_of(tree, document, outlet)
    said, metadata = labelled(block_text(tree), _LABELS), read_metadata(tree)
    title = choose_title(tree, metadata)
    category = said.get("Kategori", "").split("\n")[0]
    if not (category or bracketed_word(title) or leading_word(title)[0]):
        raise ShapeDrift(document.url, "no verdict: no ClaimReview, none in the title, no 'Kategori'")
    return titled_check(
        title,
        document.url,
        outlet,
        words=(category,),
        narration=(said.get("Narasi", ""),),
        published_at=page_date(tree, metadata.dates, title, outlet.zone),
    )
