"""The analyst's morning in a real browser: log in, decide by key, undo, search, open a claim."""

import pytest
from playwright.sync_api import Page, expect

from kentongan.domain import ClaimState
from tests.browser.conftest import Served

NARROW = {"viewport": {"width": 390, "height": 844}}
NO_SCRIPT = {"java_script_enabled": False}


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_an_analyst_decides_by_key_undoes_searches_and_opens_a_claim(served: Served, page: Page) -> None:
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    first, second, third, _ = (f"claim-{claim}" for claim in served.site.claims())
    claims = served.site.claims()
    served.log_in(page)

    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_id(first)
    page.keyboard.press("2")
    expect(page.locator(".flash")).to_contain_text("Pantau")
    expect(page.locator(":focus")).to_have_id(second)
    assert served.site.store.claims.get(claims[0]).state is ClaimState.WATCHING

    page.keyboard.press("u")
    expect(page.locator(".flash")).to_contain_text("Diurungkan")
    expect(page.locator(":focus")).to_have_id(first)
    assert served.site.store.claims.get(claims[0]).state is ClaimState.NEW

    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.locator(".flash")).to_contain_text("Bukan masalah")
    expect(page.locator(":focus")).to_have_id(third)
    page.keyboard.press("k")
    expect(page.locator(":focus")).to_have_id(first)

    page.keyboard.press("o")
    page.wait_for_url("**/claims/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Besok pagi semua TPS")
    page.get_by_label("Alasan", exact=True).select_option("refuted")
    page.locator("#note").fill("1 2 u ? tetap tulisan")
    page.get_by_role("button", name="Eskalasi").click()
    expect(page.get_by_role("list").filter(has_text="tetap tulisan").last).to_contain_text(
        "dibantah cek fakta"
    )

    page.get_by_role("link", name="Arsip", exact=True).click()
    page.get_by_role("searchbox").fill("mekarjaya")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="3 hasil")).to_be_visible()
    page.get_by_label("Kabar Pasar").check()
    page.get_by_role("button", name="Saring").click()
    expect(page.get_by_role("heading", name="1 hasil")).to_be_visible()
    page.get_by_role("link", name="Buka klaim").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Besok pagi semua TPS")

    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    assert troubles == []


def test_keys_rest_in_fields_in_the_help_and_where_they_are_turned_off(served: Served, page: Page) -> None:
    served.log_in(page)
    page.keyboard.press("j")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Pintasan")
    expect(dialog).to_be_visible()
    page.keyboard.press("1")
    page.get_by_label("Pakai pintasan").uncheck()
    page.get_by_role("button", name="Tutup").click()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("1")
    assert focused(page) == ""
    assert len(served.site.claims()) == 4


@pytest.mark.parametrize("page", [NO_SCRIPT], indirect=True)
def test_everything_works_without_scripts(served: Served, page: Page) -> None:
    claim = served.site.claims()[0]
    served.log_in(page)
    page.get_by_role("button", name="Perlu verifikasi").first.click()
    expect(page.locator(".flash")).to_contain_text("Perlu verifikasi")
    assert served.site.store.claims.get(claim).state is ClaimState.NEEDS_VERIFICATION
    page.get_by_role("button", name="Urungkan").click()
    expect(page.locator(".flash")).to_contain_text("Diurungkan")
    assert served.site.store.claims.get(claim).state is ClaimState.NEW
    expect(page.get_by_role("button", name="Pintasan")).to_be_hidden()
    page.get_by_label("Tampilkan").select_option("identity_politics")
    page.get_by_role("button", name="Saring").click()
    expect(page.get_by_text("1 dari 4 klaim")).to_be_visible()


def test_two_windows_do_not_both_decide(served: Served, page: Page) -> None:
    served.log_in(page)
    other = page.context.new_page()
    other.goto(f"{served.address}/queue/new")
    page.get_by_role("button", name="Pantau").first.click()
    page.wait_for_url("**/queue/new#*")
    other.get_by_role("button", name="Bukan masalah").first.click()
    expect(other.get_by_role("heading", name="Sudah didahului orang lain")).to_be_visible()


@pytest.mark.parametrize("page", [NARROW], indirect=True)
def test_no_page_is_wider_than_a_phone_and_buttons_are_big_enough_for_thumbs(
    served: Served, page: Page
) -> None:
    served.log_in(page)
    claim = served.site.claims()[0]
    for path in (
        "/queue/new",
        "/queue/press",
        f"/claims/{claim}",
        "/archive/?q=mekarjaya",
        "/archive/?q=xyzzyq",
        "/nothing",
    ):
        page.goto(served.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        heights = page.eval_on_selector_all(
            ".decide button", "all => all.map(b => b.getBoundingClientRect().height)"
        )
        assert all(height >= 44 for height in heights), path


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
def test_after_a_decision_both_the_next_claim_and_the_undo_are_in_sight(served: Served, page: Page) -> None:
    served.log_in(page)
    page.get_by_role("button", name="Pantau").nth(1).click()
    page.wait_for_url("**/queue/new#*")
    expect(page.get_by_role("button", name="Urungkan")).to_be_in_viewport(ratio=1)
    claim = page.locator(f"#{focused(page)}")
    expect(claim).to_be_in_viewport()
    flash, row = page.locator(".flash").bounding_box(), claim.bounding_box()
    assert flash is not None
    assert row is not None
    assert row["y"] >= flash["y"] + flash["height"]
