"""Bars and intervals that lie down, one for each name, with the name above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from webui.charts.looks import INK, LETTERS, LOOKS, WIDTH
from webui.charts.svg import kept, language, render

_STEP, _THICK = 40, 12  # units of a row, and of a bar in it


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar; `lane` 0 or 1 where each name has two bars."""

    row: int
    kind: str
    value: float
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the range that holds it; `low` and `high` are None where there is none."""

    row: int
    value: float
    low: float | None
    high: float | None


def draw_bars(title: str, rows: Sequence[str], parts: Sequence[Part], *, unit: str = "") -> Markup:
    """Return a picture called `title`: the parts of each row one after the other."""
    return _draw_bars(title, tuple(rows), tuple(parts), unit, language())


def draw_intervals(
    title: str, rows: Sequence[str], found: Sequence[Interval], *, most: float = 1.0, percent: bool = True
) -> Markup:
    """Return a picture called `title`, on an axis from 0 to `most`; what lies outside is cut."""
    return _draw_intervals(title, tuple(rows), tuple(found), most, percent, language())


@kept
def _draw_bars(
    title: str, rows: tuple[str, ...], parts: tuple[Part, ...], unit: str, in_language: str
) -> Markup:
    import altair as alt

    lanes = 1 + max((part.lane for part in parts), default=0)
    ends: dict[tuple[int, int], float] = {}
    values: list[dict[str, Any]] = []
    for part in parts:
        at = (part.row, part.lane)
        foot = ends.get(at, 0.0)
        ends[at] = foot + part.value
        values.append({"row": part.row, "kind": part.kind, "lane": part.lane, "foot": foot, "top": ends[at]})
    axis = alt.Axis(title=unit or None, tickCount=4, tickMinStep=1, format=",~f", domain=False)
    layers = []
    for kind, lane in dict.fromkeys((part.kind, part.lane) for part in parts):
        bar = alt.Chart().transform_filter(f"datum.kind == '{kind}' && datum.lane == {lane}")
        marked = bar.mark_bar(
            size=_THICK - 3 * (lanes - 1), yOffset=6 + 10 * lane - 5 * (lanes - 1), **LOOKS[kind]
        )
        layers.append(marked.encode(x=alt.X("foot:Q", axis=axis), x2=alt.X2("top:Q"), y=_row(alt, rows)))
    return _finish(alt, title, rows, layers, values, in_language)


@kept
def _draw_intervals(
    title: str,
    rows: tuple[str, ...],
    found: tuple[Interval, ...],
    most: float,
    percent: bool,
    in_language: str,
) -> Markup:
    import altair as alt

    def cut(value: float) -> float:
        return min(most, max(0.0, value))

    values: list[dict[str, Any]] = [
        {
            "row": one.row, "kind": "figure", "value": cut(one.value),
            "low": cut(one.value if one.low is None else one.low),
            "high": cut(one.value if one.high is None else one.high),
        }
        for one in found
    ]  # fmt: skip
    axis = alt.Axis(title=None, tickCount=5, format=".0%" if percent else ".1f", domain=False)
    scale = alt.Scale(domain=[0, most], nice=False)
    base = alt.Chart().transform_filter(alt.datum.kind == "figure").encode(y=_row(alt, rows))
    layers = [
        base.mark_bar(size=_THICK, yOffset=6, **LOOKS["before"]).encode(
            x=alt.X("value:Q", axis=axis, scale=scale), x2=alt.datum(0)
        ),
        base.mark_rule(yOffset=6, **LOOKS["reach"]).encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
        *(
            base.mark_tick(thickness=1.5, size=_THICK + 4, yOffset=6, fill=INK).encode(
                x=alt.X(f"{end}:Q", scale=scale)
            )
            for end in ("low", "high")
        ),
    ]
    return _finish(alt, title, rows, layers, values, in_language)


def _row(alt: Any, rows: Sequence[str]) -> Any:
    return alt.Y("row:O", axis=None, scale=alt.Scale(domain=list(range(len(rows)))))


def _finish(
    alt: Any,
    title: str,
    rows: Sequence[str],
    layers: list[Any],
    values: list[dict[str, Any]],
    in_language: str,
) -> Markup:
    names = [{"row": number, "kind": "name", "name": name} for number, name in enumerate(rows)]
    named = alt.Chart().transform_filter(alt.datum.kind == "name").mark_text(
        align="left", baseline="bottom", fontSize=LETTERS, fill=INK, limit=WIDTH, yOffset=-5,
    ).encode(x=alt.value(0), y=_row(alt, rows), text="name:N")  # fmt: skip
    chart = alt.layer(*layers, named, data=alt.InlineData([*values, *names]))
    return render(chart.properties(width=WIDTH, height=_STEP * max(1, len(rows))), title, in_language)
