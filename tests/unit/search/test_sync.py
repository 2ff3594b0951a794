"""A job is done only when the index has it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search.embedded import EmbeddedIndex
from search.index import Document, IndexNotReady, Kind, Query, Refused
from search.sync import Job, sync_outbox


class Record:
    """A record in memory: documents, and the outbox of their changes."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.jobs: list[Job] = []
        self.refused: list[Refused] = []

    def save(self, id_: str, title: str) -> None:
        moment = datetime(2024, 1, 1, tzinfo=UTC)
        self.documents[id_] = Document(id_, Kind.ITEM, title, "", "", "kabar", "news", moment)
        self.jobs.append(Job(len(self.jobs) + 1, Kind.ITEM, id_))

    def erase(self, id_: str) -> None:
        del self.documents[id_]
        self.jobs.append(Job(len(self.jobs) + 1, Kind.ITEM, id_))

    def pending(self, limit: int) -> list[Job]:
        return self.jobs[:limit]

    def done(self, ids: Sequence[int], refused: Sequence[Refused]) -> None:
        self.jobs = [job for job in self.jobs if job.id not in ids]
        self.refused += refused

    def load(self, jobs: Sequence[Job]) -> list[Document]:
        ids = {job.document_id for job in jobs}
        return [document for id_, document in self.documents.items() if id_ in ids]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    made = EmbeddedIndex(tmp_path / "index")
    yield made
    made.close()


def test_everything_waiting_reaches_the_index(index: EmbeddedIndex) -> None:
    index.prepare()
    record = Record()
    for number in range(7):
        record.save(f"id{number}", "banjir")
    assert sync_outbox(record, record.load, index, batch=3) == 7
    assert record.jobs == []
    assert index.search(Query("banjir")).total == 7
    record.erase("id0")
    record.save("id1", "gempa")
    assert sync_outbox(record, record.load, index) == 2
    assert set(index.ids()) == set(record.documents)
    assert index.search(Query("gempa")).total == 1


def test_jobs_wait_while_the_index_cannot_take_them(index: EmbeddedIndex) -> None:
    record = Record()
    record.save("id", "banjir")
    with pytest.raises(IndexNotReady):
        sync_outbox(record, record.load, index)
    assert len(record.jobs) == 1
    index.prepare()
    assert sync_outbox(record, record.load, index) == 1


def test_what_the_index_refuses_is_given_back_and_its_older_text_is_found_no_more(
    index: EmbeddedIndex,
) -> None:
    index.prepare()
    record = Record()
    record.save("a", "banjir")
    record.save("b", "banjir")
    assert sync_outbox(record, record.load, index) == 2
    record.documents["a"] = replace(record.documents["a"], title="gempa", vector=b"too short")
    record.jobs.append(Job(9, Kind.ITEM, "a"))
    assert sync_outbox(record, record.load, index) == 1
    assert [one.id for one in record.refused] == ["a"]
    assert record.jobs == []
    assert set(index.ids()) == {"b"}
