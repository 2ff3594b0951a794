"""The figures of a model, on the halves that chose nothing.

Owns: what is measured and how it is named in the manifest and the card. Leaves the texts to
`suites`, the bag-of-words comparison to `probe`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifier.assess import Assessor
from classifier.errors import TrainingDataMissing
from classifier.evaluate import LabelledText, compare_labels, compare_stance
from classifier.manifest import Manifest
from classifier.metrics import Values, auc, average_precision, calibration_error, f1
from classifier.probe import Probe
from classifier.scoring import ItemScores, judge
from classifier.train.suites import DEBUNKS, GOLD, HATE, NARRATIVES, NEWS, POSTS, SAME_STYLE, TRIGGERS, Suites
from kentongan.domain import Assessment, Label, Stance

_RECALL = 0.7
_QUIET = (POSTS, NEWS, DEBUNKS, TRIGGERS)


Scores = Mapping[str, ItemScores]  # by text id


def measure(suites: Suites, scores: Scores, manifest: Manifest, probe: Probe) -> dict[str, Any]:
    """Return the figures by name, as plain numbers, with the probe's beside them.

    `scores` are those of all texts of the suites.
    """

    def assess(texts: Sequence[LabelledText]) -> list[Assessment]:
        return [_assessment(scores, text.id, manifest) for text in texts]

    halves = {name: suites.half(name, 1) for name in (NARRATIVES, *_QUIET)}
    said = {name: assess(half) for name, half in halves.items()}
    gold, same = suites.texts[GOLD], suites.texts[SAME_STYLE]
    return {
        "texts": {name: len(half) for name, half in halves.items()},
        "later_narratives": _ranking({n: _hoax(a) for n, a in said.items()}),
        "flagged_share": {name: _shares(found) for name, found in said.items()},
        "ordinary_posts_by_source": _by_source(halves[POSTS], said[POSTS]),
        "same_style": _same_style(same, assess(same)),
        "gold": _gold(gold, assess(gold)),
        "hoax_calibration_error_all_suites": _pooled_error(halves, said),
        "hate": _hate(suites, scores),
        "bag_of_words": _probe_figures(suites, halves, probe),
    }


def measure_cases(path: Path, assessor: Assessor) -> dict[str, Any]:
    """Return how the invented functional cases fare: share right per function, and all mistakes.

    A case is right when exactly its labels are flagged; an open label (abstained) that is
    expected counts as missed. Raises TrainingDataMissing.
    """
    cases = read_cases(path)
    said = assessor.assess([case["text"] for case in cases], only_labels=True)
    by_function: dict[str, list[bool]] = {}
    wrong_flags: list[str] = []
    missed: list[str] = []
    for case, found in zip(cases, said, strict=True):
        flagged, wanted = {str(label) for label in found.flagged}, set(case["labels"])
        main = flagged == wanted if not wanted else bool(flagged & wanted)
        by_function.setdefault(case["function"], []).append(main)
        if flagged and not wanted:
            wrong_flags.append(case["text"])
        elif wanted and not flagged & wanted:
            missed.append(case["text"])
    quiet = sum(not case["labels"] for case in cases)
    return {
        "cases": len(cases),
        "share_right_by_function": {
            name: _round(np.mean(right)) for name, right in sorted(by_function.items())
        },
        "share_right": _round(np.mean([ok for right in by_function.values() for ok in right])),
        "false_alarms_of_quiet_cases": [len(wrong_flags), quiet],
        "missed_of_positive_cases": [len(missed), len(cases) - quiet],
        "false_alarms": wrong_flags,
        "missed": missed,
    }


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Return the functional cases of a JSONL file. Raises TrainingDataMissing."""
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as exc:
        raise TrainingDataMissing(path, str(exc)) from exc


def _assessment(scores: Scores, text_id: str, manifest: Manifest) -> Assessment:
    if text_id not in scores:
        return Assessment(manifest.title, dict.fromkeys(Label, 0.0), Stance.REPORTS, 0.0, frozenset())
    found = judge(scores[text_id], manifest)
    return Assessment(
        manifest.title, found.probabilities, found.stance, found.asserts, found.flagged, found.abstained
    )


def _hoax(assessments: Sequence[Assessment]) -> Values:
    return np.array([a.probabilities[Label.HOAX] for a in assessments], float)


def _ranking(hoax: Mapping[str, Values]) -> dict[str, float]:
    """Return AP of narratives against everything quiet, and what is flagged at recall 0.7."""
    quiet = np.concatenate([hoax[name] for name in (POSTS, NEWS, DEBUNKS)])
    truth = np.concatenate([np.ones(len(hoax[NARRATIVES])), np.zeros(len(quiet))])
    values = np.concatenate([hoax[NARRATIVES], quiet])
    at_recall = float(np.quantile(hoax[NARRATIVES], 1 - _RECALL))
    return {
        "average_precision": _round(average_precision(truth, values)),
        "auc": _round(auc(truth, values)),
        **{f"flagged_{name}_at_recall_0.7": _round((hoax[name] >= at_recall).mean()) for name in _QUIET},
    }


def _shares(assessments: Sequence[Assessment]) -> dict[str, float]:
    count = max(1, len(assessments))
    shares = {str(label): sum(label in a.flagged for a in assessments) / count for label in Label}
    shares["any"] = sum(bool(a.flagged) for a in assessments) / count
    shares["open"] = sum(bool(a.abstained) and not a.flagged for a in assessments) / count
    return {name: _round(share) for name, share in shares.items()}


def _by_source(texts: Sequence[LabelledText], assessments: Sequence[Assessment]) -> dict[str, list[float]]:
    found: dict[str, list[Assessment]] = {}
    for text, assessment in zip(texts, assessments, strict=True):
        found.setdefault(text.source, []).append(assessment)
    return {source: [len(items), _shares(items)["any"]] for source, items in sorted(found.items())}


def _same_style(texts: Sequence[LabelledText], said: Sequence[Assessment]) -> dict[str, float]:
    row = compare_labels(texts, said, "").figure("hoax")
    return {"texts": row.texts, "false_claims": row.positives, "auc": row.auc or 0.0}


def _gold(texts: Sequence[LabelledText], said: Sequence[Assessment]) -> dict[str, Any]:
    labels, stance = compare_labels(texts, said, ""), compare_stance(texts, said, "")
    rows = {str(label): labels.figure(str(label)) for label in Label}
    rows |= {str(s): stance.figure(str(s)) for s in Stance}
    return {
        "texts": len(texts),
        "stance_macro_f1": _round(np.mean([rows[str(s)].f1 for s in Stance])),
        **{
            name: {
                "positives": row.positives,
                "f1": row.f1,
                "precision": row.precision,
                "recall": row.recall,
                "auc": row.auc,
                "ap": row.average_precision or 0.0,
                "ece": row.calibration_error,
            }
            for name, row in rows.items()
        },
    }


def _hate(suites: Suites, scores: Scores) -> dict[str, float]:
    """Return how the helping head does on held-out hate tweets; it answers yes above even odds."""
    known = [text.id for text in suites.texts[HATE] if text.id in scores]
    truth = np.array([suites.hate[key] for key in known], float)
    logits = np.array([scores[key].hate for key in known], float)
    macro = (f1(truth, logits > 0) + f1(1 - truth, logits <= 0)) / 2
    return {
        "texts": len(known),
        "f1": _round(f1(truth, logits > 0)),
        "macro_f1": _round(macro),
        "auc": _round(auc(truth, logits)),
    }


def _pooled_error(
    halves: Mapping[str, Sequence[LabelledText]], said: Mapping[str, Sequence[Assessment]]
) -> float:
    names = (NARRATIVES, POSTS, NEWS, DEBUNKS)
    truth = np.array([t.labels[Label.HOAX] for name in names for t in halves[name]], float)
    return _round(calibration_error(np.concatenate([_hoax(said[name]) for name in names]), truth))


def _probe_figures(
    suites: Suites, halves: Mapping[str, Sequence[LabelledText]], probe: Probe
) -> dict[str, Any]:
    hoax = {n: probe.probabilities(Label.HOAX, [t.text for t in half]) for n, half in halves.items()}
    same = suites.texts[SAME_STYLE]
    truth = np.array([text.labels[Label.HOAX] for text in same], float)
    gold = suites.texts[GOLD]
    said = {label: probe.probabilities(label, [t.text for t in gold]) >= 0.5 for label in Label}
    return {
        "later_narratives": _ranking(hoax),
        "same_style_auc": _round(auc(truth, probe.probabilities(Label.HOAX, [t.text for t in same]))),
        "gold_f1": {str(n): _round(f1([t.labels[n] for t in gold], found)) for n, found in said.items()},
    }


def _round(value: float | np.floating[Any] | None) -> float:
    return round(float(value or 0.0), 4)
