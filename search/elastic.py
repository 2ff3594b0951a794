"""The search engine on Elasticsearch 8 and 9, with the official client.

Owns: the `SearchIndex` promises over one alias. Leaves the indexes behind it to `elastic_indexes`,
writing to `elastic_bulk`, reading to `elastic_read`. Nothing here needs a paid licence.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from elasticsearch import Elasticsearch

from search.elastic_bulk import Bulk, Limits
from search.elastic_errors import translated
from search.elastic_indexes import Indexes
from search.elastic_like import nearest, sharing_words
from search.elastic_read import ElasticRankings
from search.fusion import fuse, walk
from search.index import Document, Health, Kind, Like, Page, Query, Rebuilt, Refused
from search.plan import plan

_IDS = 5_000
_HEARTBEAT_SECONDS = 10.0
_FILL_TRIES = 10  # of one request, about a minute: a rebuild that gives up begins again from nothing


class ElasticIndex:
    """A `SearchIndex` behind `alias` on one cluster.

    What is put while a rebuild runs goes into the old index; whoever rebuilds tells the new one of it
    (`pipeline.reindexing`). `require_alias` makes the server refuse a write when the alias is gone
    instead of making an index of that name; only a test server that lacks the flag should turn it off.
    """

    def __init__(
        self,
        client: Elasticsearch,
        alias: str = "kentongan",
        replicas: int | None = None,
        require_alias: bool = True,
        limits: Limits | None = None,
    ) -> None:
        self._client = client
        self.alias = alias
        self._indexes = Indexes(client, alias, replicas)
        limits = limits or Limits()
        self._bulk = Bulk(client, alias, alias, limits, require_alias)
        self._fill_limits = replace(limits, tries=max(limits.tries, _FILL_TRIES))

    def prepare(self) -> None:
        with translated(self.alias):
            self._indexes.make_first()
            self._indexes.check()

    def put(self, documents: Sequence[Document]) -> list[Refused]:
        with translated(self.alias):
            self._indexes.check()
            # Each id once, the last given: tried again, an earlier one would come after it.
            return self._bulk.put({each.id: each for each in documents}.values(), refresh=True)

    def remove(self, ids: Sequence[str]) -> None:
        if ids:
            with translated(self.alias):
                self._indexes.check()
                self._bulk.remove(ids)

    def search(self, query: Query) -> Page:
        planned = plan(query)
        with translated(self.alias):
            self._indexes.check()
            rankings = ElasticRankings(self._client, self.alias, planned)
            kept = False
            try:
                facets = rankings.facets() if query.facets else {}
                histogram = rankings.histogram(query.histogram) if query.histogram else ()
                walked = walk(planned, rankings)
                hits = rankings.hits(walked.rows)
                kept = bool(walked.cursor)
            finally:
                if not kept:
                    rankings.close()
        return Page(hits, walked.total, walked.cursor, planned.understood, facets, histogram)

    def like(self, like: Like) -> list[str]:
        with translated(self.alias):
            self._indexes.check()
            near = nearest(self._client, self.alias, like) if like.vector else []
            return list(fuse(sharing_words(self._client, self.alias, like), near))[: like.limit]

    def ids(self, kind: Kind | None = None) -> Iterator[str]:
        query: dict[str, Any] = {"term": {"kind": kind.value}} if kind else {"match_all": {}}
        after: list[Any] | None = None
        while True:
            with translated(self.alias):
                answer = self._client.search(
                    index=self.alias,
                    query=query,
                    sort=[{"id": "asc"}],
                    size=_IDS,
                    source=False,
                    search_after=after,
                    allow_partial_search_results=False,
                )
            found = answer["hits"]["hits"]
            yield from (hit["_id"] for hit in found)
            if len(found) < _IDS:
                return
            after = found[-1]["sort"]

    def rebuild(self, documents: Iterator[Document]) -> Rebuilt:
        with translated(self.alias):
            name = self._indexes.begin()
            try:
                fill = Bulk(self._client, self.alias, name, self._fill_limits, require_alias=False)
                refused = fill.put(self._beating(name, documents), refresh=False)
                held = self._indexes.finish(name)
                self._indexes.swap(name)
            except BaseException:
                self._indexes.drop(name)
                raise
            self._indexes.sweep()
        return Rebuilt(held, tuple(refused))

    def health(self) -> Health:
        with translated(self.alias):
            self._indexes.check()
            held = int(self._client.count(index=self.alias)["count"])
            version = self._client.info()["version"]["number"]
            status = self._client.cluster.health(index=self.alias)["status"]
        return Health("elastic", held, f"Elasticsearch {version}, index {status}")

    def troubles(self) -> list[str]:
        """Return what is not as it should be though searches are answered, each with its mend."""
        with translated(self.alias):
            return self._indexes.troubles()

    def close(self) -> None:
        self._client.close()

    def _beating(self, name: str, documents: Iterator[Document]) -> Iterator[Document]:
        """Yield the documents and say now and then that the rebuild lives."""
        beat = time.monotonic()
        for document in documents:
            yield document
            if time.monotonic() - beat > _HEARTBEAT_SECONDS:
                beat = time.monotonic()
                self._indexes.beat(name)
