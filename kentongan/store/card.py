"""What a claim's card counts: when, where, by whom and in which words it was said.

Owns: the aggregates, made by the database and bounded in size whatever the claim's. Leaves
the claim and its items to `claims`, what people did with it to `history`, comparing texts to
`kentongan.variants`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, Platform
from kentongan.errors import NotFound
from kentongan.store.database import Database
from kentongan.store.schema import ClaimRow, ItemRow, SourceRow, TallyRow
from kentongan.store.schema_queue import ClaimPlaceRow
from kentongan.store.spread import SEEN, Spread, claim_hours, first_sightings, items_of, spread_of
from kentongan.variants import MAX_CHARACTERS, Telling

MAX_TEXTS = 60
MAX_VOICES = 100  # shown; all are counted
MAX_PLACES = 50
MAX_FIRSTS = 9


@dataclass(frozen=True, slots=True)
class Speaker:
    """A source, and how many of the claim's items it has under one voice."""

    source: str
    title: str
    items: int


@dataclass(frozen=True, slots=True)
class Voice:
    """An independent source: an outlet, or an agency or group with all who repeat its words."""

    name: str
    speakers: tuple[Speaker, ...]  # most items first

    @property
    def items(self) -> int:
        return sum(speaker.items for speaker in self.speakers)


@dataclass(frozen=True, slots=True)
class ClaimCard:
    items: int
    first_seen_at: datetime
    last_seen_at: datetime
    spread: Spread
    platforms: Mapping[Platform, int]  # most first
    voices: tuple[Voice, ...]  # most items first; at most MAX_VOICES speakers in all
    voice_count: int  # of all
    source_count: int
    places: Mapping[str, int]  # code -> items that speak of it, most first
    tellings: tuple[Telling, ...]  # the first text, and the newest distinct ones: MAX_TEXTS in all
    text_count: int  # of all distinct texts
    silence: timedelta | None  # before it was seen again, where it resurfaced
    hours: Mapping[datetime, int]  # sightings by the beginning of their hour, UTC
    firsts: tuple[tuple[str, datetime], ...]  # titles of sources, when each had it; MAX_FIRSTS


def read_card(database: Database, claim_id: ClaimId, *, zone: ZoneInfo) -> ClaimCard:
    """Return the card of a claim that holds items. Times are publication, or first sight.

    Raises NotFound for an unknown claim and for one without items, such as a merged one.
    """
    with database.read() as session:
        row = session.get(ClaimRow, claim_id)
        if row is None or not row.item_count:
            raise NotFound("claim with items", claim_id)
        first, last = row.first_seen_at, row.last_seen_at
        tellings, text_count = _tellings(session, claim_id)
        hours = claim_hours(session, claim_id)
        return ClaimCard(
            items=row.item_count,
            first_seen_at=first,
            last_seen_at=last,
            spread=spread_of(hours, first.astimezone(zone), last.astimezone(zone)),
            platforms=_platforms(session, claim_id),
            voices=_voices(session, claim_id),
            voice_count=row.voice_count,
            source_count=row.source_count,
            places=_places(session, claim_id),
            tellings=tellings,
            text_count=text_count,
            silence=_silence(session, row),
            hours=hours,
            firsts=tuple(first_sightings(session, claim_id, MAX_FIRSTS)),
        )


def _platforms(session: Session, claim_id: UUID) -> Mapping[Platform, int]:
    found = session.execute(items_of(claim_id, ItemRow.platform, func.count()).group_by(ItemRow.platform))
    counts = sorted(((items, Platform(name)) for name, items in found), key=lambda pair: (-pair[0], pair[1]))
    return {platform: items for items, platform in counts}


def _voices(session: Session, claim_id: UUID) -> tuple[Voice, ...]:
    items = func.sum(TallyRow.items).label("items")
    query = (
        select(TallyRow.voice, SourceRow.name, SourceRow.title, items)
        .join(SourceRow, SourceRow.name == TallyRow.source)
        .where(TallyRow.claim_id == claim_id)
        .group_by(TallyRow.voice, SourceRow.name, SourceRow.title)
        .order_by(items.desc(), TallyRow.voice, SourceRow.name)
        .limit(MAX_VOICES)
    )
    found: dict[str, list[Speaker]] = {}
    for voice, source, title, count in session.execute(query):
        found.setdefault(voice, []).append(Speaker(source, title, count))
    voices = [Voice(name, tuple(speakers)) for name, speakers in found.items()]
    return tuple(sorted(voices, key=lambda voice: (-voice.items, voice.name)))


def _places(session: Session, claim_id: UUID) -> Mapping[str, int]:
    query = (
        select(ClaimPlaceRow.place, ClaimPlaceRow.items)
        .where(ClaimPlaceRow.claim_id == claim_id)
        .order_by(ClaimPlaceRow.items.desc(), ClaimPlaceRow.place)
        .limit(MAX_PLACES)
    )
    return dict(session.execute(query).all())


def _tellings(session: Session, claim_id: UUID) -> tuple[tuple[Telling, ...], int]:
    """Read one item of each distinct text, its first, of the texts that are shown; and count all texts."""
    same = ItemRow.content_hash
    texts = (
        items_of(
            claim_id,
            same.label("text"),
            func.count().label("copies"),
            func.min(SEEN).label("first"),
            func.max(SEEN).label("last"),
        )
        .group_by(same)
        .cte("texts")
    )
    shown = select(texts.c.text, texts.c.copies, texts.c.first, func.count().over().label("all"))
    oldest = shown.order_by(texts.c.first, texts.c.text).limit(1).subquery()
    newest = shown.order_by(texts.c.last.desc(), texts.c.text).limit(MAX_TEXTS - 1).subquery()
    chosen = session.execute(union_all(select(oldest), select(newest))).all()
    copies = {key: count for key, count, _, _ in chosen}
    began = {first for _, _, first, _ in chosen}
    head = func.substr(ItemRow.text, 1, MAX_CHARACTERS)
    rows = session.execute(
        items_of(claim_id, same, ItemRow.title, head, SEEN, SourceRow.title)
        .join(SourceRow)
        .where(same.in_(list(copies)), SEEN.in_(began))
        .order_by(SEEN, ItemRow.id)
    )
    found: dict[str, Telling] = {}
    for key, title, text, seen, source in rows:
        found.setdefault(key, Telling(f"{title}\n{text}" if title else text, copies[key], seen, source))
    return tuple(found.values()), chosen[0][3]


def _silence(session: Session, claim: ClaimRow) -> timedelta | None:
    again = claim.resurfaced_at
    if again is None:
        return None
    before: datetime | None = session.scalar(items_of(claim.id, func.max(SEEN)).where(again > SEEN))
    return again - before if before else None
