"""What is counted, and what may be said of a week of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kentongan.domain import SourceKind


class Dimension(StrEnum):
    """By what items are told apart. The values stand in addresses."""

    LABEL = "label"  # of posts: the press is not judged (R9)
    NARRATIVE = "narasi"
    PLACE = "kecamatan"
    SOURCE_KIND = "jenis"
    PLATFORM = "kanal"

    @property
    def parts(self) -> bool:
        """Whether an item counts in one row at most, so that rows add up."""
        return self in (Dimension.NARRATIVE, Dimension.SOURCE_KIND, Dimension.PLATFORM)


CRAWLED = frozenset(SourceKind) - {SourceKind.FIELD}
PLATFORM_KINDS: Mapping[str, frozenset[SourceKind]] = {
    "news": frozenset({SourceKind.PRESS, SourceKind.GOVERNMENT}),
    "post": frozenset({SourceKind.PUBLIC_CHANNEL}),
    "factcheck": frozenset({SourceKind.FACT_CHECKER}),
    "report": frozenset({SourceKind.FIELD}),
}
LEAST_SHARE = 0.25  # of the days of the sources: with less, a week is a hole
WHOLE_SHARE = 0.95  # from here on nothing is corrected


@dataclass(frozen=True, slots=True)
class Cell:
    """How many items there were, of how many claims, from how many sources."""

    items: int = 0
    claims: int = 0
    sources: int = 0


NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class Coverage:
    """On how many days a source was read, of the days on which it should have been, summed over sources."""

    read: int = 0
    due: int = 0
    sources: int = 0  # that should have been read
    whole: int = 0  # of those: read on every day

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was due."""
        return self.read / self.due if self.due else 0.0


@dataclass(frozen=True, slots=True)
class WeekCount:
    """What the record holds of one week: by row, of all, and how whole each kind of source was read."""

    cells: Mapping[str, Cell]
    total: Cell
    coverage: Mapping[SourceKind, Coverage]

    def whole(self, kinds: Collection[SourceKind] = CRAWLED) -> Coverage:
        """Return the coverage of some kinds together."""
        some = [self.coverage[kind] for kind in kinds if kind in self.coverage]
        return Coverage(*(sum(getattr(one, f) for one in some) for f in ("read", "due", "sources", "whole")))


class State(StrEnum):
    """What is known of a week of a series."""

    WHOLE = "whole"
    PARTLY = "partly"  # sources failed on some days: the count is corrected for them
    OUTSIDE = "outside"  # no crawl was due, and items are there: imported, so not comparable
    HOLE = "hole"  # not known; never zero
    WITHHELD = "withheld"  # too few for those who see aggregates only


@dataclass(frozen=True, slots=True)
class Point:
    """A week of a series. `rate` is the items as if all sources had worked; None where not comparable.

    `cell` is None for a hole and for what is withheld.
    """

    state: State
    cell: Cell | None
    rate: float | None
    share: float


def point_of(cell: Cell, coverage: Coverage, *, crawled: bool = True) -> Point:
    """Return what may be said of a week. Not `crawled`: what people hand in, which no source can miss."""
    if not crawled:
        return Point(State.WHOLE, cell, float(cell.items), 1.0)
    share = coverage.share
    if not coverage.due and cell.items:
        return Point(State.OUTSIDE, cell, None, 0.0)
    if share < LEAST_SHARE:
        return Point(State.HOLE, None, None, share)
    if share >= WHOLE_SHARE:
        return Point(State.WHOLE, cell, float(cell.items), share)
    return Point(State.PARTLY, cell, cell.items / share, share)


class Movement(StrEnum):
    RISING = "rising"
    RESURFACING = "resurfacing"
    NEW = "new"
    STEADY = "steady"
    FADING = "fading"
    QUIET = "quiet"
    UNKNOWN = "unknown"


LEAST_ITEMS = 5  # of a week that moves anything
BEFORE = 4  # weeks that the last one is held against
LEAST_KNOWN = 2  # of those
_RISING, _FADING, _DEVIATIONS = 1.5, 0.5, 2.0


def movement_of(points: Sequence[Point]) -> Movement:
    """Return how the last week stands against the known ones of the BEFORE before it.

    Rising or fading takes half as much again or half, LEAST_ITEMS, and more than two standard deviations of a
    Poisson count: small numbers sway by chance. Resurfacing: after BEFORE known weeks of nothing, with
    something before. Holes and what is withheld are known to nobody and add nothing.
    """
    if not points or points[-1].rate is None:
        return Movement.UNKNOWN
    last = points[-1].rate
    recent = [p.rate for p in points[-1 - BEFORE : -1] if p.rate is not None]
    if len(recent) < LEAST_KNOWN:
        return Movement.UNKNOWN
    mean = sum(recent) / len(recent)
    if not mean:
        earlier = any(p.cell is not None and p.cell.items for p in points[: -1 - BEFORE])
        if last < LEAST_ITEMS:
            return Movement.STEADY if last else Movement.QUIET
        if earlier and len(recent) == BEFORE:
            return Movement.RESURFACING
        return Movement.NEW
    sway = _DEVIATIONS * mean**0.5
    if last >= max(LEAST_ITEMS, _RISING * mean) and last - mean > sway:
        return Movement.RISING
    if mean >= LEAST_ITEMS and last <= _FADING * mean and mean - last > sway:
        return Movement.FADING
    return Movement.STEADY
