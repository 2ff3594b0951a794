"""How many keys and how many seconds a claim takes: two hundred, in a real Chromium, beside the mouse.

Run: `python -m benchmarks triage_keys`. A city is filled with two hundred invented claims of mixed kinds
(`tests.routine`: sixteen of twenty are routine; of the other four one each is looked at first, gets a note,
is skipped and returned to, is decided wrongly and undone). A scripted person works through both lanes by
keys; the same again in a fresh city by mouse, through the page of each claim. The site runs in a process of
its own. Nobody reads here, so two things are told apart:

machine: from asking for a page until its next row has the focus, by the browser's own clock, and of that
what the server and loopback took. Measured.
modelled: reading what a row says and why it is there, at 238 words a minute, the mean of silent reading of
English non-fiction by adults over 190 studies (Brysbaert, 2019, Journal of Memory and Language 109), and at
175 and 300, between which most adults lie there; how fast this is read in Indonesian nobody has measured.
Three words that stood together before in the same row are not read again (the reason quotes the headline);
counts, places and ages are looked at while the mind is made up. As the other bound every word of the row is
read, whatever is said twice. Then 1.35 s to make up one's mind, 0.28 s a key press at the pace of a typist of
forty words a minute, 1.1 s to point with the mouse, 0.2 s to click: the keystroke-level model (Card, Moran
and Newell, 1980, Communications of the ACM 23). By mouse the same words are read and the mind is made up
once, so the difference is one of hands and pages only.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any
from uuid import UUID

from playwright.sync_api import Page, sync_playwright

from benchmarks._triage_keys_mouse import walk_by_mouse
from kentongan.domain import ClaimId, Decision
from tests.browser.conftest import NAMES
from tests.browser.driving import Cost, Person
from tests.factories import PASSWORD
from tests.routine import Extra, Kind, Task

CLAIMS = 200
WORDS_A_MINUTE, SLOW, FAST = 238, 175, 300
MIND, KEY, POINT, CLICK = 1.35, 0.28, 1.1, 0.2  # seconds
GOAL_PRESSES, GOAL_SECONDS = 1.3, 12.0
_LANES = ("new", "press")


@dataclass
class Served:
    """A site in its process."""

    process: "subprocess.Popen[str]"
    address: str
    tasks: dict[ClaimId, Task]

    def end(self) -> dict[str, int]:
        """Stop it and return what became of its claims."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        ended: dict[str, int] = json.loads(self.process.stdout.readline())
        return ended


def main(claims: int = CLAIMS) -> dict[str, Any]:
    """Return presses and seconds a claim, by keys and by mouse, and print them; all without times if there
    is no Chromium."""
    chromium = os.environ.get("KENTONGAN_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        print("left out: no Chromium here", flush=True)
        return {"left_out": "no Chromium"}
    result: dict[str, Any] = {"claims": claims, "load_before": os.getloadavg()[0]}
    result["keys"] = _measure("keys", chromium, claims, _by_keys)
    result["mouse"] = _measure("mouse, by the claim's page", chromium, claims, _by_mouse)
    keys, mouse = result["keys"]["routine"], result["mouse"]["routine"]
    result["mouse_to_keys"] = {
        "seconds": round(mouse["seconds_median"] / keys["seconds_median"], 2),
        "without_reading": round(mouse["without_reading_median"] / keys["without_reading_median"], 2),
        "machine": round(mouse["machine_ms_median"] / keys["machine_ms_median"], 2),
    }
    print(f"mouse to keys: {result['mouse_to_keys']}")
    print(
        f"routine by keys: {keys['acts_median']} presses (mean {keys['acts_mean']}; goal {GOAL_PRESSES}),"
        f" {keys['seconds_median']} s (goal {GOAL_SECONDS:.0f} s)",
        flush=True,
    )
    return result


def _measure(
    name: str, chromium: str, claims: int, work: Callable[[Page, Served], Iterable[Cost]]
) -> dict[str, Any]:
    with _serving(claims) as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(locale="id-ID").new_page()
        page.goto(f"{served.address}/login")
        page.locator("[name=name]").fill("analyst")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/queue/new")
        costs = list(work(page, served))
        browser.close()
        ended = served.end()
    assert (ended["decided"], ended["left"], ended["twice"]) == (claims, 0, 0), ended
    routine = [cost for cost in costs if cost.task.extra is None]
    figures = {"routine": _figures(routine), "all": _figures(costs), **ended}
    print(f"{name}: {ended['decided']} decided, {ended['left']} left, {ended['twice']} twice")
    for which in ("routine", "all"):
        print(f"  {which:<8}{figures[which]}", flush=True)
    return figures


def _by_keys(page: Page, served: Served) -> Iterator[Cost]:
    person = Person(page, served.tasks)
    for lane in _LANES:
        page.goto(f"{served.address}/queue/{lane}")
        yield from person.walk()


def _by_mouse(page: Page, served: Served) -> Iterator[Cost]:
    for lane in _LANES:
        yield from walk_by_mouse(page, f"{served.address}/queue/{lane}", served.tasks)


def _figures(costs: Sequence[Cost]) -> dict[str, float]:
    """Return medians over claims; seconds are modelled and measured together, the parts beside."""
    machine = [cost.ready_ms / 1000 for cost in costs]
    hands = [MIND + KEY * (c.presses + c.typed) + (POINT + CLICK) * c.clicks for c in costs]
    rest = [h + m for h, m in zip(hands, machine, strict=True)]
    read, every = [c.words.read for c in costs if c.words], [c.words.all for c in costs if c.words]

    def seconds(words: Sequence[int], pace: float) -> list[float]:
        return sorted(count / pace * 60 + more for count, more in zip(words, rest, strict=True))

    acts = [cost.presses + cost.clicks for cost in costs]
    at_mean = seconds(read, WORDS_A_MINUTE)
    return {
        "claims": len(costs),
        "acts_median": median(acts),
        "acts_mean": round(mean(acts), 2),
        "seconds_median": round(median(at_mean), 2),
        "seconds_p95": round(at_mean[int(len(costs) * 0.95)], 2),
        "seconds_median_at_175": round(median(seconds(read, SLOW)), 2),
        "seconds_median_at_300": round(median(seconds(read, FAST)), 2),
        "seconds_median_every_word": round(median(seconds(every, WORDS_A_MINUTE)), 2),
        "modelled_words_median": median(read),
        "modelled_every_word_median": median(every),
        "modelled_reading_median": round(median(read) / WORDS_A_MINUTE * 60, 2),
        "modelled_hands_median": round(median(hands), 2),
        "without_reading_median": round(median(rest), 2),
        "machine_ms_median": round(median(machine) * 1000, 1),
        "machine_ms_p95": round(sorted(machine)[int(len(costs) * 0.95)] * 1000, 1),
        "served_ms_median": round(median(cost.served_ms for cost in costs), 1),
    }


@contextmanager
def _serving(claims: int) -> Iterator[Served]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks._triage_keys_site", folder, str(claims)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
        )
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            tasks = {
                ClaimId(UUID(claim)): Task(Kind(kind), Decision(decision), Extra(extra) if extra else None)
                for claim, (kind, decision, extra) in told["tasks"].items()
            }
            yield Served(process, f"http://127.0.0.1:{told['port']}", tasks)
        finally:
            if process.stdin and not process.stdin.closed:
                process.stdin.close()
            process.wait(timeout=60)


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
