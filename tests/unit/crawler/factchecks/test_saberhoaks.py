"""Jabar Saber Hoaks: clarifications with a category."""

import pytest

from crawler.errors import CrawlError, ShapeDrift, UnknownVerdict
from crawler.factchecks.saberhoaks import read_list, read_page
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

LIST = "https://saber.example/v2/klarifikasi"
URL = f"{LIST}/detail/PTN001/PASAR-ARUNIKA"


def clarification(title: str, category: str, narration: str = "Awas, pasar ditutup!") -> str:
    return page(
        title,
        f"<p>Kategori: {category}</p><h4>Narasi</h4><p>{narration}</p><h4>Penjelasan</h4><p>{PROSE}</p>",
    )


def test_a_list_leads_to_its_clarifications() -> None:
    body = page(
        "Klarifikasi", '<a href="/v2/klarifikasi/detail/PTN001/PASAR-ARUNIKA">x</a><a href="/v2/home">y</a>'
    )

    assert [e.url for e in read_list(document(body, LIST), OUTLET).entries] == [URL]


@pytest.mark.parametrize("body", [page("Klarifikasi", ""), ERROR_PAGE])
def test_a_list_without_clarifications_is_drift(body: str) -> None:
    with pytest.raises(ShapeDrift, match="no link to a clarification"):
        read_list(document(body, LIST), OUTLET)


def test_the_category_is_the_verdict_of_a_title_that_tells_none() -> None:
    check = read_page(document(clarification("Pasar Arunika Ditutup", "Disinformasi"), URL), OUTLET)

    assert (check.claim, check.verdict, check.verdict_text) == (
        "Pasar Arunika Ditutup",
        Verdict.REFUTED,
        "Disinformasi",
    )


def test_a_review_and_a_bracketed_title_are_believed_before_the_category() -> None:
    review = page("Pasar", "", review=claim_review("Pasar Arunika ditutup", "Salah"))
    bracketed = clarification("[HOAKS] Pasar Arunika Ditutup", "Lainnya")

    assert read_page(document(review, URL), OUTLET).verdict_text == "Salah"
    assert read_page(document(bracketed, URL), OUTLET).verdict_text == "HOAKS"


@pytest.mark.parametrize("body", [page("Pasar Arunika Ditutup", "<p>Isi</p>"), ERROR_PAGE])
def test_a_page_without_a_verdict_anywhere_is_drift(body: str) -> None:
    with pytest.raises(ShapeDrift, match="no verdict"):
        read_page(document(body, URL), OUTLET)


def test_an_unknown_verdict_prose_alone_and_scams() -> None:
    with pytest.raises(UnknownVerdict):
        read_page(document(clarification("Pasar Arunika", "Seputar Arunika"), URL), OUTLET)
    with pytest.raises(CrawlError, match="own words"):
        read_page(document(clarification(f"[HOAKS] {PROSE}", "Hoaks", PROSE), URL), OUTLET)
    assert read_page(document(clarification(f"[HOAKS] {SCAM}", "Hoaks"), URL), OUTLET).claim == MASKED_SCAM
