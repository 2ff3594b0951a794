"""Commands that serve: the web UI alone, or everything."""

import typer

from cli.beside import crawling_beside, keeping_rounds, noting_mornings, watching_beside, working_beside
from cli.checker import ModelChecker
from cli.output import errors
from cli.parts import Parts, open_parts
from cli.stopping import ended_by_signals
from webui.app import create_app
from webui.serve import WebServer, serve_until_stopped


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(run)


def serve() -> None:
    """Run the web UI only; `kentongan work` tells the index what is decided here.

    The health of the sources is watched with it: somebody has to tell when the crawler is down. So is the top
    of the queue each morning, and rounds of reporting open by themselves.
    """
    with open_parts() as parts, watching_beside(parts), noting_mornings(parts), keeping_rounds(parts):
        serve_until_stopped(_server(parts))


def run() -> None:
    """Run everything in one process tree: crawler, conveyor and web UI."""
    with open_parts() as parts:
        server = _server(parts)  # what cannot be served stops here, before anything is fetched
        with (
            ended_by_signals(),
            working_beside(parts),
            noting_mornings(parts),
            keeping_rounds(parts),
            crawling_beside(parts, parts.read_sources),
        ):
            serve_until_stopped(server)


def _server(parts: Parts) -> WebServer:
    parts.settings.require_secret_key()
    checker = ModelChecker(parts)
    app = create_app(parts.settings, parts.store, parts.index, checker, checker.embed)
    server = WebServer(app, parts.settings.host, parts.settings.port)
    checker.warm_up()
    errors.print(f"Kentongan at http://{parts.settings.host}:{server.port}/", markup=False)
    return server
