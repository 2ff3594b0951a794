"""Two people and a third on one claim in a real browser, by key, by thumb and without any script."""

import pytest
from playwright.sync_api import Page, expect

from kentongan.domain import ClaimId, ClaimState, Label, Lane
from kentongan.proposals import ProposalState
from kentongan.referrals import Rabat
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import GROUNDS, violations

NO_SCRIPT = {"java_script_enabled": False}
NARROW = {"viewport": {"width": 390, "height": 844}}


def claim_of(served: Served) -> ClaimId:
    site = served.site
    return next(k for k in site.claims() if Label.IDENTITY_POLITICS in site.store.claims.get(k).labels)


def press(page: Page, claim: ClaimId, decision: str) -> None:
    page.locator(f'#claim-{claim} button[name="decision"][value="{decision}"]').click()


def log_in_again(served: Served, page: Page, name: str) -> None:
    page.context.clear_cookies()
    served.log_in(page, name)


def test_a_vote_by_key_goes_on_with_the_next_and_is_undone_by_key(served: Served, page: Page) -> None:
    claim = claim_of(served)
    served.log_in(page)
    page.locator(f"#claim-{claim}").focus()
    page.keyboard.press("1")
    page.locator(".flash.decided [data-undo]").wait_for()
    assert served.site.store.claims.get(claim).lane is Lane.SECOND
    page.keyboard.press("u")
    page.locator(f"#claim-{claim}").wait_for()
    assert served.site.store.claims.get(claim).lane is Lane.NEW


@pytest.mark.parametrize("page", [NO_SCRIPT, NARROW], indirect=True, ids=["no script", "narrow"])
def test_three_people_settle_what_two_differ_on(served: Served, page: Page) -> None:
    claim = claim_of(served)
    served.log_in(page)
    press(page, claim, "watch")
    page.locator(".flash.decided").wait_for()
    for name, decision in (("second_reader", "escalate"), ("administrator", "escalate")):
        log_in_again(served, page, name)
        page.goto(f"{served.address}/queue/second")
        expect(page.locator(f"#claim-{claim}")).not_to_contain_text("analyst")
        press(page, claim, decision)
        page.locator(".flash.decided").wait_for()
    assert served.site.store.claims.get(claim).state is ClaimState.ESCALATED
    page.goto(f"{served.address}/claims/{claim}")
    history = page.locator('section[aria-labelledby="history"]')
    expect(history).to_contain_text("administrator, second_reader")
    expect(history).to_contain_text("analyst")


@pytest.mark.parametrize("page", GROUNDS, indirect=True, ids=["light, wide", "dark, narrow"])
def test_a_referral_and_a_verdict_are_made_and_no_page_of_them_has_an_axe_violation(
    served: Served, page: Page
) -> None:
    claim, store = claim_of(served), served.site.store
    served.log_in(page)
    page.goto(f"{served.address}/claims/{claim}/rujukan")
    assert violations(page) == []
    page.locator('[name="to"][value="bawaslu"]').check()
    page.locator('[name="reason"]').fill("Menyasar pendatang.")
    page.locator('[name="necessity"]').fill("Klarifikasi saja tidak cukup.")
    for question in Rabat:
        page.locator(f'[name="{question.value}"]').fill("Jawaban.")
    page.locator("form.referral-form button").click()
    page.locator("#referrals").wait_for()
    page.locator("details:has(> .verdict-form) > summary").click()
    page.locator("#verdict-url").fill("https://periksa.example/1")
    page.locator("#publisher").fill("Periksa Arunika")
    page.locator(".verdict-form > button").click()
    page.locator("#verdict").wait_for()
    press(page, claim, "watch")
    page.locator(".opinion").wait_for()
    assert violations(page) == []
    log_in_again(served, page, "second_reader")
    page.goto(f"{served.address}/claims/{claim}")
    assert violations(page) == []
    page.locator(".referral .answer button[value=yes]").click()
    page.locator(".flash").wait_for()
    assert [p.state for p in store.proposals.of_claim(claim)] == [ProposalState.AGREED, ProposalState.WAITING]
    page.goto(f"{served.address}/queue/second")
    assert violations(page) == []
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
