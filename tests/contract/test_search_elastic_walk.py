"""Elasticsearch: a walk by relevance reads one state of the index, and walks past any window."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from elasticsearch import Elasticsearch, NotFoundError

from search.cursor import Place, pack, unpack
from search.elastic import ElasticIndex
from search.index import Document, Interval, Query, Sort
from tests.elastic_proxy import Proxy, proxy_to

Make = Callable[..., Document]
MakeVector = Callable[..., bytes]


@pytest.fixture
def index(elastic_index: ElasticIndex) -> ElasticIndex:
    elastic_index.prepare()
    return elastic_index


@pytest.fixture
def watched(
    index: ElasticIndex, elasticsearch_url: str, elasticsearch_lacks: dict[str, str]
) -> Iterator[tuple[ElasticIndex, Proxy]]:
    """The same index by way of a proxy."""
    with proxy_to(elasticsearch_url) as proxy, Elasticsearch(proxy.url, max_retries=0) as client:
        aliased = "require_alias" not in elasticsearch_lacks
        yield ElasticIndex(client, index.alias, 0, require_alias=aliased), proxy


def numbers(hits: object) -> list[int]:
    return [int(hit.id[-4:], 16) for hit in hits]  # type: ignore[attr-defined]


def walk(
    index: ElasticIndex, query: Query, between: Callable[[str], object] = lambda cursor: None
) -> list[int]:
    """Return the rows of every page; `between` is told the cursor after each."""
    found: list[int] = []
    for _ in range(200):
        page = index.search(query)
        found += numbers(page.hits)
        if not page.cursor:
            return found
        between(page.cursor)
        query = dataclasses.replace(query, cursor=page.cursor)
    raise AssertionError("paging does not end")


def is_kept(client: Elasticsearch, cursor: str, query: Query) -> bool:
    """Tell whether the server still has the state that a cursor names."""
    moment = unpack(dataclasses.replace(query, cursor=cursor)).moment
    try:
        client.search(pit={"id": moment, "keep_alive": "1m"}, size=0)
    except NotFoundError:
        return False
    return True


@pytest.mark.parametrize("typed", ["air", "air*"])
def test_what_changes_while_someone_pages_by_relevance_makes_no_gap_and_no_repeat(
    index: ElasticIndex, make_document: Make, elasticsearch_lacks: dict[str, str], typed: str
) -> None:
    if typed == "air" and "score_after" in elasticsearch_lacks:  # beginnings of words all score the same
        pytest.skip(f"this server: {elasticsearch_lacks['score_after']}")
    rows = [make_document(n, "", "air " * (1 + n % 5) + "kota " * (n % 3)) for n in range(1, 61)]
    index.put(rows)
    whole = numbers(index.search(Query(typed, limit=100)).hits)
    added = iter(range(100, 200))

    def change(cursor: str) -> None:
        number = next(added)
        index.put([make_document(number, "air air", "air " * 9), make_document(160 - number, "", "kota")])

    assert walk(index, Query(typed, limit=7), change) == whole


def test_what_is_taken_out_while_someone_pages_is_shown_no_more(
    index: ElasticIndex, make_document: Make
) -> None:
    rows = [make_document(n, "", "air") for n in range(1, 21)]
    index.put(rows)
    first = index.search(Query("air", limit=5))
    gone = [row.id for row in rows if int(row.id[-4:], 16) not in numbers(first.hits)][:8]
    index.remove(gone)
    rest = walk(index, Query("air", limit=5, cursor=first.cursor))
    assert set(rest) == set(range(1, 21)) - set(numbers(first.hits)) - {int(id_[-4:], 16) for id_ in gone}


def test_the_server_keeps_a_state_only_until_the_walk_ends(
    index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    index.put([make_document(n, "", "air") for n in range(1, 12)])
    query = Query("air", limit=5)
    cursors: list[str] = []
    walk(index, query, cursors.append)
    assert len(cursors) == 2
    assert not any(is_kept(elasticsearch_client, cursor, query) for cursor in cursors)
    half = index.search(query)
    assert is_kept(elasticsearch_client, half.cursor, query)


def test_a_single_page_leaves_no_state_behind(
    watched: tuple[ElasticIndex, Proxy], make_document: Make
) -> None:
    index, proxy = watched
    index.put([make_document(n, "", "air") for n in range(1, 4)])
    proxy.asked.clear()
    assert index.search(Query("air", facets=True)).cursor == ""
    states = [(asked.method, "/_pit" in asked.path) for asked in proxy.asked if "_pit" in asked.path]
    assert states == [("POST", True), ("DELETE", True)]


def test_texts_are_sent_only_where_snippets_are_wanted(
    watched: tuple[ElasticIndex, Proxy], make_document: Make
) -> None:
    index, proxy = watched
    index.put([make_document(1, "banjir", "air naik")])
    for wanted in (True, False):
        proxy.asked.clear()
        assert index.search(Query("air", snippets=wanted)).total == 1
        kept = [json.loads(asked.body).get("_source") for asked in proxy.asked if "/_search" in asked.path]
        fetched = [fields["includes"] for fields in kept if fields]
        assert [("text" in fields, "title" in fields) for fields in fetched] == [(wanted, True)]


def test_a_search_that_fails_gives_its_state_back(
    watched: tuple[ElasticIndex, Proxy], make_document: Make
) -> None:
    index, proxy = watched
    index.put([make_document(n, "", "air") for n in range(1, 4)])
    proxy.asked.clear()
    error = (500, "search_phase_execution_exception", "shard failed")
    proxy.instead = lambda asked: error if "/_search" in asked.path else None
    with pytest.raises(Exception, match="shard failed"):
        index.search(Query("air"))
    assert [asked.method for asked in proxy.asked if "_pit" in asked.path] == ["POST", "DELETE"]


def test_a_walk_whose_state_is_gone_goes_on_in_the_present_one(
    index: ElasticIndex, elasticsearch_client: Elasticsearch, make_document: Make
) -> None:
    index.put([make_document(n, "", "air") for n in range(1, 21)])
    query = Query("air", limit=6)

    def lose(cursor: str) -> None:
        moment = unpack(dataclasses.replace(query, cursor=cursor)).moment
        elasticsearch_client.close_point_in_time(id=moment)

    found = walk(index, query, lose)
    assert sorted(found) == list(range(1, 21))


def test_a_walk_outlives_a_rebuild(index: ElasticIndex, make_document: Make) -> None:
    rows = [make_document(n, "", "air") for n in range(1, 21)]
    index.put(rows)
    first = index.search(Query("air", limit=6))
    index.rebuild(iter(rows))
    rest = walk(index, Query("air", limit=6, cursor=first.cursor))
    assert sorted(numbers(first.hits) + rest) == list(range(1, 21))


def test_a_state_that_somebody_made_up_is_no_error(index: ElasticIndex, make_document: Make) -> None:
    index.put([make_document(n, "", "air") for n in range(1, 4)])
    first = index.search(Query("air", limit=1))
    place = unpack(Query("air", cursor=first.cursor))
    for made_up in ("x", "!!", "a" * 2_000, "46ToAwMDaWR5BXV1aWQyKwZub2RlXzMA"):
        cursor = pack(Query("air"), Place(0, place.key, made_up))
        assert len(index.search(Query("air", cursor=cursor)).hits) == 2


def test_a_server_that_keeps_too_many_states_still_answers(
    watched: tuple[ElasticIndex, Proxy], make_document: Make
) -> None:
    index, proxy = watched
    index.put([make_document(n, "", "air") for n in range(1, 12)])
    error = (429, "too_many_contexts", "Trying to create too many search contexts")
    proxy.instead = lambda asked: error if "_pit" in asked.path else None
    assert sorted(walk(index, Query("air", limit=4))) == list(range(1, 12))


def test_a_walk_by_date_needs_no_state_of_the_server(
    watched: tuple[ElasticIndex, Proxy], make_document: Make
) -> None:
    index, proxy = watched
    index.put([make_document(n, "", "air", priority=n % 3) for n in range(1, 12)])
    proxy.asked.clear()
    for sort in (Sort.NEWEST, Sort.OLDEST, Sort.PRIORITY):
        walk(index, Query("air", sort=sort, limit=4))
    assert not [asked for asked in proxy.asked if "_pit" in asked.path]
    assert not [asked for asked in proxy.asked if b'"from"' in asked.body]


def test_a_hybrid_walk_reads_one_state_too(
    index: ElasticIndex, make_document: Make, make_vector: MakeVector
) -> None:
    rows = [
        make_document(n, "", "air" if n % 2 else "lain", vector=make_vector((n, 1.0))) for n in range(1, 41)
    ]
    index.put(rows)
    near = make_vector((3, 1.0), (5, 0.5))
    whole = numbers(index.search(Query("air", vector=near, limit=100)).hits)
    added = iter(range(100, 200))

    def add(cursor: str) -> None:
        index.put([make_document(next(added), "air", "air", vector=near)])

    assert walk(index, Query("air", vector=near, limit=9), add) == whole


def test_the_window_of_ten_thousand_is_walked_past(index: ElasticIndex, make_document: Make) -> None:
    index.rebuild(make_document(n, "", "air") for n in range(1, 10_051))
    query = Query("air*", limit=1000)
    assert sorted(walk(index, query)) == list(range(1, 10_051))
    assert index.search(query).total == 10_050


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (Interval.DAY, {date(2024, 1, 31): 1, date(2024, 2, 1): 2, date(2024, 2, 5): 1}),
        (Interval.WEEK, {date(2024, 1, 29): 3, date(2024, 2, 5): 1}),
        (Interval.MONTH, {date(2024, 1, 1): 1, date(2024, 2, 1): 3}),
    ],
)
def test_what_is_counted_over_time_begins_its_days_where_the_region_does(
    index: ElasticIndex, make_document: Make, interval: Interval, expected: dict[date, int]
) -> None:
    moments = [(1, 31, 16, 59), (1, 31, 17, 0), (2, 1, 16, 59), (2, 4, 17, 0)]
    rows = [
        make_document(n, "air", published_at=datetime(2024, month, day, hour, minute, tzinfo=UTC))
        for n, (month, day, hour, minute) in enumerate(moments, start=1)
    ]
    index.put([*rows, make_document(9, "lain")])
    page = index.search(Query("air", histogram=interval, zone="Asia/Jakarta", limit=1))
    assert dict(page.histogram) == expected
    assert list(page.histogram) == sorted(page.histogram)
    assert page.total == 4
