"""Texts as they leave: whatever looks like a number, an address or an account goes, however it is written."""

import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kentongan.sharing.redact import public_address, redact, shorten
from kentongan.text import mask_personal

DIGITS = st.text("0123456789", min_size=8, max_size=16)
PARTED = st.sampled_from(["", " ", "-", ".", " - ", " (", ") ", "/", "\u00a0", "\u2009"])
LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=9)
WORDS = ("Besok semua TPS ditutup, hubungi ", " lalu sebarkan ke semua grup")
QUICK = settings(max_examples=150, deadline=None)


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


@QUICK
@given(DIGITS, st.lists(PARTED, min_size=16, max_size=16), st.booleans())
def test_no_long_number_is_left_however_it_is_parted(number: str, parts: list[str], wide: bool) -> None:
    told = "".join(digit + part for digit, part in zip(number, parts, strict=False))
    if wide:
        told = told.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert len(digits_of(redact(WORDS[0] + told + WORDS[1]))) < 8


@QUICK
@given(
    LETTERS,
    st.sampled_from(
        [
            "{0}@pos.example", "{0} @ pos.example", "{0}(at)pos.example", "{0} [at] pos [dot] example",
            "{0}{{at}}pos{{titik}}example", "@{0}", "@ {0}", "https://t.me/{0}", "t.me/{0}", "www.{0}.example",
            "instagram.com/{0}", "m.facebook.com/{0}/posts/1", "IG: {0}", "ig:{0}", "akun = {0}", "FB : {0}",
            "HTTPS://X.COM/{0}", "＠{0}",
        ]
    ),
)  # fmt: skip
def test_no_account_and_no_address_is_left(name: str, form: str) -> None:
    name = f"zq{name}"
    assert name not in redact(WORDS[0] + form.format(name) + WORDS[1]).lower()


@QUICK
@given(
    st.sampled_from(["BN", "kt", "B", "da"]),
    st.integers(100, 9999),
    st.sampled_from(["QX", "abc", "Zq"]),
    st.sampled_from([" ", "-", "", "."]),
)
def test_no_plate_is_left(area: str, number: int, rest: str, between: str) -> None:
    plate = f"{area}{between}{number}{between}{rest}"
    assert str(number) not in redact(f"Mobil {plate} terlihat di gudang.")


@QUICK
@given(LETTERS.filter(lambda name: len(name) > 4), st.sampled_from([str.upper, str.title, str.lower]))
def test_a_name_that_posted_is_left_nowhere(name: str, spell: object) -> None:
    assert callable(spell)
    said = f"Kata {spell('zq' + name)}: {spell('zq' + name)}, TPS ditutup"
    assert f"zq{name}" not in redact(said, {f"Zq{name}"}).lower()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120) | st.from_regex(r"[a-zB0-9@:./ ()-]{0,60}", fullmatch=True))
def test_what_was_masked_once_is_masked(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
    assert mask_personal(once) == once
    assert len(shorten(text, 40)) <= 60
    assert redact(shorten(text, 40)) == shorten(text, 40)


@pytest.mark.parametrize(
    "text",
    [
        "Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena surat suara sudah dicoblos",
        "Beredar surat edaran Wali Kota Arunika nomor 800/99/SE: mulai Senin seluruh jalan protokol ditutup",
        "Dia buronan kasus korupsi 40 miliar, ijazahnya palsu semua.",
        "Pemilu 2024 di 12 TPS, pukul 07.30 WIB",
    ],
)
def test_ordinary_sentences_leave_as_they_are(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://periksa.example/2026/11/30/judul-klaim", "https://periksa.example/2026/11/30/judul-klaim"),
        ("https://periksa.example/?p=123#akun", "https://periksa.example/?p=123"),
        ("https://periksa.example/a?user=budi", "https://periksa.example/a"),
        ("https://www.facebook.com/budi.santoso/posts/1", ""),
        ("https://t.me/budi/3", ""),
        ("https://wa.me/628123456789", ""),
        ("https://budi@periksa.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://[::1", ""),
        ("", ""),
    ],
)
def test_of_a_check_only_an_address_that_names_no_account_leaves(url: str, told: str) -> None:
    assert public_address(url) == told


@pytest.mark.parametrize("piece", ["a", "a.", "a-", "a_", "a@", "1 "])
def test_a_long_text_takes_no_longer_than_its_length_lets_one_expect(piece: str) -> None:
    begun = process_time()
    redact(piece * (20_000 // len(piece)))
    assert process_time() - begun < 15  # well under a second; by the square of its length it was a minute


@pytest.mark.parametrize(
    "text", ["..bit.ly/x", "lihat -bit.ly/x", "a.b.bit.ly/x?y", "x@y.id/z", "(sub.situs.co.id/a)"]
)
def test_an_address_is_masked_wherever_it_begins(text: str) -> None:
    assert "/x" not in redact(text)
    assert "bit" not in redact(text)
    assert "situs" not in redact(text)
