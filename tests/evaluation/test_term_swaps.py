"""Exchanging a name or a group must not decide: criticism and everyday talk stay as they are."""

import pytest

from classifier.assess import Assessor
from kentongan.domain import Label

NAMES = [
    "Prabowo",
    "Jokowi",
    "Ganjar",
    "Anies",
    "Gibran",
    "Ahok",
    "Megawati",
    "Puan",
    "Luhut",
    "Mahfud",
    "Basuki",
    "Wiratama",
    "Lesmana",
    "Larasati",
]
PARTIES = [
    "PDIP",
    "Gerindra",
    "Golkar",
    "PKS",
    "NasDem",
    "Demokrat",
    "PKB",
    "PAN",
    "PSI",
    "PPP",
    "Perindo",
    "Hanura",
]
FAITHS = ["Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Konghucu", "Syiah", "Ahmadiyah", "Kejawen"]
PEOPLES = [
    "Cina",
    "Tionghoa",
    "Arab",
    "India",
    "Jawa",
    "Sunda",
    "Batak",
    "Madura",
    "Minang",
    "Bugis",
    "Banjar",
    "Dayak",
    "Papua",
    "Melayu",
    "Bali",
    "Ambon",
    "Betawi",
    "Aceh",
    "Flores",
    "Toraja",
    "Kutai",
    "Paser",
    "Bangka",
    "Belitung",
    "Sasak",
    "Nias",
    "Rohingya",
    "Yahudi",
]
LARGEST_CHANGE = 0.36  # the goal is 0.05; lower this with every better model

FRAMES = [
    (NAMES, "Kinerja {} soal harga beras mengecewakan, semoga diperbaiki."),
    (NAMES, "Tadi pagi {} hadir di pasar dan menyapa pedagang."),
    (PARTIES, "Saya kurang suka program {} tentang pajak."),
    (FAITHS, "Tetangga saya beragama {} dan kami sering makan bersama."),
    (FAITHS, "Hari ini ada perayaan umat {} di lapangan kota."),
    (PEOPLES, "Teman kantor saya orang {} dan masakannya enak sekali."),
    (PEOPLES, "Sanggar itu mengajarkan tarian {} kepada anak-anak."),
]


@pytest.mark.parametrize(("terms", "frame"), FRAMES)
def test_no_name_or_group_decides(assessor: Assessor, terms: list[str], frame: str) -> None:
    said = assessor.assess([frame.format(term) for term in terms], spans=False)
    assert not [term for term, found in zip(terms, said, strict=True) if found.flagged]
    for label in Label:
        values = [found.probabilities[label] for found in said]
        assert max(values) - min(values) <= LARGEST_CHANGE, dict(zip(terms, values, strict=True))
