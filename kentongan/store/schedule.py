"""Who reads which source, and when: the one place where all crawling processes meet.

Owns: the rows of the schedule, leases, and that taking is one at a time. Leaves the rules to
`kentongan.due`. A lease is renewed while its crawl lives; one that ran out belonged to a process
that died, and the source is due again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from kentongan.collecting import CrawlRun, Outcome
from kentongan.due import BACKOFF, Slot, backoff, choose, first_dues, latest_due
from kentongan.store.database import Database, now
from kentongan.store.schema import CrawlRow, ScheduleRow, SourceRow

_LOCK = 7_203_422
ABANDONED = timedelta(days=1)  # overdue, and nobody who reads the schedule knows the source
LOST = "the process that read it ended, or lost the record, before it could report"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the schedule has to know of a source."""

    source: str
    hosts: frozenset[str]
    every: timedelta


@dataclass(frozen=True, slots=True)
class Taking:
    taken: tuple[str, ...]
    elsewhere: frozenset[str]  # of those asked for, what others are reading


class Schedule:
    def __init__(self, database: Database) -> None:
        self._database = database

    def clock(self) -> datetime:
        """Return the time that leases go by: the same for every machine that shares the record."""
        if self._database.is_sqlite:
            return now()
        with self._database.read() as session:
            told: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
            return told

    def plan(
        self, plans: Sequence[Plan], at: datetime, random: Random, inactive: Collection[str] = ()
    ) -> None:
        """Bring the schedule up to date with what there is to read; idempotent.

        New sources are due soon, and a changed interval counts from the crawl before. What is
        `inactive`, and what nobody has read for a day after it was due, leaves. Rows that are
        leased stay as they are. The sources have to be in the record, with the interval they had.
        """
        with self._writing() as session:
            rows = {row.source: row for row in session.scalars(select(ScheduleRow))}
            recorded = session.execute(select(SourceRow.name, SourceRow.every_minutes))
            before = {name: timedelta(minutes=minutes) for name, minutes in recorded}
            new = [plan for plan in plans if plan.source not in rows]
            for plan, due_at in zip(new, first_dues(len(new), at, random), strict=True):
                session.add(ScheduleRow(source=plan.source, hosts=sorted(plan.hosts), due_at=due_at))
            known = {plan.source: plan for plan in plans}
            for row in rows.values():
                if row.lease_owner is not None:
                    continue
                if (plan_now := known.get(row.source)) is not None:
                    if row.hosts != sorted(plan_now.hosts):
                        row.hosts = sorted(plan_now.hosts)
                    row.due_at += plan_now.every - before[row.source]
                elif row.source in inactive or row.due_at < at - ABANDONED:
                    session.delete(row)

    def take(
        self,
        owner: str,
        known: Mapping[str, timedelta],
        *,
        at: datetime,
        lease: timedelta,
        room: int,
        due_or_not: bool = False,
    ) -> Taking:
        """Lease at most `room` of the known sources (name and interval) that are due, by `due.choose`.

        Leases that ran out are ended first, each as a crawl that died. Moments too far ahead, which
        only a wrong clock can have set, are brought near. With `due_or_not`, all count as due.
        """
        with self._writing() as session:
            rows = {row.source: row for row in session.scalars(select(ScheduleRow))}
            for row in rows.values():
                _end_if_lost(session, row, at, lease)
                if row.source in known:
                    _bring_near(session, row, known[row.source], at)
            slots = [_slot(row, at if due_or_not else None) for row in rows.values()]
            taken = choose(slots, known, at, room)
            others = (s.source for s in slots if s.leased and s.source in known)
            elsewhere = frozenset(name for name in others if rows[name].lease_owner != owner)
            for name in taken:
                rows[name].lease_owner, rows[name].lease_until = owner, at + lease
            return Taking(tuple(taken), elsewhere)

    def renew(self, owner: str, sources: Collection[str], at: datetime, lease: timedelta) -> frozenset[str]:
        """Prolong leases and return which are still ours; one that ran out may be another's by now."""
        ours = (
            ScheduleRow.lease_owner == owner,
            ScheduleRow.source.in_(sources),
            ScheduleRow.lease_until > at,
        )
        with self._writing() as session:
            prolong = update(ScheduleRow).where(*ours).values(lease_until=at + lease)
            return frozenset(session.scalars(prolong.returning(ScheduleRow.source)))

    def finish(self, owner: str, source: str, due_at: datetime) -> bool:
        """End a lease; the source is due at `due_at`. False when it is no longer ours."""
        with self._writing() as session:
            row = _ours(session, owner, source)
            if row is not None:
                row.due_at, row.lease_owner, row.lease_until = due_at, None, None
            return row is not None

    def fail(self, owner: str, run: CrawlRun, at: datetime) -> bool:
        """Keep a crawl that died and end its lease; it is due after a while that grows with each death.

        False, and nothing is kept, when the lease is no longer ours: whoever took it kept the death.
        """
        with self._writing() as session:
            row = _ours(session, owner, run.source)
            if row is not None:
                _bury(session, row, run, at)
            return row is not None

    def give_back(self, owner: str, sources: Collection[str]) -> None:
        """End leases of crawls that did not come through; others may take the sources at once."""
        held = (ScheduleRow.lease_owner == owner, ScheduleRow.source.in_(sources))
        with self._writing() as session:
            session.execute(update(ScheduleRow).where(*held).values(lease_owner=None, lease_until=None))

    def remove(self, sources: Collection[str]) -> None:
        """Let sources that nobody is reading leave the schedule."""
        with self._writing() as session:
            for row in session.scalars(select(ScheduleRow).where(ScheduleRow.source.in_(sources))):
                if row.lease_owner is None:
                    session.delete(row)

    def slots(self) -> list[Slot]:
        """Return every source's place, soonest due first."""
        with self._database.read() as session:
            return [_slot(row) for row in session.scalars(select(ScheduleRow).order_by(ScheduleRow.due_at))]

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """Write, one process at a time: what is chosen depends on every row."""
        with self._database.write() as session:
            if not self._database.is_sqlite:  # where a write transaction is alone already
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield session


def _ours(session: Session, owner: str, source: str) -> ScheduleRow | None:
    row = session.get(ScheduleRow, source)
    return row if row is not None and row.lease_owner == owner else None


def _slot(row: ScheduleRow, at: datetime | None = None) -> Slot:
    due_at = row.due_at if at is None else min(row.due_at, at)
    return Slot(row.source, frozenset(row.hosts), due_at, row.lease_owner is not None)


def _end_if_lost(session: Session, row: ScheduleRow, at: datetime, lease: timedelta) -> None:
    if row.lease_until is None:
        return
    # After a clock went back: a living owner renews it, a dead one's runs out as any other does.
    row.lease_until = min(row.lease_until, at + lease)
    if row.lease_until <= at:
        seen = row.lease_until - lease  # its last sign of life
        # The whole process ended, likely not of this source: only a second time makes it wait.
        run = CrawlRun(row.source, seen, seen, Outcome.DIED, problem=LOST)
        _bury(session, row, run, at, forgiven=1)


def _bury(session: Session, row: ScheduleRow, run: CrawlRun, at: datetime, forgiven: int = 0) -> None:
    session.add(CrawlRow(**asdict(run)))
    session.flush()
    row.due_at = at + backoff(_deaths(session, row.source) - forgiven)
    row.lease_owner = row.lease_until = None


def _bring_near(session: Session, row: ScheduleRow, every: timedelta, at: datetime) -> None:
    if row.lease_owner is None and row.due_at > latest_due(every, at):
        row.due_at = min(row.due_at, latest_due(every, at, _deaths(session, row.source)))


def _deaths(session: Session, source: str) -> int:
    """Return how many of a source's last crawls died, one after the other; those that were stopped aside."""
    told = (CrawlRow.source == source, CrawlRow.outcome != Outcome.STOPPED)
    newest = select(CrawlRow.outcome).where(*told).order_by(CrawlRow.id.desc()).limit(len(BACKOFF))
    outcomes = list(session.scalars(newest))
    return next((n for n, outcome in enumerate(outcomes) if outcome != Outcome.DIED), len(outcomes))
