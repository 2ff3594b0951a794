"""Keeping what a clustering found: all of it in one transaction, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, NarrativeId
from kentongan.errors import Conflict
from kentongan.ids import new_id
from kentongan.store.database import Database, batched, now
from kentongan.store.edits import hold_grouping
from kentongan.store.schema import ClaimRow, NarrativeRow

_LOCK = 7_203_421


@dataclass(frozen=True, slots=True)
class KnownNarrative:
    """A narrative as the next clustering needs it."""

    id: NarrativeId
    label: str
    words: tuple[str, ...]
    centre: bytes  # float16, unit length
    active: bool


@dataclass(frozen=True, slots=True)
class Theme:
    """What a clustering found; `id` is None for a narrative that is new."""

    id: NarrativeId | None
    label: str
    words: tuple[str, ...]
    claims: tuple[ClaimId, ...]
    centre: bytes  # float16, unit length


def save_themes(
    database: Database, themes: Sequence[Theme], since: datetime, known: Sequence[KnownNarrative]
) -> list[NarrativeId]:
    """Keep a clustering of the claims seen since then; see `Narratives.save`."""
    with database.write() as session:
        hold_grouping(session, database)
        if not database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        rows = {row.id: row for row in session.scalars(select(NarrativeRow))}
        if {(key, row.active) for key, row in rows.items()} != {(one.id, one.active) for one in known}:
            raise Conflict("the narratives were clustered anew meanwhile; try again")
        ids = [theme.id or NarrativeId(new_id()) for theme in themes]
        _move_claims(session, dict(zip(ids, themes, strict=True)), since)
        for row in rows.values():
            row.active = False
        for key, theme in zip(ids, themes, strict=True):
            row = rows.get(key) or NarrativeRow(id=key)
            row.label, row.words, row.centre = theme.label, list(theme.words), theme.centre
            _count(session, row)
            row.active = row.claim_count > 0
            session.add(row)
        return ids


def _move_claims(session: Session, themes: Mapping[NarrativeId, Theme], since: datetime) -> None:
    """Put claims into their narratives, and take out those of the window that are in none, and
    those that hold no item any more."""
    wanted = {claim: key for key, theme in themes.items() for claim in theme.claims}
    inside = select(ClaimRow.id, ClaimRow.narrative_id).where(
        ClaimRow.narrative_id.is_not(None), or_(ClaimRow.last_seen_at >= since, ClaimRow.item_count == 0)
    )
    present: dict[UUID, UUID | None] = dict(session.execute(inside).all())
    moves: dict[UUID | None, list[UUID]] = {}
    for claim in sorted(present.keys() | wanted.keys()):
        target: UUID | None = wanted.get(ClaimId(claim))
        if present.get(claim) != target:
            moves.setdefault(target, []).append(claim)
    for target, claims in moves.items():
        for keys in batched(claims):
            session.execute(update(ClaimRow).where(ClaimRow.id.in_(keys)).values(narrative_id=target))


def _count(session: Session, row: NarrativeRow) -> None:
    claims, items, first, last = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(ClaimRow.item_count), 0),
            func.min(ClaimRow.first_seen_at),
            func.max(ClaimRow.last_seen_at),
        ).where(ClaimRow.narrative_id == row.id, ClaimRow.item_count > 0)
    ).one()
    row.claim_count, row.item_count = claims, items
    row.first_seen_at = first or row.first_seen_at or now()
    row.last_seen_at = last or row.last_seen_at or now()
