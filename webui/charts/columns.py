"""Columns over time, of one series or of several beneath each other, each as tall as its own highest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from webui.charts.looks import INK, LETTERS, LOOKS, UNKNOWN, WIDTH
from webui.charts.svg import kept, language, render

_TALL, _LOW = 130, 44


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands in a slot of a series: on what is there already, in the order they are given.

    Of the kinds UNKNOWN it is as tall as the chart. `p90` is a line at its value and "held" a mark above.
    """

    row: int
    slot: int
    kind: str
    value: float = 0.0


def draw_columns(
    title: str, slots: Sequence[str], pieces: Sequence[Piece], *, rows: Sequence[str] = (), unit: str = "",
    most: float | None = None,
) -> Markup:  # fmt: skip
    """Return a picture called `title`; `slots` are different words for the steps of time.

    `rows`: what the series are called, written above each; none for a single one. `most`: the height of the
    axis, by default that of the highest column.
    """
    return _draw(title, tuple(slots), tuple(pieces), tuple(rows), unit, most, language())


@kept
def _draw(
    title: str, slots: tuple[str, ...], pieces: tuple[Piece, ...], rows: tuple[str, ...], unit: str,
    most: float | None, in_language: str,
) -> Markup:  # fmt: skip
    import altair as alt  # a third of a second: only where something is drawn

    height = _LOW if rows else _TALL
    scale = alt.Scale(zero=True, nice=True) if most is None else alt.Scale(domain=[0, most])
    x = alt.X(
        "slot:O",
        scale=alt.Scale(domain=list(slots), paddingInner=0.15, paddingOuter=0.1),
        axis=alt.Axis(title=None, labelAngle=0, labelOverlap="greedy", labelSeparation=8, ticks=False),
    )
    y_axis = alt.Axis(
        title=unit or None, tickCount=2 if rows else 4, tickMinStep=1, format="~s" if rows else ",~f",
        titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-24, titleY=-12, domain=False,
    )  # fmt: skip
    y = alt.Y("foot:Q", axis=y_axis, scale=scale)
    layers: list[Any] = []
    for kind in dict.fromkeys(piece.kind for piece in pieces):
        base = alt.Chart().transform_filter(alt.datum.kind == kind)
        look = dict(LOOKS[kind])
        if kind in UNKNOWN:
            layers.append(base.mark_bar(**look).encode(x=x, y=alt.value(0), y2=alt.value(height)))
        elif kind == "held":
            mark = base.mark_point(shape="triangle-down", filled=True, size=70, opacity=1, **look)
            layers.append(mark.encode(x=x, y=alt.value(-4)))
        elif kind == "p90":
            layers.append(base.mark_tick(thickness=2, **look).encode(x=x, y=alt.Y("top:Q", scale=scale)))
        else:
            layers.append(base.mark_bar(**look).encode(x=x, y=y, y2=alt.Y2("top:Q")))
    values = _stacked(slots, pieces)
    if not rows:
        layers = layers or [alt.Chart().mark_bar().encode(x=x, y=y)]
        return render(
            alt.layer(*layers, data=alt.InlineData(values)).properties(width=WIDTH, height=height),
            title, in_language,
        )  # fmt: skip
    names = [{"row": number, "kind": "name", "name": name, "top": 1} for number, name in enumerate(rows)]
    # Unseen, so that a series of nothing has its axis at the foot.
    floor = alt.Chart().transform_filter(alt.datum.kind == "name").mark_point(opacity=0)
    floor = floor.encode(y=alt.Y("top:Q", axis=y_axis, scale=scale))
    named = alt.Chart().transform_filter(alt.datum.kind == "name").mark_text(
        align="left", baseline="bottom", fontSize=LETTERS, fontWeight="bold", fill=INK, limit=WIDTH,
    ).encode(x=alt.value(0), y=alt.value(-10), text="name:N")  # fmt: skip
    whole = alt.layer(*layers, floor, named).properties(width=WIDTH, height=height)
    facets = whole.facet(
        row=alt.Row("row:O", header=alt.Header(title=None, labels=False)),
        data=alt.InlineData([*values, *names]),
        spacing=32,
    )
    return render(facets.resolve_scale(y="independent"), title, in_language)


def _stacked(slots: Sequence[str], pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    feet: dict[tuple[int, int], float] = {}
    values = []
    for piece in pieces:
        at = (piece.row, piece.slot)
        foot = 0.0 if piece.kind == "p90" else feet.get(at, 0.0)
        top = foot + piece.value
        if piece.kind != "p90":
            feet[at] = top
        values.append(
            {"row": piece.row, "slot": slots[piece.slot], "kind": piece.kind, "foot": foot, "top": top}
        )
    return values
