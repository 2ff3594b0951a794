"""The words of collecting, as values: addresses that were read, and what came of a crawl.

Owns: what the crawler tells the record beside items. Leaves keeping to `store`, fetching to
`crawler`, judging a source's health to `health`. Times are aware and UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PageSeen:
    """An address that a source lists, as it was when it was read."""

    url: str  # as it is listed, cleaned
    seen_at: datetime
    stamp: str = ""  # what its list says of its state (lastmod, updated), or a hash of all it says
    again: bool = False  # whether to look at the address again by the plan of `store.pages`
    from_list: bool = False  # its list gave the whole item: looks only tell whether the page is still there


@dataclass(frozen=True, slots=True)
class DuePage:
    """An address that is due to be looked at again."""

    url: str
    from_list: bool = False
    item_url: str = ""  # of the item that was read there


class Robots(StrEnum):
    """What robots.txt said of what a crawl wanted to read."""

    UNASKED = ""
    OPEN = "open"
    REFUSED = "refused"  # of at least one list that the source's file names
    UNREACHABLE = "unreachable"


class Outcome(StrEnum):
    DONE = "done"
    STOPPED = "stopped"  # asked to stop before it was through
    DIED = "died"  # its process ended before it could report


@dataclass(frozen=True, slots=True)
class CrawlRun:
    """One crawl of one source, and what came of it."""

    source: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    items: int = 0  # new ones
    revised: int = 0
    fact_checks: int = 0  # new ones
    errors: int = 0
    requests: int = 0
    lists: int = 0  # feeds, sitemaps, index pages, API answers, channel pages that could be read
    lists_failed: int = 0  # that did not answer, or with something else than a list
    listed: int = 0  # entries in the lists
    newest_at: datetime | None = None  # the newest date among the entries; None: they bear none
    pages: int = 0  # articles that answered
    unread: int = 0  # of those: without an article that could be read
    untitled: int = 0  # of the articles read
    undated: int = 0
    drift: int = 0  # fact-checkers' pages and answers that lost their shape
    robots: Robots = Robots.UNASKED
    whole: bool = True  # every list was read to its end: what came before needs no reading again
    problem: str = ""  # the first trouble, in words
