"""One request to one site, within bounds: the address that was checked, so long, so much.

Owns: resolving and checking names, connecting to the very address that was checked, time and
size. A name that changes its answer between check and connection (DNS rebinding) gains
nothing: names are resolved once and the socket is opened by number, while the certificate
and the Host header are those of the name. Leaves redirects, robots.txt and what a page is
to `fetch_one`.
"""

import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from time import monotonic
from urllib.parse import SplitResult, urlsplit, urlunsplit

from crawler.fetch_errors import PageNotRead, Refusal
from crawler.guard import refusal_of_address

Resolve = Callable[[str, int], Sequence[str]]
_PORTS = {"http": 80, "https": 443}
_AT_ONCE = 64 * 1024


def system_resolve(name: str, port: int) -> Sequence[str]:
    """Return the addresses of a name, as this machine's resolver gives them. Raises OSError."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


@dataclass(frozen=True, slots=True)
class Network:
    """How the net is reached; other parts than the machine's own are for tests."""

    allow_loopback: bool = False  # then on any port too
    resolve: Resolve = system_resolve
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of `time.monotonic` after which nothing is waited for."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(monotonic() + seconds)

    def left(self, url: str) -> float:
        """Return the seconds left; raises PageNotRead when there are none."""
        seconds = self.at - monotonic()
        if seconds <= 0:
            raise PageNotRead(url, Refusal.TOO_SLOW)
        return seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is decompressed, and empty unless `status` is 200."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


def ask(
    url: str,
    headers: Mapping[str, str],
    network: Network,
    deadline: Deadline,
    max_bytes: int,
    *,
    post: bytes | None = None,
) -> Answer:
    """Return what a site answers to GET `url`, or to POST where there is a body to send. Follows nothing.

    Raises PageNotRead: for an address that is not fetched, a site that cannot be reached in
    time, and a body of more than `max_bytes` before or after decompressing.
    """
    parts, port = _read_address(url, network)
    name = parts.hostname or ""
    addresses = _checked(url, name, port, network, deadline)
    try:
        with _connect(url, addresses, port, deadline) as plain, _cut_off(plain, deadline.left(url)):
            secure = parts.scheme == "https"
            with network.tls().wrap_socket(plain, server_hostname=name) if secure else plain as stream:
                return _talk(url, parts, stream, headers, deadline, max_bytes, post)
    except PageNotRead:
        raise
    except ssl.SSLCertVerificationError as exc:
        raise PageNotRead(url, Refusal.CERTIFICATE, exc.verify_message) from exc
    except (OSError, HTTPException, zlib.error, ValueError) as exc:
        deadline.left(url)  # cut off by us: that says more
        raise PageNotRead(url, Refusal.UNREACHABLE, type(exc).__name__) from exc


def _read_address(url: str, network: Network) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as exc:
        raise PageNotRead(url, Refusal.BAD_ADDRESS) from exc
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or not url.isascii():
        raise PageNotRead(url.partition("?")[0].rpartition("@")[2], Refusal.BAD_ADDRESS)
    if port not in _PORTS.values() and not network.allow_loopback:
        raise PageNotRead(url, Refusal.BAD_ADDRESS)
    return parts, port


def _checked(url: str, name: str, port: int, network: Network, deadline: Deadline) -> Sequence[str]:
    """Return the addresses of a name; one internal among them and none is used."""
    answers: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

    def resolve() -> None:
        try:
            answers.put(network.resolve(name, port))
        except (OSError, UnicodeError) as exc:
            answers.put(exc)

    Thread(target=resolve, daemon=True).start()  # the system's resolver cannot be told to hurry
    try:
        found = answers.get(timeout=deadline.left(url))
    except Empty as exc:
        raise PageNotRead(url, Refusal.TOO_SLOW) from exc
    if isinstance(found, Exception) or not found:
        raise PageNotRead(url, Refusal.UNKNOWN_NAME)
    for address in found:
        if refusal_of_address(address, network.allow_loopback):
            raise PageNotRead(url, Refusal.INTERNAL)
    return found


def _connect(url: str, addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    problem: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=deadline.left(url))
        except OSError as exc:
            problem = exc
    raise problem or OSError("no address")


@contextmanager
def _cut_off(connection: socket.socket, seconds: float) -> Iterator[None]:
    """End the connection after so many seconds, however slowly the other side goes on talking.

    Works on a copy of the socket: TLS takes the first one over.
    """
    own = connection.dup()

    def end() -> None:
        with suppress(OSError):
            own.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        own.close()


def _talk(
    url: str,
    parts: SplitResult,
    stream: socket.socket,
    headers: Mapping[str, str],
    deadline: Deadline,
    max_bytes: int,
    post: bytes | None,
) -> Answer:
    connection = HTTPConnection(parts.netloc)
    connection.sock = stream
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    sent = {**headers, "Accept-Encoding": "gzip", "Connection": "close"}
    connection.request("GET" if post is None else "POST", target, body=post, headers=sent)
    response = connection.getresponse()
    said = {name.lower(): value for name, value in response.getheaders()}
    body = _read(url, response, said, max_bytes) if response.status == 200 else b""
    deadline.left(url)  # a body without a length looks whole when it was cut off
    return Answer(response.status, said, body)


def _read(url: str, response: HTTPResponse, said: Mapping[str, str], max_bytes: int) -> bytes:
    coding = said.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", ""):
        raise PageNotRead(url, Refusal.UNREACHABLE, f"coded as {coding[:20]}")
    unzip = zlib.decompressobj(wbits=31) if "gzip" in coding else None
    body, taken = bytearray(), 0
    while piece := response.read1(_AT_ONCE):
        taken += len(piece)
        # One byte more than allowed is enough to know: a bomb is never unfolded.
        body += unzip.decompress(piece, max_bytes + 1 - len(body)) if unzip else piece
        if taken > max_bytes or len(body) > max_bytes:
            raise PageNotRead(url, Refusal.TOO_LARGE, f"more than {max_bytes} bytes")
    if unzip and not unzip.eof:
        raise zlib.error("cut short")
    if response.length:  # fewer bytes came than were promised
        raise HTTPException("cut short")
    return bytes(body)
