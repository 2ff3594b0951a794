"""Finds how a site may be read and proposes a source file for it. The one way in."""

from collections.abc import Callable
from dataclasses import dataclass
from time import sleep as real_sleep

from crawler.discovery.draft import write_draft
from crawler.discovery.finder import Finder
from crawler.discovery.findings import Findings, NothingFound, Wish
from crawler.discovery.page_hints import fetchable
from crawler.discovery.places import place_of, preview_of, tag_of
from crawler.discovery.posts_finder import find_posts, youtube_page
from crawler.discovery.proposing import draft_of, warnings_of
from crawler.discovery.visitor import Bounds, Visitor
from crawler.fetch_answer import Network
from crawler.fetch_visit import full_address
from crawler.source_file import SourceFile


@dataclass(frozen=True, slots=True)
class Discovery:
    """A proposal: `yaml` reads back as `source`, which is not active."""

    yaml: str
    source: SourceFile
    found: Findings
    warnings: tuple[str, ...]
    requests: int


def discover(
    wish: Wish,
    *,
    contact: str,
    network: Network,
    bounds: Bounds | None = None,
    sleep: Callable[[float], None] = real_sleep,
) -> Discovery:
    """Return a proposal for the site of an address; keeps nothing.

    Raises NoSource and PageNotRead for an address that is never fetched, NothingFound for a site
    that gives nothing.
    """
    visitor = Visitor(contact, network, bounds, sleep)
    found = _find(visitor, wish)
    yaml, source = write_draft(draft_of(found, wish))
    return Discovery(yaml, source, found, tuple(warnings_of(found, wish)), visitor.asked)


def _find(visitor: Visitor, wish: Wish) -> Findings:
    given = full_address(wish.url)
    address = fetchable(given) or given  # what is no web address is refused where it is asked for
    place = place_of(address) or youtube_page(visitor, address)
    if place is not None:
        return find_posts(visitor, place)
    perhaps = tag_of(address) or preview_of(address)
    if perhaps is not None:
        try:
            return find_posts(visitor, perhaps)
        except NothingFound:
            pass  # another site with pages at /tags/ or /s/
    return Finder(visitor, wish).find(address)
