"""No page breaks a rule that axe-core can check, on light and on dark ground, wide and narrow."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from kentongan.domain import Lane
from tests.browser.conftest import Served

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
    page.get_by_role("status").wait_for()
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
        f"/archive/items/{item}",
        "/pantauan/",
        f"/pantauan/{watched}",
        "/pantauan/baru?q=banjir&label=hoax&source=warta",
        "/nothing",
    ):
        page.goto(served.address + path)
        assert violations(page) == [], path
