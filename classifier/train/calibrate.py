"""Fitting probabilities and thresholds to texts that training did not see.

Owns: Platt scaling and the choice of thresholds. The result is plain numbers for
the manifest. Leaves applying them to `classifier.scoring`.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifier.manifest import Scaling
from classifier.metrics import Values, f1


def fit_scaling(logits: Values, truth: Values, weights: Values) -> Scaling:
    """Return the Platt scaling that fits best. `truth` is 0 or 1 and must hold both.

    Source: Platt 1999; lightly regularised so that few positives do not make it steep.
    """
    model = LogisticRegression(C=10.0).fit(logits[:, None], truth, sample_weight=weights)
    return Scaling(round(float(model.coef_[0, 0]), 5), round(float(model.intercept_[0]), 5))


def threshold_for_share(probabilities: Values, share: float) -> float:
    """Return the lowest threshold that at most `share` of these probabilities reach."""
    if not len(probabilities):
        return 0.0
    ranked = np.sort(probabilities)[::-1]
    allowed = int(share * len(ranked))
    return float(np.nextafter(ranked[allowed], 1.0)) if allowed < len(ranked) else 0.0


def best_f1_threshold(probabilities: Values, truth: Values) -> float:
    """Return the threshold with the highest F1, ties to the higher threshold."""
    candidates = np.unique(probabilities)[::-1]
    scores = [f1(truth, probabilities >= candidate) for candidate in candidates]
    return float(candidates[int(np.argmax(scores))])
