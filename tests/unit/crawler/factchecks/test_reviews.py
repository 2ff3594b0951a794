"""Pages with ClaimReview: the shapes `claim_review`, `tempo` and the lists of `afp`."""

import pytest

from crawler.errors import CrawlError, ShapeDrift, UnknownVerdict
from crawler.factchecks import afp
from crawler.factchecks.reviews import read_review_page, read_tempo_page
from kentongan.domain import Verdict
from tests.unit.crawler.factchecks.invented import (
    MASKED_SCAM,
    OUTLET,
    PROSE,
    SCAM,
    claim_review,
    document,
    page,
)

URL = "https://cek.example/cekfakta/pasar-ditutup-17"


def test_a_page_gives_claim_verdict_and_the_publishers_own_word() -> None:
    text = page("Keliru: Pasar Arunika ditutup", "", review=claim_review("Pasar Arunika ditutup", "Keliru"))

    check = read_review_page(document(text, URL), OUTLET)

    assert (check.claim, check.verdict, check.verdict_text) == (
        "Pasar Arunika ditutup",
        Verdict.REFUTED,
        "Keliru",
    )
    assert (check.url, check.publisher, check.source) == (URL, "Cek Arunika", "cek-arunika")
    assert check.published_at is not None


@pytest.mark.parametrize("read", [read_review_page, read_tempo_page])
def test_a_page_without_its_review_is_drift(read: object) -> None:
    with pytest.raises(ShapeDrift, match=r"^drift: .*no ClaimReview"):
        read(document(page("Keliru: Pasar", "<p>Isi</p>"), URL), OUTLET)  # type: ignore[operator]


@pytest.mark.parametrize("read", [read_review_page, read_tempo_page])
def test_a_lost_page_that_leads_to_the_front_page_is_drift_and_not_quiet(read: object) -> None:
    front = page("Berita hari ini", "", review=claim_review("Pasar Arunika ditutup", "Keliru"))

    with pytest.raises(ShapeDrift, match="it leads to"):
        read(document(front, "https://cek.example/", asked=URL), OUTLET)  # type: ignore[operator]


def test_a_lost_page_of_tempo_that_leads_to_another_part_of_the_site_is_drift() -> None:
    other = page("Politik", "", review=claim_review("Pasar Arunika ditutup", "Keliru"))

    with pytest.raises(ShapeDrift, match="/politik instead"):
        read_tempo_page(document(other, "https://cek.example/politik", asked=URL), OUTLET)


def test_an_unknown_verdict_is_reported() -> None:
    text = page("Pasar", "", review=claim_review("Pasar Arunika ditutup", "Campur aduk"))

    with pytest.raises(UnknownVerdict, match="'Campur aduk'"):
        read_review_page(document(text, URL), OUTLET)


def test_the_checkers_prose_is_refused_and_is_not_drift() -> None:
    text = page("Pasar", "", review=claim_review(PROSE, "Keliru"))

    with pytest.raises(CrawlError, match="own words") as caught:
        read_review_page(document(text, URL), OUTLET)
    assert not isinstance(caught.value, ShapeDrift)


def test_a_scams_number_and_link_are_masked() -> None:
    text = page(f"Penipuan: {SCAM}", "", review=claim_review(SCAM, "Penipuan"))

    check = read_review_page(document(text, URL), OUTLET)

    assert check.claim == MASKED_SCAM
    assert "hadiah-arunika.xyz" not in check.title
    assert "0812" not in check.title


def test_afp_lists_are_counted_from_zero_and_lead_to_its_documents() -> None:
    links = '<a href="/doc.afp.com.AB12">Satu</a><a href="/doc.afp.com.AB12">Satu</a><a href="/tentang">T</a>'

    reading = afp.read_list(document(page("AFP", links), "https://afp.example/?page=0"), OUTLET)

    assert [e.url for e in reading.entries] == ["https://afp.example/doc.afp.com.AB12"]
    assert reading.next_url == "https://afp.example/?page=1"


def test_an_afp_list_without_documents_is_drift_at_the_head_and_the_end_further_on() -> None:
    with pytest.raises(ShapeDrift, match=r"doc\.afp\.com"):
        afp.read_list(document(page("AFP", ""), "https://afp.example/"), OUTLET)

    assert afp.read_list(document(page("AFP", ""), "https://afp.example/?page=9"), OUTLET).next_url == ""
