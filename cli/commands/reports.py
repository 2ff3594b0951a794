"""`kentongan report`: the office's reports from the terminal: listed, shown, written to files."""

import json
from getpass import getuser
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from cli.output import AsJson, errors, print_json, print_line, print_table
from cli.parts import Parts, open_parts
from kentongan.errors import BadInput
from kentongan.reports.kinds import CODES, ReportKind
from kentongan.reports.values import Report, ReportId, ReportState, content_json
from kentongan.store.database import now
from pipeline.reports.brief import brief
from pipeline.reports.document import lines
from pipeline.reports.docx import to_docx
from pipeline.reports.pdf import to_pdf
from pipeline.reports.setting import setting_of
from pipeline.statements.figures import read_period, statement_of
from pipeline.statements.text import to_markdown

MAX_LISTED = 1_000

report_app = typer.Typer(help="Reports of the office, drafted and signed; the public statement.")

Which = Annotated[str, typer.Argument(help="A number such as 014/ATENSI/2026, or the id of a draft.")]


def register(app: typer.Typer) -> None:
    app.add_typer(report_app, name="report")


@report_app.callback(invoke_without_command=True)
def report(
    context: typer.Context,
    public: Annotated[
        bool, typer.Option("--public", help="The public statement, with no name in it.")
    ] = False,
    since: Annotated[str, typer.Option(help="First day; the last half-year where none is named.")] = "",
    until: Annotated[str, typer.Option(help="Last day.")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A new file: .md or .json.")] = None,
    as_json: AsJson = False,
) -> None:
    """Reports of the office, drafted and signed; with --public the statement for everybody.

    Publishing one is done on the pages, /pernyataan/terbitkan.
    """
    if context.invoked_subcommand is not None:
        if public or since or until or out is not None:
            raise BadInput("--public: stands alone, without another command")
        return
    if not public:
        if since or until or out is not None or as_json:
            raise BadInput("--public: is missing")
        typer.echo(context.get_help())
        raise typer.Exit(2)
    _tell_public(since, until, out, as_json)


def _tell_public(since: str, until: str, out: Path | None, as_json: bool) -> None:
    if out is not None and out.suffix.lower() not in (".md", ".json"):
        raise BadInput(f"--out: {out.name} ends neither with .md nor .json")
    with open_parts() as parts:
        today = now().astimezone(parts.region.time_zone).date()
        period = read_period(since, until, today)
        document = statement_of(parts.store, parts.region, period)
        parts.store.audit.add(
            getuser(), "prepare statement", since=period.since.isoformat(), until=period.until.isoformat()
        )
    if out is not None:
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        said = text if out.suffix.lower() == ".json" else to_markdown(document)
        with out.open("x", encoding="utf-8") as file:
            file.write(said)
    if as_json:
        print_json(document)
    elif out is not None:
        print_line(str(out))
    else:
        typer.echo(to_markdown(document).rstrip())


@report_app.command("list")
def list_reports(
    kind: Annotated[ReportKind | None, typer.Option()] = None,
    state: Annotated[ReportState | None, typer.Option()] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LISTED)] = 50,
    as_json: AsJson = False,
) -> None:
    """List reports, the one changed last first."""
    with open_parts() as parts:
        page = parts.store.reports.page(kind, state, limit=limit)
        parts.store.audit.add(getuser(), "list reports", kind or "", state=state or "", total=page.total)
    if as_json:
        print_json({"total": page.total, "reports": [_head(row) for row in page.rows]})
        return
    print_table(
        "Reports",
        ("number", "kind", "state", "from", "to", "id"),
        [
            (
                row.number or "-",
                CODES[row.kind],
                row.state.value,
                row.period.since.isoformat(),
                row.period.until.isoformat(),
                str(row.id),
            )
            for row in page.rows
        ],
    )
    if page.total > len(page.rows):
        errors.print(f"{page.total - len(page.rows)} more: --limit")


@report_app.command("show")
def show_report(which: Which, as_json: AsJson = False) -> None:
    """Show a report as it stands; a signed one only while it is what was signed."""
    with open_parts() as parts:
        report = _find(parts, which)
        frozen = report.state is ReportState.FROZEN
        if frozen:
            parts.store.reports.verify(report.id)
        parts.store.audit.add(getuser(), "view report", str(report.id), version=report.version)
        said = lines(report, setting_of(report, parts.settings, parts.region))
    if as_json:
        print_json({**_head(report), "verified": frozen, "content": content_json(report.content)})
        return
    for line in said:
        print_line(line.text)
    if frozen:
        print_line(f"Terverifikasi: isi laporan masih menghasilkan SHA-256 {report.sha256}")


@report_app.command("export")
def export_report(
    which: Which,
    out: Annotated[Path, typer.Option("--out", help="A new file: .docx, .pdf or .txt; never overwrites.")],
    as_json: AsJson = False,
) -> None:
    """Write a report to a file; a signed one only while it is what was signed."""
    form = out.suffix.lower()
    if form not in (".docx", ".pdf", ".txt"):
        raise BadInput(f"--out: {out.name} ends neither with .docx, .pdf nor .txt")
    with open_parts() as parts:
        report = _find(parts, which)
        if report.state is ReportState.FROZEN:
            parts.store.reports.verify(report.id)
        setting = setting_of(report, parts.settings, parts.region)
        if form == ".txt":
            content = brief(report, setting).encode()
        else:
            content = to_docx(report, setting) if form == ".docx" else to_pdf(report, setting)
        with out.open("xb") as file:
            file.write(content)
        parts.store.audit.add(
            getuser(), "report given out", str(report.id), form=form[1:], version=report.version
        )
    told = {"file": out, "bytes": len(content), "report": report.number, "sha256": report.sha256}
    if as_json:
        print_json(told)
    else:
        print_line(f"{out}: {len(content)} bytes")


def _find(parts: Parts, which: str) -> Report:
    try:
        key = UUID(which)
    except ValueError:
        return parts.store.reports.find(which)
    return parts.store.reports.get(ReportId(key))


def _head(report: Report) -> dict[str, object]:
    return {
        "id": str(report.id),
        "number": report.number,
        "kind": report.kind.value,
        "place": report.place,
        "since": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
        "state": report.state.value,
        "version": report.version,
        "made_by": report.made_by,
        "read_by": report.read_by,
        "signed_by": report.signed_by,
        "sha256": report.sha256,
    }
