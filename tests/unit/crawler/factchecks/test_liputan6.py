"""Liputan6: headlines that open with the verdict."""

import pytest

from crawler.errors import CrawlError, ShapeDrift
from crawler.factchecks.liputan6 import read_list, read_page
from kentongan.domain import Verdict
from tests.unit.crawler.factchecks.invented import (
    ERROR_PAGE,
    MASKED_SCAM,
    OUTLET,
    PROSE,
    SCAM,
    claim_review,
    document,
    page,
)

LIST = "https://www.liputan6.example/cek-fakta/indeks"
URL = "https://www.liputan6.example/cek-fakta/read/600/cek-fakta-pasar"


def article(title: str) -> str:
    return page(title, f'<div class="article-content-body__item-page"><p>{PROSE}</p></div>')


def test_an_index_leads_to_its_checks() -> None:
    links = '<a href="/cek-fakta/read/600/a">a</a><a href="/news/read/1/b">b</a>'

    reading = read_list(document(page("Indeks", links), LIST), OUTLET)

    assert [e.url for e in reading.entries] == ["https://www.liputan6.example/cek-fakta/read/600/a"]
    assert reading.next_url == f"{LIST}?page=2"


@pytest.mark.parametrize("body", [page("Indeks", ""), ERROR_PAGE])
def test_an_index_without_checks_is_drift(body: str) -> None:
    with pytest.raises(ShapeDrift, match="no link to a check"):
        read_list(document(body, LIST), OUTLET)


@pytest.mark.parametrize(
    ("title", "claim", "word", "verdict"),
    [
        ("Cek Fakta: Hoaks Pasar Arunika Ditutup", "Pasar Arunika Ditutup", "Hoaks", Verdict.REFUTED),
        (
            "Cek Fakta: Tidak Benar Pasar Arunika Ditutup",
            "Pasar Arunika Ditutup",
            "Tidak Benar",
            Verdict.REFUTED,
        ),
        ("Cek Fakta: Keliru, Klaim bahwa Pasar Ditutup", "Pasar Ditutup", "Keliru", Verdict.REFUTED),
        ("Cek Fakta: Belum Terbukti Pasar Ditutup", "Pasar Ditutup", "Belum Terbukti", Verdict.UNPROVEN),
    ],
)
def test_the_headline_tells_verdict_and_claim(title: str, claim: str, word: str, verdict: Verdict) -> None:
    check = read_page(document(article(title), URL), OUTLET)

    assert (check.claim, check.verdict_text, check.verdict) == (claim, word, verdict)


def test_a_review_on_the_page_is_believed_first() -> None:
    body = page("Cek Fakta: Hoaks Pasar", "", review=claim_review("Pasar Arunika ditutup", "Salah"))

    assert read_page(document(body, URL), OUTLET).claim == "Pasar Arunika ditutup"


@pytest.mark.parametrize("title", ["Cek Fakta: Benarkah Pasar Arunika Ditutup?", "Salah Satu Pasar Arunika"])
def test_a_headline_that_asks_or_tells_no_verdict_is_refused_and_never_guessed(title: str) -> None:
    with pytest.raises(CrawlError, match="without a verdict") as caught:
        read_page(document(article(title), URL), OUTLET)
    assert not isinstance(caught.value, ShapeDrift)


def test_a_page_of_another_shape_is_drift() -> None:
    for asked, url in ((URL, URL), (URL, "https://www.liputan6.example/")):
        with pytest.raises(ShapeDrift):
            read_page(document(ERROR_PAGE, url, asked=asked), OUTLET)


def test_prose_is_refused_and_a_scam_masked() -> None:
    with pytest.raises(CrawlError, match="own words"):
        read_page(document(article(f"Cek Fakta: Hoaks {PROSE}"), URL), OUTLET)

    assert read_page(document(article(f"Cek Fakta: Hoaks {SCAM}"), URL), OUTLET).claim == MASKED_SCAM
