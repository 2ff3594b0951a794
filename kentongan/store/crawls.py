"""What came of each crawl of each source: the ground of health and of every denominator."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select

from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.store.database import Database
from kentongan.store.schema import CrawlRow

_NAMES = tuple(CrawlRun.__dataclass_fields__)


class Crawls:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, run: CrawlRun) -> None:
        """Keep one crawl of one source."""
        with self._database.write() as session:
            session.add(CrawlRow(**asdict(run)))

    def since(self, moment: datetime, source: str | None = None) -> Sequence[CrawlRun]:
        """Return the crawls begun at or after a moment, of one source or of all, oldest first."""
        query = select(CrawlRow).where(CrawlRow.started_at >= moment)
        if source is not None:
            query = query.where(CrawlRow.source == source)
        with self._database.read() as session:
            rows = session.scalars(query.order_by(CrawlRow.source, CrawlRow.started_at, CrawlRow.id))
            return [run_of(row) for row in rows]

    def last_success(self, source: str) -> datetime | None:
        """Return when the last crawl began that read every list of a source to its end, or None."""
        whole = (
            CrawlRow.source == source,
            CrawlRow.outcome == Outcome.DONE.value,
            CrawlRow.lists > 0,
            CrawlRow.lists_failed == 0,
            CrawlRow.whole,
        )
        with self._database.read() as session:
            return session.scalar(select(func.max(CrawlRow.started_at)).where(*whole))


def run_of(row: CrawlRow) -> CrawlRun:
    said = {name: getattr(row, name) for name in _NAMES}
    return CrawlRun(**said | {"outcome": Outcome(row.outcome), "robots": Robots(row.robots)})
