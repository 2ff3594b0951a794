"""A lease in real browsers: it is kept while its page is used, told of when lost, given back on leaving."""

import re
import time

from playwright.sync_api import Browser, Page, expect

from kentongan.domain import ClaimId
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import violations


def holder(served: Served, claim: ClaimId) -> str | None:
    lease = served.site.store.leases.holders([claim]).get(claim)
    return lease.user_name if lease else None


def is_free_soon(served: Served, claim: ClaimId) -> bool:
    """What a page says as it goes is seen by no waiting of Playwright's."""
    until = time.monotonic() + 20
    while holder(served, claim) and time.monotonic() < until:
        time.sleep(0.05)
    return holder(served, claim) is None


def test_use_renews_a_lease_and_leaving_gives_it_back(served: Served, page: Page) -> None:
    claim = served.site.claims()[0]
    page.clock.install()
    served.log_in(page)
    page.goto(f"{served.address}/claims/{claim}")
    first = served.site.store.leases.holders([claim])[claim]

    page.mouse.move(50, 60)  # within the first minute nothing is asked
    assert served.site.store.leases.holders([claim])[claim] == first
    page.clock.fast_forward(61_000)
    with page.expect_response(f"**/claims/{claim}/lease") as renewed:
        page.mouse.move(80, 90)
    assert renewed.value.status == 200
    assert served.site.store.leases.holders([claim])[claim].until > first.until

    page.reload()
    page.wait_for_load_state("networkidle")
    assert holder(served, claim) == "analyst"
    page.get_by_role("link", name="Arsip", exact=True).click()
    page.wait_for_url("**/archive/**")
    assert is_free_soon(served, claim)


def test_who_is_taken_over_from_is_told_on_the_page(served: Served, chromium: Browser, page: Page) -> None:
    claim = served.site.claims()[0]
    page.clock.install()
    served.log_in(page)
    page.goto(f"{served.address}/claims/{claim}")

    context = chromium.new_context(
        locale="id-ID", java_script_enabled=False
    )  # the other one works without the script
    other = context.new_page()
    served.log_in(other, "second_reader")
    other.goto(f"{served.address}/claims/{claim}")
    panel = other.locator(".lease")
    expect(panel).to_contain_text("analyst")
    assert violations(page) == []
    panel.locator("summary").click()
    panel.locator("textarea").fill("kabar ini mendesak")
    panel.locator("details button").click()
    expect(other.locator(".history")).to_contain_text("kabar ini mendesak")
    assert holder(served, claim) == "second_reader"
    context.close()

    page.clock.fast_forward(61_000)
    page.mouse.move(80, 90)
    expect(page.locator(".lease").get_by_role("status")).to_contain_text("second_reader")
    assert violations(page) == []
    page.locator("#note").fill("catatan yang tidak boleh hilang")
    page.get_by_role("button", name="Pantau").click()
    expect(page.get_by_text("409")).to_be_visible()
    expect(page.locator("#kept")).to_have_value("catatan yang tidak boleh hilang")
    expect(page.get_by_text(re.compile("kabar ini mendesak"))).to_be_visible()
    assert violations(page) == []
