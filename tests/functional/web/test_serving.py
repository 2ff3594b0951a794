"""The real server: it answers, finishes what it began, and stops when told."""

import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from tests.web_city import Site
from webui.serve import CannotListen, WebServer

PROGRAM = """
import sys
from flask import Flask
import time
from webui.serve import WebServer, serve_until_stopped

app = Flask("slow")

@app.get("/slow")
def slow():
    time.sleep(1)
    return "finished"

server = WebServer(app, "127.0.0.1", 0)
print(server.port, flush=True)
serve_until_stopped(server)
print("stopped", flush=True)
"""


def test_the_site_is_served_and_stops_from_another_thread(site: Site) -> None:
    server = WebServer(site.app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz/live", timeout=20) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Server" not in answer.headers or "waitress" not in answer.headers["Server"]
    server.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_the_measures_are_closed_to_whoever_comes_through_a_web_server(site: Site, header: str) -> None:
    server = WebServer(site.app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    address = f"http://127.0.0.1:{server.port}/metrics"
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            assert answer.url == address
        through = urllib.request.Request(address, headers={header: "for=203.0.113.9"})
        with urllib.request.urlopen(through, timeout=20) as answer:
            assert "/login" in answer.url
    finally:
        server.stop()
        thread.join(timeout=10)


def test_a_taken_port_is_named_in_one_line(site: Site) -> None:
    server = WebServer(site.app, "127.0.0.1", 0)
    with pytest.raises(CannotListen, match=rf"cannot listen on 127\.0\.0\.1:{server.port}: .+"):
        WebServer(site.app, "127.0.0.1", server.port)
    server.stop()
    server.run()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_a_request_finish_before_the_server_ends(number: signal.Signals) -> None:
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    answers: list[str] = []

    def ask() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/slow", timeout=30) as answer:
            answers.append(answer.read().decode())

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.5)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    thread.join(timeout=30)
    assert answers == ["finished"]
    assert (process.returncode, out.strip(), err) == (0, "stopped", "")
