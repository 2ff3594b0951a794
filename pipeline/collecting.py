"""Crawling, in a process of its own: Scrapy's reactor runs once in a process's life.

Owns: starting such a process, telling it to go on or to stop, and reading what came of it. Leaves
what is crawled, and when, to `scheduling`. The processes are forked from one that has the crawler's
libraries loaded: a crawl without news takes 0.12 seconds and 35 MB instead of 1.2 and 107, which matters
on an office PC (`benchmarks/_crawl_start.py`).
"""

import gc
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from math import ceil
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
from time import monotonic

from crawler.run import CrawlReport, crawl
from crawler.source_file import SourceFile
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.store import Store
from kentongan.store.database import Database

GRACE_SECONDS = 20.0  # to save what was fetched; a web server that has not answered by then is not waited for
PRELOAD = [  # what every crawl loads; nothing that makes Twisted's reactor, which has to be a crawl's own
    "__main__",
    "pipeline.collecting",
    "crawler.http_cache",
    "crawler.middlewares",
    "crawler.pipelines",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.downloadermiddlewares.robotstxt",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.remote_control",
    "scrapy.squeues",
    "tldextract",
]
_JOIN_SECONDS = 5.0


class CrawlerDied(KentonganError):
    """The crawling process ended before it could report."""


class CrawlFailed(KentonganError):
    """The crawl could not be done; what it had saved stays saved."""


class CrawlProcess:
    """One crawl in a process of its own, that never outlives who started it.

    `seconds` is how long it may go on without being told to: then it stops by itself, and whatever
    it does, the system ends it. None: as long as this process lives. Once it is to stop it has
    `grace_seconds`, out of its time. The tables have to be there.
    """

    def __init__(
        self,
        settings: Settings,
        sources: Sequence[SourceFile],
        seconds: float | None = None,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(PRELOAD)
        listening, self._told = context.Pipe(duplex=False)
        self.answer, answering = context.Pipe(duplex=False)  # readable when there is something to `read`
        self._process: BaseProcess = context.Process(
            target=_crawl,
            args=(settings, list(sources), listening, answering, grace_seconds),
            name="crawl",
            daemon=True,
        )
        try:
            if seconds is not None:
                self._told.send(seconds)
            self._process.start()
        except BaseException:
            self._told.close()
            self.answer.close()
            raise
        finally:
            # The ends of the child: while it alone holds them, the closed pipe says that it is gone.
            listening.close()
            answering.close()

    def go_on(self, seconds: float) -> None:
        """Let it go on for so many seconds from now."""
        with suppress(OSError):  # it is through, or was told to stop
            self._told.send(seconds)

    def stop(self) -> None:
        """Tell it to save what was fetched and end, in bounded time."""
        self._told.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def kill(self) -> None:
        """End it at once."""
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def read(self) -> CrawlReport:
        """Wait for its end and return what came of it.

        Raises CrawlFailed when it says why it could not crawl, CrawlerDied when it was ended.
        """
        try:
            said = self.answer.recv()
        except (EOFError, OSError) as exc:
            raise CrawlerDied("the crawling process was ended before it could report") from exc
        finally:
            self.stop()
            self.answer.close()
            self._process.join(_JOIN_SECONDS)
        if isinstance(said, str):
            raise CrawlFailed(said)
        assert isinstance(said, CrawlReport)
        return said


def crawl_apart(settings: Settings, sources: Sequence[SourceFile]) -> CrawlReport:
    """Read each source once, whoever else may read it, and return what came of it.

    Raises CrawlFailed, and CrawlerDied when the process was killed: what it had saved stays saved.
    """
    process = CrawlProcess(settings, sources)
    try:
        wait([process.answer])
    except BaseException:
        process.stop()
        raise
    return process.read()


def _crawl(
    settings: Settings, sources: list[SourceFile], told: Connection, answer: Connection, grace: float
) -> None:
    gc.freeze()  # or the first collection would make every page that is shared one of its own
    os.setsid()  # Ctrl-C is for the process that started us; it tells us once, and twice would cut us off
    Thread(target=_obey, args=(told, grace), name="obey", daemon=True).start()
    store = Store(Database(settings.database_url))
    try:
        said: CrawlReport | str = crawl(settings, store.collector, sources)
    except KentonganError as exc:
        said = str(exc)
    finally:
        store.close()
    with suppress(BrokenPipeError):  # nobody is there to hear it
        answer.send(said)


def _obey(told: Connection, grace: float) -> None:
    """Stop when told to, when who tells us is gone, and when nothing was heard in time.

    SIGALRM ends the process at the end of its time even if no line of Python runs any more.
    """
    until: float | None = None
    with suppress(EOFError, OSError):
        while told.poll(None if until is None else max(0.0, until - grace - monotonic())):
            seconds: float = told.recv()
            until = monotonic() + seconds
            signal.alarm(ceil(seconds))
    left = grace if until is None else min(grace, until - monotonic())
    signal.alarm(max(1, ceil(left)))
    os.kill(os.getpid(), signal.SIGTERM)
