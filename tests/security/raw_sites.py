"""Sites that do not speak HTTP as they should: whatever bytes a test wants, on one page of a sound site."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from sqlalchemy import select

from crawler.run import CrawlReport
from crawler.source_file import SourceFile
from kentongan.store import open_store
from kentongan.store.schema import FetchRow, ItemRow
from pipeline.collecting import PRELOAD
from tests.functional.crawl_sites import article, crawl_here, database_url, make_source, prose

Say = Callable[[Callable[[bytes], None]], None]
GOOD_TITLE = "Berita baik dari Arunika"
GOOD = article(GOOD_TITLE, prose("hal yang baik")).encode()
LISTED = b'<ul><li><a href="/jahat">x</a></li><li><a href="/baik">y</a></li></ul>'
MOST_SENT = 256 * 1024 * 1024  # of one answer without end: the crawler hangs up long before


def plain(body: bytes, *headers: bytes, status: bytes = b"200 OK", kind: bytes = b"text/html") -> bytes:
    lines = (b"HTTP/1.1 " + status, b"Content-Type: " + kind, b"Connection: close", *headers)
    return b"\r\n".join((*lines, b"Content-Length: %d" % len(body), b"", body))


@dataclass
class RawSite:
    """A site with an index, a good page and `/jahat`; how many bytes `/jahat` could send is noted."""

    url: str
    sent: list[int] = field(default_factory=list)


@contextmanager
def raw_site(say: Say, robots: Say | None = None) -> Iterator[RawSite]:
    """Serve a site whose `/jahat` (or robots.txt) answers by `say`, which is given a way to send bytes."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        site = RawSite(f"http://127.0.0.1:{server.getsockname()[1]}")

        def answer(client: socket.socket) -> None:
            with client, suppress(OSError):
                client.settimeout(30)
                path = client.recv(8192).split(b" ")[1]
                bad = robots if path == b"/robots.txt" else say if path == b"/jahat" else None
                if bad is None:
                    known = {b"/": LISTED, b"/baik": GOOD}
                    client.sendall(
                        plain(known.get(path, b""), status=b"200 OK" if path in known else b"404 No")
                    )
                    return
                total = 0

                def send(piece: bytes) -> None:
                    nonlocal total
                    if total > MOST_SENT:
                        raise OSError("enough")
                    client.sendall(piece)
                    total += len(piece)

                try:
                    bad(send)
                finally:
                    site.sent.append(total)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    client, _ = server.accept()
                    threading.Thread(target=answer, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield site


@contextmanager
def endless_site(answer: Callable[[str, str], bytes]) -> Iterator[tuple[str, list[str]]]:
    """Serve whatever `answer` makes of the site's own address and a path; yield the address and the paths."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

        def accept() -> None:
            with suppress(OSError):
                while True:
                    client, _ = server.accept()
                    with client, suppress(OSError):
                        path = client.recv(8192).split(b" ")[1].decode("latin-1")
                        asked.append(path)
                        client.sendall(answer(url, path))

        threading.Thread(target=accept, daemon=True).start()
        yield url, asked


@dataclass(frozen=True)
class Outcome:
    """What a crawl of hostile sites left in the record, and what it cost."""

    report: CrawlReport
    mebibytes: float  # the most that the crawl's process held
    titles: dict[str, list[str]]
    errors: dict[str, list[str]]


def crawl_and_weigh(home: Path, *sources: SourceFile, scrapy: dict[str, object] | None = None) -> Outcome:
    """Crawl in a process of its own, and tell how much memory that process took at most."""
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        report, mebibytes = pool.submit(_weighed, home, sources, dict(scrapy or {})).result(timeout=240)
    store = open_store(database_url(home))
    with store.database.read() as session:
        titles = {
            s.name: list(session.scalars(select(ItemRow.title).where(ItemRow.source == s.name)))
            for s in sources
        }
        told = select(FetchRow.source, FetchRow.url, FetchRow.error).where(FetchRow.error != "")
        rows = session.execute(told).all()
    store.close()
    errors = {s.name: [f"{row.url} {row.error}" for row in rows if row.source == s.name] for s in sources}
    return Outcome(report, mebibytes, titles, errors)


def _weighed(
    home: Path, sources: tuple[SourceFile, ...], scrapy: dict[str, object]
) -> tuple[CrawlReport, float]:
    report = crawl_here(home, sources, True, {}, scrapy)
    return report, getrusage(RUSAGE_SELF).ru_maxrss / 1024


def index_of(url: str, name: str) -> SourceFile:
    return make_source(url, f'index: {{urls: ["{url}/"], links: "li a"}}', name=name)
