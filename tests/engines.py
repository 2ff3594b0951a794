"""The search engines under contract, each real: the embedded one always, a server wherever one runs.

KENTONGAN_TEST_ELASTICSEARCH_URL names an Elasticsearch to use (its indexes `kentongan-test-*`
are made and deleted); otherwise noida-db, a small server of the same language, is started on a
free loopback port, anew for each test file: it starts in a tenth of a second, and one that lived
through a whole run has died in it. What that one lacks is found by asking it, and skips only what needs it.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from search.elastic import ElasticIndex
from search.embedded import EmbeddedIndex
from search.index import SearchIndex
from tests.noida import NoServer, running_noida

START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = os.environ.get("KENTONGAN_TEST_ELASTICSEARCH_URL")
    if given:
        yield given
        return
    try:
        with running_noida(tmp_path_factory.mktemp("noida")) as url:
            yield url
    except NoServer as exc:
        pytest.skip(f"no KENTONGAN_TEST_ELASTICSEARCH_URL, and {exc}")


@pytest.fixture(scope="module")
def elasticsearch_client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url, max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def elasticsearch_lacks(elasticsearch_client: Elasticsearch) -> dict[str, str]:
    """What this server cannot do, capability by capability, found by trying."""
    client, name = elasticsearch_client, "kentongan-test-probe"
    text = {"type": "text", "analyzer": "whitespace"}
    client.options(ignore_status=404).indices.delete(index=f"{name}-1")
    client.indices.create(
        index=f"{name}-1",
        aliases={name: {}},
        mappings={"properties": {"a": text, "b": {**text, "fields": {"raw": {"type": "keyword"}}}}},
    )
    lacks: dict[str, str] = {}
    try:
        operations: list[dict[str, Any]] = [{"index": {"_id": "1"}}, {"a": "x", "b": "y"}]
        answer = client.bulk(index=name, operations=operations, refresh=True, require_alias=True)
        if answer["errors"]:
            lacks["require_alias"] = "bulk with require_alias refuses a real alias"
            client.bulk(index=name, operations=operations, refresh=True)
        if not _goes_on_by_score(client, name):
            lacks["score_after"] = "search_after by score skips or repeats rows: it compares unseen digits"
    finally:
        client.indices.delete(index=f"{name}-1")
    return lacks


def _goes_on_by_score(client: Elasticsearch, name: str) -> bool:
    """Tell whether going on after a row by its score gives the rows after it, for scores of many sizes."""
    rows = [{"a": "x " * (1 + n % 7) + "z " * (n % 5), "b": f"{n:03d}"} for n in range(70)]
    operations = [part for row in rows for part in ({"index": {"_id": row["b"]}}, row)]
    client.bulk(index=name, operations=operations, refresh=True)
    asked: dict[str, Any] = {"query": {"term": {"a": "x"}}, "sort": [{"_score": "desc"}, {"b.raw": "asc"}]}
    order = [hit["sort"] for hit in client.search(index=name, size=100, **asked)["hits"]["hits"]]
    for at in range(0, len(order) - 1, 3):
        following = client.search(index=name, size=1, search_after=order[at], **asked)["hits"]["hits"]
        if not following or following[0]["sort"] != order[at + 1]:
            return False
    return True


@pytest.fixture
def elastic_index(
    elasticsearch_client: Elasticsearch, elasticsearch_url: str, elasticsearch_lacks: dict[str, str]
) -> Iterator[ElasticIndex]:
    alias = f"kentongan-test-{os.getpid()}-{time.monotonic_ns()}"
    client = Elasticsearch(elasticsearch_url, max_retries=0)
    index = ElasticIndex(
        client, alias=alias, replicas=0, require_alias="require_alias" not in elasticsearch_lacks
    )
    yield index
    index.close()
    for name in elasticsearch_client.indices.get(index=f"{alias}-*", allow_no_indices=True):
        elasticsearch_client.indices.delete(index=name)
    elasticsearch_client.options(ignore_status=404).indices.delete_index_template(name=alias)


@pytest.fixture
def embedded_index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    index = EmbeddedIndex(tmp_path / "index")
    yield index
    index.close()


@pytest.fixture(params=["embedded", "elastic"])
def unprepared_index(request: pytest.FixtureRequest) -> SearchIndex:
    index: SearchIndex = request.getfixturevalue(f"{request.param}_index")
    return index


@pytest.fixture
def search_index(unprepared_index: SearchIndex) -> SearchIndex:
    """A prepared, empty index of each engine in turn."""
    unprepared_index.prepare()
    return unprepared_index


@pytest.fixture
def needs(unprepared_index: SearchIndex, elasticsearch_lacks: dict[str, str]) -> Callable[[str], None]:
    """Skip, with the reason, where the server behind this test lacks a capability."""

    def check(capability: str) -> None:
        if isinstance(unprepared_index, ElasticIndex) and capability in elasticsearch_lacks:
            pytest.skip(f"this server: {elasticsearch_lacks[capability]}")

    return check
