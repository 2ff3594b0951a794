"""Exchanging a name or a group must not decide what a text is."""

from typing import Any

import pytest

from classifier.assess import Assessor
from classifier.train.swaps import kinds, measure_swaps

FEWEST_TERMS = 60


@pytest.fixture(scope="module")
def figures(assessor: Assessor) -> dict[str, Any]:
    found = measure_swaps(assessor)
    print(found)
    return found


def test_there_are_terms_enough_and_no_term_twice() -> None:
    for kind in kinds().values():
        assert len(set(kind.terms)) == len(kind.terms)
    assert sum(len(kind.terms) for kind in kinds().values()) >= FEWEST_TERMS


def test_a_listed_name_moves_nothing(figures: dict[str, Any], floors: dict[str, Any]) -> None:
    assert figures["largest_listed"] <= floors["swaps"]["listed"]


def test_a_name_on_no_list_moves_little(figures: dict[str, Any], floors: dict[str, Any]) -> None:
    assert figures["largest_all"] <= floors["swaps"]["all"]


def test_no_quiet_sentence_is_flagged_for_any_name(assessor: Assessor) -> None:
    texts = [f.format(term) for kind in kinds().values() for f in kind.frames[:2] for term in kind.terms]
    assert not [
        text
        for text, found in zip(texts, assessor.assess(texts, only_labels=True), strict=True)
        if found.flagged
    ]
