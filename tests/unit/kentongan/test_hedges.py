"""Asking and denying are told from claiming by their words."""

import pytest

from kentongan.hedges import asks_or_denies


@pytest.mark.parametrize(
    "text",
    [
        "Apa benar semua TPS ditutup jam sembilan? Ada yang tahu?",
        "Jangan percaya kabar bahwa TPS ditutup jam sembilan, itu bohong.",
        "Kok bisa ada yang bilang TPS ditutup jam sembilan, tolong KPU klarifikasi.",
        "Benarkah surat suara sudah dicoblos?",
        "Bener gak sih TPS tutup jam sembilan?",
        "[SALAH] TPS ditutup jam sembilan",
        "KPU membantah TPS ditutup jam sembilan.",
        "TPS ditutup jam sembilan, hoax ya ini?",
        "Kabar TPS tutup jam sembilan tidak benar.",
        "Tolong jangan disebar dulu sebelum ada jawaban dari PPS.",
    ],
)
def test_a_question_or_a_denial_is_heard(text: str) -> None:
    assert asks_or_denies(text)


@pytest.mark.parametrize(
    "text",
    [
        "INFO A1! Semua TPS ditutup jam sembilan, sebarkan sebelum dihapus!",
        "Ini bukan hoaks! Surat suara sudah dicoblos 12 kontainer, media bungkam.",
        "Beredar surat edaran wali kota, mulai Senin jalan ditutup tiga hari.",
    ],
)
def test_a_claim_is_not_taken_for_one(text: str) -> None:
    assert not asks_or_denies(text)
