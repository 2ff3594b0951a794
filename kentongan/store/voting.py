"""Casting votes within a decision's transaction; the caller holds the claim. Nothing is ever changed:
a vote that replaces another, or takes it back, is a row of its own."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.domain import Decision, Reason, Vote
from kentongan.ids import new_id
from kentongan.opinions import VoteClosed
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import ClaimRow, UserRow, keepable
from kentongan.store.schema_opinions import ReviewVoteRow, VoteRow
from kentongan.store.voted import is_open, open_votes


def cast_vote(
    session: Session,
    database: Database,
    claim: ClaimRow,
    user: UserRow,
    decision: Decision | None,
    reason: Reason = Reason.UNSTATED,
    note: str = "",
) -> tuple[Vote, ...]:
    """Keep a person's vote, their newest; None takes it back. Return the open votes with it.

    The same vote once more changes nothing. The audit log tells that a person voted, not what: others
    read it who have still to vote. Raises VoteClosed where theirs is one of two that are in, or where
    there is none to take back.
    """
    votes = open_votes(session, claim.id)
    own = next((vote for vote in votes if vote.user_id == user.id), None)
    if own and len(votes) >= 2:
        raise VoteClosed(f"claim {claim.id}: two voices are in, a third person decides")
    if own is None and decision is None:
        raise VoteClosed(f"claim {claim.id}: there is no vote of {user.name} to take back")
    if own and (own.decision, own.reason, own.note) == (decision, reason, keepable(note)):
        return votes
    session.add(
        VoteRow(
            id=new_id(),
            claim_id=claim.id,
            user_id=user.id,
            decision=decision.value if decision else None,
            reason=reason.value,
            note=keepable(note),
            claim_version=claim.version,
            voted_at=now(),
        )
    )
    session.flush()
    append(session, database, user.name, "vote" if decision else "take back vote", str(claim.id))
    return open_votes(session, claim.id)


def settle_votes(session: Session, claim_id: UUID, review_id: UUID) -> None:
    """Tie all open votes on a claim, the replaced ones too, to the review that they led to."""
    for vote_id in session.scalars(select(VoteRow.id).where(VoteRow.claim_id == claim_id, is_open())).all():
        session.add(ReviewVoteRow(vote_id=vote_id, review_id=review_id))
    session.flush()
