"""What the page of health shows of each source: values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kentongan.domain import Source
from kentongan.health.values import Health, State
from kentongan.health.week import last_days
from kentongan.store.alarms import Alarm
from pipeline.health import Examined
from webui.sources.chart import WeekChart, draw_week

ORDER = (State.UNHEALTHY, State.UNKNOWN, State.QUIET, State.HEALTHY, State.INACTIVE)
"""What wants looking at comes first."""


@dataclass(frozen=True, slots=True)
class SourcePage:
    source: Source
    health: Health
    week: WeekChart | None  # None where nothing was watched
    learnt_days: int
    open: tuple[Alarm, ...]
    ended: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    sources: tuple[SourcePage, ...]
    counts: tuple[tuple[State, int], ...]  # in `ORDER`, those there are
    nothing_crawled: bool  # every active source waits for a crawl: the crawler itself is down


def pages_of(examined: Sequence[Examined], alarms: Sequence[Alarm], at: datetime) -> Pages:
    """Return what the page shows, the unwell first."""
    pages = sorted(
        (_page(one, [alarm for alarm in alarms if alarm.source == one.source.name], at) for one in examined),
        key=lambda page: (ORDER.index(page.health.state), page.source.title.casefold()),
    )
    states = [page.health.state for page in pages]
    active = [page.health for page in pages if page.health.state is not State.INACTIVE]
    return Pages(
        sources=tuple(pages),
        counts=tuple((state, states.count(state)) for state in ORDER if state in states),
        nothing_crawled=len(active) > 1 and all(one.idle for one in active),
    )


def _page(one: Examined, alarms: Sequence[Alarm], at: datetime) -> SourcePage:
    return SourcePage(
        source=one.source,
        health=one.health,
        week=draw_week(last_days(one.rhythm, one.intervals, at)) if one.intervals else None,
        learnt_days=round(one.rhythm.days),
        open=tuple(alarm for alarm in alarms if alarm.ended_at is None),
        ended=tuple(alarm for alarm in alarms if alarm.ended_at is not None),
    )
