"""Invented outlets with a rhythm, their crawls, and faults put into them. Everything is seeded.

An outlet publishes by hour and weekday, unevenly: several articles at once, good and bad days,
holidays. Its crawls fail now and then as real ones do: single blips, a backup at night.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.domain import Source, SourceKind
from kentongan.health.intervals import Look, join_looks, longest_pause
from kentongan.health.judge import RECENT, Known, judge
from kentongan.health.quality import counts_of
from kentongan.health.rhythm import Rhythm, learn
from kentongan.health.symptoms import well
from kentongan.health.values import Health, Interval, PageCounts
from tests.factories import make_source

BEGIN = datetime(2026, 1, 4, 17, tzinfo=UTC)  # Monday, midnight in Jakarta
LISTED = 20
HISTORY = timedelta(weeks=8)
Fault = Callable[[CrawlRun], CrawlRun | None]
"""What a fault makes of a healthy crawl; None: there is none."""


@dataclass(frozen=True)
class Outlet:
    """How an outlet publishes. `shape` weighs the hours of its day."""

    daily: float
    weekend: float = 0.6
    batch: float = 1.3  # articles at once, on average
    steadiness: float = 12.0  # shape of the gamma factor on each day
    shape: Sequence[float] = (0, 0, 0, 0, 1, 3, 6, 8, 9, 10, 10, 9, 7, 8, 9, 9, 8, 6, 5, 5, 4, 3, 2, 1)
    every: timedelta = timedelta(minutes=30)
    bad_pages: float = 0.01
    undated: float = 0.02
    holiday: tuple[int, int] = (0, 0)  # first day and day after the last, at 30 % of the yield
    kind: SourceKind = SourceKind.PRESS
    dated: bool = True  # whether its lists bear dates


FAULTS: dict[str, Fault] = {
    "unreachable": lambda run: _failed(run, "https://warta.example/rss: HTTP 404"),
    "error page with 200": lambda run: _failed(run, "https://warta.example/rss: not a feed (no RSS or Atom in it)"),
    "empty list": lambda run: replace(_nothing(run), listed=0, newest_at=None),
    "articles out of reach": lambda run: replace(_nothing(run), errors=run.items),
    "articles not taken up": lambda run: _nothing(run),
    "articles unread": lambda run: replace(_nothing(run), pages=run.pages, unread=run.pages),
    "dates lost": lambda run: replace(run, undated=run.pages - run.unread),
    "titles lost": lambda run: replace(run, untitled=run.pages - run.unread),
    "drift": lambda run: replace(_nothing(run), drift=run.items, errors=run.items),
    "robots.txt refuses": lambda run: replace(_failed(run, ""), robots=Robots.REFUSED),
    "robots.txt unreachable": lambda run: replace(_failed(run, ""), robots=Robots.UNREACHABLE),
    "crawls die": lambda run: replace(_nothing(run), outcome=Outcome.DIED, lists=0, listed=0),
    "nobody crawls": lambda run: None,
}  # fmt: skip
"""Faults that change what a crawl tells. A list that stands still is made by `crawls(frozen_at=...)`."""


def _nothing(run: CrawlRun) -> CrawlRun:
    return replace(run, items=0, pages=0, unread=0, untitled=0, undated=0)


def _failed(run: CrawlRun, problem: str) -> CrawlRun:
    return replace(
        _nothing(run), lists=0, listed=0, lists_failed=1, errors=1, newest_at=None, problem=problem
    )


def source_of(outlet: Outlet, expected: bool = True, active: bool = True) -> Source:
    return make_source(
        active=active,
        kind=outlet.kind,
        expected_daily=outlet.daily if expected else None,
        every_minutes=outlet.every.total_seconds() / 60,
    )


def publish(outlet: Outlet, days: int, chance: np.random.Generator) -> list[datetime]:
    """Return the moments at which an outlet publishes, from `BEGIN` on, in order."""
    weights = np.array(outlet.shape) / sum(outlet.shape)
    mean_week = (5 + 2 * outlet.weekend) / 7
    moments: list[float] = []
    for day in range(days):
        level = outlet.daily / mean_week * (outlet.weekend if day % 7 >= 5 else 1.0)
        level *= chance.gamma(outlet.steadiness) / outlet.steadiness
        if outlet.holiday[0] <= day < outlet.holiday[1]:
            level *= 0.3
        for _ in range(chance.poisson(level / outlet.batch)):
            at = day * 24 + chance.choice(24, p=weights) + chance.random()
            moments += [at + n / 30 for n in range(chance.geometric(1 / outlet.batch))]
    return [BEGIN + timedelta(hours=at) for at in sorted(moments)]


def crawls(
    outlet: Outlet,
    published: Sequence[datetime],
    days: float,
    chance: np.random.Generator,
    *,
    frozen_at: datetime | None = None,
) -> Iterator[CrawlRun]:
    """Yield the crawls of an outlet from `BEGIN` on, with blips; a frozen list never changes again."""
    seen, at, end = 0, BEGIN, BEGIN + timedelta(days=days)
    backup = chance.uniform(0, 7)  # each week at the same hour, for 40 to 100 minutes
    first = True
    while at < end:
        ended = at + timedelta(minutes=chance.uniform(0.3, 3))
        week = (at - BEGIN) / timedelta(days=7) % 1 * 7
        run = CrawlRun(
            "warta", at, ended, Outcome.DONE, requests=3, lists=1, listed=LISTED, robots=Robots.OPEN
        )
        if chance.random() < 0.01 or 0 <= week - backup < chance.uniform(40, 100) / 1440:
            yield _failed(run, "https://warta.example/rss: connection refused")
        else:
            edge = min(at, frozen_at) if frozen_at else at
            there = int(np.searchsorted([p.timestamp() for p in published[seen:]], edge.timestamp())) + seen
            found = LISTED + 100 if first else min(LISTED, there - seen)
            pages = found
            unread = int(chance.binomial(pages, outlet.bad_pages))
            newest = published[there - 1] if there and outlet.dated else None
            yield replace(
                run,
                items=pages - unread,
                pages=pages,
                unread=unread,
                undated=int(chance.binomial(pages - unread, outlet.undated)),
                newest_at=newest,
            )
            seen, first = there, False
        at += outlet.every * chance.uniform(0.97, 1.1)


@dataclass
class Watched:
    """What the record would hold of a source, crawl by crawl; the rhythm is learnt anew each day."""

    source: Source
    runs: list[CrawlRun] = field(default_factory=list)
    _looks: list[Look] = field(default_factory=list)
    _span: tuple[float, float] | None = None
    _rhythm: Rhythm | None = None
    _learnt: datetime | None = None
    _pages: PageCounts = field(default_factory=PageCounts)
    _recent: int = 0  # the first of the runs that are not in `_pages`

    def add(self, run: CrawlRun) -> None:
        self.runs.append(run)
        if well(run):
            at = run.started_at.timestamp()
            if self._span is None:
                self._span = (at, at)
                return
            before, pause = self._span[1], longest_pause(self.source)
            if run.items or at - before > pause:
                self._looks.append(Look(before, at, run.items + run.fact_checks))
            self._span = (self._span[0], at)

    def intervals(self, at: datetime) -> list[Interval]:
        since = (at - HISTORY).timestamp()
        looks = [look for look in self._looks if look.before >= since]
        first, last = self._span or (0.0, 0.0)
        return join_looks(looks, max(first, since), last, longest_pause(self.source))

    def judge(self, at: datetime) -> Health:
        while self._recent < len(self.runs) and self.runs[self._recent].started_at < at - RECENT:
            self._pages = PageCounts.total((self._pages, counts_of(self.runs[self._recent])))
            self._recent += 1
        intervals = self.intervals(at)
        if self._rhythm is None or self._learnt is None or at - self._learnt >= timedelta(days=1):
            self._rhythm, self._learnt = learn(self.source, intervals), at
        runs = self.runs[self._recent :]
        last_well = self._span and datetime.fromtimestamp(self._span[1], UTC)
        return judge(Known(self.source, self._rhythm, intervals, runs, self._pages, None, last_well), at)
