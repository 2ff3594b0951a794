"""The figures of one dimension over some weeks, for everybody or for those who see aggregates only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kentongan.domain import Platform, SourceKind
from kentongan.trends.anonymity import is_enough, withheld
from kentongan.trends.values import (
    CRAWLED,
    LEAST_SHARE,
    NOTHING,
    PLATFORM_KINDS,
    Cell,
    Coverage,
    Dimension,
    Movement,
    Point,
    State,
    WeekCount,
    movement_of,
    point_of,
)
from kentongan.trends.weeks import Weeks

_HANDED_IN = frozenset({SourceKind.FIELD.value, Platform.REPORT.value})
_HIDDEN = Point(State.WITHHELD, None, None, 0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """A series: a label, a narrative, a place; `key` is its value or id."""

    key: str
    points: tuple[Point, ...]
    movement: Movement

    @property
    def total(self) -> int:
        return sum(point.cell.items for point in self.points if point.cell is not None)


@dataclass(frozen=True, slots=True)
class Table:
    """`collected` is what all figures are of: everything collected, by week."""

    dimension: Dimension
    weeks: Weeks
    collected: tuple[Point, ...]
    coverage: tuple[Coverage, ...]
    rows: tuple[Row, ...]
    aggregates: bool = False  # what is too little is not in it

    @property
    def holes(self) -> int:
        return sum(point.state is State.HOLE for point in self.collected)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the record holds of a dimension, by row and number of the week; `of` is each row's coverage."""

    cells: Mapping[str, Mapping[int, Cell]]
    totals: Mapping[int, Cell]
    coverage: Sequence[Coverage]
    of: Mapping[str, Sequence[Coverage]]
    handed_in: frozenset[str] = frozenset()  # rows that nothing crawls


def counted_of(dimension: Dimension, weeks: Sequence[WeekCount], keys: Collection[str] = ()) -> Counted:
    """Return the weeks by row; `keys` are rows that are there in any case, and so is what has been crawled:
    where nothing of it was read it is a hole, and no hole is seen in a row that is not there."""
    crawled = frozenset(kind for week in weeks for kind, one in week.coverage.items() if one.due)
    cells: dict[str, dict[int, Cell]] = {key: {} for key in (*keys, *_rows_of(dimension, crawled))}
    for number, week in enumerate(weeks):
        for key, cell in week.cells.items():
            cells.setdefault(key, {})[number] = cell
    return Counted(
        cells,
        {number: week.total for number, week in enumerate(weeks)},
        [week.whole() for week in weeks],
        {
            key: [week.whole(kinds) for week in weeks]
            for key in cells
            if (kinds := _kinds(dimension, key)) is not None
        },
        _HANDED_IN & set(cells),
    )


def _rows_of(dimension: Dimension, crawled: Collection[SourceKind]) -> list[str]:
    if dimension is Dimension.SOURCE_KIND:
        return sorted(kind.value for kind in crawled)
    if dimension is Dimension.PLATFORM:
        return [key for key, kinds in PLATFORM_KINDS.items() if not kinds.isdisjoint(crawled)]
    return []


def _kinds(dimension: Dimension, key: str) -> frozenset[SourceKind] | None:
    """Return the kinds of sources that a row comes from; None where those are all."""
    if dimension is Dimension.LABEL:
        return CRAWLED - {SourceKind.PRESS, SourceKind.FACT_CHECKER}  # of posts none comes from these
    if dimension is Dimension.SOURCE_KIND:
        return frozenset({SourceKind(key)})
    if dimension is Dimension.PLATFORM:
        return PLATFORM_KINDS[key]
    return None


def table_of(dimension: Dimension, weeks: Weeks, counted: Counted, *, aggregates: bool) -> Table:
    """Return the table; with `aggregates` without what is too little, and narratives of nothing else."""
    nothing: frozenset[str] = frozenset()
    hidden = [_hidden(dimension, counted, n) if aggregates else nothing for n in range(weeks.count)]
    rows = [_row(key, weeks, counted, hidden) for key in counted.cells]
    collected = []
    for number, coverage in enumerate(counted.coverage):
        total = counted.totals.get(number, NOTHING)
        seen = not aggregates or is_enough(total)
        collected.append(point_of(total, coverage) if seen else _unseen(coverage))
    if aggregates and dimension is Dimension.NARRATIVE:
        rows = [row for row in rows if row.total]
    return Table(dimension, weeks, tuple(collected), tuple(counted.coverage), tuple(rows), aggregates)


def _hidden(dimension: Dimension, counted: Counted, number: int) -> frozenset[str]:
    cells = {key: by_week.get(number, NOTHING) for key, by_week in counted.cells.items()}
    return withheld(cells, counted.totals.get(number, NOTHING), parts=dimension.parts)


def _row(key: str, weeks: Weeks, counted: Counted, hidden: Sequence[frozenset[str]]) -> Row:
    coverage = counted.of.get(key, counted.coverage)
    points = tuple(
        _unseen(coverage[number])
        if key in hidden[number]
        else point_of(
            counted.cells[key].get(number, NOTHING), coverage[number], crawled=key not in counted.handed_in
        )
        for number in range(weeks.count)
    )
    return Row(key, points, movement_of(points))


def _unseen(coverage: Coverage) -> Point:
    """Return what stands for what is too little: a hole where nobody read, which tells nothing of items."""
    return point_of(NOTHING, coverage) if coverage.due and coverage.share < LEAST_SHARE else _HIDDEN


@dataclass(frozen=True, slots=True)
class Compared:
    """A row in two stretches: its mean over the weeks that are known in both; None where there is none.

    `weeks` is how many those are: a hole in one stretch leaves the week out of the other too.
    """

    key: str
    now: float | None
    before: float | None
    weeks: int


def compare(this: Table, other: Table) -> list[Compared]:
    """Return every row of either, week by week as both lie in their stretch or to the day of voting."""
    mine, theirs = ({row.key: row.points for row in table.rows} for table in (this, other))
    return [
        _compared(key, this, other, mine.get(key), theirs.get(key)) for key in dict.fromkeys([*mine, *theirs])
    ]


def compare_collected(this: Table, other: Table) -> Compared:
    """Return all that was collected in both stretches, likewise: what the rows are of."""
    return _compared("", this, other, this.collected, other.collected)


def _compared(
    key: str, this: Table, other: Table, mine: Sequence[Point] | None, theirs: Sequence[Point] | None
) -> Compared:
    pairs = []
    for number in range(min(this.weeks.count, other.weeks.count)):
        now = _rate(key, mine, this, number)
        before = _rate(key, theirs, other, number)
        if now is not None and before is not None:
            pairs.append((now, before))
    if not pairs:
        return Compared(key, None, None, 0)
    return Compared(
        key,
        sum(now for now, _ in pairs) / len(pairs),
        sum(before for _, before in pairs) / len(pairs),
        len(pairs),
    )


def _rate(key: str, points: Sequence[Point] | None, table: Table, number: int) -> float | None:
    if points is not None:
        return points[number].rate
    if table.dimension in (Dimension.SOURCE_KIND, Dimension.PLATFORM) and key not in _HANDED_IN:
        return None  # what was crawled has a row
    return None if table.aggregates or table.collected[number].rate is None else 0.0
