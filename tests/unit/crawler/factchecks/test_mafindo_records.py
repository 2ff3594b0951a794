"""The Yudistira API's record, and cekfakta.com's list of the same."""

import json

import pytest

from crawler.errors import CrawlError, ShapeDrift, UnknownVerdict
from crawler.factchecks import cekfakta, yudistira
from crawler.factchecks.reading import Reading
from kentongan.domain import Verdict
from tests.unit.crawler.factchecks.invented import ERROR_PAGE, MASKED_SCAM, OUTLET, PROSE, SCAM, document

URL = "https://api.example/antihoax"


def record(**fields: object) -> dict[str, object]:
    return {
        "id": "7001",
        "authors": "3",
        "status": "2",
        "classification": "False Context",
        "title": "[SALAH] Pasar Arunika ditutup",
        "content": "“Awas, pasar ditutup!”",
        "fact": PROSE,
        "tanggal": "2025-11-03",
        "conclusion": PROSE,
    } | fields


def read(*records: object) -> Reading:
    return yudistira.read_list(document(list(records), URL), OUTLET)


def test_a_record_gives_its_check_at_the_address_where_mafindo_shows_it() -> None:
    [check] = read(record()).checks

    assert (check.claim, check.verdict, check.verdict_text) == (
        "Pasar Arunika ditutup",
        Verdict.REFUTED,
        "SALAH",
    )
    assert check.url == "https://gfd.turnbackhoax.id/focus/7001"
    assert check.published_at is not None


def test_one_record_alone_is_an_answer_too() -> None:
    assert len(yudistira.read_list(document(record(), URL), OUTLET).checks) == 1


def test_a_title_without_a_verdict_leaves_it_to_the_classification() -> None:
    [check] = read(record(title="Pasar Arunika ditutup")).checks

    assert (check.verdict, check.verdict_text) == (Verdict.MISLEADING, "False Context")


def test_a_number_that_contradicts_the_word_is_refused() -> None:
    reading = read(record(status="1"), record(status="2", title="[BENAR] Pasar Arunika ditutup"))

    assert reading.checks == ()
    assert all("field 'status'" in str(r.error) for r in reading.refused)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": None}, "record 2: field 'title' is missing or empty"),
        ({"id": ""}, "record 2: field 'id' is missing or empty"),
        ({"content": ["a"]}, "record 2: field 'content' is no text"),
    ],
)
def test_a_record_that_lost_a_field_is_drift_by_record_and_field(
    fields: dict[str, object], named: str
) -> None:
    [refusal] = read(record(), record(**fields)).refused

    assert isinstance(refusal.error, ShapeDrift)
    assert named in str(refusal.error)


@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"error": "kunci salah"}', ERROR_PAGE, "[" * 100_000])
def test_an_answer_of_another_shape_is_drift(body: str) -> None:
    for read_list in (yudistira.read_list, cekfakta.read_list):
        with pytest.raises(ShapeDrift):
            read_list(document(body, URL), OUTLET)


def test_an_id_that_is_no_id_makes_no_address() -> None:
    [refusal] = read(record(id="../../jahat")).refused

    assert "'id'" in str(refusal.error)


def test_an_unknown_verdict_is_reported() -> None:
    [refusal] = read(record(title="[ENTAHLAH] Pasar Arunika ditutup")).refused

    assert isinstance(refusal.error, UnknownVerdict)


def test_the_checkers_prose_is_never_the_claim() -> None:
    reading = read(record(title=f"[SALAH] {PROSE}"), record(title=f"[SALAH] {PROSE}", content=PROSE))

    assert [c.claim for c in reading.checks] == ["Awas, pasar ditutup!"]
    assert isinstance(reading.refused[0].error, CrawlError)


def test_a_scams_number_and_link_are_masked() -> None:
    [check] = read(record(title=f"[PENIPUAN] {SCAM}")).checks

    assert check.claim == MASKED_SCAM


def test_cekfakta_tells_claim_and_rating_in_its_fact() -> None:
    row = record(
        title="Cek Fakta: Kabar pasar Arunika",
        status="Salah",
        fact="Klaim: Pasar Arunika ditutup selamanya Rating: Keliru",
    )

    [check] = cekfakta.read_list(document([row], URL), OUTLET).checks

    assert (check.claim, check.verdict_text) == ("Pasar Arunika ditutup selamanya", "Salah")
    assert check.url == "https://cekfakta.com/focus/7001"


@pytest.mark.parametrize(
    "fact",
    [
        "Klaim: Bandara ditutup karena abu.\nPihak bandara menyatakan penerbangan berjalan seperti biasa.",
        "<p>Klaim: Bandara ditutup karena abu.</p><p>Pihak bandara menyatakan penerbangan berjalan.</p>",
    ],
)
def test_the_claim_told_in_fact_ends_with_its_line(fact: str) -> None:
    row = record(title="Cek Fakta: Kabar bandara Arunika", status="Salah", fact=fact)

    [check] = cekfakta.read_list(document([row], URL), OUTLET).checks

    assert check.claim == "Bandara ditutup karena abu."


def test_cekfaktas_saved_search_page_is_read_too() -> None:
    body = f"<html><script>const responseData = {json.dumps([record()])};</script></html>"

    assert len(cekfakta.read_list(document(body, URL), OUTLET).checks) == 1
    with pytest.raises(ShapeDrift, match="not JSON"):
        cekfakta.read_list(document("<script>const responseData = [{;</script>", URL), OUTLET)
