"""Numbers over time as bars: numbers in, numbers out. Leaves drawing to the template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

HEIGHT = 100
SLOT, WIDTH = 10, 8  # of a bar, with and without the gap after it
_LEAST = 3  # of a bar that stands for anything at all

Start = TypeVar("Start", bound=date)


@dataclass(frozen=True, slots=True)
class Bar(Generic[Start]):
    """One step, in the units of the chart's view box; `height` is 0 where nothing was seen."""

    start: Start
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart(Generic[Start]):
    width: int
    height: int
    bar_width: int
    bars: tuple[Bar[Start], ...]
    most: int  # items of the highest bar


def draw(starts: Sequence[Start], counts: Sequence[int]) -> Chart[Start]:
    """Return the counts as bars, the highest as tall as the chart."""
    most = max(counts, default=0)
    bars = []
    for number, (start, count) in enumerate(zip(starts, counts, strict=True)):
        height = max(_LEAST, round(HEIGHT * count / most)) if count else 0
        bars.append(Bar(start, count, number * SLOT + 1, HEIGHT - height, height))
    return Chart(SLOT * len(bars), HEIGHT, WIDTH, tuple(bars), most)
