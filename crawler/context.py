"""What the parts of one source's crawl share: its source, the record, the evidence, the tally."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler.evidence import EvidenceWriter
from crawler.sink import Sink
from crawler.source_file import SourceFile
from kentongan.domain import NewFactCheck, NewItem
from kentongan.pseudonym import pseudonym


@dataclass(frozen=True, slots=True)
class Captured:
    """A response as it came, on its way into the evidence."""

    url: str
    status: int
    headers: Mapping[str, list[str]]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """One product of a spider with the response it was read from."""

    product: NewItem | NewFactCheck
    captured: Captured


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
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class CrawlContext:
    """Built once per source by `run`; every component reaches it through the spider."""

    source: SourceFile
    sink: Sink
    evidence: EvidenceWriter
    allow_loopback: bool
    tally: Tally = field(default_factory=Tally)
    pseudonym_key: str | None = field(repr=False, default=None)

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
