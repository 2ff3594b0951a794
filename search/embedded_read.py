"""One plan answered from one state of the index: rankings, counts, facets, histogram and hits.

Owns: what is asked of the library, and that no more passes are made than asked for. Leaves the
language to `embedded_match`, orders to `embedded_order`, paging over both rankings to `fusion`.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tantivy import DocAddress, Occur

from search.cursor import Key
from search.embedded_counts import Counted
from search.embedded_match import Clause, any_of, every, matched
from search.embedded_moments import Moment
from search.embedded_near import ids_of, nearest
from search.embedded_order import Found, in_order, latest, near
from search.embedded_schema import kept_of, read_newest, to_hit
from search.fusion import Row
from search.index import FACETS, Hit, Interval, Kind, Sort
from search.plan import Plan, by_interval, moment, most_first
from search.snippet import mark, snippet
from search.tree import And, Field, Node

_FACET_VALUES = 1_000  # of each field, as the server counts them too
_DAY = 86_400_000_000  # microseconds
MUCH = 50_000  # matching rows, from which on it is worth while to look at a stretch of time first
_EVERYTHING: tuple[Node, ...] = (And((And(),)), And((And(), Field("kind", Kind.ITEM.value))))


class EmbeddedRankings:
    """The `Rankings` of one plan, all of one moment."""

    def __init__(self, of: Moment, plan: Plan, beside: Executor) -> None:
        """`beside`: counts in threads of its own, while here rows are ranked and shown."""
        self._of = of
        self._searcher = of.searcher
        self._schema = of.generation.schema
        self._plan = plan
        self._clauses = matched(self._schema, plan, plan.node)
        self._query = every(self._clauses)
        self._at: dict[str, DocAddress] = {}
        days = self._day_starts if plan.query.histogram else None
        asked = plan.query
        self._question = (plan.node, asked.since, asked.until, asked.exclude, asked.facets, days)
        self._known = of.counts.known(self._question)
        self._counting: Future[Counted] | None = None
        self._much = self._known.total >= MUCH if self._known else self._is_everything()
        if self._known is None and (asked.facets or asked.histogram or self._much):
            self._counting = beside.submit(self._count)

    @property
    def moment(self) -> str:
        return self._of.token if self._plan.sort is Sort.RELEVANCE or self._plan.by_meaning else ""

    def ranked(self, limit: int, after: Key, exclude: Sequence[str]) -> list[Row]:
        if self._plan.sort is Sort.RELEVANCE:
            return self._by_relevance(limit, int(after[0]) if after else 0, set(exclude))
        sort, clauses = self._plan.sort, self._clauses
        if exclude:
            clauses = [*clauses, (Occur.MustNot, any_of(self._schema, "id", list(exclude)))]
        found = self._near(clauses, after, limit)
        if found is None:
            found, count = in_order(self._searcher, self._schema, clauses, sort, after, limit)
            if not after and not exclude:
                self._of.total = count
                if not (self._plan.query.facets or self._plan.query.histogram):
                    self._of.counts.keep(self._question, Counted(count))
        self._at.update((str(key[-1]), at) for key, at in found)
        return [Row(str(key[-1]), 0.0, key) for key, at in found]

    def nearest(self, limit: int) -> list[str]:
        binding = every(matched(self._schema, self._plan, self._plan.binding))
        found = nearest(self._of, self._plan.query.vector, limit, binding)
        self._at.update(found)
        return list(found)

    def total(self) -> int:
        if self._of.total is None:
            self._of.total = self._counted.total
        return self._of.total

    def matching(self, ids: Sequence[str]) -> set[str]:
        if not ids:
            return set()
        query = every([*self._clauses, (Occur.Must, any_of(self._schema, "id", list(ids)))])
        found = self._searcher.search(query, len(ids), count=False, order_by_field="newest")
        return {read_newest(key)[1] for key, _ in found.hits}

    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many matching rows have each value, most first."""
        return {name: dict(counted) for name, counted in self._counted.facets.items()}

    def histogram(self) -> tuple[tuple[date, int], ...]:
        """Return how many matching rows each interval of the query's zone has."""
        days = ((moment(round(at) - self._day_starts).date(), n) for at, n in self._counted.days)
        return by_interval(days, self._plan.query.histogram or Interval.DAY)

    def hits(self, rows: Sequence[Row], present: Moment) -> tuple[Hit, ...]:
        """Return the rows as they are in `present`; what was taken out since is not shown."""
        words, wanted = self._plan.words, self._plan.query.snippets
        at = self._at if present is self._of else _places(present, [row.id for row in rows])
        found = []
        for row in rows:
            if row.id in at:
                kept = kept_of(present.searcher.doc(at[row.id]))
                marked = (snippet(kept["text"], words), mark(kept["title"], words)) if wanted else ((), ())
                found.append(to_hit(kept, row.score, *marked))
        return tuple(found)

    def _by_relevance(self, limit: int, start: int, exclude: set[str]) -> list[Row]:
        """Return rows by their place in the whole ranking, so that what is left out moves none."""
        rows: list[Row] = []
        while len(rows) < limit:
            wanted = limit - len(rows)
            ranked = self._of.ranking(self._query, start, start + wanted)
            ids = ids_of(self._searcher, [at for _, at in ranked])
            for place, (id_, (score, at)) in enumerate(zip(ids, ranked, strict=True), start=start + 1):
                if id_ not in exclude:
                    self._at[id_] = at
                    rows.append(Row(id_, score, (place, id_)))
            if len(ranked) < wanted:
                break
            start += wanted
        return rows

    def _near(self, clauses: Sequence[Clause], after: Key, limit: int) -> Found | None:
        """Return the rows where much matches, and they can be found without going through it."""
        sort = self._plan.sort
        if not self._much or sort is Sort.PRIORITY or (sort is Sort.OLDEST and not after):
            return None
        counts = self._of.counts
        if not after and counts.latest is None:
            counts.latest = latest(self._searcher, self._schema)
        begins = int(after[0]) if after else counts.latest or 0
        return near(self._searcher, self._schema, clauses, sort, after, limit, begins)

    def _is_everything(self) -> bool:
        """Whether all items of a large index match."""
        asked = self._plan.query
        unbound = asked.since is None and asked.until is None and not asked.exclude
        return unbound and self._plan.node in _EVERYTHING and self._searcher.num_docs >= MUCH

    @cached_property
    def _counted(self) -> Counted:
        if self._known is not None:
            return self._known
        return self._counting.result() if self._counting else self._count()

    def _count(self) -> Counted:
        """Return everything that is to be counted, in one pass."""
        query = self._plan.query
        asked: dict[str, Any] = {"total": {"value_count": {"field": "published"}}}  # each row has one
        if query.facets:
            asked |= {name: {"terms": {"field": name, "size": _FACET_VALUES}} for name in FACETS}
        if query.histogram:
            days = {"field": "published", "interval": _DAY, "offset": self._day_starts, "min_doc_count": 1}
            asked["days"] = {"histogram": days}
        found = self._searcher.aggregate(self._query, asked)
        buckets = {name: found[name]["buckets"] for name in asked if name != "total"}
        per_day = [(bucket["key"], bucket["doc_count"]) for bucket in buckets.pop("days", ())]
        facets = {
            name: most_first({bucket["key"]: bucket["doc_count"] for bucket in counted})
            for name, counted in buckets.items()
        }
        counted = Counted(round(found["total"]["value"]), facets, per_day)
        self._of.counts.keep(self._question, counted)
        return counted

    @cached_property
    def _day_starts(self) -> int:
        """When a day of the zone begins, in microseconds of a day in UTC, negative to the east."""
        offset = ZoneInfo(self._plan.query.zone).utcoffset(datetime.now(UTC)) or timedelta()
        return -round(offset.total_seconds() * 1e6)


def _places(present: Moment, ids: Sequence[str]) -> dict[str, DocAddress]:
    if not ids:
        return {}
    query = any_of(present.generation.schema, "id", list(ids))
    found = present.searcher.search(query, len(ids), count=False, order_by_field="newest").hits
    return {read_newest(key)[1]: at for key, at in found}
