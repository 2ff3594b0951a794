"""Commands about tokens of the programming interface, beside those about people."""

from datetime import timedelta
from typing import Annotated

import typer

from cli.commands.people import actor, find_user
from cli.output import AsJson, errors, print_json, print_line, print_table
from cli.parts import open_parts
from kentongan.errors import BadInput, NotFound
from kentongan.tokens import LONGEST_LIFE, Scope, Token
from webui.access import scopes_of

token_app = typer.Typer(no_args_is_help=True, help="Tokens by which programs work in a person's name.")


def register(app: typer.Typer) -> None:
    app.add_typer(token_app, name="token")


@token_app.command("create")
def create_token(
    user: Annotated[str, typer.Argument(help="In whose name; it never may more than their role.")],
    name: Annotated[str, typer.Argument(help="What it is for; stands in the audit log.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; give it several times for several.")],
    days: Annotated[int, typer.Option(min=1, max=LONGEST_LIFE.days, help="How long it lasts.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, once."""
    with open_parts() as parts:
        owner = find_user(parts, user)
        own = scopes_of(owner.role)
        if strange := next((one for one in scope if one not in own), None):
            raise BadInput(f"scope: {strange.value} is nothing that a role of {owner.role.value} may do")
        made = parts.store.tokens.make(owner, name, set(scope), life=timedelta(days=days), by=actor())
    if as_json:
        print_json({**_as_json(made.token), "token": made.text})
        return
    print_line(made.text)
    errors.print(f"shown once; holds until {made.token.expires_at:%Y-%m-%d %H:%M} UTC")


@token_app.command("list")
def list_tokens(
    user: Annotated[str, typer.Option(help="Of this person only.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the tokens, the newest first; never their secrets."""
    with open_parts() as parts:
        tokens = parts.store.tokens
        found = tokens.of(find_user(parts, user).id) if user else tokens.all()
    if as_json:
        print_json([_as_json(token) for token in found])
        return
    print_table(
        "Tokens",
        ("begins", "owner", "name", "until", "used", "state", "scopes"),
        [
            (
                token.beginning,
                token.user.name,
                token.name,
                f"{token.expires_at:%Y-%m-%d}",
                f"{token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never",
                token.stopped.value if token.stopped else "holds",
                " ".join(sorted(token.scopes)),
            )
            for token in found
        ],
    )


@token_app.command("revoke")
def revoke_token(begins: Annotated[str, typer.Argument(help="How it begins, as the list shows it.")]) -> None:
    """End a token at once."""
    with open_parts() as parts:
        tokens = parts.store.tokens
        found = next((token for token in tokens.all() if token.beginning == begins), None)
        if found is None:
            raise NotFound("token", begins)
        tokens.revoke(found.id, by=actor())


def _as_json(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "begins": token.beginning,
        "owner": token.user.name,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "made_at": token.made_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "stopped": token.stopped,
    }
