"""Invented cases by function: what must stay quiet, in which register, and what must be found."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from classifier.assess import Assessor
from classifier.train.measure import measure_cases, read_cases
from classifier.train.run import CASES

FUNCTIONS = [
    "quoting",
    "denouncing",
    "police_release",
    "clarification",
    "question",
    "satire",
    "negation",
    "lawful_negative",
    "criticism",
    "golput",
    "protest",
    "worship",
    "peace",
    "chat",
    "bangka",
    "balikpapan",
    "official_warning",
    "identity_neutral",
    "support",
    "chain_hoax",
    "black_campaign",
    "identity",
]


@pytest.fixture(scope="module")
def figures(assessor: Assessor, cases_file: Path) -> dict[str, Any]:
    found = measure_cases(cases_file, assessor)
    print({name: found[name] for name in ("share_right", "share_right_by_function")})
    return found


def test_the_suite_is_as_large_as_it_must_be(cases_file: Path) -> None:
    counts = Counter(case["function"] for case in read_cases(cases_file))
    assert set(counts) == set(FUNCTIONS)
    assert min(counts.values()) >= 25


def test_quiet_cases_stay_quiet(figures: dict[str, Any], floors: dict[str, Any]) -> None:
    alarms, quiet = figures["false_alarms_of_quiet_cases"]
    assert alarms <= floors["functional"]["false_alarms"] * quiet, figures["false_alarms"]


def test_most_cases_are_right(figures: dict[str, Any], floors: dict[str, Any]) -> None:
    assert figures["share_right"] >= floors["functional"]["all"], figures["missed"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_is_left_behind(figures: dict[str, Any], floors: dict[str, Any], function: str) -> None:
    assert figures["share_right_by_function"][function] >= floors["functional"]["each"]


def test_no_evaluation_case_was_trained_on(cases_file: Path) -> None:
    def bare(path: Path) -> set[str]:
        return {" ".join(re.findall(r"\w+", case["text"].lower())) for case in read_cases(path)}

    assert not bare(CASES) & bare(cases_file)
