"""A fast site on loopback, in a process of its own: it lists and serves invented articles and notes requests.

Any range of its articles has a feed (`feed_url`) and a sitemap index (`sitemap_url`), newest first: their
addresses name the range. Addresses may bear tracking, as links in feeds do. Only so many articles are out
(`publish`): the others are in no list and give 404.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from multiprocessing import get_context
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

from benchmarks._crawl_html import render
from benchmarks._crawl_pages import OUTLET, MadePage, make_page

SITEMAP_ENTRIES = 10_000  # of one sitemap of an index; of its sitemaps the five newest are read
_XML, _HTML = "application/xml; charset=utf-8", "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests so far, by path (query included) and status."""

    counts: Counter[tuple[str, int]]

    def pages(self, status: int | None = None) -> Counter[int]:
        """Return how often each article was asked for, by number, whatever tracking its address bore."""
        found: Counter[int] = Counter()
        for (path, answered), times in self.counts.items():
            if path.startswith("/baca/") and status in (None, answered):
                found[int(path.split("/")[2])] += times
        return found


class Site:
    """A running site, as seen from another process."""

    def __init__(self, url: str, orders: Connection) -> None:
        self.url = url
        self._orders = orders

    def sitemap_url(self, first: int, stop: int) -> str:
        return f"{self.url}/peta/{first}-{stop}.xml"

    def feed_url(self, first: int, stop: int, campaign: str = "") -> str:
        """Return a feed of a range of articles; with a `campaign`, its links bear tracking and its
        entries the moment they were changed."""
        return f"{self.url}/umpan/{first}-{stop}.xml" + (f"?kampanye={campaign}" if campaign else "")

    def page_url(self, number: int) -> str:
        return self.url + make_page(number).path

    def publish(self, count: int) -> None:
        """Let the first `count` articles be out."""
        self._ask("publish", count)

    def asked(self) -> Asked:
        """Return all requests since `forget`."""
        answer = self._ask("asked")
        assert isinstance(answer, Counter)
        return Asked(answer)

    def served(self) -> int:
        """Return how many articles were asked for since `forget`, cheaply."""
        answer = self._ask("served")
        assert isinstance(answer, int)
        return answer

    def forget(self) -> None:
        self._ask("forget")

    def _ask(self, *order: object) -> object:
        self._orders.send(order)
        return self._orders.recv()


@contextmanager
def serve_site(published: int) -> Iterator[Site]:
    """Serve articles 0 to `published` on a free port of 127.0.0.1 until the block ends."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs, published), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Site(f"http://127.0.0.1:{ours.recv()}", ours)
    finally:
        with suppress(BrokenPipeError):
            ours.send(("stop",))
        process.join(10)


def _serve(orders: Connection, published: int) -> None:
    asyncio.run(_Shop(orders, published).run())


class _Shop:
    """What the connections of the site share."""

    def __init__(self, orders: Connection, published: int) -> None:
        self._orders = orders
        self._published = published
        self._served = 0
        self.counts: Counter[tuple[str, int]] = Counter()
        self._done = asyncio.Event()
        self.url = ""

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = await loop.create_server(lambda: _Connection(self), sock=listening)
        loop.add_reader(self._orders.fileno(), self._order)
        self._orders.send(listening.getsockname()[1])
        await self._done.wait()
        server.close()

    def _order(self) -> None:
        try:
            order = self._orders.recv()
        except EOFError:
            order = ("stop",)
        if order[0] == "stop":
            self._done.set()
            return
        if order[0] == "publish":
            self._published = order[1]
        if order[0] == "forget":
            self.counts.clear()
            self._served = 0
        told = {"asked": self.counts, "served": self._served}
        self._orders.send(told.get(order[0]))

    def answer(self, path: str, known_tag: str) -> bytes:
        """Return the whole answer to a GET."""
        parts = urlsplit(path)
        folder, _, rest = parts.path.strip("/").partition("/")
        body, kind, tag, changed = b"nothing here", "text/plain", "", ""
        with suppress(ValueError):
            if folder == "baca":
                self._served += 1
                page = make_page(int(rest.split("/")[0]))
                tag, changed = f'"{page.number:x}"', format_datetime(page.published_at, usegmt=True)
                if page.number < self._published and page.path == parts.path:
                    body, kind = render(page, self.url) if known_tag != tag else b"", _HTML
            elif folder == "peta":
                body, kind = self._sitemap(rest).encode(), _XML
            elif folder == "umpan":
                body, kind = self._feed(rest, parts.query.partition("=")[2]).encode(), _XML
            elif parts.path == "/robots.txt":
                told = f"User-agent: *\nDisallow: /cari\n\nSitemap: {self.url}/peta/0-{self._published}.xml\n"
                body = told.encode()
            elif parts.path == "/":
                body, kind = f"<html><title>{OUTLET}</title><h1>{OUTLET}</h1></html>".encode(), _HTML
        status = 404 if body == b"nothing here" else 200 if body else 304
        self.counts[path, status] += 1
        validators = f"ETag: {tag}\r\nLast-Modified: {changed}\r\n" if status != 404 and tag else ""
        head = (
            f"HTTP/1.1 {status} -\r\n{validators}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _numbers(self, told: str) -> list[int]:
        """Return the articles of a range that are out, newest first."""
        first, stop = told.removesuffix(".xml").split("-")
        return list(range(min(int(stop), self._published) - 1, int(first) - 1, -1))

    def _sitemap(self, rest: str) -> str:
        told, _, part = rest.partition("/")
        numbers = self._numbers(told)
        if not part:
            parts = range(-(-len(numbers) // SITEMAP_ENTRIES))
            base = f"{self.url}/peta/{told.removesuffix('.xml')}"
            rows = [f"<sitemap><loc>{base}/{at}.xml</loc></sitemap>" for at in parts]
            return _xml("sitemapindex", rows)
        begin = int(part.removesuffix(".xml")) * SITEMAP_ENTRIES
        pages = [_known(number) for number in numbers[begin : begin + SITEMAP_ENTRIES]]
        return _xml(
            "urlset",
            [
                f"<url><loc>{self.url}{page.path}</loc><lastmod>{_changed(page).isoformat()}</lastmod></url>"
                for page in pages
            ],
        )

    def _feed(self, rest: str, campaign: str) -> str:
        items = []
        for page in map(_known, self._numbers(rest)):
            track = f"?utm_source={campaign}&utm_medium=rss&fbclid={page.number}#isi" if campaign else ""
            changed = f"<atom:updated>{_changed(page):%Y-%m-%dT%H:%M:%SZ}</atom:updated>" if campaign else ""
            items.append(
                f"<item><title>{page.title}</title><link>{escape(self.url + page.path + track)}</link>"
                f"<pubDate>{format_datetime(page.published_at)}</pubDate>{changed}"
                f"<description>{page.paragraphs[0][:160]}</description></item>"
            )
        return f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>{OUTLET}</title>{"".join(items)}</channel></rss>'


def _changed(page: MadePage) -> datetime:
    """Return the one moment that feeds and sitemaps tell of, each in its own form, as real ones do."""
    return page.published_at + timedelta(minutes=1)


@lru_cache(20_000)  # lists name the same articles again and again
def _known(number: int) -> MadePage:
    return make_page(number)


def _xml(root: str, rows: list[str]) -> str:
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(rows)}</{root}>'


class _Connection(asyncio.Protocol):
    """HTTP/1.1 for GETs without a body, kept alive: all that crawlers send."""

    def __init__(self, shop: _Shop) -> None:
        self._shop = shop
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            head, self._came = self._came[:end].decode("latin-1"), self._came[end + 4 :]
            first, *lines = head.split("\r\n")
            said = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            self._transport.write(self._shop.answer(first.split(" ")[1], said.get("if-none-match", "")))
            if said.get("connection", "").lower() == "close":
                self._transport.close()
