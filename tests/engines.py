"""The search engines under contract, each real: SQLite always, a server wherever one runs.

KENTONGAN_TEST_ELASTICSEARCH_URL names an Elasticsearch to use (its indexes `kentongan-test-*`
are made and deleted); otherwise noida-db, a small server of the same language, is started on a
free loopback port. What that one lacks is found by asking it, and skips only what needs it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
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

START = datetime(2024, 1, 1, tzinfo=UTC)
WAIT_SECONDS = 20.0


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = os.environ.get("KENTONGAN_TEST_ELASTICSEARCH_URL")
    if given:
        yield given
        return
    program = shutil.which("noida-db", path=str(Path(sys.executable).parent)) or shutil.which("noida-db")
    if program is None:
        pytest.skip("no KENTONGAN_TEST_ELASTICSEARCH_URL and no noida-db (pip install noida-db)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("noida")
    arguments = ["start", "--only", "elasticsearch", "--data-dir", str(folder)]
    server = subprocess.Popen(
        [program, *arguments, "--elasticsearch-port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(url, server)
        yield url
    finally:
        # The wrapper starts the server as its child; both are in the group made above.
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=WAIT_SECONDS)


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    with Elasticsearch(url, max_retries=0, request_timeout=1) as client:
        while time.monotonic() < deadline:
            if server.poll() is not None:
                pytest.skip(f"noida-db does not run here: it ended with {server.returncode}")
            if client.ping():
                return
            time.sleep(0.05)
    pytest.skip(f"noida-db did not answer within {WAIT_SECONDS:.0f} s")


@pytest.fixture(scope="session")
def elasticsearch_client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url, max_retries=0) as client:
        yield client


@pytest.fixture(scope="session")
def elasticsearch_lacks(elasticsearch_client: Elasticsearch) -> dict[str, str]:
    """What this server cannot do, capability by capability, found by trying."""
    client, name = elasticsearch_client, "kentongan-test-probe"
    text = {"type": "text", "analyzer": "whitespace"}
    client.options(ignore_status=404).indices.delete(index=f"{name}-1")
    client.indices.create(
        index=f"{name}-1", aliases={name: {}}, mappings={"properties": {"a": text, "b": text}}
    )
    lacks: dict[str, str] = {}
    try:
        operations: list[dict[str, Any]] = [{"index": {"_id": "1"}}, {"a": "x", "b": "y"}]
        answer = client.bulk(index=name, operations=operations, refresh=True, require_alias=True)
        if answer["errors"]:
            lacks["require_alias"] = "bulk with require_alias refuses a real alias"
            client.bulk(index=name, operations=operations, refresh=True)
        plain, boosted = (
            client.search(index=name, query={"combined_fields": {"query": "x", "fields": fields}})
            for fields in (["a", "b"], ["a^5", "b"])
        )
        if plain["hits"]["max_score"] == boosted["hits"]["max_score"]:
            lacks["field_boosts"] = "combined_fields ignores the boosts of fields"
    finally:
        client.indices.delete(index=f"{name}-1")
    return lacks


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
