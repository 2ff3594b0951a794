"""One blip is none; what lasts is named for what it is, since when, and is over when it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.due import BACKOFF
from kentongan.health.quality import chance_of_bad, find_unread
from kentongan.health.symptoms import find_drift, find_failing, find_idle
from kentongan.health.values import Finding, PageCounts, Trouble
from tests.factories import make_source

BEGAN = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)  # three in the morning in Jakarta
HALF = timedelta(minutes=30)


def run(number: int, **changes: object) -> CrawlRun:
    at = BEGAN + number * HALF
    whole = CrawlRun(
        "warta", at, at + timedelta(minutes=1), Outcome.DONE, lists=1, listed=20, robots=Robots.OPEN
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


FAILED: dict[str, object] = {
    "lists": 0,
    "listed": 0,
    "lists_failed": 1,
    "problem": "https://warta.example/rss: HTTP 500",
}
SYMPTOMS: dict[Trouble, dict[str, object]] = {
    Trouble.UNREACHABLE: FAILED,
    Trouble.NOT_A_LIST: FAILED | {"problem": "https://warta.example/rss: not a feed (no RSS or Atom in it)"},
    Trouble.EMPTY_LIST: {"listed": 0},
    Trouble.ROBOTS_REFUSED: FAILED | {"robots": Robots.REFUSED},
    Trouble.ROBOTS_UNREACHABLE: FAILED | {"robots": Robots.UNREACHABLE},
    Trouble.DIED: {"outcome": Outcome.DIED, "lists": 0, "listed": 0},
}


def day_of_runs(bad: Sequence[int], symptom: dict[str, object]) -> list[CrawlRun]:
    return [run(n, **(symptom if n in bad else {})) for n in range(48)]


@pytest.mark.parametrize("trouble", SYMPTOMS, ids=str)
def test_a_lasting_symptom_is_named_since_its_first_crawl(trouble: Trouble) -> None:
    found = find_failing(day_of_runs(range(40, 48), SYMPTOMS[trouble]))
    assert found is not None
    assert (found.trouble, found.since) == (trouble, BEGAN + 40 * HALF)
    assert "8 crawls in a row" in found.detail


@pytest.mark.parametrize("trouble", [kind for kind in SYMPTOMS if kind is not Trouble.DIED], ids=str)
def test_a_backup_at_night_is_no_symptom(trouble: Trouble) -> None:
    runs = day_of_runs([20, 21, 22, 23], SYMPTOMS[trouble])
    assert [find_failing(runs[: n + 1]) for n in range(48)] == [None] * 48


def test_the_first_good_crawl_ends_it() -> None:
    runs = day_of_runs(range(30, 47), SYMPTOMS[Trouble.NOT_A_LIST])
    assert find_failing(runs[:47]) is not None
    assert find_failing(runs) is None


def test_two_failures_are_enough_where_crawls_are_rare() -> None:
    seldom = [replace(run(n * 12), **FAILED) for n in range(2)]  # type: ignore[arg-type]
    assert find_failing(seldom[:1]) is None
    assert find_failing(seldom) is not None


def test_half_a_failure_is_one_too() -> None:
    runs = [run(n, lists=2, lists_failed=1, problem="https://warta.example/dua: HTTP 404") for n in range(6)]
    found = find_failing(runs)
    assert found is not None
    assert found.trouble is Trouble.UNREACHABLE
    assert "/dua" in found.detail


def test_empty_lists_of_a_source_that_lists_little_are_no_wonder() -> None:
    before = [run(n, listed=n % 3) for n in range(40)]
    assert find_failing([*before, *(run(n, listed=0) for n in range(40, 48))]) is None


def test_deaths_are_told_within_six_hours_though_each_try_waits_longer() -> None:
    runs, at = [], BEGAN
    for pause in (*BACKOFF, BACKOFF[-1]):
        runs.append(replace(run(0, **SYMPTOMS[Trouble.DIED]), started_at=at, ended_at=at))
        if find_failing(runs):
            break
        at += pause
    assert find_failing(runs) is not None
    assert at - BEGAN < timedelta(hours=5)


def idle(hours: float, every_minutes: float = 30) -> Finding | None:
    return find_idle(make_source(every_minutes=every_minutes), BEGAN, None, BEGAN + timedelta(hours=hours))


def test_a_source_that_nobody_crawls_is_told_after_four_turns() -> None:
    assert idle(1.9) is None
    found = idle(2.1)
    assert found is not None
    assert (found.trouble, found.since) == (Trouble.NOT_CRAWLED, BEGAN)
    assert idle(20, every_minutes=24 * 60) is None
    assert idle(28, every_minutes=24 * 60) is not None


def test_a_source_that_was_never_crawled_is_told_when_it_was_due_long_ago() -> None:
    source, at = make_source(), BEGAN + timedelta(hours=3)
    assert find_idle(source, None, None, at) is None
    assert find_idle(source, None, at - timedelta(hours=1), at) is None
    found = find_idle(source, None, BEGAN, at)
    assert found is not None
    assert "never read" in found.detail


def test_drift_is_told_when_everything_that_was_read_drifted() -> None:
    quiet, sound = run(0), run(1, fact_checks=1)
    drifting = [run(2 + n, drift=n % 2, errors=n % 2) for n in range(8)]
    found = find_drift([quiet, sound, *drifting])
    assert found is not None
    assert "4 pages" in found.detail
    assert find_drift([*drifting, run(11, fact_checks=1)]) is None
    assert find_drift([sound, *drifting[:4]]) is None


PAST = PageCounts(pages=500, unread=5, read=495, untitled=0, undated=10)


def test_pages_without_articles_are_told_against_the_past_of_their_source() -> None:
    runs = [run(0, pages=3), run(1, pages=2, unread=2), run(2), run(3, pages=1, unread=1)]
    found = find_unread(runs, PAST, daily=10)
    assert found is not None
    assert (found.trouble, found.since) == (Trouble.UNREAD_PAGES, BEGAN + HALF)
    assert found.detail == "3 of the last 3 pages held no article; before, 5 of 500"
    videos = replace(PAST, unread=250, read=250)
    assert find_unread(runs, videos, daily=10) is None


def test_one_odd_page_is_one_odd_page() -> None:
    assert find_unread([run(0, pages=1, unread=1)], replace(PAST, unread=0), daily=10) is None


def test_lost_titles_and_dates_are_told_as_such() -> None:
    for name, said in (("untitled", "had no title"), ("undated", "had no date")):
        found = find_unread([run(n, pages=4, **{name: 4}) for n in range(2)], PAST, daily=10)
        assert found is not None
        assert said in found.detail


def test_pages_that_are_read_again_end_it() -> None:
    broken = [run(n, pages=2, unread=2) for n in range(4)]
    assert find_unread(broken, PAST, daily=10) is not None
    assert find_unread([*broken, run(4, pages=1)], PAST, daily=10) is None
    half = [run(n, pages=4, unread=2) for n in range(4)]
    assert find_unread([*half, run(4, pages=2)], PAST, daily=10) is not None
    assert find_unread([*half, run(4, pages=6)], PAST, daily=10) is None


def test_chances_of_all_numbers_of_bad_pages_sum_to_one() -> None:
    assert chance_of_bad(0, 12, 5, 500) == pytest.approx(1)
    assert chance_of_bad(12, 12, 5, 500) < chance_of_bad(2, 12, 5, 500) < chance_of_bad(1, 12, 5, 500) < 1
