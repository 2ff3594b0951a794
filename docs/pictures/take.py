"""Takes the README's pictures from the running demo: `python docs/pictures/take.py [FOLDER]`.

Needs the dev packages and Chromium. Makes each page at desk width for the README and, in
a folder given, at phone width and dark too, for looking at.
"""

import secrets
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from playwright.sync_api import Browser, sync_playwright

from cli.commands.demo import demo_settings, run_demo
from cli.demo.sites import serve_demo_sites
from cli.parts import Parts
from kentongan.domain import Lane, Role
from kentongan.settings import read_settings
from kentongan.store.database import now
from webui.app import create_app
from webui.serve import WebServer

HERE = Path(__file__).parent
PASSWORD = secrets.token_urlsafe(15)
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


def main(extra: Path | None) -> None:
    """Run the demo, then visit each page."""
    with TemporaryDirectory() as folder, serve_demo_sites(now()) as city, sync_playwright() as playwright:
        settings = replace(demo_settings(read_settings({}), Path(folder)), port=0)
        parts = Parts(settings)
        run_demo(parts, city, Path(folder))
        parts.store.users.add("analis", Role.ANALYST, PASSWORD, by="pictures")
        lead = parts.store.claims.queue(Lane.NEW).rows[0].claim.id
        pages = {
            "login": "/login",
            "queue": "/queue/new",
            "press": "/queue/press",
            "claim": f"/claims/{lead}",
            "archive": "/archive/?q=TPS",
        }
        server = WebServer(create_app(settings, parts.store, parts.index), "127.0.0.1", 0)
        thread = Thread(target=server.run)
        thread.start()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            _visit(browser, f"http://127.0.0.1:{server.port}", pages, HERE, DESK)
            if extra:
                extra.mkdir(parents=True, exist_ok=True)
                _visit(browser, f"http://127.0.0.1:{server.port}", pages, extra, PHONE, dark=True, whole=True)
        finally:
            browser.close()
            server.stop()
            thread.join()
            parts.close()


def _visit(
    browser: Browser,
    address: str,
    pages: dict[str, str],
    folder: Path,
    size: dict[str, int],
    *,
    dark: bool = False,
    whole: bool = False,
) -> None:
    context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light", locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    for name, path in pages.items():
        page.goto(address + path)
        page.screenshot(path=folder / f"{name}.png", full_page=whole)
        if name == "login":
            page.get_by_label("Nama pengguna").fill("analis")
            page.get_by_label("Kata sandi").fill(PASSWORD)
            page.get_by_role("button", name="Masuk").click()
            page.wait_for_url("**/queue/new")
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
