"""A case in a real browser: no rule of axe-core broken, nothing wider than a phone, no JavaScript needed."""

import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from kentongan.domain import Lane
from pipeline.casefile import names
from pipeline.casefile.attachments import Attachments
from pipeline.casefile.verifying import verify_export
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import GROUNDS, violations


def fill(served: Served) -> str:
    """Return the number of a case that holds something of every kind."""
    site, zone = served.site, ZoneInfo("Asia/Jakarta")
    user = next(user for user in site.store.users.all() if user.name == "analyst")
    case = site.store.incidents.open(user.id, "Isu TPS Mekarjaya ditutup", "Sejak pagi.", zone=zone)
    parts = site.store.incident_parts
    parts.add_claim(case.id, user.id, site.claims()[0], "Pokok perkara")
    press = site.store.claims.view(site.claims(Lane.PRESS)[0]).items[0].item.id
    parts.add_item(case.id, user.id, press)
    parts.add_note(case.id, user.id, "Camat menyangkal.")
    parts.add_clarification(
        case.id,
        user.id,
        url="https://kpu.example/rilis/" + "a" * 200,
        publisher="KPU",
        published_on=date(2026, 3, 2),
    )
    kept = Attachments(site.home).keep(
        io.BytesIO(b"%PDF-1.7 surat"), "surat edaran " + "panjang" * 9 + ".pdf"
    )
    parts.add_file(case.id, user.id, name=kept.name, sha256=kept.sha256, size=kept.size)
    site.store.incidents.hand_out(
        case, "analyst", recipient="Bawaslu", mandate="Surat", sha256="c" * 64, size=9
    )
    return case.number


@pytest.mark.parametrize("page", GROUNDS, indirect=True, ids=["light, wide", "dark, narrow"])
def test_no_page_of_a_case_has_an_axe_violation_or_is_wider_than_the_screen(
    served: Served, page: Page
) -> None:
    number = fill(served)
    served.log_in(page)
    for path in (
        "/kasus/",
        "/kasus/?q=tak-ada",
        "/kasus/baru",
        f"/kasus/{number}",
        f"/kasus/{number}/serahkan",
        f"/kasus/tambah?claim={served.site.claims()[0]}",
    ):
        page.goto(served.address + path)
        for details in page.locator("main details").all():
            details.evaluate("element => { element.open = true }")
        assert violations(page) == [], path
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), path


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_a_case_is_opened_filled_and_handed_out_without_any_script(
    served: Served, page: Page, tmp_path: Path
) -> None:
    served.log_in(page)
    claim = served.site.claims()[0]
    page.goto(f"{served.address}/claims/{claim}")
    page.locator(f'a[href="/kasus/tambah?claim={claim}"]').click()
    page.locator('input[name="title"]').fill("Isu TPS ditutup")
    page.locator("form.choosing button").click()
    assert page.locator("h1").inner_text() == "Isu TPS ditutup"
    page.locator('textarea[name="note"]').fill("Camat menyangkal.")
    page.locator('form[action$="/catatan"] button').click()
    assert "Camat menyangkal." in page.locator("aside .note").first.inner_text()
    page.locator("#files ~ details summary").click()
    surat = tmp_path / "surat.pdf"
    surat.write_bytes(b"%PDF-1.7 surat")
    page.locator('input[type="file"]').set_input_files(surat)
    page.locator('form[action$="/berkas"] button').click()
    with page.expect_download() as saved:
        page.locator('a[href*="/berkas/"]').click()
    assert saved.value.suggested_filename == "surat.pdf"
    page.locator('a[href$="/serahkan"]').click()
    page.locator('input[name="recipient"]').fill("Bawaslu Arunika")
    page.locator('input[name="mandate"]').fill("Surat tugas 12/2026")
    with page.expect_download() as given:
        page.locator('form[action$="/serahkan"] button').click()
    path = tmp_path / "kasus.zip"
    given.value.save_as(path)
    assert given.value.suggested_filename.startswith("kasus-")
    assert verify_export(path).problems == []
    with ZipFile(path) as archive:
        assert len(archive.read(names.ITEMS).splitlines()) == 3
