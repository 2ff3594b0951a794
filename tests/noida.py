"""noida-db, a small server of Elasticsearch's language, started on a free loopback port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elasticsearch import Elasticsearch

WAIT_SECONDS = 20.0


class NoServer(Exception):
    """No such server can be had here, and why."""


@contextmanager
def running_noida(folder: Path) -> Iterator[str]:
    """Yield the address of a server that keeps its data in `folder`. Raises NoServer."""
    program = shutil.which("noida-db", path=str(Path(sys.executable).parent)) or shutil.which("noida-db")
    if program is None:
        raise NoServer("no noida-db (pip install noida-db)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["start", "--only", "elasticsearch", "--data-dir", str(folder / "data")]
    said = folder / "said.log"
    with said.open("wb") as log:
        server = subprocess.Popen(
            [program, *arguments, "--elasticsearch-port", str(port)],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(url, server)
        yield url
        if server.poll() is not None:
            tail = said.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"noida-db ended by itself with {server.returncode}:\n{tail}")
    finally:
        if server.poll() is None:
            # The wrapper starts the server as its child; both are in the group made above.
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=WAIT_SECONDS)


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    with Elasticsearch(url, max_retries=0, request_timeout=1) as client:
        while time.monotonic() < deadline:
            if server.poll() is not None:
                raise NoServer(f"noida-db does not run here: it ended with {server.returncode}")
            if client.ping():
                return
            time.sleep(0.05)
    raise NoServer(f"noida-db did not answer within {WAIT_SECONDS:.0f} s")
