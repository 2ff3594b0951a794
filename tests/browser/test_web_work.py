"""Kinerja in a real browser: the charts are drawn under our own policy, on both grounds, wide, narrow and on paper."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, serving
from tests.browser.test_web_accessibility import GROUNDS, violations
from tests.factories import make_user
from tests.office import Office, fill_weeks
from tests.web_city import Site

COLOURS = """() => Object.fromEntries([...document.querySelectorAll('.drawn path')].map(
  shape => [shape.getAttribute('fill'), getComputedStyle(shape).fill]))"""


@pytest.fixture(scope="module")
def busy_home(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Path(shutil.copytree(city, tmp_path_factory.mktemp("busy") / "home"))
    site = Site(home)
    people = [make_user(site.store, name) for name in ("qorisandika", "wijayantara", "zulfakhri")]
    fill_weeks(Office(site.store, people), datetime.now(UTC))
    site.close()
    return home


@pytest.fixture
def busy(busy_home: Path, tmp_path: Path) -> Iterator[Served]:
    with serving(Site(Path(shutil.copytree(busy_home, tmp_path / "busy")))) as found:
        yield found


@pytest.mark.parametrize("page", GROUNDS, indirect=True, ids=["light, wide", "dark, narrow"])
def test_the_figures_are_drawn_and_fit_and_break_no_rule(busy: Served, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    busy.log_in(page)
    for period in ("4w", "3m", "1y"):
        page.goto(f"{busy.address}/kinerja/?period={period}")
        assert violations(page) == [], period
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), period
        colours = page.evaluate(COLOURS)
        assert {"var(--accent)", "var(--warm-ground)", "var(--warm)", "url(#hatch)"} <= set(colours)
        assert len({colours[name] for name in colours}) == len(colours)
        assert colours["var(--accent)"] not in ("rgb(0, 0, 0)", "none")  # the sheet reached it
        boxes = page.locator("svg.drawn").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().width)"
        )
        assert all(200 < width < 600 for width in boxes)
    assert said == []  # nothing was refused by the policy


@pytest.mark.parametrize("page", GROUNDS[:1], indirect=True)
def test_a_period_is_chosen_by_key_and_the_file_is_handed_over(busy: Served, page: Page) -> None:
    busy.log_in(page)
    page.goto(f"{busy.address}/kinerja/")
    chosen = page.locator(".periods [aria-current=page]")
    expect(chosen).to_have_attribute("href", "/kinerja/?period=4w")
    page.locator('.periods a[href$="period=3m"]').press("Enter")
    expect(chosen).to_have_attribute("href", "/kinerja/?period=3m")
    with page.expect_download() as handed:
        page.locator('.periods a[href*="berkas.csv"]').click()
    assert handed.value.suggested_filename.startswith("kinerja-3m-")


@pytest.mark.parametrize("page", GROUNDS[:1], indirect=True)
def test_on_paper_the_tables_are_whole(busy: Served, page: Page) -> None:
    busy.log_in(page)
    page.goto(f"{busy.address}/kinerja/")
    page.emulate_media(media="print")
    whole = "[...document.querySelectorAll('.beside .scroll')].every(box => box.scrollHeight <= box.clientHeight + 1)"
    assert page.evaluate(whole)
    expect(page.locator("nav.periods ul")).to_be_hidden()
