"""A real server and a real browser. Skips, saying how to mend it, where there is no Chromium."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.factories import PASSWORD
from tests.web_city import Site
from webui.serve import WebServer

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "no Chromium: install it (Debian: apt-get install chromium) or set KENTONGAN_TEST_CHROMIUM to its path"
)


@dataclass(frozen=True)
class Served:
    """A site that is being served, and its address."""

    site: Site
    address: str

    def log_in(self, page: Page, name: str = "analyst") -> None:
        page.goto(f"{self.address}/login")
        page.get_by_label("Nama pengguna").fill(name)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_url("**/queue/new")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("KENTONGAN_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def served(city: Path, tmp_path: Path) -> Iterator[Served]:
    with serving(Site(Path(shutil.copytree(city, tmp_path / "home")))) as found:
        yield found


@contextmanager
def serving(site: Site) -> Iterator[Served]:
    """Serve a site from a thread; close it at the end."""
    server = WebServer(site.app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield Served(site, f"http://127.0.0.1:{server.port}")
    server.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()
    site.close()


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Yield a fresh page; `indirect` parameters are Playwright's context options."""
    options: dict[str, Any] = getattr(request, "param", {})
    context = chromium.new_context(locale="id-ID", **options)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
