"""Making a token and revoking it in a real browser, and the pages around it without an axe violation."""

from playwright.sync_api import Page, expect

from tests.api import Program
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import violations
from tests.factories import PASSWORD


def test_somebody_makes_a_token_copies_it_and_an_administrator_revokes_it(served: Served, page: Page) -> None:
    served.log_in(page)
    page.goto(f"{served.address}/akun/")
    page.locator('a[href="/akun/token"]').click()
    assert violations(page) == []
    page.locator("#name").fill("dasbor kota")
    page.locator('input[name="scope"][value="claims:read"]').check()
    page.locator("#own").fill("salah sekali ini")
    page.locator("form.narrow button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    expect(page.locator("#name")).to_have_value("dasbor kota")
    page.locator("#own").fill(PASSWORD)
    page.locator("form.narrow button").click()
    token = page.locator(".one-time").inner_text()
    assert violations(page) == []
    program = Program(served.site.app.test_client(use_cookies=False), token)
    assert program.get("/claims").status_code == 200

    page.context.clear_cookies()
    served.log_in(page, "administrator")
    page.goto(f"{served.address}/orang/token")
    assert violations(page) == []
    page.locator(".people form button").click()
    expect(page.get_by_role("status")).to_contain_text("dasbor kota")
    assert program.get("/claims").status_code == 401


def test_the_reference_can_be_read_on_a_phone(served: Served, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{served.address}/api")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for summary in page.locator("summary").all()[:6]:
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
