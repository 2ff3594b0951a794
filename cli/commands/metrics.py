"""`kentongan metrics`: the figures of the team's work, as the page Kinerja shows them."""

from getpass import getuser
from typing import Annotated

import typer

from cli.output import AsJson, print_json, print_table
from cli.parts import open_parts
from kentongan.store.database import now
from kentongan.teamwork.periods import Period
from pipeline.teamwork import Row, document_of, read_figures, rows_of


def register(app: typer.Typer) -> None:
    app.command()(metrics)


def metrics(
    period: Annotated[Period, typer.Option(help="The last 4 weeks, 3 months or year.")] = Period.FOUR_WEEKS,
    as_json: AsJson = False,
) -> None:
    """Tell how the queue serves the team: of the team as a whole, never of one person. None is a target."""
    with open_parts() as parts:
        figures = read_figures(parts.store, parts.region.time_zone, period, now())
        parts.store.audit.add(f"cli:{getuser()}", "export work figures", period=period.value)
        if as_json:
            print_json(document_of(figures))
            return
        print_table(
            f"Figures of the team's work from {figures.span.first} to {figures.span.today}",
            ("figure", "of", "begins", "counted", "value", "95 %"),
            [_line(row) for row in rows_of(figures)],
        )


def _line(row: Row) -> tuple[str, ...]:
    counted = "" if row.counted is None else str(row.counted)
    if row.among is not None:
        counted = f"{counted} of {row.among}".lstrip()
    ends = "" if row.low is None or row.high is None else f"{_short(row.low)} to {_short(row.high)}"
    value = row.state or ("" if row.value is None else f"{_short(row.value)} {row.unit}".rstrip())
    return row.figure, row.of, row.begins.isoformat(), counted, value, ends


def _short(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.2f}"
