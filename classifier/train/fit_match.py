"""Fitting the pair model on groups that join posts with the claims made of them.

Owns: the pairs it is fitted on, hard negatives included, and its thresholds. Leaves the
features to `classifier.match`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from classifier.manifest import MatchModel
from classifier.match import FEATURES, pair_features
from classifier.metrics import auc, average_precision, f1
from classifier.train.recipe import Pair
from kentongan.text import words

_NEAREST = 8  # hard negatives a post
_SAME_WORDS = 0.75  # claims this alike are the same claim under another group
_CONFIRM_PRECISION = 0.97
_SUGGEST_PRECISION = 0.40
_MIN_WORDS = 8


@dataclass(frozen=True, slots=True)
class MatchFigures:
    """On pairs of groups that fitting did not see: each post against the nearest claims."""

    posts: int
    recall_at_1: float  # the own claim has the highest probability of the candidates
    cosine_recall_at_10: float  # the own claim is among the ten nearest of all held-out claims
    average_precision: float
    auc: float
    f1_at_confirm: float


@dataclass(frozen=True, slots=True)
class _Scored:
    features: npt.NDArray[np.float64]  # (pairs, FEATURES)
    truth: npt.NDArray[np.float64]
    post: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]  # of the post
    ranks: npt.NDArray[np.int64]  # one a post: how many claims are nearer than its own


def fit_match(
    pairs: Sequence[Pair], held_out: Sequence[Pair], embed: Callable[[Sequence[str]], list[bytes]], seed: int
) -> tuple[MatchModel, MatchFigures]:
    """Return the pair model and its figures on `held_out`.

    Candidates of each post are its own claim, the nearest other claims by cosine, and two
    at random; the held-out half decides nothing but the thresholds' reported figures.
    """
    train, test = _candidates(pairs, embed, seed), _candidates(held_out, embed, seed + 1)
    model = LogisticRegression(C=10.0, max_iter=500).fit(train.features, train.truth)
    said = model.predict_proba(train.features)[:, 1]
    long = train.words >= _MIN_WORDS
    fitted = MatchModel(
        FEATURES,
        tuple(round(float(w), 4) for w in model.coef_[0]),
        round(float(model.intercept_[0]), 4),
        suggest=_threshold(said, train.truth, _SUGGEST_PRECISION),
        confirm=_threshold(said[long], train.truth[long], _CONFIRM_PRECISION),
    )
    return fitted, _figures(fitted, test, model.predict_proba(test.features)[:, 1])


def _candidates(pairs: Sequence[Pair], embed: Callable[[Sequence[str]], list[bytes]], seed: int) -> _Scored:
    random = Random(seed)
    posts, claims = [p.post for p in pairs], [p.claim for p in pairs]
    left, right = embed(posts), embed(claims)
    cosines = _matrix(left) @ _matrix(right).T
    claim_words = [frozenset(words(claim)) for claim in claims]
    rows: list[tuple[float, ...]] = []
    truth: list[float] = []
    owner: list[int] = []
    for number, post in enumerate(posts):
        near = [int(i) for i in np.argsort(-cosines[number])[: _NEAREST + 1]]
        others = [i for i in near if i != number] + random.sample(range(len(claims)), min(2, len(claims)))
        for other in dict.fromkeys([number, *others]):
            if other != number and _alike(claim_words[number], claim_words[other]):
                continue
            rows.append(pair_features(post, left[number], claims[other], right[other]))
            truth.append(float(other == number))
            owner.append(number)
    lengths = [len(words(post)) for post in posts]
    ranks = (cosines > np.diag(cosines)[:, None]).sum(axis=1)
    return _Scored(
        np.array(rows), np.array(truth), np.array(owner), np.array([lengths[o] for o in owner]), ranks
    )


def _matrix(embeddings: Sequence[bytes]) -> npt.NDArray[np.float32]:
    width = max(map(len, embeddings)) // 2
    rows = [np.frombuffer(e, "<f2") if e else np.zeros(width, "<f2") for e in embeddings]
    return np.stack(rows).astype(np.float32)


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    return len(a & b) >= _SAME_WORDS * max(1, min(len(a), len(b)))


def _threshold(said: npt.NDArray[np.float64], truth: npt.NDArray[np.float64], precision: float) -> float:
    """Return the lowest threshold from which precision holds."""
    order = np.argsort(-said)
    right = np.cumsum(truth[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(right >= precision)
    return round(float(said[order][good[-1]]), 4) if len(good) else 0.99


def _figures(model: MatchModel, test: _Scored, said: npt.NDArray[np.float64]) -> MatchFigures:
    ranks = []
    for number in np.unique(test.post):
        own = test.post == number
        mine = said[own & (test.truth > 0)][0]
        ranks.append(int((said[own & (test.truth == 0)] >= mine).sum()))
    place = np.array(ranks)
    return MatchFigures(
        posts=len(place),
        recall_at_1=round(float((place == 0).mean()), 4),
        cosine_recall_at_10=round(float((test.ranks < 10).mean()), 4),
        average_precision=round(average_precision(test.truth, said) or 0.0, 4),
        auc=round(auc(test.truth, said) or 0.0, 4),
        f1_at_confirm=round(f1(test.truth, (said >= model.confirm) & (test.words >= _MIN_WORDS)), 4),
    )
