"""Figures are per label and per source, and unknown labels are not counted."""

import pytest

from classifier.assess import Assessor
from classifier.evaluate import LabelledText, evaluate_labels, evaluate_stance
from kentongan.domain import Label, Stance

TEXTS = [
    LabelledText(
        "1",
        "INFO A1 dari orang dalam: vaksin di puskesmas Arunika berisi racun, 30 anak meninggal, "
        "pemerintah tutup-tutupi! Sebarkan ke semua grup sebelum dihapus!!",
        "a",
        {Label.HOAX: 1},
        Stance.ASSERTS,
    ),
    LabelledText("2", "Camat Arunika meninjau pasar ikan, Senin pagi.", "a", {Label.HOAX: 0}, Stance.REPORTS),
    LabelledText("3", "enak banget ya baksonya", "b", {Label.HOAX: 0}),
]


def test_sources_are_never_only_pooled(assessor: Assessor) -> None:
    found = evaluate_labels(TEXTS, assessor)
    assert {(row.question, row.source) for row in found.figures} == {
        ("hoax", ""),
        ("hoax", "a"),
        ("hoax", "b"),
    }
    assert found.figure("hoax").texts == 3
    assert found.figure("hoax", "a").auc == 1
    assert found.figure("hoax", "b").auc is None
    with pytest.raises(KeyError):
        found.figure("black_campaign")


def test_score_rows_have_the_promised_form(assessor: Assessor) -> None:
    first = evaluate_labels(TEXTS, assessor).scores[0].as_json()
    assert first["id"] == "1"
    assert set(first["probabilities"]) == {"hoax", "black_campaign", "identity_politics"}
    assert first["stance"]["asserts"] + first["stance"]["reports"] == pytest.approx(1)
    assert first["flagged"] == ["hoax"]


def test_stance_is_asked_both_ways_of_the_texts_that_know_it(assessor: Assessor) -> None:
    found = evaluate_stance(TEXTS, assessor)
    assert found.figure("asserts").texts == 2
    assert found.figure("reports").positives == 1
