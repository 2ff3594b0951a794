"""A crawling process of its own, over many small sources that share a few hosts, for tests."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event

from crawler.source_file import SourceFile
from kentongan.settings import Settings, read_settings
from kentongan.store import Store
from kentongan.store.database import Database
from pipeline.scheduling import Pace, Scheduler
from tests.functional.crawl_sites import Site, article, make_source, prose, serve

ARTICLES = 6
QUICK = Pace(
    crawls=3,
    lease=timedelta(seconds=8),
    renew_seconds=1,
    grace_seconds=3,
    look_seconds=0.5,
    read_seconds=5,
    hook_seconds=5,
)


@contextmanager
def serve_hosts(count: int, names: Sequence[str]) -> Iterator[list[Site]]:
    """Serve hosts that each have the list and the articles of every name, under a folder of its own."""
    with ExitStack() as stack:
        sites = [stack.enter_context(serve()) for _ in range(count)]
        for site in sites:
            for name in names:
                add_pages(site, name)
        yield sites


def add_pages(site: Site, name: str) -> None:
    links = ""
    for number in range(ARTICLES):
        address = f"/{name}/{number}"
        site.add(address, article(f"Kabar {number} dari {name}", prose(f"parit {name} nomor {number}")))
        links += f"<item><title>Kabar {number}</title><link>{site.url}{address}</link></item>"
    feed = f'<rss version="2.0"><channel><title>{name}</title>{links}</channel></rss>'
    site.add(f"/{name}/rss", feed, kind="application/rss+xml")


def party_source(name: str, urls: Sequence[str], seconds: float, delay: float = 0.3) -> SourceFile:
    """Return a source that is read each so many seconds, on each of the hosts."""
    feeds = ", ".join(f"{url}/{name}/rss" for url in urls)
    file = make_source(urls[0], f"feeds: [{feeds}]", name=name, delay_seconds=str(delay))
    return replace(file, source=replace(file.source, every_minutes=seconds / 60))


def party_settings(home: Path, url: str) -> Settings:
    return read_settings(
        {
            "KENTONGAN_HOME": str(home),
            "KENTONGAN_DATABASE_URL": url,
            "KENTONGAN_CONTACT": "https://arunika.example/kontak",
            "KENTONGAN_ALLOW_LOOPBACK": "yes",
        }
    )


def join_in(home: str, database_url: str, seconds: str, *members: str) -> None:
    """Crawl until killed; each member is a name and its hosts, separated by commas."""
    settings = party_settings(Path(home), database_url)
    store = Store(Database(database_url))
    files = [party_source(m.split(",")[0], m.split(",")[1:], float(seconds)) for m in members]
    Scheduler(settings, store, lambda: files, Random(), pace=QUICK).run(Event())


if __name__ == "__main__":
    join_in(*sys.argv[1:])
