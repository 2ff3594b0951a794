"""The entry point: one Typer app, and one place where errors become a line and an exit code."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError  # Typer's own copy of click
from typer.core import TyperGroup

from kentongan import __version__
from kentongan.errors import KentonganError

FAMILIES = {
    "cli.commands.collecting": ("crawl", "import", "extract"),
    "cli.commands.sources": ("sources",),
    "cli.commands.working": ("work",),
    "cli.commands.checking": ("check",),
    "cli.commands.archive": ("search", "reindex", "doctor"),
    "cli.commands.exporting": ("export",),
    "cli.commands.evidence": ("evidence",),
    "cli.commands.incidents": ("case",),
    "cli.commands.reports": ("report",),
    "cli.commands.rounds": ("rounds",),
    "cli.commands.sharing": ("share",),
    "cli.commands.judging": ("evaluate",),
    "cli.commands.training": ("train", "fit-pairs"),
    "cli.commands.learning": ("learn",),
    "cli.commands.narratives": ("narratives",),
    "cli.commands.metrics": ("metrics",),
    "cli.commands.serving": ("serve", "run"),
    "cli.commands.saved": ("watch",),
    "cli.commands.alerts": ("alerts",),
    "cli.commands.people": ("user",),
    "cli.commands.tokens": ("token",),
    "cli.commands.demo": ("demo",),
}


class OneLineErrors(TyperGroup):
    """Ends a failed command with one line on stderr: 1 for failed, 2 for bad input or usage."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        with _one_line():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        with _one_line():
            return super().invoke(ctx)


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except UsageError as exc:
        where = f" (see {exc.ctx.command_path} --help)" if exc.ctx else ""
        raise _end(f"{exc.format_message().rstrip('.')}{where}", exc.exit_code) from exc
    except KentonganError as exc:
        raise _end(str(exc), exc.exit_code) from exc
    except BrokenPipeError:
        # Whoever read our output has gone: not our failure.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except OSError as exc:
        what = exc.strerror or str(exc)
        raise _end(f"{exc.filename}: {what}" if exc.filename else what, 1) from exc


def _end(said: str, code: int) -> typer.Exit:
    """Print what went wrong as one line and return the exit to raise."""
    typer.echo(f"kentongan: {' '.join(said.split())}", err=True)
    return typer.Exit(code)


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
