"""Working through the queue in a real browser: narrowing it, deciding on several, what is new, on a phone too."""

import re

import pytest
from playwright.sync_api import Page, expect

from kentongan.domain import ClaimState, Decision, Label
from tests.browser.conftest import Served
from tests.browser.test_web_accessibility import GROUNDS, violations
from tests.web_city import Seen, see
from webui.queue import views

RESULT = re.compile(r"/queue/bersama/[0-9a-f]{8}-")
NO_SCRIPT = {"java_script_enabled": False}


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for what is new every second: nobody waits for a test."""
    monkeypatch.setattr(views, "PULSE_SECONDS", 1)


def say_something_new(served: Served, number: int) -> None:
    store = served.site.store
    check = next(iter(store.fact_checks.all())).id
    text = f"Kabar nomor {number} tentang lampu jalan gang tujuh yang padam sejak {number} hari."
    see(store, Seen("kanal-ibu", text, labels=(Label.HOAX,)), number, check)


def test_an_analyst_narrows_keeps_a_view_and_decides_on_several_with_one_undo(
    served: Served, page: Page
) -> None:
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    claims = served.site.claims()
    served.log_in(page)
    page.locator(".more-filters summary").click()
    page.locator("#filter-kind").select_option("public_channel")
    page.locator("#filter-check").select_option("no")
    page.locator(".more-filters button").click()
    page.wait_for_url("**check=no*")
    expect(page.locator("[data-row]")).to_have_count(2)

    page.locator(".views summary").click()
    page.locator("#view-name").fill("Belum dicek")
    page.locator(".views form button").click()
    expect(page.locator(".views a[aria-current]")).to_have_text("Belum dicek")

    page.locator("[data-pick-all]").check()
    expect(page.locator("[data-picked]")).to_have_text("2")
    page.locator("#bulk-decision").select_option("watch")
    page.locator("#bulk-reason").select_option("unverified")
    page.locator(".bulk button").click()
    page.wait_for_url("**/queue/bersama/pratinjau")
    assert all(served.site.store.claims.get(claim).state is ClaimState.NEW for claim in claims)
    page.locator("button.main").click()
    page.wait_for_url(RESULT)
    states = [served.site.store.claims.get(claim).state for claim in claims]
    assert ClaimState.WATCHING in states
    page.locator("[data-undo]").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert all(served.site.store.claims.get(claim).state is ClaimState.NEW for claim in claims)
    assert troubles == []


def test_what_is_new_is_offered_without_moving_the_row_under_the_hand(served: Served, page: Page) -> None:
    first, second, *_ = served.site.claims()
    served.log_in(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.locator(f"#claim-{second}")
    focused = page.evaluate("document.activeElement.id")
    assert focused == f"claim-{second}"
    say_something_new(served, 700)
    user = served.site.store.users.named("administrator")
    assert user is not None
    served.site.store.leases.hold(second, user.id)
    served.site.store.reviews.decide(first, user.id, Decision.WATCH, version_seen=1)
    link = page.locator("[data-live-link]")
    expect(link).to_be_visible()
    expect(page.locator(f"[data-holder='{second}']")).to_contain_text("administrator")
    expect(page.locator(f"#claim-{first}")).to_have_class(re.compile(r"\bgone\b"))
    expect(page.locator("[data-lane-count=watching]")).to_have_text("1")
    assert page.evaluate("document.activeElement.id") == focused
    expect(row).to_be_in_viewport()
    link.click()
    expect(page.locator("[data-row]")).to_have_count(4)
    expect(page.locator(f"#claim-{first}")).to_have_count(0)


def test_a_row_keeps_its_place_on_the_screen_while_others_are_told_of(served: Served, page: Page) -> None:
    claims = served.site.claims()
    served.log_in(page)
    for _ in claims[:4]:
        page.keyboard.press("j")
    row, link = page.locator(f"#claim-{claims[3]}"), page.locator("[data-live-link]")
    before = row.bounding_box()
    user = served.site.store.users.named("administrator")
    assert user is not None
    for claim in claims[:2]:
        served.site.store.leases.hold(claim, user.id)
    say_something_new(served, 702)
    expect(page.locator(f"[data-holder='{claims[0]}']")).to_contain_text("administrator")
    expect(link).to_be_in_viewport()  # it came while the reader was far below the top
    after, told = row.bounding_box(), link.bounding_box()
    assert before is not None
    assert after is not None
    assert told is not None
    assert abs(after["y"] - before["y"]) < 2
    page.keyboard.press("k")
    page.keyboard.press("k")
    focused = page.locator(":focus").bounding_box()
    assert focused is not None
    assert focused["y"] >= told["y"] + told["height"] - 1  # nothing lies over the row that the keys reach


@pytest.mark.parametrize("page", [NO_SCRIPT], indirect=True)
def test_filters_views_and_several_decisions_need_no_script(served: Served, page: Page) -> None:
    served.log_in(page)
    page.locator(".more-filters summary").click()
    page.locator("#filter-election").select_option("yes")
    page.locator(".more-filters button").click()
    page.wait_for_url("**election=yes*")
    page.locator("[data-pick]").first.check()
    page.locator("#bulk-decision").select_option("verify")
    page.locator("#bulk-reason").select_option("unverified")
    page.locator(".bulk button").click()
    page.locator("button.main").click()
    page.locator("[data-undo]").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.goto(f"{served.address}/queue/new")
    say_something_new(served, 701)
    page.locator("a.again").click()
    expect(page.locator("[data-row]")).to_have_count(5)


@pytest.mark.parametrize("page", GROUNDS, indirect=True, ids=["light, wide", "dark, narrow"])
def test_the_pages_of_the_queue_break_no_rule_of_axe_and_fit_a_phone(served: Served, page: Page) -> None:
    served.log_in(page)
    user = served.site.store.users.named("administrator")
    assert user is not None
    served.site.store.leases.hold(served.site.claims()[1], user.id)
    page.goto(f"{served.address}/queue/new?label=hoax&place=00.00.05&age=1d")
    assert violations(page) == []
    page.goto(f"{served.address}/queue/new?label=hoax&age=1d")
    page.locator(".more-filters summary").click()
    page.locator(".views summary").click()
    page.locator("[data-pick]").first.check()
    width = page.evaluate("innerWidth")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#view-name").fill("Hoaks baru")
    page.locator(".views form button").click()
    page.goto(f"{served.address}/queue/tampilan")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{served.address}/queue/new")
    page.locator("[data-pick-all]").check()
    page.locator("#bulk-decision").select_option("watch")
    page.locator("#bulk-reason").select_option("unverified")
    page.locator(".bulk button").click()
    page.wait_for_url("**/queue/bersama/pratinjau")
    assert violations(page) == []
    page.locator("button.main").click()
    page.wait_for_url(RESULT)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for lane in ("sample", "second", "press"):
        page.goto(f"{served.address}/queue/{lane}")
        assert violations(page) == [], lane
