"""What a pair of texts is judged by: from the two texts alone, whichever comes first."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pairs import (
    LINK_FEATURES,
    MATCH_FEATURES,
    ReadText,
    TextReader,
    cosine_of,
    link_features,
    match_features,
    said_words,
    telling_stems,
)

POST = "Dengar dari tetangga, air PDAM Kota Arunika sudah dicampur merkuri dan 40 orang masuk rumah sakit"
CLAIM = "Air PDAM Arunika Tercampur Merkuri, 40 Orang Dirawat"
OTHER = "Wali Kota Ditangkap karena Menjual Pulau"

WORDS = st.sampled_from(
    [
        "air",
        "banjir",
        "merkuri",
        "40",
        "2026",
        "tps",
        "suara",
        "dicoblos",
        "jembatan",
        "ambruk",
        "ambrol",
        "sembako",
        "sembakonya",
        "dan",
        "yang",
        "di",
        "warga-warga",
        "kelurahan",
        "7",
        "pulau",
        "menjual",
        "dijual",
        "jual",
        "tidak",
    ]
)
TEXTS = st.one_of(st.lists(WORDS, max_size=30).map(" ".join), st.text(max_size=120))


def all_alike(word: str) -> float:
    return 1.0


def by_length(word: str) -> float:
    return float(len(word))


def never(word: str) -> float:
    return 0.0


def read(text: str, rarity_of: Callable[[str], float] = by_length) -> ReadText:
    return TextReader(rarity_of).read(text)


def links(a: str, b: str, rarity_of: Callable[[str], float] = by_length) -> dict[str, float]:
    return dict(zip(LINK_FEATURES, link_features(read(a, rarity_of), read(b, rarity_of), 0.5), strict=True))


def matches(text: str, claim: str) -> dict[str, float]:
    return dict(zip(MATCH_FEATURES, match_features(read(text), read(claim), 0.5), strict=True))


@pytest.mark.parametrize("rarity_of", [all_alike, by_length, never])
@given(a=TEXTS, b=TEXTS)
def test_whichever_of_two_items_comes_first_they_are_judged_the_same(
    rarity_of: Callable[[str], float], a: str, b: str
) -> None:
    assert links(a, b, rarity_of) == links(b, a, rarity_of)


@pytest.mark.parametrize("rarity_of", [all_alike, by_length, never])
@given(a=TEXTS, b=TEXTS)
def test_every_feature_is_a_finite_number_and_a_share_is_a_share(
    rarity_of: Callable[[str], float], a: str, b: str
) -> None:
    left, right = read(a, rarity_of), read(b, rarity_of)
    link, match = link_features(left, right, 0.5), match_features(left, right, 0.5)
    assert len(link) == len(LINK_FEATURES)
    assert len(match) == len(MATCH_FEATURES)
    assert all(math.isfinite(feature) and feature >= 0 for feature in (*link, *match))
    unbounded = {"shared", "words_shared", "rarest_shared", "second_rarest_shared", "rarest_missing",
                 "rarest_missing_in_longer", "rarest_missing_in_shorter", "rarest_nearly",
                 "nearly_shared"}  # fmt: skip
    for names, found in ((LINK_FEATURES, link), (MATCH_FEATURES, match)):
        for name, feature in zip(names, found, strict=True):
            assert name in unbounded or feature <= 1 + 1e-9, name


def test_two_texts_of_the_same_words_share_all() -> None:
    link, match = links(CLAIM, CLAIM), matches(CLAIM, CLAIM)
    full = ("shared_of_longer", "shared_of_shorter", "shared_of_both", "numbers", "nearly_in_longer",
            "nearly_in_shorter")  # fmt: skip
    assert {name: link[name] for name in full} == pytest.approx(dict.fromkeys(full, 1.0))
    assert link["rarest_missing_in_longer"] == link["rarest_missing_in_shorter"] == 0.0
    for name in ("claim_in_text", "text_in_claim", "word_pairs", "numbers", "nearly_in_text"):
        assert match[name] == pytest.approx(1.0), name
    assert match["rarest_missing"] == 0.0


def test_two_texts_without_a_word_in_common_share_nothing() -> None:
    link = links(POST, OTHER.replace("Kota", ""))
    assert link["shared_of_shorter"] == link["rarest_shared"] == link["shared"] == 0.0
    assert link["second_rarest_shared"] == link["nearly_shared"] == link["nearly_in_longer"] == 0.0
    assert link["rarest_missing_in_longer"] > 0


def test_a_claim_told_in_a_longer_text_is_all_in_it_and_not_the_other_way() -> None:
    found = matches(f"{CLAIM}. Warga diminta tenang menunggu hasil pemeriksaan laboratorium.", CLAIM)
    assert found["claim_in_text"] == pytest.approx(1.0)
    assert found["text_in_claim"] < 0.7
    turned = matches(CLAIM, f"{CLAIM}. Warga diminta tenang menunggu hasil pemeriksaan laboratorium.")
    assert turned["claim_in_text"] < 0.7


def test_the_shorter_of_two_items_is_told_by_its_words_not_by_its_place() -> None:
    short, long = CLAIM, f"{POST}. Warga diminta tenang menunggu hasil pemeriksaan laboratorium"
    found = links(long, short)
    assert found["shared_of_shorter"] > found["shared_of_longer"]
    assert found["short_shorter"] > found["short_longer"]


@pytest.mark.parametrize(
    ("text", "claim", "share"),
    [
        ("Sebanyak 40 orang dirawat", "40 orang dirawat", 1.0),
        ("Sebanyak 41 orang dirawat", "40 orang dirawat", 0.0),
        ("Pada 2026 ada 40 orang dirawat", "40 orang dirawat pada 2025", 0.5),
        ("Banyak orang dirawat", "Orang dirawat", 0.5),
    ],
)
def test_numbers_are_compared_as_they_are_written(text: str, claim: str, share: float) -> None:
    assert matches(text, claim)["numbers"] == share


def test_prefixes_and_suffixes_hide_no_word() -> None:
    assert matches("pulau itu dijualnya", "menjual pulau")["claim_in_text"] == pytest.approx(1.0)


def test_a_name_spelt_nearly_alike_counts_for_nearly_as_much() -> None:
    other, alike = matches("Mansyur menjual pulau", "Mansur"), matches("Mansur menjual pulau", "Mansur")
    assert other["claim_in_text"] == 0.0
    assert 0.5 <= other["nearly_in_text"] < alike["nearly_in_text"] == pytest.approx(1.0)
    assert matches("Suryadi menjual pulau", "Mansur")["nearly_in_text"] == 0.0


def test_what_is_remembered_is_what_is_read_anew() -> None:
    reader = TextReader(by_length)
    assert reader.read(POST) is reader.read(POST)
    assert reader.read_anew(POST) == reader.read(POST)


def test_stop_words_tell_nothing() -> None:
    assert telling_stems("yang di dan itu") == []
    assert read("yang di dan itu").telling() == []
    assert read("").weight > 0


def test_the_rarest_word_is_looked_for_first_and_ties_go_by_the_alphabet() -> None:
    assert read("c1 b123 a12345 c1").telling() == ["a12345", "b123", "c1"]
    assert read("c1 b1 a1", all_alike).telling() == ["a1", "b1", "c1"]


def test_a_book_is_read_as_far_as_its_head() -> None:
    book = read(" ".join(f"kata{n}" for n in range(5_000)))
    assert 100 < len(book.rarity) <= 800


def embedding(*values: float) -> bytes:
    return np.array(values, dtype="<f2").tobytes()


def test_embeddings_are_compared_only_with_their_like() -> None:
    assert cosine_of(embedding(0.6, 0.8), embedding(0.8, 0.6)) == pytest.approx(0.96, abs=1e-3)
    assert cosine_of(b"", embedding(1.0)) == cosine_of(embedding(1.0), b"") == cosine_of(b"", b"") == 0.0
    assert cosine_of(embedding(1.0), embedding(0.6, 0.8)) == 0.0


def test_words_are_counted_as_a_reader_would() -> None:
    assert said_words("Air PDAM, katanya, beracun!") == 4
    assert said_words("") == 0
