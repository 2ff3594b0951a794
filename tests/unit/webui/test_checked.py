"""What a check of one text found, as JSON."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from kentongan.domain import Assessment, FactCheck, FactCheckId, Label, Match, Span, Verdict
from kentongan.triage import hoax_grounds, labels_of
from pipeline.checking import CheckedText
from pipeline.given import Given, GivenKind
from tests.factories import make_assessment
from webui.checked import as_json
from webui.language import speaking

TEXT = "Gudang kotak suara Arunika terbakar semalam."
CHECK = FactCheck(
    id=FactCheckId(UUID(int=1)),
    url="https://periksa.example/1",
    publisher="Periksa Arunika",
    claim="Gudang terbakar",
    verdict=Verdict.REFUTED,
    verdict_text="SALAH",
    title="",
    published_at=None,
    source="",
    first_seen_at=datetime(2026, 3, 1, tzinfo=UTC),
)
SPANS = (Span(0, len(TEXT), Label.HOAX, 0.5),)


@pytest.fixture(scope="module", autouse=True)
def indonesian() -> Iterator[None]:
    with speaking("id"):
        yield


def told(assessment: Assessment, *, outlet: str = "", confirmed: bool = True) -> dict[str, Any]:
    """Return what is said of TEXT where this is what the model says and CHECK fits it."""
    labels, refuted = labels_of(assessment, TEXT, [CHECK.verdict] if confirmed else [])
    grounds = hoax_grounds(assessment, refuted)
    matches = [(Match(CHECK.id, 0.9, confirmed), CHECK)]
    given = Given(GivenKind.PAGE if outlet else GivenKind.TEXT, TEXT, outlet=outlet)
    return as_json(given, CheckedText(TEXT, assessment, labels, refuted, grounds, matches, (), ""))


def test_beside_the_press_no_label_and_no_sentence_that_bears_one_is_told() -> None:
    assessment = make_assessment(Label.HOAX, abstained=frozenset({Label.BLACK_CAMPAIGN}), spans=SPANS)
    named = ("flagged", "abstained", "spans")
    found = told(assessment)
    assert [len(found[name]) for name in named] == [1, 1, 1]
    found = told(assessment, outlet="Warta Arunika")
    assert [found[name] for name in named] == [[], [], []]


def test_what_the_model_leaves_open_and_a_confirmed_check_refutes_is_flagged() -> None:
    left_open = make_assessment(abstained=frozenset({Label.HOAX}), spans=SPANS)
    found = told(left_open)
    assert (found["flagged"], found["abstained"]) == (["hoax"], [])
    found = told(left_open, confirmed=False)
    assert (found["flagged"], found["abstained"]) == ([], ["hoax"])
