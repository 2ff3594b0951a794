"""Released bundles on their way: taken by one process, sent, tried again, and at last given up and told.

As with alerts: a process that dies while it sends has it taken again after `LEASE`. A bundle that comes
twice is known by its id.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update

from kentongan.alerting.rules import State
from kentongan.alerting.timing import next_try
from kentongan.sharing.values import BundleId, PartnerId
from kentongan.store.database import Database
from kentongan.store.schema_sharing import BundleRow, PartnerRow, PushRow

LEASE = timedelta(minutes=5)
MOST_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Push:
    """A bundle to send: its signed document, and sealed address and token; no address any more is None."""

    bundle_id: BundleId
    partner_id: PartnerId
    document: str
    address: bytes | None
    token: bytes | None


@dataclass(frozen=True, slots=True)
class Pushed:
    """How far a bundle is on its way."""

    state: State
    tries: int
    problem: str
    done_at: datetime | None


class SharePushes:
    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, at: datetime) -> list[Push]:
        """Take what is due and nobody else is sending; each taking counts as a try."""
        free = or_(PushRow.taken_until.is_(None), PushRow.taken_until <= at)
        due = (
            select(PushRow)
            .where(PushRow.state == State.WAITING.value, PushRow.due_at <= at, free)
            .order_by(PushRow.due_at, PushRow.bundle_id)
            .limit(MOST_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        with self._database.write() as session:
            found = []
            for row in session.scalars(due):
                row.taken_until, row.tries = at + LEASE, row.tries + 1
                bundle, partner = (
                    session.get_one(BundleRow, row.bundle_id),
                    session.get_one(PartnerRow, row.partner_id),
                )
                found.append(
                    Push(
                        BundleId(bundle.id),
                        PartnerId(partner.id),
                        bundle.document,
                        partner.address,
                        partner.token,
                    )
                )
            return found

    def sent(self, key: BundleId, at: datetime) -> None:
        """Keep that a bundle arrived."""
        done = update(PushRow).where(PushRow.bundle_id == key)
        with self._database.write() as session:
            session.execute(done.values(state=State.SENT.value, done_at=at, taken_until=None, problem=""))

    def failed(self, key: BundleId, problem: str, at: datetime) -> bool:
        """Keep why a bundle did not arrive; return whether it is now given up."""
        with self._database.write() as session:
            row = session.scalar(select(PushRow).where(PushRow.bundle_id == key).with_for_update())
            if row is None:
                return False
            again = next_try(at, row.tries)
            row.problem, row.taken_until = problem, None
            if again is None:
                row.state, row.done_at = State.DEAD.value, at
            else:
                row.due_at = again
            return again is None

    def of(self, key: BundleId) -> Pushed | None:
        """Return how far a bundle is on its way; None where it is not sent by us."""
        with self._database.read() as session:
            row = session.get(PushRow, key)
            return Pushed(State(row.state), row.tries, row.problem, row.done_at) if row else None

    def dead(self) -> tuple[int, str]:
        """Return how many were given up, and why the newest was."""
        dead = PushRow.state == State.DEAD.value
        newest = select(PushRow.problem).where(dead).order_by(PushRow.done_at.desc()).limit(1)
        with self._database.read() as session:
            number = session.scalar(select(func.count()).select_from(PushRow).where(dead)) or 0
            return number, (session.scalar(newest) or "") if number else ""

    def revive(self, at: datetime) -> int:
        """Let what was given up be tried anew from now; return how many."""
        dead = update(PushRow).where(PushRow.state == State.DEAD.value)
        again = dead.values(state=State.WAITING.value, due_at=at, tries=0, done_at=None)
        with self._database.write() as session:
            return len(session.execute(again.returning(PushRow.bundle_id)).all())
