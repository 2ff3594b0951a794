"""Columns of several kinds side by side, as outlines: numbers in, paths in the units of a view box out.

Leaves colours and words to the page that draws them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEIGHT, SLOT, WIDTH = 100, 10, 8  # of a column, with and without the gap after it
LEAST = 1.5  # of a column that stands for anything at all


@dataclass(frozen=True, slots=True)
class Shape:
    """All columns of one kind, as the outline of one path; `kind` is its class."""

    kind: str
    outline: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns side by side; those that are not known are of the kind `hole`."""

    width: int
    shapes: tuple[Shape, ...]


def column(number: int, foot: float, tall: float) -> str:
    """Return the outline of the column in a slot, from `foot` up."""
    return f"M{number * SLOT + 1} {HEIGHT - foot:g}h{WIDTH}v-{tall:g}h-{WIDTH}z"


def columns(count: int, found: Mapping[str, Sequence[str]]) -> Columns:
    """Return the chart of `count` slots: kind to outlines, those of no column left out."""
    shapes = tuple(Shape(kind, "".join(outlines)) for kind, outlines in found.items() if outlines)
    return Columns(SLOT * count, shapes)
