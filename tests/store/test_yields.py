"""What the database counts of crawls is what the crawls say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.health.values import Interval, PageCounts
from kentongan.store import Store
from tests.factories import make_source

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)
SOURCE = make_source("warta")


def run(number: int, **changes: object) -> CrawlRun:
    at = AT + number * HALF
    whole = CrawlRun(
        "warta", at, at + timedelta(minutes=1), Outcome.DONE, lists=1, listed=20, robots=Robots.OPEN
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


@pytest.fixture
def filled(store: Store) -> Store:
    for source in (SOURCE, make_source("kabar")):
        store.collector.save_source(source)
    runs = [
        run(-200, items=9),  # before what is asked for
        run(0, items=120, pages=120, unread=2, undated=5),
        run(1, items=3, pages=4, unread=1, untitled=1),
        run(2),
        run(3, outcome=Outcome.DIED, lists=0, items=1),
        run(4, lists=0, lists_failed=1),
        run(5, items=1, fact_checks=1, pages=1),
        run(30, items=40),  # after a pause
        run(31),
        run(32, source="kabar", items=1),
    ]
    for one in runs:
        store.crawls.save(one)
    return store


def seconds(number: int) -> float:
    return (AT + number * HALF).timestamp()


def test_intervals_leave_out_the_first_crawl_failed_ones_and_pauses(filled: Store) -> None:
    found = filled.yields.intervals([SOURCE], AT - HALF)
    assert dict(found) == {
        "warta": [
            Interval(seconds(0), seconds(1), 3),
            Interval(seconds(1), seconds(2), 0),
            Interval(seconds(2), seconds(5), 2),
            Interval(seconds(30), seconds(31), 0),
        ]
    }


def test_a_source_read_once_has_no_interval(filled: Store) -> None:
    assert filled.yields.intervals([make_source("kabar")], AT) == {"kabar": []}


def test_pages_are_summed_by_source(filled: Store) -> None:
    summed = filled.yields.pages(AT, AT + 5 * HALF)
    assert summed == {"warta": PageCounts(pages=124, unread=3, read=121, untitled=1, undated=5)}


def test_the_last_success_is_of_a_crawl_that_read_its_lists(filled: Store) -> None:
    filled.crawls.save(run(33, lists=0, lists_failed=1))
    assert filled.yields.last_success() == {
        "warta": AT + 31 * HALF + timedelta(minutes=1),
        "kabar": AT + 32 * HALF + timedelta(minutes=1),
    }


def test_recent_crawls_come_back_as_they_were_and_of_seldom_read_sources_for_longer(filled: Store) -> None:
    at, recent = AT + 34 * HALF, timedelta(hours=2)
    both = [SOURCE, make_source("kabar", every_minutes=12 * 60)]
    runs = filled.yields.runs(both, at, recent)
    assert runs == {"warta": [run(30, items=40), run(31)], "kabar": [run(32, source="kabar", items=1)]}
    filled.crawls.save(run(2, source="kabar"))
    assert [one.started_at for one in filled.yields.runs(both, at, recent)["kabar"]] == [
        AT + 2 * HALF,
        AT + 32 * HALF,
    ]
