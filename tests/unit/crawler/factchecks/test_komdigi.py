"""The ministry's JSON list."""

import pytest

from crawler.errors import ShapeDrift, UnknownVerdict
from crawler.factchecks.komdigi import read_list
from kentongan.domain import Verdict
from tests.unit.crawler.factchecks.invented import ERROR_PAGE, MASKED_SCAM, OUTLET, PROSE, SCAM, document

URL = "https://web.komdigi.example/api/v1/contents/category/berita-hoaks?perPage=100&page=1"


def row(**fields: object) -> dict[str, object]:
    return {
        "id": 5,
        "slug": "hoaks-pasar-arunika",
        "title": "[HOAKS] Pasar Arunika Ditutup",
        "published_at": "2025-11-03 10:00:00",
        "body_text": f"Penjelasan:\n{PROSE}\nKategori: Hoaks\nLink Counter:\nhttps://a.example",
    } | fields


def answer(*rows: object, last_page: object = 3) -> dict[str, object]:
    return {"response": {"data": list(rows), "last_page": last_page}}


def test_an_answer_gives_its_checks_and_the_next_page() -> None:
    reading = read_list(document(answer(row()), URL), OUTLET)

    [check] = reading.checks
    assert (check.claim, check.verdict, check.verdict_text) == (
        "Pasar Arunika Ditutup",
        Verdict.REFUTED,
        "HOAKS",
    )
    assert check.url == "https://www.komdigi.go.id/berita/berita-hoaks/detail/hoaks-pasar-arunika"
    assert reading.next_url == URL.replace("page=1", "page=2")


def test_a_title_without_a_verdict_leaves_it_to_the_category() -> None:
    body = f"{PROSE}\nKategori: Disinformasi\nLink Counter:\nhttps://a.example"

    [check] = read_list(
        document(answer(row(title="Pasar Arunika Ditutup", body_text=body)), URL), OUTLET
    ).checks

    assert (check.verdict, check.verdict_text) == (Verdict.REFUTED, "Disinformasi")


def test_the_last_page_leads_nowhere() -> None:
    assert read_list(document(answer(row(), last_page=1), URL), OUTLET).next_url == ""


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"data": []}, "response.data"),
        ({"response": {"data": {}, "last_page": 1}}, "response.data"),
        (answer(row(), last_page="3"), "last_page"),
        (answer(), "is empty"),
        (ERROR_PAGE, "not JSON"),
    ],
)
def test_an_answer_of_another_shape_is_drift(body: object, named: str) -> None:
    with pytest.raises(ShapeDrift, match=named):
        read_list(document(body, URL), OUTLET)


@pytest.mark.parametrize("name", ["title", "slug"])
def test_a_row_that_lost_a_field_is_drift_by_record_and_field(name: str) -> None:
    [refusal] = read_list(document(answer(row(**{name: None})), URL), OUTLET).refused

    assert isinstance(refusal.error, ShapeDrift)
    assert f"record 1: field '{name}'" in str(refusal.error)


def test_unknown_verdicts_prose_and_slugs_that_are_none_are_refused() -> None:
    rows = (row(title="[SEPUTAR] Pasar"), row(title=f"[HOAKS] {PROSE}"), row(slug="../a b"))

    reading = read_list(document(answer(*rows), URL), OUTLET)

    assert reading.checks == ()
    assert isinstance(reading.refused[0].error, UnknownVerdict)
    assert "own words" in str(reading.refused[1].error)
    assert "'slug'" in str(reading.refused[2].error)


def test_a_scams_number_and_link_are_masked() -> None:
    [check] = read_list(document(answer(row(title=f"[HOAKS] {SCAM}")), URL), OUTLET).checks

    assert check.claim == MASKED_SCAM
