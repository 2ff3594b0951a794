"""What eight weeks of crawls say of each source, in a few statements whatever their number.

Owns: counting in the database, so that of half a million crawls only those that found something
are read. Leaves what follows from it to `health`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, extract, func, select

from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.domain import Source
from kentongan.health.intervals import Look, join_looks, longest_pause
from kentongan.health.values import Interval, PageCounts
from kentongan.store.database import Database
from kentongan.store.schema import CrawlRow, SourceRow

_COLUMNS = tuple(getattr(CrawlRow, name) for name in CrawlRun.__dataclass_fields__)
_TURNS = 4  # of sources that are read less than once in the recent past
_READ = (CrawlRow.outcome == Outcome.DONE.value, CrawlRow.lists > 0)


class Yields:
    def __init__(self, database: Database) -> None:
        self._database = database

    def intervals(self, sources: Iterable[Source], since: datetime) -> Mapping[str, list[Interval]]:
        """Return the times over which each source was watched since a moment, and what was new."""
        known = {source.name: source for source in sources}
        looks: dict[str, list[Look]] = {name: [] for name in known}
        with self._database.read() as session:
            spans = session.execute(
                select(CrawlRow.source, func.min(CrawlRow.started_at), func.max(CrawlRow.started_at))
                .where(*_READ, CrawlRow.started_at >= since)
                .group_by(CrawlRow.source)
            ).all()
            for name, before, at, found in session.execute(_telling_looks(since)):
                if name in looks:
                    looks[name].append(Look(float(before), float(at), found))
        return {
            name: join_looks(looks[name], first.timestamp(), last.timestamp(), longest_pause(known[name]))
            for name, first, last in spans
            if name in known
        }

    def last_success(self) -> Mapping[str, datetime]:
        """Return when each source's last crawl ended that read its lists."""
        query = select(CrawlRow.source, func.max(CrawlRow.ended_at)).where(*_READ).group_by(CrawlRow.source)
        with self._database.read() as session:
            rows = session.execute(query).all()
        return {row[0]: row[1] for row in rows}

    def pages(self, since: datetime, until: datetime) -> Mapping[str, PageCounts]:
        """Return what could be read of the pages that each source answered with between two moments."""
        counted = (
            CrawlRow.pages,
            CrawlRow.unread,
            CrawlRow.pages - CrawlRow.unread,
            CrawlRow.untitled,
            CrawlRow.undated,
        )
        query = (
            select(CrawlRow.source, *map(func.sum, counted))
            .where(CrawlRow.started_at >= since, CrawlRow.started_at < until)
            .group_by(CrawlRow.source)
        )
        with self._database.read() as session:
            return {name: PageCounts(*map(int, counts)) for name, *counts in session.execute(query)}

    def runs(
        self, sources: Iterable[Source], at: datetime, recent: timedelta
    ) -> Mapping[str, list[CrawlRun]]:
        """Return the crawls of the recent past, oldest first; of sources read seldom, of a few turns."""
        turns = {source.name: _TURNS * timedelta(minutes=source.every_minutes) for source in sources}
        seldom = [name for name, time in turns.items() if time > recent]
        longest = max((turns[name] for name in seldom), default=recent)
        query = (
            select(*_COLUMNS)
            .where(
                CrawlRow.started_at >= at - longest,
                CrawlRow.started_at <= at,
                (CrawlRow.started_at >= at - recent) | CrawlRow.source.in_(seldom),
            )
            .order_by(CrawlRow.source, CrawlRow.started_at, CrawlRow.id)
        )
        found: dict[str, list[CrawlRun]] = {}
        with self._database.read() as session:
            for row in session.execute(query):
                said = row._asdict() | {"outcome": Outcome(row.outcome), "robots": Robots(row.robots)}
                found.setdefault(row.source, []).append(CrawlRun(**said))
        return found


def _telling_looks(since: datetime) -> Select[str, float, float, int]:
    """Select each crawl that found something or came after a pause, with when the one before began."""
    at = extract("epoch", CrawlRow.started_at)
    rows = (
        select(
            CrawlRow.source,
            func.lag(at).over(partition_by=CrawlRow.source, order_by=CrawlRow.started_at).label("before"),
            at.label("at"),
            (CrawlRow.items + CrawlRow.fact_checks).label("found"),
            SourceRow.every_minutes,
        )
        .join(SourceRow, SourceRow.name == CrawlRow.source)
        .where(*_READ, CrawlRow.started_at >= since)
        .subquery()
    )
    shortest_pause = 3 * 60 * rows.c.every_minutes  # a shorter gap is none, whatever `longest_pause` says
    return (
        select(rows.c.source, rows.c.before, rows.c.at, rows.c.found)
        .where(rows.c.before.is_not(None), (rows.c.found > 0) | (rows.c.at - rows.c.before > shortest_pause))
        .order_by(rows.c.source, rows.c.at)
    )
