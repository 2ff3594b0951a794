"""Elasticsearch in trouble: busy, full, slow, picky. Nothing is lost, and everything is told."""

import os
import time
from collections.abc import Callable, Iterator
from itertools import chain, count, repeat

import pytest
from elasticsearch import Elasticsearch

from search.elastic import ElasticIndex
from search.elastic_bulk import Limits
from search.index import Document, IndexNotReady, IndexUnavailable, Kind, Query, Refused, SearchError
from tests.elastic_proxy import Asked, Error, Proxy, proxy_to

Make = Callable[..., Document]

BUSY: Error = (429, "es_rejected_execution_exception", "rejected execution: queue is full")
NOT_PARSED: Error = (400, "document_parsing_exception", "[1:52] failed to parse field [published]")
FULL: Error = (
    429,
    "cluster_block_exception",
    "index [k] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, "
    "index has read-only-allow-delete block];",
)
QUICK = Limits(tries=4, first_wait_seconds=0.001, longest_wait_seconds=0.002)


@pytest.fixture
def proxy(elasticsearch_url: str) -> Iterator[Proxy]:
    with proxy_to(elasticsearch_url) as proxy:
        yield proxy


@pytest.fixture
def alias(elasticsearch_client: Elasticsearch) -> Iterator[str]:
    alias = f"kentongan-test-{os.getpid()}-{time.monotonic_ns()}"
    yield alias
    for name in elasticsearch_client.indices.get(index=f"{alias}-*", allow_no_indices=True):
        elasticsearch_client.indices.delete(index=name)
    elasticsearch_client.options(ignore_status=404).indices.delete_index_template(name=alias)


@pytest.fixture
def make_index(
    proxy: Proxy, alias: str, elasticsearch_lacks: dict[str, str]
) -> Iterator[Callable[..., ElasticIndex]]:
    made: list[ElasticIndex] = []

    def make(limits: Limits = QUICK) -> ElasticIndex:
        client = Elasticsearch(proxy.url, max_retries=0)
        index = ElasticIndex(
            client, alias, 0, require_alias="require_alias" not in elasticsearch_lacks, limits=limits
        )
        index.prepare()
        made.append(index)
        return index

    yield make
    for index in made:
        index.close()


@pytest.fixture
def index(make_index: Callable[..., ElasticIndex]) -> ElasticIndex:
    return make_index()


def failing(times: int, error: Error, *ids: str) -> Callable[[str], Error | None]:
    """Return errors for the documents of these ids, each so many times."""
    left = dict.fromkeys(ids, times)

    def fail(id_: str) -> Error | None:
        if left.get(id_, 0) <= 0:
            return None
        left[id_] -= 1
        return error

    return fail


def failing_bulks(*errors: Error | None) -> Callable[[Asked], Error | None]:
    """Return these errors for one bulk request after another, then none."""
    left = chain(errors, repeat(None))
    return lambda asked: next(left) if asked.is_bulk else None


def test_only_what_the_server_was_too_busy_for_is_sent_again(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    rows = [make_document(n, "air") for n in range(1, 6)]
    proxy.of_document = failing(2, BUSY, rows[1].id, rows[3].id)
    assert index.put(rows) == []
    late = [rows[1].id, rows[3].id]
    assert proxy.ids() == [[row.id for row in rows], late, late]
    assert index.search(Query("air")).total == 5


def test_a_server_that_stays_busy_is_given_up_and_nothing_counts_as_done(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    rows = [make_document(n, "air") for n in range(1, 4)]
    proxy.of_document = failing(99, BUSY, rows[1].id)
    with pytest.raises(IndexUnavailable, match=r"1 of 1 not taken, es_rejected_execution.*tried 4 times"):
        index.put(rows)
    assert len(proxy.bulks()) == 4
    proxy.of_document = lambda id_: None
    assert index.put(rows) == []
    assert index.search(Query("air")).total == 3


def test_waits_grow_up_to_a_longest_and_no_two_processes_wait_alike() -> None:
    limits = Limits(first_wait_seconds=1.0, longest_wait_seconds=4.0)
    for tries, longest in ((1, 1.0), (2, 2.0), (3, 4.0), (9, 4.0)):
        waits = [limits.wait(tries) for _ in range(50)]
        assert all(longest / 2 <= wait <= longest for wait in waits)
        assert len(set(waits)) > 40


def test_what_the_server_will_never_take_is_given_back_with_the_reason_and_the_rest_is_in(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    rows = [make_document(n, "air") for n in range(1, 5)]
    check = make_document(9, "air", kind=Kind.FACT_CHECK)
    proxy.of_document = lambda id_: NOT_PARSED if id_ in (rows[2].id, check.id) else None
    refused = index.put([*rows, check])
    told = "document_parsing_exception [1:52] failed to parse field [published]"
    assert refused == [Refused(rows[2].id, Kind.ITEM, told), Refused(check.id, Kind.FACT_CHECK, told)]
    assert len(proxy.bulks()) == 1
    assert index.search(Query("air")).total == 3


def test_a_document_that_is_refused_for_real_is_told_with_the_servers_own_reason(
    index: ElasticIndex, make_document: Make
) -> None:
    immense = make_document(1, "air", source="x" * 40_000)
    refused = index.put([immense, make_document(2, "air")])
    if not refused:
        pytest.skip("this server: takes keywords of more than 32,766 bytes")
    assert [one.id for one in refused] == [immense.id]
    assert refused[0].reason
    assert index.search(Query("air")).total == 1


def test_what_cannot_even_be_sent_is_refused_and_the_rest_is_in(
    index: ElasticIndex, make_document: Make
) -> None:
    broken = make_document(1, "air", vector=b"\x01\x02")
    endless = make_document(2, "air", priority=float("nan"))
    refused = index.put([broken, make_document(3, "air"), endless])
    assert [(one.id, one.kind) for one in refused] == [(broken.id, Kind.ITEM), (endless.id, Kind.ITEM)]
    assert "2 bytes" in refused[0].reason
    assert index.search(Query("air")).total == 1


def test_a_rebuild_gives_back_what_was_refused_and_holds_the_rest(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    rows = [make_document(n, "air") for n in range(1, 8)]
    proxy.of_document = lambda id_: NOT_PARSED if id_ == rows[4].id else None
    rebuilt = index.rebuild(iter(rows))
    assert rebuilt.held == 6
    assert [one.id for one in rebuilt.refused] == [rows[4].id]


def test_a_rebuild_waits_longer_for_a_busy_server_than_a_single_change(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    rows = [make_document(n, "air") for n in range(1, 8)]
    proxy.of_document = failing(QUICK.tries + 2, BUSY, rows[3].id)
    assert index.rebuild(iter(rows)).held == 7


@pytest.mark.parametrize(
    "error",
    [(500, "null_pointer_exception", "Cannot invoke"), (409, "version_conflict_engine_exception", "x")],
)
def test_an_error_that_nothing_is_known_of_is_raised(
    index: ElasticIndex, proxy: Proxy, make_document: Make, error: Error
) -> None:
    proxy.of_document = lambda id_: error
    with pytest.raises(SearchError, match=error[1]) as raised:
        index.put([make_document(1)])
    assert not isinstance(raised.value, IndexUnavailable | IndexNotReady)


def test_a_field_that_the_mapping_lacks_asks_for_a_reindex_and_refuses_no_document(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    proxy.of_document = lambda id_: (
        400,
        "strict_dynamic_mapping_exception",
        "[stage] within [_doc] not allowed",
    )
    with pytest.raises(IndexNotReady, match=r"stage.*kentongan reindex"):
        index.put([make_document(1)])


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_whole_request_that_the_server_is_too_busy_for_is_sent_again(
    index: ElasticIndex, proxy: Proxy, make_document: Make, status: int
) -> None:
    error = (status, "circuit_breaking_exception", "Data too large")
    proxy.instead = failing_bulks(error, error, None)
    assert index.put([make_document(1, "air")]) == []
    assert len(proxy.bulks()) == 3
    proxy.instead = failing_bulks(*[error] * 4)
    with pytest.raises(IndexUnavailable, match=rf"busy or not ready \({status}\); tried 4 times"):
        index.put([make_document(2, "air")])


def test_a_server_that_does_not_answer_in_time_is_asked_again_then_the_work_waits(
    make_index: Callable[..., ElasticIndex], proxy: Proxy, make_document: Make
) -> None:
    index = make_index(Limits(tries=2, first_wait_seconds=0.001, timeout_seconds=0.5))
    number = count()
    proxy.slow_seconds = lambda asked: 1.5 if asked.is_bulk and next(number) == 0 else 0.0
    assert index.put([make_document(1, "air")]) == []
    assert index.search(Query("air")).total == 1
    proxy.slow_seconds = lambda asked: 1.5 if asked.is_bulk else 0.0
    with pytest.raises(IndexUnavailable, match=r"no answer from the server in time.*tried 2 times"):
        index.put([make_document(2, "air")])


def test_a_full_disk_is_told_with_its_setting_and_once_there_is_room_everything_goes_on(
    index: ElasticIndex, proxy: Proxy, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    index.put([make_document(1, "air")])
    (name,) = elasticsearch_client.indices.get_alias(name=index.alias)
    block = "index.blocks.read_only_allow_delete"
    elasticsearch_client.indices.put_settings(index=name, settings={block: True})
    before = len(proxy.bulks())
    with pytest.raises(IndexUnavailable, match=r"disk is nearly full.*flood_stage.*goes on by itself"):
        index.put([make_document(2, "air")])
    assert len(proxy.bulks()) == before + 1  # asking again makes no room
    assert index.search(Query("air")).total == 1
    (trouble,) = index.troubles()
    assert "flood_stage" in trouble
    elasticsearch_client.indices.put_settings(index=name, settings={block: None})
    assert index.put([make_document(2, "air")]) == []
    assert index.troubles() == []
    assert index.search(Query("air")).total == 2


def test_a_full_disk_told_for_one_document_of_many_is_a_full_disk(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    rows = [make_document(n) for n in range(1, 4)]
    proxy.of_document = lambda id_: FULL if id_ == rows[2].id else None
    with pytest.raises(IndexUnavailable, match="disk is nearly full"):
        index.put(rows)
    assert len(proxy.bulks()) == 1


def test_a_block_that_somebody_set_is_told_as_such(
    index: ElasticIndex, elasticsearch_client: Elasticsearch
) -> None:
    (name,) = elasticsearch_client.indices.get_alias(name=index.alias)
    elasticsearch_client.indices.put_settings(index=name, settings={"index.blocks.write": True})
    (trouble,) = index.troubles()
    assert "index.blocks" in trouble


def test_requests_are_cut_by_bytes_and_by_number(
    make_index: Callable[..., ElasticIndex], proxy: Proxy, make_document: Make
) -> None:
    rows = [make_document(n, "air", "isi " * 500) for n in range(1, 21)]
    index = make_index(Limits(bytes=30_000))
    index.put(rows)
    sizes = [len(asked.body) for asked in proxy.bulks()]
    assert len(sizes) > 2
    assert all(size <= 30_000 for size in sizes)
    assert [id_ for ids in proxy.ids() for id_ in ids] == [row.id for row in rows]
    proxy.asked.clear()
    make_index(Limits(documents=7)).put(rows)
    assert [len(ids) for ids in proxy.ids()] == [7, 7, 6]
    assert index.search(Query("air")).total == 20


def test_a_document_too_large_for_any_request_is_refused_with_its_size(
    make_index: Callable[..., ElasticIndex], proxy: Proxy, make_document: Make
) -> None:
    index = make_index(Limits(bytes=10_000, document_bytes=40_000))
    large, huge = make_document(1, "air", "x " * 4_000), make_document(2, "air", "y " * 40_000)
    refused = index.put([make_document(3, "air"), large, huge, make_document(4, "air")])
    assert [one.id for one in refused] == [huge.id]
    assert "bytes" in refused[0].reason
    assert [len(ids) for ids in proxy.ids()] == [1, 1, 1]
    assert index.search(Query("air")).total == 3


def test_a_server_that_takes_less_in_one_request_gets_less(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    rows = [make_document(n, "air", "isi " * (3_000 if n == 5 else 10)) for n in range(1, 9)]
    too_large = (413, "content_too_large", "maximum content length exceeded")
    proxy.instead = lambda asked: too_large if asked.is_bulk and len(asked.body) > 6_000 else None
    refused = index.put(rows)
    assert [one.id for one in refused] == [rows[4].id]
    assert "too large" in refused[0].reason
    assert index.search(Query("air")).total == 7


def test_one_document_given_twice_is_sent_once_so_that_no_older_text_comes_late(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    proxy.of_document = failing(1, BUSY, make_document(1).id)
    index.put([make_document(1, "banjir"), make_document(1, "gempa")])
    assert [len(ids) for ids in proxy.ids()] == [1, 1]
    assert (index.search(Query("banjir")).total, index.search(Query("gempa")).total) == (0, 1)


def test_an_answer_without_a_part_of_the_index_is_asked_for_by_no_search(
    index: ElasticIndex, proxy: Proxy, make_document: Make
) -> None:
    index.put([make_document(n, "air") for n in range(1, 9)])
    proxy.asked.clear()
    index.search(Query("air", facets=True, limit=3))
    index.search(Query("", limit=3))
    list(index.ids())
    searches = [asked.path for asked in proxy.asked if "/_search" in asked.path]
    assert len(searches) >= 6
    assert all("allow_partial_search_results=false" in path for path in searches)
