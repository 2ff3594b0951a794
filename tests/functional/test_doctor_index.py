"""What `kentongan doctor` tells of the index, on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from cli.doctoring import Finding, examine
from cli.parts import Parts
from kentongan.settings import read_settings
from kentongan.store.refusals import Refusal
from pipeline.syncing import sync_index
from search.elastic import ElasticIndex
from search.index import SearchIndex
from tests.grouping import add, add_sources, said


@pytest.fixture
def parts(tmp_path: Path, search_index: SearchIndex) -> Iterator[Parts]:
    """A deployment with three items, all told to the index."""
    made = Parts(read_settings({"KENTONGAN_HOME": str(tmp_path / "home"), "KENTONGAN_REGION": "arunika"}))
    made.__dict__["index"] = search_index
    add_sources(made.store)
    for number in range(3):
        add(made.store, said(0, 40, f"kisah{number}x"))
    sync_index(made.store, search_index)
    yield made
    made.store.close()


def of_index(parts: Parts) -> dict[str, Finding]:
    return {found.part: found for found in examine(parts) if found.part.startswith("index")}


def test_a_well_index_is_told_as_such(parts: Parts) -> None:
    found = of_index(parts)
    assert all(finding.well for finding in found.values()), found
    assert "3 documents" in found["index"].finding
    assert found["index, writing"].finding == "nothing waits"


def test_a_document_that_is_missing_is_named_with_the_mend(parts: Parts) -> None:
    lost = next(parts.index.ids())
    parts.index.remove([lost])
    found = of_index(parts)["index"]
    assert (found.well, found.mend) == (False, "kentongan reindex")
    assert "1 documents missing" in found.finding
    assert lost in found.finding


def test_what_was_refused_is_told_with_its_reason(parts: Parts) -> None:
    key = add(parts.store, said(40, 80))
    jobs = [job.id for job in parts.store.outbox.pending(99)]
    parts.store.outbox.done(jobs, [Refusal("item", key, "too large for one request")])
    found = of_index(parts)["index, refused"]
    assert not found.well
    assert f"{key}: too large for one request" in found.finding
    assert "kentongan reindex" in found.mend


def test_a_full_disk_is_told_with_what_waits(parts: Parts, elasticsearch_client: Elasticsearch) -> None:
    if not isinstance(parts.index, ElasticIndex):
        pytest.skip("only a server has a disk of its own")
    (name,) = elasticsearch_client.indices.get_alias(name=parts.index.alias)
    elasticsearch_client.indices.put_settings(
        index=name, settings={"index.blocks.read_only_allow_delete": True}
    )
    add(parts.store, said(40, 80))
    found = of_index(parts)["index, writing"]
    elasticsearch_client.indices.put_settings(
        index=name, settings={"index.blocks.read_only_allow_delete": None}
    )
    assert not found.well
    assert "flood_stage" in found.finding
    assert "1 changes wait" in found.finding
