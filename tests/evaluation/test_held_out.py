"""The shipped model on a part of the held-out texts, measured now, with the bag of words beside.

Needs the data beside the project. The card has the same figures over all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifier.assess import Assessor
from classifier.evaluate import LabelledText
from classifier.metrics import auc, average_precision
from classifier.probe import Probe
from classifier.train.mix import read_mix
from classifier.train.run import MIX
from classifier.train.suites import DEBUNKS, NARRATIVES, NEWS, POSTS, SAME_STYLE, read_suites
from kentongan.domain import Assessment, Label

# Of each suite's half that decided nothing. Articles are long: few of them take as long as many posts.
TAKEN = {NARRATIVES: 100, POSTS: 250, NEWS: 20, DEBUNKS: 20, SAME_STYLE: 250}
SEED = 20261121


@dataclass(frozen=True)
class Read:
    texts: Sequence[LabelledText]
    said: Sequence[Assessment]

    @property
    def hoax(self) -> np.ndarray:
        return np.array([found.probabilities[Label.HOAX] for found in self.said])

    @property
    def flagged(self) -> float:
        return float(np.mean([bool(found.flagged) for found in self.said]))


@pytest.fixture(scope="module")
def read(shared_data: Path, assessor: Assessor) -> dict[str, Read]:
    suites = read_suites(shared_data, read_mix(MIX), SEED)
    found = {}
    for name, count in TAKEN.items():
        texts = (suites.texts[name] if name == SAME_STYLE else suites.half(name, 1))[:count]
        found[name] = Read(texts, assessor.assess([text.text for text in texts], only_labels=True))
    return found


def ranking(read: dict[str, Read], values: dict[str, np.ndarray]) -> float:
    names = (NARRATIVES, POSTS, NEWS, DEBUNKS)
    truth = np.concatenate([np.full(len(values[name]), float(name == NARRATIVES)) for name in names])
    return average_precision(truth, np.concatenate([values[name] for name in names])) or 0.0


def test_later_narratives_stand_above_what_is_quiet(
    read: dict[str, Read], probe: Probe, floors: dict[str, Any]
) -> None:
    own = ranking(read, {name: one.hoax for name, one in read.items()})
    words = ranking(
        read,
        {name: probe.probabilities(Label.HOAX, [t.text for t in one.texts]) for name, one in read.items()},
    )
    print(f"average precision {own:.3f}, bag of words {words:.3f}")
    assert own >= floors["held_out"]["average_precision"]
    assert own > words


def test_false_and_true_of_one_source_are_told_apart(
    read: dict[str, Read], probe: Probe, floors: dict[str, Any]
) -> None:
    one = read[SAME_STYLE]
    truth = np.array([text.labels[Label.HOAX] for text in one.texts], float)
    words = auc(truth, probe.probabilities(Label.HOAX, [text.text for text in one.texts]))
    print(f"same style: AUC {auc(truth, one.hoax):.3f}, bag of words {words:.3f}")
    assert (auc(truth, one.hoax) or 0.0) >= floors["held_out"]["same_style_auc"]


@pytest.mark.parametrize(
    ("suite", "ceiling"), [(POSTS, "flagged_posts"), (NEWS, "flagged_news"), (DEBUNKS, "flagged_debunks")]
)
def test_few_quiet_texts_are_flagged(
    read: dict[str, Read], floors: dict[str, Any], suite: str, ceiling: str
) -> None:
    assert read[suite].flagged <= floors["held_out"][ceiling]


def test_a_good_part_of_later_narratives_is_flagged(read: dict[str, Read], floors: dict[str, Any]) -> None:
    print(f"recall {read[NARRATIVES].flagged:.3f}")
    assert read[NARRATIVES].flagged >= floors["held_out"]["recall"]
