"""Every engine walks to the last row, by words and by meaning, and takes any string."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.cursor import Place, pack
from search.index import BadCursor, Document, Kind, Query, SearchIndex, Sort

Make = Callable[..., Document]
MakeVector = Callable[..., bytes]

# What breaks parsers: operators, brackets, quotes, fields, comments and other languages' queries.
PIECES = st.sampled_from(
    [
        *('"', "(", ")", "-", "OR", "AND", "NOT", "NEAR(", "*", ":", "^", "+", "{", "}", "[", "]", "~", "/"),
        *(
            "sumber:",
            "label:",
            "author:",
            "tempat:",
            "http://",
            "https://x/'",
            "@x",
            "'; DROP TABLE terms; --",
        ),
        *(
            "text_exact:",
            "{tags} : ",
            "hoax",
            "wali",
            "kota",
            "tidak",
            "yang",
            "\x00",
            "\ud800",
            "😀",
            "ـ",
            "%_",
        ),
    ]
)
NESTED = st.recursive(
    PIECES
    | st.sampled_from(
        ["سلام", "‮abc‬", "é", "👩‍👩‍👧", "e\u0301", "漢字", "\u200f", "tahapan:x", "sejak:2024-13"]
    ),
    lambda inner: st.tuples(
        st.sampled_from(['("', "-(", "(", '"', "“", "label:(", " OR ", "-"]),
        st.lists(inner, max_size=3).map(" ".join),
        st.sampled_from([")", '")', "”", "", "*", ")) OR"]),
    ).map("".join),
    max_leaves=20,
)
TYPED = NESTED | st.lists(PIECES | st.text(max_size=12), max_size=14).map(" ".join) | st.text(max_size=80)


def walk(index: SearchIndex, between: Callable[[], None] = lambda: None, **query: object) -> list[str]:
    """Every id that paging gives, in order; `between` runs after each page."""
    ids: list[str] = []
    cursor = ""
    for _ in range(200):
        page = index.search(Query(cursor=cursor, **query))  # type: ignore[arg-type]
        ids += [hit.id for hit in page.hits]
        cursor = page.cursor
        between()
        if not cursor:
            return ids
    raise AssertionError("paging does not end")


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("text", ["", "air"])
def test_paging_reaches_the_last_row_without_gap_or_repeat(
    search_index: SearchIndex, make_document: Make, noise: list[Document], sort: Sort, text: str
) -> None:
    # Ties everywhere: four moments, three priorities, equal texts.
    moments = [noise[n].published_at for n in range(4)]
    rows = [
        make_document(
            n, "", "air " * (n % 2 + 1), published_at=moments[n % 4], priority=n % 3 / 10, platform="x"
        )
        for n in range(1, 54)
    ]
    search_index.put([*rows, *noise])
    filters = {"platform": ["x"]}
    ids = walk(search_index, text=text, sort=sort, limit=7, filters=filters)
    assert len(ids) == len(set(ids))
    assert set(ids) == {row.id for row in rows}
    whole = search_index.search(Query(text, sort=sort, limit=1000, filters=filters))
    assert [hit.id for hit in whole.hits] == ids
    assert whole.total == 53
    assert whole.cursor == ""


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.PRIORITY])
@pytest.mark.parametrize("text", ["", "air"])
def test_items_added_while_paging_make_no_gap_or_repeat(
    search_index: SearchIndex, make_document: Make, sort: Sort, text: str
) -> None:
    rows = [make_document(n * 10, "", "air", priority=n % 3) for n in range(1, 20)]
    search_index.put(rows)
    numbers = iter(range(1, 200))

    def add() -> None:
        number = next(numbers) * 10 + 5
        search_index.put([make_document(number, "", "air", priority=number % 4)])

    ids = walk(search_index, add, text=text, sort=sort, limit=3)
    assert len(ids) == len(set(ids))
    assert {row.id for row in rows} <= set(ids)


@pytest.mark.parametrize("text", ["air", "air OR api"])
def test_a_walk_by_relevance_has_no_gap_or_repeat_while_items_are_added(
    search_index: SearchIndex, make_document: Make, needs: Callable[[str], None], text: str
) -> None:
    needs("score_after")
    rows = [make_document(n * 10, "", "air api " * (n % 3 + 1) + "lain " * (n % 4)) for n in range(1, 40)]
    search_index.put(rows)
    numbers = iter(range(1, 200))

    def add() -> None:
        number = next(numbers) * 10 + 5
        search_index.put([make_document(number, "", "air " * (number % 5 + 1)), rows[number % 39]])
        search_index.remove([make_document(abs(number - 20)).id])

    ids = walk(search_index, add, text=text, limit=4)
    assert len(ids) == len(set(ids))
    assert set(ids) == {row.id for row in rows}


def test_what_is_taken_out_during_a_walk_by_relevance_is_shown_no_more(
    search_index: SearchIndex, make_document: Make, needs: Callable[[str], None]
) -> None:
    needs("score_after")
    rows = [make_document(n, "", "air " * (30 - n), state="new") for n in range(1, 21)]
    search_index.put(rows)
    first = search_index.search(Query("air", limit=5))
    search_index.remove([rows[7].id])
    search_index.put([make_document(9, "", "air lagi", state="noted")])
    rest = search_index.search(Query("air", limit=100, cursor=first.cursor))
    shown = [hit.id for hit in (*first.hits, *rest.hits)]
    assert len(shown) == len(set(shown))
    assert set(shown) == {row.id for row in rows} - {rows[7].id}
    assert {hit.id: hit.state for hit in rest.hits}[rows[8].id] == "noted"


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.PRIORITY])
def test_thousands_of_the_same_moment_are_walked_while_items_are_added(
    search_index: SearchIndex, make_document: Make, sort: Sort
) -> None:
    moment = make_document(1).published_at
    rows = [make_document(n * 2, "", "air", published_at=moment, priority=0.5) for n in range(1, 5_001)]
    search_index.put(rows)
    numbers = iter(range(1, 10_000, 1_000))

    def add() -> None:
        number = next(numbers)
        search_index.put([make_document(number, "", "air", published_at=moment, priority=0.5)])

    ids = walk(search_index, add, sort=sort, limit=999)
    assert len(ids) == len(set(ids))
    assert {row.id for row in rows} <= set(ids)
    assert ids == sorted(ids, reverse=sort is not Sort.OLDEST)


def test_a_page_may_change_its_size_on_the_way(search_index: SearchIndex, make_document: Make) -> None:
    search_index.put([make_document(n, "", "air") for n in range(1, 12)])
    first = search_index.search(Query("air", limit=2))
    second = search_index.search(Query("air", limit=50, cursor=first.cursor))
    assert len({hit.id for hit in (*first.hits, *second.hits)}) == 11


@pytest.mark.parametrize(
    "cursor",
    ["x", "///", "eyJ9", "AAAA", "é", pack(Query("other"), Place(0, (1, "a"))),
     pack(Query("air"), Place(0, ("a",))), pack(Query("air"), Place(0, ("a", 1)))],
)  # fmt: skip
def test_a_cursor_of_something_else_is_refused_by_name(search_index: SearchIndex, cursor: str) -> None:
    with pytest.raises(BadCursor, match="cursor"):
        search_index.search(Query("air", cursor=cursor))


def test_meaning_brings_rows_that_share_no_word(
    search_index: SearchIndex, make_document: Make, make_vector: MakeVector, noise: list[Document]
) -> None:
    rows = [
        make_document(1, "", "banjir bandang", vector=make_vector((0, 1.0))),
        make_document(2, "", "air bah melanda", vector=make_vector((0, 0.9), (1, 0.1))),
        make_document(3, "", "pasar malam", vector=make_vector((5, 1.0))),
        make_document(4, "", "banjir tanpa vektor"),
        make_document(5, "", "air bah", kind=Kind.FACT_CHECK, vector=make_vector((0, 1.0))),
        make_document(6, "", "air bah", source="lain", vector=make_vector((0, 1.0))),
    ]
    search_index.put([*rows, *noise])
    query = Query("banjir -sumber:lain", vector=make_vector((0, 1.0)))
    page = search_index.search(query)
    assert page.hits[0].id == rows[0].id
    assert {hit.id for hit in page.hits} == {rows[n].id for n in (0, 1, 2, 3)}
    assert page.total == 4
    nearest = search_index.search(Query("", vector=make_vector((0, 1.0)), exclude=frozenset({rows[0].id})))
    assert [hit.id for hit in nearest.hits] == [rows[5].id, rows[1].id, rows[2].id]
    checks = search_index.search(Query("", vector=make_vector((0, 1.0)), kind=Kind.FACT_CHECK))
    assert [hit.id for hit in checks.hits] == [rows[4].id]


def test_a_hybrid_walk_reaches_every_row_that_has_the_words(
    search_index: SearchIndex, make_document: Make, make_vector: MakeVector
) -> None:
    # More than the fused list holds, so the walk goes on in the order of words.
    rows = [
        make_document(n, "", "air " * (n % 3 + 1), vector=make_vector((n % 300, 1.0), (300, 0.5)))
        for n in range(1, 261)
    ]
    strangers = [make_document(1000 + n, "", "lain", vector=make_vector((300, 1.0))) for n in range(5)]
    search_index.put([*rows, *strangers])
    near = make_vector((300, 1.0))
    ids = walk(search_index, text="air", vector=near, limit=37)
    assert len(ids) == len(set(ids))
    assert {row.id for row in rows} | {row.id for row in strangers} == set(ids)
    assert search_index.search(Query("air", vector=near)).total == len(ids)


def test_a_removed_or_replaced_vector_is_no_longer_near(
    search_index: SearchIndex, make_document: Make, make_vector: MakeVector
) -> None:
    near = make_vector((0, 1.0))
    search_index.put([make_document(n, "", "air", vector=near) for n in (1, 2, 3)])
    assert search_index.search(Query("", vector=near)).total == 3
    search_index.remove([make_document(1).id])
    search_index.put([make_document(2, "", "air"), make_document(4, "", "air", vector=near)])
    assert {int(hit.id[-2:]) for hit in search_index.search(Query("", vector=near)).hits} == {3, 4}


@pytest.mark.parametrize("wrong", [b"\x00" * 768, b"\x01\x02", b"\x00\x7e" * 384])
def test_a_document_with_a_malformed_vector_is_given_back_and_the_others_go_in(
    search_index: SearchIndex, make_document: Make, make_vector: MakeVector, wrong: bytes
) -> None:
    bad = make_document(2, "", "air", vector=wrong)
    (refused,) = search_index.put([make_document(1, "", "air", vector=make_vector((0, 1.0))), bad])
    assert (refused.id, refused.kind) == (bad.id, Kind.ITEM)
    assert bad.id in refused.reason
    assert list(search_index.ids()) == [make_document(1).id]
    assert search_index.put([make_document(2, "", "air")]) == []
    rebuilt = search_index.rebuild(iter([make_document(1, "", "air"), bad]))
    assert (rebuilt.held, [row.id for row in rebuilt.refused]) == (1, [bad.id])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED)
def test_any_typed_string_is_legal(search_index: SearchIndex, make_document: Make, typed: str) -> None:
    if not search_index.search(Query("")).total:
        search_index.put(
            [make_document(n, "hoax", "kata wali kota tidak benar", source="x") for n in range(1, 4)]
        )
    page = search_index.search(Query(typed, facets=True, limit=2))
    assert page.total <= 3
    again = search_index.search(Query(page.understood, limit=2))
    assert again.total <= 3


@pytest.mark.parametrize(
    "typed",
    ["(" * 5_000, "-" * 5_000, '"' * 4_999, "a OR " * 5_000, "-(a " * 2_000, "kata " * 50_000, "x" * 100_000,
     "sumber:" * 2_000, "(a OR -(b " * 40 + "c", "y*" * 3_000, "https://" + "z" * 50_000],
)  # fmt: skip
def test_huge_and_deep_strings_are_legal_too(search_index: SearchIndex, typed: str) -> None:
    page = search_index.search(Query(typed))
    assert page.hits == ()
