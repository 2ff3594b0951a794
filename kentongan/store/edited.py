"""Reading merges and splits back: apart from `edits`, which writes them, because grouping needs it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import or_, select, union_all
from sqlalchemy.orm import Session

from kentongan.domain import ClaimEdit, ClaimId, EditKind, ItemId
from kentongan.store.database import batched
from kentongan.store.schema import ClaimEditRow, ClaimRow, UserRow

_INTO = ClaimRow.merged_into
_MERGED = select(ClaimRow.id)


def apart(session: Session, claim_ids: Iterable[UUID]) -> set[frozenset[UUID]]:
    """Return which pairs of these claims hold what a person split from one another.

    What was merged into a claim since counts as that claim, and so does what it was split off from:
    what a person took out of a part stays out of the whole.
    """
    named = select(ClaimRow.id.label("id"), ClaimRow.id.label("now"))
    older = union_all(
        select(ClaimRow.id.label("id"), ClaimRow.merged_into.label("of")).where(
            ClaimRow.merged_into.is_not(None)
        ),
        select(ClaimEditRow.claim_id.label("id"), ClaimEditRow.other_id.label("of")).where(
            ClaimEditRow.kind == EditKind.SPLIT.value
        ),
    ).subquery()
    family = named.where(ClaimRow.id.in_(list(claim_ids))).cte("family", recursive=True)
    family = family.union(select(older.c.id, family.c.now).join(older, older.c.of == family.c.id))
    left, right = family, family.alias()
    rows = session.execute(
        select(left.c.now, right.c.now)
        .select_from(ClaimEditRow)
        .join(left, left.c.id == ClaimEditRow.claim_id)
        .join(right, right.c.id == ClaimEditRow.other_id)
        .where(ClaimEditRow.kind == EditKind.SPLIT.value, left.c.now != right.c.now)
        .distinct()
    )
    return {frozenset((a, b)) for a, b in rows}


def merged_here(session: Session, claim_id: UUID) -> list[UUID]:
    """Return a claim and all that were merged into it, directly or by way of another, by people or by the
    machine."""
    found, newest = [claim_id], [claim_id]
    while newest:
        newest = [key for some in batched(newest) for key in session.scalars(_MERGED.where(_INTO.in_(some)))]
        found += newest
    return found


def edits_of(session: Session, claim_ids: Sequence[UUID], limit: int | None = None) -> list[ClaimEdit]:
    """Return the edits that any of these claims took part in, newest first."""
    rows = session.execute(
        select(ClaimEditRow, UserRow.name)
        .join(UserRow, UserRow.id == ClaimEditRow.user_id)
        .where(or_(ClaimEditRow.claim_id.in_(claim_ids), ClaimEditRow.other_id.in_(claim_ids)))
        .order_by(ClaimEditRow.edited_at.desc(), ClaimEditRow.id.desc())
        .limit(limit)
    )
    return [edit_of(row, name) for row, name in rows]


def edit_of(row: ClaimEditRow, user_name: str) -> ClaimEdit:
    return ClaimEdit(
        id=row.id,
        kind=EditKind(row.kind),
        claim_id=ClaimId(row.claim_id),
        other_id=ClaimId(row.other_id),
        item_ids=tuple(ItemId(UUID(key)) for key in row.item_ids),
        user_name=user_name,
        note=row.note,
        edited_at=row.edited_at,
    )
