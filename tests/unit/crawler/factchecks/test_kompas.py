"""Kompas: a list that tells each check in full."""

import pytest

from crawler.errors import CrawlError, ShapeDrift, UnknownVerdict
from crawler.factchecks.kompas import read_list, read_page
from kentongan.domain import Verdict
from tests.unit.crawler.factchecks.invented import (
    ERROR_PAGE,
    MASKED_SCAM,
    OUTLET,
    PROSE,
    SCAM,
    document,
    page,
)

LIST = "https://www.kompas.example/cekfakta/hoaks-atau-fakta"
PATH = "/cekfakta/read/2025/11/03/120000582/pasar-arunika"


def card(title: str, path: str = PATH) -> str:
    return (
        f'<div class="cekfakta-list"><a class="cekfakta-list-link" href="{path}">'
        f'<h1 class="cekfakta-list-title">{title}</h1>'
        f'<p class="cekfakta-text-date">03/11/2025, 12:00 WIB</p></a></div>'
    )


def test_a_list_gives_its_checks_and_leads_to_the_next() -> None:
    body = page(
        "Hoaks atau Fakta", card("[HOAKS] Pasar Arunika Ditutup") + card("[KLARIFIKASI] Jembatan", PATH + "2")
    )

    reading = read_list(document(body, LIST), OUTLET)

    assert [(c.claim, c.verdict) for c in reading.checks] == [
        ("Pasar Arunika Ditutup", Verdict.REFUTED),
        ("Jembatan", Verdict.CLARIFICATION),
    ]
    assert reading.checks[0].url == f"https://www.kompas.example{PATH}"
    assert reading.checks[0].published_at is not None
    assert reading.checks[0].published_at.isoformat() == "2025-11-03T05:00:00+00:00"
    assert reading.next_url == f"{LIST}/2"
    assert read_list(document(body, f"{LIST}/2"), OUTLET).next_url == f"{LIST}/3"


@pytest.mark.parametrize("body", [page("Hoaks atau Fakta", "<div class='kartu'></div>"), ERROR_PAGE])
def test_a_list_without_cards_is_drift(body: str) -> None:
    with pytest.raises(ShapeDrift, match="cekfakta-list-link"):
        read_list(document(body, LIST), OUTLET)


@pytest.mark.parametrize("changed", [card("", PATH), card("[HOAKS] Pasar", "/tren/read/1")])
def test_a_card_that_lost_its_title_or_address_is_drift(changed: str) -> None:
    [refusal] = read_list(document(page("Hoaks atau Fakta", changed), LIST), OUTLET).refused

    assert isinstance(refusal.error, ShapeDrift)


def test_a_card_with_an_unknown_verdict_none_or_prose_is_refused() -> None:
    cards = card("[ENTAH] Pasar") + card("Kilas balik Arunika") + card(f"[HOAKS] {PROSE}")

    reading = read_list(document(page("Hoaks atau Fakta", cards), LIST), OUTLET)

    assert reading.checks == ()
    assert isinstance(reading.refused[0].error, UnknownVerdict)
    assert not any(isinstance(r.error, ShapeDrift) for r in reading.refused)


def test_a_scams_number_and_link_are_masked() -> None:
    [check] = read_list(document(page("x", card(f"[HOAKS] {SCAM}")), LIST), OUTLET).checks

    assert check.claim == MASKED_SCAM


def test_a_saved_article_is_read_by_its_title() -> None:
    body = page("[HOAKS] Pasar Arunika Ditutup", f'<div class="read__content"><p>{PROSE}</p></div>')

    check = read_page(document(body, f"https://www.kompas.example{PATH}"), OUTLET)

    assert check.claim == "Pasar Arunika Ditutup"
    with pytest.raises(CrawlError, match="read__content"):
        read_page(document(ERROR_PAGE, f"https://www.kompas.example{PATH}"), OUTLET)
