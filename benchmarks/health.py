"""How soon a source's fault is told, and how often nothing is told falsely, beside two plain rules.

Run: `python -m benchmarks health`, or `python -m benchmarks.health SEEDS`. Outlets are invented
(`tests/outlets.py`): a rhythm by hour and weekday, several articles at once, good and bad days, a
holiday week at 30 %, crawls that fail for an hour at night. Faults begin at any hour of day and night.
Delays are hours from the fault's beginning and, as a fault of articles harms nobody before there is one,
from the first crawl that it changed. "unusual" is when the page first shows anything but "healthy". The
peers see what they are made for, the number of new items: "no item for 24 hours", and a day's count two
standard deviations below the mean of the 28 days before. False alarms are per source and year.

The last part replays real moments of publication, from the address list of one fact-checker in the
development data (KENTONGAN_SHARED); where that is absent it is left out and says so. Articles that were
changed on a later day bear that day's clock in the list: their hour is drawn from those of the others.
"""

import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median, pstdev
from typing import Any

import numpy as np
from sqlalchemy import insert

from kentongan.collecting import CrawlRun
from kentongan.health.values import State
from kentongan.store import open_store
from kentongan.store.schema import CrawlRow
from pipeline.health import watch
from tests.outlets import BEGIN, FAULTS, Fault, Outlet, Watched, crawls, publish, source_of

DAILY = (4, 8, 15, 25, 40, 80)
HISTORY_DAYS, AFTER_DAYS, HEALTHY_DAYS = 57, 7, 84
FROZEN, FROM_LOSS = "list stands still", "ours, from the first loss"
_HOLIDAY = (60, 67)
_ZONE = timedelta(hours=7)
_SITEMAP = Path("data/html/wordpress_turnbackhoax_2025/sitemap_wp-sitemap-posts-post-1.xml")
_ENTRY = re.compile(r"<loc>\s*\S+?/(\d{4})/(\d\d)/(\d\d)/\S+\s*</loc>\s*<lastmod>\s*(\S+)\s*</lastmod>")
_REAL_FROM, _REAL_DAYS = date(2018, 1, 1), 224
Rule = Callable[["Replay", datetime], bool]


@dataclass
class Replay:
    """A source as the rules see it: crawl by crawl."""

    watched: Watched
    last_new: datetime = BEGIN
    days: Counter[date] | None = None

    def add(self, run: CrawlRun) -> None:
        self.days = self.days if self.days is not None else Counter()
        self.watched.add(run)
        if run.items:
            self.last_new = run.ended_at
            self.days[(run.ended_at + _ZONE).date()] += run.items


def ours(replay: Replay, at: datetime) -> bool:
    return bool(replay.watched.judge(at).findings)


def no_item_for_a_day(replay: Replay, at: datetime) -> bool:
    return at - replay.last_new >= timedelta(hours=24)


def low_daily_count(replay: Replay, at: datetime) -> bool:
    yesterday = (at + _ZONE).date() - timedelta(days=1)
    before = [(replay.days or Counter())[yesterday - timedelta(days=n)] for n in range(1, 29)]
    spread = pstdev(before)
    return spread > 0 and ((replay.days or Counter())[yesterday] - fmean(before)) / spread <= -2


PEERS: dict[str, Rule] = {"no item for 24 h": no_item_for_a_day, "z-score of days": low_daily_count}
RULES: dict[str, Rule] = {"ours": ours, **PEERS}


def main(*arguments: int) -> dict[str, Any]:
    """Return delays by fault and false alarms a source-year, and print them."""
    seeds = arguments[0] if arguments else 8
    return {
        "delays": {str(daily): _delays(daily, seeds) for daily in (8, 25, 80)},
        "false_alarms_yearly": {str(daily): _false_alarms(daily, seeds) for daily in DAILY},
        "six_hours_by_day": {str(daily): _six_hours(daily, seeds) for daily in (8, 25, 80)},
        "real": _real(),
        "cost": _cost(),
    }


def _delays(daily: int, seeds: int) -> dict[str, Any]:
    """Return hours to the first alarm for each fault: median, 90 %, the longest, and how many within six."""
    told: dict[str, dict[str, list[float]]] = {}
    for seed in range(seeds):
        begun = _Begun(daily, seed)
        for name in (*FAULTS, FROZEN):
            for rule, hours in begun.fault(FAULTS.get(name)).items():
                told.setdefault(name, {}).setdefault(rule, []).append(hours)
    figures = {name: {rule: _spread(hours) for rule, hours in rules.items()} for name, rules in told.items()}
    for name, rules in figures.items():
        for rule, figure in rules.items():
            print(f"{daily:>3} a day  {name:24} {rule:26} {figure}", flush=True)
    return figures


class _Begun:
    """An outlet's history up to the moment at which something goes wrong."""

    def __init__(self, daily: int, seed: int) -> None:
        chance = np.random.default_rng([seed, daily])
        self._outlet = Outlet(daily)
        self._published = publish(self._outlet, HISTORY_DAYS + AFTER_DAYS, chance)
        self._at = BEGIN + timedelta(days=HISTORY_DAYS - chance.uniform(0, 7))
        self._seeds = [seed, daily, 3]
        self._before = Replay(Watched(source_of(self._outlet)))
        for run in self._crawls():
            if run.started_at < self._at:
                self._before.add(run)

    def _crawls(self, frozen_at: datetime | None = None) -> Iterator[CrawlRun]:
        chance = np.random.default_rng(self._seeds)
        days = HISTORY_DAYS + AFTER_DAYS
        return crawls(self._outlet, self._published, days, chance, frozen_at=frozen_at)

    def fault(self, fault: Fault | None) -> dict[str, float]:
        """Return the hours after which each rule tells; those of seven days where it does not."""
        replay, told, changed = deepcopy(self._before), dict[str, float](), self._at
        for run in self._crawls(None if fault else self._at):
            if run.started_at < self._at:
                continue
            seen = fault(run) if fault and run.lists else run
            if fault and changed == self._at and seen != run:
                changed = run.started_at
            if seen is not None:
                replay.add(seen)
            hours = (run.ended_at - self._at) / timedelta(hours=1)
            if "ours" not in told:
                health = replay.watched.judge(run.ended_at)
                if health.state is not State.HEALTHY:
                    told.setdefault("unusual", hours)
                if health.findings:
                    told["ours"] = hours
                    told[FROM_LOSS] = (run.ended_at - changed) / timedelta(hours=1)
            for name, rule in PEERS.items():
                if name not in told and rule(replay, run.ended_at):
                    told[name] = hours
        return {name: told.get(name, AFTER_DAYS * 24.0) for name in ("unusual", "ours", FROM_LOSS, *PEERS)}


def _spread(hours: Sequence[float]) -> dict[str, float]:
    within = fmean(hour <= 6 for hour in hours)
    return {
        "median": round(median(hours), 1),
        "p90": round(float(np.quantile(hours, 0.9)), 1),
        "max": round(max(hours), 1),
        "within_6h": round(within, 2),
    }


def _false_alarms(daily: int, seeds: int) -> dict[str, Any]:
    """Return how often each rule tells of healthy outlets, without and with a holiday week."""
    told: dict[str, dict[str, float]] = {}
    for when, holiday in (("ordinary weeks", (0, 0)), ("with a holiday week", _HOLIDAY)):
        counts: Counter[str] = Counter()
        for seed in range(seeds):
            outlet = Outlet(
                daily,
                holiday=holiday,
                batch=(1.0, 1.3, 1.8)[seed % 3],
                steadiness=(8, 12, 25)[seed % 3],
                weekend=(0.4, 0.6, 1.0, 0.8)[seed % 4],
            )
            chance = np.random.default_rng([seed, daily, 7])
            published = publish(outlet, HEALTHY_DAYS, chance)
            counts += _told_falsely(outlet, published, HEALTHY_DAYS, chance, expected=seed % 2 == 0)
        years = seeds * HEALTHY_DAYS / 365
        told[when] = {rule: round(counts[rule] / years, 1) for rule in RULES}
        print(f"{daily:>3} a day  false alarms a source-year, {when}: {told[when]}", flush=True)
    return told


def _told_falsely(
    outlet: Outlet, published: Sequence[datetime], days: int, chance: np.random.Generator, expected: bool
) -> Counter[str]:
    replay = Replay(Watched(source_of(outlet, expected)))
    open_now, counts = dict.fromkeys(RULES, False), Counter[str]()
    for run in crawls(outlet, published, days, chance):
        replay.add(run)
        for name, rule in RULES.items():
            tells = rule(replay, run.ended_at) and run.ended_at > BEGIN + timedelta(days=1)
            counts[name] += tells and not open_now[name]
            open_now[name] = tells
    return counts


def _six_hours(daily: int, seeds: int) -> float:
    """Return how often a year a healthy outlet is silent for six hours between seven and nine at night.

    What any rule that tells of every such silence within six hours would tell falsely.
    """
    count = 0
    for seed in range(seeds):
        published = publish(Outlet(daily), HEALTHY_DAYS, np.random.default_rng([seed, daily, 9]))
        for before, after in pairwise(published):
            start = max(before + _ZONE, (before + _ZONE).replace(hour=7, minute=0))
            end = min(after + _ZONE, start.replace(hour=21, minute=0))
            count += end - start >= timedelta(hours=6)
    yearly = round(count / (seeds * HEALTHY_DAYS / 365), 1)
    print(f"{daily:>3} a day  healthy silences of six hours by day, a source-year: {yearly}", flush=True)
    return yearly


def _real() -> dict[str, Any] | str:
    root = Path(os.environ.get("KENTONGAN_SHARED") or Path(__file__).parents[2] / "shared")
    if not (root / _SITEMAP).exists():
        print("real moments: left out, no development data here (KENTONGAN_SHARED)")
        return "left out: no development data"
    chance = np.random.default_rng(5)
    published = _moments((root / _SITEMAP).read_text(encoding="utf-8"), chance)
    outlet = Outlet(len(published) / _REAL_DAYS)
    years = _REAL_DAYS / 365
    counts = _told_falsely(outlet, published, _REAL_DAYS, chance, expected=False)
    figures = {
        "items": len(published),
        "a_day": round(outlet.daily, 1),
        "false_alarms_yearly": {rule: round(counts[rule] / years, 1) for rule in RULES},
    }
    print("real moments of one fact-checker", figures, flush=True)
    return figures


def _moments(sitemap: str, chance: np.random.Generator) -> list[datetime]:
    """Return when articles were published, moved to `BEGIN` by whole weeks."""
    found = _ENTRY.findall(sitemap)
    entries = [(date(int(y), int(m), int(d)), datetime.fromisoformat(at)) for y, m, d, at in found]
    clocks = [at.time() for day, at in entries if at.date() == day]
    moments = []
    for day, at in entries:
        clock = at.time() if at.date() == day else clocks[chance.integers(len(clocks))]
        moments.append(datetime.combine(day, clock, UTC) - _ZONE)
    first = datetime.combine(_REAL_FROM, BEGIN.time(), UTC) - timedelta(days=1)
    kept = sorted(at for at in moments if first <= at < first + timedelta(days=_REAL_DAYS))
    return [BEGIN + (at - first) for at in kept]


def _cost(sources: int = 200) -> dict[str, float]:
    """Return what one look at many sources takes, with eight weeks of half-hourly crawls each, on SQLite."""
    outlet, chance = Outlet(12), np.random.default_rng(1)
    runs = list(crawls(outlet, publish(outlet, 56, chance), 56, chance))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'record.db'}")
        for number in range(sources):
            name = f"outlet-{number}"
            store.collector.save_source(replace(source_of(outlet), name=name))
            with store.database.write() as session:
                session.execute(insert(CrawlRow), [asdict(replace(run, source=name)) for run in runs])
        took = []
        for _ in range(3):
            began = time.process_time()
            watch(store, BEGIN + timedelta(days=56))
            took.append(time.process_time() - began)
        store.close()
    figures = {"crawls": len(runs) * sources, "processor_seconds": round(median(took), 1)}
    print(f"one look at {sources} sources", figures, flush=True)
    return figures


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
