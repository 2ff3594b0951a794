"""The audit log notices what was done to it, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from kentongan.store import Store
from kentongan.store.audit import AuditFilter


@pytest.fixture
def tamper(store: Store, backend: str) -> Callable[..., None]:
    """Return what somebody with the database's own keys could do: switch the triggers off first."""

    def change(*statements: str) -> None:
        with store.database.write() as session:
            if backend == "sqlite":
                session.execute(text("DROP TRIGGER audit_no_update"))
                session.execute(text("DROP TRIGGER audit_no_delete"))
            else:
                session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
            for statement in statements:
                session.execute(text(statement))

    return change


@pytest.fixture(autouse=True)
def _entries(store: Store) -> None:
    for n in range(1, 6):
        store.audit.add("sari", "search", f"kata {n}", hits=n, share=0.1, words=["ü", "\ud800", "\x00"])


def test_an_untouched_log_holds(store: Store) -> None:
    assert store.audit.verify() is None
    assert [entry.number for entry in store.audit.latest(2)] == [5, 4]
    assert store.audit.latest(1)[0].detail["hits"] == 5


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["UPDATE audit SET actor = 'tono' WHERE number = 3"], 3),
        (["UPDATE audit SET subject = '' WHERE number = 1"], 1),
        (["DELETE FROM audit WHERE number = 2"], 2),
        (["DELETE FROM audit WHERE number = 1"], 1),
        (
            [
                "UPDATE audit SET number = 9 WHERE number = 2",
                "UPDATE audit SET number = 2 WHERE number = 3",
                "UPDATE audit SET number = 3 WHERE number = 9",
            ],
            2,
        ),
        (["DELETE FROM audit WHERE number = 4", "UPDATE audit SET number = 4 WHERE number = 5"], 4),
    ],
    ids=["changed", "first changed", "removed", "first removed", "swapped", "closed up"],
)
def test_a_touched_log_names_the_first_broken_entry(
    store: Store, tamper: Callable[..., None], statements: list[str], broken: int
) -> None:
    tamper(*statements)
    assert store.audit.verify() == broken


def test_hostile_words_of_actor_and_subject_are_sealed_as_they_are_kept(store: Store) -> None:
    store.audit.add("sa\x00ri", "search", "\udfff kata")
    assert store.audit.verify() is None


def test_entries_made_at_once_form_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: store.audit.add(f"user{n}", "view"), range(20)))
    assert store.audit.verify() is None
    assert store.audit.latest(1)[0].number == 25


def fill(store: Store) -> None:
    """Add twelve entries on top of the five: of two people, two kinds."""
    for n in range(12):
        store.audit.add(("tono", "budi")[n % 2], ("view claim", "login")[n // 6], str(n))


def test_the_log_is_read_page_by_page_without_gap_or_repetition(store: Store) -> None:
    fill(store)
    numbers: list[int] = []
    before: int | None = None
    while True:
        entries, before = store.audit.page(AuditFilter(), before=before, limit=5)
        numbers += [entry.number for entry in entries]
        if before is None:
            break
    assert numbers == list(range(17, 0, -1))
    assert [e.number for e in store.audit.walk(AuditFilter(actor="tono"))] == [16, 14, 12, 10, 8, 6]


def test_the_log_is_filtered_by_what_by_whom_and_when(store: Store) -> None:
    fill(store)

    def found(**wanted: Any) -> list[str]:
        return [entry.subject for entry in store.audit.page(AuditFilter(**wanted))[0]]

    assert found(actor="budi", action="login") == ["11", "9", "7"]
    assert found(actor="nobody at all") == []
    assert found(action="\x00") == []
    first = store.audit.latest(12)[-1].at
    assert len(found(since=first)) == 12
    assert len(found(until=first)) == 5
    assert found(since=first, until=first) == []


def test_the_kinds_of_entries_are_listed_once(store: Store) -> None:
    fill(store)
    assert store.audit.actions() == ["login", "search", "view claim"]


def test_the_newest_seal_tells_when_the_end_was_cut_off(store: Store, tamper: Callable[..., None]) -> None:
    written_down = store.audit.newest_seal()
    assert written_down == (5, store.audit.latest(1)[0].hash)
    tamper("DELETE FROM audit WHERE number = 5")
    assert store.audit.verify() is None
    assert store.audit.newest_seal() != written_down
