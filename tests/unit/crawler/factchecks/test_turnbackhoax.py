"""turnbackhoax.id as it is: cards, pages, and its error page that answers 200."""

import pytest

from crawler.errors import CrawlError, ShapeDrift, UnknownVerdict
from crawler.factchecks.turnbackhoax import read_list, read_page
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

LIST = "https://tbh.example/articles?category=all&page=1"
URL = "https://tbh.example/articles/901-salah-pasar-arunika"


def card(number: int, day: str = "03/11/2025") -> str:
    return (
        f'<div class="news-card-h-alt"><a href="/articles/{number}-salah-pasar"><img alt="x"></a>'
        f'<a href="/articles?category=2">Politik</a><span>{day}</span></div>'
    )


def article(claim: str, word: str, narration: str = "") -> str:
    body = (
        f'<section class="article-origin"><div class="quoted">{narration}</div></section>'
        f'<section class="article-explanation"><p>{PROSE}</p></section>'
    )
    review = claim_review(claim, word)
    del review["datePublished"]
    return page(f"[SALAH] {claim}", body, review=review)


def test_a_list_names_each_check_once_with_its_day_and_leads_to_the_next() -> None:
    reading = read_list(document(page("Arsip", card(901) + card(901) + card(900)), LIST), OUTLET)

    assert [e.url for e in reading.entries] == [
        URL[: URL.index("901")] + f"{n}-salah-pasar" for n in (901, 900)
    ]
    assert all(e.published_at and e.published_at.day == 2 for e in reading.entries)  # midnight in Jakarta
    assert reading.next_url == "https://tbh.example/articles?category=all&page=2"


@pytest.mark.parametrize(
    ("body", "url", "named"),
    [
        (page("Arsip", "<div class='kartu-baru'></div>"), LIST, "no card of a check"),
        (ERROR_PAGE, LIST, "an error page that answers 200"),
        (ERROR_PAGE, LIST.replace("page=1", "page=2"), "an error page that answers 200"),
        (b"\x00\x01\x02\x03" * 50, LIST, "not text"),
    ],
)
def test_a_list_without_cards_is_drift(body: str | bytes, url: str, named: str) -> None:
    with pytest.raises(ShapeDrift, match=named):
        read_list(document(body, url), OUTLET)


def test_beyond_the_last_list_there_is_nothing_and_no_drift() -> None:
    assert read_list(document(page("Arsip", ""), LIST.replace("page=1", "page=99")), OUTLET).entries == ()


def test_a_page_gives_its_claim() -> None:
    check = read_page(document(article("Pasar Arunika ditutup", "Salah"), URL), OUTLET)

    assert (check.claim, check.verdict, check.verdict_text) == (
        "Pasar Arunika ditutup",
        Verdict.REFUTED,
        "Salah",
    )


def test_where_the_review_holds_prose_the_quoted_narration_is_the_claim() -> None:
    check = read_page(document(article(PROSE, "Salah", "Awas! Pasar Arunika ditutup"), URL), OUTLET)

    assert check.claim == "Awas! Pasar Arunika ditutup"


def test_prose_in_review_and_narration_is_refused() -> None:
    with pytest.raises(CrawlError, match="own words"):
        read_page(document(article(PROSE, "Salah", PROSE), URL), OUTLET)


@pytest.mark.parametrize(
    ("body", "named"), [(ERROR_PAGE, "an error page that answers 200"), (page("Pasar", ""), "no ClaimReview")]
)
def test_a_page_without_its_review_is_drift(body: str, named: str) -> None:
    with pytest.raises(ShapeDrift, match=named):
        read_page(document(body, URL), OUTLET)


def test_an_unknown_verdict_is_reported() -> None:
    with pytest.raises(UnknownVerdict):
        read_page(document(article("Pasar Arunika ditutup", "Entahlah"), URL), OUTLET)


def test_a_scams_number_and_link_are_masked() -> None:
    assert read_page(document(article(SCAM, "Penipuan"), URL), OUTLET).claim == MASKED_SCAM
