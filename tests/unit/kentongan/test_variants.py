"""How the texts of one claim differ."""

import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kentongan.variants import (
    MAX_CHARACTERS,
    MAX_WORDS,
    Change,
    Stretch,
    Telling,
    cut_words,
    differences,
    elided,
    variants,
)

START = datetime(2026, 3, 1, 5, tzinfo=UTC)
SAID = st.lists(
    st.sampled_from(["TPS", "tps,", "ditutup", "besok", "jam", "9", "Mekarjaya", "!"]), max_size=30
)


def told(text: str, count: int = 1, hours: int = 0, source: str = "Kanal Warga") -> Telling:
    return Telling(text, count, START + timedelta(hours=hours), source)


def plain(words: list[str]) -> list[str]:
    return ["".join(c for c in word.casefold() if c.isalnum()) for word in words]


def words_of(stretches: tuple[Stretch, ...], *changes: Change) -> list[str]:
    return [word for s in stretches if s.change in changes for word in s.words]


@given(SAID, SAID)
def test_the_differences_rebuild_both_texts(old: list[str], new: list[str]) -> None:
    found = differences(old, new)
    assert words_of(found, Change.SAME, Change.ADDED) == new
    assert plain(words_of(found, Change.SAME, Change.REMOVED)) == plain(old)


@given(SAID, SAID)
def test_leaving_out_touches_only_equal_words(old: list[str], new: list[str]) -> None:
    found = differences(old, new)
    short = elided(found)
    changed = (Change.ADDED, Change.REMOVED)
    assert [s for s in short if s.change in changed] == [s for s in found if s.change in changed]
    assert words_of(short, Change.SAME, Change.LEFT_OUT) == words_of(found, Change.SAME)


@given(st.text())
def test_any_text_is_cut_into_words_that_are_not_empty(text: str) -> None:
    words, _ = cut_words(text)
    assert len(words) <= MAX_WORDS
    assert all(words)


def test_texts_that_differ_in_case_and_marks_only_are_one_variant() -> None:
    found, total = variants(
        [told("TPS ditutup besok!!", 3, 2), told("tps  ditutup, BESOK 😡", 4, 1), told("TPS dibuka besok")], 9
    )
    assert total == len(found) == 2
    assert [(v.count, v.first_seen_at, v.text) for v in found] == [
        (1, START, "TPS dibuka besok"),
        (7, START + timedelta(hours=1), "tps ditutup, BESOK 😡"),
    ]


def test_each_variant_is_held_against_the_first_seen() -> None:
    base = "Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena surat suara habis"
    (first, later), _ = variants(
        [told(base + ", sebarkan!", 9, 3), told(base.replace("sembilan", "tujuh"))], 9
    )
    assert first.changes == ()
    assert [(s.change, s.text) for s in later.changes] == [
        (Change.LEFT_OUT, "Besok pagi semua"),
        (Change.SAME, "TPS di Kecamatan Mekarjaya ditutup jam"),
        (Change.REMOVED, "tujuh"),
        (Change.ADDED, "sembilan"),
        (Change.SAME, "karena surat suara habis,"),
        (Change.ADDED, "sebarkan!"),
    ]


def test_texts_with_too_little_in_common_are_not_compared_word_by_word() -> None:
    (_, other), _ = variants(
        [told("Jembatan ambruk semalam, tiga mobil hanyut."), told("Ada kabar buruk dari sungai, hati-hati ya.", hours=1)], 9
    )  # fmt: skip
    assert other.changes == ()


def test_only_so_many_variants_are_compared_the_most_frequent_first() -> None:
    many = [told(f"kabar nomor{n} dari grup sebelah", n, n) for n in range(1, 30)]
    found, total = variants(many, 4)
    assert total == 29
    assert [v.count for v in found] == [1, 29, 28, 27]


def test_a_long_text_is_cut_and_says_so() -> None:
    (only,), _ = variants([told("kata " * 9_999)], 9)
    assert len(only.words) == MAX_WORDS
    assert only.cut
    assert cut_words("x" * (MAX_CHARACTERS + 1))[1]


def test_texts_made_to_be_slow_are_compared_in_a_moment() -> None:
    """The worst found: a common word between words that never match again."""
    hard = [
        told(" ".join(f"a {mark}{n}" for n in range(MAX_WORDS)), hours=n) for n, mark in enumerate("xyzuvw")
    ]
    started = time.perf_counter()
    found, _ = variants(hard, 9)
    assert time.perf_counter() - started < 1
    assert [v.changes for v in found] == [()] * len(hard)
