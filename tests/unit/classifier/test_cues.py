"""Chain-message cues are named by group and are never proof."""

import pytest

from classifier.cues import find_cues


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Tolong bagikan ke tetangga", "ajakan sebar"),
        ("baca sebelum dihapus", "desakan waktu"),
        ("dapat dari WA grup sebelah", "sumber kabur"),
        ("media bungkam soal ini", "lawan media"),
        ("GEGER warga Arunika", "hiasan"),
        ("semoga yang membagikan selamat", "imbalan atau ancaman"),
        ("mohon diinfokan ke warga", "sopan palsu"),
        ("lihat kop surat di foto", "dokumen"),
    ],
)
def test_each_group_is_found(text: str, group: str) -> None:
    assert group in find_cues(text)


def test_an_ordinary_text_has_none() -> None:
    assert find_cues("Pasar ikan dibuka kembali pada hari Senin setelah diperbaiki.") == ()


def test_shouting_counts_as_decoration() -> None:
    assert find_cues("SELURUH WARGA ARUNIKA HARUS BERKUMPUL DI LAPANGAN SEKARANG JUGA") == ("hiasan",)


def test_words_inside_other_words_do_not_count() -> None:
    assert find_cues("Ia menderita penyakit menyebar dan tersebarnya") == ()
