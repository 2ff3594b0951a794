"""The conveyor and the crawler beside the web UI, in threads that end with it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

import structlog

from cli.parts import Parts
from crawler.source_file import SourceFile
from kentongan.errors import KentonganError
from pipeline.collecting import crawl_apart
from pipeline.exclusive import sole_worker
from pipeline.work import Worker

WORK_EVERY_SECONDS = 2
CRAWL_EVERY_SECONDS = 15 * 60
_JOIN_SECONDS = 30

log = structlog.get_logger(__name__)


@contextmanager
def working_beside(parts: Parts) -> Iterator[None]:
    """Work what waits every few seconds until the block ends. Raises AlreadyWorking."""
    with sole_worker(parts.store):
        worker = Worker(parts.store, parts.index, parts.assessor, parts.matcher)
        with _repeating("work", lambda: worker.run_once(), WORK_EVERY_SECONDS):
            yield


@contextmanager
def crawling_beside(parts: Parts, sources: Sequence[SourceFile]) -> Iterator[None]:
    """Read the active sources every quarter of an hour until the block ends."""
    active = [source for source in sources if source.active]
    with _repeating("crawl", lambda: crawl_apart(parts.settings, active), CRAWL_EVERY_SECONDS):
        yield


@contextmanager
def _repeating(name: str, act: Callable[[], object], every_seconds: float) -> Iterator[None]:
    ended = Event()

    def loop() -> None:
        while not ended.is_set():
            try:
                act()
            except KentonganError as exc:
                # Said, and tried again next time: what waits is in the record.
                log.error("failed", what=name, problem=str(exc))
            except Exception:
                log.exception("failed", what=name)
            ended.wait(every_seconds)

    thread = Thread(target=loop, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_JOIN_SECONDS)
