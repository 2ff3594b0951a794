"""From an invitation to a second step and the end of a forgotten session, in a real browser."""

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect

from kentongan.store import factors
from kentongan.store.database import now
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import violations

NEW = "tiga ketukan pelan sekali"


def test_somebody_is_invited_sets_up_two_steps_and_ends_the_session_they_left_open(
    served: Served, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    monkeypatch.setattr(factors, "now", lambda: at)  # codes are of one moment, however slow the browser is
    served.log_in(page, "administrator")
    page.locator(".others summary").click()
    page.get_by_role("link", name="Orang", exact=True).click()
    assert violations(page) == []
    page.get_by_role("link", name="Undang orang").click()
    page.get_by_label("Nama pengguna").fill("sari")
    page.get_by_label("Peran").select_option("analyst")
    page.get_by_role("button", name="Buat tautan").click()
    assert page.locator(".one-time").count() == 0  # the browser asks for the confirmation first
    page.get_by_label("bukan petahana").check()
    assert violations(page) == []
    page.get_by_role("button", name="Buat tautan").click()
    link = page.locator(".one-time").inner_text()
    assert violations(page) == []

    context = page.context.browser
    assert context is not None
    own = context.new_context(locale="id-ID")
    own.set_default_timeout(20_000)
    sari = own.new_page()
    sari.goto(served.address + link)
    assert violations(sari) == []
    sari.get_by_label("Kata sandi baru").fill(NEW)
    sari.get_by_label("Sekali lagi").fill(NEW)
    sari.get_by_role("button", name="Simpan kata sandi").click()
    enter(sari)
    sari.wait_for_url("**/queue/new")

    sari.get_by_role("link", name=re.compile("^sari")).click()
    sari.get_by_role("link", name="Pasang langkah kedua").click()
    sari.get_by_label("Kata sandi Anda").fill(NEW)
    sari.get_by_role("button", name="Tampilkan kunci").click()
    picture = sari.get_by_role("img", name=re.compile("Kode QR"))
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert violations(sari) == []
    totp = pyotp.TOTP(sari.locator(".key").inner_text().replace(" ", ""))
    sari.get_by_label("enam angka").fill(totp.at(at - timedelta(seconds=30)))
    sari.get_by_role("button", name="Nyalakan").click()
    expect(sari.locator(".codes li")).to_have_count(10)
    assert violations(sari) == []

    elsewhere = context.new_context(
        locale="id-ID", viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    elsewhere.set_default_timeout(20_000)
    phone = elsewhere.new_page()
    phone.goto(f"{served.address}/login")
    enter(phone)
    assert violations(phone) == []
    phone.get_by_label("Kode dari aplikasi").fill(totp.at(at))
    phone.get_by_role("button", name="Lanjut").click()
    phone.wait_for_url("**/queue/new")
    phone.goto(f"{served.address}/akun/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(phone) == []
    phone.get_by_role("button", name=re.compile("^Akhiri ?:")).click()
    expect(phone.get_by_role("status")).to_contain_text("berakhir")
    sari.goto(f"{served.address}/akun/")
    expect(sari.get_by_role("heading", name="Masuk")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="Akun Anda")).to_be_visible()
    own.close()
    elsewhere.close()


def enter(page: Page) -> None:
    page.get_by_label("Nama pengguna").fill("sari")
    page.get_by_label("Kata sandi").fill(NEW)
    page.get_by_role("button", name="Masuk").click()


def test_the_reviewers_log_and_an_account_have_no_axe_violation(served: Served, page: Page) -> None:
    served.log_in(page, "reviewer")
    page.locator(".others summary").click()
    page.get_by_role("link", name="Audit", exact=True).click()
    page.get_by_role("button", name="Periksa seluruh rantai").click()
    expect(page.get_by_text("Utuh sampai catatan")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Apa", exact=True).select_option("login")
    page.get_by_role("button", name="Saring").click()
    expect(page.get_by_role("list", name="Catatan").get_by_role("listitem").first).to_contain_text("masuk")
    assert violations(page) == []
    page.get_by_role("button", name="Keluar").click()
    served.log_in(page, "administrator")
    analyst = served.site.store.users.named("analyst")
    assert analyst is not None
    for _ in range(8):
        served.site.store.attempts.admit("analyst")
    page.goto(f"{served.address}/orang/{analyst.id}")
    assert violations(page) == []
    page.get_by_role("button", name="Buka kunci sekarang").click()
    expect(page.get_by_role("status")).to_contain_text("tidak perlu menunggu")
    assert violations(page) == []
