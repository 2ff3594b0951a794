"""The index made anew while everything goes on: nothing is lost, on each engine."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import update

from kentongan.domain import Decision, ItemId
from kentongan.store import Store, open_store
from kentongan.store.outbox import ITEM, enqueue
from kentongan.store.rebuilds import RebuildUnderWay
from kentongan.store.schema import ItemRow
from pipeline import index_check
from pipeline.documents import RecordDocuments
from pipeline.index_check import compare_index
from pipeline.reindexing import reindex_record
from pipeline.syncing import sync_index
from search.elastic import ElasticIndex
from search.embedded import EmbeddedIndex
from search.index import Document, IndexUnavailable, Kind, Query, Rebuilt, Refused, SearchIndex
from tests.factories import claim_of, make_user
from tests.grouping import add, add_sources, decide, said

RUN = """
import sys
from cli.main import main
sys.argv = ["kentongan", *sys.argv[1:]]
main()
"""


@pytest.fixture
def record(sqlite_url: str) -> Iterator[Store]:
    store = open_store(sqlite_url)
    add_sources(store)
    yield store
    store.close()


@pytest.fixture
def index(search_index: SearchIndex) -> SearchIndex:
    if isinstance(search_index, EmbeddedIndex):
        search_index.wait_seconds = 0.1
    return search_index


class During:
    """The index, but something happens while it is being rebuilt; the rest is as it is."""

    def __init__(self, index: SearchIndex, happen: Callable[[int], object]) -> None:
        self._index = index
        self._happen = happen

    def rebuild(self, documents: Iterator[Document]) -> Rebuilt:
        def watched() -> Iterator[Document]:
            for number, document in enumerate(documents):
                self._happen(number)
                yield document

        return self._index.rebuild(watched())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


def add_many(store: Store, first: int, last: int) -> list[ItemId]:
    return [add(store, said(0, 40, f"kisah{n}x")) for n in range(first, last)]


def leave(store: Store, key: ItemId) -> None:
    """Take an item out of the archive, as expiry does: it is in no claim, and a job says so."""
    with store.database.write() as session:
        session.execute(update(ItemRow).where(ItemRow.id == key).values(claim_id=None))
        enqueue(session, ITEM, key)


def sync_or_wait(store: Store, index: SearchIndex) -> int:
    """Tell the index as a worker does: what it cannot take now waits."""
    try:
        return sync_index(store, index)
    except IndexUnavailable:
        return 0


def test_the_index_holds_what_the_record_does_and_jobs_that_waited_are_done(
    record: Store, index: SearchIndex
) -> None:
    keys = add_many(record, 0, 5)
    seen: list[int] = []
    rebuilt = reindex_record(record, index, progress=seen.append)
    assert rebuilt == Rebuilt(5)
    assert seen[-1] == 5
    assert sorted(index.ids()) == sorted(map(str, keys))
    assert record.outbox.size() == 0


def test_what_comes_in_changes_and_leaves_while_a_rebuild_runs_is_so_in_the_new_index(
    store: Store, index: SearchIndex
) -> None:
    record = store  # on each database
    add_sources(record)
    keys = add_many(record, 0, 6)
    sync_index(record, index)
    user = make_user(record)
    added: list[ItemId] = []

    def happen(number: int) -> None:
        if number == 3:  # the first rows have been handed over by now
            decide(record, claim_of(record, keys[0]), user, Decision.WATCH)
            leave(record, keys[1])
            added.extend(add_many(record, 10, 12))
            sync_or_wait(record, index)

    reindex_record(record, During(index, happen))
    assert sorted(index.ids()) == sorted(map(str, [keys[0], *keys[2:], *added]))
    assert [hit.id for hit in index.search(Query("status:dipantau")).hits] == [str(keys[0])]
    assert record.outbox.size() == 0
    assert compare_index(record, index).same


def test_what_is_new_is_found_before_the_rebuild_ends_where_the_engine_takes_writes_then(
    record: Store, elastic_index: ElasticIndex
) -> None:
    elastic_index.prepare()
    add_many(record, 0, 4)
    sync_index(record, elastic_index)
    found: list[int] = []

    def happen(number: int) -> None:
        if number == 1:
            add(record, said(0, 40, "sisipan"))
            sync_index(record, elastic_index)
            found.append(elastic_index.search(Query("sisipan7")).total)

    reindex_record(record, During(elastic_index, happen))
    assert found == [1]
    assert elastic_index.search(Query("sisipan7")).total == 1


def test_a_rebuild_that_fails_leaves_the_old_index_and_loses_nothing(
    record: Store, index: SearchIndex
) -> None:
    keys = add_many(record, 0, 4)
    sync_index(record, index)

    def happen(number: int) -> None:
        if number == 2:
            keys.extend(add_many(record, 10, 11))
            sync_or_wait(record, index)
            raise OSError("the disk is gone")

    with pytest.raises((OSError, IndexUnavailable), match="the disk is gone"):
        reindex_record(record, During(index, happen))
    sync_index(record, index)
    assert sorted(index.ids()) == sorted(map(str, keys))
    assert reindex_record(record, index) == Rebuilt(5)


def test_one_rebuild_at_a_time_for_one_record(record: Store, index: SearchIndex) -> None:
    add_many(record, 0, 2)

    def happen(number: int) -> None:
        with pytest.raises(RebuildUnderWay):
            reindex_record(record, index)

    assert reindex_record(record, During(index, happen)).held == 2


def test_a_rebuild_waits_for_who_is_telling_the_index(record: Store, index: SearchIndex) -> None:
    add_many(record, 0, 2)
    done: list[Rebuilt] = []
    with record.outbox.exclusive() as ours:
        assert ours
        thread = Thread(target=lambda: done.append(reindex_record(record, index)))
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        assert done == []
    thread.join(30)
    assert done == [Rebuilt(2)]


class Picky:
    """The index, but documents of some ids are never taken."""

    def __init__(self, index: SearchIndex, refuses: set[str]) -> None:
        self._index = index
        self.refuses = refuses

    def _without_vector(self, document: Document) -> Document:
        return replace(document, vector=b"no vector" if document.id in self.refuses else document.vector)

    def put(self, documents: Sequence[Document]) -> list[Refused]:
        return self._index.put(list(map(self._without_vector, documents)))

    def rebuild(self, documents: Iterator[Document]) -> Rebuilt:
        return self._index.rebuild(map(self._without_vector, documents))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


def test_what_the_index_refuses_is_kept_apart_until_it_is_taken(record: Store, index: SearchIndex) -> None:
    bad, good = add_many(record, 0, 2)
    picky = Picky(index, {str(bad)})
    assert sync_index(record, picky) == 2
    assert record.outbox.size() == 0
    (kept,) = record.refusals.newest()
    assert (kept.refusal.kind, kept.refusal.document_id, kept.tries) == (Kind.ITEM.value, bad, 1)
    assert "vector" in kept.refusal.reason
    assert list(index.ids()) == [str(good)]
    assert compare_index(record, index).same  # it is not missed: it is told of elsewhere

    rebuilt = reindex_record(record, picky)
    assert (rebuilt.held, [one.id for one in rebuilt.refused]) == (1, [str(bad)])
    assert record.refusals.newest()[0].tries == 2

    picky.refuses.clear()
    decide(record, claim_of(record, bad), make_user(record))
    sync_index(record, picky)
    assert record.refusals.size() == 0
    assert sorted(index.ids()) == sorted([str(bad), str(good)])


def test_a_reindex_takes_what_was_refused_before(record: Store, index: SearchIndex) -> None:
    (bad,) = add_many(record, 0, 1)
    sync_index(record, Picky(index, {str(bad)}))
    assert reindex_record(record, index) == Rebuilt(1)
    assert record.refusals.size() == 0


def test_what_differs_between_record_and_index_is_named(record: Store, index: SearchIndex) -> None:
    keys = add_many(record, 0, 5)
    sync_index(record, index)
    assert compare_index(record, index).same
    stranger = replace(next(RecordDocuments(record).everything()), id="00000000-0000-0000-0000-00000000abcd")
    index.put([stranger])
    index.remove([str(keys[1]), str(keys[3])])
    compared = compare_index(record, index)
    assert (compared.missing, compared.extra) == (2, 1)
    assert set(compared.missing_ids) == {str(keys[1]), str(keys[3])}
    assert compared.extra_ids == (stranger.id,)
    decide(record, claim_of(record, keys[1]), make_user(record))  # a job waits for it: not missed
    assert set(compare_index(record, index).missing_ids) == {str(keys[3])}


def test_what_is_too_many_is_seen_behind_ever_so_many_that_wait_to_leave(
    record: Store, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_check, "_KEPT", 3)
    keys = add_many(record, 0, 5)
    sync_index(record, index)
    for key in keys:
        leave(record, key)
    stranger = "ffffffff-ffff-4fff-bfff-ffffffffffff"  # behind all others
    text = Document(stranger, Kind.ITEM, "", "kabar", "", "warta", "post", datetime(2026, 3, 1, tzinfo=UTC))
    index.put([text])
    assert compare_index(record, index).extra_ids == (stranger,)


def test_the_command_rebuilds_beside_a_running_worker(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environ = {**os.environ, "KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika"}

    def run(*words: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-c", RUN, *words, "--json"],
            env=environ,
            capture_output=True,
            text=True,
            timeout=200,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def hand_in(first: int, last: int) -> None:
        path = tmp_path / f"items-{first}.jsonl"
        rows = [
            {"id": str(n), "text": f"Kabar {n}: warga RT {n} bergotong royong membersihkan saluran air."}
            for n in range(first, last)
        ]
        path.write_text("\n".join(map(json.dumps, rows)))
        run("import", str(path))

    hand_in(0, 40)
    worker = subprocess.Popen(
        [sys.executable, "-c", RUN, "work"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    store = open_store(f"sqlite:///{home / 'record.db'}")
    try:
        _until(lambda: len(_grouped(store)) >= 8)
        assert run("reindex")["documents"] >= 8  # while it works
        hand_in(40, 50)
        run("reindex")
        _until(lambda: len(_grouped(store)) == 50 and not store.outbox.size())
        assert worker.poll() is None
        assert run("reindex", "--check") == {"missing": 0, "extra": 0, "missing_ids": [], "extra_ids": []}
    finally:
        worker.kill()
        worker.wait()
        store.close()


def _grouped(store: Store) -> list[ItemId]:
    return list(store.items.all_ids(grouped_only=True))


def _until(holds: Callable[[], bool], seconds: float = 200.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.1)
