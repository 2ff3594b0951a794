"""Narratives: keeping what a clustering found, and reading it with how much of it is seen by week."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import Claim, Narrative, NarrativeId
from kentongan.errors import BadInput, NotFound
from kentongan.store.database import Database, now
from kentongan.store.narrative_claims import ThemeClaim, eligible, read_claims
from kentongan.store.narrative_saving import KnownNarrative, Theme, save_themes
from kentongan.store.narrative_weeks import Trend, Week, count_weeks, trend_of
from kentongan.store.rows import claim_of
from kentongan.store.schema import ClaimRow, NarrativeRow


@dataclass(frozen=True, slots=True)
class NarrativeView:
    narrative: Narrative
    weeks: tuple[Week, ...]  # WEEKS_COMPARED, oldest first; the last ends with today

    @property
    def trend(self) -> Trend:
        return trend_of([week.items for week in self.weeks])


@dataclass(frozen=True, slots=True)
class NarrativeClaims:
    claims: tuple[Claim, ...]
    cursor: str  # for the next page; empty after the last


class Narratives:
    def __init__(self, database: Database) -> None:
        self._database = database

    def claims_to_cluster(self, since: datetime) -> Iterator[list[ThemeClaim]]:
        """Yield pages of the claims seen since then that bear a label or were decided on, by id."""
        return read_claims(self._database, since)

    def count_new(self, since: datetime, after: UUID) -> int:
        """Return how many claims that can be clustered came after the id `after` was made."""
        with self._database.read() as session:
            wanted = (eligible(since), ClaimRow.id > after)
            return session.scalar(select(func.count()).select_from(ClaimRow).where(*wanted)) or 0

    def known(self) -> list[KnownNarrative]:
        """Return every narrative there ever was, the oldest first."""
        with self._database.read() as session:
            rows = session.scalars(select(NarrativeRow).order_by(NarrativeRow.id))
            return [
                KnownNarrative(NarrativeId(r.id), r.label, tuple(r.words), r.centre, r.active) for r in rows
            ]

    def save(
        self, themes: Sequence[Theme], since: datetime, known: Sequence[KnownNarrative]
    ) -> list[NarrativeId]:
        """Keep a clustering of the claims seen since then, all of it or nothing; return the ids in order.

        Narratives it does not hold are no longer active. Claims last seen before keep theirs.
        Raises Conflict when the narratives are no longer those `known` when it began.
        """
        return save_themes(self._database, themes, since, known)

    def active(self, zone: ZoneInfo, *, at: datetime | None = None) -> list[NarrativeView]:
        """Return the narratives of the newest clustering, the one last seen first."""
        with self._database.read() as session:
            rows = session.scalars(
                select(NarrativeRow)
                .where(NarrativeRow.active)
                .order_by(NarrativeRow.last_seen_at.desc(), NarrativeRow.id)
            ).all()
            return _views(session, rows, zone, at or now())

    def get(self, key: NarrativeId, zone: ZoneInfo, *, at: datetime | None = None) -> NarrativeView:
        """Return one, active or not; raises NotFound."""
        with self._database.read() as session:
            row = session.get(NarrativeRow, key)
            if row is None:
                raise NotFound("narrative", key)
            return _views(session, [row], zone, at or now())[0]

    def claims_of(self, key: NarrativeId, *, limit: int = 25, cursor: str = "") -> NarrativeClaims:
        """Return a page of a narrative's claims, the last seen first. Raises BadInput for a bad cursor."""
        query = select(ClaimRow).where(ClaimRow.narrative_id == key, ClaimRow.item_count > 0)
        if cursor:
            seen, key_seen = _read_cursor(cursor)
            query = query.where(
                or_(ClaimRow.last_seen_at < seen, and_(ClaimRow.last_seen_at == seen, ClaimRow.id > key_seen))
            )
        with self._database.read() as session:
            newest = query.order_by(ClaimRow.last_seen_at.desc(), ClaimRow.id).limit(limit + 1)
            rows = session.scalars(newest).all()
        after = (
            f"{rows[limit - 1].last_seen_at.isoformat()}_{rows[limit - 1].id}" if len(rows) > limit else ""
        )
        return NarrativeClaims(tuple(claim_of(row) for row in rows[:limit]), after)


def _views(
    session: Session, rows: Sequence[NarrativeRow], zone: ZoneInfo, at: datetime
) -> list[NarrativeView]:
    weeks = count_weeks(session, [row.id for row in rows], zone, at)
    return [NarrativeView(_narrative_of(row), weeks[row.id]) for row in rows]


def _narrative_of(row: NarrativeRow) -> Narrative:
    return Narrative(
        id=NarrativeId(row.id),
        label=row.label,
        words=tuple(row.words),
        claim_count=row.claim_count,
        item_count=row.item_count,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        active=row.active,
    )


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    seen, _, key = cursor.partition("_")
    try:
        at = datetime.fromisoformat(seen)
        if at.tzinfo is None:
            raise ValueError("no zone")
        return at, UUID(key)
    except ValueError as exc:
        raise BadInput(f"cursor {cursor!r} is not one that a page gave") from exc
