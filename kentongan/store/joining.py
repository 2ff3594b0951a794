"""Making one claim of several, by the machine: within the bounds that people set.

Owns: which of the claims stays, and moving the items of the others into it. What people split
is kept apart; of claims that people decided on, at most one is in what becomes one.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, ClaimState
from kentongan.store.edited import apart
from kentongan.store.outbox import ITEM, enqueue
from kentongan.store.schema import ClaimRow, ItemRow
from kentongan.store.summary import refresh_and_tell
from kentongan.triage import OPEN


def join(session: Session, claims: Sequence[UUID], *, only_open: bool = False) -> ClaimId | None:
    """Make one of these claims as far as people let it, and return the one that holds the first's items.

    `claims` are in the order of how like they are; None for none. With `only_open` a claim that
    people closed takes no part. The largest stays, so that each item is seldom moved; one that
    people decided on stays before all others. The caller holds the grouping lock.
    """
    keys = list(dict.fromkeys(claims))
    if len(keys) < 2:
        return ClaimId(keys[0]) if keys else None
    rows = {
        row.id: row
        for row in session.scalars(
            select(ClaimRow).where(ClaimRow.id.in_(keys)).order_by(ClaimRow.id).with_for_update()
        )
    }
    parted = [row.id for row in rows.values() if row.parted]
    split = apart(session, parted) if len(parted) > 1 else set()
    together = _allowed([rows[key] for key in keys], split, only_open)
    stays = max(together, key=_weight)
    for claim in together:
        if claim is not stays:
            _absorb(session, stays, claim)
    if len(together) > 1:
        refresh_and_tell(session, stays.id)
    return ClaimId(stays.id)


def _allowed(rows: Sequence[ClaimRow], split: set[frozenset[UUID]], only_open: bool) -> list[ClaimRow]:
    """Return the first claim and those after it that may be one with it and with each other."""
    together = [rows[0]]
    first_open = ClaimState(rows[0].state) in OPEN
    if only_open and not first_open:
        return together
    for row in rows[1:]:
        # What is still open is never closed by what arrives, nor the other way.
        closed = (ClaimState(row.state) in OPEN) != first_open
        second = _is_decided(row) and any(map(_is_decided, together))
        kept_apart = any(frozenset((row.id, other.id)) in split for other in together)
        if not (closed or second or kept_apart):
            together.append(row)
    return together


def _is_decided(row: ClaimRow) -> bool:
    # It grows with every decision and every merge or split by people.
    return row.version > 1 or row.waits or row.special


def _weight(row: ClaimRow) -> tuple[bool, int, float, int]:
    """Decided before undecided, then the larger, then the one seen first."""
    return _is_decided(row), row.item_count, -row.first_seen_at.timestamp(), -row.id.int


def _absorb(session: Session, stays: ClaimRow, goes: ClaimRow) -> None:
    moved = list(session.scalars(select(ItemRow.id).where(ItemRow.claim_id == goes.id)))
    session.execute(update(ItemRow).where(ItemRow.claim_id == goes.id).values(claim_id=stays.id))
    goes.merged_into, goes.narrative_id = stays.id, None
    stays.parted |= goes.parted
    enqueue(session, ITEM, *moved)
    session.flush()
    refresh_and_tell(session, goes.id)
