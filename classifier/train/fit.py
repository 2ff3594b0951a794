"""From a tuned network to probabilities: scaling and thresholds, fitted on held-out halves.

Owns: which suites decide what. Leaves the arithmetic to `calibrate` and figures to `measure`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifier.evaluate import LabelledText
from classifier.manifest import Scaling, Thresholds
from classifier.metrics import Values
from classifier.train.calibrate import best_f1_threshold, fit_scaling, threshold_for_share
from classifier.train.measure import Scores
from classifier.train.suites import CALIBRATION, DEBUNKS, NARRATIVES, NEWS, POSTS, Suites
from kentongan.domain import Label, Stance

# Largest share of each suite that may be flagged for one label, on the half that decides.
_ALLOWED = {NEWS: 0.0, DEBUNKS: 0.006}
_ALLOWED_POSTS = {Label.HOAX: 0.008, Label.BLACK_CAMPAIGN: 0.006, Label.IDENTITY_POLITICS: 0.008}
_ALLOWED_OPEN = 0.04  # of ordinary posts, flagged or left open
_READ_WEIGHT = 4.0
_SHARE_OF_LEADS = 0.1  # of texts worth a look that bear one label: what F1 is taken at


@dataclass(frozen=True, slots=True)
class Fitted:
    scaling: dict[str, Scaling]
    thresholds: dict[Label, Thresholds]


def fit(suites: Suites, scores: Scores, gate: float) -> Fitted:
    """Return scaling and thresholds fitted on the calibration texts and on half 0 of the quiet suites.

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


def scaled(scaling: Scaling, logits: Values, cues: Values | float = 0.0) -> Values:
    """Return calibrated probabilities of the logits, `cues` being the numbers of cue groups."""
    return 1 / (1 + np.exp(-(scaling.slope * logits + scaling.offset + scaling.cues * cues)))


def _probabilities(label: Label, scaling: Scaling, texts: Sequence[LabelledText], scores: Scores) -> Values:
    logits = np.array([scores[text.id].labels[label] for text in texts], float)
    return scaled(scaling, logits, np.array([scores[text.id].cues for text in texts], float))


def _fit_label(label: Label, suites: Suites, scores: Scores) -> Scaling:
    logits, truth, weights, cues = [], [], [], []
    names = [CALIBRATION, POSTS, NEWS, DEBUNKS] + [NARRATIVES] * (label is Label.HOAX)
    for name in names:
        some = suites.texts[name] if name == CALIBRATION else suites.half(name, 0)
        half = [t for t in some if t.id in scores and label in t.labels]
        logits += [scores[text.id].labels[label] for text in half]
        cues += [scores[text.id].cues for text in half]
        truth += [text.labels[label] for text in half]
        weights += [(_READ_WEIGHT if name == CALIBRATION else 1.0) / len(half)] * len(half)
    scale = len(weights) / sum(weights)
    counted = np.array(cues, float) if label is Label.HOAX else None
    return fit_scaling(
        np.array(logits, float), np.array(truth, float), np.array(weights, float) * scale, counted
    )


def _fit_stance(suites: Suites, scores: Scores) -> Scaling:
    half = [t for t in suites.texts[CALIBRATION] if t.id in scores and t.stance is not None]
    logits = np.array([scores[text.id].asserts for text in half], float)
    truth = np.array([text.stance is Stance.ASSERTS for text in half], float)
    return fit_scaling(logits, truth, np.ones(len(half)))


def _choose(
    label: Label, scaling: Scaling, suites: Suites, scores: Scores, open_to_flags: frozenset[str]
) -> Thresholds:
    def probabilities(texts: Sequence[LabelledText]) -> Values:
        known = [text for text in texts if text.id in scores]
        passes = np.array([text.id in open_to_flags for text in known])
        return np.where(passes, _probabilities(label, scaling, known, scores), 0.0)

    read = [t for t in suites.texts[CALIBRATION] if t.id in scores]
    truth = np.array([text.labels[label] for text in read], float)
    best = best_f1_threshold(probabilities(read), truth, _SHARE_OF_LEADS)
    allowed = {**_ALLOWED, POSTS: _ALLOWED_POSTS[label]}
    quiet = [threshold_for_share(probabilities(suites.half(n, 0)), share) for n, share in allowed.items()]
    flag = max(best, *quiet)
    open_from = max(threshold_for_share(probabilities(suites.half(POSTS, 0)), _ALLOWED_OPEN), flag / 2)
    return Thresholds(abstain=round(min(open_from, flag), 4), flag=round(min(flag, 0.995), 4))
