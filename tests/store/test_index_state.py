"""What the index refused, how old it is, and a rebuild under way, on both databases."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from kentongan.ids import new_id
from kentongan.store import Store, open_store
from kentongan.store.database import now
from kentongan.store.outbox import ITEM, enqueue
from kentongan.store.rebuilds import DEAD_AFTER, RebuildLost, RebuildUnderWay
from kentongan.store.refusals import MOST_REASON_CHARACTERS, Refusal
from kentongan.store.schema import OutboxRow
from kentongan.store.schema_index import IndexRebuildRow

HOLD = """
import sys
from kentongan.store import open_store
store = open_store(sys.argv[1])
with store.outbox.exclusive() as ours:
    print(ours, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def other(store: Store, store_url: str) -> Iterator[Store]:
    """The same record, opened a second time."""
    opened = open_store(store_url)
    yield opened
    opened.close()


def queue(store: Store, *keys: UUID) -> list[int]:
    """Queue a job for each document and return the numbers of all that wait."""
    with store.database.write() as session:
        enqueue(session, ITEM, *keys)
    return [job.id for job in store.outbox.pending(999)]


def waiting(store: Store) -> list[UUID]:
    return [UUID(job.document_id) for job in store.outbox.pending(999)]


def refusal(key: UUID, reason: str = "failed to parse") -> Refusal:
    return Refusal(ITEM, key, reason)


def die(store: Store) -> None:
    """Let the rebuild under way be silent for too long."""
    with store.database.write() as session:
        session.execute(update(IndexRebuildRow).values(beat_at=now() - DEAD_AFTER - timedelta(seconds=1)))


def test_what_the_index_refuses_leaves_the_outbox_and_is_kept_with_the_reason(store: Store) -> None:
    taken, refused = new_id(), new_id()
    store.outbox.done(queue(store, taken, refused), [refusal(refused)])
    (kept,) = store.refusals.newest()
    assert (kept.refusal, kept.tries) == (refusal(refused), 1)
    assert store.outbox.size() == 0
    assert store.refusals.among([taken, refused]) == {refused}


def test_what_is_refused_again_counts_its_tries_and_what_is_taken_is_forgotten(store: Store) -> None:
    first, second = new_id(), new_id()
    store.outbox.done(queue(store, first, second), [refusal(first), refusal(second)])
    store.outbox.done(queue(store, first), [refusal(first, "still not")])
    kept = {kept.refusal.document_id: kept for kept in store.refusals.newest()}
    assert (kept[first].tries, kept[first].refusal.reason, kept[second].tries) == (2, "still not", 1)
    assert kept[first].first_at <= kept[first].last_at
    store.outbox.done(queue(store, first))
    assert store.refusals.among([first, second]) == {second}


def test_a_reason_as_long_as_a_document_is_cut(store: Store) -> None:
    key = new_id()
    store.outbox.done(queue(store, key), [refusal(key, "x" * 100_000 + "\x00")])
    assert len(store.refusals.newest()[0].refusal.reason) == MOST_REASON_CHARACTERS


def test_the_index_is_as_old_as_the_oldest_job_that_waits(store: Store) -> None:
    assert (store.outbox.waiting().jobs, store.outbox.waiting().seconds) == (0, 0.0)
    jobs = queue(store, new_id(), new_id())
    with store.database.write() as session:
        old = now() - timedelta(minutes=20)
        session.execute(update(OutboxRow).where(OutboxRow.id == jobs[0]).values(queued_at=old))
    seen = store.outbox.waiting()
    assert seen.jobs == 2
    assert 1_200 <= seen.seconds < 1_300
    store.outbox.done(jobs[:1])
    assert store.outbox.waiting().seconds < 100


def test_what_the_old_index_is_told_while_a_new_one_is_filled_is_told_again(store: Store) -> None:
    before, meanwhile, twice, open_still = (new_id() for _ in range(4))
    store.outbox.done(queue(store, before))
    key = store.rebuilds.begin()
    store.outbox.done(queue(store, meanwhile, twice))
    store.outbox.done(queue(store, twice))
    queue(store, open_still)
    assert waiting(store) == [open_still]
    store.rebuilds.finish(key, [])
    assert sorted(waiting(store)) == sorted([open_still, meanwhile, twice])
    store.outbox.done(queue(store))
    assert store.outbox.size() == 0


def test_a_rebuild_replaces_what_the_index_before_refused(store: Store) -> None:
    old, both, new = (new_id() for _ in range(3))
    store.outbox.done(queue(store, old, both), [refusal(old), refusal(both)])
    store.rebuilds.finish(store.rebuilds.begin(), [refusal(both), refusal(new)])
    kept = {kept.refusal.document_id: kept.tries for kept in store.refusals.newest()}
    assert kept == {both: 2, new: 1}


def test_there_is_one_rebuild_at_a_time(store: Store, other: Store) -> None:
    key = store.rebuilds.begin()
    with pytest.raises(RebuildUnderWay):
        other.rebuilds.begin()
    store.rebuilds.abandon(key)
    other.rebuilds.abandon(other.rebuilds.begin())


def test_a_rebuild_that_died_stops_nobody_and_what_was_told_meanwhile_is_told_again(store: Store) -> None:
    told = new_id()
    dead = store.rebuilds.begin()
    store.outbox.done(queue(store, told))
    store.rebuilds.end_dead()
    assert waiting(store) == []
    die(store)
    store.rebuilds.end_dead()
    assert waiting(store) == [told]
    store.rebuilds.begin()
    with pytest.raises(RebuildLost, match="kentongan reindex"):
        store.rebuilds.beat(dead)
    with pytest.raises(RebuildLost, match="kentongan reindex"):
        store.rebuilds.finish(dead, [])


def test_a_rebuild_counted_as_dead_learns_of_it_before_it_can_lose_anything(store: Store) -> None:
    key = store.rebuilds.begin()
    die(store)
    store.outbox.done(queue(store, new_id()))  # told to the old index only
    with pytest.raises(RebuildLost):
        store.rebuilds.beat(key)


def test_a_rebuild_that_beats_lives(store: Store) -> None:
    key = store.rebuilds.begin()
    die(store)
    store.rebuilds.beat(key)
    told = new_id()
    store.outbox.done(queue(store, told))
    store.rebuilds.finish(key, [])
    assert waiting(store) == [told]


def test_one_holds_the_outbox_at_a_time(store: Store, other: Store) -> None:
    with store.outbox.exclusive() as ours:
        assert ours
        with other.outbox.exclusive() as theirs:
            assert not theirs
        with other.outbox.exclusive(0.3) as theirs:
            assert not theirs
    with other.outbox.exclusive() as theirs:
        assert theirs


def test_the_outbox_is_free_again_when_its_holder_is_killed(store: Store, store_url: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, store_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline().strip() == "True"
    with store.outbox.exclusive() as ours:
        assert not ours
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    holder.stdin.close()
    with store.outbox.exclusive(10.0) as ours:
        assert ours
