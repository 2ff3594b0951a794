"""Mafindo's database: labelled pages."""

import pytest

from crawler.errors import CrawlError, ShapeDrift, UnknownVerdict
from crawler.factchecks.gfd import read_list, read_page
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

LIST = "https://gfd.example/page/1"
URL = "https://gfd.example/focus/7001"


def entry(title: str, news: str = "Awas, pasar ditutup!") -> str:
    return page(
        title,
        f"<p>GFD-2025-07001</p><p>Sumber: WhatsApp</p><p>Tanggal publish: 03/11/2025</p><h3>Berita</h3><p>{news}</p>"
        f"<h3>Hasil Cek Fakta</h3><p>{PROSE}</p><h3>Kesimpulan</h3><p>{PROSE}</p><h3>Rujukan</h3><p>a</p>",
    )


def test_a_list_leads_to_its_checks_and_the_next_list() -> None:
    body = page("GFD", '<a href="/focus/7001">Satu</a><a href="/about">Tentang</a>')

    reading = read_list(document(body, LIST), OUTLET)

    assert [e.url for e in reading.entries] == [URL]
    assert reading.next_url == "https://gfd.example/page/2"


@pytest.mark.parametrize("body", [page("GFD", ""), ERROR_PAGE])
def test_a_list_without_checks_is_drift(body: str) -> None:
    with pytest.raises(ShapeDrift, match="/focus/"):
        read_list(document(body, LIST), OUTLET)


def test_a_page_gives_its_check() -> None:
    check = read_page(document(entry("[SALAH] Pasar Arunika ditutup"), URL), OUTLET)

    assert (check.claim, check.verdict) == ("Pasar Arunika ditutup", Verdict.REFUTED)
    assert check.published_at is not None


def test_the_narration_is_the_claim_where_the_title_is_prose() -> None:
    check = read_page(document(entry(f"[SALAH] {PROSE}"), URL), OUTLET)

    assert check.claim == "Awas, pasar ditutup!"


@pytest.mark.parametrize("label", ["Berita", "Hasil Cek Fakta"])
def test_a_page_that_lost_a_label_is_drift(label: str) -> None:
    body = entry("[SALAH] Pasar Arunika ditutup").replace(f"<h3>{label}</h3>", "<h3>Isi</h3>")

    with pytest.raises(ShapeDrift, match=label):
        read_page(document(body, URL), OUTLET)


def test_the_front_page_or_an_error_page_is_drift() -> None:
    with pytest.raises(ShapeDrift):
        read_page(document(entry("[SALAH] Pasar"), "https://gfd.example/", asked=URL), OUTLET)
    with pytest.raises(ShapeDrift):
        read_page(document(ERROR_PAGE, URL), OUTLET)


def test_an_unknown_verdict_prose_alone_and_scams() -> None:
    with pytest.raises(UnknownVerdict):
        read_page(document(entry("[ENTAH] Pasar Arunika ditutup"), URL), OUTLET)
    with pytest.raises(CrawlError, match="own words"):
        read_page(document(entry(f"[SALAH] {PROSE}", PROSE), URL), OUTLET)
    assert read_page(document(entry(f"[PENIPUAN] {SCAM}"), URL), OUTLET).claim == MASKED_SCAM
