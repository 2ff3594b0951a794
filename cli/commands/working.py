"""The command that works over what waits: `kentongan work`."""

from contextlib import nullcontext
from dataclasses import asdict
from time import sleep
from typing import Annotated

import typer

from cli.beside import alerting_beside
from cli.output import AsJson, errors, print_json, print_pairs
from cli.parts import open_parts
from kentongan.errors import KentonganError
from pipeline.exclusive import sole_worker
from pipeline.work import WorkReport

IDLE_SECONDS = 5


class IndexTrouble(KentonganError):
    """Work was done as far as it goes without the index."""


def register(app: typer.Typer) -> None:
    app.command()(work)


def work(
    once: Annotated[bool, typer.Option("--once", help="Work until nothing waits, and end.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Take back what had been set aside.")] = False,
    as_json: AsJson = False,
) -> None:
    """Assess, match, group and index what waits in the record; without --once alerts are told beside it."""
    with open_parts() as parts, sole_worker(parts.store), nullcontext() if once else alerting_beside(parts):
        worker = parts.worker(_tell)
        if retry:
            errors.print(f"{parts.store.conveyor.take_back()} items taken back")
        while True:
            report = worker.run_once()
            if once:
                if as_json:
                    print_json(asdict(report))
                else:
                    print_pairs("Work", asdict(report))
                if report.index_problem:
                    raise IndexTrouble(f"matching and indexing wait: {report.index_problem}")
                return
            sleep(IDLE_SECONDS)


def _tell(report: WorkReport) -> None:
    if errors.is_terminal:
        done = (report.assessed, report.matched, report.grouped, report.synced)
        errors.print("{} assessed, {} matched, {} grouped, {} indexed".format(*done), end="\r", markup=False)
