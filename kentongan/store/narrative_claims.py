"""Claims as clustering reads them: what each says, and what the model made of its items.

Only claims that bear a label or were decided on: what nobody flagged is no narrative.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, Label, NarrativeId
from kentongan.store.database import Database
from kentongan.store.schema import AssessmentRow, ClaimRow, ItemRow, ReviewRow

MAX_ITEMS = 20
"""Of one claim, the riskiest first: the others say the same thing."""

TEXT_CHARACTERS = 400
_PAGE = 500
_LEARNT = "+"  # a learnt model is named so after the one whose encoder it has (`classifier.current`)


@dataclass(frozen=True, slots=True)
class ThemeClaim:
    id: ClaimId
    text: str  # its headline, then the beginning of its riskiest item
    embeddings: tuple[bytes, ...]  # of its items, all by one encoder; empty where another one read them
    narrative_id: NarrativeId | None  # that it is in until now


def read_claims(database: Database, since: datetime) -> Iterator[list[ThemeClaim]]:
    """Yield the claims last seen at or after `since` that can be part of a narrative, in pages, by id.

    Embeddings are those of the encoder that was used last.
    """
    with database.read() as session:
        encoder = _encoder(session)
    after = UUID(int=0)
    while True:
        with database.read() as session:
            rows = session.scalars(
                select(ClaimRow)
                .where(eligible(since), ClaimRow.id > after)
                .order_by(ClaimRow.id)
                .limit(_PAGE)
            ).all()
            page = _with_items(session, rows, encoder)
        if not page:
            return
        yield page
        after = page[-1].id


def eligible(since: datetime) -> ColumnElement[bool]:
    """Return the condition for a claim to be part of a narrative."""
    labelled = or_(*(getattr(ClaimRow, label.value) for label in Label))
    decided = exists().where(ReviewRow.claim_id == ClaimRow.id)
    return and_(ClaimRow.last_seen_at >= since, ClaimRow.item_count > 0, or_(labelled, decided))


def _encoder(session: Session) -> str:
    """Return the name of the model that assessed last, without what it learnt."""
    newest = select(AssessmentRow.model).order_by(AssessmentRow.id.desc()).limit(1)
    return (session.scalar(newest) or "").partition(_LEARNT)[0]


def _with_items(session: Session, rows: Sequence[ClaimRow], encoder: str) -> list[ThemeClaim]:
    riskiest = (ItemRow.risk.desc(), ItemRow.first_seen_at, ItemRow.id)
    place = func.row_number().over(partition_by=ItemRow.claim_id, order_by=riskiest).label("place")
    ranked = (
        select(ItemRow.id, ItemRow.claim_id, ItemRow.assessment_id, place)
        .where(ItemRow.claim_id.in_([row.id for row in rows]))
        .subquery()
    )
    texts = dict(
        session.execute(
            select(ranked.c.claim_id, func.substr(ItemRow.text, 1, TEXT_CHARACTERS))
            .join(ItemRow, ItemRow.id == ranked.c.id)
            .where(ranked.c.place == 1)
        ).all()
    )
    same = or_(
        AssessmentRow.model == encoder,
        AssessmentRow.model.startswith(f"{encoder}{_LEARNT}", autoescape=True),
    )
    embeddings: dict[UUID, list[bytes]] = {}
    for claim_id, embedding in session.execute(
        select(ranked.c.claim_id, AssessmentRow.embedding)
        .join(AssessmentRow, AssessmentRow.id == ranked.c.assessment_id)
        .where(ranked.c.place <= MAX_ITEMS, same)
        .order_by(ranked.c.claim_id, ranked.c.place)
    ):
        if embedding:
            embeddings.setdefault(claim_id, []).append(embedding)
    return [
        ThemeClaim(
            id=ClaimId(row.id),
            text=f"{row.headline}\n{texts.get(row.id, '')}",
            embeddings=tuple(embeddings.get(row.id, ())),
            narrative_id=NarrativeId(row.narrative_id) if row.narrative_id else None,
        )
        for row in rows
    ]
