"""The page of alerts in a real browser: what was told, one's ways, and setting one up."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kentongan.alerting.rules import NewAlert
from kentongan.alerting.values import About, Kind
from tests.browser.conftest import Served, serving
from tests.browser.test_web_accessibility import GROUNDS, violations
from tests.web_city import NOW, Site

FIGURES = {
    "items": 9.0,
    "voices": 4.0,
    "expected": 0.9,
    "chance": 1e-6,
    "days": 28.0,
    "watched": 0.8,
    "hours": 24.0,
}


@pytest.fixture
def told(city: Path, tmp_path: Path) -> Iterator[Served]:
    home = Path(shutil.copytree(city, tmp_path / "told"))
    site = Site(home, environ={"PUBLIC_URL": "https://kentongan.kota.example"})
    links = ((About.NARRATIVE, "n-1", "Surat suara"), (About.GROUP, "group:tionghoa", ""))
    found = [NewAlert(Kind.BURST, about, key, title, "/archive/", FIGURES) for about, key, title in links]
    found.append(NewAlert(Kind.SOURCE, About.SOURCE, "s", "Kanal Ibu", "/sumber/kesehatan", {}))
    site.store.alerts.raise_all(found, NOW, site.app.extensions["kentongan"].region.time_zone)
    with serving(site) as served:
        yield served


@pytest.mark.parametrize("page", GROUNDS, indirect=True, ids=["light, wide", "dark, narrow"])
def test_alerts_say_why_and_a_way_is_set_up(told: Served, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    told.log_in(page)
    page.goto(f"{told.address}/peringatan/")
    expect(page.get_by_role("link", name="Tionghoa")).to_be_visible()
    page.get_by_label("Alamat", exact=True).fill("http://hook.example/")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    said.clear()  # the browser tells of the 422
    page.get_by_label("Alamat", exact=True).fill("https://hook.example/a")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("heading", name="Webhook: https://hook.example/a")).to_be_visible()
    page.get_by_text("Kunci tanda tangan").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == []
