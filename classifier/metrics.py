"""Figures over truth and probability: ranking, F1, calibration.

Owns: the arithmetic, over plain arrays; `truth` is 0 or 1. Leaves choosing what to measure
to `evaluate` and `train.measure`.
"""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

_BINS = 15


def auc(truth: Values, probabilities: Values) -> float | None:
    """Return the area under the ROC curve, ties counted half; None unless both answers occur."""
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return None
    _, place, counts = np.unique(probabilities, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[truth > 0].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def average_precision(truth: Values, probabilities: Values) -> float | None:
    """Return the mean of precision over the steps of recall, equal probabilities as one step;
    None unless both answers occur."""
    positives = float(truth.sum())
    if not 0 < positives < len(truth):
        return None
    order = np.argsort(-probabilities, kind="stable")
    ranked, found = probabilities[order], np.cumsum(truth[order])
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    recall = found[last] / positives
    precision = found[last] / (last + 1)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def f1(truth: npt.ArrayLike, said: npt.ArrayLike) -> float:
    """Return F1 of the positive class; 0 when nothing is right."""
    actual, predicted = np.asarray(truth, bool), np.asarray(said, bool)
    right = int((actual & predicted).sum())
    return 2 * right / max(1, int(actual.sum()) + int(predicted.sum()))


def calibration_error(probabilities: Values, truth: Values) -> float:
    """Return the expected calibration error over 15 bins of equal width; 0 for no texts.

    Source: Guo et al. 2017, with probability of the positive class for confidence.
    """
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(probabilities[bins == b].mean() - truth[bins == b].mean())) * float((bins == b).mean())
        for b in range(_BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps))
