"""Fitting the heads that are shipped: logistic regressions on vectors of the tuned encoder.

Owns: which examples the heads learn from, and the fit. Leaves tuning the encoder to `tune`.
Minutes on two cores, so the same way serves learning from reviews. Texts that were read
under the guide lead here; the weakly labelled portions, which say much about their sources,
only give a sample. On gold this ranks hoaxes better than the deep head of tuning does
(AP 0.87 against 0.82).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from classifier.encode import Encoder
from classifier.network import TASKS, TaskModel
from classifier.train.augment import mask_label_words, restyle, swap_names
from classifier.train.recipe import Example

_LEADING = ("silver", "case")  # read under the guide, or written for it


@dataclass(frozen=True, slots=True)
class RefitOptions:
    """Settings of the second stage."""

    seed: int = 20261122
    others: int = 4_000  # examples of the weakly labelled portions
    case_variants: int = 4  # of every invented case, in other typing habits
    case_weight: float = 1.0
    inverse_penalty: float = 0.01  # C of the regressions


def choose_examples(examples: Sequence[Example], options: RefitOptions) -> list[Example]:
    """Return every silver text once, every case in some variants, and a sample of the rest."""
    random = Random(options.seed)
    distinct = list({(example.origin, example.text): example for example in examples}.values())
    chosen = [example for example in distinct if example.origin in _LEADING]
    rest = [example for example in distinct if example.origin not in _LEADING]
    chosen += random.sample(rest, min(len(rest), options.others))
    chosen = [replace(e, weight=options.case_weight) if e.origin == "case" else e for e in chosen]
    cases = [example for example in chosen if example.origin == "case"]
    for _ in range(options.case_variants - 1):
        chosen += [replace(case, text=_variant(case.text, random)) for case in cases]
    return chosen


def _variant(text: str, random: Random) -> str:
    text = swap_names(text, random)
    if random.random() < 0.5:
        text = mask_label_words(text)
    return restyle(text, random)


def refit_heads(
    model: TaskModel, encoder: Encoder, examples: Sequence[Example], options: RefitOptions
) -> None:
    """Set `model.scores` to one logistic regression a task; the encoder stays as it is.

    `encoder` must be of the same model. An answer counts as yes from one half on. A task
    that the examples do not answer both ways keeps the head that it has.
    """
    vectors = torch.cat(encoder.vectors([example.text for example in examples]), dim=1).numpy()
    for column in range(len(TASKS)):
        known = [i for i, example in enumerate(examples) if example.targets[column] is not None]
        truth = np.array([(examples[i].targets[column] or 0.0) >= 0.5 for i in known])
        if not known or truth.all() or not truth.any():
            continue
        fitted = LogisticRegression(C=options.inverse_penalty, max_iter=300).fit(
            vectors[known], truth, sample_weight=[examples[i].weight for i in known]
        )
        with torch.no_grad():
            model.scores.weight[column] = torch.from_numpy(fitted.coef_[0]).float()
            model.scores.bias[column] = float(fitted.intercept_[0])
