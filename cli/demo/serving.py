"""One website on loopback: a WSGI server with its own free port, ETags and 304 answers.

Owns: HTTP. Leaves what the website says to `outlets`, `channel` and `checker`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
JSON = "application/json; charset=utf-8"
_MAX_AGE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at one address."""

    body: bytes
    modified: datetime  # aware
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Callable[[str, Mapping[str, str]], Resource | None]  # path, query -> None when there is no such page


@dataclass(frozen=True, slots=True)
class Contents:
    """What one website serves, and how the crawler is told to read it."""

    answer: Answer
    pages: Mapping[str, str]  # full address -> id of the page
    source: Mapping[str, object]  # the fields of its source file


def static_answer(resources: Mapping[str, Resource]) -> Answer:
    """Return the answer of a website whose every address is in `resources`, by path."""
    return lambda path, query: resources.get(path)


def robots(rules: Iterable[str], started: datetime) -> Resource:
    """Return a robots.txt with the rules for everybody; `started` is its date."""
    lines = ["User-agent: *", *rules, ""]
    return Resource("\n".join(lines).encode(), started, "text/plain; charset=utf-8")


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the demo's own table tells what was fetched."""


class Website:
    """A server that knows its address before its pages, which name that address.

    Raises OSError when no port of the loopback interface can be had.
    """

    def __init__(self) -> None:
        self._answer: Answer = lambda path, query: None
        self._server = make_server(
            "127.0.0.1", 0, self._respond, threaded=True, request_handler=_QuietHandler
        )
        self._thread = Thread(target=self._server.serve_forever, name="demo-site", daemon=True)
        self.origin = f"http://127.0.0.1:{self._server.port}"

    def start(self, answer: Answer) -> None:
        """Serve, from now on, what `answer` gives for each path and query."""
        self._answer = answer
        self._thread.start()

    def stop(self) -> None:
        """Close the port; whether or not it was started."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def _respond(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._response(Request(environ))(environ, start_response)

    def _response(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response("Method Not Allowed", 405, {"Allow": "GET, HEAD"})
        found = self._answer(request.path, request.args.to_dict())
        if found is None:
            return Response("Halaman tidak ditemukan", 404, content_type="text/plain; charset=utf-8")
        response = Response(found.body, found.status, dict(found.headers), content_type=found.content_type)
        if found.status != 200:
            return response
        response.last_modified = found.modified
        response.cache_control.max_age = _MAX_AGE_SECONDS
        response.add_etag()
        return response.make_conditional(request)
