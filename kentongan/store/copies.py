"""Items that share runs of words: finding them, and what follows for who says it.

Owns: the hashes of runs kept for each item, and bounding the work: of each run only its newest
MAX_NEWEST items are looked at, and a run that stands in many claims is nobody's mark. Leaves
which runs a text has, and how like is like, to `pipeline.grouping`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TextualSelect

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
    shared: Counter[str] = Counter()
    commonplace: set[int] = set()
    for run, items in newest.items():
        if len({claim_of[item] for item in items if item in claim_of}) > COMMONPLACE:
            commonplace.add(run % 2**64)
        else:
            shared.update(item for item in items if item in claim_of)
    best = {UUID(item): claim_of[item] for item in _best(shared, claim_of)}
    texts = {
        key: (title, text)
        for key, title, text in session.execute(
            select(ItemRow.id, ItemRow.title, ItemRow.text).where(ItemRow.id.in_(best))
        )
    }
    found = [Candidate(ItemId(key), ClaimId(claim), *texts[key]) for key, claim in best.items()]
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
    places = dict(traits.places)
    if "place" in row.given:  # where its reporter saw it, whatever its text says
        places.setdefault(row.given["place"], 1.0)
    session.add_all(ItemPlaceRow(item_id=row.id, place=code, votes=v) for code, v in places.items())
    session.add_all(ItemTargetRow(item_id=row.id, target=target) for target in sorted(set(traits.targets)))


def keep_voice(session: Session, row: ItemRow, alike: Sequence[Candidate]) -> None:
    """Set who says it: an agency's words are the agency's, a copy in the press is its original's.

    What a copy brings together is one voice from then on, that of the one seen first, whichever
    arrives first; the others are touched only when that, or the agency, turns out to be another. Posts
    are each their source's: that many people pass a message on is what its spread is.
    """
    row.voice, row.copy_of = row.wire or row.source, None
    kind = session.scalar(select(SourceRow.kind).where(SourceRow.name == row.source))
    if kind not in _NEWSPAPERS:
        return
    likest = session.scalars(
        select(ItemRow)
        .join(SourceRow)
        .where(ItemRow.id.in_([c.item_id for c in alike]), SourceRow.kind.in_(_NEWSPAPERS))
    )
    others = [other for other in likest if other is not row and other.claim_id == row.claim_id]
    if not others:
        return
    heads = {other.copy_of or other.id for other in others}
    found = session.scalars(select(ItemRow).where(ItemRow.id.in_(heads)))
    at_head = [head for head in found if head is not row and head.claim_id == row.claim_id]
    known = {row, *others, *at_head}
    original = min(known, key=_seen)
    wires = {one.wire for one in known} | {head.voice for head in at_head if head.voice != head.source}
    voice = min(wires - {""}, default=original.source)
    if any(head is not original or head.voice != voice for head in at_head):
        here = (ItemRow.copy_of.in_(heads), ItemRow.claim_id == row.claim_id, ItemRow.id != original.id)
        session.execute(update(ItemRow).where(*here).values(voice=voice, copy_of=original.id))
    for one in known:
        one.voice, one.copy_of = voice, None if one is original else original.id


def _best(shared: Mapping[str, int], claim_of: Mapping[str, UUID]) -> list[str]:
    """Return the items that share most: first the best of each claim, so that one with many copies
    hides no other."""
    ranked = sorted(shared, key=lambda item: (-shared[item], item))
    of_claim: Counter[UUID] = Counter()
    turn: dict[str, int] = {}
    for item in ranked:
        turn[item] = of_claim[claim_of[item]]
        of_claim[claim_of[item]] += 1
    return sorted(ranked, key=lambda item: turn[item])[:MAX_CANDIDATES]


def _seen(row: ItemRow) -> tuple[datetime, UUID]:
    return row.published_at or row.first_seen_at, row.id


def _kept(hashes: frozenset[int]) -> list[int]:
    """Return the runs that are kept, as the database holds them: signed."""
    return [h - 2**64 if h >= 2**63 else h for h in sorted(hashes)[:MAX_RUNS]]


def _newest(session: Session, own: UUID, runs: Sequence[int]) -> dict[int, list[str]]:
    """Return the newest items of each run, their ids as the database writes them: most are read for many
    runs, and comparing strings is cheap."""
    found: dict[int, list[str]] = {}
    if runs:
        values = {"own": own, "most": MAX_NEWEST, **{f"run{n}": run for n, run in enumerate(runs)}}
        for run, item in session.execute(_newest_of(len(runs)), values):
            found.setdefault(run, []).append(item)
    return found


@cache
def _newest_of(runs: int) -> TextualSelect:
    """Return the query for so many runs: written out, as composing it anew costs more than running it."""
    each = (
        "SELECT hash, CAST(item_id AS TEXT) FROM "
        "(SELECT hash, item_id FROM shingles WHERE hash = :run{} AND item_id <> :own "
        "ORDER BY item_id DESC LIMIT :most) AS of{}"
    )
    query = text(" UNION ALL ".join(each.format(n, n) for n in range(runs)))
    return query.bindparams(bindparam("own", type_=Uuid())).columns(ShingleRow.hash, item_id=Text())


def _claims_of(session: Session, items: Collection[str]) -> dict[str, UUID]:
    names = {UUID(item): item for item in items}
    rows = session.execute(select(ItemRow.id, ItemRow.claim_id).where(ItemRow.id.in_(names)))
    return {names[key]: claim for key, claim in rows if claim is not None}


def _former_self(session: Session, row: ItemRow) -> list[Candidate]:
    before = session.get(RevisionRow, (row.id, row.revision - 1))
    if before is None or row.claim_id is None:
        return []
    return [Candidate(ItemId(row.id), ClaimId(row.claim_id), before.title, before.text)]
