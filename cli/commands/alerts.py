"""`kentongan alerts`: what was told, looking and sending by hand, and what could not be sent."""

from datetime import UTC, datetime
from getpass import getuser
from typing import Annotated

import typer

from cli.output import AsJson, errors, print_json, print_table
from cli.parts import open_parts
from kentongan.alerting.why import heading, sentence
from pipeline.alerting.channels import Channels
from pipeline.alerting.delivering import deliver
from pipeline.alerting.looking import Looker

MAX_SHOWN = 500

alerts_app = typer.Typer(no_args_is_help=True, help="What the team was told of, and the messages about it.")


def register(app: typer.Typer) -> None:
    app.add_typer(alerts_app, name="alerts")


@alerts_app.command("list")
def list_alerts(
    limit: Annotated[int, typer.Option(min=1, max=MAX_SHOWN)] = 25, as_json: AsJson = False
) -> None:
    """List the newest alerts with why; those of somebody's private searches are left out."""
    with open_parts() as parts:
        found = parts.store.alerts.newest(limit=limit)
        zone = parts.region.time_zone
    if as_json:
        print_json(
            [
                {
                    "id": alert.id,
                    "kind": alert.kind,
                    "about": alert.about,
                    "title": alert.title or None,
                    "why": sentence(alert),
                    "figures": dict(alert.figures),
                    "link": alert.link,
                    "raised_at": alert.raised_at,
                }
                for alert in found
            ]
        )
        return
    rows = [
        (f"{alert.raised_at.astimezone(zone):%Y-%m-%d %H:%M}", heading(alert), sentence(alert))
        for alert in found
    ]
    print_table("Alerts", ("raised", "alert", "why"), rows)


@alerts_app.command("look")
def look() -> None:
    """Look for what is to be told and send what is due, once; `run` and `work` do so by themselves."""
    at = datetime.now(UTC)
    with open_parts() as parts:
        raised = Looker(parts.store, parts.region, parts.settings.home).look(at)
        carried = deliver(parts.store, parts.region, Channels.of(parts.settings), at)
    errors.print(f"{len(raised)} raised, {carried.sent} sent, {carried.failed} failed", markup=False)


@alerts_app.command("retry")
def retry() -> None:
    """Try the messages anew that were given up, once what stood in their way is mended."""
    with open_parts() as parts:
        number = parts.store.alert_deliveries.revive(datetime.now(UTC))
        parts.store.audit.add(f"cli:{getuser()}", "retry alert messages", messages=number)
    errors.print(f"{number} messages are tried anew", markup=False)
