"""What of counts leaves: nothing that points at a few, nothing that gives it away, and holes as holes."""

from datetime import date
from typing import Any

from kentongan.sharing.composing import Aggregates, compose
from kentongan.sharing.values import Period
from kentongan.trends.values import Cell, Coverage

WEEK = date(2026, 11, 2)
SENDER = {"name": "Kota Arunika", "region": "arunika"}


def week(coverage: Coverage, total: Cell, **rows: dict[str, Cell]) -> dict[str, Any]:
    found = Aggregates(
        Period(WEEK, date(2026, 11, 8)),
        "Asia/Jakarta",
        [WEEK],
        [coverage],
        {0: total},
        {
            name: {key: {0: cell} for key, cell in rows.get(name, {}).items()}
            for name in ("labels", "places", "kinds")
        },
    )
    content = compose(SENDER, "B", "C", (), found, {"00.00.01": "Mekarjaya"})
    return dict(content["aggregates"]["weeks"][0])


def test_a_week_in_which_little_was_read_is_unknown_and_not_calm() -> None:
    told = week(Coverage(1, 14, 2, 0), Cell(9, 3, 6), kinds={"press": Cell(9, 3, 6)})
    assert (told["read_percent"], told["items"], told["kinds"]) == (7, None, [])
    whole = week(Coverage(14, 14, 2, 2), Cell())
    assert (whole["read_percent"], whole["items"]) == (100, 0)


def test_few_items_or_few_sources_are_not_told_nor_what_gives_them_away() -> None:
    kinds = {"press": Cell(20, 9, 6), "public_channel": Cell(3, 1, 1), "government": Cell(8, 2, 5)}
    told = week(Coverage(14, 14, 2, 2), Cell(31, 12, 12), kinds=kinds)
    assert {row["kind"]: row["items"] for row in told["kinds"]} == {
        "press": 20, "public_channel": None, "government": None,
    }  # fmt: skip
    alone = week(Coverage(14, 14, 2, 2), Cell(12, 3, 1))
    assert alone["items"] is None  # of one source, which is one account


def test_places_leave_by_name_and_unknown_ones_stay() -> None:
    places = {"00.00.01": Cell(9, 3, 6), "99.99.99": Cell(9, 3, 6)}
    told = week(Coverage(14, 14, 2, 2), Cell(18, 5, 9), places=places)
    assert told["places"] == [{"code": "00.00.01", "items": 9, "name": "Mekarjaya"}]
