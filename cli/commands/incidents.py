"""`kentongan case`: case files from the terminal, their exports made and verified."""

from collections.abc import Mapping
from dataclasses import asdict
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.output import AsJson, errors, print_json, print_line, print_table
from cli.parts import Parts, open_parts
from kentongan.errors import KentonganError
from kentongan.incidents import Incident, IncidentState
from kentongan.timeline import Event, EventKind
from pipeline.casefile.custody import Order
from pipeline.casefile.export import Exporter
from pipeline.casefile.reading import CaseView, read_case
from pipeline.casefile.verifying import Findings, read_key, verify_export
from webui.links import without_phones

PROBLEMS_NAMED = 5
MAX_LISTED = 1_000

case_app = typer.Typer(no_args_is_help=True, help="Case files of incidents, and their evidence exports.")

Number = Annotated[str, typer.Argument(help="The number of the case, such as 2026-014.")]


class NotGenuine(KentonganError):
    """An export is not what was signed; the message names the first files that do not fit."""


def register(app: typer.Typer) -> None:
    app.add_typer(case_app, name="case")


@case_app.command("list")
def list_cases(
    words: Annotated[str, typer.Argument(help="A number, or words of the title.")] = "",
    state: Annotated[IncidentState | None, typer.Option()] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LISTED)] = 50,
    as_json: AsJson = False,
) -> None:
    """List case files, the newest number first."""
    with open_parts() as parts:
        page, zone = parts.store.incidents.page(state, words, limit=limit), parts.region.time_zone
        parts.store.audit.add(_actor(), "list cases", words, total=page.total)
    if as_json:
        print_json({"total": page.total, "cases": [asdict(row) for row in page.rows]})
        return
    print_table(
        "Cases",
        ("number", "state", "opened", "by", "title"),
        [
            (r.number, r.state.value, f"{r.opened_at.astimezone(zone):%Y-%m-%d}", r.opened_by, r.title)
            for r in page.rows
        ],
    )
    if page.total > len(page.rows):
        errors.print(f"{page.total - len(page.rows)} more: --limit")


@case_app.command("show")
def show_case(number: Number, as_json: AsJson = False) -> None:
    """Show what a case file holds, and what happened when."""
    with open_parts() as parts:
        zone = parts.region.time_zone
        view = read_case(parts.store, number, zone)
        parts.store.audit.add(_actor(), "view case", number)
    if as_json:
        print_json(_as_dict(view))
        return
    _print_head(view.case.incident, zone)
    for claim in view.facts.claims:
        print_line(f"claim  {claim.standing}  {claim.headline} ({claim.item_count})")
    for part in view.case.held:
        if part.item_id:
            print_line(f"item   {part.item_id}")
    print_table(
        "Timeline",
        ("when", "what", "about", "by"),
        [(_when(e), _what(e), e.about or e.note, e.by) for e in view.events],
    )


@case_app.command("export")
def export_case(
    number: Number,
    out: Annotated[Path, typer.Option("--out", help="Where to write the ZIP; never overwrites.")],
    recipient: Annotated[str, typer.Option("--for", help="Who gets it.")] = "",
    mandate: Annotated[str, typer.Option(help="On what ground: a letter of duty, a request.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write everything about a case as one signed ZIP; that it was handed out is recorded."""
    with open_parts() as parts:
        made = _exporter(parts).to_file(number, out, Order(_actor(), recipient, mandate))
    told = {
        "file": out,
        "sha256": made.hand_out.sha256,
        "bytes": made.hand_out.size,
        "items": made.items,
        "captures": made.captures,
        "unsound_captures": made.unsound,
        "files": made.files,
        "key_fingerprint_sha256": made.fingerprint,
    }
    if as_json:
        print_json(told)
    else:
        _print_told(f"case {number} exported", told)
        print_line("Tell the receiver the key's fingerprint another way than with the file.")


@case_app.command("verify")
def verify_case(
    file: Annotated[Path, typer.Argument(help="The ZIP of an export.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="The office's public key, if you have it already (PEM).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold an export against its signature, every hash and every captured payload. Needs no record.

    Exit 0 when all of it fits, 1 naming the first files that do not.
    """
    found = verify_export(file, read_key(key) if key else None)
    if as_json:
        print_json(asdict(found) | {"genuine": not found.problems})
    else:
        _print_findings(found)
    if found.problems:
        first = "; ".join(f"{p.file} {p.what}" for p in found.problems[:PROBLEMS_NAMED])
        more = len(found.problems) - PROBLEMS_NAMED
        raise NotGenuine(f"{file}: {first}{f'; and {more} more' if more > 0 else ''}")


def _actor() -> str:
    return f"cli:{getuser()}"


def _exporter(parts: Parts) -> Exporter:
    return Exporter(parts.store, parts.settings.home, parts.region, without_phones)


def _as_dict(view: CaseView) -> dict[str, Any]:
    return {
        **asdict(view.case),
        "clarifications": [
            asdict(said) | {"published_on": said.published_on.isoformat()}
            for said in view.case.clarifications
        ],
        "claims": [asdict(claim) for claim in view.facts.claims],
        "timeline": [_event(event) for event in view.events],
    }


def _event(event: Event) -> dict[str, Any]:
    return asdict(event) | {"what": _what(event)}


def _when(event: Event) -> str:
    return f"{event.at:%Y-%m-%d}" if event.whole_day else f"{event.at:%Y-%m-%d %H:%M %Z}"


def _what(event: Event) -> str:
    """Return what an event was, in the words of the record, with its verdict, decision, part or number."""
    named = event.kind.value.replace("_", " ")
    match event.kind:
        case EventKind.FACT_CHECK:
            told = event.note or event.code
        case EventKind.EDITED:
            told = f"version {event.count}"
        case EventKind.PEAK | EventKind.MERGED | EventKind.SPLIT:
            told = f"{event.count} items"
        case _:
            told = event.code.replace("_", " ")
    return f"{named}: {told}" if told else named


def _print_head(incident: Incident, zone: ZoneInfo) -> None:
    opened = incident.opened_at.astimezone(zone)
    print_line(f"{incident.number}  {incident.title}")
    print_line(f"{incident.state.value}, opened {opened:%Y-%m-%d %H:%M %Z} by {incident.opened_by}")
    if incident.summary:
        print_line(f"\n{incident.summary}\n")


def _print_findings(found: Findings) -> None:
    for name, digest in found.files.items():
        print_line(f"ok  {digest}  {name}")
    for problem in found.problems:
        print_line(f"BAD {problem.file}: {problem.what}")
    _print_told(
        f"case {found.number or '?'}",
        {
            "signature": "holds" if found.signed else "DOES NOT HOLD",
            "key (SHA-256)": f"{found.fingerprint or '?'}{' (the one given)' if found.known_key else ''}",
            "hashes that fit": len(found.files),
            "WARC records": found.records,
            "payload digests that fit": found.payloads,
            "captures found in the WARC": found.captures,
            "captures missing when it was exported": found.missing,
        },
    )
    if not found.known_key and found.fingerprint:
        print_line("Compare the key's fingerprint with the one that the office told you another way.")


def _print_told(title: str, told: Mapping[str, object]) -> None:
    """Print names and values, a line each and never cut: hashes are to be compared."""
    print_line(f"\n{title}")
    for name, value in told.items():
        print_line(f"  {name}: {value}")
