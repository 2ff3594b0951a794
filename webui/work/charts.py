"""The charts of the team's figures: figures in, pictures out. Leaves the drawing to `webui.charts`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kentongan.agreement import LEAST_UNITS, Agreement
from kentongan.store.votes import MonthAgreement
from kentongan.teamwork.estimates import Share
from kentongan.teamwork.values import BAND_DAYS, TOP, Backlog, TopDay, WeekTimes, sum_days
from webui.charts import Interval, Part, Piece, draw_bars, draw_columns, draw_intervals
from webui.times import short_day

_DAYS_SHOWN = 100  # of more, a column is the mean of a week's mornings
_BANDS = tuple(f"band{number}" for number in range(len(BAND_DAYS) + 1))
_SCALES = (0.1, 0.25, 0.5, 1.0)
_HOUR = 60  # minutes


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


def draw_top(title: str, steps: Sequence[TopStep], unit: str) -> Markup:
    """Return what became of each morning: worth work at the foot, then no problem, then what is undecided."""
    pieces = []
    for number, step in enumerate(steps):
        if not step.noted:
            pieces.append(Piece(0, number, "hole"))
            continue
        for kind in ("worth", "nothing", "undecided"):
            if count := getattr(step.day, kind):
                pieces.append(Piece(0, number, kind, round(count / step.noted, 2)))
    return draw_columns(title, [short_day(step.day.day) for step in steps], pieces, unit=unit, most=TOP)


def draw_times(title: str, weeks: Sequence[WeekTimes], unit: str) -> Markup:
    """Return each week's median in hours, with a line at the time within which nine of ten were decided."""
    pieces = []
    for number, week in enumerate(weeks):
        if week.times.withheld:
            pieces.append(Piece(0, number, "hole"))
        for kind, minutes in (("median", week.times.median), ("p90", week.times.p90)):
            if minutes is not None:
                pieces.append(Piece(0, number, kind, round(minutes / _HOUR, 2)))
    return draw_columns(title, [short_day(week.monday) for week in weeks], pieces, unit=unit)


def draw_backlog(title: str, lanes: Iterable[Backlog], names: Sequence[str], unit: str) -> Markup:
    """Return a bar for each lane, a part for each band of ages."""
    parts = [
        Part(row, kind, count)
        for row, lane in enumerate(lanes)
        for kind, count in zip((*_BANDS, "undecided"), (*lane.bands, lane.unknown), strict=True)
        if count
    ]
    return draw_bars(title, names, parts, unit=unit)


def draw_shares(title: str, shares: Sequence[tuple[str, Share]], *, fit: bool = False) -> Markup:
    """Return the shares that are told with their intervals. With `fit` the axis ends at the least scale that
    holds them; else at 100 %."""
    told = [(name, share) for name, share in shares if share.value is not None]
    ends = [share.high if share.high is not None else share.value or 0.0 for _, share in told]
    most = next((scale for scale in _SCALES if max(ends, default=0) <= scale), 1.0) if fit else 1.0
    found = [Interval(row, share.value or 0.0, share.low, share.high) for row, (_, share) in enumerate(told)]
    return draw_intervals(title, [name for name, _ in told], found, most=most)


def draw_agreement(title: str, months: Sequence[MonthAgreement], names: Sequence[str]) -> Markup:
    """Return alpha with its range for the months of which it is told, on an axis from 0 to 1."""
    told = [
        (name, month.agreement) for name, month in zip(names, months, strict=True) if is_told(month.agreement)
    ]
    found = [Interval(row, one.alpha or 0.0, one.low, one.high) for row, (_, one) in enumerate(told)]
    return draw_intervals(title, [name for name, _ in told], found, percent=False)


def is_told(agreement: Agreement) -> bool:
    """Tell whether there is enough to say how far two agree."""
    return agreement.units >= LEAST_UNITS and agreement.alpha is not None
