"""turnbackhoax.id as it was: WordPress posts and saved pages."""

import pytest

from crawler.errors import CrawlError, ShapeDrift, UnknownVerdict
from crawler.factchecks.turnbackhoax_wordpress import narration_of, read_list, read_page
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

LIST = "https://tbh.example/wp-json/wp/v2/posts?page=1"
URL = "https://tbh.example/2024/11/03/salah-pasar/"


def post(title: str, content: str = "<p>SUMBER: WhatsApp</p>", number: int = 1) -> dict[str, object]:
    return {
        "link": f"https://tbh.example/2024/11/03/{number}/",
        "date_gmt": "2024-11-03T02:00:00",
        "title": {"rendered": title},
        "content": {"rendered": content, "protected": False},
    }


def saved(title: str, narration: str) -> str:
    body = f"<p>SUMBER: WhatsApp</p><p>NARASI:<br>{narration}</p><p>PENJELASAN:<br>{PROSE}</p>"
    return page(title, f'<div class="entry-content">{body}</div>')


def test_posts_give_checks_by_their_titles() -> None:
    answer = [post("[SALAH] Pasar Arunika ditutup"), post("(KLARIFIKASI): Jembatan Arunika retak", number=2)]

    reading = read_list(document(answer, LIST), OUTLET)

    assert [(c.claim, c.verdict, c.verdict_text) for c in reading.checks] == [
        ("Pasar Arunika ditutup", Verdict.REFUTED, "SALAH"),
        ("Jembatan Arunika retak", Verdict.CLARIFICATION, "KLARIFIKASI"),
    ]
    assert reading.refused == ()


def test_a_post_that_is_no_check_is_refused_and_the_others_are_kept() -> None:
    answer = [post("[EDUKASI] Cara memeriksa foto"), post("[SALAH] Pasar Arunika ditutup", number=2)]

    reading = read_list(document(answer, LIST), OUTLET)

    assert len(reading.checks) == 1
    assert isinstance(reading.refused[0].error, UnknownVerdict)


@pytest.mark.parametrize("body", ["[]", '{"code": "rest_no_route"}', ERROR_PAGE])
def test_an_answer_without_posts_is_drift(body: str) -> None:
    with pytest.raises(ShapeDrift):
        read_list(document(body, LIST), OUTLET)


def test_a_saved_page_gives_its_check() -> None:
    check = read_page(
        document(saved("[SALAH] Pasar Arunika ditutup", "Sebarkan! Pasar ditutup"), URL), OUTLET
    )

    assert (check.url, check.claim) == (URL, "Pasar Arunika ditutup")


def test_the_narration_is_the_claim_where_the_title_is_the_checkers_prose() -> None:
    check = read_page(
        document(saved("[SALAH] Faktanya pasar buka", "Pasar Arunika ditutup besok"), URL), OUTLET
    )

    assert check.claim == "Pasar Arunika ditutup besok"


def test_a_title_and_narration_of_prose_are_refused() -> None:
    with pytest.raises(CrawlError, match="own words"):
        read_page(document(saved(f"[SALAH] {PROSE}", PROSE), URL), OUTLET)


@pytest.mark.parametrize("body", [ERROR_PAGE, "<html><body><h1>Beranda</h1></body></html>"])
def test_a_page_of_another_shape_is_drift(body: str) -> None:
    with pytest.raises(ShapeDrift, match=r"entry-title"):
        read_page(document(body, URL), OUTLET)


def test_an_unknown_verdict_is_reported() -> None:
    with pytest.raises(UnknownVerdict):
        read_page(document(saved("[ACARA] Lokakarya Arunika", "x"), URL), OUTLET)


def test_a_scams_number_and_link_are_masked() -> None:
    assert read_page(document(saved(f"[PENIPUAN] {SCAM}", ""), URL), OUTLET).claim == MASKED_SCAM


@pytest.mark.parametrize(
    "text",
    [
        "SUMBER: x\nNARASI:\nPasar tutup\nPENJELASAN:\nTidak.",
        "=NARASI=\nPasar tutup\n=PENJELASAN=\nTidak.",
        "[NARASI]: Pasar tutup\n[PENJELASAN]:\nTidak.",
        "NARASI: Pasar tutup",
    ],
)
def test_the_narration_ends_where_the_explanation_begins(text: str) -> None:
    assert narration_of(text).strip() == "Pasar tutup"


def test_the_narration_ends_where_the_explanation_begins_on_its_own_line() -> None:
    assert narration_of("NARASI:\nKota ditutup\nPENJELASAN: Kabar itu keliru").strip() == "Kota ditutup"


@pytest.mark.parametrize("before", ["", "SUMBER: Facebook\n"])
def test_a_narration_spoken_of_in_prose_is_none(before: str) -> None:
    assert narration_of(f"{before}Beredar narasi di Facebook bahwa kota ditutup. Kabar itu keliru.") == ""
