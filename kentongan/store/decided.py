"""The decisions that stand: of many claims at once, each claim's newest review and no more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select

from kentongan.domain import ClaimId, Decision
from kentongan.store.database import Database, batched
from kentongan.store.schema import ReviewRow


@dataclass(frozen=True, slots=True)
class Decided:
    """What was last decided on a claim, and when. Not by whom: nobody's decisions are listed (R15)."""

    decision: Decision
    at: datetime


def last_decisions(database: Database, claims: Iterable[UUID]) -> Mapping[ClaimId, Decided]:
    """Return the newest decision of each claim that has one."""
    found: dict[ClaimId, Decided] = {}
    with database.read() as session:
        for keys in batched(claims):
            newest = (
                select(ReviewRow.claim_id, func.max(ReviewRow.claim_version).label("version"))
                .where(ReviewRow.claim_id.in_(keys))
                .group_by(ReviewRow.claim_id)
                .subquery()
            )
            rows = session.execute(
                select(ReviewRow.claim_id, ReviewRow.decision, ReviewRow.decided_at).join(
                    newest,
                    and_(
                        ReviewRow.claim_id == newest.c.claim_id,
                        ReviewRow.claim_version == newest.c.version,
                    ),
                )
            )
            for claim_id, decision, at in rows:
                found[ClaimId(claim_id)] = Decided(Decision(decision), at)
    return found
