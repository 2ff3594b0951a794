"""All figures of the team over a period: read once, told by one set of rows in files and by the command."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kentongan.agreement import LEAST_UNITS
from kentongan.domain import Label
from kentongan.store import Store
from kentongan.store.votes import MonthAgreement
from kentongan.teamwork.estimates import Share
from kentongan.teamwork.periods import Period, Span
from kentongan.teamwork.values import Backlog, Missed, Rulings, Times, TopDay, WeekTimes, sum_days

TOO_FEW, HOLE, WITHHELD = "too few to say", "not noted", "withheld: fewer than three people decided"
KEPT = timedelta(minutes=1)  # a year's figures of an office that decides 80 times a day take a second
ALL_ALIKE = "everybody said one and the same thing"


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of a period. Nothing in it is of one person, so none can be had from it."""

    span: Span
    top: list[TopDay]  # since the first morning ever noted
    times: Times
    weeks: list[WeekTimes]  # empty where all is withheld
    backlog: list[Backlog]  # of now, whatever the period
    rulings: list[Rulings]  # of any mark, then of each label
    missed: Missed
    agreement: list[MonthAgreement]


@dataclass(frozen=True, slots=True)
class Row:
    """One number: `counted` among so many gives `value`, or so many `value`. `state`: why it is missing."""

    figure: str
    of: str  # a lane or label; empty for all
    begins: date  # of the day, week, month or period
    counted: int | None = None
    among: int | None = None
    value: float | None = None
    low: float | None = None  # of the 95 % interval
    high: float | None = None
    unit: str = ""
    state: str = ""


COLUMNS = tuple(field.name for field in fields(Row))


def read_figures(store: Store, zone: ZoneInfo, period: Period, at: datetime) -> Figures:
    """Return the figures of the weeks of a period that ends at a moment."""
    span, record = Span(period, at, zone), store.teamwork
    times, weeks = record.times(span)
    return Figures(
        span,
        record.top(span),
        times,
        weeks,
        record.backlog(span),
        record.rulings(span),
        record.missed(span),
        store.votes.agreement_by_month(zone, since=span.month_begins),
    )


class Outlook:
    """Figures, kept for a minute while nothing was decided since; safe to ask from several threads."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store, self._zone = store, zone
        self._kept: dict[Period, tuple[object, Figures]] = {}

    def figures(self, period: Period, at: datetime) -> Figures:
        newest = self._store.teamwork.newest()
        kept = self._kept.get(period)
        if kept and kept[0] == newest and timedelta() <= at - kept[1].span.at < KEPT:
            return kept[1]
        fresh = read_figures(self._store, self._zone, period, at)
        self._kept[period] = newest, fresh
        return fresh


def rows_of(figures: Figures) -> Iterator[Row]:
    """Yield every number that the page shows."""
    first = figures.span.first
    if figures.top:
        every = sum_days(figures.top)
        yield _worth("period", first, every)
        yield Row("top 20: decided", "period", first, every.decided, every.lay)
    for day in figures.top:
        if day.noted:
            yield _worth("day", day.day, day)
            yield Row("top 20: decided", "day", day.day, day.decided, day.lay)
        else:
            yield Row("top 20: worth work", "day", day.day, state=HOLE)
    yield from _times("period", first, figures.times)
    for week in figures.weeks:
        yield from _times("week", week.monday, week.times)
    names = ("under 1 day", "1 to 3 days", "3 to 7 days", "7 days or more", "since before ages were kept")
    for lane in figures.backlog:
        for name, count in zip(names, (*lane.bands, lane.unknown), strict=True):
            yield Row(f"waiting {name}", lane.lane.value, figures.span.today, count, lane.total)
    for ruling in figures.rulings:
        yield _share("mark: overruled", _name(ruling.label), first, ruling.share)
        yield Row("mark: no ruling", _name(ruling.label), first, ruling.neither)
    yield from _missed(figures.missed, first)
    yield from map(_agreement, figures.agreement)


def document_of(figures: Figures) -> dict[str, Any]:
    """Return the figures as one JSON document; what is empty in a row is None."""
    span = figures.span
    return {
        "period": span.period.value,
        "begins": span.first.isoformat(),
        "until": span.at.isoformat(),
        "time_zone": span.zone.key,
        "rows": [asdict(row) | {"begins": row.begins.isoformat()} for row in rows_of(figures)],
    }


def _worth(of: str, begins: date, day: TopDay) -> Row:
    state = TOO_FEW if day.precision is None else ""
    return Row("top 20: worth work", of, begins, day.worth, day.decided, day.precision, state=state)


def _times(of: str, begins: date, times: Times) -> Iterator[Row]:
    for name, value in (("median", times.median), ("90 % within", times.p90)):
        state = WITHHELD if times.withheld else TOO_FEW if value is None else ""
        counted = None if times.withheld else times.decided
        yield Row(
            f"waited for a decision: {name}", of, begins, counted, None, value, unit="minutes", state=state
        )


def _share(figure: str, of: str, begins: date, share: Share) -> Row:
    state = "" if share.told else TOO_FEW
    return Row(figure, of, begins, share.hits, share.of, share.value, share.low, share.high, state=state)


def _missed(missed: Missed, first: date) -> Iterator[Row]:
    yield Row("sample: undecided", "", first, missed.undecided, missed.drawn)
    yield Row("sample: flagged after all", "", first, missed.flagged, missed.drawn)
    yield _share("sample: a problem", "", first, missed.share)
    state = "" if missed.share.told else TOO_FEW
    yield Row(
        "missed, estimated", "", first, None, missed.stands_for, missed.count, missed.least, missed.most,
        "claims", state,
    )  # fmt: skip


def _agreement(month: MonthAgreement) -> Row:
    found, begins = month.agreement, date.fromisoformat(f"{month.month}-01")
    if found.units < LEAST_UNITS or found.alpha is None:
        state = TOO_FEW if found.units < LEAST_UNITS else ALL_ALIKE
        return Row("agreement of two", "", begins, found.units, unit="alpha", state=state)
    return Row("agreement of two", "", begins, found.units, None, found.alpha, found.low, found.high, "alpha")


def _name(label: Label | None) -> str:
    return label.value if label else "any"
