"""A field reporter's phone, and the analyst's desk: asked, answered, reported, read. Without JavaScript too."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kentongan.domain import Label, Role
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import violations
from tests.factories import PASSWORD
from tests.field_work import JATIWENING, MEKARJAYA, QUESTION, SAID, STATEMENT, ask, screenshot, work

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
OLD_PHONE = PHONE | {"java_script_enabled": False}
DARK_PHONE = PHONE | {"color_scheme": "dark"}


def log_in(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/login")
    page.get_by_label("Nama pengguna").fill("field_reporter")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/lapangan/")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "Screenshot_2026.png"
    path.write_bytes(screenshot())
    return path


@pytest.mark.parametrize("page", [PHONE, OLD_PHONE], indirect=True, ids=["phone", "without JavaScript"])
def test_a_reporter_answers_and_reports_and_the_analyst_reads_both(
    served: Served, page: Page, chromium: Browser, picture: Path
) -> None:
    site = served.site
    site.store.areas.set(Role.FIELD_REPORTER.value, [MEKARJAYA], by="test")
    claim = site.claims()[0]
    desk = chromium.new_context(locale="id-ID").new_page()
    served.log_in(desk)
    desk.goto(f"{served.address}/claims/{claim}")
    desk.locator("section:has(#field) summary").click()
    desk.locator("#ask-place").select_option(JATIWENING)
    desk.locator("#ask-statement").fill(STATEMENT)
    desk.locator("#ask-question").fill(QUESTION)
    desk.locator(".ask button").click()
    desk.wait_for_url("**#field")
    expect(desk.locator(".asked")).to_contain_text(QUESTION)

    log_in(served, page)
    page.get_by_role("link", name=QUESTION).click()
    expect(page.locator(".said")).to_have_text(STATEMENT)
    page.locator("input[value=not_true]").check()
    page.locator("#text").fill("Saya ke TPS 4 pukul sembilan, sepi.")
    page.locator("form.checking button.main").click()
    page.wait_for_url("**/lapangan/")

    page.locator("a.big").click()
    page.locator("#text").fill(SAID)
    page.locator("#picture").set_input_files(picture)
    page.locator("#where").select_option("group_chat")
    page.locator("#place").select_option(JATIWENING)
    page.locator("form.checking button.main").click()
    page.wait_for_url("**/lapangan/")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("main")).to_contain_text(SAID)

    work(site, Label.HOAX)
    desk.reload()
    expect(desk.locator(".asked")).to_contain_text("Saya ke TPS 4 pukul sembilan, sepi.")
    items = site.store.items.views(list(site.store.items.all_ids()))
    reported = next(view.item for view in items if view.item.source == "lapangan")
    desk.goto(f"{served.address}/claims/{reported.claim_id}")
    expect(desk.locator("main")).to_contain_text("Besok pagi semua TPS ditutup")
    expect(desk.locator("section:has(#field)")).to_contain_text("Kel. Jatiwening")
    desk.context.close()


@pytest.mark.parametrize("page", [OLD_PHONE], indirect=True)
def test_nothing_typed_is_lost_when_something_is_wrong_or_the_session_ends(
    served: Served, page: Page
) -> None:
    served.site.store.areas.set(Role.FIELD_REPORTER.value, [JATIWENING], by="test")
    log_in(served, page)
    page.goto(f"{served.address}/lapangan/lapor")
    page.locator("#text").fill(SAID)
    page.locator("#link").fill("http://192.168.1.1/")
    page.locator("#where").select_option("spoken")
    page.locator("form.checking button.main").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#text")).to_have_value(SAID)
    expect(page.locator("#where")).to_have_value("spoken")

    page.locator("#link").fill("")
    page.context.clear_cookies()
    page.locator("form.checking button.main").click()
    expect(page.locator("#text")).to_have_value(SAID)
    other = page.context.new_page()
    log_in(served, other)
    page.locator("form.checking button.main").click()
    expect(page.locator("#text")).to_have_value(SAID)
    page.locator("form.checking button.main").click()
    page.wait_for_url("**/lapangan/")
    expect(page.locator("main")).to_contain_text(SAID)


@pytest.mark.parametrize("page", [PHONE, DARK_PHONE], indirect=True, ids=["light", "dark"])
def test_the_pages_are_for_a_thumb_and_break_no_rule(served: Served, page: Page) -> None:
    site = served.site
    log_in(served, page)
    assert violations(page) == []  # without an area
    site.store.areas.set(Role.FIELD_REPORTER.value, [MEKARJAYA], by="test")
    request = ask(site)
    user = next(user for user in site.store.users.all() if user.role is Role.FIELD_REPORTER)
    for path in ("/lapangan/", "/lapangan/lapor", f"/lapangan/permintaan/{request.id}"):
        page.goto(served.address + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        boxes = page.eval_on_selector_all(
            "main a.big, main button, main select, main textarea, .finding label, .question a, input[type=file]",
            "all => all.map(one => [one.outerHTML.slice(0, 60), one.getBoundingClientRect().height])",
        )
        assert boxes
        assert [box for box in boxes if box[1] < 44] == [], path
    page.locator("form.checking button.main").click()
    assert violations(page) == []
    page.goto(f"{served.address}/lapangan/lapor")
    page.locator("#text").fill("hoaks")
    page.locator("#where").select_option("other")
    page.locator("#place").select_option(JATIWENING)
    page.locator("form.checking button.main").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    assert site.store.field_reports.own(user.id) == []


@pytest.mark.parametrize("page", [{}, DARK_PHONE], indirect=True, ids=["wide", "narrow, dark"])
def test_the_panel_of_the_claim_and_the_pages_of_areas_break_no_rule(served: Served, page: Page) -> None:
    site = served.site
    site.store.areas.set(Role.FIELD_REPORTER.value, [JATIWENING], by="test")
    request = ask(site)
    page.goto(f"{served.address}/login?next=/lapangan/wilayah")
    page.get_by_label("Nama pengguna").fill("administrator")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/lapangan/wilayah")
    page.goto(f"{served.address}/claims/{request.claim_id}")
    page.locator("section:has(#field) summary").click()
    assert violations(page) == []
    page.locator("#ask-question").fill("Benar?")
    page.locator("#ask-place").select_option(JATIWENING)  # it is being asked already
    page.locator(".ask button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    for path in ("/lapangan/wilayah", "/lapangan/wilayah/field_reporter"):
        page.goto(served.address + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
