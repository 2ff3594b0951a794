"""Serving the application with waitress until told to stop, and stopping without cutting anyone off."""

import gc
import signal
from types import FrameType

from flask import Flask
from waitress import wasyncore
from waitress.server import MultiSocketServer, create_server

from kentongan.errors import KentonganError

THREADS = 8
_LOOK_UP_SECONDS = 0.25  # how soon an idle server notices that it should stop
_HEADER_BYTES = 32 * 1024
_BODY_BYTES = 9 * 1024 * 1024


class CannotListen(KentonganError):
    """The address is taken or not ours."""


class WebServer:
    """A listening server. `run` blocks; a signal, or `stop` from another thread, ends it."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        """Listen on `host` and `port`, 0 for any free one. Raises CannotListen."""
        self._sockets: dict[int, object] = {}
        try:
            self._server = create_server(
                app,
                map=self._sockets,
                host=host,
                port=port,
                threads=THREADS,
                ident=None,
                max_request_header_size=_HEADER_BYTES,
                max_request_body_size=_BODY_BYTES,
                channel_timeout=60,
                clear_untrusted_proxy_headers=False,  # they tell who comes from elsewhere: `access`
            )
        except (OSError, ValueError) as exc:
            raise CannotListen(f"cannot listen on {host}:{port}: {exc}") from exc
        self._stopping = False

    @property
    def port(self) -> int:
        if isinstance(self._server, MultiSocketServer):  # a name with several addresses
            return int(self._server.effective_listen[0][1])
        return int(self._server.effective_port)

    def run(self) -> None:
        """Serve until stopped; requests in work are finished first, for at most five seconds."""
        try:
            while not self._stopping:
                wasyncore.loop(timeout=_LOOK_UP_SECONDS, map=self._sockets, count=1)
        except (SystemExit, KeyboardInterrupt):
            self._stopping = True
        finally:
            self._server.task_dispatcher.shutdown()
            self._server.close()

    def stop(self) -> None:
        """Let `run` return soon. Callable from any thread."""
        self._stopping = True


def serve_until_stopped(server: WebServer) -> None:
    """Serve until SIGINT or SIGTERM. Call it from the main thread."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.stop()

    # What is there by now stays: without this the collector goes through all of it, model and libraries too,
    # every few dozen pages, and one reader waits a quarter of a second for it.
    gc.collect()
    gc.freeze()
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
