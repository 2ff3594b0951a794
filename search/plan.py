"""A query made ready for an engine: read, filters folded in, sort settled.

Owns: what both engines must agree on before either begins. Leaves the tree to `query`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kentongan.errors import BadInput
from search.cursor import Place, unpack
from search.fields import fold
from search.index import FIELDS, BadCursor, Interval, Query, Sort
from search.query import Understood, understand
from search.tree import And, Field, Node, Or, any_word, conditions, has_words

MAX_LIMIT = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """`node` holds words, typed fields and filters; `binding` only what a vector search obeys too."""

    query: Query
    words: Node
    node: Node
    binding: Node
    understood: str
    sort: Sort
    place: Place
    limit: int
    by_meaning: bool

    @property
    def has_words(self) -> bool:
        return has_words(self.words)


def plan(query: Query) -> Plan:
    """Return the query made ready. Raises BadCursor, and BadInput naming a filter on no field."""
    understood = understand(query.text)
    if query.any_word:
        understood = understood.of(any_word(understood.node))
    query = _within(query, understood)
    filters: list[Node] = []
    for name, values in query.filters.items():
        if name not in FIELDS:
            raise BadInput(f"filter {name}: no such field; there are {', '.join(FIELDS)}")
        if values:
            filters.append(Or(tuple(Field(name, fold(value)) for value in values)))
    if query.kind is not None:
        filters.append(Field("kind", query.kind.value))
    words = has_words(understood.node)
    place = unpack(query)
    by_meaning = bool(query.vector) and query.sort is Sort.RELEVANCE
    ranked = query.sort is Sort.RELEVANCE and words
    sort = query.sort if query.sort is not Sort.RELEVANCE or ranked else Sort.NEWEST
    if not _fits(place, sort):
        raise BadCursor("cursor: not one of ours")
    return Plan(
        query=query,
        words=understood.node,
        node=And((understood.node, *filters)),
        binding=And((conditions(understood.node), *filters)),
        understood=understood.line,
        sort=sort,
        place=place,
        limit=max(1, min(query.limit, MAX_LIMIT)),
        by_meaning=by_meaning,
    )


def _within(query: Query, understood: Understood) -> Query:
    """Return the query with the days that were typed, as they begin in its zone."""
    if understood.since is None and understood.until is None:
        return query
    zone = ZoneInfo(query.zone)
    since, until = (
        datetime.combine(day, time(), zone) if day else None for day in (understood.since, understood.until)
    )
    return replace(
        query,
        since=max(filter(None, (query.since, since)), default=None),
        until=min(filter(None, (query.until, until)), default=None),
    )


def most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts, largest first, then by name: the order of every facet."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def by_interval(days: Iterable[tuple[date, int]], interval: Interval) -> tuple[tuple[date, int], ...]:
    """Return counts of days added up by the first day of their interval, in order; none is empty."""
    counts: dict[date, int] = {}
    for day, number in days:
        if number:
            first = _first_day(day, interval)
            counts[first] = counts.get(first, 0) + number
    return tuple(sorted(counts.items()))


def _first_day(day: date, interval: Interval) -> date:
    match interval:
        case Interval.DAY:
            return day
        case Interval.WEEK:
            return day - timedelta(days=day.weekday())
        case Interval.MONTH:
            return day.replace(day=1)


def _fits(place: Place, sort: Sort) -> bool:
    kinds: dict[Sort, tuple[type | tuple[type, ...], ...]] = {
        Sort.RELEVANCE: ((int, float), str),
        Sort.NEWEST: (int, str),
        Sort.OLDEST: (int, str),
        Sort.PRIORITY: ((int, float), int, str),
    }
    expected = kinds[sort]
    return not place.key or (len(place.key) == len(expected) and all(map(isinstance, place.key, expected)))


def microseconds(moment: datetime) -> int:
    """Return the moment as whole microseconds since 1970, exactly. Raises ValueError when naive."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(microseconds_since_1970: int) -> datetime:
    """Return the aware UTC time of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=microseconds_since_1970)
