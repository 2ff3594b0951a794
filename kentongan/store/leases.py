"""Keeping leases: who works on which claim now. The rules are in `kentongan.leases`.

Every change locks the claim before the lease, as decisions do. Times are this process's own clock:
machines that share a record keep theirs right to a few seconds.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from kentongan.domain import ClaimId, UserId
from kentongan.errors import Conflict, NotFound
from kentongan.ids import new_id
from kentongan.leases import LENGTH, Held, Lease, TakeOver, check_free, check_note, lease_for, taken_from
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import ClaimRow, UserRow
from kentongan.store.schema_leases import LeaseRow, LeaseTakeOverRow

__all__ = ["Held", "Lease", "Leases", "end_lease", "require_free", "take_overs_of"]


class Leases:
    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    def hold(self, claim_id: ClaimId, user_id: UserId) -> Lease:
        """Take a free claim, or renew one's own lease. Raises NotFound, Held, and Conflict for a claim
        whose items are in another now."""
        with self._database.write() as session:
            found, wanted = self._prepare(session, claim_id, user_id)
            return _save(session, lease_for(found, wanted))

    def open(self, claim_id: ClaimId, user_id: UserId) -> Lease:
        """Enter in the audit log that a person looks at a claim, and take it for them where it is free, in
        one transaction. Return the lease that there is then, theirs or another's. Raises as `hold`."""
        with self._database.write() as session:
            found, wanted = self._prepare(session, claim_id, user_id)
            append(session, self._database, wanted.user_name, "view claim", str(claim_id))
            try:
                return _save(session, lease_for(found, wanted))
            except Held as held:
                return held.lease

    def take_over(self, claim_id: ClaimId, user_id: UserId, note: str, *, seen: UserId) -> Lease:
        """Take a claim that another person holds, leaving a note in its history and in the audit log.

        `seen` is the holder whom the person was shown. Where by now nobody holds it, it is just taken.
        Raises NotFound, BadInput for a note that says nothing or is too long, Held where a third one
        holds it by now, Conflict as `hold`.
        """
        check_note(note)
        with self._database.write() as session:
            found, wanted = self._prepare(session, claim_id, user_id)
            first = taken_from(found, wanted, seen)
            if first is not None:
                session.add(
                    LeaseTakeOverRow(
                        id=new_id(),
                        claim_id=claim_id,
                        user_id=user_id,
                        holder_id=first.user_id,
                        note=note,
                        taken_at=wanted.since,
                    )
                )
            lease = _save(session, wanted if first else lease_for(found, wanted))
            if first is not None:
                append(
                    session,
                    self._database,
                    lease.user_name,
                    "take over claim",
                    str(claim_id),
                    holder=first.user_name,
                    note=note,
                )
            return lease

    def give_back(self, claim_id: ClaimId, user_id: UserId, *, until: datetime | None = None) -> None:
        """Let others have it. Does nothing where this person does not hold it, or, with `until`, where
        they renewed it since: another page of theirs is at work on it."""
        mine = delete(LeaseRow).where(LeaseRow.claim_id == claim_id, LeaseRow.user_id == user_id)
        with self._database.write() as session:
            session.execute(mine if until is None else mine.where(LeaseRow.until == until))

    def holders(self, claim_ids: Iterable[ClaimId]) -> Mapping[ClaimId, Lease]:
        """Return the live lease of each claim that has one."""
        with self._database.read() as session:
            found = _leases(session, claim_ids)
        return {lease.claim_id: lease for lease in found if lease.alive(self._clock())}

    def last_take_over(self, claim_id: ClaimId) -> TakeOver | None:
        """Return the newest of a claim, or None."""
        with self._database.read() as session:
            return next(iter(take_overs_of(session, [claim_id], limit=1)), None)

    def _prepare(self, session: Session, claim_id: ClaimId, user_id: UserId) -> tuple[Lease | None, Lease]:
        """Return the lease that there is, and the one that is wanted; nobody else changes it meanwhile."""
        _lock_claim(session, claim_id)
        name = session.scalar(select(UserRow.name).where(UserRow.id == user_id, UserRow.active))
        if name is None:
            raise NotFound("active user", user_id)
        at = self._clock()
        return _lease(session, claim_id), Lease(claim_id, user_id, name, at, at + LENGTH)


def require_free(session: Session, claim_id: ClaimId, user_id: UserId, at: datetime | None = None) -> None:
    """Raise Held where somebody else's lease on the claim is alive; the caller has locked the claim."""
    check_free(_lease(session, claim_id), user_id, at or now())


def end_lease(session: Session, claim_id: ClaimId) -> None:
    """End the lease of a claim with the session's transaction: what it was for is done."""
    session.execute(delete(LeaseRow).where(LeaseRow.claim_id == claim_id))


def take_overs_of(session: Session, claim_ids: Iterable[UUID], limit: int | None = None) -> list[TakeOver]:
    """Return who took any of these claims over, newest first."""
    taker, holder = aliased(UserRow), aliased(UserRow)
    rows = session.execute(
        select(LeaseTakeOverRow, taker.name, holder.name)
        .join(taker, taker.id == LeaseTakeOverRow.user_id)
        .join(holder, holder.id == LeaseTakeOverRow.holder_id)
        .where(LeaseTakeOverRow.claim_id.in_(list(claim_ids)))
        .order_by(LeaseTakeOverRow.taken_at.desc(), LeaseTakeOverRow.id.desc())
        .limit(limit)
    )
    return [
        TakeOver(ClaimId(row.claim_id), user_name, holder_name, row.note, row.taken_at)
        for row, user_name, holder_name in rows
    ]


def _lock_claim(session: Session, claim_id: ClaimId) -> None:
    found = session.execute(
        select(ClaimRow.merged_into).where(ClaimRow.id == claim_id).with_for_update(key_share=True)
    ).one_or_none()
    if found is None:
        raise NotFound("claim", claim_id)
    if found.merged_into is not None:
        raise Conflict(f"claim {claim_id} holds no items any more: they are in another claim")


def _save(session: Session, lease: Lease) -> Lease:
    session.merge(
        LeaseRow(claim_id=lease.claim_id, user_id=lease.user_id, since=lease.since, until=lease.until)
    )
    session.flush()
    return lease


def _lease(session: Session, claim_id: ClaimId) -> Lease | None:
    return next(iter(_leases(session, [claim_id])), None)


def _leases(session: Session, claim_ids: Iterable[ClaimId]) -> list[Lease]:
    columns = (LeaseRow.claim_id, LeaseRow.user_id, UserRow.name, LeaseRow.since, LeaseRow.until)
    rows = session.execute(
        select(*columns)
        .join(UserRow, UserRow.id == LeaseRow.user_id)
        .where(LeaseRow.claim_id.in_(list(claim_ids)))
    )
    return [
        Lease(ClaimId(claim_id), UserId(user_id), name, since, until)
        for claim_id, user_id, name, since, until in rows
    ]
