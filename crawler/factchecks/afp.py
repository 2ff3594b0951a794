"""AFP Periksa Fakta: lists `/?page=N` of links to `/doc.afp.com.…`; the pages carry ClaimReview."""

from crawler.errors import ShapeDrift
from crawler.factchecks.reading import Document, Outlet, Reading, page_number, page_tree, with_page
from crawler.listing import Entry
from crawler.urls import clean_url

_CHECK = "/doc.afp.com."


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the pages that a list names; the first list promises some. AFP counts lists from 0."""
    tree = page_tree(document)
    links = (clean_url(a.get("href") or "", document.url) for a in tree.iterfind(".//a[@href]"))
    entries = {url: Entry(url) for url in links if _CHECK in url}
    number = page_number(document.url) if "page=" in document.url else 0
    if not entries and number == 0:
        raise ShapeDrift(document.url, f"no link to a check ({_CHECK}…)")
    next_url = with_page(document.url, number + 1) if entries else ""
    return Reading(entries=tuple(entries.values()), next_url=next_url)
