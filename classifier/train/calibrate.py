"""Fitting probabilities and thresholds to texts that training did not see.

Owns: Platt scaling and the choice of thresholds. The result is plain numbers for
the manifest. Leaves applying them to `classifier.scoring`.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifier.manifest import Scaling
from classifier.metrics import Values

_RESAMPLES, _SEED = 200, 20261125


def fit_scaling(logits: Values, truth: Values, weights: Values, cues: Values | None = None) -> Scaling:
    """Return the Platt scaling that fits best. `truth` is 0 or 1 and must hold both.

    With `cues`, the number of cue groups of each text, their weight is fitted beside; one
    below 0 is not believed and left out.
    Source: Platt 1999; lightly regularised so that few positives do not make it steep.
    """
    columns = [logits] if cues is None else [logits, cues]
    model = LogisticRegression(C=10.0).fit(np.stack(columns, axis=1), truth, sample_weight=weights)
    if cues is not None and model.coef_[0, 1] < 0:
        return fit_scaling(logits, truth, weights)
    weight = 0.0 if cues is None else round(float(model.coef_[0, 1]), 5)
    return Scaling(round(float(model.coef_[0, 0]), 5), round(float(model.intercept_[0]), 5), weight)


def threshold_for_share(probabilities: Values, share: float) -> float:
    """Return the lowest threshold that at most `share` of these probabilities reach."""
    if not len(probabilities):
        return 0.0
    ranked = np.sort(probabilities)[::-1]
    allowed = int(share * len(ranked))
    return float(np.nextafter(ranked[allowed], 1.0)) if allowed < len(ranked) else 0.0


def best_f1_threshold(probabilities: Values, truth: Values, share: float) -> float:
    """Return the threshold with the highest F1 where a `share` of the texts is positive.

    The median over resamples of the texts, so that no few texts decide it. Source: Efron 1979.
    """
    random = np.random.default_rng(_SEED)
    found: list[float] = []
    for _ in range(_RESAMPLES):
        some = random.integers(0, len(truth), len(truth))
        order = np.argsort(-probabilities[some], kind="stable")
        right, wrong = np.cumsum(truth[some][order]), np.cumsum(1 - truth[some][order])
        positives = max(1.0, float(right[-1]))
        weight = positives * (1 - share) / share / max(1.0, float(wrong[-1]))
        scores = 2 * right / (right + weight * wrong + positives)
        found.append(float(probabilities[some][order][int(np.argmax(scores))]))
    return float(np.median(found))
