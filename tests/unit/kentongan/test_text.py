"""Cleaning, masking, sentences and shingles: properties, traps and hostile input."""

import signal
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kentongan import text

HOSTILE_BYTES = 300_000  # a pattern that goes back over its steps takes minutes for this
MOST_SECONDS = 10  # measured: 0.7 s at most, and 2.2 s for a megabyte

# Any text, and text made of what the patterns look for.
_PARTS = st.sampled_from(
    [
        "&", "amp;", "#", "lt;", "@", "USER", "budi", ".", ",", "-", "+62", "0812", "3456", " ", "\n", "\r", "(", ")",
        "www.", "http", "s://", "ppp", "bit.ly/", "wa.me/", "a.co", "B ", "1234", "XYZ", "\u200b", "\u0301",
        "\ufdfa", "＆", "iii", "NIK", "320101", "!", "?", "JAKARTA", " – ", "Baca juga", "Komentar", "\ud800", "\x00",
    ]
)  # fmt: skip
ANY = st.one_of(st.text(st.characters()), st.lists(_PARTS).map("".join))


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise AssertionError(f"took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@settings(deadline=None)
@given(ANY)
@example("httppps://a.b")
@example("&amp;amp;amp;amp;amp;amp;lt;")
@example("&lllt;b")
@example("a\u200b\u0301")
def test_normalising_twice_changes_nothing(raw: str) -> None:
    once = text.normalise(raw)
    assert text.normalise(once) == once
    assert once == " ".join(once.split())


@settings(deadline=None, max_examples=500)
@given(ANY)
@example("(0717) 42123")
@example("B2257JS")
@example("s.id/x BIT.LY/x WWW.x")
@example("aaA KKK ııı")
def test_what_is_looked_for_first_is_in_all_that_the_masks_find(raw: str) -> None:
    flat = unicodedata.normalize("NFKC", raw)
    if any(p.search(flat) for p in (text._PHONE, text._LANDLINE, text._NATIONAL_ID)):
        assert text._EIGHT_DIGITS.search(flat)
    if text._PLATE.search(flat):
        assert text._ANY_PLATE.search(flat)
    if text._URL.search(flat):
        assert any(cue in flat.lower() for cue in text._LINK_CUES)
    if text._HANDLE.search(flat) or text._AROUND_AT.search(flat):
        assert "@" in flat
    assert text.is_drawn_out(flat) == (text._RUN.search(flat) is not None)


@settings(deadline=None)
@given(ANY)
@example("@" + "a" * 80)
def test_masking_twice_changes_nothing(raw: str) -> None:
    once = text.mask_personal(raw)
    assert text.mask_personal(once) == once


@settings(deadline=None)
@given(ANY)
def test_every_sentence_lies_where_it_says(raw: str) -> None:
    end = 0
    for sentence in text.sentences(raw):
        assert raw[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip() != ""
        assert end <= sentence.start < sentence.end <= text.body_end(raw)
        end = sentence.end


@settings(deadline=None)
@given(ANY)
def test_cleaned_text_can_be_kept_anywhere(raw: str) -> None:
    cleaned = text.clean(raw)
    cleaned.encode()
    assert not any(ord(c) < 32 and c != "\n" for c in cleaned)
    assert "\n\n" not in cleaned
    assert cleaned == cleaned.strip()


@settings(deadline=None)
@given(ANY, ANY)
def test_containment_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    a, b = text.shingles(one), text.shingles(other)
    assert 0.0 <= text.containment(a, b) == text.containment(b, a) <= 1.0
    assert text.containment(a, a) == (1.0 if a else 0.0)
    assert all(0 <= h < 2**64 for h in a)


@pytest.mark.parametrize(
    "unit",
    [
        "a", "A-", "a.", "1.", "0", "08", "62 ", "+62", "@", "@a", "a@", "a@a.", ".", ".)", "!", "?\"", "\n", " ",
        "A ", "A, ", "(", "&", "&amp;", "&#", "&#9", "http://", "www.", "B 1", "B 1234 ", "a'", "\r", "A – ",
        "lll", "\ufdfa", "(0", "3201", "1 komentar\n", "baca juga\n", "\u0301", "Aa. ", "<", "JAKARTA, ",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "function", [text.clean, text.mask_personal, text.normalise, text.sentences], ids=lambda f: f.__name__
)
def test_a_long_run_of_one_thing_is_read_in_a_breath(function: Callable[[str], object], unit: str) -> None:
    size = HOSTILE_BYTES // len(unit.encode())
    hostile = (unit * size)[:size] + "x\x00"
    with at_most(MOST_SECONDS):
        function(hostile)


def test_a_character_reference_without_end_is_no_trouble() -> None:
    assert text.clean("a &#" + "9" * 10_000 + "; b") == "a \ufffd b"
    assert text.normalise("a &#" + "9" * 10_000 + "; b") == "a \ufffd b"


def test_old_line_ends_do_not_glue_words_together() -> None:
    assert text.clean("satu\rdua\x0btiga\x0cempat\r\nlima\x85enam") == "satu\ndua\ntiga\nempat\nlima\nenam"


def test_what_hides_or_turns_text_is_removed() -> None:
    assert text.clean("ho\u200baks \u2067x\u2069 \u061c\U000e0041y\x9f") == "hoaks x y"


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        ("Hubungi 0812-3456-7890 ya", "Hubungi NOMOR ya"),
        ("081234567890", "NOMOR"),
        ("WA: +62 812 3456 7890.", "WA: NOMOR."),
        ("wa.0812 3456 7890", "wa.NOMOR"),
        ("HP081234567890", "HPNOMOR"),
        ("62812-3456-7890", "NOMOR"),
        ("(0812) 3456 7890", "NOMOR"),
        ("0812.3456.7890", "NOMOR"),
        ("telp (0717) 421234", "telp NOMOR"),
        ("telp 021-88356024", "telp NOMOR"),
        ("kode *+37052529259*", "kode *NOMOR*"),
        ("telepon +1 (817) 555-0100", "telepon NOMOR"),
        ("https://wa.me/6281234567890 dan https://x.example/a?phone=6281234567890", "https://wa.me/NOMOR dan https://x.example/a?phone=NOMOR"),
        ("NIK 3201014107900001", "NIK NIK"),
        ("NIK 320101 410790 0001", "NIK NIK"),
        ("mobil BN 1234 AB hitam", "mobil PLAT hitam"),
        ("mobil B2257JS", "mobil PLAT"),
        ("surat budi.s+x@surat.example.id.", "surat EMAIL."),
        ("kata @budi_arunika.", "kata @USER."),
        ("kata @budi.arunika, lalu", "kata @USER, lalu"),
        ("kata @info-kota - lalu", "kata @USER - lalu"),
        ("@" + "a" * 80, "@USER"),
    ],
)  # fmt: skip
def test_personal_data_is_masked(raw: str, masked: str) -> None:
    assert text.mask_personal(raw) == masked
    assert text.normalise(masked) == text.normalise(raw)


@pytest.mark.parametrize(
    "kept",
    [
        "Rp 62.812.345.678", "Rp62.812.345.678,00", "Rp 628123456789", "Rp081234567890", "senilai 62.812.345.678 rupiah", "1.234.567 suara",
        "4/12/2023", "16-10-2024 08.15", "2024-2025", "tanggal 08 12 2024", "pukul 08.15 - 09.30 WIB",
        "TPS 001 RT 02 RW 08", "RT 005/RW 012", "skor 8-1", "TPS 081 dan 082", "pasal 28 ayat 3", "0,8123456789", "0.8123456789",
        "beras @12.000", "3 ekor @5000", "PA 212 DAN FPI", "UU 1 TAHUN 2024", "G30S PKI", "K3TUA", "E450 AMG", "SK 800/99/SE",
        "NOMOR 1234567890123456789", "2024111500010002", "112.215.71.242", "https://warta.example/2024/0812345678901",
        "a @ b", "www.facebook.com/100002508248302/posts/359737", "COVID 19", "naik +1.234.567.890 suara",
    ],
)  # fmt: skip
def test_prices_dates_counts_and_addresses_stay(kept: str) -> None:
    assert text.mask_personal(kept) == kept


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("Arunika, KabarKota.com – Wali kota meninjau pasar.", "Wali kota meninjau pasar."),
        ("ARUNIKA,Kabarkota.com –Wali kota – ya.", "ARUNIKA,Kabarkota.com –Wali kota – ya."),
        ("ARUNIKA,WARTAKOTA – Wali kota meninjau.", "Wali kota meninjau."),
        ("WARTAKOTA.ID – Wali kota meninjau.", "Wali kota meninjau."),
        ("ARUNIKA - Wali kota meninjau.", "Wali kota meninjau."),
        ("NEGARA SUDAH GILA – sebarkan!", "NEGARA SUDAH GILA – sebarkan!"),
        ("KPU CURANG - ini buktinya", "KPU CURANG - ini buktinya"),
        ("HOAKS - Beredar video gempa.", "HOAKS - Beredar video gempa."),
        ("Wali kota - dan wakilnya - datang.", "Wali kota - dan wakilnya - datang."),
    ],
)
def test_place_and_outlet_are_cut_and_shouting_is_not(raw: str, said: str) -> None:
    assert text.content(raw) == text.normalise(said)


@pytest.mark.parametrize(
    "furniture",
    [
        "Pos terkait", "Berita Terkait:", "Tinggalkan Balasan", "139 Komentar", "2 Comments on Banjir", "Leave a Reply",
        "Komentar", "Copyright © 2024 Warta", "© 2024 Warta Arunika", "Alamat email Anda tidak akan dipublikasikan.",
    ],
)  # fmt: skip
def test_comments_and_forms_are_cut_off(furniture: str) -> None:
    article = "Banjir di Arunika. " + "Warga mengungsi ke balai kelurahan. " * 10
    page = f"{article}\n{furniture}\nBuy cheap pills.\n"
    assert text.content(page) == article.strip()


def test_a_post_cannot_hide_what_it_says_behind_a_form_line() -> None:
    assert "dicoblos" in text.content("Halo\nTinggalkan Balasan\nSurat suara sudah dicoblos, sebarkan!")


@pytest.mark.parametrize(
    "line",
    [
        "Berita terkait penculikan anak itu tidak benar, kata polisi.",
        "Artikel terkait vaksin itu keliru.",
        "3 tanggapan warga soal banjir.",
        "12 komentar netizen dibacakan di sidang.",
        "Komentar wali kota ditunggu.",
    ],
)
def test_a_sentence_that_only_begins_like_a_form_stays(line: str) -> None:
    before = "Kabar hari ini dari kota. " * 20
    assert text.content(f"{before}\n{line}\nSelesai.") == f"{before}{line} Selesai."


def test_read_also_lines_are_left_out() -> None:
    page = "Banjir surut.\nBaca juga: Wali Kota Tinjau Pasar\nEditor: Sari\nWarga pulang."
    assert text.content(page) == "Banjir surut. Warga pulang."


def test_abbreviations_do_not_end_a_sentence() -> None:
    said = [
        s.text
        for s in text.sentences("Plt. Wali Kota dr. Umar Wati hadir di Jl. Melati No. 3. Warga senang.")
    ]
    assert said == ["Plt. Wali Kota dr. Umar Wati hadir di Jl. Melati No. 3.", "Warga senang."]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("hoaaaaks", "hoaks"), ("HOAAAX", "HOAX"), ("Perda III", "Perda III"), ("XXX", "XXX"), ("maaf", "maaf"),
        ("1.000.000", "1.000.000"), ("ＫＰＵ", "KPU"), ("&amp;quot;ya&amp;quot;", '"ya"'), ("Nabi ﷺ bersabda", "Nabi SAW bersabda"),
        ("lihat https://a.example/x?y=1 ya", "lihat URL ya"),
    ],
)  # fmt: skip
def test_normal_form(raw: str, plain: str) -> None:
    assert text.normalise(raw) == plain


def test_short_texts_have_one_shingle_and_empty_ones_none() -> None:
    assert len(text.shingles("banjir besar")) == 1
    assert text.shingles("!!! \n") == frozenset()
    assert text.containment(frozenset(), text.shingles("banjir besar")) == 0.0


def test_the_five_local_texts_lose_their_comments_and_only_the_two_copies_are_alike(
    shared_data: Path,
) -> None:
    files = sorted((shared_data / "local_news").glob("*.txt"))
    texts = [text.clean(file.read_text(encoding="utf-8")) for file in files]
    assert len(texts) == 5
    for one in texts:
        said = text.content(one)
        assert "Komentar" not in said
        assert "Leave a Reply" not in said
        assert 1_500 < len(said) < 4_000
    runs = [text.shingles(one) for one in texts]
    alike = {(i, j): text.containment(runs[i], runs[j]) for i in range(5) for j in range(i + 1, 5)}
    assert alike.pop((0, 1)) >= 0.6
    assert max(alike.values()) < 0.1
