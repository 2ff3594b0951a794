"""Weeks, holes, what moves, and what is withheld: from counts alone."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import SourceKind
from kentongan.elections import Calendar, Stage
from kentongan.trends.anonymity import K, is_enough, withheld
from kentongan.trends.coverage import SourceDays, cover
from kentongan.trends.tables import Counted, compare, counted_of, table_of
from kentongan.trends.values import (
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
from kentongan.trends.weeks import Weeks, election_weeks, finished_weeks, stages_in, voting_days

JAKARTA = ZoneInfo("Asia/Jakarta")
MONDAY = date(2026, 3, 2)
WHOLE = Coverage(7, 7, 1, 1)
BROKEN = Coverage(0, 7, 1, 0)


def test_only_weeks_that_are_over_are_told() -> None:
    for today in (date(2026, 3, 16), date(2026, 3, 22)):  # a Monday and the Sunday after it
        weeks = finished_weeks(today, 2, JAKARTA)
        assert (weeks.first, weeks.last_day) == (MONDAY, date(2026, 3, 15))
    assert weeks.begins.isoformat() == "2026-03-01T17:00:00+00:00"
    assert weeks.ends - weeks.begins == timedelta(weeks=2)
    assert weeks.earlier().ends == weeks.begins
    assert weeks.only(1).first == date(2026, 3, 9)


def test_two_elections_lie_over_each_other_by_weeks_to_voting() -> None:
    calendar = Calendar(
        (
            Stage("Pilkada A", "masa tenang", date(2024, 11, 24), date(2024, 11, 26)),
            Stage("Pilkada A", "pemungutan suara", date(2024, 11, 27), date(2024, 11, 27)),
            Stage("Pilkada B", "pemungutan suara", date(2025, 8, 27), date(2025, 8, 27)),
        )
    )
    days = voting_days(calendar)
    assert list(days) == ["Pilkada B", "Pilkada A"]
    grids = [election_weeks(day, date(2026, 3, 1), JAKARTA) for day in days.values()]
    for weeks, day in zip(grids, days.values(), strict=True):
        assert weeks is not None
        assert weeks.count == 17
        assert weeks.voting is not None
        assert weeks.mondays()[weeks.voting] <= day < weeks.mondays()[weeks.voting] + timedelta(days=7)
    assert [stage.name for stage in stages_in(calendar, date(2024, 11, 18))] == ["masa tenang"]


def test_an_election_that_has_not_begun_has_no_weeks() -> None:
    assert election_weeks(date(2026, 12, 30), MONDAY, JAKARTA) is None
    begun = election_weeks(date(2026, 3, 11), MONDAY, JAKARTA)
    assert begun is not None
    assert begun.count == 11  # the week of voting is not over


def test_a_source_is_due_from_its_first_crawl_to_its_last() -> None:
    weeks = Weeks(MONDAY, 2, JAKARTA)
    late = SourceDays(SourceKind.PRESS, date(2026, 3, 6), None, frozenset(range(4, 14)))
    gone = SourceDays(SourceKind.PRESS, date(2026, 1, 1), date(2026, 3, 8), frozenset({0, 1}))
    assert cover(weeks, [late, gone]) == [Coverage(5, 10, 2, 1), Coverage(7, 7, 1, 1)]
    assert cover(weeks, []) == [Coverage(), Coverage()]


def test_a_week_nobody_read_is_a_hole_and_never_zero() -> None:
    hole = point_of(Cell(), BROKEN)
    assert (hole.state, hole.cell, hole.rate) == (State.HOLE, None, None)
    assert point_of(Cell(), Coverage()).state is State.HOLE
    assert point_of(Cell(), WHOLE) == Point(State.WHOLE, Cell(), 0.0, 1.0)


def test_a_week_that_was_partly_read_is_corrected_and_says_so() -> None:
    point = point_of(Cell(6, 3, 2), Coverage(7, 14, 2, 1))
    assert (point.state, point.rate, point.share) == (State.PARTLY, 12.0, 0.5)
    assert point_of(Cell(6, 3, 2), Coverage(3, 14, 2, 0)).state is State.HOLE


def test_what_was_imported_is_shown_and_compared_with_nothing() -> None:
    point = point_of(Cell(9, 3, 2), Coverage())
    assert (point.state, point.rate) == (State.OUTSIDE, None)


def test_what_people_hand_in_has_no_holes() -> None:
    assert point_of(Cell(), Coverage(), crawled=False).state is State.WHOLE


def series(*items: int | None) -> list[Point]:
    return [point_of(Cell(n or 0, 1, 1), BROKEN if n is None else WHOLE) for n in items]


@pytest.mark.parametrize(
    ("items", "movement"),
    [
        ((4, 4, 4, 4, 20), Movement.RISING),
        ((4, 4, 4, 4, 7), Movement.STEADY),  # chance does that
        ((1, 1, 1, 1, 4), Movement.STEADY),  # too few
        ((20, 20, 20, 20, 6), Movement.FADING),
        ((2, 2, 2, 2, 0), Movement.STEADY),
        ((9, 0, 0, 0, 0, 8), Movement.RESURFACING),
        ((9, 0, None, 0, 0, 8), Movement.NEW),  # nobody knows what was in the hole
        ((0, 0, 0, 0, 8), Movement.NEW),
        ((0, 0, 0, 0, 0), Movement.QUIET),
        ((4, 4, 4, 4, None), Movement.UNKNOWN),
        ((None, None, None, 4, 20), Movement.UNKNOWN),
        ((), Movement.UNKNOWN),
    ],
)
def test_what_moves(items: tuple[int | None, ...], movement: Movement) -> None:
    assert movement_of(series(*items)) is movement


def test_a_cell_needs_five_items_of_five_sources() -> None:
    assert is_enough(Cell(5, 1, 5))
    assert is_enough(Cell())
    assert not is_enough(Cell(50, 9, 4))
    assert not is_enough(Cell(4, 4, 4))


counts = st.dictionaries(
    st.sampled_from("abcdef"), st.builds(lambda n: Cell(n, n, n), st.integers(0, 30)), min_size=1
)


@given(counts, st.integers(0, 8))
def test_no_withheld_cell_can_be_worked_out_from_the_total(cells: dict[str, Cell], rest: int) -> None:
    total = Cell(*(sum(cell.items for cell in cells.values()) + rest,) * 3)
    hidden = withheld(cells, total, parts=True)
    assert hidden >= {key for key, cell in cells.items() if 0 < cell.items < K}
    shown = sum(cell.items for key, cell in cells.items() if key not in hidden)
    unknown = total.items - shown  # what anybody can work out
    nothing_left = all(key in hidden or not cell.items for key, cell in cells.items())
    if hidden and is_enough(total) and not nothing_left:
        assert unknown >= K
        assert len(hidden) + (rest > 0) > 1


def test_rows_that_do_not_add_up_give_nothing_away() -> None:
    cells = {"a": Cell(3, 3, 3), "b": Cell(9, 9, 9)}
    assert withheld(cells, Cell(12, 12, 12), parts=False) == {"a"}
    assert withheld(cells, Cell(12, 12, 12), parts=True) == {"a", "b"}


def counted(cells: dict[str, list[Cell]], total: int = 40) -> Counted:
    weeks = len(next(iter(cells.values())))
    return Counted(
        {key: dict(enumerate(row)) for key, row in cells.items()},
        {number: Cell(total, total, 9) for number in range(weeks)},
        [WHOLE] * weeks,
        {},
    )


def test_aggregates_lack_what_is_too_little_and_do_not_name_a_narrative_of_nothing_else() -> None:
    weeks = Weeks(MONDAY, 2, JAKARTA)
    given = counted({"much": [Cell(9, 2, 6), Cell(9, 2, 4)], "little": [Cell(3, 1, 3), Cell(2, 1, 1)]})
    full = table_of(Dimension.NARRATIVE, weeks, given, aggregates=False)
    assert [row.total for row in full.rows] == [18, 5]
    table = table_of(Dimension.NARRATIVE, weeks, given, aggregates=True)
    assert [row.key for row in table.rows] == ["much"]
    assert [point.state for point in table.rows[0].points] == [State.WHOLE, State.WITHHELD]
    assert "little" not in str(table)


def test_a_total_of_too_little_is_withheld_too() -> None:
    weeks = Weeks(MONDAY, 1, JAKARTA)
    table = table_of(Dimension.LABEL, weeks, counted({"hoax": [Cell(3, 1, 1)]}, total=3), aggregates=True)
    assert table.collected[0].state is State.WITHHELD


def test_two_stretches_are_held_against_each_other_where_both_are_known() -> None:
    weeks = Weeks(MONDAY, 2, JAKARTA)
    now = table_of(Dimension.PLACE, weeks, counted({"a": [Cell(10), Cell(30)]}), aggregates=False)
    hole = Counted({"a": {0: Cell(5), 1: Cell(7)}}, {0: Cell(40), 1: Cell(40)}, [WHOLE, BROKEN], {})
    before = table_of(Dimension.PLACE, weeks.earlier(), hole, aggregates=False)
    (one,) = compare(now, before)
    assert (one.now, one.before, one.weeks) == (10, 5, 1)
    assert (
        compare(now, table_of(Dimension.PLACE, weeks, counted({"b": [Cell(), Cell()]}), aggregates=False))[
            0
        ].before
        == 0
    )


@pytest.mark.parametrize("dimension", [Dimension.SOURCE_KIND, Dimension.PLATFORM])
@pytest.mark.parametrize("posts", [BROKEN, None])  # read by nobody, and not there yet
def test_what_nobody_read_is_a_hole_and_compared_with_nothing(
    dimension: Dimension, posts: Coverage | None
) -> None:
    press, post = ("news", "post") if dimension is Dimension.PLATFORM else ("press", "public_channel")
    weeks, news = Weeks(MONDAY, 1, JAKARTA), {press: Cell(20, 5, 5)}
    watched = {SourceKind.PRESS: WHOLE, SourceKind.PUBLIC_CHANNEL: WHOLE}
    now = counted_of(dimension, [WeekCount({**news, post: Cell(30, 5, 5)}, Cell(50, 9, 9), watched)])
    seen = {SourceKind.PRESS: WHOLE} | ({SourceKind.PUBLIC_CHANNEL: posts} if posts else {})
    then = counted_of(dimension, [WeekCount(news, Cell(20, 5, 5), seen)])
    this, other = (table_of(dimension, weeks, one, aggregates=False) for one in (now, then))
    assert {row.key: row.points[0].state for row in other.rows}.get(post, State.HOLE) is State.HOLE
    assert (post in {row.key for row in other.rows}) == (posts is not None)
    assert {row.key: (row.now, row.before) for row in compare(this, other)} == {
        press: (20, 20),
        post: (None, None),
    }


def test_marks_of_posts_are_as_whole_as_what_posts_come_from() -> None:
    seen = {SourceKind.PUBLIC_CHANNEL: BROKEN, SourceKind.FACT_CHECKER: WHOLE, SourceKind.PRESS: WHOLE}
    given = counted_of(Dimension.LABEL, [WeekCount({}, Cell(20, 5, 5), seen)], ["hoax"])
    (row,) = table_of(Dimension.LABEL, Weeks(MONDAY, 1, JAKARTA), given, aggregates=False).rows
    assert row.points[0].state is State.HOLE
