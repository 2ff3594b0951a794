"""ClaimReview: the claim alone, the verdict by table, never guessed."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.claim_review import read_claim_review
from crawler.claim_text import MAX_CLAIM_CHARACTERS, claim_text, mask_links
from crawler.errors import CrawlError, UnknownVerdict
from crawler.verdicts import verdict_of
from kentongan.domain import NewFactCheck, Verdict

URL = "https://cek.example/1"


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("Salah", Verdict.REFUTED),
        ("[HOAKS]", Verdict.REFUTED),
        ("KELIRU", Verdict.REFUTED),
        ("Imposter Content", Verdict.REFUTED),
        ("Sesat", Verdict.MISLEADING),
        ("False Context", Verdict.MISLEADING),
        ("Sebagian Benar", Verdict.MISLEADING),
        ("Belum Terbukti", Verdict.UNPROVEN),
        ("Tidak terbukti", Verdict.UNPROVEN),
        ("BENAR", Verdict.TRUE),
        ("Fakta", Verdict.TRUE),
        ("Klarifikasi", Verdict.CLARIFICATION),
        ("[PENIPUAN]", Verdict.SCAM),
        ("Satire", Verdict.SATIRE),
    ],
)
def test_a_checkers_word_means_what_the_table_says(word: str, verdict: Verdict) -> None:
    assert verdict_of(word, URL) is verdict


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("HOAX + HASUT", Verdict.REFUTED),
        ("DISINFORMASI/FITNAH", Verdict.REFUTED),
        ("False & Misleading", Verdict.REFUTED),
        ("KLARIFIKASI/BENAR", Verdict.CLARIFICATION),
        ("Konteks hilang", Verdict.MISLEADING),
        ("Tanpa bukti", Verdict.UNPROVEN),
    ],
)
def test_several_words_together_mean_the_gravest_of_them(word: str, verdict: Verdict) -> None:
    assert verdict_of(word, URL) is verdict


@pytest.mark.parametrize("word", ["SALAH/BENAR", "HOAX + LUCU", "Satire & Salah", "/", "EDUKASI"])
def test_words_that_do_not_go_together_are_no_verdict(word: str) -> None:
    with pytest.raises(UnknownVerdict):
        verdict_of(word, URL)


@pytest.mark.parametrize("word", ["", "Mungkin", "tidak salah", "benar-benar salah", "4/5"])
def test_an_unknown_word_is_reported_and_never_guessed(word: str) -> None:
    with pytest.raises(UnknownVerdict, match="unknown verdict"):
        verdict_of(word, URL)


@pytest.mark.parametrize(
    ("raw", "claim"),
    [
        ("[SALAH] Kota Arunika ditutup", "Kota Arunika ditutup"),
        ("[SALAH]: “Kota Arunika ditutup”", "Kota Arunika ditutup"),
        ("[HOAKS] [SALAH] Kota Arunika ditutup", "Kota Arunika ditutup"),
        ("CEK FAKTA: Kota Arunika ditutup", "Kota Arunika ditutup"),
        ("HOAKS! Kota Arunika ditutup", "HOAKS! Kota Arunika ditutup"),
        ("Benarkah Kota Arunika ditutup", "Benarkah Kota Arunika ditutup"),
        ("Salah satu pasar Arunika ditutup", "Salah satu pasar Arunika ditutup"),
        ("Hubungi 0812-3456-7890 untuk hadiah", "Hubungi NOMOR untuk hadiah"),
    ],
)
def test_verdict_prefixes_are_cut_and_numbers_masked(raw: str, claim: str) -> None:
    assert claim_text(raw, URL) == claim


@pytest.mark.parametrize(
    "raw", ["", "[SALAH]", "Faktanya pasar tetap buka", "Kesimpulan: kabar itu tidak benar"]
)
def test_the_checkers_own_words_are_no_claim(raw: str) -> None:
    with pytest.raises(CrawlError):
        claim_text(raw, URL)


def read(**fields: object) -> NewFactCheck:
    node: dict[str, object] = {
        "@type": "ClaimReview",
        "claimReviewed": "[SALAH] Kota Arunika ditutup",
        "reviewRating": {"@type": "Rating", "alternateName": "Salah"},
        "author": {"@type": "Organization", "name": "Cek Arunika"},
        "url": "https://jahat.example/",
    } | fields
    return read_claim_review(
        node,
        f"{URL}?utm_source=x",
        source="cek",
        publisher="Cek",
        title="Judul",
        zone=ZoneInfo("Asia/Jakarta"),
    )


def test_a_claim_review_keeps_the_publishers_word_and_the_pages_own_address() -> None:
    check = read()

    assert (check.url, check.publisher, check.verdict_text) == (URL, "Cek Arunika", "Salah")
    assert check.verdict is Verdict.REFUTED


@pytest.mark.parametrize("rating", [None, {}, {"ratingValue": 1}, {"alternateName": 3}, "Salah"])
def test_a_check_without_a_verdict_in_words_is_an_error(rating: object) -> None:
    with pytest.raises(CrawlError, match="without a verdict"):
        read(reviewRating=rating)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Daftar di https://bansos-arunika.example/klaim?x=1.", "Daftar di URL."),
        ("Klik bit.ly/hadiah-arunika sekarang", "Klik URL sekarang"),
        ("Klik s.id/arunika, bagikan", "Klik URL, bagikan"),
        ("Isi di hadiah-arunika.my.id atau www.arunika.example/a", "Isi di URL atau URL"),
        ("http :// pulsa . arunika . xyz/?v=2 segera", "URL segera"),
        ("situs pendaftaran-arunika.my[dot]id palsu", "situs URL palsu"),
        ("Artikel Kabararunika.com berjudul Pasar", "Artikel Kabararunika.com berjudul Pasar"),
        ("Beras Rp12.000/kg dan gelar S.Pd/M.Pd", "Beras Rp12.000/kg dan gelar S.Pd/M.Pd"),
    ],
)
def test_links_of_a_claim_are_masked_and_names_and_prices_are_not(text: str, masked: str) -> None:
    assert mask_links(text) == masked
    assert mask_links(masked) == masked


def test_neither_number_mail_nor_link_of_a_scam_is_kept_in_a_claim() -> None:
    claim = claim_text(
        "[PENIPUAN] Hadiah: hubungi 0812-3456-7890, sari@hadiah.xyz atau https://wa.me/6281234567890", URL
    )

    assert claim == "Hadiah: hubungi NOMOR, EMAIL atau URL"


@pytest.mark.parametrize("raw", ["[SALAH] https://a.example/x", "0812-3456-7890", "“...”"])
def test_a_link_or_number_alone_is_no_claim(raw: str) -> None:
    with pytest.raises(CrawlError, match="without a claim"):
        claim_text(raw, URL)


@given(st.text())
def test_any_text_is_a_masked_claim_or_refused(raw: str) -> None:
    try:
        claim = claim_text(raw, URL)
    except CrawlError:
        return
    assert 0 < len(claim) <= MAX_CLAIM_CHARACTERS
