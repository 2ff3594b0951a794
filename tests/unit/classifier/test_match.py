"""A pair is judged by its features alone, and only by a model that was fitted for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.assess import Assessor
from classifier.manifest import UNFITTED, MatchModel, parse_manifest
from classifier.match import PairModel, PairModelUnfit

FEATURES = ("cosine", "shared")
MODEL = PairModel(MatchModel(FEATURES, (4.0, -2.0), -1.0, 0.2, 0.8))
NUMBERS = st.floats(-1e6, 1e6)


def test_the_probability_is_that_of_the_logistic_curve() -> None:
    assert MODEL.probability((0.25, 0.0)) == 0.5
    assert MODEL.probability((1.0, 0.5)) == pytest.approx(0.8807970779778823)
    assert MODEL.probability((0.0, 1.0)) == pytest.approx(0.04742587317756678)


@given(NUMBERS, NUMBERS)
def test_any_features_give_a_probability(cosine: float, shared: float) -> None:
    assert 0.0 < MODEL.probability((cosine, shared)) <= 1.0


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_more_of_a_feature_that_speaks_for_it_never_makes_a_pair_less_likely(
    one: float, other: float, shared: float
) -> None:
    less, more = sorted((one, other))
    assert MODEL.probability((less, shared)) <= MODEL.probability((more, shared))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_number_of_features_must_be_right(count: int) -> None:
    with pytest.raises(ValueError):
        MODEL.probability((0.5,) * count)


@pytest.mark.parametrize("others", [("shared", "cosine"), ("cosine",), (*FEATURES, "numbers"), ()])
def test_a_model_of_other_features_or_another_order_is_refused(others: tuple[str, ...]) -> None:
    MODEL.require(FEATURES)
    MODEL.require(list(FEATURES))
    with pytest.raises(PairModelUnfit, match="use the shipped model"):
        MODEL.require(others)


def test_a_model_without_pairs_says_that_none_is_alike() -> None:
    assert PairModel(UNFITTED).probability(()) < 1e-12
    with pytest.raises(PairModelUnfit):
        PairModel(UNFITTED).require(FEATURES)


def test_the_shipped_models_know_their_thresholds(assessor: Assessor) -> None:
    for model in (assessor.pairs, assessor.links):
        assert 0 < model.suggest < model.confirm < 1


@pytest.fixture
def raw(assessor: Assessor) -> dict[str, object]:
    from dataclasses import asdict

    return {"format": 1, **asdict(assessor.manifest)}


def test_a_manifest_without_links_is_one_of_before_and_links_nothing(raw: dict[str, object]) -> None:
    assert parse_manifest(raw).link.features
    del raw["link"]
    assert parse_manifest(raw).link == UNFITTED


@pytest.mark.parametrize("name", ["match", "link"])
def test_a_manifest_with_as_many_weights_as_features_only(raw: dict[str, object], name: str) -> None:
    pair = raw[name]
    assert isinstance(pair, dict)
    raw[name] = {**pair, "weights": [*pair["weights"], 1.0]}
    with pytest.raises(ValueError, match="as many weights as features"):
        parse_manifest(raw)
