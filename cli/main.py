"""The entry point: one Typer app, and one place where errors become a line and an exit code."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from kentongan import __version__
from kentongan.errors import KentonganError

FAMILIES = {
    "cli.commands.collecting": ("crawl", "import", "extract", "sources"),
    "cli.commands.working": ("work", "check"),
    "cli.commands.archive": ("search", "reindex", "doctor"),
    "cli.commands.judging": ("evaluate",),
    "cli.commands.training": ("train",),
    "cli.commands.serving": ("serve", "run"),
    "cli.commands.people": ("user",),
    "cli.commands.demo": ("demo",),
}


class OneLineErrors(TyperGroup):
    """Ends a failed command with one line on stderr: 1 for failed, 2 for bad input."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KentonganError as exc:
            line = " ".join(str(exc).split())
            typer.echo(f"kentongan: {line}", err=True)
            raise typer.Exit(exc.exit_code) from exc
        except BrokenPipeError:
            # Whoever read our output has gone: not our failure.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None


def build_app(words: Sequence[str]) -> typer.Typer:
    """Return the app with the family of the command that `words` names; with all, for the help.

    Only that family is loaded: torch, Scrapy and Flask take seconds to import together.
    """
    app = typer.Typer(
        cls=OneLineErrors,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Early warning of hoaxes, black campaigns and identity politics: leads, never verdicts.",
    )
    app.callback()(_root)
    wanted = next((word for word in words if not word.startswith("-")), "")
    families = [module for module, names in FAMILIES.items() if wanted in names]
    if not families and "--version" not in words:
        families = list(FAMILIES)
    for module in families:
        import_module(module).register(app)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kentongan {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and end."
    ),
) -> None:
    """Early warning of hoaxes, black campaigns and identity politics: leads, never verdicts."""


def main() -> None:
    build_app(sys.argv[1:])()
