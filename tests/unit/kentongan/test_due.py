"""Sources are read as often as they should be, whatever happens to the process and the clock."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kentongan.due import (
    BACKOFF,
    SPREAD,
    Slot,
    backoff,
    choose,
    first_dues,
    latest_due,
    next_due,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERY = timedelta(minutes=30)
LEASE = timedelta(minutes=3)
TICK = timedelta(seconds=20)
MINUTE = timedelta(minutes=1)


def slot(source: str, *hosts: str, minutes_ago: float = 1, leased: bool = False) -> Slot:
    return Slot(source, frozenset(hosts or (f"{source}.example",)), NOON - minutes_ago * MINUTE, leased)


def chosen(*slots: Slot, room: int = 9) -> list[str]:
    return choose(slots, {s.source for s in slots}, NOON, room)


def test_a_single_new_source_is_due_at_once() -> None:
    assert first_dues(1, NOON, Random(1)) == [NOON]


def test_many_new_sources_begin_one_after_the_other_within_minutes() -> None:
    dues = sorted(first_dues(400, NOON, Random(1)))

    assert dues[0] == NOON
    assert len(set(dues)) == 400
    assert dues[-1] - NOON < SPREAD


@given(st.integers(), st.floats(0, 29))
def test_a_source_is_due_an_interval_after_it_began_give_or_take_a_tenth(seed: int, minutes: float) -> None:
    due_at = next_due(EVERY, NOON, NOON + minutes * MINUTE, Random(seed))

    earliest = max(NOON + 0.9 * EVERY, NOON + minutes * MINUTE + 0.1 * EVERY)
    assert earliest <= due_at <= max(earliest, NOON + 1.1 * EVERY)


def test_the_jitter_is_that_of_the_random_given_and_differs_from_crawl_to_crawl() -> None:
    def three(seed: int) -> list[datetime]:
        random = Random(seed)
        return [next_due(EVERY, NOON, NOON, random) for _ in range(3)]

    assert three(7) == three(7) != three(8)
    assert len(set(three(7))) == 3


def test_after_a_crawl_longer_than_its_interval_a_source_rests_a_little() -> None:
    ended = NOON + 3 * EVERY

    assert next_due(EVERY, NOON, ended, Random(1)) == ended + 0.1 * EVERY


def test_the_wait_after_deaths_grows_to_a_bound() -> None:
    waits = [backoff(deaths) for deaths in range(1, 50)]

    assert waits == sorted(waits)
    assert waits[0] == MINUTE
    assert set(waits[len(BACKOFF) :]) == {BACKOFF[-1]}
    assert latest_due(EVERY, NOON, deaths=9) == NOON + BACKOFF[-1]
    assert latest_due(EVERY, NOON, deaths=1) == NOON + 1.1 * EVERY


def test_longest_due_goes_first_and_what_is_not_due_or_not_known_waits() -> None:
    slots = [slot("b", minutes_ago=2), slot("a", minutes_ago=1), slot("c", minutes_ago=-1), slot("d")]

    assert choose(slots, {"a", "b", "c"}, NOON, 9) == ["b", "a"]
    assert choose(slots, {"a", "b", "c"}, NOON, 1) == ["b"]


def test_no_two_sources_of_one_host_are_read_at_once() -> None:
    assert chosen(slot("a", "x", leased=True), slot("b", "x", "y"), slot("c", "z")) == ["c"]
    assert chosen(slot("a", "x", minutes_ago=2), slot("b", "x"), slot("c", "y")) == ["a", "c"]


def test_a_source_that_waits_for_one_host_keeps_its_others_free() -> None:
    busy = slot("busy", "x", leased=True)

    assert chosen(busy, slot("long-due", "x", "y", minutes_ago=50), slot("eager", "y")) == []


hosts = st.frozensets(st.sampled_from("uvwxyz"), min_size=1, max_size=3)


@given(
    st.lists(st.tuples(hosts, st.integers(-60, 60), st.booleans()), max_size=20),
    st.integers(0, 8),
)
def test_any_choice_keeps_hosts_apart_and_leaves_out_no_one_without_reason(
    drawn: list[tuple[frozenset[str], int, bool]], room: int
) -> None:
    slots = [Slot(f"s{n}", h, NOON - m * MINUTE, leased) for n, (h, m, leased) in enumerate(drawn)]
    by_name = {s.source: s for s in slots}
    read = [by_name[name] for name in chosen(*slots, room=room)]

    assert len(read) <= room
    assert all(s.due_at <= NOON and not s.leased for s in read)
    together = [host for s in [*read, *(s for s in slots if s.leased)] for host in s.hosts]
    among_leased = [host for s in slots if s.leased for host in s.hosts]
    assert len(together) - len(among_leased) + len(set(among_leased)) == len(set(together))
    if len(read) < room:
        waiting = [s for s in slots if not s.leased and s.due_at <= NOON and s not in read]
        for left in waiting:
            earlier = [s for s in slots if s.leased or (s.due_at, s.source) < (left.due_at, left.source)]
            assert any(s.hosts & left.hosts for s in earlier if s.leased or s.due_at <= NOON)


@dataclass
class Life:
    """A process with one slot for each source that is ended and started again; time is passed in."""

    random: Random
    slots: dict[str, Slot]
    minutes: float  # that a crawl takes
    began: dict[str, list[datetime]] = field(default_factory=dict)
    lease_until: dict[str, datetime] = field(default_factory=dict)

    def up(self, since: datetime, until: datetime) -> None:
        at = since
        under_way: dict[str, datetime] = {}
        while at < until:
            for name, started in list(under_way.items()):
                self.lease_until[name] = at + LEASE
                if at - started >= self.minutes * MINUTE:
                    due_at = next_due(EVERY, started, at, self.random)
                    self.slots[name] = replace(self.slots[name], due_at=due_at, leased=False)
                    del under_way[name]
            for name, old in self.slots.items():
                if old.leased and self.lease_until[name] <= at:
                    self.slots[name] = replace(old, due_at=at + backoff(1), leased=False)
                elif old.due_at > latest_due(EVERY, at):
                    self.slots[name] = replace(old, due_at=latest_due(EVERY, at))
            for name in choose(list(self.slots.values()), self.slots, at, 9):
                self.slots[name] = replace(self.slots[name], leased=True)
                self.lease_until[name] = at + LEASE
                under_way[name] = at
                self.began.setdefault(name, []).append(at)
            at += TICK


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(1, 3000)), min_size=1, max_size=8),
    st.floats(0.5, 20),
    st.integers(0, 1000),
)
def test_after_any_down_times_a_source_is_read_once_and_then_as_often_as_it_should_be(
    times: list[tuple[int, int]], minutes: float, seed: int
) -> None:
    """`times` are minutes up and minutes down, in turn; the process is killed at the end of each."""
    names = ["a", "b", "c"]
    life = Life(Random(seed), {name: slot(name) for name in names}, minutes)
    at = NOON
    for up, down in times:
        until = at + up * MINUTE
        life.up(at, until)
        for name in names:
            here = [moment for moment in life.began.get(name, []) if at <= moment < until]
            # Once for all that was missed, at once or when the dead one's lease has run out ...
            catching_up = LEASE + backoff(1) + TICK
            if until - at > EVERY * 1.1 + catching_up:
                assert here[0] - at <= EVERY * 1.1 + catching_up
            # ... and no second time before the interval is nearly over, nor much later.
            assert all(second - first >= 0.9 * EVERY for first, second in pairwise(here))
            assert all(second - first <= 1.2 * EVERY for first, second in pairwise(here))
            if here:
                assert until - here[-1] <= 1.2 * EVERY
        at = until + down * MINUTE


@given(st.integers(-10_000, 10_000), st.integers(0, 100))
def test_a_clock_that_jumps_stops_no_source_for_longer_than_an_interval(jump: int, seed: int) -> None:
    life = Life(Random(seed), {"a": slot("a")}, minutes=1)
    life.up(NOON, NOON + 2 * EVERY)
    later = NOON + 2 * EVERY + jump * MINUTE
    life.lease_until = {name: min(until, later + LEASE) for name, until in life.lease_until.items()}
    life.began.clear()

    life.up(later, later + 1.2 * EVERY + LEASE + backoff(1))

    assert life.began["a"]


def test_a_due_moment_of_a_wrong_clock_is_brought_near() -> None:
    life = Life(Random(1), {"a": replace(slot("a"), due_at=NOON + timedelta(days=4000))}, minutes=1)

    life.up(NOON, NOON + 1.2 * EVERY)

    assert len(life.began["a"]) == 1
