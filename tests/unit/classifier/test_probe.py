"""The bag of words: features of unit length, and a file that comes back as it went."""

from pathlib import Path

import numpy as np
import pytest

from classifier.errors import ArtefactDamaged, ArtefactMissing
from classifier.probe import PROBE, Probe, read_probe, save_probe
from classifier.word_features import BUCKETS, word_features
from kentongan.domain import Label


def test_features_are_of_unit_length_and_see_pairs_of_words() -> None:
    found = word_features("air racun di pasar")
    assert sum(v * v for v in found.values()) == pytest.approx(1)
    assert len(found) == 4 + 3
    assert word_features("racun air di pasar") != found
    assert word_features("") == {}


def test_a_probe_comes_back_from_its_file(tmp_path: Path) -> None:
    weights = np.zeros(BUCKETS, np.float32)
    for at in word_features("air racun"):
        weights[at] = 4.0
    save_probe(tmp_path, Probe(dict.fromkeys(Label, weights), dict.fromkeys(Label, -1.0)))

    said = read_probe(tmp_path).probabilities(Label.HOAX, ["air racun", "pasar ramai"])

    assert said[0] > 0.9 > 0.3 > said[1]


def test_a_missing_or_damaged_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactMissing, match=PROBE):
        read_probe(tmp_path)
    (tmp_path / PROBE).write_bytes(b"not a tensor")
    with pytest.raises(ArtefactDamaged, match=PROBE):
        read_probe(tmp_path)
