"""One page fetched for a person: what is read, and everything that is not."""

import gzip
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch_answer import Network
from crawler.fetch_errors import PageNotRead, Refusal
from crawler.fetch_one import MAX_PAGE_BYTES, OnePage, read_page

STORY = "Warga Kecamatan Mekarjaya diminta datang sebelum jam delapan karena semua TPS ditutup lebih awal."
PAGE = f"<html><title>Kabar Arunika</title><body><h1>Kabar Arunika</h1><p>{STORY}</p></body></html>".encode()
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Site:
    """What each path answers: status, headers, body; every request is noted."""

    port: int = 0
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # path, Host, User-Agent
    drip: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    site = Site()
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers["Host"], self.headers["User-Agent"]))
            if self.path in site.drip:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
                while not stop.wait(0.05):
                    try:
                        self.wfile.write(b"X-Slow: x\r\n" if self.path == "/headers" else b"\r\n" + b"x")
                    except OSError:
                        return
                return
            status, headers, body = site.answers.get(self.path, (404, HTML, b"nothing here"))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    site.answers["/page"] = 200, HTML, PAGE
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield site
    stop.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


HERE = Network(allow_loopback=True)


def read(url: str, network: Network = HERE, **kwargs: Any) -> OnePage:
    return read_page(url, contact="tim@arunika.example", time_zone="Asia/Jakarta", network=network, **kwargs)


def refusal(url: str, network: Network = HERE, **kwargs: Any) -> Refusal:
    with pytest.raises(PageNotRead) as caught:
        read(url, network, **kwargs)
    assert "\n" not in str(caught.value)
    return caught.value.why


def resolver(*answers: Sequence[str]) -> Any:
    """Answer the n-th question with the n-th answer, and the last for ever."""
    given = list(answers)
    return lambda _name, _port: given.pop(0) if len(given) > 1 else given[0]


def test_a_page_is_read_by_our_honest_name_after_its_robots_txt(site: Site) -> None:
    page = read(f"{site.url}/page")
    assert (page.url, page.title, page.text) == (f"{site.url}/page", "Kabar Arunika", STORY)
    assert [path for path, _, _ in site.asked] == ["/robots.txt", "/page"]
    assert {agent for _, _, agent in site.asked} == {"Kentongan/0.1.0 (+tim@arunika.example)"}


def test_a_plain_text_is_read_as_it_is(site: Site) -> None:
    site.answers["/plain"] = 200, {"Content-Type": "text/plain"}, STORY.encode()
    assert read(f"{site.url}/plain").text == STORY


def test_a_zipped_page_is_read(site: Site) -> None:
    site.answers["/zipped"] = 200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(PAGE)
    assert read(f"{site.url}/zipped").text == STORY


def test_redirects_are_followed_and_the_last_address_is_told(site: Site) -> None:
    site.answers["/short"] = 302, {"Location": "/page#part"}, b""
    assert read(f"{site.url}/short").url == f"{site.url}/page"
    assert [path for path, _, _ in site.asked] == ["/robots.txt", "/short", "/page"]


def test_a_loop_of_redirects_ends(site: Site) -> None:
    site.answers["/a"] = 302, {"Location": "/b"}, b""
    site.answers["/b"] = 301, {"Location": "/a"}, b""
    assert refusal(f"{site.url}/a") is Refusal.TOO_MANY_REDIRECTS
    assert len(site.asked) == 7  # robots.txt, and five redirects after the first


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::ffff:192.168.1.1]/",
        "http://0x0a000001/",
        "http://[fd00::1]/",
        "http://0.0.0.0/",
    ],
)
def test_no_redirect_leads_into_an_internal_network(site: Site, target: str) -> None:
    site.answers["/page"] = 302, {"Location": target}, b""
    assert refusal(f"{site.url}/page", seconds=3) is Refusal.INTERNAL


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://a:b@127.0.0.1/"])
def test_no_redirect_leads_off_the_web(site: Site, target: str) -> None:
    site.answers["/page"] = 302, {"Location": target}, b""
    assert refusal(f"{site.url}/page") is Refusal.BAD_ADDRESS


def test_loopback_is_internal_unless_it_is_allowed(site: Site) -> None:
    public = Network(resolve=resolver(["127.0.0.1"]))
    assert refusal("http://kabar.example/page", public) is Refusal.INTERNAL
    assert refusal("http://127.0.0.1/page", Network()) is Refusal.INTERNAL
    assert refusal("http://localhost/page", Network()) is Refusal.INTERNAL
    assert refusal("http://2130706433/page", Network()) is Refusal.INTERNAL
    assert site.asked == []


def test_one_internal_address_among_several_closes_a_name(site: Site) -> None:
    mixed = Network(allow_loopback=True, resolve=resolver(["127.0.0.1", "10.0.0.1"]))
    assert refusal(f"http://kabar.example:{site.port}/page", mixed) is Refusal.INTERNAL
    assert site.asked == []


def test_a_name_that_changes_its_answer_gains_nothing(site: Site) -> None:
    """The first answer is checked and connected to; the second is checked anew."""
    changing = Network(allow_loopback=True, resolve=resolver(["127.0.0.1"], ["192.168.1.1"]))
    assert refusal(f"http://kabar.example:{site.port}/page", changing) is Refusal.INTERNAL
    assert [path for path, _, _ in site.asked] == ["/robots.txt"]


def test_the_name_is_asked_for_once_a_connection_and_told_to_the_site(site: Site) -> None:
    asked: list[str] = []

    def resolve(name: str, _port: int) -> Sequence[str]:
        asked.append(name)
        return ["127.0.0.1"]

    address = f"kabar.example:{site.port}"
    assert read(f"http://{address}/page", Network(True, resolve)).text == STORY
    assert asked == ["kabar.example"] * 2  # robots.txt, the page
    assert {host for _, host, _ in site.asked} == {address}


def test_a_name_without_an_address_is_told(site: Site) -> None:
    assert refusal("http://no-such-name.invalid/", Network(resolve=resolver([]))) is Refusal.UNKNOWN_NAME


def test_a_name_server_that_never_answers_is_not_waited_for() -> None:
    began = time.monotonic()

    def resolve(_name: str, _port: int) -> Sequence[str]:
        time.sleep(5)
        return []

    assert refusal("http://kabar.example/", Network(resolve=resolve), seconds=0.3) is Refusal.TOO_SLOW
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "ftp://kabar.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://",
        "http://user:secret@kabar.example/",
        "http://kabar.example:22/",
        "http://kabar.example:99999/",
        "http://kabar.example/\r\nX: y",
        "http://[::1/",
        "https://kabar.example/" + "x" * 3000,
        "kabar example",
    ],
)
def test_what_is_no_web_address_is_refused_before_any_name_is_asked_for(address: str) -> None:
    asked: list[str] = []

    def resolve(name: str, _port: int) -> Sequence[str]:
        asked.append(name)
        return ["127.0.0.1"]

    assert refusal(address, Network(resolve=resolve)) is Refusal.BAD_ADDRESS
    assert asked == []


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(PageNotRead) as caught:
        read("http://user:rahasia@kabar.example/", Network())
    assert "rahasia" not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_as_an_address_is_read_or_refused(address: str) -> None:
    with pytest.raises(PageNotRead):
        read(address, Network(resolve=resolver([])), seconds=2)


def test_a_gzip_bomb_is_not_unfolded(site: Site) -> None:
    bomb = gzip.compress(b" " * (200 * 1024 * 1024), 6)
    assert len(bomb) < MAX_PAGE_BYTES
    site.answers["/bomb"] = 200, {**HTML, "Content-Encoding": "gzip"}, bomb
    assert refusal(f"{site.url}/bomb") is Refusal.TOO_LARGE


@pytest.mark.parametrize("extra", [{}, {"Content-Length": "9"}])
def test_a_page_that_is_too_large_is_not_read(site: Site, extra: dict[str, str]) -> None:
    site.answers["/large"] = 200, {**HTML, **extra}, b"x" * (MAX_PAGE_BYTES + 1)
    assert refusal(f"{site.url}/large") is (Refusal.NO_TEXT if extra else Refusal.TOO_LARGE)


@pytest.mark.parametrize("path", ["/headers", "/body"])
def test_a_site_that_drips_is_cut_off_in_time(site: Site, path: str) -> None:
    site.drip.add(path)
    began = time.monotonic()
    assert refusal(f"{site.url}{path}", seconds=1.0) is Refusal.TOO_SLOW
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/json", "nonsense"])
def test_only_pages_of_text_are_read(site: Site, kind: str) -> None:
    site.answers["/file"] = 200, {"Content-Type": kind}, PAGE
    expected = Refusal.NO_PAGE if "/" in kind else None
    if expected:
        assert refusal(f"{site.url}/file") is expected
    else:  # RFC 2045, 5.2: what cannot be read is plain text
        assert STORY in read(f"{site.url}/file").text


def test_bytes_that_call_themselves_a_page_are_none(site: Site) -> None:
    for kind in ("text/html", "text/plain"):
        site.answers["/file"] = 200, {"Content-Type": kind}, bytes(range(256)) * 40
        assert refusal(f"{site.url}/file") is Refusal.NO_PAGE


def test_a_page_with_next_to_no_text_is_told(site: Site) -> None:
    site.answers["/empty"] = 200, HTML, b"<html><body><div id=app></div><script>let x</script></body></html>"
    assert refusal(f"{site.url}/empty") is Refusal.NO_TEXT


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500, 503])
def test_a_page_that_is_not_given_is_told_with_its_status(site: Site, status: int) -> None:
    site.answers["/page"] = status, HTML, PAGE
    with pytest.raises(PageNotRead, match=rf"does not give the page \(HTTP {status}\)"):
        read(f"{site.url}/page")


def test_robots_txt_is_obeyed(site: Site) -> None:
    site.answers["/robots.txt"] = (
        200,
        {"Content-Type": "text/plain"},
        b"User-agent: kentongan\nDisallow: /page",
    )
    assert refusal(f"{site.url}/page") is Refusal.NOT_ALLOWED
    assert [path for path, _, _ in site.asked] == ["/robots.txt"]


@pytest.mark.parametrize("status", [429, 500, 503, 204])
def test_a_robots_txt_that_cannot_be_read_closes_the_site(site: Site, status: int) -> None:
    site.answers["/robots.txt"] = status, {}, b""
    assert refusal(f"{site.url}/page") is Refusal.ROBOTS_UNREACHABLE


def test_every_site_on_the_way_is_asked_for_its_robots_txt(site: Site) -> None:
    with serve() as other:
        site.answers["/page"] = 302, {"Location": f"{other.url}/page"}, b""
        other.answers["/robots.txt"] = 200, {}, b"User-agent: *\nDisallow: /"
        assert refusal(f"{site.url}/page") is Refusal.NOT_ALLOWED
        assert [path for path, _, _ in other.asked] == ["/robots.txt"]


def test_pages_of_an_outlet_that_permits_its_feed_only_are_not_fetched(site: Site) -> None:
    feed_only = frozenset({f"127.0.0.1:{site.port}"})
    assert refusal(f"{site.url}/page", feed_only=feed_only) is Refusal.FEED_ONLY
    assert site.asked == []


def test_what_is_no_answer_is_told(site: Site) -> None:
    site.answers["/page"] = 200, {**HTML, "Content-Encoding": "gzip"}, b"not zipped"
    assert refusal(f"{site.url}/page") is Refusal.UNREACHABLE
    site.answers["/page"] = 200, {**HTML, "Content-Length": "5000"}, PAGE
    assert refusal(f"{site.url}/page", seconds=3) in (Refusal.UNREACHABLE, Refusal.TOO_SLOW)


def test_a_closed_port_is_told() -> None:
    assert refusal("http://127.0.0.1:9/page") is Refusal.UNREACHABLE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of kabar.example that only its holder vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kabar.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("kabar.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serve(context) as site:
        yield site


def trusting(certificate: Path) -> Network:
    return Network(True, resolver(["127.0.0.1"]), lambda: ssl.create_default_context(cafile=str(certificate)))


def test_the_certificate_is_held_against_the_name_not_the_address(secure: Site, certificate: Path) -> None:
    network = trusting(certificate)
    assert read(f"https://kabar.example:{secure.port}/page", network).text == STORY
    assert refusal(f"https://other.example:{secure.port}/page", network) is Refusal.CERTIFICATE


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Site) -> None:
    network = Network(True, resolver(["127.0.0.1"]))
    assert refusal(f"https://kabar.example:{secure.port}/page", network) is Refusal.CERTIFICATE


def test_a_secure_site_that_drips_is_cut_off_too(secure: Site, certificate: Path) -> None:
    secure.drip.add("/body")
    began = time.monotonic()
    address = f"https://kabar.example:{secure.port}/body"
    assert refusal(address, trusting(certificate), seconds=1.5) is Refusal.TOO_SLOW
    assert time.monotonic() - began < 5
