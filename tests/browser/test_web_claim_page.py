"""The page of a claim with everything on it, its history, its notes and what was kept, in a real browser."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from crawler.evidence import EvidenceWriter
from kentongan.domain import ClaimId, Decision, Reason, Role, Verdict
from kentongan.store.evidence import add_evidence
from kentongan.verdicts import ClaimVerdict
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import GROUNDS, violations
from tests.functional.web.test_evidence import HTML, PAGE
from webui.access import READ


def fill(served: Served) -> ClaimId:
    """Return a claim with notes, decisions, a verdict, and two kept responses of its first item."""
    store = served.site.store
    people = {user.name: user.id for user in store.users.all()}
    claim, own, other = served.site.claims()[0], people["analyst"], people["second_reader"]
    store.reviews.decide(claim, own, Decision.VERIFY, version_seen=1, reason=Reason.UNVERIFIED, note="Cek.")
    store.leases.give_back(claim, own)
    store.proposals.judge(
        claim, other, ClaimVerdict(Verdict.REFUTED, "https://cek.example/1", "Cek"), seen=None
    )
    store.notes.add(claim, other, "@analyst sudah dicek ke KPPS " + "x" * 90, readers=READ.roles)
    item = store.claims.view(claim).items[0].item
    writer = EvidenceWriter(served.site.home)
    for payload in (PAGE.encode(), PAGE.replace("terkunci", "dijaga").encode()):
        evidence = writer.keep(item.url, 200, HTML, payload, datetime.now(UTC))
        with store.database.write() as session:
            add_evidence(session, evidence, revision=1, item_id=item.id)
    writer.close()
    return claim


@pytest.mark.parametrize("page", GROUNDS, indirect=True, ids=["light, wide", "dark, narrow"])
def test_no_page_of_a_claim_has_an_axe_violation_or_is_wider_than_the_screen(
    served: Served, page: Page
) -> None:
    claim = fill(served)
    item = served.site.store.claims.view(claim).items[0].item.id
    served.log_in(page)
    for path in (f"/claims/{claim}", f"/claims/{claim}/riwayat", f"/bukti/{item}/1", "/claims/sebutan"):
        page.goto(served.address + path)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        assert violations(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, path
    page.goto(f"{served.address}/claims/sebutan")
    assert violations(page) == []
    # A damaged capture says so.
    kept = next((served.site.home / "evidence").glob("*.warc.gz"))
    kept.write_bytes(kept.read_bytes()[:40])
    page.goto(f"{served.address}/bukti/{item}/1")
    assert page.get_by_role("alert").is_visible()
    assert violations(page) == []


@pytest.mark.parametrize("page", [{"viewport": {"width": 1280, "height": 800}}], indirect=True)
def test_the_decision_is_at_hand_beside_what_is_said_and_stays_so(served: Served, page: Page) -> None:
    claim = fill(served)
    served.log_in(page)
    page.goto(f"{served.address}/claims/{claim}")
    button = page.locator("[data-decide] button[value=dismiss]")
    for scrolled in (0, 900, 1800):
        page.evaluate(f"window.scrollTo(0, {scrolled})")
        box = button.bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= 800 - box["height"], scrolled


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_a_note_is_written_and_found_by_who_it_mentions_without_javascript(
    served: Served, page: Page
) -> None:
    claim = served.site.claims()[0]
    served.log_in(page)
    page.goto(f"{served.address}/claims/{claim}")
    page.locator("#new-note").fill("@head tolong dibaca, telepon 0812-3456-7890")
    page.locator(".write-note button").click()
    page.wait_for_url("**#notes")
    assert "0812" not in page.content()
    page.locator(".who form button").click()
    served.site.client(Role.HEAD)
    page.goto(f"{served.address}/login")
    served.log_in(page, "head")
    assert page.locator(".unread").inner_text().startswith("1")
    page.locator("a.mentions").click()
    page.locator("main a").first.click()
    assert page.locator(".mention").inner_text() == "@head"
