"""What is nearest is found, whoever adds to it, and damage is told."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from search import vectors
from search.index import DIMENSIONS, IndexNotReady, SearchError
from search.vector_codes import BLOCK, encode
from search.vector_files import RECORD
from search.vectors import VectorStore, read_vector

ROOT = Path(__file__).resolve().parents[3]
Matrix = NDArray[np.float32]

OTHER_PROCESS = """
import sys
from pathlib import Path
from search.vectors import VectorStore
store, raw = VectorStore(Path(sys.argv[1])), Path(sys.argv[2]).read_bytes()
for number in range(int(sys.argv[3]), len(raw) // 768):
    store.append([(number, raw[768 * number : 768 * (number + 1)])])
    print(number, flush=True)
"""


def made(count: int, seed: int = 1) -> Matrix:
    """Unit vectors like those of texts: uneven in their directions, in groups, some nearly copies."""
    chance = np.random.default_rng(seed)
    spread = (np.arange(1, DIMENSIONS + 1) ** -0.36).astype(np.float32)
    kinds = unit(np.random.default_rng(0).standard_normal((200, DIMENSIONS), dtype=np.float32) * spread)
    own = unit(chance.standard_normal((count, DIMENSIONS), dtype=np.float32) * spread)
    share = chance.uniform(0.3, 0.95, (count, 1)).astype(np.float32)
    return unit(share * kinds[chance.integers(0, len(kinds), count)] + np.sqrt(1 - share**2) * own)


def unit(values: NDArray[np.floating]) -> Matrix:
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), dtype=np.float32)


def raw(vector: Matrix) -> bytes:
    return vector.astype("<f2").tobytes()


def rows(matrix: Matrix, first: int = 0) -> list[tuple[int, bytes]]:
    return [(number, raw(vector)) for number, vector in enumerate(matrix, start=first)]


def halved(values: Matrix) -> Matrix:
    return values.astype("<f2").astype(np.float32)


def exactly(matrix: Matrix, wanted: Matrix, limit: int, among: Sequence[int] | None = None) -> list[int]:
    numbers = np.arange(len(matrix)) if among is None else np.asarray(among)
    scores = unit(halved(matrix[numbers])) @ halved(wanted)
    return [int(number) for number in numbers[np.argsort(-scores, kind="stable")[:limit]]]


def found_of(found: Sequence[int], expected: Sequence[int]) -> float:
    return len(set(found) & set(expected)) / len(expected)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vectors"


@pytest.fixture
def store(folder: Path) -> VectorStore:
    return VectorStore(folder)


def test_an_empty_store_finds_nothing_and_makes_nothing(store: VectorStore, folder: Path) -> None:
    assert store.nearest(raw(made(1)[0]), 5) == []
    assert store.size() == 0
    store.append([])
    assert not folder.exists()


def test_a_small_archive_is_ranked_exactly(store: VectorStore) -> None:
    matrix = made(3_000)
    store.append(rows(matrix))
    for wanted in made(10, seed=2):
        assert found_of(store.nearest(raw(wanted), 20), exactly(matrix, wanted, 20)) == 1.0
    assert store.nearest(raw(matrix[7]), 1) == [7]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make 20,000 rows as hard as a million."""
    monkeypatch.setattr(vectors, "EXACT", 400)
    monkeypatch.setattr(vectors, "FINE", 3_000)


@pytest.mark.usefixtures("narrow")
def test_of_a_large_archive_hardly_anything_near_is_missed(store: VectorStore) -> None:
    matrix = made(20_000)
    for start in range(0, len(matrix), 3_333):  # across the ends of blocks
        store.append(rows(matrix[start : start + 3_333], first=start))
    asked = made(30, seed=2)
    shares = [found_of(store.nearest(raw(wanted), 20), exactly(matrix, wanted, 20)) for wanted in asked]
    assert np.mean(shares) >= 0.97
    assert all(store.nearest(raw(matrix[n]), 1) == [n] for n in (0, BLOCK - 1, BLOCK, 19_999))


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_only_what_is_allowed_is_found_and_hardly_less_of_it(store: VectorStore, share: float) -> None:
    matrix = made(20_000)
    store.append(rows(matrix))
    chance = np.random.default_rng(3)
    shares = []
    for wanted in made(10, seed=2):
        allowed = chance.choice(len(matrix), int(share * len(matrix)), replace=False)
        found = store.nearest(raw(wanted), 20, allowed.astype(np.uint64))
        assert set(found) <= set(allowed.tolist())
        shares.append(found_of(found, exactly(matrix, wanted, 20, sorted(allowed))))
    assert np.mean(shares) >= (0.99 if share == 0.01 else 0.97)  # all are compared, but rounded


def test_what_is_allowed_may_be_nothing_or_unknown(store: VectorStore) -> None:
    store.append(rows(made(10)))
    for allowed in ([], [2**63]):
        assert store.nearest(raw(made(1)[0]), 5, np.array(allowed, dtype=np.uint64)) == []


def test_the_newest_are_looked_at_whatever_is_nearer(store: VectorStore) -> None:
    matrix = made(100)
    store.append(rows(matrix))
    assert sorted(store.nearest(raw(matrix[3]), 50, recent=10)) == list(range(90, 100))
    assert store.nearest(raw(matrix[3]), 1, recent=1_000) == [3]
    assert store.nearest(raw(matrix[3]), 1, recent=0) == []
    both = store.nearest(raw(matrix[3]), 50, np.array([3, 95], dtype=np.uint64), recent=10)
    assert both == [95]


def test_the_newest_are_counted_by_document(store: VectorStore) -> None:
    matrix = made(10)
    store.append(rows(matrix))
    store.append([(9, raw(matrix[9]))] * 20)
    assert sorted(store.nearest(raw(matrix[0]), 10, recent=3)) == [7, 8, 9]


def test_of_a_number_given_again_the_last_vector_counts(store: VectorStore, folder: Path) -> None:
    one, other, third = made(3)
    store.append([(5, raw(one)), (6, raw(third)), (5, raw(other))])
    assert store.nearest(raw(one), 9) in ([5, 6], [6, 5])
    store.append([(6, raw(one)), (7, raw(third))])
    for reader in (store, VectorStore(folder)):
        assert reader.nearest(raw(one), 1) == [6]
        assert reader.nearest(raw(other), 1) == [5]
        assert reader.nearest(raw(third), 1) == [7]
        assert sorted(reader.nearest(raw(one), 9)) == [5, 6, 7]
    assert store.size() == 5


def test_of_the_equally_near_the_smaller_number_comes_first(store: VectorStore) -> None:
    matrix = made(2)
    numbers = np.random.default_rng(4).permutation(5_000).tolist()
    store.append([(number, raw(matrix[0])) for number in numbers])
    store.append([(9_999, raw(matrix[1]))])
    assert store.nearest(raw(matrix[0]), 300) == list(range(300))


@pytest.mark.usefixtures("narrow")
def test_many_copies_of_one_text_do_not_hide_it(store: VectorStore) -> None:
    matrix = made(9_000)
    matrix[1_000:6_000] = matrix[0]
    store.append(rows(matrix))
    assert store.nearest(raw(matrix[0]), 5) == [0, 1_000, 1_001, 1_002, 1_003]
    assert store.nearest(raw(matrix[8_000]), 1) == [8_000]


def test_large_numbers_come_back_whole(store: VectorStore) -> None:
    (vector,) = made(1)
    store.append([(2**64 - 1, raw(vector)), (2**53 + 1, raw(-vector))])
    assert store.nearest(raw(vector), 2) == [2**64 - 1, 2**53 + 1]


def test_numbers_far_apart_are_allowed_as_others_are(store: VectorStore) -> None:
    matrix = made(3)
    store.append([(5, raw(matrix[0])), (2**63, raw(matrix[1])), (2**64 - 1, raw(matrix[2]))])
    assert store.nearest(raw(matrix[1]), 5, np.array([2**63, 9], dtype=np.uint64)) == [2**63]


@pytest.mark.parametrize("cut", range(1, RECORD.itemsize + 1))
def test_a_cut_off_row_is_as_if_it_never_was(store: VectorStore, folder: Path, cut: int) -> None:
    matrix = made(4)
    store.append(rows(matrix[:3]))
    path = folder / "rows"
    os.truncate(path, path.stat().st_size - cut)
    again = VectorStore(folder)
    assert again.size() == 2
    assert sorted(again.nearest(raw(matrix[2]), 9)) == [0, 1]
    again.append([(3, raw(matrix[3]))])
    for reader in (again, VectorStore(folder)):
        assert reader.size() == 3
        assert reader.nearest(raw(matrix[3]), 1) == [3]
        assert sorted(reader.nearest(raw(matrix[2]), 9)) == [0, 1, 3]


def test_an_addition_cut_off_before_its_end_is_written_over(store: VectorStore, folder: Path) -> None:
    matrix = made(50)
    store.append(rows(matrix[:3]))
    before = (folder / "rows").read_bytes()
    store.append(rows(matrix[3:40], first=3))
    (folder / "rows").write_bytes(before)
    again = VectorStore(folder)
    assert again.size() == 3
    again.append(rows(matrix[40:], first=40))
    assert sorted(again.nearest(raw(matrix[0]), 99)) == [0, 1, 2, *range(40, 50)]
    assert again.nearest(raw(matrix[45]), 1) == [45]


def test_rows_that_a_power_cut_left_empty_do_not_count(store: VectorStore, folder: Path) -> None:
    matrix = made(5)
    store.append(rows(matrix[:3]))
    with (folder / "rows").open("ab") as file:
        file.write(bytes(4 * RECORD.itemsize + 3))
    for reader in (store, VectorStore(folder)):
        assert sorted(reader.nearest(raw(matrix[0]), 9)) == [0, 1, 2]
    watching = VectorStore(folder)
    assert watching.size() == 3
    store.append(rows(matrix[3:], first=3))
    assert watching.nearest(raw(matrix[4]), 1) == [4]
    assert watching.size() == 5


@pytest.mark.parametrize("name", ["vectors", "codes"])
def test_a_file_that_is_too_short_is_told(store: VectorStore, folder: Path, name: str) -> None:
    store.append(rows(made(5)))
    os.truncate(folder / name, 1)
    with pytest.raises(IndexNotReady, match=name):
        store.nearest(raw(made(1)[0]), 1)


def test_rows_that_were_seen_and_are_gone_are_told(store: VectorStore, folder: Path) -> None:
    store.append(rows(made(5)))
    assert store.size() == 5
    os.truncate(folder / "rows", RECORD.itemsize)
    with pytest.raises(IndexNotReady, match="rows"):
        store.nearest(raw(made(1)[0]), 1)


def test_a_missing_file_is_told(store: VectorStore, folder: Path) -> None:
    store.append(rows(made(5)))
    (folder / "vectors").unlink()
    with pytest.raises(IndexNotReady, match="vectors"):
        VectorStore(folder).size()


def test_rows_that_are_all_rubbish_are_told(store: VectorStore, folder: Path) -> None:
    store.append(rows(made(5)))
    (folder / "rows").write_bytes(b"x" * 80)
    with pytest.raises(IndexNotReady, match="no row is whole"):
        VectorStore(folder).nearest(raw(made(1)[0]), 1)


@pytest.mark.parametrize("rubbish", [b"\0", b"\x01", b"\x7f"])
def test_a_damaged_vector_is_told_when_it_is_found(store: VectorStore, folder: Path, rubbish: bytes) -> None:
    store.append(rows(made(5)))
    with (folder / "vectors").open("r+b") as file:
        file.seek(2 * 768)
        file.write(rubbish * 768)
    with pytest.raises(IndexNotReady, match="damaged"):
        VectorStore(folder).nearest(raw(made(1)[0]), 5)


def test_one_changed_bit_of_a_found_row_is_told(store: VectorStore, folder: Path) -> None:
    store.append(rows(made(5)))
    path = folder / "vectors"
    data = bytearray(path.read_bytes())
    data[768 * 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexNotReady, match="row 2"):
        VectorStore(folder).nearest(raw(made(1)[0]), 5)


BAD = [b"", b"\0" * 767, b"\0" * 768, raw(np.full(DIMENSIONS, np.nan, dtype=np.float32)), b"\0\x7c" * 384]


@pytest.mark.parametrize("vector", BAD, ids=["empty", "short", "zero", "nan", "infinite"])
def test_what_is_no_vector_is_refused_and_nothing_is_kept(store: VectorStore, vector: bytes) -> None:
    with pytest.raises(SearchError, match="document 8"):
        store.append([(7, raw(made(1)[0])), (8, vector)])
    assert store.size() == 0
    with pytest.raises(SearchError, match="asked for"):
        store.nearest(vector, 5)
    with pytest.raises(SearchError, match="this one"):
        read_vector(vector, "this one")


def test_another_process_adds_and_this_one_follows(store: VectorStore, folder: Path, tmp_path: Path) -> None:
    matrix = made(120)
    store.append(rows(matrix[:20]))
    with adding(folder, tmp_path, matrix, first=20) as other:
        assert other.stdout is not None
        for line in other.stdout:
            number = int(line)
            assert store.nearest(raw(matrix[number]), 1) == [number]
        assert other.wait(timeout=60) == 0
    assert store.size() == 120
    assert sorted(store.nearest(raw(matrix[0]), 500)) == list(range(120))


def test_killed_while_adding_all_that_was_told_is_there(folder: Path, tmp_path: Path) -> None:
    matrix = made(3_000)
    for _ in range(3):
        first = VectorStore(folder).size()
        with adding(folder, tmp_path, matrix, first) as other:
            assert other.stdout is not None
            told = [int(other.stdout.readline()) for _ in range(10)][-1]
            other.kill()
            other.wait(timeout=60)
        again = VectorStore(folder)
        assert again.size() > told
        assert sorted(again.nearest(raw(matrix[0]), 9_999)) == list(range(again.size()))


def adding(folder: Path, tmp_path: Path, matrix: Matrix, first: int) -> "subprocess.Popen[str]":
    (tmp_path / "raw").write_bytes(b"".join(map(raw, matrix)))
    arguments = [sys.executable, "-c", OTHER_PROCESS, str(folder), str(tmp_path / "raw"), str(first)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_threads_ask_while_one_adds(store: VectorStore) -> None:
    matrix = made(200)
    store.append(rows(matrix[:100]))
    wrong: list[object] = []
    done = threading.Event()

    def ask(seed: int) -> None:
        chance = np.random.default_rng(seed)
        while not done.is_set():
            number = int(chance.integers(100))
            try:
                found = store.nearest(raw(matrix[number]), 5)
            except Exception as exc:  # noqa: BLE001 - whatever it is, the test shows it
                wrong.append(exc)
                return
            if found[0] != number:
                wrong.append((number, found))

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for number in range(100, 200):
        store.append([(number, raw(matrix[number]))])
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert sorted(store.nearest(raw(matrix[0]), 999)) == list(range(200))


def test_after_closing_it_opens_again_at_the_next_use(store: VectorStore) -> None:
    matrix = made(3)
    store.append(rows(matrix))
    store.nearest(raw(matrix[0]), 1)
    store.close()
    assert store.nearest(raw(matrix[1]), 1) == [1]


def test_codes_are_the_same_on_every_machine() -> None:
    """What one machine wrote another reads, and an old folder stays readable: a few signs of sums near
    zero may differ by rounding, no more."""
    expected = (
        "7239bb1708a07db3af95dd60a94d2ecc1eb1885c9a36f064f994f2b34db3aae453b236362c0183decea6bf9e27a57c87"
    )
    (got,) = np.ascontiguousarray(encode(np.eye(1, DIMENSIONS, dtype=np.float32)).T)
    differing = np.bitwise_count(got ^ np.frombuffer(bytes.fromhex(expected), dtype="<u8"))
    assert int(differing.sum()) <= 2
