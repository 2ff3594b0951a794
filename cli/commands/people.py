"""Commands about people: who may come in, and as what."""

import secrets
from getpass import getuser
from typing import Annotated

import typer

from cli.output import AsJson, print_json, print_table
from cli.parts import open_parts
from kentongan.domain import Role

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
        parts.store.users.add(name, role, password, by=f"cli:{getuser()}")
    _print_password(name, role.value, password, as_json)


@user_app.command("reset")
def reset_password(name: str, as_json: AsJson = False) -> None:
    """Give a user a new random password and end their sessions."""
    password = secrets.token_urlsafe(15)
    with open_parts() as parts:
        parts.store.users.set_password(name, password, by=f"cli:{getuser()}")
    _print_password(name, "", password, as_json)


@user_app.command("disable")
def disable_user(name: str) -> None:
    """Let a user in no longer; their sessions end at once."""
    with open_parts() as parts:
        parts.store.users.set_active(name, False, by=f"cli:{getuser()}")


@user_app.command("enable")
def enable_user(name: str) -> None:
    """Let a user in again."""
    with open_parts() as parts:
        parts.store.users.set_active(name, True, by=f"cli:{getuser()}")


@user_app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List the users; never their passwords."""
    with open_parts() as parts:
        users = parts.store.users.all()
    if as_json:
        print_json([{"name": u.name, "role": u.role.value, "active": u.active} for u in users])
    else:
        print_table("Users", ("name", "role", "active"), [(u.name, u.role.value, u.active) for u in users])


def _print_password(name: str, role: str, password: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "role": role, "password": password})
    else:
        print_table("Written down now or never", ("name", "password"), [(name, password)])
