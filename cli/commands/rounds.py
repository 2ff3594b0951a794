"""`kentongan rounds`: rounds of reporting from the terminal: listed, who has reported, opened."""

from datetime import date, datetime, time
from getpass import getuser
from typing import Annotated
from uuid import UUID

import typer

from cli.output import AsJson, errors, print_json, print_table
from cli.parts import open_parts
from kentongan.errors import BadInput
from kentongan.field import NotTaken
from kentongan.ids import new_id
from kentongan.rounds.rules import deadlines
from kentongan.rounds.values import Clocks, Rhythm, Round, RoundId, Tier
from kentongan.store.database import now
from pipeline.reports.setting import place_names
from pipeline.round_table import record_of, rows_of, to_csv
from pipeline.rounds import kelurahan_of, look_at_rounds

MAX_LISTED = 500

rounds_app = typer.Typer(no_args_is_help=True, help="Reporting by tiers: lurah, camat, city.")


def register(app: typer.Typer) -> None:
    app.add_typer(rounds_app, name="rounds")


@rounds_app.command("list")
def list_rounds(
    limit: Annotated[int, typer.Option(min=1, max=MAX_LISTED)] = 30, as_json: AsJson = False
) -> None:
    """List the rounds, the newest first."""
    with open_parts() as parts:
        found = parts.store.rounds.page(limit=limit)
        zone, at = parts.region.time_zone, now()
    if as_json:
        print_json([_head(one, at) for one in found])
        return
    rows = [
        (
            one.since,
            one.until,
            "open" if one.is_open(at) else "over",
            len(one.places),
            f"{one.due.city.astimezone(zone):%Y-%m-%d %H:%M}",
            one.id,
        )
        for one in found
    ]
    print_table("Rounds", ("from", "to", "state", "kelurahan", "city by", "id"), rows)


@rounds_app.command("show")
def show_round(
    key: Annotated[UUID, typer.Argument(metavar="ROUND")],
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the table as CSV and nothing else.")] = False,
) -> None:
    """Show who has reported: by place, in the order of their codes; never by person."""
    if as_json and as_csv:
        raise BadInput("--csv: not together with --json")
    with open_parts() as parts:
        store, at = parts.store, now()
        one = store.rounds.get(RoundId(key))
        rows = list(rows_of(one, store.submissions.of_round(one.id), store.rounds.manned(), at))
        store.audit.add(f"cli:{getuser()}", "view round", str(one.id))
        names, zone = place_names(parts.region), parts.region.time_zone
    if as_csv:
        typer.echo(to_csv(iter(rows), names, zone), nl=False)
    elif as_json:
        print_json({**_head(one, at), "places": [record_of(row, names) for row in rows]})
    else:
        print_table(
            f"Who has reported, {one.since} to {one.until}",
            ("place", "account", "state", "first sent", "late"),
            [
                (
                    names.get(row.place, row.place),
                    "yes" if row.manned else "no",
                    row.held.state.value,
                    _moment(row.held.first_sent_at.astimezone(zone) if row.held.first_sent_at else None),
                    "late" if row.late else "",
                )
                for row in rows
            ],
        )


@rounds_app.command("open")
def open_round(
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: today.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: --since.")] = None,
    kelurahan: Annotated[str, typer.Option(help="Deadline on the last day, HH:MM of the region.")] = "10:00",
    kecamatan: Annotated[str, typer.Option(help="Likewise.")] = "12:00",
    city: Annotated[str, typer.Option(help="Likewise.")] = "14:00",
    place: Annotated[list[str] | None, typer.Option(help="Code of a kelurahan; all where none is.")] = None,
    every: Annotated[Rhythm | None, typer.Option(help="Open by itself from now on.")] = None,
    weekday: Annotated[int, typer.Option(min=0, max=6, help="Of a weekly one; 0 is Monday.")] = 4,
    as_json: AsJson = False,
) -> None:
    """Open a round once, or let rounds open by themselves with --every."""
    clocks, by = Clocks(*map(_clock, Tier, (kelurahan, kecamatan, city))), f"cli:{getuser()}"
    with open_parts() as parts:
        store, region = parts.store, parts.region
        known = kelurahan_of(region)
        for code in place or ():
            if code not in known:
                raise BadInput(f"--place: {code} is not a kelurahan of {region.title}")
        try:
            if every is not None:
                standing = store.rounds.begin_standing(by, every, weekday, clocks, place or ())
                opened, _ = look_at_rounds(store, region, now())
                told: dict[str, object] = {"standing": standing.id, "opened": opened}
            else:
                first = (since or datetime.now(region.time_zone)).date()
                last: date = until.date() if until else first
                due = deadlines(last, clocks, region.time_zone)
                told = _head(store.rounds.open(by, new_id(), first, last, due, place or known), now())
        except NotTaken as refused:
            raise BadInput(f"--{refused.field.replace('due_', '')}: {refused.fault.value}") from refused
    if as_json:
        print_json(told)
    else:
        errors.print(" ".join(f"{name}: {value}" for name, value in told.items()), markup=False)


def _clock(tier: Tier, raw: str) -> time:
    try:
        return time.fromisoformat(raw).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as exc:
        raise BadInput(f"--{tier.value}: {raw!r} is no clock time such as 10:00") from exc


def _head(one: Round, at: datetime) -> dict[str, object]:
    return {
        "id": one.id,
        "since": one.since.isoformat(),
        "until": one.until.isoformat(),
        "open": one.is_open(at),
        "standing": one.standing_id,
        "due": {tier.value: one.due.of(tier) for tier in Tier},
        "opened_at": one.opened_at,
        "ended_at": one.ended_at,
        "kelurahan": list(one.places),
    }


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
