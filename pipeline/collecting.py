"""Crawling, in a process of its own: Scrapy's reactor runs once in a process's life."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from crawler.run import CrawlReport, crawl
from crawler.source_file import SourceFile
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.store import open_store


class CrawlerDied(KentonganError):
    """The crawling process ended before it could report."""


def crawl_apart(settings: Settings, sources: Sequence[SourceFile]) -> CrawlReport:
    """Read each source once and return what came of it; what was found is in the record.

    Raises CrawlerDied when the process was killed: what it had saved stays saved.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(_crawl, settings, list(sources)).result()
        except BrokenProcessPool as exc:
            raise CrawlerDied("the crawling process was ended before it could report") from exc


def _crawl(settings: Settings, sources: list[SourceFile]) -> CrawlReport:
    store = open_store(settings.database_url)
    try:
        return crawl(settings, store.collector, sources)
    finally:
        store.close()
