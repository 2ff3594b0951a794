"""What one more item of a claim costs, and a look at the queue: the same however many it has.

Told in instructions of SQLite's own machine, which no other work on the computer changes.
"""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import delete, event, insert, select

from kentongan.domain import ItemId, Label, Lane
from kentongan.queueing import Wanted
from kentongan.store import Store, open_store
from kentongan.store.schema import ItemRow, OutboxRow, ShingleRow
from kentongan.store.summary import refresh_and_tell
from tests.factories import claim_of
from tests.grouping import CHAIN, add_flagged, add_sources, row_of, standing


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = open_store(sqlite_url)
    add_sources(opened)
    yield opened
    opened.close()


@pytest.fixture
def lead(store: Store) -> ItemId:
    """Return an item of a claim that has some items of each of two sources."""
    key = add_flagged(store, CHAIN[0], "suara")
    for n in range(3):
        add_flagged(store, f"{CHAIN[0]} grup{n}", "kanal")
    return key


@pytest.mark.parametrize(
    "work",
    [
        lambda store, n: add_flagged(store, f"{CHAIN[0]} lagi{n}", "kanal"),
        lambda store, n: add_flagged(store, f"{CHAIN[0]} lagi{n}", "warta"),
        lambda store, _: store.claims.queue(Lane.NEW),
        lambda store, _: store.claims.queue(Lane.NEW, wanted=Wanted(label=Label.HOAX)),
        lambda store, _: store.claims.lane_counts(),
    ],
    ids=["a post arrives", "an article arrives", "the queue", "the queue of a label", "the lanes"],
)
def test_a_claim_of_many_items_costs_no_more_than_one_of_some(
    store: Store, lead: ItemId, work: Callable[[Store, int], object]
) -> None:
    copy_row(store, lead, 1_000)  # more than MAX_NEWEST and MAX_LOOKED_AT
    some = steps_of(store, work, 1)
    copy_row(store, lead, 2_000, 1_000)
    many = steps_of(store, work, 2)
    (claim,) = standing(store, lead)
    assert store.claims.get(claim).item_count > 3_000
    assert many < 1.05 * some + 10


def test_nor_does_an_article_of_a_notice_that_one_outlet_repeats(store: Store) -> None:
    first = add_flagged(store, CHAIN[0], "warta")
    copy = add_flagged(store, f"{CHAIN[0]} lagi", "warta")
    assert row_of(store, copy).copy_of == first
    copy_row(store, copy, 1_000)
    some = steps_of(store, lambda store, n: add_flagged(store, f"{CHAIN[0]} lagi{n}", "kabar"), 1)
    copy_row(store, copy, 2_000, 1_000)
    many = steps_of(store, lambda store, n: add_flagged(store, f"{CHAIN[0]} lagi{n}", "kabar"), 2)
    assert row_of(store, copy).copy_of == first
    assert many < 1.05 * some + 10


def copy_row(store: Store, key: ItemId, times: int, after: int = 0) -> None:
    """Add copies of a grouped item, with its runs, as if each had gone through grouping."""
    with store.database.write() as session:
        columns = ItemRow.__mapper__.column_attrs
        first = {c.key: getattr(session.get_one(ItemRow, key), c.key) for c in columns}
        runs = session.scalars(select(ShingleRow.hash).where(ShingleRow.item_id == key)).all()
        ids = [UUID(int=key.int + after + n + 1) for n in range(times)]
        session.execute(insert(ItemRow), [{**first, "id": i, "identity": str(i)} for i in ids])
        session.execute(insert(ShingleRow), [{"hash": run, "item_id": i} for i in ids for run in runs])
        refresh_and_tell(session, claim_of(store, key))
        session.execute(delete(OutboxRow))


def steps_of(store: Store, work: Callable[[Store, int], object], n: int) -> int:
    """Return how many tens of instructions SQLite's own machine ran for it."""
    count = itertools.count()

    def listen(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(lambda: next(count) < 0, 10)

    event.listen(store.database.engine, "checkout", listen)
    work(store, n)
    event.remove(store.database.engine, "checkout", listen)
    return next(count)
