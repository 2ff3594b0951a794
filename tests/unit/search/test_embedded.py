"""The embedded folder is shared safely, and says what is wrong with it."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from search import embedded_like
from search.embedded import EmbeddedIndex
from search.index import (
    DIMENSIONS,
    Document,
    IndexNotReady,
    IndexUnavailable,
    Kind,
    Like,
    Query,
    SearchError,
)

ROOT = Path(__file__).resolve().parents[3]

OTHER_PROCESS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from search.embedded import EmbeddedIndex
from search.index import Document, Kind
index = EmbeddedIndex(Path(sys.argv[1]))
vector = bytes.fromhex(sys.argv[3])
documents = [
    Document(f"{sys.argv[2]}-{n}", Kind.ITEM, "banjir", "", "", "lain", "news",
             datetime(2024, 1, 2, tzinfo=UTC), vector=vector)
    for n in range(20)
]
for document in documents:
    index.put([document])
"""


def axis(number: int) -> bytes:
    values = np.zeros(DIMENSIONS, dtype="<f2")
    values[number] = 1.0
    return values.tobytes()


def document(number: int, title: str = "banjir", vector: bytes = b"") -> Document:
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    return Document(f"id-{number:05d}", Kind.ITEM, title, "", "", "kabar", "news", moment, vector=vector)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[EmbeddedIndex]:
    made = EmbeddedIndex(folder)
    made.prepare()
    yield made
    made.close()


def database(folder: Path) -> Path:
    return folder / (folder / "current").read_text(encoding="utf-8").strip()


def test_another_process_writes_and_this_one_follows(index: EmbeddedIndex, folder: Path) -> None:
    index.put([document(1, vector=axis(1))])
    assert index.search(Query("", vector=axis(0))).hits[0].id == "id-00001"
    arguments = [sys.executable, "-c", OTHER_PROCESS, str(folder)]
    others = [subprocess.Popen([*arguments, name, axis(0).hex()], cwd=ROOT) for name in ("one", "two")]
    for number in range(10, 30):
        index.put([document(number)])
    assert [other.wait(timeout=60) for other in others] == [0, 0]
    assert index.search(Query("banjir")).total == 61
    nearest = index.search(Query("", vector=axis(0), limit=40)).hits
    assert {hit.source for hit in nearest} == {"lain"}


def test_a_rebuild_in_one_index_is_followed_by_others_in_mid_walk(index: EmbeddedIndex, folder: Path) -> None:
    index.put([document(n, vector=axis(n)) for n in range(30)])
    reader = EmbeddedIndex(folder)
    first = reader.search(Query("banjir", limit=10))
    assert reader.search(Query("", vector=axis(3))).hits[0].id == "id-00003"
    index.rebuild(document(n, vector=axis(n + 1)) for n in range(30))
    rest = reader.search(Query("banjir", limit=100, cursor=first.cursor))
    assert len({hit.id for hit in (*first.hits, *rest.hits)}) == 30
    assert reader.search(Query("", vector=axis(3))).hits[0].id == "id-00002"
    assert [path.name for path in folder.glob("archive-*.db")] == [database(folder).name]
    reader.close()


def test_many_threads_read_while_one_writes(index: EmbeddedIndex) -> None:
    index.put([document(n, vector=axis(n)) for n in range(20)])
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for number in range(20):
                assert index.search(Query("banjir", facets=True)).total >= 20
                assert index.search(Query("", vector=axis(number))).hits[0].id == f"id-{number:05d}"
        except BaseException as exc:  # noqa: BLE001 - handed to the thread that asserts
            failures.append(exc)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20, 40):
        index.put([document(number)])
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []


def test_a_damaged_file_asks_for_a_reindex_which_mends_it(index: EmbeddedIndex, folder: Path) -> None:
    index.put([document(n) for n in range(200)])
    index.close()
    path = database(folder)
    path.write_bytes(b"\x00" * 4096 + path.read_bytes()[4096:])
    for use in (index.prepare, lambda: index.search(Query("banjir")), lambda: index.put([document(1)])):
        with pytest.raises(IndexNotReady, match="reindex"):
            use()
    assert index.rebuild(iter([document(1)])) == 1
    assert index.search(Query("banjir")).total == 1


def test_damage_inside_the_file_is_no_empty_result(index: EmbeddedIndex, folder: Path) -> None:
    index.put([document(n, title=f"banjir kata{n}") for n in range(500)])
    index.rebuild(document(n, title=f"banjir kata{n}") for n in range(500))
    index.close()
    path = database(folder)
    raw = path.read_bytes()
    path.write_bytes(raw[:4096] + b"\xff" * (len(raw) - 4096))
    with pytest.raises(IndexNotReady, match="damaged"):
        index.search(Query("banjir"))


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 5000])
def test_a_foreign_file_is_refused_and_told(index: EmbeddedIndex, folder: Path, content: bytes) -> None:
    (folder / "archive-foreign.db").write_bytes(content)
    (folder / "current").write_text("archive-foreign.db", encoding="utf-8")
    with pytest.raises(IndexNotReady, match="reindex"):
        index.search(Query("banjir"))


@pytest.mark.parametrize("name", ["", "missing.db", "../../elsewhere.db"])
def test_a_pointer_to_nothing_is_told(index: EmbeddedIndex, folder: Path, name: str) -> None:
    (folder / "current").write_text(name, encoding="utf-8")
    with pytest.raises(IndexNotReady, match="missing"):
        index.search(Query("banjir"))


def test_an_index_of_another_analysis_asks_for_a_reindex(index: EmbeddedIndex, folder: Path) -> None:
    with sqlite3.connect(database(folder)) as connection:
        connection.execute("UPDATE meta SET value = 'other' WHERE name = 'analysis'")
    connection.close()
    with pytest.raises(IndexNotReady, match="another version"):
        EmbeddedIndex(folder).search(Query(""))


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(IndexUnavailable, match="search index"):
        EmbeddedIndex(tmp_path / "file" / "index").prepare()


def test_a_write_that_fails_midway_leaves_nothing(index: EmbeddedIndex) -> None:
    index.put([document(1)])
    with pytest.raises(SearchError, match="id-00002"):
        index.put([document(1, "gempa"), document(2, vector=b"short")])
    assert index.search(Query("banjir")).total == 1
    assert index.search(Query("gempa")).total == 0


def test_an_index_killed_while_writing_keeps_what_was_committed(index: EmbeddedIndex, folder: Path) -> None:
    index.put([document(1)])
    script = OTHER_PROCESS.replace(
        "for document in documents:", "import os\nfor document in documents:"
    ).replace(
        "index.put([document])",
        "index.put([document])\n    if document.id.endswith('-4'): os.kill(os.getpid(), 9)",
    )
    subprocess.run([sys.executable, "-c", script, str(folder), "k", axis(0).hex()], cwd=ROOT, check=False)
    assert index.search(Query("banjir")).total == 6
    index.put([document(2)])
    assert index.search(Query("banjir")).total == 7


def test_by_meaning_the_newest_are_enough_where_a_text_says_so(index: EmbeddedIndex, folder: Path) -> None:
    """The same for the process that followed every change and for one that has just begun."""
    index.put([document(n, "banjir", vector=axis(0)) for n in range(100)])
    index.put([document(n, "pasar", vector=axis(n % 50)) for n in range(100, 200)])

    begun = EmbeddedIndex(folder)
    for reader in (index, begun):
        recent = reader.like(Like(Kind.ITEM, vector=axis(0), limit=100, recent=100))
        assert recent[:2] == ["id-00100", "id-00150"]
        assert all(id_ >= "id-00100" for id_ in recent)
        whole = reader.like(Like(Kind.ITEM, vector=axis(0), limit=200))
        assert set(whole[:102]) == {f"id-{n:05d}" for n in (*range(100), 100, 150)}
        by_words = reader.like(Like(Kind.ITEM, ["banjir"], axis(0), limit=200, recent=1))
        assert {f"id-{n:05d}" for n in range(100)} <= set(by_words)
    begun.close()


def test_more_than_there_are_and_none_at_all_can_be_asked_for(index: EmbeddedIndex) -> None:
    index.put([document(n, vector=axis(n)) for n in range(3)])
    for recent, found in ((99, 3), (3, 3), (1, 1), (0, 0)):
        assert len(index.like(Like(Kind.ITEM, vector=axis(0), recent=recent))) == found


def test_the_commonest_words_are_left_out_when_their_lists_grow_too_long(
    index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_like, "MOST_ROWS", 30)
    index.put([document(n, "banjir pasar" if n % 2 else "banjir tanggul") for n in range(40)])
    index.put([document(90, "sumur kering")])
    assert index.like(Like(Kind.ITEM, ["sumur", "pasar", "banjir"], limit=100))[0] == "id-00090"
    assert len(index.like(Like(Kind.ITEM, ["sumur", "pasar", "banjir"], limit=100))) == 21
    assert len(index.like(Like(Kind.ITEM, ["banjir", "pasar"], limit=100))) == 40
