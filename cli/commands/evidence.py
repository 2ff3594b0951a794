"""`kentongan evidence`: the kept responses behind one item, read back offline and held to their hash."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, print_json, print_line
from cli.parts import Parts, open_parts
from crawler.source_file import Selectors, read_sources
from crawler.warc import Response
from kentongan.domain import Item
from kentongan.errors import BadInput, KentonganError
from kentongan.store.locate import find_item
from pipeline.replaying import OK, Capture, in_parts, read_capture


class EvidenceUnsound(KentonganError):
    """A capture is missing, damaged or not what was kept; the message names it."""


def register(app: typer.Typer) -> None:
    app.command()(evidence)


def evidence(
    item: Annotated[str, typer.Argument(help="The item: its id, or exactly its address.")],
    payload: Annotated[
        Path | None,
        typer.Option("--payload", help="Write the stored bytes of the newest capture; never overwrites."),
    ] = None,
    number: Annotated[
        int | None, typer.Option("--capture", min=1, help="Only this capture; 1 is the oldest.")
    ] = None,
    sources: Annotated[
        Path | None,
        typer.Option(
            "--sources", help="Folder of source files, for their selectors; default: those of the region."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay what was kept of an item, offline: each capture's hash verified, its text printed.

    Stored pages hold personal data of their authors as they came; the text printed here does not.
    """
    with open_parts() as parts:
        shown = parts.store.items.view(find_item(parts.store.database, item)).item
        kept = parts.store.items.evidence_of_revisions(shown.id)
        if number is not None and number > len(kept):
            raise BadInput(f"--capture: {number}, but there are {len(kept)}")
        parts.store.audit.add(
            f"cli:{getuser()}", "view evidence", str(shown.id), payload=str(payload) if payload else ""
        )
        selectors = _selectors(parts, shown.source, sources)
        revisions = parts.store.items.revisions(shown.id)
        home, zone = parts.settings.home, str(parts.region.time_zone)
        read = [
            read_capture(home, shown, n, proof, revisions, time_zone=zone, selectors=selectors)
            for n, (_, proof) in enumerate(kept, 1)
            if number in (None, n)
        ]
        captures = in_parts(shown.url, [capture for capture, _ in read], [n for n, _ in kept], revisions)
        if as_json:
            print_json(
                {
                    "item": shown.id,
                    "url": shown.url,
                    "title": shown.title,
                    "captures": [asdict(c) for c in captures],
                }
            )
        else:
            _print(shown, captures)
        bad = [f"capture {c.number} ({c.state}): {c.problem}" for c in captures if c.state != OK]
        if bad:
            raise EvidenceUnsound("; ".join(bad))
        if payload is not None:
            _write(payload, read[-1][1] if read else None)


def _selectors(parts: Parts, source: str, folder: Path | None) -> Selectors | None:
    known = read_sources(folder) if folder else parts.read_sources()
    return next((file.selectors for file in known if file.source.name == source), None)


def _print(item: Item, captures: Sequence[Capture]) -> None:
    print_line(f"{item.id}  {item.title or item.url}")
    if not captures:
        print_line("No captured page: the text was handed in.")
    for c in captures:
        print_line("")
        print_line(f"capture {c.number}: {c.state}{f' - {c.problem}' if c.problem else ''}")
        print_line(f"  address  {c.url}")
        print_line(f"  fetched  {c.fetched_at.isoformat()}")
        print_line(f"  SHA-256  {c.sha256}")
        print_line(f"  WARC     {c.warc_path}, byte {c.warc_offset}")
        if c.state != OK:
            continue
        whose = "a part of the text" if c.part else "the text"
        same = f"{whose} of version {c.revision}" if c.revision else "not the text of any version"
        print_line(f"  content  {c.bytes} bytes, HTTP {c.http_status}; {c.unread or same}")
        if c.text:
            print_line(f"\n{c.title}\n\n{c.text}" if c.title else f"\n{c.text}")


def _write(target: Path, response: Response | None) -> None:
    """Write the stored bytes where nothing is yet, readable by this user alone."""
    if response is None:
        raise BadInput("--payload: this item has no captured page")
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as exc:
        raise BadInput(f"--payload: {target}: {exc.strerror}") from exc
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(response.payload)
    except OSError:
        with suppress(OSError):
            target.unlink()
        raise
