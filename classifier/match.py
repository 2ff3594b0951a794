"""How likely two texts say the same: a logistic regression over named features of a pair.

Owns: the model, whose numbers are in the manifest. Leaves what the features are, and finding
candidates, to `pipeline`.
"""

import math
from collections.abc import Sequence

from classifier.errors import ClassifierError
from classifier.manifest import MatchModel


class PairModelUnfit(ClassifierError):
    """The model was fitted for other features than this version of the code computes."""


class PairModel:
    """Judges pairs with the coefficients of one model version."""

    def __init__(self, model: MatchModel) -> None:
        self._model = model
        self.suggest = model.suggest
        self.confirm = model.confirm

    def require(self, features: Sequence[str]) -> None:
        """Raise PairModelUnfit unless the model is one of these features, in this order."""
        if self._model.features != tuple(features):
            raise PairModelUnfit("the model's pair features are not this version's: use the shipped model")

    def probability(self, features: Sequence[float]) -> float:
        """Return the calibrated probability that a pair with these features says the same."""
        logit = self._model.offset + math.fsum(
            w * f for w, f in zip(self._model.weights, features, strict=True)
        )
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))
