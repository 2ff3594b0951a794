"""The schedule that all crawling processes share, on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Barrier

import pytest

from kentongan.collecting import CrawlRun, Outcome
from kentongan.due import BACKOFF
from kentongan.store import Store
from kentongan.store.database import Database
from kentongan.store.schedule import LOST, Plan, Taking
from tests.factories import make_source

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERY = timedelta(minutes=30)
LEASE = timedelta(minutes=3)
MINUTE = timedelta(minutes=1)


def plan(store: Store, *names: str, at: datetime = NOON, every: timedelta = EVERY, host: str = "") -> None:
    """Put sources into the schedule, each with a host of its own unless one is given."""
    known = {source.name: source for source in store.items.sources()}
    minutes = every / MINUTE
    for name in names:
        if name not in known:
            store.collector.save_source(make_source(name, every_minutes=minutes))
    plans = [Plan(name, frozenset({host or f"{name}.example"}), every) for name in names]
    store.schedule.plan(plans, at, Random(1))
    for name in names:
        store.collector.save_source(make_source(name, every_minutes=minutes))


def take(store: Store, owner: str, *names: str, at: datetime = NOON + MINUTE, room: int = 9) -> Taking:
    known = dict.fromkeys(names, EVERY)
    return store.schedule.take(owner, known, at=at, lease=LEASE, room=room)


def due(store: Store, name: str) -> datetime:
    return {slot.source: slot.due_at for slot in store.schedule.slots()}[name]


def died(name: str, at: datetime = NOON) -> CrawlRun:
    return CrawlRun(name, at, at, Outcome.DIED, problem="out of memory")


def test_the_clock_of_the_record_is_the_present(store: Store) -> None:
    assert abs(store.schedule.clock() - datetime.now(UTC)) < timedelta(minutes=1)


def test_new_sources_are_due_soon_and_planning_again_changes_nothing(store: Store) -> None:
    plan(store, "a", "b", "c")
    first = store.schedule.slots()

    plan(store, "a", "b", "c", at=NOON + EVERY)

    assert store.schedule.slots() == first
    assert min(slot.due_at for slot in first) == NOON
    assert {slot.source for slot in first} == {"a", "b", "c"}
    assert first[0].hosts == {f"{first[0].source}.example"}


def test_a_source_that_one_reads_is_not_taken_by_another(store: Store) -> None:
    plan(store, "a", "b")

    assert set(take(store, "one", "a", "b").taken) == {"a", "b"}
    assert take(store, "two", "a", "b") == Taking((), frozenset({"a", "b"}))


def test_only_known_sources_are_taken_and_no_more_than_there_is_room_for(store: Store) -> None:
    plan(store, "a", "b", "c")

    assert len(take(store, "one", "a", "b", room=1).taken) == 1
    assert len(take(store, "one", "a", "b").taken) == 1


def test_two_processes_never_read_one_host_at_once(store: Store) -> None:
    plan(store, "a", "b", host="shared.example")

    (first,) = take(store, "one", "a", "b").taken
    assert take(store, "two", "a", "b").taken == ()

    store.schedule.finish("one", first, NOON + EVERY)
    assert len(take(store, "two", "a", "b").taken) == 1


def test_a_source_that_is_through_is_due_when_it_was_told(store: Store) -> None:
    plan(store, "a")
    take(store, "one", "a")

    assert store.schedule.finish("one", "a", NOON + EVERY)

    assert take(store, "one", "a", at=NOON + EVERY - MINUTE).taken == ()
    assert take(store, "one", "a", at=NOON + EVERY).taken == ("a",)


def test_what_is_given_back_can_be_taken_at_once(store: Store) -> None:
    plan(store, "a", "b")
    take(store, "one", "a", "b")

    store.schedule.give_back("one", ["a"])
    store.schedule.give_back("two", ["b"])

    assert take(store, "two", "a", "b").taken == ("a",)


def test_a_lease_that_is_renewed_does_not_run_out(store: Store) -> None:
    plan(store, "a")
    take(store, "one", "a")

    assert store.schedule.renew("one", ["a"], NOON + 3 * MINUTE, LEASE) == {"a"}

    assert take(store, "two", "a", at=NOON + 5 * MINUTE).elsewhere == {"a"}


def test_a_lease_that_ran_out_is_a_crawl_that_died_and_another_takes_over(store: Store) -> None:
    plan(store, "a")
    take(store, "one", "a")
    over = NOON + MINUTE + LEASE

    assert store.schedule.renew("one", ["a"], over, LEASE) == frozenset()
    assert take(store, "two", "a", at=over).taken == ("a",)
    (run,) = store.crawls.since(NOON, "a")
    assert (run.outcome, run.problem, run.ended_at) == (Outcome.DIED, LOST, NOON + MINUTE)


def test_a_source_that_ends_process_after_process_waits_from_the_second_time_on(store: Store) -> None:
    plan(store, "a")
    at, waits = NOON + MINUTE, []
    for _ in range(3):
        assert take(store, "dead", "a", at=at).taken == ("a",)
        at += LEASE
        take(store, "other", at=at)
        waits.append(due(store, "a") - at)
        at = max(at, due(store, "a"))

    assert waits == [timedelta(), BACKOFF[0], BACKOFF[1]]


def test_who_lost_a_lease_changes_nothing_any_more(store: Store) -> None:
    plan(store, "a")
    take(store, "one", "a")
    later = NOON + 2 * MINUTE + LEASE
    assert take(store, "two", "a", at=later).taken == ("a",)

    assert not store.schedule.finish("one", "a", NOON + EVERY)
    assert not store.schedule.fail("one", died("a"), later)
    store.schedule.give_back("one", ["a"])

    assert take(store, "three", "a", at=later).elsewhere == {"a"}
    assert len(store.crawls.since(NOON)) == 1


def test_each_death_in_a_row_makes_a_source_wait_longer_until_a_crawl_succeeds(store: Store) -> None:
    plan(store, "a")
    waits = []
    at = NOON + MINUTE
    for _ in range(7):
        assert take(store, "one", "a", at=at).taken == ("a",)
        assert store.schedule.fail("one", died("a", at), at)
        waits.append(due(store, "a") - at)
        at = due(store, "a")
    assert waits == [*BACKOFF, BACKOFF[-1], BACKOFF[-1]]

    take(store, "one", "a", at=at)
    store.crawls.save(CrawlRun("a", at, at, Outcome.DONE))
    store.schedule.finish("one", "a", at)
    take(store, "one", "a", at=at)
    store.schedule.fail("one", died("a", at), at)

    assert due(store, "a") == at + BACKOFF[0]


def test_the_wait_after_many_deaths_is_no_wrong_clock(store: Store) -> None:
    plan(store, "a")
    at = NOON + MINUTE
    for _ in range(5):
        take(store, "one", "a", at=at)
        store.schedule.fail("one", died("a", at), at)
        at = due(store, "a")

    assert take(store, "one", "a", at=at - MINUTE).taken == ()
    assert due(store, "a") == at


def test_a_due_moment_far_ahead_is_brought_within_the_interval(store: Store) -> None:
    plan(store, "a", at=NOON + timedelta(days=400))

    take(store, "one", "a", at=NOON)

    assert due(store, "a") == NOON + 1.1 * EVERY


def test_a_lease_of_a_clock_that_went_back_runs_out_all_the_same(store: Store) -> None:
    plan(store, "a")
    take(store, "dead", "a", at=NOON + timedelta(days=2))
    assert take(store, "one", "a", at=NOON).elsewhere == {"a"}

    assert take(store, "one", "a", at=NOON + LEASE).taken == ("a",)


def test_a_changed_interval_counts_from_the_crawl_before(store: Store) -> None:
    plan(store, "a", "b")
    take(store, "one", "a", "b")
    for name in ("a", "b"):
        store.schedule.finish("one", name, NOON + EVERY)

    plan(store, "a", "b", at=NOON + 5 * MINUTE, every=timedelta(hours=6))
    assert due(store, "a") == NOON + timedelta(hours=6)

    plan(store, "a", at=NOON + 5 * MINUTE, every=timedelta(minutes=10))
    assert due(store, "a") == NOON + timedelta(minutes=10)


def test_sources_that_are_inactive_or_that_nobody_reads_leave_but_not_while_they_are_read(
    store: Store,
) -> None:
    plan(store, "kept", "inactive", "removed", "read")
    take(store, "one", "read")
    store.schedule.plan(
        [Plan("kept", frozenset({"kept.example"}), EVERY)], NOON + MINUTE, Random(1), ["inactive", "read"]
    )
    assert {slot.source for slot in store.schedule.slots()} == {"kept", "removed", "read"}

    store.schedule.plan([Plan("kept", frozenset({"kept.example"}), EVERY)], NOON + 2 * EVERY * 48, Random(1))
    assert {slot.source for slot in store.schedule.slots()} == {"kept", "read"}


def test_due_or_not_a_source_is_taken_when_it_is_wanted_now(store: Store) -> None:
    plan(store, "a", "b")
    take(store, "one", "a", "b")
    store.schedule.finish("one", "a", NOON + EVERY)

    taking = store.schedule.take(
        "two", {"a": EVERY, "b": EVERY}, at=NOON + MINUTE, lease=LEASE, room=9, due_or_not=True
    )

    assert taking == Taking(("a",), frozenset({"b"}))


@pytest.mark.parametrize("hosts", [1, 3, 12])
def test_of_many_that_take_at_the_same_moment_no_two_get_one_source_or_one_host(
    store: Store, store_url: str, hosts: int
) -> None:
    names = [f"s{n}" for n in range(12)]
    for name in names:
        store.collector.save_source(make_source(name))
    store.schedule.plan(
        [Plan(name, frozenset({f"h{n % hosts}"}), EVERY) for n, name in enumerate(names)], NOON, Random(1)
    )
    start = Barrier(4)

    def one(number: int) -> list[str]:
        own = Store(Database(store_url))
        taken: list[str] = []
        start.wait()
        for _ in range(5):
            taken += take(own, f"owner-{number}", *names, at=NOON + 9 * MINUTE, room=2).taken
        own.close()
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [name for names in pool.map(one, range(4)) for name in names]

    assert max(Counter(taken).values()) == 1
    assert len(taken) == len({int(name[1:]) % hosts for name in taken}) == hosts
