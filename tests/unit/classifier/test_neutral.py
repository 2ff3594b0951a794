"""Names come out, what is said of them stays, and places and ordinary words are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.neutral import listed, neutralise, placeholders


@pytest.mark.parametrize("kind", ["person", "party", "religion", "people", "worship", "clergy"])
def test_every_listed_name_of_a_kind_reads_alike(kind: str) -> None:
    frame = "Kemarin {} dibicarakan warga di pasar"
    assert {neutralise(frame.format(form)) for form in listed(kind)} == {frame.format(placeholders()[kind])}


@pytest.mark.parametrize("form", ["PRABOWO", "prabowo", "Prabowo", "Prabowonya", "prabowolah"])
def test_capitals_and_clitics_hide_no_name(form: str) -> None:
    assert neutralise(f"kata {form} begitu") == "kata Tokoh begitu"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("#TangkapJokowi sekarang", "#TangkapTokoh sekarang"),
        ("Prabowo-Gibran menang", "Tokoh-Tokoh menang"),
        ("calon wali kota Raka Sudirja menang", "calon wali kota Tokoh menang"),
        ("Pak Lurah Sumber Rejo", "Pak Lurah Sumber Rejo"),
        ("banjir di Jawa Barat dan Papua Tengah", "banjir di Jawa Barat dan Papua Tengah"),
        ("pergi haji ke Arab Saudi", "pergi haji ke Arab Saudi"),
        ("jangan pura-pura lupa", "jangan pura-pura lupa"),
        ("baliho di jalan, pan goreng", "baliho di jalan, pan goreng"),
        ("PAN dan PKB", "Partai dan Partai"),
        ("isu SARA dan hoaks", "isu SARA dan hoaks"),
        ("#Prabowo2024 menang", "#Tokoh menang"),
        ("orang Cina baru datang", "orang Suku baru datang"),
        ("warga Bangka Belitung", "warga Bangka Belitung"),
        ("ban bocor 40 psi, tarif PBB naik", "ban bocor 40 psi, tarif PBB naik"),
        (
            "Petahana Gagal Total Mengurus Sampah, jangan pilih",
            "Petahana Gagal Total Mengurus Sampah, jangan pilih",
        ),
        ("Kinerja Pak Camat Mengecewakan. Saya protes", "Kinerja Pak Camat Mengecewakan. Saya protes"),
        ("Caleg Tidak Jujur Jangan Dipilih", "Caleg Tidak Jujur Jangan Dipilih"),
    ],
)
def test_what_is_a_name_and_what_is_not(text: str, read: str) -> None:
    assert neutralise(text) == read


@given(st.text(max_size=200))
def test_any_text_can_be_read_twice_the_same(text: str) -> None:
    once = neutralise(text)
    assert neutralise(once) == once
