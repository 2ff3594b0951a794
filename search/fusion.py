"""One page out of two rankings: by words and by meaning.

Owns: reciprocal rank fusion and how a walk goes on after the fused rows. Leaves each
ranking to the engine.

The nearest texts and the best word matches, `DEPTH` of each, are fused and come first;
then the remaining word matches follow in their own order, so a walk reaches every one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.cursor import Key, Place, pack
from search.plan import Plan

DEPTH = 200
SMOOTHING = 60  # k of Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion", SIGIR 2009


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    score: float
    key: Key  # where it stands in its order; the walk goes on after it


class Rankings(Protocol):
    """What an engine offers for one plan, at one moment."""

    @property
    def moment(self) -> str:
        """Return the name by which the next page finds this very state; empty where keys suffice."""

    def ranked(self, limit: int, after: Key, exclude: Sequence[str]) -> list[Row]:
        """Return rows that match, in the plan's order, after the row of `after`."""

    def nearest(self, limit: int) -> list[str]:
        """Return the ids nearest in meaning among what the plan's binding conditions allow."""

    def total(self) -> int:
        """Return how many rows match."""

    def matching(self, ids: Sequence[str]) -> set[str]:
        """Return those of the ids that match the words too."""


@dataclass(frozen=True, slots=True)
class Walk:
    rows: tuple[Row, ...]
    total: int
    cursor: str


def walk(plan: Plan, rankings: Rankings) -> Walk:
    """Return the next rows of the plan and where they end."""
    if plan.by_meaning:
        return _walk_fused(plan, rankings)
    rows = rankings.ranked(plan.limit + 1, plan.place.key, ())
    cursor = _cursor(plan, rows, fused=0, limit=plan.limit, moment=rankings.moment)
    return Walk(tuple(rows[: plan.limit]), rankings.total(), cursor)


def fuse(*rankings: Sequence[str]) -> Mapping[str, float]:
    """Return each id's fused score, best first; ties go to the smaller id."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, id_ in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1.0 / (SMOOTHING + rank)
    return dict(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))


def _walk_fused(plan: Plan, rankings: Rankings) -> Walk:
    by_words = rankings.ranked(DEPTH, (), ()) if plan.has_words else []
    near = rankings.nearest(DEPTH)
    moment = rankings.moment
    fused = fuse([row.id for row in by_words], near)
    with_words = {row.id for row in by_words}
    only_near = [id_ for id_ in near if id_ not in with_words]
    total = len(near)
    if plan.has_words:
        total = rankings.total() + len(only_near) - len(rankings.matching(only_near))
    at = plan.place.fused
    rows = [Row(id_, score, ()) for id_, score in list(fused.items())[at : at + plan.limit]]
    at += len(rows)
    if at < len(fused) or len(by_words) < DEPTH:
        more = at < len(fused)
        return Walk(tuple(rows), total, pack(plan.query, Place(at, (), moment)) if more else "")
    wanted = plan.limit - len(rows)
    key = plan.place.key or by_words[-1].key
    rest = rankings.ranked(wanted + 1, key, tuple(fused))
    if not wanted:
        return Walk(tuple(rows), total, pack(plan.query, Place(at, key, moment)) if rest else "")
    cursor = _cursor(plan, rest, fused=at, limit=wanted, moment=moment)
    return Walk((*rows, *rest[:wanted]), total, cursor)


def _cursor(plan: Plan, rows: Sequence[Row], fused: int, limit: int, moment: str) -> str:
    return pack(plan.query, Place(fused, rows[limit - 1].key, moment)) if len(rows) > limit else ""
