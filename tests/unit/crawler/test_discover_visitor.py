"""Manners of a discovery: pace, number, time, and when a site is left alone."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from crawler.discovery.discover import discover
from crawler.discovery.findings import NothingFound, Wish
from crawler.discovery.visitor import Bounds, Ended, Visitor
from crawler.fetch_answer import Network
from crawler.fetch_errors import PageNotRead, Refusal
from kentongan.domain import Permission


@dataclass
class Site:
    port: int = 0
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    drips: bool = False


@contextmanager
def serving() -> Iterator[Site]:
    site, stop = Site(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, body = site.answers.get(self.path, (404, b""))
            if site.drips and self.path != "/robots.txt":
                status = 200
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)
            while site.drips and self.path != "/robots.txt" and not stop.wait(0.02):
                try:
                    self.wfile.write(b"<item>")
                except OSError:
                    return

        def log_message(self, *_: Any) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def here(_name: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


NAMED = Network(allow_loopback=True, resolve=here)


def visitor(pauses: list[float], **bounds: Any) -> Visitor:
    return Visitor("tim@arunika.example", NAMED, Bounds(**bounds), pauses.append)


def test_there_is_a_second_between_two_requests_but_on_loopback(site: Site) -> None:
    pauses: list[float] = []
    visitor(pauses).get(f"http://kabar.example:{site.port}/")
    assert pauses == [1.0]  # between robots.txt and the page
    visitor(pauses).get(f"http://127.0.0.1:{site.port}/")
    assert pauses == [1.0]


def test_a_longer_pause_that_robots_txt_asks_for_is_kept_within_bounds(site: Site) -> None:
    pauses: list[float] = []
    site.answers["/robots.txt"] = 200, b"User-agent: *\nCrawl-delay: 4\n"
    visitor(pauses).get(f"http://kabar.example:{site.port}/")
    site.answers["/robots.txt"] = 200, b"User-agent: *\nCrawl-delay: 4000\n"
    visitor(pauses).get(f"http://kabar.example:{site.port}/")
    assert pauses == [4.0, 10.0]


def test_requests_are_counted_and_end(site: Site) -> None:
    one = visitor([], requests=3)
    url = f"http://127.0.0.1:{site.port}"
    one.get(f"{url}/a")
    one.get(f"{url}/b")
    with pytest.raises(Ended, match="3 requests are spent"):
        one.get(f"{url}/c")
    assert site.asked == ["/robots.txt", "/a", "/b"]


def test_a_site_that_is_asked_too_often_is_left_alone(site: Site) -> None:
    site.answers["/"] = 429, b""
    with pytest.raises(Ended, match="HTTP 429"):
        visitor([]).get(f"http://127.0.0.1:{site.port}/")


def test_a_robots_txt_that_cannot_be_read_closes_the_site_and_is_asked_for_once(site: Site) -> None:
    site.answers["/robots.txt"] = 503, b""
    one = visitor([])
    for path in ("/a", "/b"):
        with pytest.raises(PageNotRead) as caught:
            one.get(f"http://127.0.0.1:{site.port}{path}")
        assert caught.value.why is Refusal.ROBOTS_UNREACHABLE
    assert site.asked == ["/robots.txt"]


def test_a_site_that_never_ends_an_answer_is_left_after_three(site: Site) -> None:
    site.drips = True
    one = visitor([], request_seconds=0.3)
    for path in ("/a", "/b", "/c"):
        with pytest.raises(PageNotRead) as caught:
            one.get(f"http://127.0.0.1:{site.port}{path}")
        assert caught.value.why is Refusal.TOO_SLOW
    with pytest.raises(Ended, match="does not answer any more"):
        one.get(f"http://127.0.0.1:{site.port}/d")
    assert site.asked == ["/robots.txt", "/a", "/b", "/c"]


def test_all_together_ends_in_time(site: Site) -> None:
    site.drips = True
    one = visitor([], request_seconds=5.0, total_seconds=0.5)
    with pytest.raises(PageNotRead):
        one.get(f"http://127.0.0.1:{site.port}/a")
    with pytest.raises(Ended, match="seconds are over"):
        one.get(f"http://127.0.0.1:{site.port}/b")


def wish(url: str) -> Wish:
    return Wish(url, "arunika", "Asia/Jakarta", Permission.FEED_ONLY, datetime(2025, 11, 3, tzinfo=UTC))


def test_no_link_of_a_site_leads_into_an_internal_network(site: Site) -> None:
    links = b"".join(
        b'<link rel="alternate" type="application/rss+xml" href="%s">' % url
        for url in (b"http://169.254.169.254/feed", b"http://10.0.0.1/feed", b"file:///etc/passwd")
    )
    site.answers["/"] = 200, b"<html><head>" + links + b"</head><body><p>Kabar</p></body></html>"
    asked: list[str] = []

    def resolve(name: str, _port: int) -> Sequence[str]:
        asked.append(name)
        return ["127.0.0.1"] if name == "kabar.example" else [name]

    network = Network(allow_loopback=True, resolve=resolve)
    address = f"http://kabar.example:{site.port}/"
    with pytest.raises(NothingFound, match="no feed"):
        discover(wish(address), contact="t@a.example", network=network, sleep=lambda _: None)
    assert set(asked) <= {"kabar.example", "169.254.169.254", "10.0.0.1"}


def test_what_ended_a_search_is_said(site: Site) -> None:
    site.answers["/"] = 200, b"<html><body><p>Kabar</p></body></html>"
    with pytest.raises(NothingFound, match="not everything was tried: 4 requests are spent"):
        discover(
            wish(f"http://127.0.0.1:{site.port}/"),
            contact="t@a.example",
            network=Network(allow_loopback=True),
            bounds=Bounds(requests=4),
        )
