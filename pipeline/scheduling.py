"""The loop that crawls each source when it is due, beside any number of others on the same record.

Owns: taking what is due, one process a source, leases renewed while it lives, what follows its end,
and stopping. Leaves the rules to `kentongan.due`, leases to `store.schedule`, processes to
`collecting`. What fails in one round is said and tried again in the next.
"""

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import wait
from random import Random
from threading import Event
from time import monotonic, sleep

import structlog

from crawler.run import CrawlReport
from crawler.source_file import SourceFile
from kentongan.collecting import CrawlRun, Outcome
from kentongan.due import next_due
from kentongan.errors import KentonganError
from kentongan.ids import new_id
from kentongan.settings import Settings
from kentongan.store import Store
from kentongan.store.schedule import Plan, Taking
from pipeline.after_crawl import calling_after
from pipeline.collecting import GRACE_SECONDS, CrawlProcess
from pipeline.readings import Crawled, Ended, Reading, outcome_of

_TICK_SECONDS = 0.5  # within which a stop and the end of a crawl are noticed
_MAX_PAUSE_SECONDS = 15.0  # well below a lease: a restarted database finds the crawls still ours
_GIVE_BACK_TRIES = 3

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often, how long and how much at once."""

    crawls: int = 6  # at once: 36 MB each; of 200 sources in 30 minutes each has 54 s
    lease: timedelta = timedelta(minutes=3)  # how long a source waits for one that was killed
    renew_seconds: float = 20.0  # several tries within a lease
    grace_seconds: float = GRACE_SECONDS
    look_seconds: float = 5.0
    read_seconds: float = 60.0  # until a changed source file is followed
    longest_seconds: float = 2 * 60 * 60.0  # of one crawl; a spider that hangs must not keep its host
    hook_seconds: float = 5 * 60.0


@dataclass(frozen=True, slots=True)
class Round:
    """What came of reading each source once."""

    report: CrawlReport  # of those that reported, in the order given
    skipped: tuple[str, ...]  # others were reading them
    died: Mapping[str, str]  # and why


class Scheduler:
    """One crawling process's part of the work; call `run` or `run_once`, from one thread.

    `read_files` returns the sources as they are now, `crawled` is told of each crawl, `after_crawl`
    is called in a thread of its own after each and at least every five minutes.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        read_files: Callable[[], Sequence[SourceFile]],
        random: Random,
        *,
        pace: Pace = Pace(),
        crawled: Callable[[Crawled], None] = lambda crawled: None,
        after_crawl: Callable[[], object] = lambda: None,
    ) -> None:
        self._settings, self._store, self._schedule = settings, store, store.schedule
        self._read_files, self._random, self._pace = read_files, random, pace
        self._tell, self._after_crawl = crawled, after_crawl
        self.owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{new_id()}"
        self._files: dict[str, SourceFile] = {}  # of the active sources
        self._intervals: dict[str, timedelta] = {}  # of those that left meanwhile too
        self._running: dict[str, Reading] = {}
        self._ended: dict[str, Ended] = {}  # and not yet in the record
        self._hook: Callable[[], object] = after_crawl
        self._read_at = self._look_at = self._renew_at = self._again_at = 0.0
        self._failures = 0

    def run(self, stop: Event) -> None:
        """Crawl what is due until `stop` is set; then end what is under way, in bounded time."""
        with calling_after(self._after_crawl, self._pace.hook_seconds) as self._hook:
            try:
                while not stop.is_set():
                    self._wait(stop)
                    self._try_round()
            finally:
                self._end()

    def run_once(self, files: Sequence[SourceFile], stop: Event) -> Round:
        """Read each of the sources now, due or not, but for those that others are reading.

        Raises StoreError; what is under way then ends as when `stop` is set.
        """
        started, told = monotonic(), self._tell
        done: dict[str, Crawled] = {}
        skipped: list[str] = []

        def keep(crawled: Crawled) -> None:
            done[crawled.source] = crawled
            told(crawled)

        self._tell = keep
        waiting = {file.name: file for file in files}
        with calling_after(self._after_crawl, self._pace.hook_seconds) as self._hook:
            try:
                while (waiting or self._running or self._ended) and not stop.is_set():
                    self._settle()
                    self._renew()
                    if monotonic() >= self._read_at:  # and again: another's plan may drop an inactive one
                        self._plan(files)
                        self._read_at = monotonic() + self._pace.read_seconds
                    taking = self._take(waiting, due_or_not=True)
                    skipped += (name for name in waiting if name in taking.elsewhere)
                    gone = {*taking.taken, *taking.elsewhere}
                    waiting = {name: file for name, file in waiting.items() if name not in gone}
                    self._wait(stop)
                    self._collect()
            finally:
                self._end()
        self._schedule.remove([file.name for file in files if not file.active])
        reports = [c.report for f in files if (c := done.get(f.name)) is not None and c.report is not None]
        died = {name: crawled.problem for name, crawled in done.items() if crawled.report is None}
        return Round(CrawlReport(tuple(reports), monotonic() - started), tuple(skipped), died)

    def _try_round(self) -> None:
        try:
            self._collect()
            if monotonic() < self._again_at:
                return
            self._settle()
            self._renew()
            if monotonic() >= self._read_at:
                self._read()
            self._take(self._files)
            self._failures = 0
        except KentonganError as exc:
            log.error("failed", what="crawl", problem=str(exc))
            self._pause()
        except Exception:
            log.exception("failed", what="crawl")
            self._pause()

    def _pause(self) -> None:
        self._failures += 1
        self._again_at = monotonic() + min(2.0 ** (self._failures - 1), _MAX_PAUSE_SECONDS)

    def _wait(self, stop: Event) -> None:
        if not self._running:
            stop.wait(_TICK_SECONDS)
        elif not stop.is_set():
            wait([reading.process.answer for reading in self._running.values()], _TICK_SECONDS)

    def _collect(self) -> None:
        """Take in what came of the processes that ended; end those that go on for too long."""
        for name, reading in list(self._running.items()):
            if reading.process.answer.poll():
                del self._running[name]
                crawled = outcome_of(name, reading.process)
                stopped = crawled.report is not None and crawled.report.stopped
                self._ended[name] = Ended(reading.began, crawled, stopped and not reading.told_to_end)
                self._look_at = 0.0  # there is room, and a host may be free
            elif monotonic() - reading.since > self._pace.longest_seconds and not reading.told_to_end:
                log.error("crawl takes too long", source=name)
                reading.told_to_end = True
                reading.process.stop()

    def _settle(self, stopping: bool = False) -> None:
        """Keep what came of the crawls that ended, each in a transaction of its own."""
        for name, ended in list(self._ended.items()):
            at, crawled = self._schedule.clock(), ended.crawled
            if ended.interrupted:
                self._schedule.give_back(self.owner, [name])
            elif stopping and crawled.report is None:
                run = CrawlRun(name, ended.began, at, Outcome.STOPPED, problem=crawled.problem)
                self._store.crawls.save(run)
                self._schedule.give_back(self.owner, [name])
            elif crawled.report is not None:
                due_at = next_due(self._intervals[name], ended.began, at, self._random)
                self._schedule.finish(self.owner, name, due_at)
            else:
                run = CrawlRun(name, ended.began, at, Outcome.DIED, problem=crawled.problem)
                self._schedule.fail(self.owner, run, at)
                log.error("crawl died", source=name, problem=crawled.problem)
            del self._ended[name]
            self._hook()
            self._say(crawled)

    def _say(self, crawled: Crawled) -> None:
        try:
            self._tell(crawled)
        except Exception:
            log.exception("failed", what="telling of a crawl")  # whoever listened has gone

    def _renew(self) -> None:
        held = [*self._running, *self._ended]
        if not held or monotonic() < self._renew_at:
            return
        asked = monotonic()
        ours = self._schedule.renew(self.owner, held, self._schedule.clock(), self._pace.lease)
        for name, reading in self._running.items():
            if name in ours:
                reading.process.go_on(self._left(asked))
            elif not reading.lost:
                log.error("lease lost", source=name)
                reading.lost = True
                reading.process.stop()
        self._renew_at = asked + self._pace.renew_seconds

    def _left(self, asked: float) -> float:
        """Return how many seconds a lease lasts yet that was asked for then."""
        return self._pace.lease.total_seconds() - (monotonic() - asked)

    def _read(self) -> None:
        """Follow what the source files say now; a file that cannot be read leaves all as it was."""
        self._read_at = monotonic() + self._pace.read_seconds
        files = self._read_files()
        active = [file for file in files if file.active]
        self._plan(active, [file.name for file in files if not file.active])
        self._files = {file.name: file for file in active}

    def _plan(self, files: Sequence[SourceFile], inactive: Sequence[str] = ()) -> None:
        recorded = {source.name: source for source in self._store.items.sources()}
        plans = [Plan(file.name, file.hosts, timedelta(minutes=file.source.every_minutes)) for file in files]
        for file in files:
            if file.name not in recorded:
                self._store.collector.save_source(file.source)
        self._schedule.plan(plans, self._schedule.clock(), self._random, inactive)
        for file in files:  # after the plan, which sees what changed
            if recorded.get(file.name, file.source) != file.source:
                self._store.collector.save_source(file.source)
        self._intervals |= {plan.source: plan.every for plan in plans}

    def _take(self, wanted: Mapping[str, SourceFile], due_or_not: bool = False) -> Taking:
        room = self._pace.crawls - len(self._running)
        if monotonic() < self._look_at or room <= 0:
            return Taking((), frozenset())
        asked, at = monotonic(), self._schedule.clock()
        known = {name: self._intervals[name] for name in wanted if name not in self._ended}
        taking = self._schedule.take(
            self.owner, known, at=at, lease=self._pace.lease, room=room, due_or_not=due_or_not
        )
        self._look_at = monotonic() + self._pace.look_seconds
        for name in taking.taken:
            self._begin(wanted[name], at, self._left(asked))
        return taking

    def _begin(self, file: SourceFile, at: datetime, seconds: float) -> None:
        try:
            process = CrawlProcess(self._settings, [file], seconds, self._pace.grace_seconds)
        except (OSError, EOFError) as exc:  # no memory, no process left
            self._ended[file.name] = Ended(at, Crawled(file.name, None, f"could not be started: {exc}"))
        else:
            self._running[file.name] = Reading(process, at, monotonic())

    def _end(self) -> None:
        """End every crawl, what was fetched being saved, and give back what is not through."""
        for reading in self._running.values():
            reading.process.stop()
        for seconds in (self._pace.grace_seconds, _TICK_SECONDS):
            until = monotonic() + seconds
            while self._running and monotonic() < until:
                wait([reading.process.answer for reading in self._running.values()], _TICK_SECONDS)
                self._collect()
            for reading in self._running.values():
                reading.process.kill()
        for left in reversed(range(_GIVE_BACK_TRIES)):
            try:
                self._settle(stopping=True)
                self._schedule.give_back(self.owner, list(self._running))
                break
            except KentonganError as exc:
                # Nobody waits for long: a lease that is not given back runs out.
                log.error("leases not given back", problem=str(exc), tries_left=left)
                sleep(1.0 if left else 0.0)
