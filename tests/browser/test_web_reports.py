"""From a decision to a signed report in a real browser, and what it looks like on the way."""

import pytest
from playwright.sync_api import Page, expect

from kentongan.domain import Decision
from kentongan.reports.rules import REQUIRED
from kentongan.reports.values import ReportState
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import GROUNDS, violations


def check(page: Page) -> None:
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("page", GROUNDS, indirect=True, ids=["light, wide", "dark, narrow"])
def test_a_report_is_made_edited_and_signed(served: Served, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    store = served.site.store
    user = store.users.named("analyst")
    assert user is not None
    keys = [key for key in served.site.claims() if "surat edaran" in store.claims.get(key).headline]
    store.reviews.decide(keys[0], user.id, Decision.VERIFY, version_seen=store.claims.get(keys[0]).version)
    served.log_in(page)
    page.goto(f"{served.address}/claims/{keys[0]}")
    page.get_by_role("link", name="Buat laporan").click()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    check(page)
    page.get_by_role("button", name="Buat draf").click()
    page.locator("#part-analysis").wait_for()
    check(page)
    what = page.locator("#facts-1")
    what.fill("Beredar surat edaran tentang penutupan jalan.")
    page.locator("form:has(#facts-1) button").click()
    expect(page.locator("#facts-1")).to_have_value("Beredar surat edaran tentang penutupan jalan.")
    expect(page.get_by_text("disunting pembuat laporan")).to_have_count(1)
    for section in REQUIRED[1:]:
        page.locator(f"#{section.value}").fill("Nihil.")
        page.locator(f"form:has(#{section.value}) button").click()
        expect(page.locator(f"#{section.value}")).to_have_value("Nihil.")
    page.locator("form[action$=tanda-tangan] button").click()
    expect(page.locator(".report-hash")).to_be_visible()
    check(page)
    (report,) = store.reports.page().rows
    assert report.state is ReportState.FROZEN
    store.reports.verify(report.id)
    page.goto(f"{served.address}/laporan/")
    check(page)
    assert said == []
