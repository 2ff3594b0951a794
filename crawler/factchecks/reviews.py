"""Pages that carry ClaimReview: the shapes `claim_review` and `tempo`, and a part of others."""

from dataclasses import replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.claim_review import claim_reviews, read_claim_review
from crawler.errors import ShapeDrift
from crawler.extract import choose_title
from crawler.factchecks.reading import Document, Outlet, page_tree
from crawler.metadata import jsonld, read_metadata
from crawler.page_date import page_date
from kentongan.domain import NewFactCheck

TEMPO_PATH = "/cekfakta/"


def read_review_page(document: Document, outlet: Outlet) -> NewFactCheck:
    """Return the check that a page's first ClaimReview states; raises ShapeDrift where there is none."""
    return review_of(page_tree(document), document, outlet)


def review_of(
    tree: HtmlElement, document: Document, outlet: Outlet, narration: tuple[str, ...] = ()
) -> NewFactCheck:
    """Return what `read_review_page` does of a page that is a tree already.

    `narration` are texts the page quotes, for a review whose claim is none.
    """
    reviews = claim_reviews(jsonld(tree))
    if not reviews:
        raise ShapeDrift(document.url, "no ClaimReview on the page")
    said = read_metadata(tree)
    listed = document.entry
    title = choose_title(tree, said) or (listed.title if listed else "")
    check = read_claim_review(
        reviews[0],
        document.url,
        source=outlet.source,
        publisher=outlet.title,
        title=title,
        zone=outlet.zone,
        narration=narration,
    )
    if check.published_at is not None:
        return check
    shown = page_date(tree, said.dates, title, outlet.zone)
    return replace(check, published_at=shown or (listed.published_at if listed else None))


def read_tempo_page(document: Document, outlet: Outlet) -> NewFactCheck:
    """As `read_review_page`, for Tempo, whose lost pages answer 200 with another part of the site."""
    if not urlsplit(document.url).path.startswith(TEMPO_PATH):
        raise ShapeDrift(document.asked or document.url, f"it leads to {document.url} instead")
    return read_review_page(document, outlet)
