"""A bag of words on the same examples: what can be told from the words alone.

Owns: the bias probe that is printed beside every figure. A model that is no better than
this on same-style texts has learnt the sources, not the hoaxes.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from classifier.metrics import Values
from classifier.network import TASKS
from classifier.train.recipe import Example
from kentongan.domain import Label
from kentongan.text import content


class Probe:
    """TF-IDF and logistic regression, one model a label."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._models: dict[Label, Pipeline] = {}
        for label in Label:
            column = TASKS.index(label)
            known = [e for e in examples if e.targets[column] is not None]
            truth = [int((e.targets[column] or 0) >= 0.5) for e in known]
            model = make_pipeline(
                TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=60_000),
                LogisticRegression(C=4.0, max_iter=300),
            )
            self._models[label] = model.fit(
                [e.text for e in known], truth, logisticregression__sample_weight=[e.weight for e in known]
            )

    def probabilities(self, label: Label, texts: Sequence[str]) -> Values:
        """Return the label's probability for each text, read whole."""
        said: Values = self._models[label].predict_proba([content(text)[:2000] for text in texts])[:, 1]
        return np.asarray(said, float)
