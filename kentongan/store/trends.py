"""What was seen in some weeks, by label, narrative, place or kind of source, and how whole it was read.

Owns the counting. Leaves what may be said of it to `trends`. Costs the items of those weeks, by the index
`items_when`; never the archive. An item counts when it was published, or first seen where that is unknown.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, distinct, func, literal, select
from sqlalchemy.orm import Session

from kentongan.collecting import Outcome
from kentongan.domain import Label, SourceKind
from kentongan.store.database import Database, batched
from kentongan.store.first_decisions import seconds_of
from kentongan.store.schema import ClaimRow, CrawlRow, ItemPlaceRow, ItemRow, NarrativeRow, SourceRow
from kentongan.store.spread import SEEN
from kentongan.trends.coverage import SourceDays, cover
from kentongan.trends.values import CRAWLED, NOTHING, Cell, Coverage, Dimension, WeekCount
from kentongan.trends.weeks import Weeks

_DAY, _WEEK = 86_400, 7 * 86_400  # seconds
_KECAMATAN = 8  # characters of its code, which those of its kelurahan begin with


class Trends:
    def __init__(self, database: Database) -> None:
        self._database = database

    def count_weeks(self, dimension: Dimension, weeks: Weeks) -> list[WeekCount]:
        """Return the items of each row, and of all, week by week."""
        cells: list[dict[str, Cell]] = [{} for _ in range(weeks.count)]
        with self._database.read() as session:
            for query in _queries(dimension, weeks):
                for key, number, *counts in session.execute(query):
                    cells[int(number)][str(key)] = Cell(*counts)
            totals = {int(n): Cell(*counts) for n, *counts in session.execute(_counts(weeks, _all(weeks)))}
            coverage = _coverage(weeks, _days(session, weeks))
        return [
            WeekCount(cells[number], totals.get(number, NOTHING), coverage[number])
            for number in range(weeks.count)
        ]

    def themes_mark(self) -> object:
        """Return what is another after each clustering, which gives claims to other narratives."""
        counted = (func.count(), func.sum(NarrativeRow.claim_count), func.sum(NarrativeRow.item_count))
        more = (func.min(NarrativeRow.first_seen_at), func.max(NarrativeRow.last_seen_at))
        with self._database.read() as session:
            return tuple(session.execute(select(*counted, *more).where(NarrativeRow.active)).one())

    def count_places(self, weeks: Weeks) -> tuple[Mapping[str, Cell], Cell, Coverage]:
        """Return the items of each place, kecamatan with all of their kelurahan, over all of the weeks.

        Then what was collected of them all, and how whole that is.
        """
        within, whole_of = _placed(weeks), _all(weeks).with_only_columns(*_counted())
        places: dict[str, Cell] = {}
        with self._database.read() as session:
            for key in (ItemPlaceRow.place, func.substr(ItemPlaceRow.place, 1, _KECAMATAN)):
                query = within.with_only_columns(key.label("key"), *_counted(once=False)).group_by("key")
                places |= {code: Cell(*counts) for code, *counts in session.execute(query)}
            items, claims, sources = tuple[int, ...](session.execute(whole_of).one())
            by_week = cover(weeks, _days(session, weeks))
        whole = Coverage(
            sum(week.read for week in by_week),
            sum(week.due for week in by_week),
            max((week.sources for week in by_week), default=0),
            min((week.whole for week in by_week), default=0),
        )
        return places, Cell(items, claims, sources), whole

    def coverage(self, since: date, until: date, zone: ZoneInfo) -> Coverage:
        """Return how whole the days from `since` to `until`, both included, were read."""
        count = (until - since).days + 1
        weeks = Weeks(since, -(-count // 7), zone)
        read = due = there = whole = 0
        with self._database.read() as session:
            for source in _days(session, weeks):
                days = [
                    number
                    for number in range(count)
                    if source.first <= since + timedelta(days=number) <= (source.last or date.max)
                ]
                done = sum(day in source.read for day in days)
                read, due = read + done, due + len(days)
                there, whole = there + bool(days), whole + (bool(days) and done == len(days))
        return Coverage(read, due, there, whole)

    def narrative_labels(self, keys: Collection[UUID]) -> Mapping[str, str]:
        """Return the words that name each narrative, by its id as text."""
        found: dict[str, str] = {}
        with self._database.read() as session:
            for some in batched(keys):
                rows = session.execute(
                    select(NarrativeRow.id, NarrativeRow.label).where(NarrativeRow.id.in_(some))
                )
                found |= {str(key): label for key, label in rows}
        return found


def _all(weeks: Weeks) -> Select[Any]:
    return select(ItemRow.id).where(weeks.begins <= SEEN, weeks.ends > SEEN)


def _placed(weeks: Weeks) -> Select[Any]:
    return _all(weeks).join(ItemPlaceRow, ItemPlaceRow.item_id == ItemRow.id)


def _counted(*, once: bool = True) -> tuple[ColumnElement[int], ...]:
    """Select items, claims and sources; `once`: an item comes once at most in what is counted."""
    items = func.count() if once else func.count(distinct(ItemRow.id))
    return items, func.count(distinct(ItemRow.claim_id)), func.count(distinct(ItemRow.source))


def _counts(weeks: Weeks, which: Select[Any], *key: Any, once: bool = True) -> Select[Any]:
    """Select the counts by week, and by a key before it."""
    number = ((seconds_of(SEEN) - int(weeks.begins.timestamp())) // _WEEK).label("number")
    return which.with_only_columns(*key, number, *_counted(once=once)).group_by(*key, number)


def _queries(dimension: Dimension, weeks: Weeks) -> list[Select[Any]]:
    every = _all(weeks)
    if dimension is Dimension.LABEL:
        posts = every.where(ItemRow.press.is_(False))
        found = []
        for label in Label:
            borne = posts.where(getattr(ItemRow, label.value).is_(True))
            counts = _counts(weeks, borne)
            found.append(counts.with_only_columns(literal(label.value), *counts.selected_columns))
        return found
    if dimension is Dimension.NARRATIVE:
        themes = every.join(ClaimRow, ClaimRow.id == ItemRow.claim_id)
        themes = themes.join(NarrativeRow, NarrativeRow.id == ClaimRow.narrative_id)
        return [_counts(weeks, themes.where(NarrativeRow.active), ClaimRow.narrative_id)]
    if dimension is Dimension.PLACE:
        kecamatan = func.substr(ItemPlaceRow.place, 1, _KECAMATAN).label("key")
        return [_counts(weeks, _placed(weeks), kecamatan, once=False)]
    if dimension is Dimension.PLATFORM:
        return [_counts(weeks, every, ItemRow.platform)]
    kinds = every.join(SourceRow, SourceRow.name == ItemRow.source)
    return [_counts(weeks, kinds, SourceRow.kind)]


def _coverage(weeks: Weeks, days: list[SourceDays]) -> list[dict[SourceKind, Coverage]]:
    by_kind = {kind: cover(weeks, [d for d in days if d.kind is kind]) for kind in {d.kind for d in days}}
    return [{kind: found[number] for kind, found in by_kind.items()} for number in range(weeks.count)]


def _days(session: Session, weeks: Weeks) -> list[SourceDays]:
    """Return for each source that was crawled by then the days on which its lists were read."""
    offset = int(weeks.begins.timestamp())
    day = ((seconds_of(CrawlRow.started_at) - offset) // _DAY).label("day")
    read = (
        select(CrawlRow.source, day)
        .where(CrawlRow.started_at >= weeks.begins, CrawlRow.started_at < weeks.ends)
        .where(CrawlRow.outcome == Outcome.DONE.value, CrawlRow.lists > 0)
        .group_by(CrawlRow.source, day)
    )
    found: dict[str, set[int]] = {}
    for source, number in session.execute(read):
        found.setdefault(source, set()).add(int(number))
    days = []
    for row in session.execute(select(SourceRow.name, SourceRow.kind, SourceRow.active)):
        if SourceKind(row.kind) not in CRAWLED:
            continue
        first = _end_of(session, row.name, CrawlRow.started_at)
        last = None if row.active else _end_of(session, row.name, CrawlRow.started_at.desc())
        if first is not None and first < weeks.ends:
            days.append(
                SourceDays(
                    SourceKind(row.kind),
                    _day_of(first, weeks),
                    None if last is None else _day_of(last, weeks),
                    frozenset(found.get(row.name, ())),
                )
            )
    return days


def _end_of(session: Session, source: str, order: Any) -> datetime | None:
    ends = select(CrawlRow.started_at).where(CrawlRow.source == source).order_by(order).limit(1)
    return session.scalar(ends)


def _day_of(moment: datetime, weeks: Weeks) -> date:
    return weeks.first + timedelta(days=(moment - weeks.begins) // timedelta(days=1))
