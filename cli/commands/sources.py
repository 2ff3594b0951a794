"""`kentongan sources`: those there are, and a proposal for one that may be added."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.table import Table
from rich.text import Text

from cli.output import AsJson, errors, print_json, print_table
from cli.parts import Parts, open_parts
from cli.source_states import COLUMNS, UNKNOWN, shown, source_states
from crawler.discovery.discover import Discovery, discover
from crawler.discovery.findings import Wish
from crawler.discovery.samples import Sample
from crawler.discovery.trials import Trial
from crawler.fetch_answer import Network
from crawler.source_file import SourceFile, host_of, read_sources, shipped_sources
from kentongan.domain import Permission
from kentongan.errors import BadInput, SettingError
from kentongan.region import read_region

SourcesFolder = Annotated[
    Path | None,
    typer.Option("--sources", help="Only the source files of this folder; default: those of the region."),
]

sources_app = typer.Typer(help="List the sources, or propose one for the address of a site.")


def register(app: typer.Typer) -> None:
    app.add_typer(sources_app, name="sources")


@sources_app.callback(invoke_without_command=True)
def list_sources(context: typer.Context, folder: SourcesFolder = None, as_json: AsJson = False) -> None:
    """List the sources: what they are, what they permit, how many items the record has."""
    if context.invoked_subcommand is not None:
        context.obj = (folder, as_json)
        return
    with open_parts() as parts:
        rows = source_rows(parts, read_sources(folder) if folder else parts.read_sources())
    if as_json:
        print_json(rows)
    else:
        print_table("Sources", COLUMNS, [shown(row) for row in rows])


def source_rows(parts: Parts, sources: list[SourceFile]) -> list[Mapping[str, object]]:
    """Return a row for each source: what it is and what the record has of it."""
    counts = parts.store.items.count_by_source()
    states = source_states(parts.store, datetime.now(UTC))
    return [
        {
            "name": s.source.name,
            "title": s.source.title,
            "kind": s.source.kind.value,
            "permission": s.source.permission.value,
            "active": s.active,
            "items": counts.get(s.source.name, 0),
            **states.get(s.source.name, UNKNOWN),
        }
        for s in sources
    ]


@sources_app.command("add")
def add_source(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="A site, article, feed, sitemap, channel, tag or community.")],
    name: Annotated[str, typer.Option("--name", help="Its name; default: from its host.")] = "",
    region: Annotated[str, typer.Option("--region", help="Whose it is; default: KENTONGAN_REGION.")] = "",
    time_zone: Annotated[
        str,
        typer.Option("--time-zone", help="Zone of dates without one; default: as its pages or region tell."),
    ] = "",
    permission: Annotated[
        Permission, typer.Option("--permission", help="What its owner permits to be read.")
    ] = Permission.FEED_ONLY,
    out: Annotated[Path | None, typer.Option("--out", help="Write the file; never over one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find how a site may be read, try it, and propose a source file. Adds nothing by itself."""
    folder, json_before = context.obj
    _check_out(out)
    with open_parts() as parts:
        mine = folder or parts.own_sources
        own = read_sources(mine) if mine else []
        known = [*shipped_sources(), *own]
        _check_name(name, own)
        region = region or parts.settings.region
        wish = Wish(
            url=url,
            region=_slug("--region", region),
            region_zone=_zone_of(region, parts),
            permission=permission,
            now=datetime.now(UTC),
            time_zone=_zone(time_zone),
            name=name,
            taken=frozenset(source.name for source in known),
        )
        settings = parts.settings
        found = discover(wish, contact=settings.contact, network=Network(settings.allow_loopback))
    warnings = [*_already(found, known), *found.warnings]
    if out is not None:
        _write(out, found.yaml)
    if as_json or json_before:
        print_json(_document(found, warnings, out))
        return
    _show(found, warnings)
    if out is None:
        typer.echo(found.yaml, nl=False)
    else:
        errors.print(f"written: {out}", markup=False, highlight=False, soft_wrap=True)


def _slug(option: str, value: str) -> str:
    if not value or not all(c.isascii() and (c.islower() or c.isdigit() or c == "-") for c in value):
        raise BadInput(f"{option}: {value!r} must be lower-case letters, digits and dashes")
    return value


def _check_name(name: str, own: list[SourceFile]) -> None:
    """Refuse a name that a file has already; that of a shipped source may be meant: it takes its place."""
    if name and _slug("--name", name) in [source.name for source in own]:
        raise BadInput(f"--name: there is a source {name!r} already")


def _check_out(out: Path | None) -> None:
    """Refuse before anything is fetched what could not be written after it."""
    if out is None:
        return
    if out.exists() or out.is_symlink():
        raise BadInput(f"--out: {out} is there already")
    if not out.parent.is_dir():
        raise BadInput(f"--out: there is no folder {out.parent}")


def _write(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as exc:
        raise BadInput(f"--out: {out} is there already") from exc


def _zone(name: str) -> str:
    if name:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, ZoneInfoNotFoundError) as exc:
            raise BadInput(f"--time-zone: {name!r} is not a time zone such as Asia/Jakarta") from exc
    return name


def _zone_of(region: str, parts: Parts) -> str:
    """Return the zone of a region; that of our own for one without a profile, such as `nasional`."""
    try:
        return read_region(region).time_zone.key
    except SettingError:
        return parts.region.time_zone.key


def _already(found: Discovery, known: list[SourceFile]) -> list[str]:
    host = host_of(found.source.source.home)
    if found.found.channel or found.found.posts:
        return []
    return [f"{host} is read already by the source {s.name}" for s in known if host in s.hosts]


def _show(found: Discovery, warnings: list[str]) -> None:
    table = Table(title=f"Tried ({found.requests} requests)", title_justify="left")
    for column in ("list", "address", "entries", "newest", "a day", "outcome"):
        table.add_column(column, overflow="fold")
    for trial in found.found.trials:
        chosen = "proposed" if trial == found.found.chosen else "usable"
        cells = (
            trial.how.value,
            trial.url,
            str(trial.entries or ""),
            f"{trial.newest:%Y-%m-%d}" if trial.newest else "",
            f"{trial.per_day:.2g}" if trial.per_day is not None else "",
            trial.problem or chosen,
        )
        table.add_row(*(_plain(cell) for cell in cells))
    errors.print(table)
    for sample in found.found.samples:
        errors.print(_plain(f"{sample.url}: {_told(sample)}"), soft_wrap=True)
    for warning in warnings:
        errors.print(_plain(warning), style="yellow", soft_wrap=True)


def _told(sample: Sample) -> str:
    return ", ".join(
        [
            sample.problem or f"{sample.characters} characters",
            f"title {sample.title!r}" if sample.title else "no title",
            f"{sample.published_at:%Y-%m-%d}" if sample.published_at else "no date",
            f"by {sample.author}" if sample.author else "no author",
        ]
    )


def _plain(text: str) -> Text:
    return Text("".join(c if c.isprintable() else " " for c in text))


def _document(found: Discovery, warnings: list[str], out: Path | None) -> dict[str, Any]:
    return {
        "yaml": found.yaml,
        "name": found.source.name,
        "language": found.found.language or None,
        "tried": [_trial(trial, trial == found.found.chosen) for trial in found.found.trials],
        "articles": [_sample(asdict(sample)) for sample in found.found.samples],
        "bans": [{"kind": b.kind.value, "url": b.url, "said": b.said} for b in found.found.bans],
        "warnings": warnings,
        "requests": found.requests,
        "out": out,
    }


def _trial(trial: Trial, proposed: bool) -> dict[str, Any]:
    return {
        "list": trial.how.value,
        "url": trial.url,
        "usable": trial.usable,
        "proposed": proposed,
        "problem": trial.problem or None,
        "entries": trial.entries,
        "newest": trial.newest,
        "oldest": trial.oldest,
        "per_day": round(trial.per_day, 3) if trial.per_day is not None else None,
        "summary_characters": trial.summary_characters,
    }


def _sample(sample: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in sample.items() if key not in ("bans", "time_zone")}
