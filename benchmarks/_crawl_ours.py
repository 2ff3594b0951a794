"""Our crawl of the invented site, as the product runs it: real record, evidence, cache, masking, guard.

The delay is none, which only loopback may have, and a source gives as many articles as it has; all else is
as shipped.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from benchmarks._crawl_site import Site
from crawler.run import CrawlReport, crawl
from crawler.source_file import SourceFile
from kentongan.settings import Settings, read_settings
from kentongan.store import open_store
from tests.functional.crawl_sites import make_source


@dataclass(frozen=True, slots=True)
class Taken:
    """What a crawl took, without the start of its process."""

    seconds: float
    processor_seconds: float
    report: CrawlReport


def settings_of(home: Path) -> Settings:
    return read_settings(
        {
            "KENTONGAN_HOME": str(home),
            "KENTONGAN_CONTACT": "https://arunika.example/kontak",
            "KENTONGAN_ALLOW_LOOPBACK": "yes",
        }
    )


def source_of(site: Site, first: int, stop: int) -> SourceFile:
    """Return a source that lists articles `first` to `stop` of the site in its sitemaps."""
    shape = f"sitemaps: [{site.sitemap_url(first, stop)}]\nmax_articles: {stop - first}"
    return make_source(site.url, shape, name=f"kabar-{first}")


def crawl_apart(home: Path, sources: Sequence[SourceFile]) -> Taken:
    """Crawl in a process of its own into the record of `home`, and tell what it took."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(crawl_here, home, list(sources)).result()


def crawl_here(home: Path, sources: Sequence[SourceFile]) -> Taken:
    """Crawl in this process, which then can crawl no more: a reactor starts once."""
    home.mkdir(parents=True, exist_ok=True)
    settings = settings_of(home)
    store = open_store(settings.database_url)
    try:
        began, processor = time.perf_counter(), time.process_time()
        report = crawl(settings, store.collector, sources)
        return Taken(time.perf_counter() - began, time.process_time() - processor, report)
    finally:
        store.close()
