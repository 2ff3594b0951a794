"""A PostgreSQL server of the test session's own, or the one KENTONGAN_TEST_POSTGRES_URL names.

Owns: starting and stopping it. Leaves databases to the fixtures of `conftest`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

START_SECONDS = 30
MISSING = "no PostgreSQL server programs: apt-get install postgresql, or set KENTONGAN_TEST_POSTGRES_URL"


def find_programs() -> Path | None:
    """Return the folder of `initdb` and `postgres`, or None."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return Path(on_path).resolve().parent if on_path else found[0].parent if found else None


@contextmanager
def run_server(programs: Path) -> Iterator[str]:
    """Yield the URL of a fresh server on a unix socket; stop it and delete its files afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kentongan-pg-"))
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    data = str(folder / "data")
    try:
        subprocess.run(
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "-N",
            ],
            check=True,
            capture_output=True,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd=folder,
        )
        settings = ("listen_addresses=", "fsync=off", "full_page_writes=off", "shared_buffers=32MB")
        options = [part for setting in settings for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", str(folder), *options],
                stdout=log,
                stderr=log,
                user=user,
                group=user,
                extra_groups=[] if user else None,
                cwd=folder,
            )
        try:
            _wait_until_ready(f"host={folder} user=postgres dbname=postgres", server)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": ends open sessions
            server.wait(timeout=START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(conninfo: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(conninfo).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
