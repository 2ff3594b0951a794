"""Stance is the gate: only what asserts is flagged."""

from pathlib import Path

import numpy as np
import pytest

from classifier.artefact import read_manifest
from classifier.manifest import Manifest
from classifier.network import TASKS
from classifier.scoring import ItemScores, combine_windows, judge
from kentongan.domain import Label, Stance


@pytest.fixture(scope="module")
def manifest(model_folder: Path) -> Manifest:
    return read_manifest(model_folder)


def scores(label: float = -9.0, asserts: float = 9.0) -> ItemScores:
    return ItemScores(dict.fromkeys(Label, label), asserts)


def windows(*rows: tuple[float, float]) -> np.ndarray:
    """Logits of windows, given as (hoax, asserts)."""
    out = np.full((len(rows), len(TASKS)), -9.0, np.float32)
    for row, (hoax, asserts) in zip(out, rows, strict=True):
        row[TASKS.index("hoax")], row[TASKS.index("asserts")] = hoax, asserts
    return out


def test_a_sure_label_of_an_asserting_text_is_flagged(manifest: Manifest) -> None:
    assert judge(scores(12.0), manifest).flagged == frozenset(Label)


def test_a_reporting_text_is_never_flagged_however_sure_the_label(manifest: Manifest) -> None:
    found = judge(scores(12.0, asserts=-9.0), manifest)
    assert found.stance is Stance.REPORTS
    assert not found.flagged
    assert not found.abstained


def test_an_unclear_stance_leaves_a_sure_label_open(manifest: Manifest) -> None:
    stance = manifest.scaling["asserts"]
    found = judge(scores(12.0, asserts=-stance.offset / stance.slope), manifest)
    assert found.asserts == pytest.approx(0.5)
    assert not found.flagged
    assert found.abstained == frozenset(Label)


def test_a_quiet_text_gets_nothing(manifest: Manifest) -> None:
    found = judge(scores(), manifest)
    assert not found.flagged | found.abstained
    assert max(found.probabilities.values()) < 0.1


def test_probabilities_grow_with_the_logit(manifest: Manifest) -> None:
    said = [judge(scores(logit), manifest).probabilities[Label.HOAX] for logit in (-4.0, 0.0, 4.0)]
    assert said == sorted(said)


def test_one_loud_quotation_does_not_make_an_article_a_hoax() -> None:
    article = combine_windows(windows((3.0, 2.0), *[(-6.0, -5.0)] * 7))
    post = combine_windows(windows((3.0, 2.0)))
    assert article.labels[Label.HOAX] < post.labels[Label.HOAX] - 3
    assert article.asserts < 0


def test_a_claim_in_the_second_half_of_a_post_is_found() -> None:
    assert combine_windows(windows((-6.0, 3.0), (4.0, 3.0))).labels[Label.HOAX] == pytest.approx(4.0)
