"""Lurah to camat to city in a real browser: two phones and a desk, without JavaScript too."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kentongan.domain import Role
from kentongan.ids import new_id
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import violations
from tests.factories import PASSWORD
from tests.rounds import JATIWENING, MEKARJAYA, soon

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
MATTER = "Antrean beras di balai kelurahan sampai jalan raya"


def phone(served: Served, chromium: Browser, name: str, place: str, **options: Any) -> Page:
    """Return the phone of a field reporter of this place, logged in."""
    served.site.store.users.add(name, Role.FIELD_REPORTER, PASSWORD, by="test")
    served.site.store.areas.set(name, [place], by="test")
    page = chromium.new_context(locale="id-ID", **PHONE | options).new_page()
    page.goto(f"{served.address}/login")
    page.get_by_label("Nama pengguna").fill(name)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/lapangan/")
    return page


def fits(page: Page) -> bool:
    """Tell whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("page", [{"viewport": {"width": 1280, "height": 800}}], indirect=True)
def test_from_lurah_to_camat_to_city_and_into_a_report(served: Served, page: Page, chromium: Browser) -> None:
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    served.log_in(page)
    page.goto(f"{served.address}/laporan/")
    page.get_by_role("link", name="Laporan berjenjang").click()
    page.get_by_role("link", name="Buka putaran").first.click()
    page.locator("#since").fill(day.isoformat())
    page.locator("#until").fill(day.isoformat())
    page.get_by_role("button", name="Buka", exact=True).click()
    page.wait_for_url("**/laporan/putaran/*-*")
    assert violations(page) == []
    desk = page.url

    lurah = phone(served, chromium, "wati", JATIWENING, java_script_enabled=False)
    lurah.locator("section:has(#rounds) .question a").click()
    lurah.locator("input[value=notable]").check()
    lurah.locator("#fact-0-what").fill(MATTER)
    lurah.get_by_role("button", name="Simpan draf").click()
    expect(lurah.get_by_role("status")).to_contain_text("draf")
    lurah.get_by_role("button", name="Kirim ke kecamatan").click()
    lurah.wait_for_url("**/lapangan/")
    expect(lurah.locator("section:has(#rounds)")).to_contain_text("terkirim")

    camat = phone(served, chromium, "joko", MEKARJAYA, color_scheme="dark")
    camat.locator("section:has(#rounds) .question a").click()
    camat.get_by_role("link", name="Baca kiriman Kel. Jatiwening").click()
    expect(camat.locator("main")).to_contain_text(MATTER)
    assert violations(camat) == []
    assert fits(camat)
    camat.locator("#note").fill("Pukul berapa?")
    camat.get_by_role("button", name="Kembalikan").click()
    expect(camat.get_by_role("status")).to_contain_text("Dikembalikan")

    lurah.reload()
    expect(lurah.locator("section:has(#rounds)")).to_contain_text("Pukul berapa?")
    lurah.locator("section:has(#rounds) .question a").click()
    lurah.locator("#fact-0-when").fill("pukul setengah sembilan")
    lurah.get_by_role("button", name="Kirim ke kecamatan").click()
    lurah.wait_for_url("**/lapangan/")

    camat.get_by_role("link", name="Baca kiriman Kel. Jatiwening").click()
    camat.get_by_role("button", name="Terima").click()
    camat.locator("input[value=safe]").check()
    camat.locator("#assessment").fill("Terkendali.")
    assert violations(camat) == []
    assert fits(camat)
    camat.get_by_role("button", name="Kirim ke kota").click()
    camat.wait_for_url("**/lapangan/")
    assert violations(camat) == []
    camat.goto(f"{served.address}/lapangan/pengingat")
    assert violations(camat) == []

    page.goto(desk)
    page.get_by_role("link", name="Baca Kec. Mekarjaya").click()
    expect(page.locator("main")).to_contain_text("Belum melapor: Kel. Kebun Selasih.")
    assert violations(page) == []
    page.get_by_role("button", name="Terima").click()
    page.get_by_role("button", name="Buat draf").click()
    page.wait_for_url("**/laporan/*-*")
    expect(page.locator("main")).to_contain_text(f"Kelurahan Jatiwening melaporkan: {MATTER}.")
    expect(page.locator("main")).to_contain_text("belum diverifikasi")
    for one in (lurah, camat):
        one.context.close()


def test_the_desk_fits_a_phone(served: Served, chromium: Browser) -> None:
    at = datetime.now(UTC) + timedelta(days=2)

    one = served.site.store.rounds.open("x", new_id(), at.date(), at.date(), soon(at), [JATIWENING])
    page = chromium.new_context(locale="id-ID", color_scheme="dark", **PHONE).new_page()
    served.log_in(page)
    for path in (f"/laporan/putaran/{one.id}", "/laporan/putaran/", "/laporan/putaran/baru"):
        page.goto(served.address + path)
        assert fits(page), path
        assert violations(page) == [], path
    page.context.close()
