"""The search engine on Elasticsearch 8 and 9, with the official client.

Owns: the `SearchIndex` promises over one alias. Each index behind the alias is named
`<alias>-YYYYMMDDhhmmss...`; a rebuild fills a new one, then moves the alias in one step.
While it fills, the alias `<alias>-building` points to it, and its heartbeat in `_meta`
tells the other processes to let their changes wait. Nothing here needs a paid licence.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch

from search.elastic_errors import REBUILD, check_bulk, translated
from search.elastic_like import nearest, sharing_words
from search.elastic_read import ElasticRankings
from search.fusion import fuse, walk
from search.index import Document, Health, IndexNotReady, IndexUnavailable, Kind, Like, Page, Query
from search.mapping import is_current, mapping, to_source
from search.plan import plan

_BATCH = 500  # documents a bulk request: about 5 MB with vectors, well under the server's 100 MB
_IDS = 5_000
_HEARTBEAT_SECONDS = 10.0
_ABANDONED_SECONDS = 120.0  # a rebuild silent for so long has died
_CHECK_SECONDS = 30.0


class ElasticIndex:
    """A `SearchIndex` behind `alias` on one cluster.

    `require_alias` makes the server refuse a write when the alias is gone instead of making
    an index of that name; only a test server that lacks the flag should turn it off.
    """

    def __init__(
        self,
        client: Elasticsearch,
        alias: str = "kentongan",
        replicas: int | None = None,
        require_alias: bool = True,
    ) -> None:
        self._client = client
        self.alias = alias
        self._building = f"{alias}-building"
        self._replicas = replicas
        self._require_alias = require_alias
        self._checked = -_CHECK_SECONDS

    def prepare(self) -> None:
        with translated(self.alias):
            if not self._client.indices.exists_alias(name=self.alias):
                name = self._create({})
                self._swap(name)
            self._check()

    def put(self, documents: Sequence[Document]) -> None:
        with translated(self.alias):
            self._check_writable()
            for start in range(0, len(documents), _BATCH):
                last = start + _BATCH >= len(documents)
                self._bulk(self.alias, documents[start : start + _BATCH], "wait_for" if last else False)

    def remove(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        with translated(self.alias):
            self._check_writable()
            operations = [{"delete": {"_id": id_}} for id_ in ids]
            answer = self._client.bulk(
                index=self.alias, operations=operations, refresh="wait_for", require_alias=self._aliased()
            )
        check_bulk(self.alias, answer["items"])

    def search(self, query: Query) -> Page:
        planned = plan(query)
        with translated(self.alias):
            self._check()
            rankings = ElasticRankings(self._client, self.alias, planned)
            facets = rankings.facets() if query.facets else {}
            walked = walk(planned, rankings)
            hits = rankings.hits(walked.rows)
        return Page(hits, walked.total, walked.cursor, planned.understood, facets)

    def like(self, like: Like) -> list[str]:
        with translated(self.alias):
            self._check()
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
                )
            found = answer["hits"]["hits"]
            yield from (hit["_id"] for hit in found)
            if len(found) < _IDS:
                return
            after = found[-1]["sort"]

    def rebuild(self, documents: Iterator[Document]) -> int:
        with translated(self.alias):
            if self._is_building():
                raise IndexUnavailable(f"search index {self.alias}: being rebuilt now")
            self._sweep()
            name = self._create({"heartbeat": time.time()}, building=True)
            try:
                self._fill(name, documents)
                self._client.indices.put_settings(index=name, settings={"index.refresh_interval": None})
                self._client.indices.refresh(index=name)
                self._client.indices.put_mapping(index=name, meta=mapping({})["_meta"])
                held = int(self._client.count(index=name)["count"])
            except BaseException:
                self._client.options(ignore_status=404).indices.delete(index=name)
                raise
            self._swap(name)
            self._sweep()
        return held

    def health(self) -> Health:
        with translated(self.alias):
            self._check()
            held = int(self._client.count(index=self.alias)["count"])
            version = self._client.info()["version"]["number"]
            status = self._client.cluster.health(index=self.alias)["status"]
        return Health("elastic", held, f"Elasticsearch {version}, index {status}")

    def close(self) -> None:
        self._client.close()

    def _create(self, meta: dict[str, Any], building: bool = False) -> str:
        name = f"{self.alias}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        settings: dict[str, Any] = {"index.number_of_shards": 1}
        if self._replicas is not None:
            settings["index.number_of_replicas"] = self._replicas
        if building:
            settings["index.refresh_interval"] = "-1"
        aliases: dict[str, Any] = {self._building: {}} if building else {}
        self._client.indices.create(index=name, mappings=mapping(meta), settings=settings, aliases=aliases)
        return name

    def _swap(self, name: str) -> None:
        """Point the alias to `name` and to nothing else, in one step; the building alias goes."""
        actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": self.alias}}]
        for index, held in self._indices().items():
            if self.alias in held["aliases"] and index != name:
                actions.append({"remove": {"index": index, "alias": self.alias}})
            if self._building in held["aliases"]:
                actions.append({"remove": {"index": index, "alias": self._building}})
        self._client.indices.update_aliases(actions=actions)

    def _sweep(self) -> None:
        """Delete our indexes that no alias needs: those before a swap, and of rebuilds that died."""
        for index, held in self._indices().items():
            if self.alias not in held["aliases"]:
                self._client.options(ignore_status=404).indices.delete(index=index)

    def _indices(self) -> Mapping[str, Any]:
        """Return our own indexes: the alias, a dash, twenty digits; never anyone else's."""
        found = self._client.indices.get(index=f"{self.alias}-*", allow_no_indices=True, features="aliases")
        size = len(self.alias) + 1
        return {
            name: held for name, held in found.items() if len(name) == size + 20 and name[size:].isdigit()
        }

    def _meta(self, alias: str) -> dict[str, Any]:
        held = self._client.indices.get_mapping(index=alias)
        meta: dict[str, Any] = next(iter(held.values()))["mappings"].get("_meta", {})
        return meta

    def _check(self) -> None:
        """Ask for the version behind the alias, at most once in a while."""
        if time.monotonic() < self._checked + _CHECK_SECONDS:
            return
        if not is_current(self._meta(self.alias)):
            raise IndexNotReady(f"search index {self.alias}: made by another version: {REBUILD}")
        self._checked = time.monotonic()

    def _check_writable(self) -> None:
        self._check()
        if self._is_building():
            raise IndexUnavailable(f"search index {self.alias}: being rebuilt now")

    def _is_building(self) -> bool:
        if not self._client.indices.exists_alias(name=self._building):
            return False
        beat = float(self._meta(self._building).get("heartbeat", 0.0))
        return time.time() - beat < _ABANDONED_SECONDS

    def _fill(self, name: str, documents: Iterator[Document]) -> None:
        beat = time.monotonic()
        while batch := list(islice(documents, _BATCH)):
            self._bulk(name, batch, False)
            if time.monotonic() - beat > _HEARTBEAT_SECONDS:
                beat = time.monotonic()
                self._client.indices.put_mapping(
                    index=name, meta=mapping({"heartbeat": time.time()})["_meta"]
                )

    def _bulk(self, index: str, documents: Sequence[Document], refresh: Any) -> None:
        operations: list[dict[str, Any]] = []
        for document in documents:
            operations += [{"index": {"_id": document.id}}, to_source(document)]
        aliased = self._aliased() if index == self.alias else None
        answer = self._client.bulk(index=index, operations=operations, refresh=refresh, require_alias=aliased)
        check_bulk(self.alias, answer["items"])

    def _aliased(self) -> bool | None:
        return True if self._require_alias else None
