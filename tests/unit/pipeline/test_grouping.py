"""Which texts are copies of one another."""

from collections.abc import Sequence
from importlib.resources import files
from itertools import chain

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import ClaimId, ItemId
from kentongan.ids import new_id
from kentongan.store.copies import Candidate
from kentongan.text import words
from pipeline.grouping import SAME_CLAIM, choose_copies, likeness, strip_formulas, word_runs

CHAIN = (
    "INFO A1 dari orang dalam: besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena "
    "surat suara sudah dicoblos duluan. Sebarkan ke semua grup sebelum pesan ini dihapus."
)
RELEASE = " ".join(f"kalimat rilis nomor {n} tentang rapat koordinasi pemkot bagian {n}" for n in range(40))
STOPLIST = yaml.safe_load(files("pipeline").joinpath("stoplist.yaml").read_text(encoding="utf-8"))
GREETINGS = STOPLIST["openings_and_closings"] + STOPLIST["prayers_and_feasts"] + STOPLIST["pass_it_on"]
FORMULAS = list(chain(*STOPLIST.values()))
NOTHING_COMMON: frozenset[int] = frozenset()


def candidate(text: str, title: str = "") -> Candidate:
    return Candidate(ItemId(new_id()), ClaimId(new_id()), title, text)


def choose(text: str, *candidates: Candidate, common: frozenset[int] = NOTHING_COMMON) -> list[Candidate]:
    return choose_copies(word_runs(text), candidates, common)


def test_a_copy_with_greetings_around_it_is_the_same_claim() -> None:
    copy = candidate(f"Assalamualaikum bapak ibu grup RT. {CHAIN} Terima kasih, mohon diteruskan ya.")

    assert choose(CHAIN, copy) == [copy]


def test_a_release_cut_in_half_is_the_same_claim() -> None:
    half = candidate(RELEASE[: len(RELEASE) // 2])

    assert choose(RELEASE, half) == [half]


def test_the_likest_candidate_comes_first_and_none_alike_is_left_out() -> None:
    loose = candidate(
        CHAIN[: int(len(CHAIN) * 0.6)] + " dan hal lain yang tidak sama sekali dengan itu semua ya pak"
    )
    close = candidate(CHAIN + " Warga heboh.")
    other = candidate("Pasar murah digelar di halaman kantor kecamatan mulai pukul delapan pagi.")

    assert choose(CHAIN, loose, other, close) == [close, loose]


def test_the_order_of_the_candidates_decides_nothing() -> None:
    same = [candidate(CHAIN) for _ in range(3)]

    assert choose(CHAIN, *same) == choose(CHAIN, *same[::-1]) == sorted(same, key=lambda c: c.item_id)


def test_the_title_counts_as_it_does_for_the_item_itself() -> None:
    assert choose(f"{CHAIN}\n{RELEASE[:60]}", candidate(RELEASE[:60], title=CHAIN)) != []


def test_another_text_about_the_same_thing_is_not_a_copy() -> None:
    other = candidate(
        "KPU memastikan semua TPS di Kecamatan Mekarjaya buka sampai pukul tiga belas seperti biasa."
    )

    assert choose(CHAIN, other) == []


def test_a_very_short_text_joins_only_its_equal() -> None:
    short = "Jembatan lama ditutup sementara"

    assert likeness(word_runs(short), word_runs("jembatan lama ditutup sementara!")) == 1.0
    assert likeness(word_runs(short), word_runs(f"{short}. {CHAIN}")) < SAME_CLAIM


def test_a_quotation_in_a_long_text_is_no_copy() -> None:
    assert choose(CHAIN, candidate(f"{RELEASE} {CHAIN}")) == []


def test_runs_that_stand_in_many_claims_count_on_neither_side() -> None:
    """Two posts share nothing but a long prayer that the list does not know."""
    prayer = " ".join(f"doa{n}" for n in range(30))
    one, other = f"{prayer} air sungai naik sejak subuh", f"{prayer} lampu jalan mati di depan pasar"

    assert choose(one, candidate(other)) != []
    assert choose(one, candidate(other), common=word_runs(prayer)) == []


def test_what_is_common_everywhere_leaves_a_copy_a_copy() -> None:
    prayer = " ".join(f"doa{n}" for n in range(30))
    copy = candidate(f"{prayer} {CHAIN}")

    assert choose(CHAIN, copy, common=word_runs(prayer)) == [copy]


@pytest.mark.parametrize(
    "text",
    [
        "Selamat pagi",
        "Assalamualaikum Wr. Wb.",
        "Assalamu'alaikum warahmatullahi wabarakatuh. Selamat pagi. Terima kasih.",
        "Assalamu\u2019alaikum Wr. Wb. Selamat pagi. Wassalamu\u2018alaikum Wr. Wb.",
        "SELAMAT HARI RAYA IDUL FITRI! Minal aidin wal faizin, mohon maaf lahir dan batin 🙏",
        "Innalillahi wa inna ilaihi rojiun. Turut berduka cita.",
        "Sebarkan ke semua grup! Viralkan!!",
        "",
    ],
)
def test_a_text_of_nothing_but_formulas_has_no_runs_and_joins_nothing(text: str) -> None:
    assert word_runs(text) == frozenset()
    assert choose(text, candidate(text), candidate(CHAIN)) == []
    assert choose(CHAIN, candidate(text)) == []


@pytest.mark.parametrize("formula", FORMULAS)
def test_each_formula_of_the_list_is_one_that_texts_can_bear(formula: str) -> None:
    """It stands as texts are read, or it would cut nothing."""
    assert words(f"warga {formula} ya") == ["warga", *formula.split(), "ya"]
    assert strip_formulas(words(f"warga {formula} ya")) == ["warga", "ya"]


@given(st.lists(st.sampled_from(GREETINGS), max_size=4), st.lists(st.sampled_from(GREETINGS), max_size=4))
def test_greetings_around_a_message_change_nothing(before: Sequence[str], after: Sequence[str]) -> None:
    framed = f"{'. '.join(before)}. {CHAIN} {'. '.join(after)}."

    assert word_runs(framed) == word_runs(CHAIN)


@given(st.lists(st.sampled_from([*FORMULAS, "air", "pagi", "selamat", "terima", "sungai"]), max_size=12))
def test_stripping_only_ever_leaves_words_out(parts: Sequence[str]) -> None:
    said = " ".join(parts).split()
    left = iter(said)

    assert all(word in left for word in strip_formulas(said))


def test_the_longest_formula_is_cut_whole() -> None:
    assert strip_formulas(["salam", "sejahtera", "bagi", "kita", "semua", "warga"]) == ["warga"]
    assert strip_formulas(["salam", "sejahtera", "bagi", "warga"]) == ["bagi", "warga"]
    assert strip_formulas(["selamat", "jalan"]) == ["selamat", "jalan"]


@given(st.text(max_size=400), st.text(max_size=400))
def test_likeness_is_symmetric_and_a_share(a: str, b: str) -> None:
    left, right = word_runs(a), word_runs(b)

    assert likeness(left, right) == likeness(right, left)
    assert 0.0 <= likeness(left, right) <= 1.0
