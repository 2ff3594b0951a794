"""Commands that bring things in: crawl, import, extract."""

from dataclasses import asdict
from pathlib import Path
from random import SystemRandom
from typing import Annotated, Any

import typer

from cli.beside import STOPPING
from cli.output import AsJson, errors, print_json, print_line, print_pairs, print_table
from cli.parts import Parts, open_parts
from cli.stopping import stopped_by_signals
from crawler.extract import extract_page
from crawler.factchecks.names import CheckShape
from crawler.source_file import SourceFile, read_sources
from kentongan.errors import BadInput
from kentongan.store.database import now
from pipeline.collecting import CrawlerDied
from pipeline.exports.detect import detect_export
from pipeline.exports.registry import ExportName
from pipeline.health import Watch
from pipeline.importing import import_items
from pipeline.importing_archive import import_archive
from pipeline.importing_checks import import_checks
from pipeline.importing_exports import import_export
from pipeline.readings import Crawled
from pipeline.scheduling import Scheduler

SourcesFolder = Annotated[
    Path | None,
    typer.Option("--sources", help="Only the source files of this folder; default: those of the region."),
]

DEVELOPMENT = "development"  # claims and articles as JSON lines: an archive to develop with
SHAPE_NAMES = (*(shape.value for shape in CheckShape), DEVELOPMENT)


def register(app: typer.Typer) -> None:
    app.command()(crawl)
    app.command("import")(import_file)
    app.command()(extract)


def crawl(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...")] = None,
    once: Annotated[bool, typer.Option("--once", help="Read each source once, now, and end.")] = False,
    folder: SourcesFolder = None,
    as_json: AsJson = False,
) -> None:
    """Read the sources with the spiders, each when it is due; every item lands in the record first."""
    if as_json and not once:
        raise BadInput("--json: only with --once, which ends: one document is printed")

    with open_parts() as parts:

        def read() -> list[SourceFile]:
            known = read_sources(folder) if folder else parts.read_sources()
            return _choose(known, names) if names else known

        chosen, watch = read(), Watch(parts.store)
        if once:
            _crawl_once(parts, chosen if names else [s for s in chosen if s.active], as_json)
            return
        inactive = [source.name for source in chosen if not source.active]
        if names and inactive:
            raise BadInput(f"source {inactive[0]!r} is not active: only with --once")
        scheduler = Scheduler(
            parts.settings,
            parts.store,
            read,
            SystemRandom(),
            crawled=_print_crawled,
            after_crawl=lambda: watch.look(now()),
        )
        with stopped_by_signals(STOPPING) as stop:
            scheduler.run(stop)


def _crawl_once(parts: Parts, chosen: list[SourceFile], as_json: bool) -> None:
    watch = Watch(parts.store)
    scheduler = Scheduler(
        parts.settings,
        parts.store,
        lambda: chosen,
        SystemRandom(),
        after_crawl=lambda: watch.look(now()),
    )
    with stopped_by_signals(STOPPING) as stop:
        done = scheduler.run_once(chosen, stop)
    for name in done.skipped:
        errors.print(f"{name}: skipped, another process is reading it", markup=False, highlight=False)
    if as_json:
        print_json(asdict(done.report) | {"skipped": done.skipped})
    else:
        columns = ("source", "new", "revised", "unchanged", "fact-checks", "errors", "drift", "seconds")
        rows = [
            (s.source, s.items, s.revised, s.unchanged, s.fact_checks, s.errors, s.drift, f"{s.seconds:.1f}")
            for s in done.report.sources
        ]
        print_table("Crawl", columns, rows)
    if done.died:
        told = "; ".join(f"{name}: {problem}" for name, problem in done.died.items())
        raise CrawlerDied(f"not every source could be read: {told}")


def _print_crawled(crawled: Crawled) -> None:
    report = crawled.report
    if report is None:
        print_line(f"{crawled.source}: {crawled.problem}")
        return
    counts = f"{report.items} new, {report.revised} revised, {report.unchanged} unchanged"
    checks = f", {report.fact_checks} fact-checks" if report.fact_checks else ""
    print_line(f"{report.source}: {counts}{checks}, {report.errors} errors, {report.seconds:.1f} s")


def _choose(known: list[SourceFile], names: list[str]) -> list[SourceFile]:
    by_name = {source.source.name: source for source in known}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise BadInput(f"unknown source {unknown[0]!r}; there are {', '.join(sorted(by_name)) or 'none'}")
    return [by_name[name] for name in dict.fromkeys(names)]


def import_file(
    file: Annotated[
        Path, typer.Argument(help="Items as JSONL or CSV, another tool's export, or fact-checks.")
    ],
    export: Annotated[
        str, typer.Option("--export", help=f"Whose export the file is, if not told: {', '.join(ExportName)}.")
    ] = "",
    shape: Annotated[
        str, typer.Option("--shape", help=f"Whose fact-checks the file holds: {', '.join(SHAPE_NAMES)}.")
    ] = "",
    url: Annotated[
        str, typer.Option("--url", help="Where a page was saved from, or Telegram's channel is public.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Put items and fact-checks of a file into the record; a bad line leaves it as it was."""
    if shape and export:
        raise BadInput("--export: not with --shape")
    if shape:
        _import_checks(file, shape, url, as_json)
        return
    name = _export_of(file, export)
    if name is None and url:
        raise BadInput("--url: only with --shape or --export telegram")
    with open_parts() as parts:
        region, zone = parts.settings.region, str(parts.region.time_zone)
        key = parts.settings.pseudonym_key
        report = (
            import_items(parts.store, file, region=region, time_zone=zone, pseudonym_key=key)
            if name is None
            else import_export(
                parts.store, file, name, url=url, region=region, time_zone=zone, pseudonym_key=key
            )
        )
        if report.authors_dropped:
            errors.print(
                f"{report.authors_dropped} posters' names were not kept: KENTONGAN_PSEUDONYM_KEY is not set",
                style="yellow",
            )
        if as_json:
            print_json(asdict(report))
        else:
            print_pairs(f"Import of {file.name}", _flat(asdict(report)))


def _export_of(file: Path, told: str) -> ExportName | None:
    """Return whose export a file is: as told, else as its head tells, which is said aloud."""
    if told and told not in list(ExportName):
        raise BadInput(f"--export: {told!r} is not one of {', '.join(ExportName)}")
    name = ExportName(told) if told else detect_export(file)
    if name is not None and not told:
        errors.print(f"read as an export of {name}, as its head tells", markup=False, highlight=False)
    return name


def _flat(report: dict[str, Any]) -> dict[str, Any]:
    passed = report.pop("passed_over", {})
    return report | {f"passed over: {reason}": count for reason, count in passed.items()}


def _import_checks(file: Path, shape: str, url: str, as_json: bool) -> None:
    if shape not in SHAPE_NAMES:
        raise BadInput(f"--shape: {shape!r} is not one of {', '.join(SHAPE_NAMES)}")
    with open_parts() as parts:
        region, zone = parts.settings.region, str(parts.region.time_zone)
        if shape == DEVELOPMENT:
            report = import_archive(parts.store, file, region=region, time_zone=zone)
        else:
            report = import_checks(
                parts.store, file, CheckShape(shape), url=url, region=region, time_zone=zone
            )
        for line in report.refusals:
            errors.print(f"refused: {line}", style="yellow", markup=False, highlight=False, soft_wrap=True)
        if as_json:
            print_json(asdict(report))
        else:
            told = {
                k: v for k, v in asdict(report).items() if k in ("created", "revised", "unchanged", "refused")
            }
            print_pairs(
                f"Fact-checks of {file.name}", told | {f"refused: {k}": n for k, n in report.reasons.items()}
            )


def extract(
    file: Path,
    url: Annotated[str, typer.Option("--url", help="Where the page was saved from.")],
    as_json: AsJson = False,
) -> None:
    """Print what extraction reads from one saved page."""
    with open_parts() as parts:
        try:
            page = file.read_bytes()
        except OSError as exc:
            raise BadInput(f"{file}: {exc.strerror or exc}") from exc
        found = asdict(extract_page(page, url, time_zone=str(parts.region.time_zone)))
        if as_json:
            print_json(found)
        else:
            print_pairs(url, found)
