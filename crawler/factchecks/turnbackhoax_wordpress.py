"""turnbackhoax.id as it was until 2025: WordPress posts "[SALAH] …" with NARASI and PENJELASAN.

Read from the REST API or a feed entry by entry, and from saved pages: the archive's shape.
"""

import re

from crawler.errors import CrawlError, ShapeDrift
from crawler.factchecks.reading import Document, Outlet, Reading, Refusal, page_tree
from crawler.factchecks.titled import titled_check
from crawler.listing import Entry, read_wordpress
from crawler.metadata import read_metadata
from crawler.page import block_text, flat
from crawler.page_date import page_date
from kentongan.domain import NewFactCheck

_NARRATION = re.compile(  # "NARASI:", "=NARASI=", "[NARASI]:"
    r"^[ \t]*(?:[=\[][ \t]*narasi[ \t]*[=\]][ \t]*:?|narasi[ \t]*(?::|$))(.+?)"
    r"(?:^[ \t]*[=\[]?\b(?:penjelasan|sumber|kategori|referensi)\b[=\]]?[ \t]*(?::|$)|\Z)",
    re.I | re.S | re.M,
)


def read_entry(entry: Entry, outlet: Outlet) -> NewFactCheck:
    """Return the check that one post states: its title tells verdict and claim."""
    return titled_check(
        entry.title,
        entry.url,
        outlet,
        narration=(narration_of(entry.text),),
        published_at=entry.published_at,
    )


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the checks of a WordPress REST answer."""
    try:
        entries = read_wordpress(document.body, document.url, outlet.zone)
    except CrawlError as exc:
        raise ShapeDrift(document.url, "the answer is no list of WordPress posts") from exc
    if not entries:
        raise ShapeDrift(document.url, "no post in the answer")
    checks: list[NewFactCheck] = []
    refused: list[Refusal] = []
    for entry in entries:
        try:
            checks.append(read_entry(entry, outlet))
        except CrawlError as exc:
            refused.append(Refusal(entry.url, exc))
    return Reading(tuple(checks), tuple(refused))


def read_page(document: Document, outlet: Outlet) -> NewFactCheck:
    """Return the check of a saved post page."""
    tree = page_tree(document)
    titles, bodies = tree.cssselect("h1.entry-title"), tree.cssselect("div.entry-content")
    if not titles or not bodies:
        raise ShapeDrift(document.url, "no h1.entry-title with a div.entry-content")
    title = flat(titles[0].text_content())
    moment = page_date(tree, read_metadata(tree).dates, title, outlet.zone)
    return read_entry(Entry(document.url, title, block_text(bodies[0]), published_at=moment), outlet)


def narration_of(text: str) -> str:
    """Return what stands under NARASI in a post, '' when nothing does."""
    match = _NARRATION.search(text[:20_000])
    return match.group(1) if match else ""
