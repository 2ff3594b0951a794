"""`kentongan narratives`: clusters the claims of the last weeks anew, and lists the themes."""

from dataclasses import asdict
from getpass import getuser
from typing import Annotated, Any

import typer

from cli.output import AsJson, print_json, print_table
from cli.parts import open_parts
from kentongan.store.narratives import NarrativeView
from pipeline.narratives import WEEKS, recluster


def register(app: typer.Typer) -> None:
    app.command()(narratives)


def narratives(
    weeks: Annotated[int, typer.Option(min=1, max=520, help="How far back to look.")] = WEEKS,
    as_json: AsJson = False,
) -> None:
    """Cluster claims into narratives, and list them. Narratives that were known keep their ids."""
    with open_parts() as parts:
        done = recluster(parts.store, weeks=weeks)
        views = parts.store.narratives.active(parts.region.time_zone)
        parts.store.audit.add(f"cli:{getuser()}", "list narratives")
        if as_json:
            print_json({**asdict(done), "themes": [_as_dict(view) for view in views]})
            return
        zone = parts.region.time_zone
        print_table(
            f"{done.narratives} narratives of {done.grouped} of {done.claims} claims",
            ("narrative", "claims", "items", "first seen", "last seen", "trend"),
            [
                (
                    view.narrative.label,
                    view.narrative.claim_count,
                    view.narrative.item_count,
                    view.narrative.first_seen_at.astimezone(zone).date(),
                    view.narrative.last_seen_at.astimezone(zone).date(),
                    view.trend.value,
                )
                for view in views
            ],
        )


def _as_dict(view: NarrativeView) -> dict[str, Any]:
    return {
        **asdict(view.narrative),
        "trend": view.trend,
        "weeks": [asdict(week) for week in view.weeks],
    }
