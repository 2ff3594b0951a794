"""Fitting the bag-of-words probe on the very examples that the model learns from."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from classifier.probe import Probe
from classifier.train.mix import NARRATIVE, TAUGHT
from classifier.train.recipe import Example
from classifier.word_features import BUCKETS, word_features
from kentongan.domain import Label


def fit_probe(examples: Sequence[Example]) -> Probe:
    """Return the probe; what the narratives' fact-checker says counts for `hoax`, as for the model."""
    weights, offsets = {}, {}
    distinct = list({(e.text, e.targets): e for e in examples}.values())
    everything = feature_matrix([example.text for example in distinct])
    for label in Label:
        known = [i for i, example in enumerate(distinct) if target(example, label) is not None]
        truth = [(target(distinct[i], label) or 0) >= 0.5 for i in known]
        fitted = LogisticRegression(C=8.0, max_iter=300, solver="liblinear").fit(
            everything[known], truth, sample_weight=[distinct[i].weight for i in known]
        )
        weights[label], offsets[label] = fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])
    return Probe(weights, offsets)


def feature_matrix(texts: Sequence[str]) -> csr_matrix:
    """Return the word features of the texts, (n, BUCKETS), sparse."""
    rows = [word_features(text) for text in texts]
    at = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    values = np.array([value for row in rows for value in row.values()])
    return csr_matrix((values, columns, at), shape=(len(rows), BUCKETS))


def target(example: Example, label: Label) -> float | None:
    """Return what the example says of the label; of `hoax`, where no reader did, what the checker says."""
    own = example.targets[TAUGHT.index(str(label))]
    if own is None and label is Label.HOAX:
        return example.targets[TAUGHT.index(NARRATIVE)]
    return own
