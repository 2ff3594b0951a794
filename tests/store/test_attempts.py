"""Failed attempts and their waits, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from kentongan.store import Store, attempts, open_store
from kentongan.store.attempts import FREE, LONGEST_WAIT, NO_WAIT, wait_after
from kentongan.store.database import now
from tests.factories import make_user


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The present of `attempts`, as a list of one that tests may move."""
    at = [now()]
    monkeypatch.setattr(attempts, "now", lambda: at[0])
    return at


def fail(store: Store, name: str = "sari", times: int = FREE, known: str = "") -> None:
    for _ in range(times):
        assert store.attempts.admit(name, known) == NO_WAIT


def test_waits_grow_and_have_an_end() -> None:
    waits = [wait_after(count) for count in range(FREE - 1, FREE + 9)]
    assert [wait.total_seconds() for wait in waits] == [0, 15, 30, 60, 120, 240, 480, 900, 900, 900]
    assert wait_after(10**9) == LONGEST_WAIT


@pytest.mark.parametrize("name", ["sari", "nobody", "\x00\ud800", "x" * 100_000])
def test_after_a_few_attempts_each_costs_a_wait_whether_there_is_such_a_user_or_not(
    store: Store, name: str, clock: list[datetime]
) -> None:
    make_user(store)
    fail(store, name)
    assert store.attempts.admit(name) == timedelta(seconds=15)
    clock[0] += timedelta(seconds=10)
    assert store.attempts.admit(name) == timedelta(seconds=5)
    clock[0] += timedelta(seconds=5)
    assert store.attempts.admit(name) == NO_WAIT
    assert store.attempts.admit(name) == timedelta(seconds=30)
    assert store.attempts.admit("tono") == NO_WAIT


def test_coming_in_forgets_the_attempts_and_so_does_a_day(store: Store, clock: list[datetime]) -> None:
    fail(store, times=FREE - 1)
    store.attempts.forgive("sari")
    fail(store)
    assert store.attempts.admit("sari") > NO_WAIT
    clock[0] += timedelta(hours=24, seconds=1)
    fail(store, times=FREE - 1)


def test_strangers_do_not_keep_a_known_browser_out_nor_it_them_in(store: Store) -> None:
    fail(store)
    assert store.attempts.admit("sari") > NO_WAIT
    fail(store, known="nonce")
    assert store.attempts.admit("sari", "nonce") > NO_WAIT
    store.attempts.forgive("sari", "nonce")
    assert store.attempts.admit("sari", "nonce") == NO_WAIT
    assert store.attempts.admit("sari") > NO_WAIT


def test_an_administrator_unlocks_all_of_a_name_and_it_is_written_down(store: Store) -> None:
    make_user(store)
    fail(store)
    fail(store, known="nonce")
    fail(store, "tono")
    assert set(store.attempts.waiting(["sari", "tono", "budi"])) == {"sari", "tono"}
    store.attempts.unlock("sari", by="kepala")
    assert set(store.attempts.waiting(["sari", "tono"])) == {"tono"}
    assert store.attempts.admit("sari") == store.attempts.admit("sari", "nonce") == NO_WAIT
    said = [(e.actor, e.action, e.subject) for e in store.audit.latest(4)]
    assert said == [
        ("kepala", "unlock user", "sari"),
        ("nobody", "login locked", ""),
        ("nobody", "login locked", "sari"),
        ("nobody", "login locked", "sari"),
    ]


def test_a_new_password_unlocks_too(store: Store) -> None:
    make_user(store)
    fail(store)
    store.users.set_password("sari", "kata sandi yang baru", by="cli:kantor")
    assert store.attempts.admit("sari") == NO_WAIT


def test_many_at_once_and_in_several_processes_get_no_more_attempts(store: Store, store_url: str) -> None:
    other = open_store(store_url)
    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(lambda n: (store, other)[n % 2].attempts.admit("sari"), range(24)))
    other.close()
    assert admitted.count(NO_WAIT) == FREE
