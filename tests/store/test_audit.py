"""The audit log notices what was done to it, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from kentongan.store import Store


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
