"""The base file is read as its layout says, and anything else is refused in one line."""

from pathlib import Path

import numpy as np
import pytest

from classifier.errors import BaseUnreadable
from classifier.train.base import read_base
from tests.unit.classifier.train.conftest import INNER, LAYERS, PIECES, WIDTH


def test_sizes_pieces_and_tensors_come_back(base_file: Path) -> None:
    base = read_base(base_file)
    assert (base.sizes.width, base.sizes.layers, base.sizes.vocabulary) == (WIDTH, LAYERS, len(PIECES))
    assert [piece for piece, _ in base.pieces] == PIECES
    assert base.tensors["embeddings.word_embeddings.weight"].shape == (len(PIECES), WIDTH)
    assert base.tensors["encoder.layer.1.intermediate.dense.weight"].shape == (INNER, WIDTH)
    assert base.tensors["encoder.layer.0.attention.output.LayerNorm.weight"].tolist() == [1.0] * WIDTH


def test_four_bit_blocks_keep_values_to_half_a_step(base_file: Path) -> None:
    words = read_base(base_file).tensors["embeddings.word_embeddings.weight"]
    wanted = np.random.default_rng(3).normal(0, 0.1, words.shape)
    step = np.abs(wanted.reshape(-1, 32)).max(axis=1) / 7
    assert (np.abs(words - wanted).reshape(-1, 32) <= step[:, None] * 0.51 + 1e-4).all()


@pytest.mark.parametrize("length", [0, 3, 30, 200, 1000])
def test_a_cut_file_is_refused_with_its_name(base_file: Path, length: int) -> None:
    base_file.write_bytes(base_file.read_bytes()[:length])
    with pytest.raises(BaseUnreadable, match=r"base\.bin"):
        read_base(base_file)


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(BaseUnreadable, match=r"none\.bin"):
        read_base(tmp_path / "none.bin")
