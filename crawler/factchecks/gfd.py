"""gfd.turnbackhoax.id: Mafindo's database of its own and its partners' checks.

Lists `/page/N`; pages `/focus/<id>` with the labels Sumber, Tanggal publish, Berita, Hasil
Cek Fakta, Kesimpulan, Rujukan.
"""

import re
from urllib.parse import urljoin

from crawler.dates import parse_date
from crawler.errors import ShapeDrift
from crawler.extract import choose_title
from crawler.factchecks.labels import labelled
from crawler.factchecks.reading import Document, Outlet, Reading, page_tree
from crawler.factchecks.titled import titled_check
from crawler.listing import Entry
from crawler.metadata import read_metadata
from crawler.page import block_text
from crawler.urls import clean_url
from kentongan.domain import NewFactCheck

_LABELS = ("Sumber", "Tanggal publish", "Berita", "Hasil Cek Fakta", "Kesimpulan", "Rujukan")
_CHECK = re.compile(r"/focus/[\w-]+/?$")
_PAGE = re.compile(r"/page/(\d{1,6})/?$")


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the pages that `/page/N` lists; the first list promises some."""
    tree = page_tree(document)
    match = _PAGE.search(document.url)
    number = int(match.group(1)) if match else 1
    links = (clean_url(a.get("href") or "", document.url) for a in tree.iterfind(".//a[@href]"))
    entries = {url: Entry(url) for url in links if _CHECK.search(url)}
    if not entries and number == 1:
        raise ShapeDrift(document.url, "no link to a check (/focus/…)")
    next_url = urljoin(document.url, f"/page/{number + 1}") if entries else ""
    return Reading(entries=tuple(entries.values()), next_url=next_url)


def read_page(document: Document, outlet: Outlet) -> NewFactCheck:
    """Return the check of a page; its verdict stands in its title, "Berita" is the narration."""
    tree = page_tree(document)
    said = labelled(block_text(tree), _LABELS)
    for needed in ("Berita", "Hasil Cek Fakta"):
        if needed not in said:
            raise ShapeDrift(document.url, f"no {needed!r} on the page")
    title = choose_title(tree, read_metadata(tree))
    day = said.get("Tanggal publish", "")
    return titled_check(
        title,
        document.url,
        outlet,
        narration=(said["Berita"],),
        published_at=parse_date(day, outlet.zone) if day else None,
    )
