"""The embedded folder is shared safely, and says what is wrong with it."""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from search import embedded_like, embedded_moments
from search.cursor import Place, pack
from search.embedded import EmbeddedIndex
from search.index import (
    DIMENSIONS,
    Document,
    IndexNotReady,
    IndexUnavailable,
    Interval,
    Kind,
    Like,
    Query,
    Rebuilt,
    Sort,
)
from search.vectors import VectorStore

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


def generation(folder: Path) -> Path:
    return folder / (folder / "current").read_text(encoding="utf-8").strip()


def words_file(folder: Path, kind: str) -> Path:
    """The largest file of this kind."""
    return max((generation(folder) / "words").glob(f"*.{kind}"), key=lambda path: path.stat().st_size)


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
    assert list(folder.glob("archive-*")) == [generation(folder)]
    reader.close()


def test_searches_go_on_while_the_index_is_rebuilt_again_and_again(index: EmbeddedIndex) -> None:
    rows = [document(n, vector=axis(n)) for n in range(60)]
    index.put(rows)
    failures: list[BaseException] = []
    ended = threading.Event()

    def read() -> None:
        try:
            while not ended.is_set():
                page = index.search(Query("banjir", limit=20, vector=axis(0), facets=True))
                rest = index.search(Query("banjir", limit=60, vector=axis(0), cursor=page.cursor))
                assert len({hit.id for hit in (*page.hits, *rest.hits)}) == page.total == 60
                assert len(index.like(Like(Kind.ITEM, ["banjir"], axis(1), limit=99))) == 60
                assert len(list(index.ids())) == index.health().documents == 60
        except BaseException as exc:  # noqa: BLE001 - handed to the thread that asserts
            failures.append(exc)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(8):
        assert index.rebuild(iter(rows)) == Rebuilt(60)
    ended.set()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []


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


@pytest.mark.parametrize("kind", ["term", "idx", "pos", "fieldnorm", "fast", "store"])
@pytest.mark.parametrize("harm", ["cut", "emptied", "gone", "overwritten"])
def test_a_damaged_file_asks_for_a_reindex_which_mends_it(
    index: EmbeddedIndex, folder: Path, kind: str, harm: str
) -> None:
    index.put([document(n) for n in range(200)])
    index.close()
    path = words_file(folder, kind)
    raw = path.read_bytes()
    match harm:
        case "cut":
            path.write_bytes(raw[: len(raw) // 2])
        case "emptied":
            path.write_bytes(b"")
        case "gone":
            path.unlink()
        case "overwritten":
            path.write_bytes(b"\xff" * len(raw))
    for use in (index.prepare, lambda: index.search(Query("banjir")), lambda: index.put([document(1)])):
        with pytest.raises(IndexNotReady, match=r"damaged.*reindex"):
            use()
    assert index.rebuild(iter([document(1)])) == Rebuilt(1)
    assert index.search(Query("banjir")).total == 1


def test_a_single_changed_byte_is_told_when_the_service_starts(index: EmbeddedIndex, folder: Path) -> None:
    index.put([document(n, title=f"banjir kata{n}") for n in range(50)])
    index.close()
    for kind in ("term", "idx", "pos", "fieldnorm", "fast", "store"):
        path = words_file(folder, kind)
        raw = path.read_bytes()
        middle = len(raw) // 3
        path.write_bytes(raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :])
        with pytest.raises(IndexNotReady, match="damaged"):
            index.prepare()
        path.write_bytes(raw)
    index.prepare()


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b"\x00" * 5000])
@pytest.mark.parametrize("file", ["kentongan.json", "words/meta.json"])
def test_a_foreign_folder_is_refused_and_told(
    index: EmbeddedIndex, folder: Path, file: str, content: bytes
) -> None:
    index.close()
    (generation(folder) / file).write_bytes(content)
    with pytest.raises(IndexNotReady, match="reindex"):
        index.search(Query("banjir"))


@pytest.mark.parametrize("name", ["", "archive-missing", "../../elsewhere", "archive-x/../archive-y"])
def test_a_pointer_to_nothing_is_told(index: EmbeddedIndex, folder: Path, name: str) -> None:
    (folder / "current").write_text(name, encoding="utf-8")
    with pytest.raises(IndexNotReady, match="missing"):
        index.search(Query("banjir"))


@pytest.mark.parametrize("content", [b"archive-x.db", b"\xff\xfe"])
def test_an_index_of_an_earlier_kind_asks_for_a_reindex_which_clears_it_away(
    index: EmbeddedIndex, folder: Path, content: bytes
) -> None:
    (folder / "archive-x.db").write_bytes(b"SQLite format 3\x00")
    (folder / "current").write_bytes(content)
    with pytest.raises(IndexNotReady, match="reindex"):
        index.prepare()
    assert index.rebuild(iter([document(1)])) == Rebuilt(1)
    assert list(folder.glob("archive-*")) == [generation(folder)]


@pytest.mark.parametrize("name", ["schema", "analysis"])
def test_an_index_of_another_version_asks_for_a_reindex(
    index: EmbeddedIndex, folder: Path, name: str
) -> None:
    path = generation(folder) / "kentongan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: "other"}), encoding="utf-8")
    with pytest.raises(IndexNotReady, match="another version"):
        EmbeddedIndex(folder).search(Query(""))


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(IndexUnavailable, match="search index"):
        EmbeddedIndex(tmp_path / "file" / "index").prepare()


def killed_after(seconds: float, script: str, *arguments: str) -> list[str]:
    """Run the script until it is killed, and return the lines it had written by then."""
    other = subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"
    time.sleep(seconds)
    other.kill()
    said, _ = other.communicate()
    return said.splitlines()


def test_a_process_killed_while_it_puts_leaves_all_it_had_put(index: EmbeddedIndex, folder: Path) -> None:
    script = OTHER_PROCESS.replace("range(20)", "range(2_000)").replace(
        "for document in documents:", "print('ready', flush=True)\nfor document in documents:"
    )
    script = script.replace("index.put([document])", "index.put([document]); print(document.id, flush=True)")
    chance = random.Random(1)
    for number in range(8):
        told = killed_after(chance.random() * 0.6, script, str(folder), f"k{number}", axis(0).hex())
        held = {id_ for id_ in index.ids() if id_.startswith(f"k{number}-")}
        assert set(told) <= held
        assert len(held) <= len(told) + 1  # that being put
        index.prepare()
        index.put([document(number)])
        near = index.search(Query("", vector=axis(0), limit=1_000))
        assert {hit.id for hit in near.hits} == {id_ for id_ in index.ids() if id_.startswith("k")}
    assert index.search(Query("banjir", kind=None)).total == len(list(index.ids()))


def test_a_process_killed_while_it_rebuilds_leaves_the_old_index(index: EmbeddedIndex, folder: Path) -> None:
    index.put([document(n) for n in range(5)])
    script = OTHER_PROCESS.partition("for document in documents:")[0].replace("range(20)", "range(30_000)")
    script += "print('ready', flush=True)\nindex.rebuild(iter(documents))\n"
    for number, seconds in enumerate((0.0, 0.2, 0.5, 1.0), start=5):
        killed_after(seconds, script, str(folder), "r", axis(0).hex())
        assert index.search(Query("banjir")).total == number
        index.put([document(number)])
    assert index.rebuild(iter([document(1)])) == Rebuilt(1)
    assert list(folder.glob("archive-*")) == [generation(folder)]


def test_a_vector_that_stays_is_not_kept_a_second_time(index: EmbeddedIndex, folder: Path) -> None:
    def rows() -> int:
        return VectorStore(generation(folder) / "vectors").size()

    index.put([document(n, vector=axis(n)) for n in range(3)])
    index.put([document(n, "gempa", vector=axis(n)) for n in range(3)])
    assert rows() == 3
    assert index.search(Query("", vector=axis(2))).hits[0].id == "id-00002"
    index.put([document(2, "gempa", vector=axis(7)), document(1, "gempa")])
    assert rows() == 4
    assert [hit.id for hit in index.search(Query("", vector=axis(7))).hits] == ["id-00002", "id-00000"]
    index.put([document(1, "gempa", vector=axis(1))])
    assert index.search(Query("", vector=axis(1))).hits[0].id == "id-00001"


def test_many_small_writes_leave_few_files(index: EmbeddedIndex, folder: Path) -> None:
    for number in range(60):
        index.put([document(number)])
    assert len(list((generation(folder) / "words").glob("*.store"))) < 10
    assert index.search(Query("banjir")).total == 60


def test_a_walk_by_relevance_whose_state_is_gone_goes_on_at_its_place(
    index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_moments, "MOST", 1)
    index.put([document(n, "banjir " * (1 + n % 3)) for n in range(30)])
    first = index.search(Query("banjir", limit=10))
    index.search(Query("banjir", limit=5))
    second = index.search(Query("banjir", limit=30, cursor=first.cursor))
    assert len({hit.id for hit in (*first.hits, *second.hits)}) == 30
    assert second.cursor == ""


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.PRIORITY])
def test_ids_that_begin_alike_and_are_no_uuids_are_walked_without_gap(
    index: EmbeddedIndex, sort: Sort
) -> None:
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    ids = [f"a-very-long-name-of-an-item-{n:03d}" for n in range(50)] + ["", "é" * 9, "z"]
    index.put([Document(id_, Kind.ITEM, "banjir", "", "", "kabar", "news", moment) for id_ in ids])
    found: list[str] = []
    cursor = ""
    while page := index.search(Query("", sort=sort, limit=7, cursor=cursor)):
        found += [hit.id for hit in page.hits]
        cursor = page.cursor
        if not cursor:
            break
    assert found == sorted(ids, key=str.encode, reverse=sort is not Sort.OLDEST)


def test_times_and_priorities_of_any_size_keep_their_order(index: EmbeddedIndex) -> None:
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1969, 1970, 2024, 9999)]
    priorities = (-1e300, -0.5, -0.0, 0.0, 1e-300, 0.25, 1e300)
    rows = [
        Document(f"{a}-{b}", Kind.ITEM, "", "", "", "kabar", "news", moment, priority=priority)
        for a, moment in enumerate(moments)
        for b, priority in enumerate(priorities)
    ]
    index.put(rows)
    for sort, order in (
        (Sort.NEWEST, lambda row: (row.published_at, row.id)),
        (Sort.PRIORITY, lambda row: (row.priority, row.published_at, row.id)),
    ):
        expected = [row.id for row in sorted(rows, key=order, reverse=True)]
        page = index.search(Query("", sort=sort, limit=4))
        rest = index.search(Query("", sort=sort, limit=100, cursor=page.cursor))
        assert [hit.id for hit in (*page.hits, *rest.hits)] == expected
    counted = index.search(Query("", histogram=Interval.MONTH, zone="Asia/Makassar")).histogram
    assert dict(counted)[date(1970, 1, 1)] == len(priorities)
    assert sum(number for _, number in counted) == len(rows)


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


def test_the_first_index_is_rebuilt_while_another_would_prepare_one(folder: Path) -> None:
    rebuilding, starting = EmbeddedIndex(folder), EmbeddedIndex(folder)
    starting.wait_seconds = 0.1

    def documents() -> Iterator[Document]:
        yield document(1)
        with pytest.raises(IndexUnavailable, match="rebuilt"):
            starting.prepare()
        yield document(2)

    assert rebuilding.rebuild(documents()) == Rebuilt(2)
    starting.prepare()
    assert starting.search(Query("banjir")).total == 2


@pytest.mark.parametrize("place", [1e300, 2.0**62, 2.0**63 - 1, 4e9, -5.0])
def test_a_cursor_that_no_page_gave_ends_nothing(index: EmbeddedIndex, place: float) -> None:
    index.put([document(1), document(2)])
    asked = Query("banjir", limit=1)
    page = index.search(replace(asked, cursor=pack(asked, Place(0, (place, "x")))))
    assert page.total == 2
