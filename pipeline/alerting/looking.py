"""Looking for what the team is to be told of: bursts, returns, hits of saved searches, sources in trouble.

Owns: what is asked of the record and what a subject is called. Leaves the rules to `kentongan.alerting`,
keeping to `store.alerts`. Looking twice at once tells once.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import structlog

from kentongan.alerting.judge import judge
from kentongan.alerting.rules import Alert, NewAlert
from kentongan.alerting.values import About, Counted, Kind, Watched
from kentongan.alerting.why import figures_of
from kentongan.domain import Label, SourceKind, UserId
from kentongan.errors import BadInput
from kentongan.gazetteer import read_gazetteer
from kentongan.groups import read_groups
from kentongan.health.values import Interval
from kentongan.private_names import mask_private
from kentongan.region import Region
from kentongan.store import Store
from kentongan.store.alert_counts import DayCounts, SubjectDays
from kentongan.targets import read_targets
from kentongan.text import mask_personal
from pipeline.traits import TARGETS_FILE

STEPS = ((1, 28), (7, 8))
"""Days of the newest step, and how many such steps before it are its base: a day, and a week."""

DAYS = max(step * (number + 1) for step, number in STEPS)
_DAY = timedelta(days=1)
_NOT_READ = frozenset({SourceKind.FIELD, SourceKind.FACT_CHECKER, SourceKind.PRESS})  # of posts none comes so

log = structlog.get_logger(__name__)


class Looker:
    """Looks at one record; `home` is where the deployment's own candidates stand."""

    def __init__(self, store: Store, region: Region, home: Path) -> None:
        self._store, self._region = store, region
        self._places = read_gazetteer(region.name).places
        self._home = home

    def look(self, at: datetime) -> list[Alert]:
        """Raise what is to be told of at a moment; return what is new."""
        found = [*self._spreading(at), *self._searches(at), *self._sources(at)]
        raised = self._store.alerts.raise_all(found, at, self._region.time_zone)
        for alert in raised:
            log.info("alert raised", kind=alert.kind.value, about=alert.about.value, subject=alert.subject)
        return raised

    def _spreading(self, at: datetime) -> Iterator[NewAlert]:
        counted = self._store.alert_counts.up_to(at, DAYS)
        if not counted.subjects:
            return
        watched, names = self._watched(at), self._names()
        for subject in counted.subjects:
            for step, number in STEPS:
                seen, everything = _steps(subject, counted, watched, at, step, number)
                found = judge(seen, everything, len(counted.subjects))
                if found is not None:
                    title = self._title(subject, names)
                    figures = figures_of(found, step)
                    link = link_of(subject, names, at - step * _DAY, self._region.time_zone)
                    yield NewAlert(found.kind, subject.about, subject.subject, title, link, figures)
                    break  # one event is told once, by its shortest step

    def _watched(self, at: datetime) -> list[float]:
        """Return which part of the sources' time was watched in each day, the newest first.

        1 for every day where no source of posts is crawled: what people hand in needs no crawl.
        """
        sources = [s for s in self._store.items.sources() if s.active and s.kind not in _NOT_READ]
        if not sources:
            return [1.0] * DAYS
        intervals = self._store.yields.intervals(sources, at - DAYS * _DAY)
        return watched_by_day([intervals.get(source.name, []) for source in sources], at, DAYS)

    def _names(self) -> Mapping[str, str]:
        try:
            declared = read_targets(self._region.name, self._home / TARGETS_FILE).all
        except BadInput as exc:
            log.warning("targets", problem=str(exc))
            return {}
        return {one.id: one.name for one in declared}

    def _title(self, subject: SubjectDays, names: Mapping[str, str]) -> str:
        """Return what is sent as its name; nothing where the words stay here: those of identity politics, a
        group's or a person's name."""
        if subject.sensitive or subject.about is About.GROUP or subject.subject.startswith("candidate:"):
            return ""
        if subject.about is About.PLACE:
            place = self._places.get(subject.subject)
            return place.name if place else subject.subject
        if subject.about is About.TARGET:
            return names.get(subject.subject, subject.subject)
        return mask_private(mask_personal(subject.title))

    def _searches(self, at: datetime) -> Iterator[NewAlert]:
        owners = {user.name: user.id for user in self._store.users.all()}
        for search in self._store.saved.all():
            if search.paused or search.is_over(at):
                continue
            before = self._store.alerts.last_raised(Kind.SAVED, About.SEARCH, str(search.id))
            items = self._store.saved_hits.count_since(search.id, before or at - _DAY)
            if items:
                owner: UserId | None = owners.get(search.owner) if not search.wanted.shared else None
                title = mask_private(mask_personal(search.wanted.title)) if search.expires_at is None else ""
                link = f"/pantauan/{search.id}"
                told = {"items": float(items)}
                yield NewAlert(Kind.SAVED, About.SEARCH, str(search.id), title, link, told, owner)

    def _sources(self, at: datetime) -> Iterator[NewAlert]:
        titles = {source.name: source.title for source in self._store.items.sources()}
        for alarm in self._store.alarms.since(at):
            subject = f"{alarm.source}/{alarm.trouble.value}/{alarm.raised_at:%Y%m%dT%H%M%S}"
            if alarm.ended_at is None:
                title = titles.get(alarm.source, alarm.source)
                yield NewAlert(Kind.SOURCE, About.SOURCE, subject, title, "/sumber/kesehatan", {})


def watched_by_day(intervals: Sequence[Sequence[Interval]], at: datetime, days: int) -> list[float]:
    """Return the part of all sources' time that was watched in each day before a moment, the newest first."""
    end, length = at.timestamp(), _DAY.total_seconds()
    seconds = [0.0] * days
    for of_source in intervals:
        for one in of_source:
            for day in range(days):
                begins = end - (day + 1) * length
                seconds[day] += max(0.0, min(one.end, begins + length) - max(one.start, begins))
    whole = length * max(1, len(intervals))
    return [min(1.0, some / whole) for some in seconds]


def _steps(
    subject: SubjectDays, counted: DayCounts, watched: Sequence[float], at: datetime, step: int, number: int
) -> tuple[Counted, Watched]:
    own = [sum(subject.days.get(step * one + day, 0) for day in range(step)) for one in range(number + 1)]
    every = [sum(counted.all.get(step * one + day, 0) for day in range(step)) for one in range(number + 1)]
    seen = [sum(watched[step * one : step * (one + 1)]) for one in range(number + 1)]
    earlier = sum(items for day, items in subject.days.items() if day >= step * (number + 1))
    known = subject.since is not None and subject.since <= at - step * (number + 1) * _DAY
    voices = subject.voices_day if step == 1 else subject.voices_week
    return (
        Counted(own[0], voices, own[1:], ever=earlier or int(known)),
        Watched(every[0], seen[0], every[1:], seen[1:]),
    )


def link_of(subject: SubjectDays, names: Mapping[str, str], since: datetime, zone: ZoneInfo) -> str:
    """Return the path of the page with the evidence: of a narrative its own, else what was flagged since."""
    if subject.about is About.NARRATIVE:
        return f"/narasi/{subject.subject}"
    asked = [("label", label.value) for label in Label]
    asked += [("since", f"{since.astimezone(zone):%Y-%m-%d}"), ("sort", "newest")]
    if subject.about is About.PLACE:
        asked.append(("place", subject.subject))
    else:
        groups = {group.key: (group.name, *group.also) for group in read_groups().all}
        said = groups.get(subject.subject) or (names.get(subject.subject, subject.subject),)
        asked.append(("q", " OR ".join(dict.fromkeys(_quoted(one) for one in said))))
    return f"/archive/?{urlencode(asked)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', " ") + '"'
