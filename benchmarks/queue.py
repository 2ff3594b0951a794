"""How fast the queue answers at growing sizes, beside a plain ORDER BY over the same rows.

Run: `python -m benchmarks.queue [claims ...]`. A record of so many claims, with ten times as many items, is
filled straight into its tables; then each question is asked through the web application, as a browser would,
and the whole rendered answer is timed. One claim in three lies in a lane, one in ten in that of what is new;
a thousandth hold two thousand items each. Plain: ids and headlines of the same page by one `ORDER BY` over
the weight, with OFFSET, and a count; neither reasons, checks, charts, places nor who is at it. Milliseconds
by the clock, and the processor's beside, for a machine that does other things.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import text

from benchmarks._queue_record import fill
from benchmarks._timing import times
from kentongan.domain import Role
from tests.web_city import Browser, Site

SIZES = (10_000, 100_000)
GOAL_MS = 50
_RUNS = 30
_PAGES_ON = 10
_PLAIN = (
    "SELECT id, headline FROM claims WHERE lane = :lane{} "
    "ORDER BY priority * CASE WHEN election THEN 2.5 ELSE 1 END DESC, id DESC LIMIT 20 OFFSET :skipped"
)
_SPEAKS_OF = (
    " AND EXISTS (SELECT 1 FROM items JOIN item_places ON item_id = items.id "
    "WHERE claim_id = claims.id AND place LIKE '{}%')"
)
_QUESTIONS: Mapping[str, tuple[str, str, str, int]] = {  # address, lane, the plain condition, rows skipped
    "new": ("/queue/new", "new", "", 0),
    "new, tenth page": ("/queue/new", "new", "", 20 * _PAGES_ON),
    **{
        lane: (f"/queue/{lane}", lane, "", 0)
        for lane in ("press", "second", "verification", "watching", "escalated", "closed", "sample")
    },
    "label": ("/queue/new?label=identity_politics", "new", " AND identity_politics", 0),
    "about an election": ("/queue/new?election=yes", "new", " AND election", 0),
    "kecamatan": ("/queue/new?place=00.00.02", "new", _SPEAKS_OF.format("00.00.02"), 0),
    "kelurahan": ("/queue/closed?place=00.00.03.1002", "closed", _SPEAKS_OF.format("00.00.03.1002"), 0),
    "a check fits": ("/queue/new?check=yes", "new", " AND checked_id IS NOT NULL", 0),
    "age": ("/queue/new?age=1d", "new", " AND first_seen_at >= :day", 0),
    "worked on by nobody": ("/queue/new?held=nobody", "new", "", 0),
    "six filters": (
        "/queue/closed?label=hoax&platform=post&kind=public_channel&place=00.00.01&election=yes&age=older",
        "closed",
        " AND hoax AND election" + _SPEAKS_OF.format("00.00.01"),
        0,
    ),
}


def main(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Return the measurements of each size, and print them as tables."""
    result: dict[str, Any] = {"sizes": {}}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            result["sizes"][str(size)] = measured = _measure(size, Path(name))
        _print(size, measured)
    smallest, largest = (result["sizes"][str(size)]["kinds"] for size in (min(sizes), max(sizes)))
    result["slowest_p95_ms"] = max(row["p95_ms"] for row in largest.values())
    result["growth"] = {
        kind: round(largest[kind]["p50_ms"] / row["p50_ms"], 1) for kind, row in smallest.items()
    }
    print(
        f"slowest p95 at {max(sizes)} claims: {result['slowest_p95_ms']} ms (goal {GOAL_MS});"
        f" medians grow at most {max(result['growth'].values())} x from {min(sizes)} on",
        file=sys.stderr,
    )
    return result


def _measure(size: int, home: Path) -> dict[str, Any]:
    site = Site(home)
    site.add_people(Role.ANALYST)
    began = perf_counter()
    items = fill(site.store, size)
    seconds = perf_counter() - began
    browser = site.client(Role.ANALYST)
    kinds = {name: _ask(site, browser, *question) for name, question in _QUESTIONS.items()}
    kinds["what is new"] = _ask_pulse(browser)
    site.close()
    return {"items": items, "filled_seconds": round(seconds), "kinds": kinds}


def _ask(site: Site, browser: Browser, address: str, lane: str, where: str, skipped: int) -> dict[str, Any]:
    address = _page_on(browser, address) if skipped else address

    def page() -> None:
        answer = browser.get(address)
        assert answer.status_code == 200, answer.status
        assert len(answer.data) < 100_000

    values = {"lane": lane, "skipped": skipped, "day": datetime.now(UTC) - timedelta(days=1)}

    def plain() -> None:
        with site.store.database.read() as session:
            session.execute(text(_PLAIN.format(where)), values).all()
            session.execute(text(f"SELECT count(*) FROM claims WHERE lane = :lane{where}"), values).all()

    return {**_times(page), "bytes": len(browser.get(address).data), "plain": _times(plain, runs=3)}


def _page_on(browser: Browser, address: str) -> str:
    for _ in range(_PAGES_ON):
        page = browser.get(address).text
        address = page.split('">Halaman berikutnya')[0].rpartition('href="')[2].replace("&amp;", "&")
    return address


def _ask_pulse(browser: Browser) -> dict[str, Any]:
    page = browser.get("/queue/new").text
    address = page.split('data-live="')[1].split('"')[0].replace("&amp;", "&")
    tag = browser.get(address).headers["ETag"]

    def pulse() -> None:
        assert browser.get(address, headers={"If-None-Match": tag}).status_code == 304

    return _times(pulse)


def _times(work: Callable[[], None], runs: int = _RUNS) -> dict[str, float]:
    work()
    return times(work, runs)


def _print(size: int, measured: dict[str, Any]) -> None:
    print(
        f"{size} claims, {measured['items']} items, filled in {measured['filled_seconds']} s", file=sys.stderr
    )
    for kind, row in measured["kinds"].items():
        line = f"  {kind:<22}{row['p50_ms']:>8} ms  p95 {row['p95_ms']:>8} (processor {row['p95_cpu_ms']:>6})"
        if "plain" in row:
            line += f"   plain {row['plain']['p50_ms']:>8} p95 {row['plain']['p95_ms']:>8}"
        print(line, file=sys.stderr)


if __name__ == "__main__":
    print(json.dumps(main(tuple(map(int, sys.argv[1:])) or SIZES)))
