"""What lay at the top of the queue on each morning: kept once a day, never changed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select

from kentongan.domain import ClaimId, Decision
from kentongan.store.database import Database
from kentongan.store.first_decisions import stands
from kentongan.store.schema import ClaimRow, ReviewRow
from kentongan.store.schema_work import MorningClaimRow, MorningRow


class Mornings:
    def __init__(self, database: Database) -> None:
        self._database = database

    def is_noted(self, day: date) -> bool:
        """Tell whether a day of the region has its morning."""
        with self._database.read() as session:
            return bool(session.scalar(select(exists().where(MorningRow.day == day))))

    def note(self, day: date, at: datetime, claims: Sequence[ClaimId], waiting: int) -> bool:
        """Keep what lay on top, first place first, of `waiting` in the lane; False where it is kept already.

        Safe from several processes: one of them keeps it.
        """
        with self._database.write() as session:
            fresh = self._database.insert_new(MorningRow).values(day=day, noted_at=at, waiting=waiting)
            if session.scalar(fresh.returning(MorningRow.day)) is None:
                return False
            session.add_all(
                MorningClaimRow(day=day, place=place, claim_id=key) for place, key in enumerate(claims, 1)
            )
            return True


def decisions_on_top(within: ColumnElement[bool], until: datetime) -> Select[Any]:
    """Select for each of these mornings how many of its claims were decided on since: worth work, and not."""
    on_top = select(MorningClaimRow.claim_id.label("lay"), MorningClaimRow.claim_id.label("now"))
    on_top = on_top.join(MorningRow, MorningRow.day == MorningClaimRow.day).where(within)
    followed = on_top.cte("followed", recursive=True)
    goes_on = select(followed.c.lay, ClaimRow.merged_into).join(ClaimRow, ClaimRow.id == followed.c.now)
    followed = followed.union(goes_on.where(ClaimRow.merged_into.is_not(None)))
    turn = func.row_number().over(
        partition_by=(MorningClaimRow.day, MorningClaimRow.place),
        order_by=(ReviewRow.decided_at, ReviewRow.claim_version),
    )
    decided = (
        select(MorningRow.day, ReviewRow.decision, turn.label("turn"))
        .join(MorningClaimRow, MorningClaimRow.day == MorningRow.day)
        .join(followed, followed.c.lay == MorningClaimRow.claim_id)
        .join(ReviewRow, ReviewRow.claim_id == followed.c.now)
        .where(
            within,
            # What it was merged into may have been settled before: then it was worth what that one was.
            or_(ReviewRow.decided_at > MorningRow.noted_at, followed.c.now != followed.c.lay),
            ReviewRow.decided_at < until,
            stands(ReviewRow),
        )
        .subquery()
    )
    nothing = decided.c.decision == Decision.DISMISS.value
    return (
        select(decided.c.day, func.sum(case((nothing, 0), else_=1)), func.sum(case((nothing, 1), else_=0)))
        .where(decided.c.turn == 1)
        .group_by(decided.c.day)
    )
