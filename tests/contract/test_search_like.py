"""Every engine finds what is like a text: by its telling words, by meaning, and by both."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.index import Document, IndexNotReady, Kind, Like, SearchIndex

Make = Callable[..., Document]
Vector = Callable[..., bytes]


def numbers(ids: Sequence[str]) -> list[int]:
    return [int(id_.replace("-", ""), 16) for id_ in ids]


def like(index: SearchIndex, *words: str, kind: Kind = Kind.ITEM, **rest: Any) -> list[int]:
    return numbers(index.like(Like(kind, words, **rest)))


def name(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012x}"


@pytest.fixture
def filled(
    search_index: SearchIndex, make_document: Make, make_vector: Vector, noise: list[Document]
) -> SearchIndex:
    rows = [
        make_document(1, "Tanggul jebol", "Tanggul di hulu jebol semalam.", vector=make_vector((1, 1))),
        make_document(2, "", "Tanggul itu baik saja, kata camat.", vector=make_vector((2, 1))),
        make_document(
            3, "", "Air meluap ke rumah warga sejak subuh.", vector=make_vector((1, 0.9), (3, 0.4))
        ),
        make_document(4, "Tanggul jebol", kind=Kind.FACT_CHECK, vector=make_vector((1, 1))),
        make_document(5, "", "Merkuri ditemukan di sumur."),
    ]
    search_index.put([*rows, *noise])
    return search_index


def test_what_shares_words_is_found_the_likest_first(filled: SearchIndex) -> None:
    assert like(filled, "tanggul", "jebol") == [1, 2]
    assert like(filled, "sumur") == [5]


def test_words_are_looked_for_in_title_and_text(filled: SearchIndex) -> None:
    assert set(like(filled, "jebol", "sumur")) == {1, 5}


def test_what_is_near_in_meaning_is_found_without_a_word_in_common(
    filled: SearchIndex, make_vector: Vector
) -> None:
    assert like(filled, vector=make_vector((1, 1)))[:2] == [1, 3]
    assert set(like(filled, vector=make_vector((1, 1)))) <= {1, 2, 3}


def test_both_rankings_count_and_what_leads_both_comes_first(
    filled: SearchIndex, make_vector: Vector
) -> None:
    found = like(filled, "tanggul", "sumur", vector=make_vector((1, 1)))
    assert found[0] == 1
    assert {1, 2, 3, 5} <= set(found)


@pytest.mark.parametrize("kind", Kind)
def test_only_the_kind_that_was_asked_for_is_found(
    filled: SearchIndex, make_vector: Vector, kind: Kind
) -> None:
    found = like(filled, "tanggul", "jebol", kind=kind, vector=make_vector((1, 1)))
    assert set(found) == ({4} if kind is Kind.FACT_CHECK else {1, 2, 3})


def test_what_is_excluded_is_found_neither_by_words_nor_by_meaning(
    filled: SearchIndex, make_vector: Vector
) -> None:
    without = frozenset({name(1), name(77)})
    assert like(filled, "tanggul", "jebol", exclude=without) == [2]
    assert like(filled, vector=make_vector((1, 1)), exclude=without)[0] == 3
    assert 1 not in like(filled, "jebol", vector=make_vector((1, 1)), exclude=without)


def test_no_more_are_found_than_wanted(filled: SearchIndex, make_vector: Vector) -> None:
    near = make_vector((1, 1))
    whole = like(filled, "tanggul", vector=near)
    assert [like(filled, "tanggul", vector=near, limit=n) for n in (1, 2)] == [whole[:1], whole[:2]]


def test_a_text_that_says_nothing_is_like_nothing(filled: SearchIndex) -> None:
    assert like(filled) == []
    assert like(filled, "") == like(filled, " ") == []
    assert like(filled, "tidakadasamasekali") == []


@pytest.mark.parametrize(
    "word",
    ['"', "'", '" OR "', 'tanggul" OR "jebol', "*", "tang*", "(", "\\", "NEAR(", "AND", "text:", "-", "🙏"],
)
def test_hostile_words_find_nothing_and_break_nothing(filled: SearchIndex, word: str) -> None:
    assert like(filled, word) == []
    assert like(filled, word, "sumur") == [5]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(words=st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=6))
def test_any_words_can_be_asked_for(filled: SearchIndex, words: list[str]) -> None:
    assert set(like(filled, *words)) <= {1, 2, 3, 5, *range(9_000, 9_005)}


def test_a_word_in_every_text_hides_no_rare_one(search_index: SearchIndex, make_document: Make) -> None:
    rows = [make_document(n, "", f"warga bercerita {n}") for n in range(300)]
    search_index.put([*rows, make_document(900, "", "warga bercerita soal sumur")])
    assert like(search_index, "sumur", "warga")[0] == 900


def test_words_given_twice_count_once(filled: SearchIndex) -> None:
    assert like(filled, *(["tanggul"] * 50), "jebol") == like(filled, "tanggul", "jebol")


def test_what_was_removed_or_says_another_thing_is_no_longer_like(
    filled: SearchIndex, make_document: Make, make_vector: Vector
) -> None:
    filled.remove([name(1)])
    filled.put([make_document(3, "", "Pasar tutup.", vector=make_vector((7, 1)))])
    assert like(filled, "jebol") == []
    assert like(filled, "meluap") == []
    assert 1 not in like(filled, vector=make_vector((1, 1)))


def test_an_index_that_is_not_there_is_no_empty_answer(unprepared_index: SearchIndex) -> None:
    with pytest.raises(IndexNotReady):
        unprepared_index.like(Like(Kind.ITEM, ["tanggul"]))
