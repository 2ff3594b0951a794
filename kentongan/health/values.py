"""What can be said of a source's health. Leaves finding it out to its neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kentongan.collecting import Robots


class Trouble(StrEnum):
    """What is wrong with a source; each has alarms of its own."""

    UNREACHABLE = "unreachable"  # its lists do not answer, or with an error
    NOT_A_LIST = "not_a_list"  # they answer 200 with something else, such as an error page
    EMPTY_LIST = "empty_list"
    STALE = "stale"  # its lists' newest entry is older than chance allows
    SILENT = "silent"  # nothing new was kept for longer than chance allows
    UNREAD_PAGES = "unread_pages"  # articles, titles or dates are no longer found on its pages
    DRIFT = "drift"  # a fact-checker's pages lost their shape
    ROBOTS_REFUSED = "robots_refused"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    NOT_CRAWLED = "not_crawled"  # nobody reads it: the scheduler or the crawler is down
    DIED = "died"  # the crawls end before they can report


class State(StrEnum):
    HEALTHY = "healthy"
    QUIET = "quiet"  # unusually quiet, yet within what happens
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"  # not read yet
    INACTIVE = "inactive"  # its file says that it is not to be read


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, since when as far as can be told, and the figures in words."""

    trouble: Trouble
    since: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """A source at a moment."""

    source: str
    state: State
    findings: tuple[Finding, ...]
    last_crawl_at: datetime | None  # ended, whatever came of it
    last_success_at: datetime | None  # its lists were read and held entries
    newest_at: datetime | None  # as its lists say
    robots: Robots
    found_day: int  # new items of the last 24 hours
    expected_day: float  # of the same hours
    quiet_chance: float  # of a silence as long as the present one, 0 to 1

    @property
    def idle(self) -> bool:
        """Tell whether nobody reads it."""
        return any(finding.trouble is Trouble.NOT_CRAWLED for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Interval:
    """A time over which a source was read without a longer pause, and what was new at its end."""

    start: float  # seconds since 1970
    end: float
    found: int


@dataclass(frozen=True, slots=True)
class PageCounts:
    """Article pages of some crawls, by what could be read of them."""

    pages: int = 0  # that answered
    unread: int = 0  # of those, without an article that could be read
    read: int = 0
    untitled: int = 0  # of those read
    undated: int = 0

    @classmethod
    def total(cls, some: Sequence["PageCounts"]) -> "PageCounts":
        return cls(
            sum(one.pages for one in some),
            sum(one.unread for one in some),
            sum(one.read for one in some),
            sum(one.untitled for one in some),
            sum(one.undated for one in some),
        )
