"""What the parts of one source's crawl share: its source, the record, the evidence, the tally."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scrapy.http import Response

from crawler.evidence import EvidenceWriter
from crawler.sink import Sink
from crawler.source_file import SourceFile
from kentongan.collecting import PageSeen, Robots
from kentongan.domain import NewFactCheck, NewItem
from kentongan.pseudonym import pseudonym


@dataclass(frozen=True, slots=True)
class Captured:
    """A response as it came, on its way into the evidence."""

    url: str
    status: int
    headers: Mapping[str, list[str]]
    payload: bytes


def captured(response: Response) -> Captured:
    """Return a response in the form in which it goes into the evidence."""
    headers = {
        name.decode("latin-1"): [value.decode("latin-1") for value in values]
        for name, values in response.headers.items()
    }
    return Captured(response.url, response.status, headers, response.body)


@dataclass(frozen=True, slots=True)
class Found:
    """One product of a spider with the response it was read from, and the address it was asked at."""

    product: NewItem | NewFactCheck
    captured: Captured
    page: PageSeen | None = None
    look: bool = False  # read before: what says nothing new needs no evidence again
    further: tuple[Captured, ...] = ()  # the responses of an article's other parts, in order


@dataclass(slots=True)
class Tally:
    """What came of one source in one crawl, counted as it happens."""

    items: int = 0
    revised: int = 0
    unchanged: int = 0
    fact_checks: int = 0
    errors: int = 0
    withheld: int = 0  # pages and posts that ask not to be kept (noindex)
    drift: int = 0  # fact-checkers' pages and answers that lost their shape; errors too
    lists: int = 0  # feeds, sitemaps, API answers, index and channel pages that could be read
    lists_failed: int = 0
    lists_cut: int = 0  # that were not read to their end
    listed: int = 0  # entries in them
    newest_at: datetime | None = None  # among the entries
    pages: int = 0  # articles that answered
    unread: int = 0  # of those, without an article that could be read
    untitled: int = 0
    undated: int = 0
    gone: int = 0  # that their source took away, known since this crawl
    robots: Robots = Robots.UNASKED
    problem: str = ""  # the first trouble
    stopped: bool = False

    def count_list(self, dates: Iterable[datetime | None]) -> None:
        """Count a list that could be read, by what its entries bear."""
        self.lists += 1
        for date in dates:
            self.listed += 1
            if date is not None and (self.newest_at is None or date > self.newest_at):
                self.newest_at = date

    def count_page(self, item: NewItem | None) -> None:
        """Count an article page that answered; None: no article was found on it."""
        self.pages += 1
        self.unread += item is None
        self.untitled += item is not None and not item.title
        self.undated += item is not None and item.published_at is None


@dataclass(frozen=True, slots=True)
class CrawlContext:
    """Built once per source by `run`; every component reaches it through the spider."""

    source: SourceFile
    sink: Sink
    evidence: EvidenceWriter
    allow_loopback: bool
    tally: Tally = field(default_factory=Tally)
    pseudonym_key: str | None = field(repr=False, default=None)
    since: datetime | None = None  # when the last crawl began that read every list; None: never

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.source.source.time_zone)

    def author_of(self, handle: str, at: datetime | None) -> str:
        """Return a poster's pseudonym for the month of `at` (now if None); '' without handle or key."""
        if not handle or self.pseudonym_key is None:
            return ""
        return pseudonym(handle, self.pseudonym_key, at or datetime.now(UTC))

    def trouble(self, url: str, problem: str, status: int = 0) -> None:
        """Count and record one thing that went wrong; the crawl goes on."""
        self.tally.errors += 1
        self.tally.problem = self.tally.problem or f"{url[:200]}: {' '.join(problem.split())[:300]}"
        self.sink.record_fetch(
            self.source.name,
            url[:2000],
            status=status,
            error=" ".join(problem.split())[:500],
            at=datetime.now(UTC),
        )

    def fetched(self, url: str, status: int) -> None:
        """Record that a list or robots.txt answered, 304s included."""
        self.sink.record_fetch(self.source.name, url[:2000], status=status, at=datetime.now(UTC))
