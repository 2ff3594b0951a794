"""The verdict that a headline opens with, and headlines that only look as if they did."""

import pytest

from crawler.verdicts import leading_word


@pytest.mark.parametrize(
    ("title", "word", "rest"),
    [
        ("Cek Fakta: Tidak Benar Kota Ditutup", "Tidak Benar", "Kota Ditutup"),
        ("Hoaks, Pasar Arunika Ditutup", "Hoaks", "Pasar Arunika Ditutup"),
        ("Keliru: Klaim bahwa Air Ledeng Beracun", "Keliru", "Air Ledeng Beracun"),
        ("Benar, Jembatan Arunika Retak", "Benar", "Jembatan Arunika Retak"),
    ],
)
def test_a_headline_that_opens_with_a_verdict_gives_it(title: str, word: str, rest: str) -> None:
    assert leading_word(title) == (word, rest)


@pytest.mark.parametrize(
    "title",
    [
        "Benar-benar Terjadi, Jembatan Arunika Retak",
        "Benar atau Salah: Pasar Arunika Ditutup",
        "Benar Tidaknya Kabar Pasar Arunika Ditutup",
        "Hoaks Seputar Vaksin yang Beredar di Arunika",
        "Keliru atau Benar? Air Ledeng Beracun",
        "Cek Fakta: Benar atau Salah Pasar Arunika Ditutup",
    ],
)
def test_a_headline_that_asks_or_gathers_gives_no_verdict(title: str) -> None:
    assert leading_word(title) == ("", title)
