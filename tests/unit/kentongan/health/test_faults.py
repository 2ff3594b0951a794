"""Seeded faults on an invented outlet of eight items a day: told in time, by day and by night, and nothing else.

`benchmarks/health.py` measures the same over many outlets, beside plain rules.
"""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta

import numpy as np
import pytest

from kentongan.collecting import CrawlRun
from kentongan.health.values import State, Trouble
from tests.outlets import BEGIN, FAULTS, Fault, Outlet, Watched, crawls, publish, source_of

DAYS = 64
SIX_HOURS = timedelta(hours=6)
BEGINNINGS = [timedelta(days=day, hours=hour) for day, hour in ((57, 10), (58, 2.6), (60, 22), (61, 14))]
"""Of the faults; Tuesday morning, Wednesday before dawn, Friday night, Saturday afternoon in Jakarta."""
NAMED = {
    "unreachable": Trouble.UNREACHABLE,
    "error page with 200": Trouble.NOT_A_LIST,
    "empty list": Trouble.EMPTY_LIST,
    "articles out of reach": Trouble.SILENT,
    "articles not taken up": Trouble.SILENT,
    "articles unread": Trouble.UNREAD_PAGES,
    "dates lost": Trouble.UNREAD_PAGES,
    "titles lost": Trouble.UNREAD_PAGES,
    "drift": Trouble.DRIFT,
    "robots.txt refuses": Trouble.ROBOTS_REFUSED,
    "robots.txt unreachable": Trouble.ROBOTS_UNREACHABLE,
    "crawls die": Trouble.DIED,
    "nobody crawls": Trouble.NOT_CRAWLED,
}
OF_ARTICLES = {
    name for name in NAMED if name.startswith("articles") or name.endswith("lost") or name == "drift"
}
"""Faults that are none until there is an article."""


class History:
    """Eight weeks of an outlet, to be gone on with or without a fault."""

    def __init__(self, outlet: Outlet, seed: int = 4) -> None:
        self._outlet, self._seed = outlet, seed
        self._published = publish(outlet, DAYS, np.random.default_rng(seed))
        self._until: dict[datetime, Watched] = {}

    def crawls(self, frozen_at: datetime | None = None) -> Iterator[CrawlRun]:
        chance = np.random.default_rng([self._seed, 1])
        return crawls(self._outlet, self._published, DAYS, chance, frozen_at=frozen_at)

    def before(self, at: datetime) -> Watched:
        if at not in self._until:
            self._until[at] = Watched(source_of(self._outlet))
            for run in self.crawls():
                if run.started_at < at:
                    self._until[at].add(run)
        return deepcopy(self._until[at])


@pytest.fixture(scope="module")
def eight() -> History:
    return History(Outlet(8))


@pytest.fixture(scope="module")
def eighty() -> History:
    return History(Outlet(80))


def first_told(
    history: History, fault: Fault | None, begun: datetime
) -> tuple[set[Trouble], timedelta, timedelta]:
    """Return what is told first, how long after the fault began, and how long after it changed a crawl."""
    watched, changed = history.before(begun), None
    for run in history.crawls(frozen_at=None if fault else begun):
        if run.started_at < begun:
            continue
        seen = fault(run) if fault and run.lists else run
        if changed is None and seen != run:
            changed = run.started_at
        if seen is not None:
            watched.add(seen)
        told = {finding.trouble for finding in watched.judge(run.ended_at).findings}
        if told:
            return told, run.ended_at - begun, run.ended_at - (changed or begun)
    raise AssertionError("never told")


def test_the_faults_of_the_generator_are_all_looked_for() -> None:
    assert set(NAMED) == set(FAULTS)


@pytest.mark.parametrize("after", BEGINNINGS, ids=str)
@pytest.mark.parametrize("name", sorted(set(NAMED) - OF_ARTICLES))
def test_a_fault_of_lists_or_crawls_is_told_within_six_hours(
    name: str, after: timedelta, eight: History
) -> None:
    told, delay, _ = first_told(eight, FAULTS[name], BEGIN + after)
    assert told == {NAMED[name]}
    assert delay <= SIX_HOURS


@pytest.mark.parametrize("name", sorted(OF_ARTICLES))
def test_a_fault_of_articles_is_told_within_six_hours_of_the_first_by_day(name: str, eighty: History) -> None:
    told, delay, _ = first_told(eighty, FAULTS[name], BEGIN + BEGINNINGS[0])
    assert NAMED[name] in told
    assert delay <= SIX_HOURS


@pytest.mark.parametrize("name", sorted(OF_ARTICLES))
def test_a_fault_of_articles_needs_few_articles_to_be_told(name: str, eight: History) -> None:
    delays = [first_told(eight, FAULTS[name], BEGIN + after)[2] for after in BEGINNINGS]
    assert max(delays) <= timedelta(days=1)


def test_a_list_that_stands_still_is_told_within_six_hours_where_much_is_published(eighty: History) -> None:
    told, delay, _ = first_told(eighty, None, BEGIN + BEGINNINGS[0])
    assert told == {Trouble.STALE}
    assert delay <= SIX_HOURS


def test_a_list_that_stands_still_is_shown_as_unusual_before_it_is_an_alarm(eight: History) -> None:
    begun = BEGIN + BEGINNINGS[0]
    watched, states = eight.before(begun), []
    for run in eight.crawls(frozen_at=begun):
        if run.started_at >= begun:
            watched.add(run)
            states.append(watched.judge(run.ended_at).state)
    order = [State.HEALTHY, State.QUIET, State.UNHEALTHY]
    assert [state for n, state in enumerate(states) if n == 0 or states[n - 1] != state] == order
    assert states.count(State.QUIET) > 10


def test_an_undated_list_that_stands_still_is_silence() -> None:
    told, _, _ = first_told(History(Outlet(80, dated=False)), None, BEGIN + BEGINNINGS[0])
    assert told == {Trouble.SILENT}


def test_a_mended_source_is_healthy_at_its_first_good_crawl(eight: History) -> None:
    begun, mended = BEGIN + BEGINNINGS[0], BEGIN + BEGINNINGS[1]
    watched = eight.before(begun)
    for run in eight.crawls():
        if begun <= run.started_at:
            at_fault = run.started_at < mended
            watched.add(FAULTS["error page with 200"](run) or run if at_fault else run)
            well_again = run.started_at >= mended and bool(run.lists)
            if well_again:
                assert watched.judge(run.ended_at).findings == ()
                return
            if run.started_at > begun + timedelta(hours=4):
                assert watched.judge(run.ended_at).state is State.UNHEALTHY


@pytest.mark.parametrize("daily", [2, 8, 30])
def test_a_healthy_outlet_raises_next_to_nothing_in_twelve_weeks_with_a_holiday(daily: int) -> None:
    outlet = Outlet(daily, holiday=(60, 67))
    chance = np.random.default_rng(daily)
    watched, told, before = Watched(source_of(outlet)), [], set[Trouble]()
    for run in crawls(outlet, publish(outlet, 84, chance), 84, chance):
        watched.add(run)
        now = {finding.trouble for finding in watched.judge(run.ended_at).findings}
        told += sorted(now - before)
        before = now
    assert len(told) <= 1, told


def test_a_source_that_is_not_to_be_read_is_neither_well_nor_unwell(eight: History) -> None:
    watched = eight.before(BEGIN + BEGINNINGS[0])
    watched.source = source_of(Outlet(8), active=False)
    health = watched.judge(BEGIN + timedelta(days=63))
    assert (health.state, health.findings) == (State.INACTIVE, ())


def test_a_source_that_was_never_read_is_not_known() -> None:
    assert Watched(source_of(Outlet(8))).judge(BEGIN).state is State.UNKNOWN


def test_a_new_source_whose_list_stood_still_for_long_is_told() -> None:
    outlet = Outlet(20)
    frozen = BEGIN + timedelta(days=2)
    published = publish(outlet, 10, np.random.default_rng(1))
    watched = Watched(source_of(outlet))
    for run in crawls(outlet, published, 10, np.random.default_rng(2), frozen_at=frozen):
        if run.started_at > frozen + timedelta(days=6):
            watched.add(run)
    told = watched.judge(watched.runs[-1].ended_at).findings
    assert {finding.trouble for finding in told} == {Trouble.STALE}
