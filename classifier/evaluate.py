"""How well a model does on labelled texts: what `kentongan evaluate` prints and writes.

Owns: figures per label and per source, never pooled only. Leaves reading files to the
caller. Texts of unknown label or stance are assessed but not counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifier.assess import Assessor
from classifier.metrics import Values, auc, average_precision, calibration_error, f1
from classifier.probe import Probe
from kentongan.domain import Assessment, Label, Stance

ALL_SOURCES = ""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and what is known of it; a label that is not in `labels` is unknown."""

    id: str
    text: str
    source: str
    labels: Mapping[Label, int]
    stance: Stance | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """One question ("hoax", "asserts", ...) over one source, or over all when `source` is empty.

    AUC and average precision are None unless both answers occur. `words_auc` and
    `words_average_precision` are those of the bag of words on the same texts, None without one: where
    the model is no better, it says what the words alone say.
    """

    question: str
    source: str
    texts: int
    positives: int
    auc: float | None
    average_precision: float | None
    precision: float
    recall: float
    f1: float
    calibration_error: float
    flagged_share: float
    words_auc: float | None = None
    words_average_precision: float | None = None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """What was said of one text, as `--scores` writes it."""

    id: str
    probabilities: Mapping[str, float]
    asserts: float
    flagged: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the row in the form of DESIGN 7."""
        return {
            "id": self.id,
            "probabilities": dict(self.probabilities),
            "stance": {"asserts": self.asserts, "reports": round(1 - self.asserts, 6)},
            "flagged": list(self.flagged),
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one model over one set, per question and source, and a score row a text."""

    model: str
    figures: tuple[Figures, ...]
    scores: tuple[ScoreRow, ...]

    def figure(self, question: str, source: str = ALL_SOURCES) -> Figures:
        """Return one row of figures. Raises KeyError when it was not measured."""
        for row in self.figures:
            if (row.question, row.source) == (question, source):
                return row
        raise KeyError((question, source))


def evaluate_labels(
    texts: Sequence[LabelledText], assessor: Assessor, probe: Probe | None = None
) -> Evaluation:
    """Return figures for each label that any text knows, with the probe's beside them.

    A text is "said" positive when flagged.
    """
    said = assessor.assess([text.text for text in texts], only_labels=True)
    return compare_labels(texts, said, assessor.model, probe)


def evaluate_stance(texts: Sequence[LabelledText], assessor: Assessor) -> Evaluation:
    """Return figures for both stances; the positive answer is the one that the question names."""
    return compare_stance(
        texts, assessor.assess([text.text for text in texts], only_labels=True), assessor.model
    )


def compare_labels(
    texts: Sequence[LabelledText], said: Sequence[Assessment], model: str, probe: Probe | None = None
) -> Evaluation:
    """Return what `evaluate_labels` does, for assessments that are there already."""
    figures: list[Figures] = []
    for label in Label:
        known = [(t, a) for t, a in zip(texts, said, strict=True) if label in t.labels]
        words = probe.probabilities(label, [t.text for t, _ in known]) if probe else [None] * len(known)
        answers = [
            _Answer(t.source, t.labels[label], a.probabilities[label], label in a.flagged, word)
            for (t, a), word in zip(known, words, strict=True)
        ]
        figures += _by_source(str(label), answers)
    return Evaluation(model, tuple(figures), _score_rows(texts, said))


def compare_stance(texts: Sequence[LabelledText], said: Sequence[Assessment], model: str) -> Evaluation:
    """Return what `evaluate_stance` does, for assessments that are there already."""
    figures: list[Figures] = []
    for stance in Stance:
        answers = [
            _Answer(t.source, int(t.stance is stance), _stance_probability(a, stance), a.stance is stance)
            for t, a in zip(texts, said, strict=True)
            if t.stance is not None
        ]
        figures += _by_source(str(stance), answers)
    return Evaluation(model, tuple(figures), _score_rows(texts, said))


@dataclass(frozen=True, slots=True)
class _Answer:
    source: str
    truth: int
    probability: float
    said: bool
    words: float | None = None  # the probability that the bag of words gives


def _stance_probability(assessment: Assessment, stance: Stance) -> float:
    asserts = assessment.stance_probability
    return asserts if stance is Stance.ASSERTS else 1 - asserts


def _by_source(question: str, answers: Sequence[_Answer]) -> Iterable[Figures]:
    if not answers:
        return
    yield _figures(question, ALL_SOURCES, answers)
    for source in sorted({a.source for a in answers} - {ALL_SOURCES}):
        yield _figures(question, source, [a for a in answers if a.source == source])


def _figures(question: str, source: str, answers: Sequence[_Answer]) -> Figures:
    truth: Values = np.array([a.truth for a in answers], float)
    probabilities: Values = np.array([a.probability for a in answers], float)
    said = np.array([a.said for a in answers], bool)
    words = None
    if all(a.words is not None for a in answers):
        words = np.array([a.words for a in answers], float)
    right = float((said & (truth > 0)).sum())
    return Figures(
        question,
        source,
        texts=len(answers),
        positives=int(truth.sum()),
        auc=_rounded(auc(truth, probabilities)),
        average_precision=_rounded(average_precision(truth, probabilities)),
        precision=round(right / max(1.0, float(said.sum())), 4),
        recall=round(right / max(1.0, float(truth.sum())), 4),
        f1=round(f1(truth, said), 4),
        calibration_error=round(calibration_error(probabilities, truth), 4),
        flagged_share=round(float(said.mean()), 4),
        words_auc=None if words is None else _rounded(auc(truth, words)),
        words_average_precision=None if words is None else _rounded(average_precision(truth, words)),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _score_rows(texts: Sequence[LabelledText], said: Sequence[Assessment]) -> tuple[ScoreRow, ...]:
    return tuple(
        ScoreRow(
            text.id,
            {str(label): round(p, 6) for label, p in assessment.probabilities.items()},
            round(assessment.stance_probability, 6),
            tuple(sorted(map(str, assessment.flagged))),
        )
        for text, assessment in zip(texts, said, strict=True)
    )
