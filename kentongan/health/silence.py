"""How unlikely a silence is, and whether the lists went on without us.

What is due is what the rhythm says, times the level of the last three days: so a holiday week at a third of
the usual yield stretches what is plausible by itself. No item over a time that brings `due` has the
chance (1 + due / steadiness) ** -steadiness, the zero of a negative binomial: a Poisson count knows no bad
days, and would call each of them an alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kentongan.collecting import CrawlRun
from kentongan.health.rhythm import Rhythm
from kentongan.health.values import Finding, Interval, Trouble

UNUSUAL = 0.05  # below this a silence is told as unusual, without an alarm
_RECENT_SECONDS = 3 * 86_400
_RECENT_WEIGHT = 0.5  # of what came lately: yesterday says something of today, not all
_FALSE_ALARMS_YEARLY = 1.0  # of a source that keeps to its rhythm and is silent by chance
_DAYS_YEARLY = 365
_MISS_CHANCE = 1e-3
_LEAST_ADVANCES = 5
_CLOCK_SLACK = timedelta(hours=1)  # a list's dates may be ahead of ours by so much


@dataclass(frozen=True, slots=True)
class Silence:
    """The time since something new was kept; `due` items were to be expected in it."""

    since: datetime
    due: float
    chance: float  # of none, 0 to 1


def present_silence(rhythm: Rhythm, intervals: Sequence[Interval]) -> Silence | None:
    """Return how long nothing new came, counted over the times that crawls covered; None without any."""
    if not intervals:
        return None
    quiet = 0
    while quiet < len(intervals) and not intervals[-1 - quiet].found:
        quiet += 1
    begun = intervals[-quiet - 1].end if quiet < len(intervals) else intervals[0].start
    due = level(rhythm, intervals, begun) * sum(
        rhythm.expected(i.start, i.end) for i in intervals[len(intervals) - quiet :]
    )
    return Silence(datetime.fromtimestamp(begun, UTC), due, chance_of_none(rhythm, due))


def level(rhythm: Rhythm, intervals: Sequence[Interval], before: float) -> float:
    """Return by how much more or less than its rhythm a source brought in the days before a moment."""
    came = due = 0.0
    for interval in reversed(intervals):
        if interval.end <= before - _RECENT_SECONDS:
            break
        if interval.end <= before:
            came += interval.found
            due += rhythm.expected(max(interval.start, before - _RECENT_SECONDS), interval.end)
    weight = _RECENT_WEIGHT / rhythm.batch
    return (rhythm.steadiness + weight * came) / (rhythm.steadiness + weight * due)


def chance_of_none(rhythm: Rhythm, due: float) -> float:
    """Return the chance that nothing came where `due` items were to be expected."""
    return float((1 + due / rhythm.batch / rhythm.steadiness) ** -rhythm.steadiness)


def alarm_chance(rhythm: Rhythm) -> float:
    """Return the chance below which a silence is an alarm: there is one silence after each item."""
    silences = max(1.0, rhythm.daily / rhythm.batch) * _DAYS_YEARLY
    return _FALSE_ALARMS_YEARLY / silences


def find_silence(
    rhythm: Rhythm, intervals: Sequence[Interval], well: Sequence[CrawlRun]
) -> tuple[Finding | None, float]:
    """Return what is wrong with the yield, if anything, and the chance of the present silence.

    `well` are the last crawls that read the lists, oldest first.
    """
    silence = present_silence(rhythm, intervals)
    if silence is None or not well:
        return None, 1.0
    dates = [run.newest_at for run in well if run.newest_at and run.newest_at <= run.ended_at + _CLOCK_SLACK]
    newest = max(dates, default=None)
    if newest is not None and not any(interval.found for interval in intervals):
        # Nothing was new since the first crawl: the list may have stood still long before it.
        silence = _since(rhythm, newest, well[-1].started_at)
    if silence.chance >= alarm_chance(rhythm):
        return _passed_by(well), silence.chance
    stands_still = newest is not None and newest <= silence.since + _CLOCK_SLACK
    detail = (
        f"nothing new since {silence.since:%Y-%m-%d %H:%M} UTC, while {silence.due:.1f} items were to be "
        f"expected: the chance of that is {silence.chance:.1g}"
    )
    if newest is not None:
        detail += f"; the newest entry of its lists is of {newest:%Y-%m-%d %H:%M} UTC"
    kind = Trouble.STALE if stands_still else Trouble.SILENT
    return Finding(kind, silence.since, detail), silence.chance


def _since(rhythm: Rhythm, begun: datetime, until: datetime) -> Silence:
    due = rhythm.expected(begun.timestamp(), until.timestamp())
    return Silence(begun, due, chance_of_none(rhythm, due))


def _passed_by(well: Sequence[CrawlRun]) -> Finding | None:
    """Find that the lists name newer entries again and again while nothing of them is kept."""
    kept: list[bool] = []
    since: datetime | None = None
    newest: datetime | None = None
    for run in well:
        at = run.newest_at
        if at is None or at > run.ended_at + _CLOCK_SLACK:
            continue
        # What was read and held nothing is `quality`'s to judge, what lost its shape is drift.
        taken = bool(run.items or run.fact_checks or run.revised or run.pages or run.drift)
        if taken:
            since = None
        if newest is not None and at > newest:
            kept.append(taken)
            since = since or (None if taken else run.started_at)
        newest = at if newest is None else max(at, newest)
    missed = next((n for n, one in enumerate(reversed(kept)) if one), len(kept))
    before = kept[: len(kept) - missed]
    if missed < 2 or len(before) < _LEAST_ADVANCES or since is None:
        return None
    usual = (before.count(False) + 0.5) / (len(before) + 5)
    if usual**missed >= _MISS_CHANCE:
        return None
    detail = (
        f"its lists named newer entries {missed} times and nothing of them was taken up; "
        f"before, that happened {before.count(False)} times in {len(before)}"
    )
    return Finding(Trouble.SILENT, since, detail)
