"""Every engine counts over time alike, in the days of a zone, and marks titles and stages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from search.index import Document, Interval, Kind, Query, SearchIndex, Sort

Make = Callable[..., Document]

# Sunday 31 December 2023, 16:30 UTC: 23:30 in WIB, 00:30 on Monday 1 January in WITA, 01:30 in WIT.
EVE = datetime(2023, 12, 31, 16, 30, tzinfo=UTC)


def put_over_time(index: SearchIndex, make_document: Make) -> None:
    moments = [EVE, EVE + timedelta(hours=1), EVE + timedelta(days=1), EVE + timedelta(days=7)]
    moments += [datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC), datetime(1999, 5, 5, tzinfo=UTC)]
    index.put([make_document(n, "", "air", published_at=moment) for n, moment in enumerate(moments, start=1)])
    index.put([make_document(90, "", "api", published_at=EVE)])
    index.put([make_document(91, "", "air", published_at=EVE, kind=Kind.FACT_CHECK)])


@pytest.mark.parametrize(
    ("zone", "interval", "expected"),
    [
        (
            "Asia/Jakarta",
            Interval.DAY,
            {"1999-05-05": 1, "2023-12-31": 1, "2024-01-01": 2, "2024-01-07": 1, "2024-03-01": 1},
        ),
        (
            "Asia/Makassar",
            Interval.DAY,
            {"1999-05-05": 1, "2024-01-01": 2, "2024-01-02": 1, "2024-01-08": 1, "2024-03-01": 1},
        ),
        (
            "Asia/Jakarta",
            Interval.WEEK,
            {"1999-05-03": 1, "2023-12-25": 1, "2024-01-01": 3, "2024-02-26": 1},
        ),
        (
            "Asia/Makassar",
            Interval.WEEK,
            {"1999-05-03": 1, "2024-01-01": 3, "2024-01-08": 1, "2024-02-26": 1},
        ),
        (
            "Asia/Jakarta",
            Interval.MONTH,
            {"1999-05-01": 1, "2023-12-01": 1, "2024-01-01": 3, "2024-03-01": 1},
        ),
        ("Asia/Jayapura", Interval.MONTH, {"1999-05-01": 1, "2024-01-01": 4, "2024-03-01": 1}),
        ("UTC", Interval.MONTH, {"1999-05-01": 1, "2023-12-01": 2, "2024-01-01": 2, "2024-02-01": 1}),
    ],
)
def test_matches_are_counted_by_the_days_of_the_zone(
    search_index: SearchIndex, make_document: Make, zone: str, interval: Interval, expected: dict[str, int]
) -> None:
    put_over_time(search_index, make_document)
    page = search_index.search(Query("air", histogram=interval, zone=zone, limit=1))
    assert {str(day): number for day, number in page.histogram} == expected
    assert [day for day, _ in page.histogram] == sorted(day for day, _ in page.histogram)
    assert page.total == sum(expected.values())


def test_what_is_counted_is_what_matches_on_every_page(
    search_index: SearchIndex, make_document: Make
) -> None:
    put_over_time(search_index, make_document)
    query = {"histogram": Interval.MONTH, "facets": True, "since": datetime(2024, 2, 1, tzinfo=UTC)}
    page = search_index.search(Query("air", **query))  # type: ignore[arg-type]
    assert page.histogram == ((date(2024, 3, 1), 1),)
    assert page.facets["platform"] == {"news": 1}
    first = search_index.search(Query("air", histogram=Interval.MONTH, limit=2))
    second = search_index.search(Query("air", histogram=Interval.MONTH, limit=2, cursor=first.cursor))
    assert (second.histogram, second.total) == (first.histogram, first.total)
    assert search_index.search(Query("air")).histogram == ()
    assert search_index.search(Query("tidakada", histogram=Interval.DAY)).histogram == ()


def test_stages_of_elections_are_filtered_typed_and_counted(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    rows = [
        make_document(1, "air", stage=("pilkada 2024", "masa tenang")),
        make_document(2, "air", stage=("pilkada 2024", "kampanye")),
        make_document(3, "air"),
    ]
    search_index.put([*rows, *noise])

    def found(text: str, **filters: list[str]) -> set[str]:
        return {hit.id for hit in search_index.search(Query(text, filters=filters)).hits}

    assert found("air", stage=["Masa-Tenang"]) == found('air tahapan:"masa tenang"') == {rows[0].id}
    assert found("air", stage=["kampanye", "masa tenang"]) == {rows[0].id, rows[1].id}
    assert found('tahap:"pilkada 2024" -stage:kampanye') == {rows[0].id}
    counted = search_index.search(Query("air", facets=True)).facets["stage"]
    assert list(counted.items()) == [("pilkada 2024", 2), ("kampanye", 1), ("masa tenang", 1)]


def test_titles_are_given_whole_with_the_words_marked(search_index: SearchIndex, make_document: Make) -> None:
    title = "<b>Banjir</b>: wali kota bicara, banjirnya surut; kebanjiran lain"
    search_index.put([make_document(1, title, "Air naik."), make_document(2, "", "walikota dan banjir")])
    hits = {hit.id: hit for hit in search_index.search(Query("walikota banjir")).hits}
    pieces = hits[make_document(1).id].title_pieces
    assert "".join(piece for piece, _ in pieces) == title
    assert [piece for piece, matched in pieces if matched][:3] == ["Banjir", "wali kota", "banjirnya"]
    assert hits[make_document(2).id].title_pieces == ()


@pytest.mark.parametrize("sort", list(Sort))
def test_without_snippets_everything_else_of_a_page_is_the_same(
    search_index: SearchIndex, make_document: Make, sort: Sort
) -> None:
    rows = [make_document(n, f"Banjir {n}", "air naik " * n, priority=n) for n in range(1, 6)]
    search_index.put(rows)
    query = Query("air", sort=sort, limit=3, facets=True)
    marked, bare = search_index.search(query), search_index.search(replace(query, snippets=False))
    assert all(hit.snippet and hit.title_pieces for hit in marked.hits)
    assert bare.hits == tuple(replace(hit, snippet=(), title_pieces=()) for hit in marked.hits)
    assert (bare.total, bare.facets) == (marked.total, marked.facets)
    rest = search_index.search(replace(query, snippets=False, cursor=marked.cursor))
    assert {hit.id for hit in (*bare.hits, *rest.hits)} == {row.id for row in rows}


def test_a_phrase_reaches_neither_from_title_into_text_nor_round_the_title(
    search_index: SearchIndex, make_document: Make
) -> None:
    search_index.put([make_document(1, "air naik", "tanggul jebol")])
    for typed, number in (
        ('"air naik"', 1),
        ('"tanggul jebol"', 1),
        ('"naik tanggul"', 0),
        ('"naik air"', 0),
    ):
        assert search_index.search(Query(typed)).total == number, typed
