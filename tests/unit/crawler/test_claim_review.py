"""ClaimReview: the claim alone, the verdict by table, never guessed."""

from zoneinfo import ZoneInfo

import pytest

from crawler.claim_review import claim_text, read_claim_review, verdict_of
from crawler.errors import CrawlError, UnknownVerdict
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
