"""Every engine keeps its copy whole: put, remove, rebuild, and tell empty from down."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from search.elastic import ElasticIndex
from search.embedded import EmbeddedIndex
from search.index import Document, IndexNotReady, IndexUnavailable, Kind, Query, Rebuilt, SearchIndex
from search.reindex import reindex

Make = Callable[..., Document]


def test_an_index_that_was_never_made_is_not_an_empty_one(unprepared_index: SearchIndex) -> None:
    for use in (
        lambda: unprepared_index.search(Query("air")),
        lambda: unprepared_index.health(),
        lambda: next(unprepared_index.ids()),
    ):
        with pytest.raises(IndexNotReady, match="reindex"):
            use()


def test_a_write_into_an_index_that_was_never_made_makes_none(
    unprepared_index: SearchIndex, make_document: Make
) -> None:
    with pytest.raises(IndexNotReady, match="reindex"):
        unprepared_index.put([make_document(1)])
    with pytest.raises(IndexNotReady, match="reindex"):
        unprepared_index.search(Query(""))


def test_finding_nothing_is_an_empty_page(search_index: SearchIndex) -> None:
    page = search_index.search(Query("air", facets=True))
    assert (page.hits, page.total, page.cursor, page.understood) == ((), 0, "", "air")


def test_preparing_twice_keeps_what_is_held(search_index: SearchIndex, make_document: Make) -> None:
    search_index.put([make_document(1, "air")])
    search_index.prepare()
    assert search_index.search(Query("air")).total == 1


def test_putting_again_replaces_and_old_words_are_gone(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    first = make_document(1, "banjir", "air naik", state="new")
    search_index.put([first, *noise])
    search_index.put([first])
    assert search_index.search(Query("banjir")).total == 1
    search_index.put([make_document(1, "gempa", "tanah goyah", state="noted")])
    assert search_index.search(Query("banjir")).total == 0
    assert search_index.search(Query("status:new")).total == 0
    assert search_index.search(Query("gempa status:noted")).total == 1
    assert search_index.health().documents == 1 + len(noise)


def test_one_batch_may_hold_a_document_twice_and_the_last_counts(
    search_index: SearchIndex, make_document: Make
) -> None:
    search_index.put([make_document(1, "banjir"), make_document(1, "gempa")])
    assert (search_index.search(Query("banjir")).total, search_index.search(Query("gempa")).total) == (0, 1)


def test_what_is_removed_is_gone_and_unknown_ids_are_no_error(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    search_index.put([make_document(1, "banjir"), *noise])
    search_index.remove([make_document(1).id, "unknown"])
    search_index.remove([])
    assert search_index.search(Query("banjir")).total == 0
    assert set(search_index.ids()) == {row.id for row in noise}


def test_ids_are_given_once_each_and_by_kind(search_index: SearchIndex, make_document: Make) -> None:
    items = [make_document(n) for n in range(1, 8)]
    check = make_document(8, kind=Kind.FACT_CHECK)
    search_index.put([*items, check])
    assert sorted(search_index.ids()) == [row.id for row in (*items, check)]
    assert sorted(search_index.ids(Kind.ITEM)) == [row.id for row in items]
    assert list(search_index.ids(Kind.FACT_CHECK)) == [check.id]


def test_the_old_index_answers_until_the_new_one_is_full(
    search_index: SearchIndex, make_document: Make
) -> None:
    search_index.put([make_document(1, "lama")])
    seen: list[int] = []

    def documents() -> Iterator[Document]:
        for number in range(2, 5):
            seen.append(search_index.search(Query("lama")).total)
            yield make_document(number, "baharu")
        search_index.put([make_document(9, "sisipan")])  # into the old one
        seen.append(search_index.search(Query("baharu")).total)

    assert reindex(search_index, documents()) == Rebuilt(3)
    assert seen == [1, 1, 1, 0]
    assert search_index.search(Query("lama")).total == 0
    assert search_index.search(Query("baharu")).total == 3
    search_index.put([make_document(9, "sisipan")])
    assert search_index.search(Query("sisipan")).total == 1


def test_a_rebuild_that_fails_leaves_the_old_index(search_index: SearchIndex, make_document: Make) -> None:
    search_index.put([make_document(1, "lama")])

    def documents() -> Iterator[Document]:
        yield make_document(2, "baharu")
        raise OSError("the record went away")

    with pytest.raises((OSError, IndexUnavailable), match="the record went away"):
        search_index.rebuild(documents())
    assert search_index.search(Query("lama")).total == 1
    search_index.put([make_document(3, "lama")])
    assert search_index.rebuild(iter([make_document(4, "baharu")])) == Rebuilt(1)


def test_a_rebuild_needs_no_index_before_it(unprepared_index: SearchIndex, make_document: Make) -> None:
    assert reindex(unprepared_index, iter([make_document(1, "air")])) == Rebuilt(1)
    assert unprepared_index.search(Query("air")).total == 1


def test_many_documents_go_in_and_come_back(search_index: SearchIndex, make_document: Make) -> None:
    rows = [make_document(n, "air") for n in range(1, 1_203)]
    search_index.put(rows[:1_101])
    assert search_index.search(Query("air")).total == 1_101
    assert search_index.rebuild(iter(rows)) == Rebuilt(1_202)
    assert len(set(search_index.ids())) == 1_202


def test_health_names_the_engine_and_counts(search_index: SearchIndex, make_document: Make) -> None:
    search_index.put([make_document(1), make_document(2, kind=Kind.FACT_CHECK)])
    health = search_index.health()
    assert health.documents == 2
    assert health.engine == ("embedded" if isinstance(search_index, EmbeddedIndex) else "elastic")


def test_an_embedded_index_whose_folder_is_gone_is_down_not_empty(
    embedded_index: EmbeddedIndex, tmp_path: Path, make_document: Make
) -> None:
    embedded_index.prepare()
    embedded_index.put([make_document(1, "air")])
    shutil.rmtree(tmp_path / "index")
    with pytest.raises(IndexNotReady, match="reindex"):
        embedded_index.search(Query("air"))
    assert embedded_index.rebuild(iter([make_document(1, "air")])) == Rebuilt(1)
    assert embedded_index.search(Query("air")).total == 1


def test_a_server_that_does_not_answer_is_down_not_empty(make_document: Make) -> None:
    with Elasticsearch("http://127.0.0.1:9", max_retries=0, request_timeout=2) as client:
        index = ElasticIndex(client)
        for use in (
            lambda: index.prepare(),
            lambda: index.search(Query("air")),
            lambda: index.put([make_document(1)]),
            lambda: index.health(),
        ):
            with pytest.raises(IndexUnavailable, match="no answer"):
                use()


def test_a_server_that_blocks_writing_says_so(
    elastic_index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    elastic_index.prepare()
    (name,) = elasticsearch_client.indices.get_alias(name=elastic_index.alias)
    elasticsearch_client.indices.put_settings(index=name, settings={"index.blocks.write": True})
    with pytest.raises(IndexUnavailable, match="read-only"):
        elastic_index.put([make_document(1)])
    elasticsearch_client.indices.put_settings(index=name, settings={"index.blocks.write": None})
    elastic_index.put([make_document(1, "air")])
    assert elastic_index.search(Query("air")).total == 1


def test_an_elasticsearch_index_of_another_version_asks_for_a_reindex(
    elastic_index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    elastic_index.prepare()
    elasticsearch_client.indices.put_mapping(index=elastic_index.alias, meta={"schema": 0})
    other = ElasticIndex(elasticsearch_client, alias=elastic_index.alias)
    for use in (other.prepare, lambda: other.search(Query("")), lambda: other.put([make_document(1)])):
        with pytest.raises(IndexNotReady, match="another version"):
            use()


def test_a_write_after_the_alias_has_gone_makes_no_index_of_its_name(
    elastic_index: ElasticIndex,
    elasticsearch_client: Elasticsearch,
    elasticsearch_lacks: dict[str, str],
    make_document: Make,
) -> None:
    if "require_alias" in elasticsearch_lacks:
        pytest.skip(f"this server: {elasticsearch_lacks['require_alias']}")
    elastic_index.prepare()
    (name,) = elasticsearch_client.indices.get_alias(name=elastic_index.alias)
    elasticsearch_client.indices.delete_alias(index=name, name=elastic_index.alias)
    with pytest.raises(IndexNotReady, match="reindex"):
        elastic_index.put([make_document(1)])
    assert not elasticsearch_client.indices.exists(index=elastic_index.alias)


def test_a_rebuild_that_died_stops_nobody_for_long(
    elastic_index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    elastic_index.prepare()
    died = f"{elastic_index.alias}-20240101000000000000"
    elasticsearch_client.indices.create(
        index=died, aliases={f"{elastic_index.alias}-building": {}}, mappings={"_meta": {"heartbeat": 1.0}}
    )
    elastic_index.put([make_document(1, "air")])
    assert elastic_index.rebuild(iter([make_document(2, "air")])) == Rebuilt(1)
    assert not elasticsearch_client.indices.exists(index=died)


def test_both_engines_rank_alike(
    embedded_index: EmbeddedIndex, elastic_index: ElasticIndex, make_document: Make, noise: list[Document]
) -> None:
    texts = [
        "hoaks surat suara tercoblos", "hoaks banjir bandang di Arunika", "warga diminta waspada banjir",
        "surat suara tiba di gudang", "banjir banjir banjir", "wali kota meninjau banjir di Arunika hulu",
        "kabar hoax surat suara dan banjir", "surat edaran wali kota",
    ]  # fmt: skip
    rows = [
        make_document(n, text=f"{text}. Demikian kabar nomor {n}") for n, text in enumerate(texts, start=1)
    ]
    more = [make_document(100 + n, text=f"kabar lain nomor {n} dari hulu sungai") for n in range(30)]
    for index in (embedded_index, elastic_index):
        index.prepare()
        index.put([*rows, *more, *noise])
    for typed in ("hoaks", "banjir", "surat suara", "banjir OR hoaks", "walikota banjir", "hoax surat"):
        one, other = (index.search(Query(typed, limit=100)) for index in (embedded_index, elastic_index))
        assert one.total == other.total
        assert {hit.id for hit in one.hits} == {hit.id for hit in other.hits}
        assert one.hits[0].id == other.hits[0].id, typed
        assert one.understood == other.understood
        assert [hit.snippet for hit in one.hits if hit.id == one.hits[0].id] == [other.hits[0].snippet]
