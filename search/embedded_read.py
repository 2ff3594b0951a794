"""One plan answered from one state of the index: rankings, counts, facets, histogram and hits.

Owns: what is asked of the library, and that no more passes are made than asked for. Leaves the
language to `embedded_match`, orders to `embedded_order`, paging over both rankings to `fusion`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tantivy import DocAddress, Occur

from search.cursor import Key
from search.embedded_match import any_of, every, how_many, matched
from search.embedded_moments import Moment
from search.embedded_near import ids_of, nearest
from search.embedded_order import in_order
from search.embedded_schema import kept_of, read_newest, to_hit
from search.fusion import Row
from search.index import FACETS, Hit, Interval, Sort
from search.plan import Plan, by_interval, moment, most_first
from search.snippet import mark, snippet

_FACET_VALUES = 1_000  # of each field, as the server counts them too
_DAY = 86_400_000_000  # microseconds


class EmbeddedRankings:
    """The `Rankings` of one plan, all of one moment."""

    def __init__(self, of: Moment, plan: Plan) -> None:
        self._of = of
        self._searcher = of.searcher
        self._schema = of.generation.schema
        self._plan = plan
        self._clauses = matched(self._schema, plan, plan.node)
        self._query = every(self._clauses)
        self._at: dict[str, DocAddress] = {}

    @property
    def moment(self) -> str:
        return self._of.token if self._plan.sort is Sort.RELEVANCE or self._plan.by_meaning else ""

    def ranked(self, limit: int, after: Key, exclude: Sequence[str]) -> list[Row]:
        if self._plan.sort is Sort.RELEVANCE:
            return self._by_relevance(limit, int(after[0]) if after else 0, set(exclude))
        sort, clauses = self._plan.sort, self._clauses
        if exclude:
            clauses = [*clauses, (Occur.MustNot, any_of(self._schema, "id", list(exclude)))]
        found, count = in_order(self._searcher, self._schema, clauses, sort, after, limit)
        if not after and not exclude:
            self._of.total = count
        self._at.update((str(key[-1]), at) for key, at in found)
        return [Row(str(key[-1]), 0.0, key) for key, at in found]

    def nearest(self, limit: int) -> list[str]:
        binding = every(matched(self._schema, self._plan, self._plan.binding))
        found = nearest(self._of, self._plan.query.vector, limit, binding)
        self._at.update(found)
        return list(found)

    def total(self) -> int:
        if self._of.total is None:
            self._of.total = how_many(self._searcher.search(self._query, 1))
        return self._of.total

    def matching(self, ids: Sequence[str]) -> set[str]:
        if not ids:
            return set()
        query = every([*self._clauses, (Occur.Must, any_of(self._schema, "id", list(ids)))])
        found = self._searcher.search(query, len(ids), count=False, order_by_field="newest")
        return {read_newest(key)[1] for key, _ in found.hits}

    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many matching rows have each value, most first."""
        counted = {name: self._counted[name]["buckets"] for name in FACETS}
        return {
            name: most_first({bucket["key"]: bucket["doc_count"] for bucket in buckets})
            for name, buckets in counted.items()
        }

    def histogram(self) -> tuple[tuple[date, int], ...]:
        """Return how many matching rows each interval of the query's zone has."""
        buckets = self._counted["days"]["buckets"]
        days = ((moment(round(b["key"]) - self._day_starts).date(), b["doc_count"]) for b in buckets)
        return by_interval(days, self._plan.query.histogram or Interval.DAY)

    def hits(self, rows: Sequence[Row], present: Moment) -> tuple[Hit, ...]:
        """Return the rows as they are in `present`; what was taken out since is not shown."""
        words = self._plan.words
        at = self._at if present is self._of else _places(present, [row.id for row in rows])
        found = []
        for row in rows:
            if row.id in at:
                kept = kept_of(present.searcher.doc(at[row.id]))
                marked = snippet(kept["text"], words), mark(kept["title"], words)
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

    @cached_property
    def _counted(self) -> dict[str, Any]:
        """Everything that is to be counted, in one pass."""
        query = self._plan.query
        asked: dict[str, Any] = {}
        if query.facets:
            asked |= {name: {"terms": {"field": name, "size": _FACET_VALUES}} for name in FACETS}
        if query.histogram:
            days = {"field": "published", "interval": _DAY, "offset": self._day_starts, "min_doc_count": 1}
            asked["days"] = {"histogram": days}
        counted: dict[str, Any] = self._searcher.aggregate(self._query, asked)
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
