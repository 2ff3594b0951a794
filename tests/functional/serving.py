"""An application behind the real server, for tests that come in by the network."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from webui.serve import WebServer


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve from a thread of a real server; yield its address."""
    server = WebServer(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()
        thread.join(timeout=10)
