"""Reading reviews back: apart from `reviews`, which writes them, because claims need it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, ClaimState, Decision, Review, UserId
from kentongan.store.schema import ReviewRow, UserRow
from kentongan.store.voted import votes_behind


def reviews_of(session: Session, claim_id: UUID) -> list[Review]:
    """Return a claim's reviews, newest first. Votes that none of them settled are not told of."""
    rows = session.execute(
        select(ReviewRow, UserRow.name)
        .join(UserRow)
        .where(ReviewRow.claim_id == claim_id)
        .order_by(ReviewRow.claim_version.desc())
    ).all()
    votes = votes_behind(session, [row.id for row, _ in rows])
    return [
        Review(
            id=row.id,
            claim_id=ClaimId(row.claim_id),
            user_id=UserId(row.user_id),
            user_name=name,
            decision=Decision(row.decision),
            reason=row.reason,
            note=row.note,
            decided_at=row.decided_at,
            claim_version=row.claim_version,
            state_before=ClaimState(row.state_before),
            state_after=ClaimState(row.state_after),
            votes=votes.get(row.id, ()),
        )
        for row, name in rows
    ]
