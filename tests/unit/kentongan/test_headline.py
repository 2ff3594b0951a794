"""The line by which a claim is known says what is said, not that it should be passed on."""

import pytest

from kentongan.headline import MAX_CHARACTERS, headline_of

SAID = "Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan."


@pytest.mark.parametrize(
    "opening",
    [
        "INFO A1 DARI ORANG DALAM!!",
        "Assalamualaikum bapak ibu sekalian.",
        "VIRALKAN sebelum dihapus ya!!",
        "Dari grup sebelah nih,\n",
        "‼️ PENTING untuk kita semua ‼️\n",
        "Mohon izin berbagi info.",
        "Halo semua.",
    ],
)
def test_a_greeting_or_a_call_is_no_headline(opening: str) -> None:
    assert headline_of(f"{opening} {SAID}") == SAID


@pytest.mark.parametrize(
    "text",
    [
        "Waspada, air PDAM di Telaga Bening beracun sejak kemarin sore. Jangan diminum.",
        "Awas jalan putus di Sukamaju! Lewat jalan lain.",
        "Jangan pilih Raka Sudirja! Dia buronan.",
    ],
)
def test_what_says_something_stays(text: str) -> None:
    assert text.startswith(headline_of(text).rstrip(".!"))


def test_a_text_of_nothing_but_calls_is_its_own_headline() -> None:
    assert headline_of("Sebarkan!!") == "Sebarkan!!"
    assert headline_of("Viralkan ke semua grup!!") == "Viralkan ke semua grup!!"
    assert headline_of("") == ""


def test_a_long_one_is_cut_between_words() -> None:
    line = headline_of("kata " * 100)
    assert len(line) <= MAX_CHARACTERS + 2
    assert line.endswith("kata …")
