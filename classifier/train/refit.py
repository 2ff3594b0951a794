"""Fitting the heads that are shipped: logistic regressions on vectors of the tuned encoder.

Owns: which examples the heads learn from, and the fit. Leaves tuning the encoder to `tune`
and learning from the team's reviews to `learn`. Texts that were read under the guide lead
here; the weakly labelled portions, which say much about their sources, only give a sample.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from classifier.network import TASKS
from classifier.neutral import neutralise
from classifier.train.augment import mask_label_words, restyle, unlisted_names
from classifier.train.fit_probe import feature_matrix
from classifier.train.mix import NARRATIVE, TAUGHT
from classifier.train.recipe import Example
from classifier.train.vectors import Reader

_ALL_OF = ("silver", "case")
_HOAX, _NARRATIVE = TASKS.index("hoax"), TAUGHT.index(NARRATIVE)


@dataclass(frozen=True, slots=True)
class RefitOptions:
    """Settings of the second stage."""

    seed: int = 20261122
    readings: int = 9_000  # of the texts that this project read; every one that bears a label is among them
    others: int = 4_000  # of the weakly labelled portions
    hate: int = 3_000
    case_variants: int = 2  # of every invented case, in other typing habits
    narrative_weight: float = 0.5  # of what only the fact-checker says of a text, for `hoax`
    inverse_penalty: float = 0.02  # C of the regressions over vectors
    words_inverse_penalty: float = 16.0  # C of those over words


def choose_examples(examples: Sequence[Example], options: RefitOptions) -> list[Example]:
    """Return the examples to fit on, each once, the invented cases in some variants."""
    random = Random(options.seed)
    by_origin: dict[str, list[Example]] = defaultdict(list)
    for example in {(e.origin, e.text): e for e in examples}.values():
        by_origin[example.origin].append(example)
    chosen = [e for origin in _ALL_OF for e in by_origin.pop(origin, [])]
    readings = by_origin.pop("reading", [])
    readings.sort(key=lambda e: not any((e.targets[TASKS.index(name)] or 0) >= 0.5 for name in TASKS[:3]))
    labelled = sum(any((e.targets[TASKS.index(name)] or 0) >= 0.5 for name in TASKS[:3]) for e in readings)
    quiet = readings[labelled:]
    chosen += readings[:labelled]
    chosen += random.sample(quiet, min(len(quiet), max(0, options.readings - labelled)))
    hate = by_origin.pop("hate", [])
    chosen += random.sample(hate, min(len(hate), options.hate))
    rest = [e for some in by_origin.values() for e in some]
    chosen += random.sample(rest, min(len(rest), options.others))
    cases = [e for e in chosen if e.origin == "case"]
    for _ in range(options.case_variants - 1):
        chosen += [_variant(case, random) for case in cases]
    return chosen


def _variant(case: Example, random: Random) -> Example:
    text = unlisted_names(neutralise(case.text), random)
    if random.random() < 0.5:
        text = mask_label_words(text)
    return Example(restyle(text, random), case.targets, case.weight, case.origin)


def refit_heads(reader: Reader, examples: Sequence[Example], options: RefitOptions) -> None:
    """Set the model's `scores` and `word_scores` to two logistic regressions a task, over vectors and
    over words, whose logits add up; the encoder stays as it is. Calibration brings the sum to scale.

    An answer counts as yes from one half on. A task that the examples do not answer both ways
    keeps the head that it has.
    """
    vectors = reader.vectors([example.text for example in examples], "heads").numpy()
    words = feature_matrix([neutralise(example.text) for example in examples])
    for column, task in enumerate(TASKS):
        answers = [_answer(example, column, options) for example in examples]
        known = [i for i, (answer, _) in enumerate(answers) if answer is not None]
        truth = np.array([(answers[i][0] or 0.0) >= 0.5 for i in known])
        if not known or truth.all() or not truth.any():
            continue
        reader.progress(f"fitting the head of {task} on {len(known)} texts")
        fitted = LogisticRegression(C=options.inverse_penalty, max_iter=300).fit(
            vectors[known], truth, sample_weight=[answers[i][1] for i in known]
        )
        by_words = LogisticRegression(C=options.words_inverse_penalty, max_iter=300, solver="liblinear").fit(
            words[known], truth, sample_weight=[answers[i][1] for i in known]
        )
        with torch.no_grad():
            reader.model.scores.weight[column] = torch.from_numpy(fitted.coef_[0]).float()
            reader.model.scores.bias[column] = float(fitted.intercept_[0] + by_words.intercept_[0])
            reader.model.word_scores.weight[:, column] = torch.from_numpy(by_words.coef_[0]).float()


def _answer(example: Example, column: int, options: RefitOptions) -> tuple[float | None, float]:
    """Return what the example says of a task, and how much that weighs."""
    own = example.targets[column]
    if own is None and column == _HOAX:
        return example.targets[_NARRATIVE], example.weight * options.narrative_weight
    return own, example.weight
