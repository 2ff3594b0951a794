"""The charts of trends: series and comparisons in, pictures out. Leaves the drawing to `webui.charts`."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from kentongan.dialogues import Dialogue
from kentongan.trends.stages import StageMean
from kentongan.trends.tables import Compared, Row
from kentongan.trends.values import Point
from kentongan.trends.weeks import Weeks
from webui.charts import Part, Piece, draw_bars, draw_columns
from webui.times import short_day


def draw_series(title: str, weeks: Weeks, points: Sequence[Point], unit: str) -> Markup:
    """Return one series; where nothing is known of a week stands what cannot be taken for a count."""
    return draw_columns(title, _slots(weeks), _pieces(0, points), unit=unit)


def draw_rows(
    title: str,
    weeks: Weeks,
    rows: Sequence[Row],
    titles: Mapping[str, str],
    held: Mapping[str, Sequence[tuple[int, Dialogue]]],
) -> Markup:
    """Return the rows beneath each other, each as tall as its own highest week, with a mark over the weeks in
    which a dialogue was `held`."""
    pieces = []
    for number, row in enumerate(rows):
        pieces += _pieces(number, row.points)
        marked = dict.fromkeys(week for week, _ in held.get(row.key, ()))
        pieces += [Piece(number, week, "held") for week in marked]
    return draw_columns(title, _slots(weeks), pieces, rows=[titles[row.key] for row in rows])


def draw_compared(title: str, rows: Sequence[Compared], titles: Mapping[str, str], unit: str) -> Markup:
    """Return two bars for each row that is known in both stretches."""
    known = [row for row in rows if row.weeks]
    parts = [
        Part(number, kind, round(value or 0.0, 2), lane)
        for number, row in enumerate(known)
        for lane, (kind, value) in enumerate((("now", row.now), ("before", row.before)))
    ]
    return draw_bars(title, [titles[row.key] for row in known], parts, unit=unit)


def draw_stages(title: str, stages: Sequence[StageMean], names: Sequence[str], unit: str) -> Markup:
    """Return a bar for each stage of what was collected in a week of it; none where nothing is known."""
    parts = [
        Part(number, "whole", round(stage.collected, 2))
        for number, stage in enumerate(stages)
        if stage.collected is not None
    ]
    return draw_bars(title, names, parts, unit=unit)


def _slots(weeks: Weeks) -> list[str]:
    return [short_day(monday) for monday in weeks.mondays()]


def _pieces(row: int, points: Sequence[Point]) -> list[Piece]:
    return [
        Piece(row, number, point.state.value, 0.0 if point.cell is None else _height(point))
        for number, point in enumerate(points)
        if point.cell is None or _height(point)
    ]


def _height(point: Point) -> float:
    assert point.cell is not None
    return float(point.cell.items) if point.rate is None else round(point.rate, 2)
