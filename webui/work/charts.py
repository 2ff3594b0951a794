"""The charts of the team's figures: numbers in, outlines in the units of a view box out.

Leaves drawing, words and colours to the template and its sheet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kentongan.teamwork.values import BAND_DAYS, TOP, Backlog, TopDay, WeekTimes, sum_days
from webui.columns import HEIGHT, LEAST, Columns, column, columns

_DAYS_SHOWN = 100  # of more, a column is the mean of a week's mornings
_BANDS = tuple(f"band{number}" for number in range(len(BAND_DAYS) + 1))
_SCALES = (0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar that lies down, of 100 units; `kind` is its class."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A share as a bar of 100 units, `low` to `high` its interval; `most` is the share at its end."""

    value: float
    low: float
    high: float
    most: float = 1.0


@dataclass(frozen=True, slots=True)
class TopStep:
    """A day, or a week of them: `noted` of so many mornings."""

    day: TopDay
    mornings: int
    noted: int


def steps_of(days: Sequence[TopDay]) -> list[TopStep]:
    """Return the days, or where they are many their weeks."""
    if len(days) <= _DAYS_SHOWN:
        return [TopStep(day, 1, int(day.noted)) for day in days]
    weeks: dict[date, list[TopDay]] = {}
    for day in days:
        weeks.setdefault(date.fromordinal(day.day.toordinal() - day.day.weekday()), []).append(day)
    return [TopStep(sum_days(week), len(week), sum(day.noted for day in week)) for week in weeks.values()]


def draw_top(steps: Sequence[TopStep]) -> Columns:
    """Return what became of each morning: worth work at the foot, then no problem, then what is undecided."""
    found: dict[str, list[str]] = {"worth": [], "nothing": [], "undecided": [], "hole": []}
    for number, step in enumerate(steps):
        if not step.noted:
            found["hole"].append(column(number, 0, HEIGHT))
            continue
        foot = 0.0
        for kind in ("worth", "nothing", "undecided"):
            tall = HEIGHT * getattr(step.day, kind) / (TOP * step.noted)
            if tall:
                found[kind].append(column(number, foot, tall))
            foot += tall
    return columns(len(steps), found)


def draw_times(weeks: Sequence[WeekTimes]) -> Columns:
    """Return each week's median, with a line at the time within which nine of ten were decided."""
    told = [t for week in weeks for t in (week.times.median, week.times.p90) if t is not None]
    most = max(told, default=1) or 1
    found: dict[str, list[str]] = {"median": [], "p90": [], "hole": []}
    for number, week in enumerate(weeks):
        if week.times.withheld:
            found["hole"].append(column(number, 0, HEIGHT))
        if week.times.median is not None:
            found["median"].append(column(number, 0, max(LEAST, HEIGHT * week.times.median / most)))
        if week.times.p90 is not None:
            found["p90"].append(column(number, max(0.0, HEIGHT * week.times.p90 / most - 2), 2))
    return columns(len(weeks), found)


def lay_down(lanes: Iterable[Backlog]) -> dict[str, list[Part]]:
    """Return a bar for each lane, a part for each band of ages, the fullest lane all the way."""
    lanes = list(lanes)
    most = max((lane.total for lane in lanes), default=0) or 1
    bars: dict[str, list[Part]] = {}
    for lane in lanes:
        x, parts = 0.0, []
        for kind, count in zip((*_BANDS, "undecided"), (*lane.bands, lane.unknown), strict=True):
            width = 100 * count / most
            parts.append(Part(kind, round(x, 2), round(width, 2)))
            x += width
        bars[lane.lane.value] = parts
    return bars


def strip(value: float, low: float | None, high: float | None, *, fit: bool = False) -> Strip:
    """Return a share with its interval; what lies below 0 is cut. With `fit` the end is the least scale that
    holds it."""
    ends = (low if low is not None else value, high if high is not None else value)
    most = next((scale for scale in _SCALES if max(ends) <= scale), 1.0) if fit else 1.0
    at, left, right = (round(100 * min(1.0, max(0.0, end) / most), 2) for end in (value, *ends))
    return Strip(at, left, right, most)
