"""How fast trends and the map answer at growing sizes, beside a plain GROUP BY over the same weeks.

Run: `python -m benchmarks.trends [claims ...]`. A record of so many claims, ten times as many items, is
filled straight into its tables, with a ledger of crawls and 200 narratives; then each page is asked through
the web application, as a browser would, and the whole rendered answer is timed: once with nothing kept (cold:
the weeks are counted and the charts drawn), then again (warm). Plain: how many items a week, by one `GROUP
BY` over the same index; neither claims, sources, rows, holes, charts nor tables. Milliseconds by the clock,
and the processor's beside, for a machine that does other things.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks._timing import times
from benchmarks._trends_record import fill_trends
from kentongan.domain import Role
from kentongan.trends.weeks import finished_weeks
from tests.web_city import Browser, Site
from webui.charts import forget_drawings

SIZES = (10_000, 100_000)
GOAL_MS = 50
_RUNS = 30
_PLAIN = (
    "SELECT (CAST(strftime('%s', coalesce(published_at, first_seen_at)) AS INTEGER) - :begins) / 604800"
    " AS week, count(*) FROM items WHERE coalesce(published_at, first_seen_at) >= :since"
    " AND coalesce(published_at, first_seen_at) < :until GROUP BY week"
)
_PAGES: Mapping[str, tuple[str, int, Role]] = {  # address, weeks that are counted, who looks
    "labels": ("/tren/", 13, Role.ANALYST),
    "narratives": ("/tren/?menurut=narasi", 13, Role.ANALYST),
    "kecamatan": ("/tren/?menurut=kecamatan", 13, Role.ANALYST),
    "kinds of source": ("/tren/?menurut=jenis", 13, Role.ANALYST),
    "platforms": ("/tren/?menurut=kanal", 13, Role.ANALYST),
    "narratives, a year": ("/tren/?menurut=narasi&periode=52", 52, Role.ANALYST),
    "compared": ("/tren/?menurut=narasi&periode=26&banding=sebelumnya", 52, Role.ANALYST),
    "narratives, liaison": ("/tren/?menurut=narasi", 13, Role.LIAISON),
    "map, 13 weeks": ("/tren/peta?periode=13", 13, Role.ANALYST),
    "map, liaison": ("/tren/peta", 1, Role.LIAISON),
}


def main(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Return the measurements of each size, and print them as tables."""
    result: dict[str, Any] = {"sizes": {}}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            result["sizes"][str(size)] = measured = _measure(size, Path(name))
        _print(size, measured)
    largest = result["sizes"][str(max(sizes))]["pages"]
    result["slowest_p95_ms"] = max(row["p95_ms"] for row in largest.values())
    result["slowest_cold_ms"] = max(row["cold_ms"] for row in largest.values())
    print(
        f"slowest warm p95 at {max(sizes)} claims: {result['slowest_p95_ms']} ms (goal {GOAL_MS});"
        f" slowest cold: {result['slowest_cold_ms']} ms",
        file=sys.stderr,
    )
    return result


def _measure(size: int, home: Path) -> dict[str, Any]:
    site = Site(home)
    site.add_people(Role.ANALYST, Role.LIAISON)
    items = fill_trends(site.store, size)
    readers = {role: site.client(role) for role in (Role.ANALYST, Role.LIAISON)}
    for reader in readers.values():
        reader.get("/tren/")  # templates, the drawing's engine
    pages = {name: _ask(site, readers[role], path, weeks) for name, (path, weeks, role) in _PAGES.items()}
    site.close()
    return {"items": items, "pages": pages}


def _ask(site: Site, browser: Browser, path: str, count: int) -> dict[str, Any]:
    def page() -> None:
        answer = browser.get(path)
        assert answer.status_code == 200, answer.status
        assert len(answer.data) < 100_000, len(answer.data)

    zone = site.app.extensions["kentongan"].region.time_zone
    weeks = finished_weeks(datetime.now(zone).date(), count, zone)
    given = {
        "begins": int(weeks.begins.timestamp()),
        "since": weeks.begins.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds"),
        "until": weeks.ends.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds"),
    }

    def plain() -> None:
        with site.store.database.read() as session:
            session.execute(text(_PLAIN), given).all()

    _forget(site)
    cold = times(page, runs=1)
    return {
        "cold_ms": cold["p50_ms"],
        **times(page, runs=_RUNS),
        "bytes": len(browser.get(path).data),
        "plain": times(plain, runs=3),
    }


def _forget(site: Site) -> None:
    site.app.extensions.pop("kentongan trends", None)
    forget_drawings()


def _print(size: int, measured: dict[str, Any]) -> None:
    print(f"{size} claims, {measured['items']} items", file=sys.stderr)
    for kind, row in measured["pages"].items():
        ratio = row["p95_ms"] / max(0.1, row["plain"]["p50_ms"])
        print(
            f"  {kind:<22} cold {row['cold_ms']:>8} ms  warm {row['p50_ms']:>7} p95 {row['p95_ms']:>7}"
            f" (processor {row['p95_cpu_ms']:>6})"
            f"  plain {row['plain']['p50_ms']:>7}  ratio {ratio:>5.2f}  {row['bytes']:>6} bytes",
            file=sys.stderr,
        )


if __name__ == "__main__":
    print(json.dumps(main(tuple(map(int, sys.argv[1:])) or SIZES)))
