"""Taking along what a search finds: every row with its whole text, as CSV, XLSX or JSON lines."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from getpass import getuser
from ipaddress import ip_address
from pathlib import Path
from threading import Event
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.asking import (
    Labels,
    OfClaim,
    Places,
    Platforms,
    Since,
    Sources,
    Stages,
    Stances,
    States,
    Until,
    Words,
    filters_of,
    moment_of,
)
from cli.output import AsJson, errors, print_json
from cli.parts import Parts, open_parts
from cli.stopping import stopped_by_signals
from kentongan.errors import BadInput, KentonganError
from kentongan.gazetteer import read_gazetteer
from kentongan.ids import new_id
from kentongan.store.database import now
from pipeline.tables import Addresses, Form, Notice, Tally, Walk, write_table
from pipeline.tables.rows import Row
from pipeline.tables.saving import Saved, check_place, save
from search.index import Query, Sort
from webui.links import without_phones

_TOLD_EVERY = 100  # rows


class Stopped(KentonganError):
    """Someone stopped it: nothing was saved."""


def register(app: typer.Typer) -> None:
    app.command()(export)


def export(
    out: Annotated[Path, typer.Option("--out", help="File to write; with JSONL also FILE.meta.json.")],
    query: Words = "",
    form: Annotated[Form | None, typer.Option("--format", help="Default: as --out ends.")] = None,
    label: Labels = None,
    state: States = None,
    stance: Stances = None,
    source: Sources = None,
    platform: Platforms = None,
    place: Places = None,
    stage: Stages = None,
    claim: OfClaim = None,
    since: Since = None,
    until: Until = None,
    sort: Annotated[Sort, typer.Option()] = Sort.NEWEST,
    force: Annotated[bool, typer.Option("--force", help="Replace the file where there is one.")] = False,
    as_json: AsJson = False,
) -> None:
    """Save everything a search finds, whole texts included: leads, not verdicts; never for parties."""
    form = form or _form_of(out)
    meta = out.with_name(f"{out.name}.meta.json") if form is Form.JSONL else None
    for file in (out, meta) if meta else (out,):
        check_place(file, force=force)
    with open_parts() as parts:
        asked = Query(
            text=query,
            filters=filters_of(
                parts,
                label=label,
                state=state,
                stance=stance,
                source=source,
                platform=platform,
                place=place,
                stage=stage,
                claim=claim,
            ),
            since=moment_of(parts, "--since", since),
            until=moment_of(parts, "--until", until),
            sort=sort,
        )
        saved = _Export(parts, asked, form).save(out, meta, force=force)
    if as_json:
        print_json(saved)
    else:
        errors.print(f"{saved['rows']} rows of {saved['understood'] or 'everything'}: {out}", markup=False)


def _form_of(out: Path) -> Form:
    try:
        return Form(out.suffix.lower().removeprefix("."))
    except ValueError as exc:
        raise BadInput(f"--format: needed, as {out.name!r} ends in none of {', '.join(Form)}") from exc


class _Export:
    """One export, written down in the audit log before and after (R21)."""

    def __init__(self, parts: Parts, query: Query, form: Form) -> None:
        self._parts, self._form = parts, form
        self._walk = Walk(
            parts.store,
            parts.index,
            query,
            places=read_gazetteer(parts.region.name).places,
            addresses=Addresses(without_phones, _link_of(parts)),
        )
        self._notice = Notice(
            id=new_id(),
            by=f"cli:{getuser()}",
            at=now(),
            region=parts.region.title,
            zone=parts.region.time_zone,
            understood=self._walk.understood,
            filters=_in_words(query),
        )
        self._tally = Tally()

    def save(self, out: Path, meta: Path | None, *, force: bool) -> Mapping[str, Any]:
        """Save the file, telling how far it is; returns what there is to say of it."""
        walk, notice, tally = self._walk, self._notice, self._tally
        audit, name = self._parts.store.audit, str(out.absolute())
        about = {"export": str(notice.id), "format": self._form.value}
        audit.add(notice.by, "export", walk.understood, **about, filters=notice.filters, total=walk.total,
                  file=name)  # fmt: skip
        whole = False
        try:
            with stopped_by_signals("stopping: nothing will be saved") as stop, _progress() as progress:
                rows = _watched(walk, progress, stop)
                chunks = write_table(self._form, rows, notice, tally)
                beside = (meta, self._described) if meta else None
                saved = save(out, chunks, force=force, beside=beside)
            whole = True
        finally:
            audit.add(
                notice.by, "export ended", str(notice.id), rows=tally.rows, skipped=walk.skipped, whole=whole
            )
        return self._summary(saved)

    def _described(self, saved: Saved) -> bytes:
        said: Sequence[str] = [f"{name}: {value}" if name else value for name, value in self._notice.lines()]
        document = {"notice": said, **self._summary(saved)}
        return json.dumps(document, ensure_ascii=False, indent=2, default=str).encode(errors="replace")

    def _summary(self, saved: Saved) -> Mapping[str, Any]:
        counts = asdict(self._tally)
        return {
            "file": saved.path,
            "format": self._form.value,
            "rows": counts.pop("rows"),
            "total": self._walk.total,
            "skipped": self._walk.skipped,
            "left_out": counts.pop("left_out"),
            "cleaned": counts,
            "bytes": saved.size,
            "sha256": saved.sha256,
            "understood": self._walk.understood,
            "models": dict(self._walk.models),
            "export": self._notice.id,
        }


def _watched(walk: Walk, progress: Progress, stop: Event) -> Iterator[Row]:
    task = progress.add_task("rows", total=walk.total)
    for row in walk:
        if stop.is_set():
            raise Stopped("stopped; nothing was saved")
        if walk.found % _TOLD_EVERY == 0:
            progress.update(task, completed=walk.found + walk.skipped)
        yield row
    progress.update(task, completed=walk.found + walk.skipped)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=errors,
    )


def _link_of(parts: Parts) -> Callable[[UUID], str]:
    """Return how an item is reached at the address that `kentongan serve` listens on."""
    host, port = parts.settings.host, parts.settings.port

    def link(key: UUID) -> str:
        return f"http://{_bracketed(host)}:{port}/archive/items/{key}"

    return link


def _bracketed(host: str) -> str:
    try:
        return f"[{host}]" if ip_address(host).version == 6 else host
    except ValueError:
        return host


def _in_words(query: Query) -> str:
    said = [f"{name}: {', '.join(values)}" for name, values in query.filters.items()]
    said += [
        f"{name}: {at.isoformat()}" for name, at in (("since", query.since), ("until", query.until)) if at
    ]
    return "; ".join([*said, f"sort: {query.sort.value}"])
