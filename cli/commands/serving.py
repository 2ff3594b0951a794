"""Commands that serve: the web UI alone, or everything."""

import typer

from cli.beside import crawling_beside, working_beside
from cli.output import errors
from cli.parts import Parts, open_parts
from crawler.source_file import shipped_sources
from webui.app import create_app
from webui.serve import serve as serve_app


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(run)


def serve() -> None:
    """Run the web UI only; `kentongan work` tells the index what is decided here."""
    with open_parts() as parts:
        _serve(parts)


def run() -> None:
    """Run everything in one process tree: crawler, conveyor and web UI."""
    with open_parts() as parts, working_beside(parts), crawling_beside(parts, shipped_sources()):
        _serve(parts)


def _serve(parts: Parts) -> None:
    parts.settings.require_secret_key()
    app = create_app(parts.settings, parts.store, parts.index)
    errors.print(f"Kentongan at http://{parts.settings.host}:{parts.settings.port}/", markup=False)
    serve_app(app, parts.settings.host, parts.settings.port)
