"""Commands about people: who may come in, and as what. From the office PC one can always get back in."""

import secrets
from getpass import getuser
from typing import Annotated

import typer

from cli.output import AsJson, errors, print_json, print_line, print_table
from cli.parts import Parts, open_parts
from kentongan.domain import Role, User
from kentongan.errors import BadInput, NotFound
from kentongan.gazetteer import read_gazetteer
from kentongan.store.invitations import VALID
from webui.links import one_time_address

user_app = typer.Typer(no_args_is_help=True, help="Who may come in.")


def register(app: typer.Typer) -> None:
    app.add_typer(user_app, name="user")


@user_app.command("add")
def add_user(
    name: str,
    role: Annotated[Role, typer.Option()] = Role.ANALYST,
    as_json: AsJson = False,
) -> None:
    """Add a user and print a random password, once."""
    password = secrets.token_urlsafe(15)
    with open_parts() as parts:
        parts.store.users.add(name, role, password, by=actor())
    _print_password(name, role.value, password, as_json)


@user_app.command("invite")
def invite_user(
    name: str,
    role: Annotated[Role, typer.Option()] = Role.ANALYST,
    stands_apart: Annotated[
        bool,
        typer.Option(
            "--stands-apart",
            help="You confirm: neither the incumbent nor of a campaign team, nor appointed by either.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print a link by which somebody makes their own account; it works once, for three days."""
    with open_parts() as parts:
        token = parts.store.invitations.invite(name, role, by=actor(), stands_apart=stands_apart)
        address = one_time_address(parts.settings, token)
    if as_json:
        print_json({"name": name, "role": role.value, "link": address})
        return
    print_line(address)
    whole = address.startswith("http")
    errors.print(
        f"once, within {VALID.days * 24} hours{'' if whole else '; put the address of the site before it'}"
    )


@user_app.command("reset")
def reset_password(name: str, as_json: AsJson = False) -> None:
    """Give a user a new random password, end their sessions, and unlock the account."""
    password = secrets.token_urlsafe(15)
    with open_parts() as parts:
        parts.store.users.set_password(name, password, by=actor())
    _print_password(name, "", password, as_json)


@user_app.command("unlock")
def unlock_user(name: str) -> None:
    """Let somebody try again at once after too many attempts."""
    with open_parts() as parts:
        parts.store.attempts.unlock(find_user(parts, name).name, by=actor())


@user_app.command("totp-off")
def remove_factor(name: str) -> None:
    """Turn the second step off for somebody who lost their phone and the recovery codes."""
    with open_parts() as parts:
        if not parts.store.factors.remove(find_user(parts, name), by=actor()):
            errors.print("there was none", markup=False)


@user_app.command("deactivate")
@user_app.command("disable", hidden=True)  # its name until 0.2
def disable_user(name: str) -> None:
    """Let a user in no longer; their sessions end at once. Never the last administrator."""
    with open_parts() as parts:
        parts.store.users.set_active(name, False, by=actor())


@user_app.command("activate")
@user_app.command("enable", hidden=True)
def enable_user(name: str) -> None:
    """Let a user in again."""
    with open_parts() as parts:
        parts.store.users.set_active(name, True, by=actor())


@user_app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List the users; never their passwords."""
    with open_parts() as parts:
        users, holders = parts.store.users.all(), parts.store.factors.holders()
        locked = parts.store.attempts.waiting(user.name for user in users)
    if as_json:
        print_json(
            [
                {
                    "name": user.name,
                    "role": user.role.value,
                    "active": user.active,
                    "second_factor": user.id in holders,
                    "locked_until": locked.get(user.name),
                }
                for user in users
            ]
        )
        return
    print_table(
        "Users",
        ("name", "role", "active", "second step", "locked until"),
        [
            (
                user.name,
                user.role.value,
                "yes" if user.active else "no",
                "yes" if user.id in holders else "no",
                f"{locked[user.name]:%H:%M:%S} UTC" if user.name in locked else "",
            )
            for user in users
        ],
    )


@user_app.command("places")
def set_places(
    name: str,
    codes: Annotated[list[str] | None, typer.Argument(help="Kemendagri codes; none: show them.")] = None,
    none: Annotated[bool, typer.Option("--none", help="Take all places away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show or set the kelurahan and kecamatan that a field reporter answers for."""
    with open_parts() as parts:
        user = find_user(parts, name)
        known = read_gazetteer(parts.settings.region).places
        if strange := next((code for code in codes or () if code not in known), None):
            raise BadInput(f"place: {strange!r} is not a code of {parts.settings.region}")
        if codes or none:
            parts.store.areas.set(name, codes or (), by=actor())
        places = sorted(parts.store.areas.of(user.id))
    if as_json:
        print_json({"name": name, "places": places})
    else:
        rows = [(code, known[code].name if code in known else "") for code in places]
        print_table("Places", ("code", "name"), rows)


def find_user(parts: Parts, name: str) -> User:
    """Return the user of that name; raises NotFound."""
    user = parts.store.users.named(name)
    if user is None:
        raise NotFound("user", name)
    return user


def actor() -> str:
    """Return who gives the command, as the audit log names them."""
    return f"cli:{getuser()}"


def _print_password(name: str, role: str, password: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "role": role, "password": password})
    else:
        print_table("Written down now or never", ("name", "password"), [(name, password)])
