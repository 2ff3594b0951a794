"""What the record says of everything in a case file: the values that its timeline is made of.

Bounded by what stands in the timeline, not by how many items a claim has: of those only the first, and
those that were edited or taken away upstream.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, FactCheck, SourceKind
from kentongan.headline import headline_of
from kentongan.incidents import CaseFile
from kentongan.store.database import Database, batched
from kentongan.store.edited import edits_of, merged_here
from kentongan.store.edits import Edits
from kentongan.store.reviewed import reviews_of
from kentongan.store.rows import fact_check_of
from kentongan.store.schema import ClaimRow, FactCheckRow, ItemRow, MatchRow, RevisionRow, SourceRow
from kentongan.store.spread import SEEN, hours_of, items_of
from kentongan.timeline import ClaimFacts, ItemFacts


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """A claim of the case as it stands now: itself, or the one it was merged into."""

    put_in: ClaimId
    standing: ClaimId
    headline: str
    item_count: int
    press_only: bool


@dataclass(frozen=True, slots=True)
class CaseFacts:
    claims: tuple[HeldClaim, ...]  # in the order they were put in
    claim_facts: tuple[ClaimFacts, ...]  # one for each that stands
    item_facts: tuple[ItemFacts, ...]
    checks: tuple[FactCheck, ...]  # confirmed, of items that are not of the press (R9)
    hours: Mapping[datetime, int]  # sightings of all items by the hour, UTC


def read_facts(database: Database, case: CaseFile) -> CaseFacts:
    """Return what the record says of what a case holds now; what was taken out is left out."""
    edits = Edits(database)
    put_in = [part.claim_id for part in case.held if part.claim_id]
    alone = [part.item_id for part in case.held if part.item_id]
    standing = {claim: edits.standing(claim) for claim in put_in}
    with database.read() as session:
        rows = {
            row.id: row
            for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(set(standing.values()))))
        }
        which = or_(ItemRow.claim_id.in_(list(rows)), ItemRow.id.in_(alone))
        return CaseFacts(
            claims=tuple(_held_claim(session, claim, rows[standing[claim]]) for claim in put_in),
            claim_facts=tuple(_claim_facts(session, database, row) for row in rows.values()),
            item_facts=_item_facts(session, which, [*alone, *_firsts(session, list(rows))]),
            checks=_checks(session, which),
            hours=hours_of(session, database, which),
        )


def _held_claim(session: Session, put_in: ClaimId, row: ClaimRow) -> HeldClaim:
    public = session.scalars(items_of(row.id, ItemRow.id).where(ItemRow.press.is_(False)).limit(1)).first()
    return HeldClaim(put_in, ClaimId(row.id), row.headline, row.item_count, public is None)


def _claim_facts(session: Session, database: Database, row: ClaimRow) -> ClaimFacts:
    family = merged_here(session, row.id)
    return ClaimFacts(
        id=row.id,
        headline=row.headline,
        hours=hours_of(session, database, ItemRow.claim_id == row.id),
        reviews=[review for key in family for review in reviews_of(session, key)],
        edits=edits_of(session, family),
    )


def _firsts(session: Session, claims: Sequence[UUID]) -> list[UUID]:
    """Return of each claim the item that was published, or seen, first, and the one that we saw first."""
    found: list[UUID] = []
    for claim in claims:
        for order in (SEEN, ItemRow.first_seen_at):
            found += session.scalars(items_of(claim, ItemRow.id).order_by(order, ItemRow.id).limit(1))
    return found


def _item_facts(
    session: Session, which: ColumnElement[bool], begins: Sequence[UUID]
) -> tuple[ItemFacts, ...]:
    changed = exists().where(RevisionRow.item_id == ItemRow.id, RevisionRow.number > 1)
    first = set(begins)
    keys = first | set(
        session.scalars(select(ItemRow.id).where(which, or_(ItemRow.gone_at.is_not(None), changed)))
    )
    found: dict[UUID, ItemFacts] = {}
    for some in batched(sorted(keys)):
        revisions: dict[UUID, list[tuple[int, datetime]]] = {}
        for key, number, at in session.execute(
            select(RevisionRow.item_id, RevisionRow.number, RevisionRow.seen_at)
            .where(RevisionRow.item_id.in_(some), RevisionRow.number > 1)
            .order_by(RevisionRow.item_id, RevisionRow.number)
        ):
            revisions.setdefault(key, []).append((number, at))
        rows = session.execute(select(ItemRow, SourceRow.title).join(SourceRow).where(ItemRow.id.in_(some)))
        for row, source in rows:
            found[row.id] = ItemFacts(
                id=row.id,
                title=headline_of(f"{row.title}\n{row.text}" if row.title else row.text),
                source=source,
                published_at=row.published_at,
                first_seen_at=row.first_seen_at,
                gone_at=row.gone_at,
                revisions=revisions.get(row.id, ()),
                begins=row.id in first,
            )
    return tuple(found[key] for key in sorted(found))


def _checks(session: Session, which: ColumnElement[bool]) -> tuple[FactCheck, ...]:
    rows = session.scalars(
        select(FactCheckRow)
        .where(
            FactCheckRow.id.in_(
                select(MatchRow.fact_check_id)
                .join(ItemRow, ItemRow.id == MatchRow.item_id)
                .join(SourceRow, SourceRow.name == ItemRow.source)
                .where(which, MatchRow.confirmed, SourceRow.kind != SourceKind.PRESS.value)
            )
        )
        .order_by(FactCheckRow.id)
    )
    return tuple(fact_check_of(row) for row in rows)
