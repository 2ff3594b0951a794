"""One crawl: every source given, side by side, each host by one spider at a time.

Owns: building the parts, running Scrapy in this process, stopping on SIGTERM and SIGINT.
A process can run one crawl in its life (Twisted's reactor starts once): the caller gives
each crawl a process of its own. Scheduling is the caller's too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings as ScrapySettings
from twisted.internet.error import ReactorNotRunning

from crawler.context import CrawlContext, Tally
from crawler.errors import SourceFileError
from crawler.evidence import EvidenceWriter
from crawler.pace import LEFT
from crawler.settings import process_settings, source_settings
from crawler.sink import Sink
from crawler.source_file import SourceFile
from crawler.spiders.channel import ChannelSpider
from crawler.spiders.factcheck import FactCheckSpider
from crawler.spiders.news import NewsSpider
from crawler.spiders.posts import PostSpider
from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.domain import SourceKind
from kentongan.settings import Settings

MIN_DELAY_SECONDS = 1.0  # between two requests to one host, except on loopback
SPIDERS: Mapping[SourceKind, type[Spider]] = {
    SourceKind.PRESS: NewsSpider,
    SourceKind.GOVERNMENT: NewsSpider,
    SourceKind.FACT_CHECKER: FactCheckSpider,
    SourceKind.PUBLIC_CHANNEL: ChannelSpider,
}


def spider_of(source: SourceFile) -> type[Spider]:
    """Return the spider that reads a source: by its site where it has one, else by its kind."""
    return PostSpider if source.posts is not None else SPIDERS[source.source.kind]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What came of one source in one crawl."""

    source: str
    items: int  # new ones
    revised: int
    unchanged: int
    fact_checks: int  # new ones
    errors: int
    withheld: int  # pages and posts that ask not to be kept
    not_modified: int  # answers 304
    requests: int
    seconds: float
    stopped: bool  # asked to stop before it was through
    drift: int = 0  # of the errors: a fact-checker's pages and answers that lost their shape
    gone: int = 0  # that their source took away, known since this crawl
    left: int = 0  # requests to hosts that asked for time or gave no answer: for the next crawl


@dataclass(frozen=True, slots=True)
class CrawlReport:
    sources: tuple[SourceReport, ...]  # in the order given
    seconds: float

    @property
    def stopped(self) -> bool:
        return any(source.stopped for source in self.sources)


def crawl(settings: Settings, store: Sink, sources: Sequence[SourceFile]) -> CrawlReport:
    """Crawl each source once and return what came of each; blocks until all are through.

    `store` is `Store.collector` or anything like it. SIGTERM and SIGINT end the crawl gracefully:
    what was fetched is saved and the report says `stopped`. Failing pages, feeds and hosts
    become rows of the record, never exceptions. Raises SourceFileError for a delay that
    is too short for a host on the net.
    """
    for source in sources:
        least = max(MIN_DELAY_SECONDS, source.posts.least_delay_seconds if source.posts else 0.0)
        if source.delay_seconds < least and not settings.allow_loopback:
            problem = f"{source.delay_seconds:g} is too short: at least {least:g} second"
            raise SourceFileError(f"source {source.name}", 0, "delay_seconds", problem)
    for source in sources:
        store.save_source(source.source)
    evidence = EvidenceWriter(settings.home)
    started = time.monotonic()
    try:
        reports = _run(settings, store, sources, evidence)
    finally:
        evidence.close()
    return CrawlReport(tuple(reports), time.monotonic() - started)


def _run(
    settings: Settings, store: Sink, sources: Sequence[SourceFile], evidence: EvidenceWriter
) -> list[SourceReport]:
    process = AsyncCrawlerProcess(ScrapySettings(process_settings(settings)))
    locks: dict[str, asyncio.Lock] = {}
    stopping = asyncio.Event()

    async def one(source: SourceFile) -> SourceReport:
        """Crawl one source once no other spider is on any of its hosts."""
        context = CrawlContext(
            source,
            store,
            evidence,
            settings.allow_loopback,
            pseudonym_key=settings.pseudonym_key,
            since=store.crawls.last_success(source.name),
        )
        held = [locks.setdefault(host, asyncio.Lock()) for host in sorted(source.hosts)]
        for lock in held:
            await lock.acquire()
        started, began = time.monotonic(), datetime.now(UTC)
        crawler = Crawler(
            spider_of(source), ScrapySettings(source_settings(settings, source)), init_reactor=False
        )
        try:
            if stopping.is_set():
                context.tally.stopped = True
            else:
                await process.crawl(crawler, context=context)
            if context.tally.stopped:
                stopping.set()
        finally:
            for lock in held:
                lock.release()
        report = _report(source, context.tally, crawler, time.monotonic() - started)
        store.crawls.save(_run_of(report, context.tally, began))
        return report

    async def every() -> list[SourceReport]:
        from twisted.internet import reactor

        try:
            return await asyncio.gather(*(one(source) for source in sources))
        finally:
            with suppress(ReactorNotRunning):  # a signal has stopped it already
                reactor.stop()  # type: ignore[misc]

    loop = asyncio.get_event_loop()
    task = loop.create_task(every())
    process.start(stop_after_crawl=False)
    if not task.done():
        loop.run_until_complete(task)
    return task.result()


def _run_of(report: SourceReport, tally: Tally, began: datetime) -> CrawlRun:
    opened = Robots.OPEN if tally.lists else Robots.UNASKED
    return CrawlRun(
        source=report.source,
        started_at=began,
        ended_at=datetime.now(UTC),
        outcome=Outcome.STOPPED if tally.stopped else Outcome.DONE,
        items=tally.items,
        revised=tally.revised,
        fact_checks=tally.fact_checks,
        errors=tally.errors,
        requests=report.requests,
        lists=tally.lists,
        lists_failed=tally.lists_failed,
        listed=tally.listed,
        newest_at=tally.newest_at,
        pages=tally.pages,
        unread=tally.unread,
        untitled=tally.untitled,
        undated=tally.undated,
        drift=tally.drift,
        whole=not tally.lists_cut,
        robots=tally.robots or opened,
        problem=tally.problem,
    )


def _report(source: SourceFile, tally: Tally, crawler: Crawler, seconds: float) -> SourceReport:
    def count(key: str) -> int:
        return int(crawler.stats.get_value(key, 0)) if crawler.stats is not None else 0

    return SourceReport(
        source=source.name,
        items=tally.items,
        revised=tally.revised,
        unchanged=tally.unchanged,
        fact_checks=tally.fact_checks,
        errors=tally.errors,
        withheld=tally.withheld,
        not_modified=count("httpcache/revalidate"),
        requests=count("downloader/request_count"),
        seconds=seconds,
        stopped=tally.stopped,
        drift=tally.drift,
        gone=tally.gone,
        left=count(LEFT),
    )
