"""Commands that bring things in: crawl, import, extract, sources."""

from dataclasses import asdict
from pathlib import Path
from time import monotonic, sleep
from typing import Annotated

import typer

from cli.beside import CRAWL_EVERY_SECONDS
from cli.output import AsJson, errors, print_json, print_pairs, print_table
from cli.parts import open_parts
from crawler.extract import extract_page
from crawler.factchecks.names import CheckShape
from crawler.source_file import SourceFile, read_sources, shipped_sources
from kentongan.errors import BadInput
from pipeline.collecting import crawl_apart
from pipeline.importing import import_items
from pipeline.importing_archive import import_archive
from pipeline.importing_checks import import_checks

SourcesFolder = Annotated[
    Path | None, typer.Option("--sources", help="Folder of source files; default: those shipped.")
]

DEVELOPMENT = "development"  # claims and articles as JSON lines: an archive to develop with
SHAPE_NAMES = (*(shape.value for shape in CheckShape), DEVELOPMENT)


def register(app: typer.Typer) -> None:
    app.command()(crawl)
    app.command("import")(import_file)
    app.command()(extract)
    app.command()(sources)


def crawl(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...")] = None,
    once: Annotated[bool, typer.Option("--once", help="Read each source once and end.")] = False,
    folder: SourcesFolder = None,
    as_json: AsJson = False,
) -> None:
    """Read the sources with the spiders; every item lands in the record first."""
    with open_parts() as parts:
        chosen = _choose(_sources(folder), names or [])
        _ = parts.store  # the tables are there before a spider starts
        while True:
            began = monotonic()
            report = crawl_apart(parts.settings, chosen)
            if as_json:
                print_json(asdict(report))
            else:
                print_table(
                    "Crawl",
                    ("source", "new", "revised", "unchanged", "fact-checks", "errors", "drift", "seconds"),
                    [
                        (
                            s.source,
                            s.items,
                            s.revised,
                            s.unchanged,
                            s.fact_checks,
                            s.errors,
                            s.drift,
                            f"{s.seconds:.1f}",
                        )
                        for s in report.sources
                    ],
                )
            if once:
                return
            sleep(max(0.0, CRAWL_EVERY_SECONDS - (monotonic() - began)))


def _sources(folder: Path | None) -> list[SourceFile]:
    return read_sources(folder) if folder else shipped_sources()


def _choose(known: list[SourceFile], names: list[str]) -> list[SourceFile]:
    by_name = {source.source.name: source for source in known}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise BadInput(f"unknown source {unknown[0]!r}; there are {', '.join(sorted(by_name)) or 'none'}")
    return [by_name[name] for name in names] if names else [s for s in known if s.active]


def import_file(
    file: Annotated[Path, typer.Argument(help="Items as JSONL or CSV; with --shape, fact-checks.")],
    shape: Annotated[
        str, typer.Option("--shape", help=f"Whose fact-checks the file holds: {', '.join(SHAPE_NAMES)}.")
    ] = "",
    url: Annotated[str, typer.Option("--url", help="With --shape: where a page was saved from.")] = "",
    as_json: AsJson = False,
) -> None:
    """Put items and fact-checks of a file into the record; a bad line leaves it as it was."""
    if shape:
        _import_checks(file, shape, url, as_json)
        return
    if url:
        raise BadInput("--url: only with --shape")
    with open_parts() as parts:
        report = import_items(
            parts.store,
            file,
            region=parts.settings.region,
            time_zone=str(parts.region.time_zone),
            pseudonym_key=parts.settings.pseudonym_key,
        )
        if report.authors_dropped:
            errors.print(
                f"{report.authors_dropped} posters' names were not kept: KENTONGAN_PSEUDONYM_KEY is not set",
                style="yellow",
            )
        if as_json:
            print_json(asdict(report))
        else:
            print_pairs(f"Import of {file.name}", asdict(report))


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


def sources(folder: SourcesFolder = None, as_json: AsJson = False) -> None:
    """List the sources: what they are, what they permit, how many items the record has."""
    with open_parts() as parts:
        counts = parts.store.items.count_by_source()
        rows = [
            {
                "name": s.source.name,
                "title": s.source.title,
                "kind": s.source.kind.value,
                "permission": s.source.permission.value,
                "active": s.active,
                "items": counts.get(s.source.name, 0),
            }
            for s in _sources(folder)
        ]
        if as_json:
            print_json(rows)
        else:
            print_table("Sources", tuple(rows[0]) if rows else ("name",), [tuple(r.values()) for r in rows])
