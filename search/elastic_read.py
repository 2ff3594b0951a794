"""One plan answered by Elasticsearch: rankings, counts, facets and hits.

Owns: the requests of reading. Leaves the query language to `elastic_query`, errors to
`elastic_errors`, the state they are asked of to `elastic_moment`, paging over both rankings to `fusion`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from elasticsearch import Elasticsearch

from search.cursor import Key
from search.elastic_moment import Moment
from search.elastic_query import ORDERS, whole
from search.fusion import Row
from search.index import FACETS, Hit, Interval, Sort
from search.mapping import SOURCE_FOR_HITS, to_hit
from search.plan import Plan, most_first
from search.snippet import mark, snippet
from search.vectors import read_vector

_FACET_VALUES = 1_000
_CANDIDATES = 1_000  # looked at for each search by meaning, of each shard


class ElasticRankings:
    """The `Rankings` of one plan."""

    def __init__(self, client: Elasticsearch, alias: str, plan: Plan) -> None:
        self._client = client
        self._alias = alias
        self._plan = plan
        frozen = plan.by_meaning or plan.sort is Sort.RELEVANCE
        self._state = Moment(client, alias, frozen, plan.place.moment)
        self._total: int | None = None

    @property
    def moment(self) -> str:
        return self._state.name

    def close(self) -> None:
        """End the walk: nothing goes on after this page."""
        self._state.close()

    def ranked(self, limit: int, after: Key, exclude: Sequence[str]) -> list[Row]:
        order = ORDERS[self._plan.sort]
        answer = self._state.search(
            query=whole(self._plan, self._plan.node, exclude),
            sort=order,
            size=limit,
            search_after=list(after) or None,
            source=False,
            track_total_hits=self._total is None and not exclude,
        )
        if self._total is None and not exclude:
            self._total = int(answer["hits"]["total"]["value"])
        # In a point in time the server adds a tiebreaker of its own; ids are one already.
        found = [(hit["_id"], tuple(hit["sort"][: len(order)])) for hit in answer["hits"]["hits"]]
        ranked = self._plan.sort is Sort.RELEVANCE
        return [Row(id_, float(key[0]) if ranked else 0.0, key) for id_, key in found]

    def nearest(self, limit: int) -> list[str]:
        answer = self._state.search(
            knn={
                "field": "vector",
                "query_vector": read_vector(self._plan.query.vector, "the query").tolist(),
                "k": limit,
                "num_candidates": _CANDIDATES,
                "filter": [whole(self._plan, self._plan.binding)],
            },
            size=limit,
            source=False,
        )
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    def total(self) -> int:
        if self._total is None:
            self._total = self._counted({})[0]
        return self._total

    def matching(self, ids: Sequence[str]) -> set[str]:
        if not ids:
            return set()
        query = {"bool": {"filter": [whole(self._plan, self._plan.node), {"terms": {"id": list(ids)}}]}}
        answer = self._state.search(query=query, size=len(ids), source=False)
        return {hit["_id"] for hit in answer["hits"]["hits"]}

    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many matching rows have each value, most first."""
        asked = {name: {"terms": {"field": name, "size": _FACET_VALUES}} for name in FACETS}
        self._total, found = self._counted(asked)
        return {
            name: most_first({b["key"]: b["doc_count"] for b in found[name]["buckets"] if b["key"]})
            for name in FACETS
        }

    def histogram(self, interval: Interval) -> tuple[tuple[date, int], ...]:
        """Return how many matching rows each interval has, by days of the query's zone."""
        asked = {
            "over_time": {
                "date_histogram": {
                    "field": "published_at",
                    "calendar_interval": interval.value,
                    "time_zone": _offset(self._plan.query.zone),
                    "format": "yyyy-MM-dd",
                    "min_doc_count": 1,
                }
            }
        }
        self._total, found = self._counted(asked)
        buckets = found["over_time"]["buckets"]
        return tuple((date.fromisoformat(bucket["key_as_string"]), bucket["doc_count"]) for bucket in buckets)

    def _counted(self, aggregations: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        answer = self._state.search(
            query=whole(self._plan, self._plan.node),
            size=0,
            track_total_hits=True,
            aggregations=aggregations or None,
        )
        return int(answer["hits"]["total"]["value"]), answer.get("aggregations", {})

    def hits(self, rows: Sequence[Row]) -> tuple[Hit, ...]:
        """Return the rows as the index holds them now: what was taken out meanwhile is not shown."""
        if not rows:
            return ()
        wanted = self._plan.query.snippets
        answer = self._client.search(
            index=self._alias,
            query={"terms": {"id": [row.id for row in rows]}},
            size=len(rows),
            source={"includes": [*SOURCE_FOR_HITS, *(("text",) if wanted else ())]},
            allow_partial_search_results=False,
        )
        found = {hit["_id"]: hit["_source"] for hit in answer["hits"]["hits"]}
        kept = [(row, found[row.id]) for row in rows if row.id in found]
        words = self._plan.words
        return tuple(
            to_hit(source, row.score, snippet(source["text"], words), mark(source["title"], words))
            if wanted
            else to_hit(source, row.score, (), ())
            for row, source in kept
        )


def _offset(zone: str) -> str:
    """Return how far the zone, which has no summer time, is from UTC, as "+07:00"."""
    away = datetime.now(UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = int(away.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
