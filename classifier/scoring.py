"""From window scores to what is said of an item: the arithmetic between network and assessment.

Owns: combining windows, calibration, flagging and abstaining. Leaves running the network to
`encode` and texts to `assess`. Pure functions over numbers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from classifier.encode import FloatArray
from classifier.manifest import Manifest
from classifier.network import TASKS
from kentongan.domain import Label, Stance

_ASSERTS = TASKS.index("asserts")
_HATE = TASKS.index("hate")
_REPORTING = 2.0  # how far a whole item that reports brings a quoted claim down
_MOST_CUES = 3  # groups: more say no more
_COLUMNS = {label: TASKS.index(label) for label in Label}


@dataclass(frozen=True, slots=True)
class ItemScores:
    """Uncalibrated logits of one item, and how many groups of chain-message cues it bears."""

    labels: Mapping[Label, float]
    asserts: float
    cues: int = 0
    hate: float = 0.0  # of the strongest window; helps training, is measured, and flags nothing


@dataclass(frozen=True, slots=True)
class Judgement:
    """Calibrated probabilities of one item and what follows from them."""

    probabilities: Mapping[Label, float]
    asserts: float  # probability
    stance: Stance
    flagged: frozenset[Label]
    abstained: frozenset[Label]


def combine_windows(logits: FloatArray, cues: int = 0) -> ItemScores:
    """Return the item's logits from those of its windows, (windows, TASKS), at least one.

    `cues` is the number of groups of chain-message cues in the whole text.

    Stance is the mean over windows: one unattributed quotation does not make an article
    assert it. A label's logit is that of the window where label and stance together are
    strongest, brought down by twice as much as the whole item reports: an article that checks a claim
    quotes it in full.
    """
    stance = logits[:, _ASSERTS]
    item_stance = float(stance.mean())
    reporting = _REPORTING * min(0.0, item_stance)
    labels = {
        label: float(np.max(logits[:, column] + np.minimum(0.0, stance))) + reporting
        if len(logits) > 1
        else float(logits[0, column])
        for label, column in _COLUMNS.items()
    }
    return ItemScores(labels, item_stance, min(cues, _MOST_CUES), float(logits[:, _HATE].max()))


def judge(scores: ItemScores, manifest: Manifest) -> Judgement:
    """Return probabilities, stance, and the labels that are flagged or left open.

    A label is flagged at or above its threshold if the stance is ASSERTS. It is left open
    (abstained) between the two thresholds, or above both while the stance is not clear.
    """
    probabilities = {
        label: _scaled(manifest, label, logit, scores.cues) for label, logit in scores.labels.items()
    }
    asserts = _scaled(manifest, "asserts", scores.asserts, 0)
    flagged, abstained = set(), set()
    for label, probability in probabilities.items():
        limits = manifest.thresholds[label]
        if probability >= limits.flag and asserts >= manifest.gate:
            flagged.add(label)
        elif probability >= limits.abstain and asserts >= 1 - manifest.gate:
            abstained.add(label)
    stance = Stance.ASSERTS if asserts >= 0.5 else Stance.REPORTS
    return Judgement(probabilities, asserts, stance, frozenset(flagged), frozenset(abstained))


def _scaled(manifest: Manifest, name: str, logit: float, cues: int) -> float:
    scaling = manifest.scaling[name]
    exponent = scaling.slope * logit + scaling.offset + scaling.cues * cues
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, exponent))))
