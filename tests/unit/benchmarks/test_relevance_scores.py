"""The formulas that relevance is told by, and the judged questions they are fed with."""

from collections import Counter

import pytest

from benchmarks._relevance_peers import Plain, Stock
from benchmarks._relevance_scores import chance_of_no_gain, ndcg, recall, reciprocal_rank
from benchmarks._relevance_texts import Part, Text, read_questions

GRADES = {"a": 2, "b": 1, "c": 1}


def test_the_ideal_order_scores_one_and_an_empty_page_nothing() -> None:
    assert ndcg(["a", "b", "c"], GRADES) == pytest.approx(1.0)
    assert ndcg(["a", "c", "b", "x"], GRADES) == pytest.approx(1.0)
    assert ndcg([], GRADES) == 0.0
    assert ndcg(["a"], {}) == 0.0


def test_ndcg_is_what_a_hand_calculates() -> None:
    # (1 / log2 2 + 3 / log2 3) / (3 / log2 2 + 1 / log2 3 + 1 / log2 4)
    assert ndcg(["b", "a"], GRADES) == pytest.approx((1 + 3 / 1.5849625) / (3 + 1 / 1.5849625 + 0.5))
    assert ndcg(["x"] * 10 + ["a"], GRADES) == 0.0


def test_recall_counts_the_relevant_ones_and_the_first_of_them_gives_the_reciprocal_rank() -> None:
    assert recall(["x", "a", "b"], GRADES) == pytest.approx(2 / 3)
    assert reciprocal_rank(["x", "b"], GRADES) == 0.5
    assert reciprocal_rank(["x"], GRADES) == 0.0


def test_a_gain_everywhere_is_no_chance_and_none_is_certain() -> None:
    assert chance_of_no_gain([0.6] * 20, [0.5] * 20) == 0.0
    assert chance_of_no_gain([0.5] * 20, [0.5] * 20) == 1.0
    assert 0.3 < chance_of_no_gain([0.6, 0.4] * 50, [0.4, 0.6] * 50) < 0.7


def test_there_are_enough_questions_half_of_them_everyday_and_half_untouched() -> None:
    questions = read_questions()
    assert len(questions) >= 120
    assert len({question.id for question in questions}) == len({q.text for q in questions}) == len(questions)
    parts = Counter(question.part for question in questions)
    assert abs(parts[Part.DEV] - parts[Part.TEST]) <= 1
    assert sum(question.everyday for question in questions) >= len(questions) / 2
    assert all(question.grades and set(question.grades.values()) <= {1, 2} for question in questions)


TEXTS = [
    Text("1", "", "Warga menyebarkan kabar banjir di pasar.", ""),
    Text("2", "", "Kabar itu tersebar, kata Bupati.", ""),
    Text("3", "Banjir", "Jalan terendam.", ""),
]


def test_plain_fts5_knows_only_the_very_word() -> None:
    assert Plain(TEXTS).best("tersebar", 10, every=False) == ["2"]
    assert Plain(TEXTS).best("banjir tersebar", 10, every=True) == []


def test_the_stock_analyser_stems_and_drops_its_stop_words() -> None:
    stock = Stock(TEXTS, frozenset({"itu", "di"}))
    assert set(stock.best("penyebaran", 10, every=False)) == {"1", "2"}
    assert stock.best("itu di", 10, every=False) == []
    assert stock.best("banjir", 10, every=True)[0] == "3", "a title counts three times"
