"""A series as columns: one kind for each thing that may be known of a week."""

from collections.abc import Sequence

from kentongan.trends.values import Point, State
from webui.columns import HEIGHT, LEAST, Columns, column, columns


def draw_series(points: Sequence[Point]) -> Columns:
    """Return the weeks as columns, the highest as tall as the chart; what is not known is as tall."""
    heights = [_height(point) for point in points]
    most = max((height for height in heights if height is not None), default=0) or 1
    found: dict[str, list[str]] = {state.value: [] for state in State}
    for number, (point, height) in enumerate(zip(points, heights, strict=True)):
        if height is None:
            found[point.state.value].append(column(number, 0, HEIGHT))
        elif height:
            found[point.state.value].append(column(number, 0, max(LEAST, round(HEIGHT * height / most, 2))))
    return columns(len(points), found)


def _height(point: Point) -> float | None:
    if point.cell is None:
        return None
    return float(point.cell.items) if point.rate is None else point.rate
