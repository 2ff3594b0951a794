"""Names of private people are masked by what stands beside them; offices and plain names stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.private_names import mask_private


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        ("Transfer ke BCA 1234567890 a.n. Siti Rukmini ya", "Transfer ke BCA REKENING a.n. NAMA ya"),
        (
            "rekening BRI: 0123-01-234567-50-9 atas nama Joko Purwadi.",
            "rekening BRI: REKENING atas nama NAMA.",
        ),
        (
            "Hati-hati pelaku bernama Rudi Hartoyo bin Saleh, masih buron",
            "Hati-hati pelaku bernama NAMA, masih buron",
        ),
        ("Kasihan Ibu Siti Rukmini (45), rumahnya terbakar", "Kasihan Ibu NAMA (45), rumahnya terbakar"),
        ("Pak Darmo warga RT 05 katanya penculik", "Pak NAMA warga RT 05 katanya penculik"),
        ("Rek BCA 6800000057 A/N SITI RUKMINI segera", "Rek BCA REKENING A/N NAMA segera"),
        ("Korban Yuli Astarini (17 tahun) belum pulang", "Korban NAMA (17 tahun) belum pulang"),
        ("DITANGKAP: Bambang Sukoco (32), sopir angkot", "DITANGKAP: NAMA (32), sopir angkot"),
    ],
)
def test_who_is_introduced_or_placed_is_masked(raw: str, masked: str) -> None:
    assert mask_private(raw) == masked


@pytest.mark.parametrize(
    "kept",
    [
        "Wali Kota Arunika, Surya Wirawan (51), membantah kabar itu",
        "atas nama Ketua KPU Arunika Dewi Larasati disampaikan terima kasih",
        "Calon nomor dua bernama Surya Wirawan berjanji",
        "Ibu pertiwi (45 menit) ditayangkan malam ini",
        "Surya Wirawan menolak debat",
        "Atas nama rakyat Arunika kami menolak",
        "Rp 1234567890 untuk jembatan",
        "Bapak presiden (70) hadir",
        "Survei: Surya (54), Dewi (24), Joko (16)",
        "Perolehan kursi: PAR (25), PBA (18)",
        "Atas nama Islam mereka menolak, atas nama Rakyat mereka menuntut",
        "atas nama Allah dan Bangsa kami bersumpah",
        "aplikasi bernama Sirekap bermasalah lagi",
        "Bantuan bagi Pemilik Rekening Bank Tertentu",
        "Pak Surya jalan-jalan ke pasar",
        "Pak Surya jalan kaki",
        "Pak Surya tinggal menunggu pelantikan",
        "terima dana 50.000.000 untuk serangan fajar",
        "transfer BCA 1.250.000.000 dari kas",
        "partai baru bernama Perindah",
        "TPS Desa Rantau (12)",
    ],
)
def test_offices_plain_names_and_other_words_stay(kept: str) -> None:
    assert mask_private(kept) == kept


@given(st.text(alphabet="aA. ,()45bin:ntmSi\n", max_size=120) | st.text(max_size=120))
def test_masking_twice_changes_nothing(raw: str) -> None:
    assert mask_private(mask_private(raw)) == mask_private(raw)


def test_a_long_run_of_names_is_read_in_a_breath() -> None:
    for unit in ("Ab ", "a.n. Ab ", "A", "BCA 1", "Ab (4", "bin "):
        mask_private(unit * 100_000)
