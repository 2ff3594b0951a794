"""`kentongan demo`: the main job on an invented city, with nothing from outside."""

import os
import secrets
import sys
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated

import typer

from cli.beside import working_beside
from cli.checker import ModelChecker
from cli.demo.sites import DemoCity, serve_demo_sites, trap_urls
from cli.output import AsJson, errors, print_json, print_table
from cli.parts import Parts, open_parts
from crawler.source_file import read_sources
from kentongan.domain import Label, Lane, Role
from kentongan.settings import Settings
from kentongan.store.database import now
from pipeline.collecting import crawl_apart
from pipeline.exclusive import sole_worker
from pipeline.work import WorkReport
from webui.app import create_app
from webui.serve import CannotListen, WebServer, serve_until_stopped

REGION = "arunika"
USERS = {"analis": Role.ANALYST, "pemeriksa": Role.REVIEWER, "admin": Role.ADMINISTRATOR}


def register(app: typer.Typer) -> None:
    app.command()(demo)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo's JSON shows, and which traps were flagged: none should be."""

    sources: list[Mapping[str, object]]
    items: int
    assessed: int
    flagged: Mapping[str, int]
    claims: int
    fact_check_matches: int
    stage_seconds: Mapping[str, float]
    flagged_traps: list[str]


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the pipeline; no web UI.")] = False,
    as_json: AsJson = False,
) -> None:
    """Crawl an invented city's sites on loopback, run the whole pipeline, open the UI."""
    with open_parts() as own, TemporaryDirectory(prefix="kentongan-demo-") as folder:
        settings = demo_settings(own.settings, Path(folder))
        with serve_demo_sites(now()) as city:
            parts = Parts(settings)
            try:
                began = perf_counter()
                if once or as_json:
                    result = run_demo(parts, city, Path(folder))
                    if as_json:
                        print_json({name: getattr(result, name) for name in DemoResult.__slots__})
                    else:
                        _print(result)
                else:
                    _collect(parts, city, Path(folder))
                if not once:
                    _open_ui(parts, began)
            finally:
                parts.close()


def demo_settings(own: Settings, folder: Path) -> Settings:
    """Return settings that touch nothing but `folder`, and may fetch from loopback."""
    return replace(
        own,
        home=folder,
        database_url=f"sqlite:///{folder / 'record.db'}",
        search_url="embedded:",
        region=REGION,
        host="127.0.0.1",
        contact="demo",
        allow_loopback=True,
        secret_key=secrets.token_hex(32),
        pseudonym_key=secrets.token_hex(32),
    )


def run_demo(parts: Parts, city: DemoCity, folder: Path) -> DemoResult:
    """Crawl the city, work everything, and return what came of it."""
    began = perf_counter()
    collected = _collect(parts, city, folder)
    watch = _FirstLead(parts, began)
    with sole_worker(parts.store):
        parts.index.prepare()
        report = parts.worker(watch.look).run_once()
    return _result(parts, city, report, collected)


def _collect(parts: Parts, city: DemoCity, folder: Path) -> float:
    """Crawl the city and return how many seconds it took."""
    began = perf_counter()
    sources = folder / "sources"
    city.write_sources(sources)
    _ = parts.store
    errors.print("collecting …")
    crawl_apart(parts.settings, read_sources(sources))
    seconds = perf_counter() - began
    errors.print(f"collected in {seconds:.1f} s; assessing, matching, grouping …")
    return seconds


class _FirstLead:
    """Says once when the first lead is there to be seen, and once when nothing waits any more."""

    def __init__(self, parts: Parts, began: float) -> None:
        self._parts, self._began = parts, began
        self._found = self._done = False

    def look(self, report: WorkReport) -> None:
        store = self._parts.store
        if not self._found and report.grouped and store.claims.lane_counts()[Lane.NEW]:
            self._found = True
            self._say("first flagged claim after")
        if not self._done and self._found and not store.conveyor.waiting():
            self._done = True
            self._say("all read, matched and grouped after")

    def _say(self, what: str) -> None:
        errors.print(f"{what} {perf_counter() - self._began:.1f} s")


def _result(parts: Parts, city: DemoCity, report: WorkReport, collected: float) -> DemoResult:
    counts = parts.store.items.counts()
    traps = trap_urls(city)
    views = parts.store.items.views(list(parts.store.items.all_ids()))
    return DemoResult(
        sources=[{"name": name, "items": n} for name, n in parts.store.items.count_by_source().items()],
        items=counts["items"],
        assessed=counts["assessed"],
        flagged={label.value: counts[label.value] for label in Label},
        claims=parts.store.claims.count(),
        fact_check_matches=report.matches,
        stage_seconds={"collect": round(collected, 3)}
        | {name: round(seconds, 3) for name, seconds in report.stage_seconds.items()},
        flagged_traps=sorted(traps[v.item.url] for v in views if v.labels and v.item.url in traps),
    )


def _print(result: DemoResult) -> None:
    print_table("Collected", ("source", "items"), [(s["name"], s["items"]) for s in result.sources])
    print_table(
        "Kota Arunika: leads, not verdicts",
        ("", "count"),
        [
            ("items", result.items),
            ("assessed", result.assessed),
            *((f"flagged {name}", n) for name, n in result.flagged.items()),
            ("claims", result.claims),
            ("fact-check matches", result.fact_check_matches),
            ("traps flagged", len(result.flagged_traps)),
        ],
    )
    print_table("Seconds", ("stage", "seconds"), [(n, f"{s:.1f}") for n, s in result.stage_seconds.items()])


def _open_ui(parts: Parts, began: float) -> None:
    passwords = {name: secrets.token_urlsafe(12) for name in USERS}
    for name, role in USERS.items():
        parts.store.users.add(name, role, passwords[name], by="demo")
    print_table(
        "Demo users, until you end this",
        ("name", "password"),
        list(passwords.items()),
    )
    checker = ModelChecker(parts)
    app = create_app(parts.settings, parts.store, parts.index, checker, checker.embed)
    try:
        server = WebServer(app, parts.settings.host, parts.settings.port)
    except CannotListen:
        server = WebServer(app, parts.settings.host, 0)  # the usual port is taken: any free one
    address = f"http://{parts.settings.host}:{server.port}/"
    errors.print(f"Open {address} and log in as analis. Ctrl-C ends the demo.", markup=False)
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("darwin", "win32"):
        webbrowser.open(address)
    with working_beside(parts, _FirstLead(parts, began).look):
        serve_until_stopped(server)
