"""No page breaks a rule that axe-core can check, on light and on dark ground, wide and narrow."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kentongan.domain import Lane
from tests.browser.conftest import Served
from tests.factories import PASSWORD

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GROUNDS: list[dict[str, Any]] = [
    {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
]


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{v['id']}: {n['html'][:150]} {n['failureSummary']}" for v in found for n in v["nodes"]]


@pytest.mark.parametrize("page", GROUNDS, indirect=True, ids=["light, wide", "dark, narrow"])
def test_no_page_has_an_axe_violation(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/login")
    assert violations(page) == []
    page.get_by_label("Kata sandi").fill("salah")
    page.get_by_label("Nama pengguna").fill("salah")
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("alert").wait_for()
    assert violations(page) == []
    served.log_in(page)
    claim = served.site.claims()[0]
    item = served.site.store.claims.view(served.site.claims(Lane.PRESS)[0]).items[0].item.id
    watched = served.site.store.saved.all()[0].id
    page.get_by_role("button", name="Pantau").last.click()  # so that there is a flash with an undo
    page.locator(".flash").wait_for()
    assert violations(page) == []
    page.keyboard.press("?")
    assert violations(page) == []
    for path in (
        "/queue/press",
        "/queue/escalated",
        f"/claims/{claim}",
        "/archive/?q=mekarjaya&kind=all",
        "/archive/?q=xyzzyq",
        "/sumber/",
        "/sumber/kesehatan",
        "/kinerja/",
        "/tren/?menurut=kecamatan&banding=sebelumnya",
        "/tren/peta",
        "/dialog/",
        "/dialog/baru",
        f"/archive/items/{item}",
        "/pantauan/",
        f"/pantauan/{watched}",
        "/pantauan/baru?q=banjir&label=hoax&source=warta",
        "/peringatan/",
        "/laporan/",
        "/laporan/baru",
        "/laporan/putaran/",
        "/laporan/putaran/baru",
        "/berbagi/",
        "/berbagi/baru",
        "/berbagi/terima",
        "/pernyataan/",
        "/akun/token",
        "/api",
        "/nothing",
    ):
        page.goto(served.address + path)
        assert violations(page) == [], path


@pytest.mark.parametrize("page", GROUNDS[1:], indirect=True)
def test_on_a_phone_the_pages_are_behind_one_button_that_keys_open_and_close(
    served: Served, page: Page
) -> None:
    served.log_in(page)
    header, menu = page.locator("header.top").bounding_box(), page.get_by_role("button", name="Menu")
    assert header is not None
    assert header["height"] < 70  # one line
    archive = page.get_by_role("link", name="Arsip", exact=True)
    expect(archive).to_be_hidden()
    menu.press("Enter")
    expect(archive).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Antrean", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(archive).to_be_hidden()
    expect(menu).to_be_focused()


@pytest.mark.parametrize("page", [{**GROUNDS[1], "java_script_enabled": False}], indirect=True)
def test_the_menu_of_a_phone_needs_no_script_and_a_liaison_has_trends_and_dialogues(
    served: Served, page: Page
) -> None:
    served.log_in(page)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Arsip", exact=True).click()
    expect(page.get_by_role("heading", name="Arsip", level=1)).to_be_visible()
    page.get_by_role("button", name="Keluar").click()
    page.get_by_label("Nama pengguna").fill("liaison")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Arsip", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Dialog", exact=True).click()
    expect(page.get_by_role("heading", name="Dialog", level=1)).to_be_visible()


@pytest.mark.parametrize("page", [{**GROUNDS[0], "java_script_enabled": False}], indirect=True)
def test_on_a_screen_the_menu_is_one_line_and_the_rest_is_one_step_away(served: Served, page: Page) -> None:
    served.log_in(page, "administrator")
    page.set_viewport_size({"width": 1280, "height": 800})
    header = page.locator("header.top").bounding_box()
    assert header is not None
    assert header["height"] < 70
    people = page.get_by_role("link", name="Orang", exact=True)
    expect(people).to_be_hidden()
    page.locator(".others summary").click()
    people.click()
    expect(page.locator(".others summary[aria-current]")).to_be_visible()
