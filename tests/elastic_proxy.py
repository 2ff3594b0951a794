"""A server on loopback between the client and the search server of the tests, that can answer badly.

Owns: passing everything on, and giving the answers that a healthy server never gives when asked to:
busy, full, slow, too large, or an error for one document of many. With TLS where it is given some.
"""

import http.client
import json
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Error = tuple[int, str, str]  # status, type, reason


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def is_bulk(self) -> bool:
        return "/_bulk" in self.path


@dataclass
class Proxy:
    """What was asked, and what is to be answered instead of passing it on."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    instead: Callable[[Asked], Error | None] = lambda asked: None
    of_document: Callable[[str], Error | None] = lambda id_: None  # for one operation of a bulk request
    slow_seconds: Callable[[Asked], float] = lambda asked: 0.0

    def bulks(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.is_bulk]

    def ids(self) -> list[list[str]]:
        """The ids of each bulk request."""
        return [[_id(action) for action, _ in _operations(asked.body)] for asked in self.bulks()]


@contextmanager
def proxy_to(server: str, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """Yield a proxy of `server`, listening on a free port of 127.0.0.1."""
    proxy = Proxy()
    target = urlsplit(server)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, body, headers)
            proxy.asked.append(asked)
            time.sleep(proxy.slow_seconds(asked))
            error = proxy.instead(asked)
            if error is not None:
                self._reply(error[0], {"error": {"type": error[1], "reason": error[2]}, "status": error[0]})
            elif asked.is_bulk:
                self._reply(200, self._bulk(asked))
            else:
                self._reply(*self._pass_on(asked, asked.body))

        do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

        def _bulk(self, asked: Asked) -> Any:
            """Pass on the operations that are to succeed, and put the answers together in order."""
            operations = _operations(asked.body)
            errors = [proxy.of_document(_id(action)) for action, _ in operations]
            lines = [
                line
                for (action, source), error in zip(operations, errors, strict=True)
                if error is None
                for line in (json.dumps(action), *((json.dumps(source),) if source else ()))
            ]
            answered = iter(())
            if lines:
                _, answer = self._pass_on(asked, ("\n".join(lines) + "\n").encode())
                answered = iter(answer["items"])
            items = [
                next(answered) if error is None else _refused(action, error)
                for (action, _), error in zip(operations, errors, strict=True)
            ]
            return {"errors": any(errors), "items": items}

        def _pass_on(self, asked: Asked, body: bytes) -> tuple[int, Any]:
            connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=30)
            kept = {k: v for k, v in asked.headers.items() if k in ("accept", "content-type")}
            if target.username:
                named = f"{target.username}:{target.password}"
                kept["authorization"] = f"Basic {b64encode(named.encode()).decode()}"
            connection.request(asked.method, asked.path, body or None, kept)
            answer = connection.getresponse()
            raw = answer.read()
            connection.close()
            return answer.status, json.loads(raw) if raw else None

        def _reply(self, status: int, body: Any) -> None:
            raw = json.dumps(body).encode() if body is not None else b""
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(raw)

        def log_message(self, *args: object) -> None:
            return

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    if tls is not None:
        listener.socket = tls.wrap_socket(listener.socket, server_side=True)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    proxy.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{listener.server_port}"
    try:
        yield proxy
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def _operations(body: bytes) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    lines = iter(json.loads(line) for line in body.splitlines())
    return [(action, next(lines) if "index" in action else None) for action in lines]


def _id(action: dict[str, Any]) -> str:
    (told,) = action.values()
    return str(told["_id"])


def _refused(action: dict[str, Any], error: Error) -> dict[str, Any]:
    (kind,) = action
    status, type_, reason = error
    return {kind: {"_id": _id(action), "status": status, "error": {"type": type_, "reason": reason}}}
