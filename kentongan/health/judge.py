"""One source at one moment: everything that is known of it, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.domain import Source
from kentongan.health.quality import find_unread
from kentongan.health.rhythm import Rhythm
from kentongan.health.silence import UNUSUAL, find_silence
from kentongan.health.symptoms import find_drift, find_failing, find_idle, well
from kentongan.health.values import Finding, Health, Interval, PageCounts, State

RECENT = timedelta(days=4)
"""How far back single crawls are looked at; of sources read less than daily, three turns."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows of a source."""

    source: Source
    rhythm: Rhythm
    intervals: Sequence[Interval]  # of the last eight weeks, oldest first
    runs: Sequence[CrawlRun]  # of `RECENT`, oldest first
    past_pages: PageCounts = field(default_factory=PageCounts)  # before `RECENT`
    due_at: datetime | None = None  # when its next crawl is or was due
    last_success_at: datetime | None = None  # as far as is known beyond `runs`


def judge(known: Known, at: datetime) -> Health:
    """Return the health of a source at a moment; crawls that were told to stop say nothing."""
    runs = [run for run in known.runs if run.outcome is not Outcome.STOPPED and run.ended_at <= at]
    read = [run for run in runs if well(run)]
    last = runs[-1].ended_at if runs else known.last_success_at
    findings: list[Finding | None] = []
    chance = 1.0
    if known.source.active:
        silent, chance = find_silence(known.rhythm, known.intervals, read)
        unread = find_unread(runs, known.past_pages, known.rhythm.daily)
        findings = [
            find_idle(known.source, last, known.due_at, at),
            find_failing(runs),
            find_drift(runs),
            unread,
            # Pages that cannot be read are the cause of a silence, not its companion.
            None if unread else silent,
        ]
    found = tuple(finding for finding in findings if finding is not None)
    day = at - timedelta(days=1)
    return Health(
        source=known.source.name,
        state=_state(known.source, found, last, chance),
        findings=found,
        last_crawl_at=last,
        last_success_at=read[-1].ended_at if read else known.last_success_at,
        newest_at=next((run.newest_at for run in reversed(read) if run.newest_at), None),
        robots=next((run.robots for run in reversed(runs) if run.robots), Robots.UNASKED),
        found_day=sum(run.items + run.fact_checks for run in runs if run.ended_at > day),
        expected_day=known.rhythm.expected(day.timestamp(), at.timestamp()),
        quiet_chance=chance,
    )


def _state(source: Source, found: Sequence[Finding], last: datetime | None, chance: float) -> State:
    if not source.active:
        return State.INACTIVE
    if found:
        return State.UNHEALTHY
    if last is None:
        return State.UNKNOWN
    return State.QUIET if chance < UNUSUAL else State.HEALTHY
