"""The figures agree with scikit-learn's and with arithmetic by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.metrics import auc, average_precision, calibration_error, f1

_ANSWERS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])), min_size=2
)


@given(_ANSWERS)
def test_ranking_figures_agree_with_scikit_learn(answers: list[tuple[int, float]]) -> None:
    truth, said = np.array([a for a, _ in answers], float), np.array([p for _, p in answers])
    if 0 < truth.sum() < len(truth):
        assert auc(truth, said) == pytest.approx(roc_auc_score(truth, said))
        assert average_precision(truth, said) == pytest.approx(average_precision_score(truth, said))
    else:
        assert auc(truth, said) is None
        assert average_precision(truth, said) is None


def test_f1_is_two_thirds_for_one_hit_and_one_miss() -> None:
    assert f1([1, 1, 0], [1, 0, 0]) == pytest.approx(2 / 3)
    assert f1([0, 0], [0, 0]) == 0


def test_calibration_error_is_the_gap_between_said_and_seen() -> None:
    assert calibration_error(np.array([0.9, 0.9]), np.array([1.0, 0.0])) == pytest.approx(0.4)
    assert calibration_error(np.array([]), np.array([])) == 0
