"""A claim and the person who acts on it, taken for the length of a transaction."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, UserId
from kentongan.errors import Conflict, NotFound
from kentongan.store.schema import ClaimRow, UserRow


def take_claim(session: Session, claim_id: ClaimId, user_id: UserId) -> tuple[ClaimRow, UserRow]:
    """Return both, the claim locked. Raises NotFound for either, the person where they may not come in."""
    claim = session.scalar(select(ClaimRow).where(ClaimRow.id == claim_id).with_for_update())
    user = session.get(UserRow, user_id)
    if claim is None:
        raise NotFound("claim", claim_id)
    if user is None or not user.active:
        raise NotFound("active user", user_id)
    return claim, user


def require_items(claim: ClaimRow) -> None:
    """Raise Conflict for a claim that is none any more."""
    if claim.merged_into is not None or not claim.item_count:
        raise Conflict(f"claim {claim.id} holds no items any more: they are in another claim")
