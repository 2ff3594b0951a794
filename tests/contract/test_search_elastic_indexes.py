"""Elasticsearch: what lies behind the alias: mapping, template, versions, and one index after another."""

import time
from collections.abc import Callable, Iterator

import pytest
from elasticsearch import BadRequestError, Elasticsearch

from search.elastic import ElasticIndex
from search.index import DIMENSIONS, Document, IndexNotReady, IndexUnavailable, Query
from search.mapping import SCHEMA, mapping, settings, template

Make = Callable[..., Document]


@pytest.fixture
def index(elastic_index: ElasticIndex) -> ElasticIndex:
    elastic_index.prepare()
    return elastic_index


def behind(client: Elasticsearch, alias: str) -> str:
    (name,) = client.indices.get_alias(name=alias)
    return name


def test_a_field_that_nobody_planned_is_refused_by_the_server(
    index: ElasticIndex, elasticsearch_client: Elasticsearch
) -> None:
    with pytest.raises(BadRequestError, match="strict_dynamic_mapping"):
        elasticsearch_client.index(
            index=behind(elasticsearch_client, index.alias), document={"author": "budi"}
        )


def test_vectors_are_kept_as_whole_bytes_in_a_graph() -> None:
    vector = mapping({})["properties"]["vector"]
    assert vector["dims"] == DIMENSIONS
    assert vector["index_options"] == {"type": "int8_hnsw"}
    assert (vector["index"], vector["similarity"]) == (True, "cosine")


def test_copies_are_as_the_setting_says_or_as_many_as_there_is_room_for() -> None:
    assert settings(2)["index.number_of_replicas"] == "2"
    assert settings(2)["index.auto_expand_replicas"] == "false"
    assert settings(None)["index.auto_expand_replicas"] == "0-1"


def test_a_rebuilt_index_has_its_settings_back(
    index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    seen: list[dict[str, str]] = []

    def look(alias: str) -> None:
        (held,) = elasticsearch_client.indices.get_settings(index=alias).values()
        seen.append(held["settings"]["index"])

    def documents() -> Iterator[Document]:
        yield make_document(1)
        look(f"{index.alias}-building")

    index.rebuild(documents())
    look(index.alias)
    assert [held["refresh_interval"] for held in seen] == ["-1", "1s"]
    assert [held["number_of_replicas"] for held in seen] == ["0", "0"]


def test_whatever_makes_an_index_of_our_name_gets_our_mapping(
    index: ElasticIndex, elasticsearch_client: Elasticsearch
) -> None:
    (held,) = elasticsearch_client.indices.get_index_template(name=index.alias)["index_templates"]
    made = held["index_template"]
    assert (made["priority"], made["version"]) == (500, SCHEMA)
    assert made["_meta"]["schema"] == SCHEMA
    name = f"{index.alias}-20990101000000000000"
    elasticsearch_client.indices.create(index=name)
    found = elasticsearch_client.indices.get_mapping(index=name)[name]["mappings"]
    assert found["dynamic"] == "strict"
    assert found["properties"].keys() == mapping({})["properties"].keys()


def test_the_template_of_one_alias_does_not_reach_the_indexes_of_another() -> None:
    (pattern,) = template("kentongan", None)["index_patterns"]
    assert not "kentongan-test-1-20260101".startswith(pattern.rstrip("*"))


def test_a_template_that_is_gone_or_of_another_version_is_told_and_put_again_by_a_rebuild(
    index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    assert index.troubles() == []
    elasticsearch_client.indices.delete_index_template(name=index.alias)
    assert "kentongan reindex" in " ".join(index.troubles())
    old = {**template(index.alias, 0), "version": SCHEMA - 1, "meta": {"schema": SCHEMA - 1}}
    elasticsearch_client.indices.put_index_template(name=index.alias, **old)
    (trouble,) = index.troubles()
    assert "template" in trouble
    assert "kentongan reindex" in trouble
    index.rebuild(iter([make_document(1)]))
    assert index.troubles() == []


def test_the_template_of_a_later_version_is_left_alone(
    index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    later = {**template(index.alias, 0), "version": SCHEMA + 1}
    elasticsearch_client.indices.put_index_template(name=index.alias, **later)
    index.rebuild(iter([make_document(1)]))
    (held,) = elasticsearch_client.indices.get_index_template(name=index.alias)["index_templates"]
    assert held["index_template"]["version"] == SCHEMA + 1


def test_a_rebuild_makes_an_index_of_this_version_whatever_was_before(
    index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    before = behind(elasticsearch_client, index.alias)
    elasticsearch_client.indices.put_mapping(index=before, meta={"schema": SCHEMA - 1, "analysis": "x"})
    other = ElasticIndex(elasticsearch_client, index.alias, 0, require_alias=False)
    with pytest.raises(IndexNotReady, match="kentongan reindex"):
        other.health()
    assert other.rebuild(iter([make_document(1, "air")])).held == 1
    assert other.search(Query("air")).total == 1
    assert behind(elasticsearch_client, index.alias) != before
    assert not elasticsearch_client.indices.exists(index=before)


def test_what_is_put_while_a_rebuild_runs_is_found_at_once_in_the_old_index(
    index: ElasticIndex, make_document: Make
) -> None:
    seen: list[int] = []

    def documents() -> Iterator[Document]:
        yield make_document(1, "baharu")
        index.put([make_document(2, "sisipan")])
        seen.append(index.search(Query("sisipan")).total)

    index.rebuild(documents())
    assert seen == [1]
    assert index.search(Query("sisipan")).total == 0  # whoever rebuilds tells the new one of it


def test_two_rebuilds_at_once_are_one_too_many(index: ElasticIndex, make_document: Make) -> None:
    def documents() -> Iterator[Document]:
        yield make_document(1, "air")
        with pytest.raises(IndexUnavailable, match="being rebuilt"):
            index.rebuild(iter([make_document(2, "lain")]))

    assert index.rebuild(documents()).held == 1
    assert index.search(Query("air")).total == 1


def test_a_rebuild_that_another_took_for_dead_does_not_put_half_an_index_in_place(
    index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    index.put([make_document(1, "lama")])

    def documents() -> Iterator[Document]:
        yield make_document(2, "baharu")
        elasticsearch_client.indices.delete(index=behind(elasticsearch_client, f"{index.alias}-building"))
        yield make_document(3, "baharu")

    with pytest.raises((IndexUnavailable, IndexNotReady)):
        index.rebuild(documents())
    assert index.search(Query("lama")).total == 1
    assert index.search(Query("baharu")).total == 0


def test_a_rebuild_says_now_and_then_that_it_lives(
    index: ElasticIndex,
    elasticsearch_client: Elasticsearch,
    make_document: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("search.elastic._HEARTBEAT_SECONDS", 0.0)
    beats: list[float] = []

    def documents() -> Iterator[Document]:
        for number in range(1, 4):
            name = behind(elasticsearch_client, f"{index.alias}-building")
            held = elasticsearch_client.indices.get_mapping(index=name)[name]["mappings"]
            beats.append(held["_meta"]["heartbeat"])
            yield make_document(number)

    index.rebuild(documents())
    assert beats == sorted(set(beats))
    assert time.time() - beats[-1] < 60


def test_health_tells_the_version_of_the_server(
    index: ElasticIndex, elasticsearch_client: Elasticsearch
) -> None:
    version = elasticsearch_client.info()["version"]["number"]
    assert index.health().detail.startswith(f"Elasticsearch {version}, index ")
