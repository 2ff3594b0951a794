"""From a tuned network to probabilities: scaling and thresholds, fitted on held-out halves.

Owns: which suites decide what. Leaves the arithmetic to `calibrate` and figures to `measure`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifier.encode import Encoder
from classifier.evaluate import LabelledText
from classifier.manifest import Scaling, Thresholds
from classifier.metrics import Values
from classifier.scoring import ItemScores, combine_windows
from classifier.train.calibrate import best_f1_threshold, fit_scaling, threshold_for_share
from classifier.train.suites import DEBUNKS, GOLD, NARRATIVES, NEWS, POSTS, Suites
from classifier.windows import cut_windows
from kentongan.domain import Label, Stance

Scores = Mapping[str, ItemScores]  # by text id
_CHUNK = 256  # texts encoded at once

# Largest share of each suite that may be flagged for one label, on the half that decides.
_ALLOWED = {NEWS: 0.0, DEBUNKS: 0.006}
_ALLOWED_POSTS = {Label.HOAX: 0.008, Label.BLACK_CAMPAIGN: 0.002, Label.IDENTITY_POLITICS: 0.0035}
_ALLOWED_OPEN = 0.04  # of ordinary posts, flagged or left open
_GOLD_WEIGHT = 4.0


@dataclass(frozen=True, slots=True)
class Fitted:
    scaling: dict[str, Scaling]
    thresholds: dict[Label, Thresholds]


def score_texts(texts: Sequence[LabelledText], encoder: Encoder) -> dict[str, ItemScores]:
    """Return the uncalibrated scores of each text by id; texts without content are left out."""
    found: dict[str, ItemScores] = {}
    for start in range(0, len(texts), _CHUNK):
        chunk = [(text.id, cut_windows(text.text)) for text in texts[start : start + _CHUNK]]
        logits = encoder.encode([window.text for _, windows in chunk for window in windows]).logits
        at = 0
        for text_id, windows in chunk:
            if windows:
                found[text_id] = combine_windows(logits[at : at + len(windows)])
            at += len(windows)
    return found


def fit(suites: Suites, scores: Scores, gate: float) -> Fitted:
    """Return scaling and thresholds fitted on half 0 of the suites.

    A text whose probability of asserting is below `gate` cannot be flagged, so thresholds
    do not heed it.
    """
    scaling = {"asserts": _fit_stance(suites, scores)}
    open_to_flags = frozenset(
        text_id
        for text_id, found in scores.items()
        if scaled(scaling["asserts"], np.array([found.asserts]))[0] >= gate
    )
    thresholds: dict[Label, Thresholds] = {}
    for label in Label:
        scaling[label] = _fit_label(label, suites, scores)
        thresholds[label] = _choose(label, scaling[label], suites, scores, open_to_flags)
    return Fitted(scaling, thresholds)


def scaled(scaling: Scaling, logits: Values) -> Values:
    """Return calibrated probabilities of the logits."""
    return 1 / (1 + np.exp(-(scaling.slope * logits + scaling.offset)))


def label_logits(label: Label, texts: Sequence[LabelledText], scores: Scores) -> Values:
    """Return the label's logit of each text that has scores."""
    return np.array([scores[text.id].labels[label] for text in texts if text.id in scores], float)


def _fit_label(label: Label, suites: Suites, scores: Scores) -> Scaling:
    logits, truth, weights = [], [], []
    names = [GOLD, POSTS, NEWS, DEBUNKS] + [NARRATIVES] * (label is Label.HOAX)
    for name in names:
        half = [t for t in suites.half(name, 0) if t.id in scores and label in t.labels]
        logits += [scores[text.id].labels[label] for text in half]
        truth += [text.labels[label] for text in half]
        weights += [(_GOLD_WEIGHT if name == GOLD else 1.0) / len(half)] * len(half)
    scale = len(weights) / sum(weights)
    return fit_scaling(np.array(logits, float), np.array(truth, float), np.array(weights, float) * scale)


def _fit_stance(suites: Suites, scores: Scores) -> Scaling:
    half = [t for t in suites.half(GOLD, 0) if t.id in scores and t.stance is not None]
    logits = np.array([scores[text.id].asserts for text in half], float)
    truth = np.array([text.stance is Stance.ASSERTS for text in half], float)
    return fit_scaling(logits, truth, np.ones(len(half)))


def _choose(
    label: Label, scaling: Scaling, suites: Suites, scores: Scores, open_to_flags: frozenset[str]
) -> Thresholds:
    def probabilities(name: str) -> Values:
        half = [text for text in suites.half(name, 0) if text.id in scores]
        passes = np.array([text.id in open_to_flags for text in half])
        return np.where(passes, scaled(scaling, label_logits(label, half, scores)), 0.0)

    gold = [t for t in suites.half(GOLD, 0) if t.id in scores]
    truth = np.array([text.labels[label] for text in gold], float)
    best = best_f1_threshold(probabilities(GOLD), truth)
    allowed = {**_ALLOWED, POSTS: _ALLOWED_POSTS[label]}
    quiet = [threshold_for_share(probabilities(name), share) for name, share in allowed.items()]
    flag = max(best, *quiet)
    open_from = max(threshold_for_share(probabilities(POSTS), _ALLOWED_OPEN), flag / 2)
    return Thresholds(abstain=round(min(open_from, flag), 4), flag=round(min(flag, 0.995), 4))
