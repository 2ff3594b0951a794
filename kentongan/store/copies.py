"""Items that share runs of words: finding them, and what follows for who says it.

Owns: the hashes of runs kept for each item, and bounding the work: of each run only its newest
MAX_NEWEST items are looked at, and a run that stands in many claims is nobody's mark. Leaves
which runs a text has, and how like is like, to `pipeline.grouping`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, insert, or_, select, union_all, update
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, ItemId, SourceKind
from kentongan.store.schema import (
    ItemPlaceRow,
    ItemRow,
    ItemTargetRow,
    RevisionRow,
    ShingleRow,
    SourceRow,
)

MAX_CANDIDATES = 20
MAX_RUNS = 32  # kept and looked up for each item; the lowest hashes, as like texts share those
MAX_NEWEST = 64  # items looked at for each run
COMMONPLACE = 16  # claims among them from which a run is nobody's mark: a greeting, a prayer, a notice
_NEWSPAPERS = frozenset({SourceKind.PRESS.value, SourceKind.GOVERNMENT.value})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that shares runs of words with the one being grouped."""

    item_id: ItemId
    claim_id: ClaimId
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class LookAlikes:
    candidates: tuple[Candidate, ...]
    commonplace: frozenset[int]  # runs of the item, unsigned, that stand in many claims


@dataclass(frozen=True, slots=True)
class Traits:
    """What a text says of itself beside its claim."""

    wire: str = ""  # the agency it is credited to
    places: Mapping[str, float] = field(default_factory=dict)  # Kemendagri code to votes
    targets: Collection[str] = ()


Choose = Callable[[Sequence[Candidate], frozenset[int]], Sequence[Candidate]]
"""Picks, from candidates and commonplace runs, those of the same claim, the likest first."""


def look_alikes(session: Session, row: ItemRow, hashes: frozenset[int]) -> LookAlikes:
    """Return what shares runs of words with an item, the most sharing of each claim first, its own
    former text included."""
    newest = _newest(session, row.id, _kept(hashes))
    claim_of = _claims_of(session, {item for items in newest.values() for item in items})
    shared: Counter[UUID] = Counter()
    commonplace: set[int] = set()
    for run, items in newest.items():
        if len({claim_of[item] for item in items if item in claim_of}) > COMMONPLACE:
            commonplace.add(run % 2**64)
        else:
            shared.update(item for item in items if item in claim_of)
    best = _best(shared, claim_of)
    texts = {
        key: (title, text)
        for key, title, text in session.execute(
            select(ItemRow.id, ItemRow.title, ItemRow.text).where(ItemRow.id.in_(best))
        )
    }
    found = [Candidate(ItemId(key), ClaimId(claim_of[key]), *texts[key]) for key in best]
    return LookAlikes((*found, *_former_self(session, row)), frozenset(commonplace))


def keep_runs(session: Session, row: ItemRow, hashes: frozenset[int]) -> None:
    """Replace the runs by which an item is found."""
    session.execute(delete(ShingleRow).where(ShingleRow.item_id == row.id))
    if runs := _kept(hashes):
        session.execute(insert(ShingleRow), [{"hash": run, "item_id": row.id} for run in runs])


def keep_traits(session: Session, row: ItemRow, traits: Traits) -> None:
    """Replace what an item says of itself."""
    row.wire = traits.wire
    for table in (ItemPlaceRow, ItemTargetRow):
        session.execute(delete(table).where(table.item_id == row.id))
    session.add_all(ItemPlaceRow(item_id=row.id, place=code, votes=v) for code, v in traits.places.items())
    session.add_all(ItemTargetRow(item_id=row.id, target=target) for target in sorted(set(traits.targets)))


def keep_voice(session: Session, row: ItemRow, alike: Sequence[Candidate]) -> None:
    """Set who says it: an agency's words are the agency's, a copy in the press is its original's.

    What a copy brings together is one voice from then on, that of the one seen first, whichever
    arrives first. Posts are each their source's: that many people pass a message on is what its
    spread is.
    """
    row.voice, row.copy_of = row.wire or row.source, None
    kind = session.scalar(select(SourceRow.kind).where(SourceRow.name == row.source))
    if kind not in _NEWSPAPERS:
        return
    here = and_(ItemRow.claim_id == row.claim_id, ItemRow.id != row.id)
    others = session.scalars(
        select(ItemRow)
        .join(SourceRow)
        .where(here, ItemRow.id.in_([c.item_id for c in alike]), SourceRow.kind.in_(_NEWSPAPERS))
    ).all()
    if not others:
        return
    heads = {other.copy_of or other.id for other in others}
    copies = and_(here, or_(ItemRow.id.in_(heads), ItemRow.copy_of.in_(heads)))
    known = [row, *others, *session.scalars(select(ItemRow).where(here, ItemRow.id.in_(heads)))]
    original = min(known, key=_seen)
    wires = {row.wire, *session.scalars(select(ItemRow.wire).where(copies).distinct())} - {""}
    voice = min(wires, default=original.source)
    session.execute(update(ItemRow).where(copies).values(voice=voice, copy_of=original.id))
    row.voice, row.copy_of = voice, original.id
    original.copy_of = None


def _best(shared: Mapping[UUID, int], claim_of: Mapping[UUID, UUID]) -> list[UUID]:
    """Return the items that share most: first the best of each claim, so that one with many copies
    hides no other."""
    ranked = sorted(shared, key=lambda item: (-shared[item], item))
    of_claim: Counter[UUID] = Counter()
    turn: dict[UUID, int] = {}
    for item in ranked:
        turn[item] = of_claim[claim_of[item]]
        of_claim[claim_of[item]] += 1
    return sorted(ranked, key=lambda item: turn[item])[:MAX_CANDIDATES]


def _seen(row: ItemRow) -> tuple[datetime, UUID]:
    return row.published_at or row.first_seen_at, row.id


def _kept(hashes: frozenset[int]) -> list[int]:
    """Return the runs that are kept, as the database holds them: signed."""
    return [h - 2**64 if h >= 2**63 else h for h in sorted(hashes)[:MAX_RUNS]]


def _newest(session: Session, own: UUID, runs: Sequence[int]) -> dict[int, list[UUID]]:
    if not runs:
        return {}
    each = [
        select(
            select(ShingleRow.hash, ShingleRow.item_id)
            .where(ShingleRow.hash == run, ShingleRow.item_id != own)
            .order_by(ShingleRow.item_id.desc())
            .limit(MAX_NEWEST)
            .subquery()
        )
        for run in runs
    ]
    found: dict[int, list[UUID]] = {}
    for run, item in session.execute(union_all(*each)):
        found.setdefault(run, []).append(item)
    return found


def _claims_of(session: Session, items: Collection[UUID]) -> dict[UUID, UUID]:
    rows = session.execute(
        select(ItemRow.id, ItemRow.claim_id).where(ItemRow.id.in_(items), ItemRow.claim_id.is_not(None))
    )
    return {key: claim for key, claim in rows if claim is not None}


def _former_self(session: Session, row: ItemRow) -> list[Candidate]:
    before = session.get(RevisionRow, (row.id, row.revision - 1))
    if before is None or row.claim_id is None:
        return []
    return [Candidate(ItemId(row.id), ClaimId(row.claim_id), before.title, before.text)]
