"""Whether a claim waits for another person, kept true with the summary of its row."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.opinions import awaited
from kentongan.store.outbox import ITEM, enqueue
from kentongan.store.proposed import any_waiting
from kentongan.store.schema import ClaimRow, ItemRow
from kentongan.store.summary import refresh_lane
from kentongan.store.voted import open_votes


def refresh_waiting(session: Session, claim: ClaimRow) -> bool:
    """Bring a claim's `waits` and its lane up to date with its votes and proposals; the caller holds it.

    Tells, as `summary.refresh_lane`, whether all its items are to be indexed anew.
    """
    session.flush()
    votes = open_votes(session, claim.id)
    claim.waits = awaited([vote.decision for vote in votes]) is not None or any_waiting(session, claim.id)
    return refresh_lane(session, claim)


def wait_and_tell(session: Session, claim: ClaimRow) -> None:
    """Do so where only that changed, and queue its items for the index if need be."""
    if refresh_waiting(session, claim):
        enqueue(session, ITEM, *session.scalars(select(ItemRow.id).where(ItemRow.claim_id == claim.id)))
