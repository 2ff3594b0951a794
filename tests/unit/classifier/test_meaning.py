"""The space in which texts are compared, and the file it is kept in."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from classifier.assess import Assessor
from classifier.encode import FloatArray
from classifier.errors import ArtefactDamaged
from classifier.meaning import (
    BUCKETS,
    MEANING,
    PLAIN,
    Meaning,
    bucket,
    fit_meaning,
    read_meaning,
    save_meaning,
)

WIDTH = 8
TEXTS = [["banjir", "arunika"], ["banjir", "pasar"], ["banjir", "tanggul", "tanggul"]]


def cone(rows: int = 400) -> FloatArray:
    """Unit vectors around one direction, wider along some axes than along others."""
    chance = np.random.default_rng(7)
    spread = chance.normal(size=(rows, WIDTH)) * np.linspace(0.4, 0.05, WIDTH)
    vectors = spread + np.eye(WIDTH)[0] * 3
    unit: FloatArray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    return fit_meaning(cone(), TEXTS)


def read(embedding: bytes) -> FloatArray:
    return np.frombuffer(embedding, "<f2").astype(np.float32)


def mean_cosine(vectors: FloatArray) -> float:
    cosines = vectors @ vectors.T
    return float(cosines[np.triu_indices(len(vectors), 1)].mean())


@pytest.mark.parametrize("windows", [1, 3])
@pytest.mark.parametrize("whitened", [True, False])
def test_an_embedding_is_of_unit_length_in_halves(meaning: Meaning, windows: int, whitened: bool) -> None:
    vector = read((meaning if whitened else PLAIN).embedding(cone()[:windows]))
    assert vector.shape == (WIDTH,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=2e-3)


def test_whitening_spreads_what_lay_in_a_cone(meaning: Meaning) -> None:
    rows = cone()
    plain = np.array([read(PLAIN.embedding(row[None])) for row in rows])
    white = np.array([read(meaning.embedding(row[None])) for row in rows])
    assert mean_cosine(plain) > 0.9
    assert abs(mean_cosine(white)) < 0.05


def test_without_a_fit_the_mean_direction_of_the_windows_is_kept() -> None:
    rows = np.eye(WIDTH, dtype=np.float32)[:2]
    assert read(PLAIN.embedding(rows))[:3] == pytest.approx([2**-0.5, 2**-0.5, 0], abs=1e-3)


@pytest.mark.parametrize(
    "rows", [np.zeros((0, WIDTH)), np.zeros((2, WIDTH)), np.array([[1.0] * 8, [-1.0] * 8])]
)
def test_windows_without_a_direction_give_an_empty_embedding(meaning: Meaning, rows: FloatArray) -> None:
    assert PLAIN.embedding(rows.astype(np.float32)) == b""
    assert meaning.embedding(rows.astype(np.float32)) == b""


def test_a_word_tells_more_the_fewer_texts_have_it(meaning: Meaning) -> None:
    told = [meaning.rarity_of(word) for word in ("banjir", "tanggul", "belumpernahdilihat")]
    assert told == pytest.approx([0.0, np.log(2), np.log(4)], abs=1e-3)
    assert PLAIN.rarity_of("banjir") == PLAIN.rarity_of("belumpernahdilihat") == 1.0


@pytest.mark.parametrize("word", ["", "banjir", "\ud800", "🙏" * 1000])
def test_any_word_has_a_rarity(meaning: Meaning, word: str) -> None:
    assert 0 <= bucket(word) < BUCKETS
    assert meaning.rarity_of(word) >= 0


def test_what_is_read_is_what_was_saved(meaning: Meaning, tmp_path: Path) -> None:
    save_meaning(tmp_path, meaning)
    found = read_meaning(tmp_path, WIDTH)
    row = cone()[:2]
    assert found.embedding(row) == meaning.embedding(row)
    assert found.rarity_of("tanggul") == meaning.rarity_of("tanggul")


def test_an_artefact_without_the_file_is_plain(tmp_path: Path) -> None:
    assert read_meaning(tmp_path, WIDTH) is PLAIN


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _garble(path: Path) -> None:
    path.write_bytes(b"not a tensor file")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _leave_out(path: Path) -> None:
    parts = load_file(path)
    del parts["turn"]
    save_file(parts, path)


def _few_words(path: Path) -> None:
    parts = load_file(path)
    save_file({**parts, "rarity": parts["rarity"][:100]}, path)


def _make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [_cut, _garble, _empty, _leave_out, _few_words, _make_a_folder])
def test_a_damaged_file_is_named(meaning: Meaning, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    save_meaning(tmp_path, meaning)
    damage(tmp_path / MEANING)
    with pytest.raises(ArtefactDamaged, match=MEANING):
        read_meaning(tmp_path, WIDTH)


def test_a_file_of_another_width_is_refused(meaning: Meaning, tmp_path: Path) -> None:
    save_meaning(tmp_path, meaning)
    with pytest.raises(ArtefactDamaged, match="shapes"):
        read_meaning(tmp_path, WIDTH + 1)


def test_the_shipped_space_knows_common_words_from_rare_ones(assessor: Assessor) -> None:
    common, rare = (assessor.meaning.rarity_of(word) for word in ("indonesia", "merkuri"))
    assert 0 < common < rare < 12
