"""The conveyor and the crawler beside the web UI, in threads that end with it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from functools import partial
from random import SystemRandom
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from cli.output import errors
from cli.parts import Parts
from crawler.source_file import SourceFile
from kentongan.errors import KentonganError
from kentongan.ids import new_id
from kentongan.store import Store
from kentongan.store.database import now
from pipeline.alerting.channels import Channels
from pipeline.alerting.delivering import deliver
from pipeline.alerting.looking import Looker
from pipeline.collecting import GRACE_SECONDS
from pipeline.exclusive import sole_worker
from pipeline.health import Watch
from pipeline.mornings import note_morning
from pipeline.narratives import WEEKS, recluster
from pipeline.rounds import look_at_rounds
from pipeline.scheduling import Scheduler
from pipeline.sharing.pushing import push_due

if TYPE_CHECKING:
    from pipeline.work import WorkReport  # which loads the model's libraries

STOPPING = f"stopping: what was fetched is being saved, {GRACE_SECONDS:.0f} s at most; once more ends at once"
WORK_EVERY_SECONDS = 2
WATCH_EVERY_SECONDS = 5 * 60
MORNING_EVERY_SECONDS = 60
ROUNDS_EVERY_SECONDS = 60
ALERT_EVERY_SECONDS = 10 * 60
SEND_EVERY_SECONDS = 20
CLUSTER_EVERY_SECONDS = 24 * 60 * 60
_NEW_SHARE, _NEW_LEAST = 20, 3  # one new claim to so many, and no fewer: then it does not wait for the day
_LOOK_EVERY_SECONDS = 10 * 60
_JOIN_SECONDS = 30

log = structlog.get_logger(__name__)


class _Ended(Exception):
    """The block has ended: what waits is left for the next start."""


@contextmanager
def working_beside(
    parts: Parts, progress: "Callable[[WorkReport], None]" = lambda report: None
) -> Iterator[None]:
    """Work what waits every few seconds until the block ends, and cluster what was grouped.

    Tells `progress` after each batch; the one that is being worked when the block ends is finished.
    Raises AlreadyWorking.
    """
    ended = Event()

    def after_batch(report: "WorkReport") -> None:
        progress(report)
        if ended.is_set():
            raise _Ended

    def work() -> None:
        with suppress(_Ended):
            worker.run_once()

    with sole_worker(parts.store):
        worker = parts.worker(after_batch)
        with (
            _repeating("work", work, WORK_EVERY_SECONDS),
            _clustering(parts.store),
            alerting_beside(parts),
        ):
            try:
                yield
            finally:
                ended.set()


@contextmanager
def crawling_beside(parts: Parts, read_files: Callable[[], Sequence[SourceFile]]) -> Iterator[None]:
    """Read each active source when it is due until the block ends; what is under way then is saved.

    The health of the sources is watched with it.
    """
    stop, watch = Event(), Watch(parts.store)
    scheduler = Scheduler(
        parts.settings, parts.store, read_files, SystemRandom(), after_crawl=lambda: watch.look(now())
    )
    thread = Thread(target=scheduler.run, args=(stop,), name="crawl", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        errors.print(STOPPING)
        thread.join(GRACE_SECONDS + _JOIN_SECONDS)


def watching_beside(parts: Parts) -> AbstractContextManager[None]:
    """Raise and end alarms of sources every few minutes until the block ends."""
    watch = Watch(parts.store)
    return _repeating("health", lambda: watch.look(now()), WATCH_EVERY_SECONDS)


def noting_mornings(parts: Parts) -> AbstractContextManager[None]:
    """Note the top of the queue when it is time for that, until the block ends; beside every web UI."""
    note = partial(note_morning, parts.store, parts.region, parts.settings.home)
    return _repeating("morning", lambda: note(now()), MORNING_EVERY_SECONDS)


def keeping_rounds(parts: Parts) -> AbstractContextManager[None]:
    """Open the rounds of standing orders and raise reminders, until the block ends; beside every web UI."""
    return _repeating(
        "rounds", lambda: look_at_rounds(parts.store, parts.region, now()), ROUNDS_EVERY_SECONDS
    )


@contextmanager
def alerting_beside(parts: Parts) -> Iterator[None]:
    """Look for what is to be told, and send what is due, until the block ends.

    Without a secret key, which opens the addresses, alerts are raised and nothing is sent from here.
    """
    looker = Looker(parts.store, parts.region, parts.settings.home)
    channels = Channels.of(parts.settings)

    def send() -> None:
        if parts.settings.secret_key is not None:
            deliver(parts.store, parts.region, channels, now())
            push_due(parts.store, channels)

    with (
        _repeating("alerts", lambda: looker.look(now()), ALERT_EVERY_SECONDS),
        _repeating("messages", send, SEND_EVERY_SECONDS),
    ):
        yield


def _clustering(store: Store) -> AbstractContextManager[None]:
    """Cluster claims into narratives once at the start, then daily or when enough are new."""
    return _repeating("narratives", Clustering(store).run_if_due, _LOOK_EVERY_SECONDS)


class Clustering:
    """Clusters a record when it is due; what came since the last time is counted, not guessed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._due_at = monotonic()
        self._last = new_id()
        self._enough = _NEW_LEAST

    def run_if_due(self) -> bool:
        """Cluster when a day is over or enough claims are new; tell whether it did."""
        since = now() - timedelta(weeks=WEEKS)
        new = self._store.narratives.count_new(since, self._last)
        if monotonic() < self._due_at and new < self._enough:
            return False
        last = new_id()
        done = recluster(self._store)
        self._due_at, self._last = monotonic() + CLUSTER_EVERY_SECONDS, last
        self._enough = max(_NEW_LEAST, done.claims // _NEW_SHARE)
        return True


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
