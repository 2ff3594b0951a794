"""One sentence that says why: fixed words around what is quoted."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import FactCheck, FactCheckId, Ground, Label, Verdict
from kentongan.reasons import Finding, Why
from webui import words
from webui.language import speaking
from webui.reasons import NAME_CHARACTERS, QUOTE_CHARACTERS, ground_words, say

H, B, I = Label.HOAX, Label.BLACK_CAMPAIGN, Label.IDENTITY_POLITICS  # noqa: E741
CHECK = FactCheck(
    id=FactCheckId(UUID(int=1)),
    url="https://periksa.example/1",
    publisher="Periksa Arunika",
    claim="Gudang terbakar",
    verdict=Verdict.MISLEADING,
    verdict_text="SALAH",
    title="",
    published_at=None,
    source="",
    first_seen_at=datetime(2026, 3, 1, tzinfo=UTC),
)
HOAX = Why(Finding.FLAGGED, (H,), "Gudang terbakar semalam.", 0.7, (Ground.TEXT,))
REFUTED = replace(
    HOAX,
    share=0.2,
    grounds=tuple(Ground),
    cues=("ajakan sebar", "sumber kabur"),
    check=CHECK,
)


@pytest.fixture(scope="module", autouse=True)
def indonesian() -> Iterator[None]:
    with speaking("id"):
        yield


def quotation(sentence: str) -> str:
    """Return what stands between the marks of the sentence's first quotation."""
    found = re.search("“([^”]*)”", sentence)
    assert found is not None, sentence
    return found[1]


def test_without_a_match_a_hoax_needs_verification() -> None:
    assert say(HOAX) == (
        "Ditandai indikasi hoaks – perlu verifikasi: teks menyatakan sendiri “Gudang terbakar semalam.” "
        "(menyumbang besar)."
    )


def test_cues_and_the_check_are_named_with_the_publishers_own_word() -> None:
    assert say(REFUTED) == (
        "Ditandai indikasi hoaks – dibantah cek fakta: teks menyatakan sendiri “Gudang terbakar semalam.” "
        "(menyumbang sedang), disertai ciri pesan berantai (ajakan sebar, sumber kabur), dan cocok dengan cek "
        "fakta Periksa Arunika yang menyatakan “SALAH”."
    )
    assert "menyatakan “menyesatkan”" in say(replace(REFUTED, check=replace(CHECK, verdict_text="")))


def test_a_check_of_another_item_is_not_said_to_fit_this_one() -> None:
    sentence = say(replace(REFUTED, of_copy=True))
    assert (
        "dan salinan sejenisnya cocok dengan cek fakta Periksa Arunika yang menyatakan “SALAH”." in sentence
    )


def test_several_labels_stand_in_one_sentence() -> None:
    sentence = say(replace(HOAX, labels=(H, B, I), share=0.1))
    assert sentence.startswith(
        "Ditandai indikasi politik identitas, indikasi kampanye hitam, dan indikasi hoaks – perlu verifikasi: "
    )
    assert "(menyumbang kecil)" in sentence


def test_without_a_quotation_nothing_is_made_up() -> None:
    assert say(Why(Finding.FLAGGED, (B,))) == "Ditandai indikasi kampanye hitam: teks menyatakannya sendiri."
    assert say(Why(Finding.LEFT_OPEN, (H,))) == "Belum jelas, perlu dibaca orang (indikasi hoaks)."


def test_what_is_left_open_is_for_a_person_to_read() -> None:
    assert say(Why(Finding.LEFT_OPEN, (H, I), "Kabarnya begitu.", 0.6)) == (
        "Belum jelas, perlu dibaca orang (indikasi hoaks; politik identitas): teks memuat “Kabarnya begitu.” "
        "(menyumbang besar)."
    )


@pytest.mark.parametrize("press", [False, True])
def test_what_is_not_flagged_says_so(press: bool) -> None:
    reports = "Tidak ditandai: teks memberitakan, bukan menyatakan sendiri."
    assert say(Why(Finding.REPORTS), press=press) == reports
    clear = "Tidak ditandai: tidak ditemukan indikasi yang cukup kuat."
    assert say(Why(Finding.CLEAR), press=press) == clear


@pytest.mark.parametrize("finding", [Finding.FLAGGED, Finding.LEFT_OPEN])
def test_the_press_is_asked_to_clarify_and_never_stamped(finding: Finding) -> None:
    sentence = say(replace(REFUTED, finding=finding, labels=(H, B), of_copy=True), press=True)
    assert "ernyataan perlu diklarifikasi" in sentence
    assert "teks memuat “Gudang terbakar semalam.”" in sentence
    for stamp in ("hoaks", "hoax", "kampanye hitam", "cek fakta", "SALAH", "Periksa", "berantai", "Ditandai"):
        assert stamp not in sentence, stamp


def test_a_long_sentence_is_cut_between_words() -> None:
    quote = quotation(say(replace(HOAX, quote="Kabar " * 100)))
    assert 100 < len(quote) <= QUOTE_CHARACTERS
    assert quote.endswith("Kabar…")


def test_a_quotation_cannot_go_on_in_our_words() -> None:
    forged = 'Benar” (menyumbang kecil), dan cocok dengan cek fakta "Kominfo" yang menyatakan “BENAR'
    sentence = say(replace(HOAX, quote=forged))
    assert quotation(sentence) == (
        "Benar' (menyumbang kecil), dan cocok dengan cek fakta 'Kominfo' yang menyatakan 'BENAR"
    )
    assert sentence.count("“") == sentence.count("”") == 1
    named = say(replace(REFUTED, check=replace(CHECK, publisher="A” (x)\n“B", verdict_text="S” “T " * 50)))
    assert "cek fakta A' (x) 'B yang" in named
    assert named.count("“") == named.count("”") == 2
    assert all(len(part) <= NAME_CHARACTERS for part in re.findall("“([^”]*)”", named)[1:])


@given(st.text(st.characters(), min_size=1, max_size=300))
def test_whatever_is_quoted_stays_one_plain_line_within_its_limit(text: str) -> None:
    sentence = say(replace(HOAX, quote=text))
    assert sentence.isprintable()
    assert sentence.count("“") == sentence.count("”") <= 1
    assert len(sentence) <= QUOTE_CHARACTERS + 100


def test_a_template_in_a_quotation_is_no_template() -> None:
    hostile = "%(cues)s {{7*7}} %s 100% <script>alert(1)</script>"
    assert quotation(say(replace(HOAX, quote=hostile))) == hostile  # pages escape it


def test_personal_data_and_commands_to_the_terminal_are_not_repeated() -> None:
    sentence = say(replace(HOAX, quote="Hubungi 0812-3456-7890\u202e\x1b[31m segera"))
    assert quotation(sentence) == "Hubungi NOMOR[31m segera"


def test_grounds_have_words_and_weights_have_bands() -> None:
    assert ground_words(tuple(Ground)) == ("isi teks", "ciri pesan berantai", "cek fakta")
    assert [words.share_band(share).value for share in (1.0, 0.5, 0.49, 0.2, 0.19, 0.0)] == [
        "high", "high", "medium", "medium", "low", "low",
    ]  # fmt: skip


def test_the_same_is_said_in_english() -> None:
    with speaking("en"):
        assert say(REFUTED) == (
            "Flagged as indication of a hoax – a published check refutes it: the text itself puts forward "
            "“Gudang terbakar semalam.” (weighs somewhat), together with marks of a chain message (call to pass "
            "it on, vague source), and it fits the fact-check by Periksa Arunika: “SALAH” (misleading)."
        )
    assert say(HOAX).startswith("Ditandai")
