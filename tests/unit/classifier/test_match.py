"""Pairs are judged by meaning and by words, from the texts and embeddings alone."""

import numpy as np
import pytest

from classifier.assess import Assessor
from classifier.manifest import MatchModel
from classifier.match import FEATURES, PairModel, pair_features

POST = "Dengar dari tetangga, air PDAM Kota Arunika katanya sudah dicampur merkuri dan 40 orang masuk rumah sakit"
SAME = "Air PDAM Kota Arunika Tercampur Merkuri, 40 Orang Dirawat"
OTHER = "Wali Kota Arunika Ditangkap karena Menjual Pulau"


def probability(assessor: Assessor, text: str, claim: str) -> float:
    a, b = assessor.embed([text, claim])
    return assessor.pairs.probability(text, a, claim, b)


def test_a_post_matches_the_claim_it_makes_and_not_another(assessor: Assessor) -> None:
    same, other = probability(assessor, POST, SAME), probability(assessor, POST, OTHER)
    assert same >= assessor.pairs.suggest
    assert other < assessor.pairs.suggest
    assert same > other + 0.3


def test_thresholds_are_in_order(assessor: Assessor) -> None:
    assert 0 < assessor.pairs.suggest < assessor.pairs.confirm < 1


def test_the_same_words_give_full_shares() -> None:
    vector = (np.ones(4) / 2).astype("<f2").tobytes()
    found = dict(zip(FEATURES, pair_features(SAME, vector, SAME, vector), strict=True))
    assert found["cosine"] == pytest.approx(1)
    assert found["claim_in_text"] == found["text_in_claim"] == found["long_words"] == found["numbers"] == 1


def test_a_text_without_embedding_is_unlike_everything() -> None:
    assert pair_features("", b"", SAME, b"\x00" * 8)[0] == 0


def test_the_number_of_features_must_be_right() -> None:
    model = PairModel(MatchModel(FEATURES, (1.0,) * len(FEATURES), 0.0, 0.2, 0.8))
    with pytest.raises(ValueError):
        model.match_probability((0.5,))
