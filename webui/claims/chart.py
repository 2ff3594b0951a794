"""The spread of a claim as bars: numbers in, numbers out. Leaves drawing to the template."""

from dataclasses import dataclass
from datetime import datetime

from kentongan.store.spread import Spread

HEIGHT = 100
SLOT, WIDTH = 10, 8  # of a bar, with and without the gap after it
_LEAST = 3  # of a bar that stands for anything at all


@dataclass(frozen=True, slots=True)
class Bar:
    """One step, in the units of the chart's view box; `height` is 0 where nothing was seen."""

    start: datetime
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    bar_width: int
    bars: tuple[Bar, ...]
    most: int  # items of the highest bar


def draw(spread: Spread) -> Chart:
    """Return the spread as bars, the highest as tall as the chart."""
    most = max(spread.counts, default=0)
    bars = []
    for number, (start, count) in enumerate(zip(spread.starts, spread.counts, strict=True)):
        height = max(_LEAST, round(HEIGHT * count / most)) if count else 0
        bars.append(Bar(start, count, number * SLOT + 1, HEIGHT - height, height))
    return Chart(SLOT * len(bars), HEIGHT, WIDTH, tuple(bars), most)
