"""Whether a learnt model may take the place of the one in use.

Owns: what is measured before and after learning, and the floors. Leaves the functional suite to
`measure`, deciding what becomes of a refused model to `learn` and the command.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from classifier.assess import Assessor
from kentongan.domain import Label
from kentongan.store.lessons import ASSERTS, Lesson

_SURE = 1e-6  # no probability counts as more certain than this


@dataclass(frozen=True, slots=True)
class Floors:
    """What a new model must hold to be adopted."""

    claims: int = 30  # decided, that teach something
    share_lost: float = 0.01  # most that `share_right` of the functional suite may fall
    function_right: float = 0.9  # a function at or above this stays there


@dataclass(frozen=True, slots=True)
class LessonFigures:
    """How a model does on claims it was not taught; each counts by its votes."""

    claims: int
    log_loss: float  # against the soft targets; what people disagree on stays in it
    agreement: float  # share of label decisions where it flags what most people raise, and only that


@dataclass(frozen=True, slots=True)
class Figures:
    """What the floors are held against."""

    lessons: LessonFigures
    cases: Mapping[str, Any]  # as `measure.measure_cases` returns them


def measure_lessons(lessons: Sequence[Lesson], assessor: Assessor) -> LessonFigures:
    """Return how what the model says in service fits the targets."""
    texts = [(lesson, text) for lesson in lessons for text in lesson.texts]
    said = assessor.assess([text.text for _, text in texts], only_labels=True)
    loss = agreed = loss_weight = agreed_weight = 0.0
    for (lesson, text), found in zip(texts, said, strict=True):
        for name, target in text.targets.items():
            weight = math.sqrt(target.votes) / len(lesson.texts)
            stance = name == ASSERTS
            probability = found.stance_probability if stance else found.probabilities[Label(name)]
            loss += weight * _cross_entropy(probability, target.value)
            loss_weight += weight
            if not stance:
                agreed += weight * ((Label(name) in found.flagged) == (target.value >= 0.5))
                agreed_weight += weight
    return LessonFigures(
        claims=len(lessons),
        log_loss=round(loss / loss_weight, 4) if loss_weight else 0.0,
        agreement=round(agreed / agreed_weight, 4) if agreed_weight else 0.0,
    )


def _cross_entropy(probability: float, target: float) -> float:
    """Return the logistic loss of a probability against a soft target, in nats."""
    sure = min(1 - _SURE, max(_SURE, probability))
    return -target * math.log(sure) - (1 - target) * math.log(1 - sure)


def failed_floors(before: Figures, after: Figures, floors: Floors) -> tuple[str, ...]:
    """Return each floor that the model after learning does not hold, in words with the figures."""
    failed = []
    old, new = before.cases, after.cases
    if new["share_right"] < old["share_right"] - floors.share_lost:
        failed.append(f"functional cases right {old['share_right']:.3f} -> {new['share_right']:.3f}")
    alarms, quiet = new["false_alarms_of_quiet_cases"]
    if alarms > old["false_alarms_of_quiet_cases"][0]:
        failed.append(
            f"false alarms {old['false_alarms_of_quiet_cases'][0]} -> {alarms} of {quiet} quiet cases"
        )
    for name, share in new["share_right_by_function"].items():
        was = old["share_right_by_function"].get(name, 0.0)
        if was >= floors.function_right > share:
            failed.append(f"function {name} {was:.3f} -> {share:.3f}, floor {floors.function_right}")
    if after.lessons.log_loss > before.lessons.log_loss:
        failed.append(
            f"log loss on held-out claims {before.lessons.log_loss:.4f} -> {after.lessons.log_loss:.4f}"
        )
    return tuple(failed)
