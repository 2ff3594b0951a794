"""What single crawls tell, and when enough of them tell the same.

One failed crawl is a blip: servers restart and are backed up at night, most for less than two hours. A
symptom counts when three crawls in a row had it over two hours, or two over four where crawls are rare;
at half-hourly crawls an alarm is thus raised within three hours of the fault, by day and by night.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from statistics import median

from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.domain import Source
from kentongan.health.values import Finding, Trouble

ENOUGH = ((3, timedelta(hours=2)), (2, timedelta(hours=4)))
"""How many crawls in a row, over how long at least."""
ENOUGH_DEATHS = ((3, timedelta(hours=1)),)
"""Of crawls that died: no backup at night does that, and each try waits longer (`due.BACKOFF`)."""
ENOUGH_DRIFT = ((3, timedelta(hours=1)), (2, timedelta(hours=2)))
"""Of crawls that had a check to read at all: there may be five a day."""
LEAST_IDLE = timedelta(minutes=90)
_MISSED_TURNS, _LATE = 4, timedelta(hours=3)
_FEW_LISTED = 5  # fewer entries than that on most days: none at all is no wonder
_LEAST_DRIFT = 2  # a single check may be odd
_OTHER_SHAPE = ("not a ", "not an ", "no link matches", "drift:")
"""How the crawler's readers begin to say that an answer was something else than a list."""


def well(run: CrawlRun) -> bool:
    """Tell whether a crawl read its source's lists to their end; what is not in them is not there."""
    return run.outcome is Outcome.DONE and run.lists > 0


def trouble_of(run: CrawlRun) -> Trouble | None:
    """Return what kept a crawl from reading all of its source's lists, if anything did."""
    if run.outcome is Outcome.DIED:
        return Trouble.DIED
    if run.robots is Robots.REFUSED:
        return Trouble.ROBOTS_REFUSED
    if run.robots is Robots.UNREACHABLE:
        return Trouble.ROBOTS_UNREACHABLE
    if run.lists_failed or not run.lists:
        answered = any(words in run.problem for words in _OTHER_SHAPE)
        return Trouble.NOT_A_LIST if answered else Trouble.UNREACHABLE
    return None if run.listed else Trouble.EMPTY_LIST


def find_failing(runs: Sequence[CrawlRun]) -> Finding | None:
    """Return what the last crawls in a row failed of; `runs` oldest first, without stopped ones."""
    failing = _last_in_a_row(runs, lambda run: trouble_of(run) is not None)
    kinds = Counter(kind for run in failing if (kind := trouble_of(run)) is not None)
    if not kinds:
        return None
    kind = kinds.most_common(1)[0][0]
    if not _enough(failing, ENOUGH_DEATHS if kind is Trouble.DIED else ENOUGH):
        return None
    if kind is Trouble.EMPTY_LIST and _lists_little(runs[: len(runs) - len(failing)]):
        return None
    return Finding(kind, failing[0].started_at, _told(failing, kinds[kind]))


def find_drift(runs: Sequence[CrawlRun]) -> Finding | None:
    """Return that a fact-checker's pages lost their shape: in every crawl of late that had one to read."""
    speaking = [run for run in runs if run.drift or run.items or run.fact_checks or run.revised]
    drifting = _last_in_a_row(speaking, lambda run: run.drift > 0 and not (run.items or run.fact_checks))
    count = sum(run.drift for run in drifting)
    if count < _LEAST_DRIFT or not _enough(drifting, ENOUGH_DRIFT):
        return None
    detail = f"{count} pages or answers in {len(drifting)} crawls had another shape than is read"
    return Finding(Trouble.DRIFT, drifting[0].started_at, _with_problem(detail, drifting))


def find_idle(
    source: Source, last_ended: datetime | None, due_at: datetime | None, at: datetime
) -> Finding | None:
    """Return that nobody crawls the source: four turns were missed, or of rare turns one by three hours."""
    turn = timedelta(minutes=source.every_minutes)
    patience = max(LEAST_IDLE, min(_MISSED_TURNS * turn, turn + _LATE))
    if last_ended is None:
        if due_at is None or at - due_at < patience:
            return None
        return Finding(Trouble.NOT_CRAWLED, due_at, f"never read; it was due {_span(at - due_at)} ago")
    if at - last_ended < patience:
        return None
    detail = f"no crawl ended for {_span(at - last_ended)}; one is due every {_span(turn)}"
    return Finding(Trouble.NOT_CRAWLED, last_ended, detail)


def _last_in_a_row(runs: Sequence[CrawlRun], has: Callable[[CrawlRun], bool]) -> Sequence[CrawlRun]:
    start = len(runs)
    while start and has(runs[start - 1]):
        start -= 1
    return runs[start:]


def _enough(runs: Sequence[CrawlRun], enough: Sequence[tuple[int, timedelta]]) -> bool:
    lasted = runs[-1].ended_at - runs[0].started_at if runs else timedelta()
    return any(len(runs) >= count and lasted >= least for count, least in enough)


def _lists_little(before: Sequence[CrawlRun]) -> bool:
    """Tell whether empty lists are no wonder: a search for rare words, or what changed of a small site."""
    listed = [run.listed for run in before if well(run)]
    return bool(listed) and median(listed) < _FEW_LISTED


def _told(failing: Sequence[CrawlRun], like_it: int) -> str:
    others = "" if like_it == len(failing) else f", {len(failing) - like_it} of them otherwise"
    lasted = failing[-1].ended_at - failing[0].started_at
    return _with_problem(f"{len(failing)} crawls in a row over {_span(lasted)} failed{others}", failing)


def _with_problem(detail: str, runs: Sequence[CrawlRun]) -> str:
    problem = next((run.problem for run in reversed(runs) if run.problem), "")
    return f"{detail}: {problem}" if problem else detail


def _span(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.1f} hours"
