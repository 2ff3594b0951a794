"""The shipped model on later posts and the checks of them: matching and grouping, measured now.

Needs the data beside the project. A part of the texts, so that it takes a minute: the card has the
same figures over all of them. Words alone and meaning alone are measured in the same run.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from classifier.assess import Assessor
from classifier.train.sets import Row, read_rows
from kentongan.domain import Platform
from pipeline.evaluation import MatchFigures, evaluate_match
from pipeline.evaluation_cluster import evaluate_cluster
from pipeline.formats import ItemRecord

POSTS, EARLIER = 130, 500


@pytest.fixture(scope="module")
def claims(shared_data: Path) -> list[Row]:
    """Later checks and a part of the earlier ones, each text once."""
    rows = [row for row in read_rows(shared_data / "claims.jsonl.gz") if row.group and row.text.strip()]
    later = [row for row in rows if row.split != "train"]
    earlier = [row for row in rows if row.split == "train"][:: max(1, len(rows) // EARLIER)]
    return list({(row.text, row.group): row for row in [*later, *earlier]}.values())


@pytest.fixture(scope="module")
def posts(shared_data: Path, claims: list[Row]) -> list[Row]:
    known = {row.group for row in claims}
    rows = [
        row
        for row in read_rows(shared_data / "posts.jsonl.gz")
        if row.split == "dev" and row.group in known and row.text.strip()
    ]
    return sorted(rows, key=lambda row: row.id)[:: max(1, len(rows) // POSTS)]


def records(rows: Sequence[Row], platform: Platform = Platform.POST) -> list[ItemRecord]:
    return [
        ItemRecord(line=number, id=str(number), text=row.text, platform=platform, claim_id=row.group)
        for number, row in enumerate(rows, 1)
    ]


@pytest.fixture(scope="module")
def figures(claims: list[Row], posts: list[Row], assessor: Assessor) -> dict[str, MatchFigures]:
    found, _ = evaluate_match(records(posts), records(claims, Platform.FACTCHECK), assessor)
    for one in found:
        print(one)
    return {one.found_by: one for one in found}


def test_a_later_posts_check_is_among_the_first_five(
    figures: dict[str, MatchFigures], floors: dict[str, Any]
) -> None:
    assert figures["both"].success_at_5 >= floors["claims"]["success_at_5"]


def test_words_and_meaning_together_find_more_than_either_alone(figures: dict[str, MatchFigures]) -> None:
    both, words, meaning = (figures[name] for name in ("both", "words", "meaning"))
    assert both.success_at_5 > max(words.success_at_5, meaning.success_at_5)
    assert both.mean_reciprocal_rank > max(words.mean_reciprocal_rank, meaning.mean_reciprocal_rank)


def test_what_is_confirmed_is_right(figures: dict[str, MatchFigures], floors: dict[str, Any]) -> None:
    assert figures["both"].confirmed >= 30
    assert (figures["both"].confirmed_precision or 0.0) >= floors["claims"]["confirmed_precision"]


def test_posts_and_the_claims_made_of_them_fall_into_their_groups(
    claims: list[Row], posts: list[Row], assessor: Assessor, floors: dict[str, Any]
) -> None:
    groups = {row.group for row in posts}
    found, _ = evaluate_cluster(records([*posts, *(row for row in claims if row.group in groups)]), assessor)
    print(found)
    assert found.f1 >= floors["claims"]["grouping_f1"]
