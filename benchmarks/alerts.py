"""How early a burst is told beside published checks, and how often falsely, with two plain rules beside.

Run: `python -m benchmarks alerts`. A replay of real posts, day by day, on the development data
(KENTONGAN_SHARED); where that is absent it is left out and says so. `_alert_posts` says which dates can be
used: the day of uploading that the prose of a check names. Each day the posts of the last nine weeks are
grouped anew by the product's own grouping of narratives, which knows nothing of later days, and each group
is judged at the end of the day: the newest day beside 28 before, and the newest week beside eight before.

A true alert comes before the first check of any post of its newest week; its lead is counted from the end
of its day to the beginning of the day of the check, so it is the least that it can have been. "fresh"
are those of them where no check of any post of the whole group was out either. An alert whose posts were
checked already is late. Every post of this stream was checked in the end, so an alert cannot be false in
it; false alarms are measured where they can be: the same posts with their days of uploading shuffled, the
number of each day kept, in which there are no bursts but by chance; and dated political posts that nobody
checked, a part of them, those that the shipped model flags. What is missing: hours, the posts that nobody
checked in the stream of the checked ones, and reposts, for which a check names one upload only.

The bounds are chosen anew, in this run, on the days up to HALF alone: of GRID the rule with most alerts
before the first check less those that chance gives there. What that rule and the shipped bounds do later is
told apart. The shipped bounds are older than this split and saw all of the period.

Peers: "fixed": so many items in the newest week; "mean + 3 sd": of the weeks before, at least three items.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from statistics import fmean, median, pstdev
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks._alert_posts import Post, checked_posts, ordinary_posts
from classifier.artefact import DEFAULT_NAME, load_artefact
from classifier.assess import Assessor
from kentongan.alerting.judge import judge
from kentongan.alerting.timing import COOL_DOWN
from kentongan.alerting.values import DEFAULT, Counted, Watched
from kentongan.alerting.values import Rule as Bounds
from kentongan.domain import ClaimId
from kentongan.settings import PROJECT_ROOT
from pipeline.narrative_words import read_words
from pipeline.narratives import ClaimPoint, find_themes

BEGINS, ENDS = date(2024, 9, 1), date(2025, 10, 31)  # outside there are a few posts a month
HALF = date(2025, 3, 31)  # bounds are chosen on the days up to here and told of on those after
SHUFFLES = 2
BACK = 63  # days: a week and eight before
_EVERY = 4  # of the unchecked posts one in so many goes through the model
_DAY = timedelta(days=1)
Rule = Callable[["Seen"], bool]


@dataclass(frozen=True)
class Seen:
    """What a rule sees of a group at the end of a day: its posts and all posts, by days before it."""

    own: Counter[int]
    voices: tuple[int, int]  # of the newest day, of the newest week
    all: Counter[int]
    groups: int

    def weeks(self) -> list[int]:
        """Return the group's number by week, the newest first."""
        return [sum(self.own[7 * week + day] for day in range(7)) for week in range(BACK // 7)]


def ours(bounds: Bounds) -> Rule:
    return lambda seen: any(
        judge(_counted(seen, step, number), _watched(seen, step, number), seen.groups, bounds) is not None
        for step, number in ((1, 28), (7, 8))
    )


def fixed(least: int) -> Rule:
    return lambda seen: seen.weeks()[0] >= least


def three_deviations(seen: Seen) -> bool:
    newest, *before = seen.weeks()
    return newest >= 3 and newest > fmean(before) + 3 * pstdev(before)


RULES: Mapping[str, Rule] = {
    "ours": ours(DEFAULT),
    "fixed 3": fixed(3),
    "fixed 5": fixed(5),
    "mean + 3 sd": three_deviations,
}


GRID: Mapping[str, Rule] = {
    f"{items} posts, {times} times, {false} false": ours(
        replace(DEFAULT, least_items=items, least_voices=min(items, 3), least_times=times, false_a_week=false)
    )
    for items, times, false in product((3, 4, 5), (1.5, 2.0, 3.0), (0.25, 0.5, 1.0, 2.0))
}


def _steps(days: Counter[int], step: int, number: int) -> list[int]:
    return [sum(days[step * at + day] for day in range(step)) for at in range(number + 1)]


def _counted(seen: Seen, step: int, number: int) -> Counted:
    newest, *before = _steps(seen.own, step, number)
    return Counted(newest, seen.voices[step > 1], before)


def _watched(seen: Seen, step: int, number: int) -> Watched:
    newest, *before = _steps(seen.all, step, number)
    return Watched(newest, float(step), before, [float(step)] * number)  # nothing says when nobody looked


@dataclass(frozen=True)
class Told:
    """An alert: its day, the posts of its newest week, and those of its whole group."""

    day: date
    newest: frozenset[int]
    group: frozenset[int]


class Replay:
    """Posts in the order of their days, with what each means, and the groups of every day."""

    def __init__(self, posts: Sequence[Post], points: Sequence[ClaimPoint]) -> None:
        self._posts, self._points = posts, points

    def run(self, begins: date, ends: date, rules: Mapping[str, Rule] = RULES) -> dict[str, list[Told]]:
        """Return what each rule tells of. One event is one alert: a group that shares a post with one that
        was told of, and for which the rule held since within the cool-down, is the same."""
        told: dict[str, list[Told]] = {name: [] for name in rules}
        held: dict[str, list[tuple[date, set[int]]]] = {name: [] for name in rules}
        for number in range((ends - begins).days + 1):
            day = begins + number * _DAY
            groups, everything = self._groups(day)
            for group in groups:
                seen = self._seen(group, day, everything, len(groups))
                for name, rule in rules.items():
                    if rule(seen):
                        self._tell(told[name], held[name], group, day)
        return told

    def _groups(self, day: date) -> tuple[list[list[int]], Counter[int]]:
        here = [at for at, post in enumerate(self._posts) if 0 <= (day - post.day).days < BACK]
        themes = find_themes([self._points[at] for at in here])
        groups = [[int(claim.int) for claim in theme.claims] for theme in themes]
        return groups, Counter((day - self._posts[at].day).days for at in here)

    def _seen(self, group: Sequence[int], day: date, everything: Counter[int], groups: int) -> Seen:
        ages = {at: (day - self._posts[at].day).days for at in group}
        voices = [len({self._posts[at].voice for at, age in ages.items() if age < days}) for days in (1, 7)]
        return Seen(Counter(ages.values()), (voices[0], voices[1]), everything, groups)

    def _tell(
        self, told: list[Told], held: list[tuple[date, set[int]]], group: Sequence[int], day: date
    ) -> None:
        newest = frozenset(at for at in group if (day - self._posts[at].day).days < 7)
        for number, (when, posts) in enumerate(held):
            if posts & newest and day - when < COOL_DOWN + 7 * _DAY:
                held[number] = (day, posts | newest)
                return
        held.append((day, set(newest)))
        told.append(Told(day, newest, frozenset(group)))


def main() -> dict[str, Any]:
    """Return leads and false alarms a week by rule, and print them."""
    data = Path(os.environ.get("KENTONGAN_SHARED") or PROJECT_ROOT.parent / "shared") / "data"
    if not data.is_dir():
        print("left out, no development data here (KENTONGAN_SHARED)")
        return {"left_out": "no development data"}
    assessor = Assessor(load_artefact(PROJECT_ROOT / "models" / DEFAULT_NAME))
    checked = [post for post in checked_posts(data) if BEGINS - BACK * _DAY <= post.day <= ENDS]
    points = points_of(checked, assessor.embed([post.text for post in checked]))
    figures: dict[str, Any] = {"posts": len(checked), "weeks": (ENDS - BEGINS).days // 7}
    told = Replay(checked, points).run(BEGINS, ENDS, {**RULES, **GRID})
    figures["checked"] = {name: leads(checked, told[name]) for name in RULES}
    for name, figure in figures["checked"].items():
        print(f"checked posts   {name:12} {figure}", flush=True)
    figures["split"] = _split(checked, points, told)
    for name, missed in (("shuffled_false_a_week", False), ("shuffled_and_missed_false_a_week", True)):
        figures[name] = shuffled(checked, points, (BEGINS, ENDS), RULES, missed)
        print(name, figures[name], flush=True)
    figures["unchecked"] = _unchecked(data, assessor)
    print("unchecked posts", figures["unchecked"], flush=True)
    return figures


def _split(
    posts: Sequence[Post], points: Sequence[ClaimPoint], told: Mapping[str, Sequence[Told]]
) -> dict[str, Any]:
    """Return what the bounds chosen on the earlier days do on the later ones, the shipped ones beside."""
    early = [at for at, post in enumerate(posts) if post.day <= HALF]
    some, meant = [posts[at] for at in early], [points[at] for at in early]  # ids stay: a prefix, by day
    chance = shuffled(some, meant, (BEGINS, HALF), GRID)
    weeks = (HALF - BEGINS).days / 7

    def gain(name: str) -> float:
        before = leads(posts, [one for one in told[name] if one.day <= HALF], (BEGINS, HALF))
        return float(before["true"]) - chance[name] * weeks

    chosen = max(GRID, key=gain)
    late = [at for at, post in enumerate(posts) if post.day > HALF - BACK * _DAY]
    later = {"chosen": GRID[chosen], **RULES}
    again = [replace(points[at], id=ClaimId(UUID(int=new))) for new, at in enumerate(late)]
    false = shuffled([posts[at] for at in late], again, (HALF + _DAY, ENDS), later)
    found: dict[str, Any] = {"chosen": chosen, "gain": round(gain(chosen), 1)}
    for name, source in {"chosen": chosen, **{name: name for name in RULES}}.items():
        after = [one for one in told[source] if one.day > HALF]
        found[name if name != "chosen" else "chosen_later"] = {
            **leads(posts, after, (HALF, ENDS)),
            "shuffled_false_a_week": false[name],
        }
    for name, figure in found.items():
        print(f"  chosen until {HALF}, later: {name:12} {figure}", flush=True)
    return found


def points_of(posts: Sequence[Post], embeddings: Sequence[bytes]) -> list[ClaimPoint]:
    """Return the posts as the grouping of narratives takes them; the id is the place in the list."""
    return [
        ClaimPoint(ClaimId(UUID(int=at)), np.frombuffer(raw, "<f2").astype(np.float32), read_words(post.text))
        for at, (post, raw) in enumerate(zip(posts, embeddings, strict=True))
    ]


def leads(
    posts: Sequence[Post], alerts: Sequence[Told], span: tuple[date, date] = (BEGINS, ENDS)
) -> dict[str, Any]:
    """Return alerts a week in a span, how many came before the first check, and by how much."""
    early, fresh = [], []
    for alert in alerts:
        first = min(posts[at].checked_on or date.max for at in alert.newest)
        hours = 24 * (first - alert.day - _DAY).days
        if first > alert.day:
            early.append(hours)
            if all((posts[at].checked_on or date.max) > alert.day for at in alert.group):
                fresh.append(hours)
    weeks = (span[1] - span[0]).days / 7
    return {
        "alerts_a_week": round(len(alerts) / weeks, 2),
        "true": len(early),
        "late": len(alerts) - len(early),
        "median_lead_hours": median(early) if early else None,
        "fresh": len(fresh),
        "fresh_median_lead_hours": median(fresh) if fresh else None,
        "unchecked_posts_share": round(
            fmean((posts[at].checked_on or date.max) > a.day for a in alerts for at in a.newest), 2
        ) if alerts else None,
    }  # fmt: skip


def shuffled(
    posts: Sequence[Post],
    points: Sequence[ClaimPoint],
    span: tuple[date, date],
    rules: Mapping[str, Rule],
    missed: bool = False,
    seeds: int = SHUFFLES,
) -> dict[str, float]:
    """Return alerts a week where there are no bursts but by chance.

    With `missed` every second span of four weeks is one in which seven of ten posts were not collected.
    """
    counts: Counter[str] = Counter()
    for seed in range(seeds):
        chance = np.random.default_rng(seed)
        days = [posts[at].day for at in chance.permutation(len(posts))]
        moved = [replace(post, day=day) for post, day in zip(posts, days, strict=True)]
        lost = [
            missed and (post.day - BEGINS).days // 28 % 2 == 0 and chance.random() < 0.7 for post in moved
        ]
        kept = [at for at, gone in enumerate(lost) if not gone]
        again = [replace(points[at], id=ClaimId(UUID(int=new))) for new, at in enumerate(kept)]
        for name, alerts in Replay([moved[at] for at in kept], again).run(*span, rules).items():
            counts[name] += len(alerts)
    weeks = (span[1] - span[0]).days / 7
    return {name: round(counts[name] / weeks / seeds, 2) for name in rules}


def _unchecked(data: Path, assessor: Assessor) -> dict[str, Any]:
    """Return alerts a week on political posts that nobody checked: those that the model flags."""
    figures: dict[str, Any] = {}
    for begins, ends in _runs(ordinary_posts(data)):
        some = [post for post in ordinary_posts(data)[::_EVERY] if begins <= post.day <= ends]
        found = assessor.assess([post.text for post in some], only_labels=False)
        flagged = [(post, one.embedding) for post, one in zip(some, found, strict=True) if one.flagged]
        posts = [post for post, _ in flagged]
        told = Replay(posts, points_of(posts, [raw for _, raw in flagged])).run(begins + 7 * _DAY, ends)
        weeks = max(1, (ends - begins).days - 7) / 7
        figures[f"{begins} to {ends}"] = {
            "posts": len(some),
            "flagged": len(posts),
            "false_a_week": {name: round(len(alerts) / weeks, 2) for name, alerts in told.items()},
        }
    return figures


def _runs(posts: Sequence[Post]) -> Iterator[tuple[date, date]]:
    """Yield the spans of days with posts, of more than two weeks; a pause of a week ends one."""
    days = sorted({post.day for post in posts})
    begins = days[0]
    for day, after in zip(days, [*days[1:], date.max], strict=True):
        if (after - day).days > 7:
            if (day - begins).days > 14:
                yield begins, day
            begins = after


if __name__ == "__main__":
    main()
