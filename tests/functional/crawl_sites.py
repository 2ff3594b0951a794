"""Small sites on loopback and a crawl over them in a process of its own, for tests."""

import gzip
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path

from crawler.run import CrawlReport, crawl
from crawler.source_file import SourceFile, parse_source
from crawler.spiders.base import SourceSpider
from kentongan.settings import read_settings
from kentongan.store import open_store
from pipeline.collecting import PRELOAD

OPEN_ROBOTS = b"User-agent: *\nDisallow: /private/\n"


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: bool = True
    pause_seconds: float = 0.0  # after each byte of the body


@dataclass(frozen=True)
class Asked:
    """One request as the site saw it; times are `time.monotonic`."""

    path: str
    began: float
    ended: float
    status: int
    headers: Mapping[str, str]  # names in lower case


@dataclass
class Site:
    """Paths (query included where one matters) and what they answer; every request is noted."""

    url: str
    pages: dict[str, Answer]
    asked: list[tuple[str, int]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    cookies: list[str] = field(default_factory=list)
    referers: set[str] = field(default_factory=set)
    first: dict[str, list[Answer]] = field(default_factory=dict)  # given once each, before the page's own
    log: list[Asked] = field(default_factory=list)

    def times(self, path: str) -> list[float]:
        return [asked.began for asked in self.log if asked.path == path]

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def add(self, path: str, body: bytes | str, **kwargs: object) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = Answer(raw, **kwargs)  # type: ignore[arg-type]


@contextmanager
def serve(
    pages: Mapping[str, Answer] | None = None,
    robots: Answer | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Site]:
    """Serve pages on a free port of 127.0.0.1, with ETags and 304s as real servers give them."""
    site = Site("", {"/robots.txt": robots or Answer(OPEN_ROBOTS, kind="text/plain"), **(pages or {})})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            began = time.monotonic()
            once = site.first.get(self.path)
            answer = once.pop(0) if once else site.pages.get(self.path)
            answer = answer or site.pages.get(self.path.split("?")[0]) or Answer(b"nothing here", 404)
            site.agents.add(self.headers.get("User-Agent", ""))
            site.referers.add(self.headers.get("Referer", ""))
            if self.headers.get("Cookie"):
                site.cookies.append(self.headers["Cookie"])
            tag = f'"{sha256(answer.body).hexdigest()[:16]}"'
            status = answer.status
            if status == 200 and answer.validators and self.headers.get("If-None-Match") == tag:
                status = 304
            site.asked.append((self.path, status))
            body = b"" if status == 304 else answer.body
            self.send_response(status)
            if answer.validators and answer.status == 200:
                self.send_header("ETag", tag)
                self.send_header("Last-Modified", formatdate(1_500_000_000, usegmt=True))
            self.send_header("Content-Type", answer.kind)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                for piece in _pieces(body, answer.pause_seconds):
                    self.wfile.write(piece)
            except OSError:  # the crawler has had enough of it
                self.close_connection = True
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.log.append(Asked(self.path, began, time.monotonic(), status, headers))

        def log_message(self, *args: object) -> None:
            return

    with listening(Handler, tls) as site.url:
        yield site


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve with a handler on a free port of 127.0.0.1; yields the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pieces(body: bytes, pause_seconds: float) -> Iterator[bytes]:
    if not pause_seconds:
        yield body
        return
    for n in range(len(body)):
        yield body[n : n + 1]
        time.sleep(pause_seconds)


def make_source(
    site: str, shape: str, *, name: str = "kabar-arunika", kind: str = "press", **extra: str
) -> SourceFile:
    """Return a source on a loopback site; `shape` is the YAML of its lists."""
    lines = {
        "name": name,
        "title": "Kabar Arunika",
        "kind": kind,
        "permission": "penuh",
        "home": site,
        "region": "arunika",
        "time_zone": "Asia/Jakarta",
        "delay_seconds": "0",
        **extra,
    }
    text = "\n".join(f"{key}: {value}" for key, value in lines.items())
    return parse_source(f"{text}\n{shape}\n", f"{name}.yaml")


def database_url(home: Path) -> str:
    return f"sqlite:///{home / 'record.db'}"


def run_crawl(
    home: Path,
    *sources: SourceFile,
    allow_loopback: bool = True,
    environ: Mapping[str, str] | None = None,
    scrapy: Mapping[str, object] | None = None,
) -> CrawlReport:
    """Crawl in a fresh process (a reactor starts once in a process) into the record of `home`.

    `scrapy` are settings of Scrapy's and ours that a test needs smaller than they are.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)  # or each crawl would load Scrapy for a second
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        given = (home, sources, allow_loopback, dict(environ or {}), dict(scrapy or {}))
        return pool.submit(crawl_here, *given).result(timeout=120)


def crawl_here(
    home: Path,
    sources: tuple[SourceFile, ...],
    allow_loopback: bool,
    environ: dict[str, str],
    scrapy: dict[str, object] | None = None,
) -> CrawlReport:
    if scrapy:
        SourceSpider.custom_settings = scrapy  # of this process only
    home.mkdir(parents=True, exist_ok=True)
    settings = read_settings(
        {
            "KENTONGAN_HOME": str(home),
            "KENTONGAN_CONTACT": "https://arunika.example/kontak",
            "KENTONGAN_ALLOW_LOOPBACK": "yes" if allow_loopback else "no",
            **environ,
        }
    )
    store = open_store(database_url(home))
    try:
        return crawl(settings, store.collector, sources)
    finally:
        store.close()


def article(title: str, body: str, *, date: str = "Senin, 3 November 2025 09:15 WIB", head: str = "") -> str:
    """Return a page as small outlets make them: menu, share box, related links, comments."""
    return f"""<!doctype html><html lang="en-US"><head><meta charset="utf-8">
    <title>{title} - KabarArunika.com</title><meta property="og:title" content="{title} - KabarArunika.com">{head}</head><body>
    <nav><a href="/">Beranda</a> <a href="/politik">Politik</a></nav>
    <h1>{title}</h1><span class="tanggal">{date}</span>
    <div class="entry-content">{body}<p>Baca juga: <a href="/lain">Pasar Arunika kembali ramai</a></p></div>
    <div id="comments"><h3>3 Komentar</h3><p>Great post, visit my casino page</p></div></body></html>"""


def prose(topic: str) -> str:
    """Return three invented paragraphs about a topic."""
    return "".join(
        f"<p>{sentence}</p>"
        for sentence in (
            f"ARUNIKA, KabarArunika.com - Warga Sawah Luhur membahas {topic} pada pertemuan Senin malam.",
            f"Lurah setempat mengatakan {topic} dibicarakan lagi dengan semua ketua RT dan RW pekan depan.",
            "Pertemuan itu berlangsung tertib dan dihadiri sekitar empat puluh orang dari tiga lingkungan.",
        )
    )


def gzipped(text: str) -> bytes:
    return gzip.compress(text.encode())
