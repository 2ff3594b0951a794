"""One plan answered by Elasticsearch: rankings, counts, facets and hits.

Owns: the requests of reading. Leaves the query language to `elastic_query`, errors to
`elastic_errors`, paging over both rankings to `fusion`.
"""

from collections.abc import Mapping, Sequence

from elasticsearch import Elasticsearch

from search.cursor import Key
from search.elastic_query import ORDERS, search_after, whole
from search.fusion import Row
from search.index import FACETS, Hit, Sort
from search.mapping import SOURCE_FOR_HITS, to_hit
from search.plan import Plan, most_first
from search.snippet import snippet
from search.vectors import read_vector

_FACET_VALUES = 1_000
_CANDIDATES = 1_000  # looked at for each search by meaning, of each shard


class ElasticRankings:
    """The `Rankings` of one plan."""

    def __init__(self, client: Elasticsearch, alias: str, plan: Plan) -> None:
        self._client = client
        self._alias = alias
        self._plan = plan
        self._total: int | None = None

    def ranked(self, limit: int, after: Key, exclude: Sequence[str]) -> list[Row]:
        answer = self._client.search(
            index=self._alias,
            query=whole(self._plan, self._plan.node, exclude),
            sort=ORDERS[self._plan.sort],
            size=limit,
            search_after=search_after(after),
            source=False,
            track_total_hits=self._total is None and not exclude,
        )
        if self._total is None and not exclude:
            self._total = int(answer["hits"]["total"]["value"])
        found = [(hit["_id"], tuple(hit["sort"])) for hit in answer["hits"]["hits"]]
        ranked = self._plan.sort is Sort.RELEVANCE
        return [Row(id_, float(key[0]) if ranked else 0.0, key) for id_, key in found]

    def nearest(self, limit: int) -> list[str]:
        answer = self._client.search(
            index=self._alias,
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
            query = whole(self._plan, self._plan.node)
            self._total = int(self._client.count(index=self._alias, query=query)["count"])
        return self._total

    def matching(self, ids: Sequence[str]) -> set[str]:
        if not ids:
            return set()
        query = {"bool": {"filter": [whole(self._plan, self._plan.node), {"terms": {"id": list(ids)}}]}}
        answer = self._client.search(index=self._alias, query=query, size=len(ids), source=False)
        return {hit["_id"] for hit in answer["hits"]["hits"]}

    def facets(self) -> Mapping[str, Mapping[str, int]]:
        aggregations = {name: {"terms": {"field": name, "size": _FACET_VALUES}} for name in FACETS}
        answer = self._client.search(
            index=self._alias, query=whole(self._plan, self._plan.node), size=0, aggregations=aggregations
        )
        return {
            name: most_first(
                {b["key"]: b["doc_count"] for b in answer["aggregations"][name]["buckets"] if b["key"]}
            )
            for name in FACETS
        }

    def hits(self, rows: Sequence[Row]) -> tuple[Hit, ...]:
        if not rows:
            return ()
        answer = self._client.search(
            index=self._alias,
            query={"terms": {"id": [row.id for row in rows]}},
            size=len(rows),
            source={"includes": list(SOURCE_FOR_HITS)},
        )
        found = {hit["_id"]: hit["_source"] for hit in answer["hits"]["hits"]}
        kept = [(row, found[row.id]) for row in rows if row.id in found]  # one removed meanwhile is gone
        return tuple(
            to_hit(source, row.score, snippet(source["text"], self._plan.words)) for row, source in kept
        )
