"""How long it takes from a decision on a claim to the draft of its report, and to one ready to be signed.

Run: `python -m benchmarks report`. The invented city of the tests, in a real Chromium; a scripted person
opens a claim, decides, follows "Make a report" and makes the draft, writes analysis, prediction, steps and
advice, saves each, then takes it as DOCX and PDF. How it is counted:

machine: from the click on the decision until the page is there, by this process's clock, the slowest of the
runs; the four parts are saved in it too. Measured.
modelled: making up one's mind, pointing and clicking, once for each thing clicked; a key press for each
letter typed; and reading every word of the draft's page once, those in its fields too. By the keystroke-level
model and the reading speeds that `triage_keys` says and sources. What to write is not thought up: the texts
are `TYPED`, of a length that an office writes on one matter; thinking is the person's own time and differs
more than all of this.

`seconds` is from decision to the draft, read through: the 5 minutes of the goal. `seconds_to_sign` adds the
typing.
"""

import os
import shutil
import tempfile
import threading
from pathlib import Path
from time import perf_counter
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.triage_keys import CLICK, KEY, MIND, POINT, SLOW, WORDS_A_MINUTE
from kentongan.domain import Role
from tests.browser.conftest import NAMES
from tests.factories import PASSWORD
from tests.web_city import Site
from webui.serve import WebServer

GOAL_SECONDS = 300
CLICKS = 3  # the decision, "Make a report", "Make the draft"
_WORDS = """() => [document.querySelector("main").innerText, ...[...document.querySelectorAll(
  "main textarea, main input:not([type=hidden])")].map(field => field.value)]
  .join(" ").trim().split(/\\s+/).length"""
TYPED = {
    "analysis": "Pesan memakai kop palsu dan menyebut hari Senin. Warga pasar paling mungkin terdampak.",
    "prediction": "Bila tidak dijawab sebelum Senin, toko dapat tutup dan sembako diborong.",
    "steps": "Lurah dihubungi pukul 09.00; Diskominfo menyiapkan klarifikasi.",
    "advice": "Terbitkan klarifikasi hari ini lewat kanal resmi; pantau sampai Selasa.",
}


def main(runs: int = 3) -> dict[str, Any]:
    """Return seconds from decision to draft, and print them; nothing without Chromium."""
    chromium = os.environ.get("KENTONGAN_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        print("left out: no Chromium here", flush=True)
        return {"left_out": "no Chromium"}
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder)).fill()
        site.add_people(Role.ANALYST)
        claims = [
            key for key in site.claims() if "surat edaran" in site.store.claims.get(key).headline.lower()
        ]
        server = WebServer(site.app, "127.0.0.1", 0)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_context(locale="id-ID", viewport={"width": 1280, "height": 900}).new_page()
                address = f"http://127.0.0.1:{server.port}"
                _log_in(page, address)
                taken, wrote = [], []
                for _ in range(runs):
                    taken.append(_one(page, f"{address}/claims/{claims[0]}"))
                    words = page.evaluate(_WORDS)
                    wrote.append(_write(page))
                files = {form: _download(page, form) for form in ("DOCX", "PDF")}
                browser.close()
        finally:
            server.stop()
            thread.join()
            site.close()
    hands = CLICKS * (MIND + POINT + CLICK)
    machine = max(taken)
    typing = sum(map(len, TYPED.values())) * KEY + len(TYPED) * 2 * (MIND + POINT + CLICK)
    result: dict[str, Any] = {
        "runs": runs,
        "machine_seconds": [round(one, 2) for one in taken],
        "modelled_hands_seconds": round(hands, 2),
        "words_on_the_page": words,
        "seconds": round(machine + hands + words / WORDS_A_MINUTE * 60, 1),
        "seconds_slow_reader": round(machine + hands + words / SLOW * 60, 1),
        "typing_seconds": round(typing, 1),
        "saving_seconds": [round(one, 2) for one in wrote],
        "seconds_to_sign": round(machine + max(wrote) + hands + typing + words / WORDS_A_MINUTE * 60, 1),
        "file_seconds": files,
        "goal_seconds": GOAL_SECONDS,
    }
    print(result, flush=True)
    return result


def _log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.locator("[name=name]").fill("analyst")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue/new")


def _one(page: Page, claim: str) -> float:
    """Return the seconds from a decision on a claim to the page of its draft."""
    page.goto(claim)
    again = page.locator("button[value=reopen]")
    if again.count():
        again.click()
        page.goto(claim)
    begun = perf_counter()
    page.locator("button[value=verify]").click()
    page.wait_for_load_state()
    page.goto(claim)
    page.locator("a[href^='/laporan/baru']").click()
    page.locator("form.report-begin button.main").click()
    page.locator("#part-analysis").wait_for()
    return perf_counter() - begun


def _write(page: Page) -> float:
    """Write the four parts and return the seconds that the machine took to save them."""
    seconds = 0.0
    for name, text in TYPED.items():
        page.locator(f"#{name}").fill(text)
        begun = perf_counter()
        page.locator(f"form:has(#{name}) button").click()
        page.locator(".flash").wait_for()
        seconds += perf_counter() - begun
    assert page.locator("form[action$='/tanda-tangan'] button").is_visible()
    return seconds


def _download(page: Page, link: str) -> float:
    begun = perf_counter()
    with page.expect_download() as wait:
        page.get_by_role("link", name=link, exact=True).click()
    wait.value.path()
    return round(perf_counter() - begun, 2)
