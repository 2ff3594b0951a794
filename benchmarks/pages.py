"""How fast every page answers at a million items, beside an application that only reads and sets rows.

Run: `python -m benchmarks.pages [claims]`. The record is that of `benchmarks.queue`: so many claims, ten
times as many items, a hundred narratives, no search index (searching is `benchmarks.search`). Each page
that a role may open and that needs no further choice is asked for as a browser would, and so are pages of
claims in every lane, of the largest claims and of narratives. Plain: Flask, one SELECT of twenty claims and a
template that sets them, without a person, a lane or a right. Milliseconds by the clock, and the processor's
beside, for a machine that does other things; the first answer of a page is not counted, the collector of
garbage is stilled as `webui.serve` does.
"""

import gc
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, render_template_string
from sqlalchemy import select

from benchmarks._queue_record import fill
from benchmarks._timing import times
from kentongan.domain import Lane, Role
from kentongan.store import Store
from kentongan.store.schema import ClaimRow
from tests.web_city import Browser, Site
from webui.access import may

CLAIMS = 100_000
GOAL_MS = 50
_RUNS = 40
_CLAIMS_A_LANE = 20
_ROLES = (Role.ANALYST, Role.HEAD, Role.LIAISON, Role.ADMINISTRATOR, Role.REVIEWER)
_LEFT_OUT = (  # what has no page, or needs a choice or an index
    *("/api/", "/archive", "/healthz", "/login", "/static", "/claims/sebutan", "/kasus/tambah"),
    "/akun/langkah-kedua/qr.svg",
)
_PLAIN = """<!doctype html><title>plain</title><ol>{% for row in rows %}<li><h2><a href="/{{ row.id }}">
{{ row.headline }}</a></h2><p>{{ row.item_count }} · {{ row.last_seen_at }}</p></li>
{% endfor %}</ol>"""


def main(claims: int = CLAIMS) -> dict[str, Any]:
    """Return the measurements of each page, and print them as a table, the slowest first."""
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name))
        site.add_people(*_ROLES)
        items = fill(site.store, claims)
        gc.collect()
        gc.freeze()
        try:
            plain = _times(Browser(_plain(site.store).test_client()), ["/"])
            pages = {name: _times(browser, addresses) for name, browser, addresses in _pages(site)}
        finally:
            gc.unfreeze()
            site.close()
    slowest = max(pages, key=lambda name: pages[name]["p95_ms"])
    result = {"items": items, "plain": plain, "pages": pages, "slowest": slowest}
    _print(result)
    return result


def _pages(site: Site) -> Iterator[tuple[str, Browser, list[str]]]:
    done: set[str] = set()
    for role in _ROLES:
        browser = site.client(role)
        for rule in sorted(site.app.url_map.iter_rules(), key=lambda rule: rule.rule):
            asked = rule.methods is not None and "GET" in rule.methods and not rule.arguments
            shown = asked and not rule.rule.startswith(_LEFT_OUT) and may(rule.endpoint, "GET", role)
            # What liaisons see of a page is counted differently, so theirs is measured too.
            if shown and (rule.rule not in done or role is Role.LIAISON):
                done.add(rule.rule)
                yield f"{role.value} {rule.rule}", browser, [rule.rule]
    yield from _of_claims(site, site.client(Role.ANALYST))


def _of_claims(site: Site, browser: Browser) -> Iterator[tuple[str, Browser, list[str]]]:
    for lane in Lane:
        if lane is not Lane.UNFLAGGED:
            yield f"queue {lane.value}", browser, [f"/queue/{lane.value}"]
            yield (
                f"claims {lane.value}",
                browser,
                [f"/claims/{key}" for key in site.claims(lane)[:_CLAIMS_A_LANE]],
            )
    with site.store.database.read() as session:
        keys = session.scalars(select(ClaimRow.id).order_by(ClaimRow.item_count.desc()).limit(5)).all()
    yield "largest claims", browser, [f"/claims/{key}" for key in keys]
    found = site.store.narratives.active(ZoneInfo("Asia/Jakarta"))
    yield "narratives", browser, [f"/narasi/{view.narrative.id}" for view in found[:20]]


def _plain(store: Store) -> Flask:
    app = Flask("plain")

    @app.get("/")
    def page() -> str:
        lane = ClaimRow.lane == Lane.NEW.value
        query = select(ClaimRow.id, ClaimRow.headline, ClaimRow.item_count, ClaimRow.last_seen_at).where(lane)
        with store.database.read() as session:
            return render_template_string(_PLAIN, rows=session.execute(query.limit(20)).all())

    return app


def _times(browser: Browser, addresses: list[str]) -> dict[str, float]:
    asked, sizes = cycle(addresses), list[int]()

    def page() -> None:
        answer = browser.get(address := next(asked))
        assert answer.status_code < 400, (address, answer.status)
        sizes.append(len(answer.data))

    browser.get(addresses[0])
    return {**times(page, max(_RUNS, len(addresses))), "bytes": max(sizes)}


def _print(result: Mapping[str, Any]) -> None:
    print(f"{result['items']} items; a page that only sets rows: {result['plain']}", file=sys.stderr)
    for name, row in sorted(result["pages"].items(), key=lambda pair: -pair[1]["p95_ms"]):
        line = f"  {name:<40}{row['p50_ms']:>8} ms  p95 {row['p95_ms']:>8} (processor {row['p95_cpu_ms']:>6})"
        print(
            f"{line} {row['bytes']:>8} bytes{'' if row['p95_ms'] <= GOAL_MS else '  over the goal'}",
            file=sys.stderr,
        )


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
