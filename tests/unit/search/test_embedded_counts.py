"""What the embedded index remembers of its counts is never older than the index, nor of another question."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from search import embedded_counts, embedded_read
from search.embedded import EmbeddedIndex
from search.embedded_counts import Counted, Counts
from search.embedded_order import Found, near
from search.index import Document, Interval, Kind, Page, Query, Sort

START = datetime(2024, 1, 1, 12, tzinfo=UTC)


def document(number: int, text: str = "air naik", **fields: object) -> Document:
    defaults: dict[str, object] = {
        "id": f"id-{number}",
        "kind": Kind.ITEM,
        "title": "",
        "text": text,
        "url": "",
        "source": f"sumber {number % 3}",
        "platform": "post" if number % 2 else "news",
        "published_at": START + timedelta(hours=7 * number),
        "state": "new",
    }
    return Document(**defaults | fields)  # type: ignore[arg-type]


def counted(page: Page) -> object:
    return page.total, page.facets, page.histogram


ASKED = Query("air", facets=True, histogram=Interval.DAY, limit=3)
CHANGES: list[Callable[[EmbeddedIndex], object]] = [
    lambda index: index.put([document(50)]),
    lambda index: index.put([document(1, state="noted")]),
    lambda index: index.remove(["id-2"]),
    lambda index: index.rebuild(iter([document(n, state="watching") for n in range(4)])),
    lambda index: index.put([document(60), document(61)]),
]


@pytest.mark.parametrize("sort", list(Sort))
def test_what_anyone_writes_is_counted_by_who_has_asked_before(tmp_path: Path, sort: Sort) -> None:
    reader, writer = EmbeddedIndex(tmp_path), EmbeddedIndex(tmp_path)
    writer.rebuild(document(n) for n in range(9))
    query = replace(ASKED, sort=sort)
    seen = [counted(reader.search(query))]
    for change in CHANGES:
        change(writer)
        fresh = EmbeddedIndex(tmp_path)
        now = counted(reader.search(query))
        assert now == counted(reader.search(query)) == counted(fresh.search(query))
        assert now != seen[-1]
        seen.append(now)
        fresh.close()
    reader.close()
    writer.close()


def test_each_question_is_told_its_own_counts(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path)
    index.rebuild(document(n, "air naik" if n % 4 else "air surut") for n in range(20))
    day = START + timedelta(days=2)
    asked = [
        ASKED,
        replace(ASKED, text="naik"),
        replace(ASKED, text="-naik"),
        replace(ASKED, text="air surut naik", any_word=True),
        replace(ASKED, text="air surut naik"),
        replace(ASKED, text=""),
        replace(ASKED, kind=None),
        replace(ASKED, kind=Kind.FACT_CHECK),
        replace(ASKED, filters={"platform": ["news"]}),
        replace(ASKED, filters={"source": ["sumber 1"]}),
        replace(ASKED, filters={"source": ["sumber 1", "sumber 2"]}),
        replace(ASKED, since=day),
        replace(ASKED, until=day),
        replace(ASKED, exclude=frozenset({"id-3"})),
        replace(ASKED, zone="Asia/Jayapura"),
        replace(ASKED, histogram=Interval.MONTH),
        replace(ASKED, histogram=Interval.WEEK),
        replace(ASKED, histogram=None),
        replace(ASKED, facets=False),
        replace(ASKED, facets=False, histogram=None),
    ]
    for _ in range(2):
        for query in asked:
            fresh = EmbeddedIndex(tmp_path)
            assert counted(index.search(query)) == counted(fresh.search(query)), query
            fresh.close()
    index.close()


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize(("text", "limit"), [("", 7), ("air", 7), ("", 1), ("surut", 5)])
def test_rows_found_in_a_stretch_of_time_are_those_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sort: Sort, text: str, limit: int
) -> None:
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1969, 1999, 2024, 2150, 9999)]
    moments += [datetime.now(UTC) - timedelta(minutes=47**n % 10**6, microseconds=n) for n in range(60)]
    moments += [START] * 20
    index = EmbeddedIndex(tmp_path)
    index.rebuild(
        document(n, "air naik" if n % 5 else "air surut", id=str(UUID(int=n * 977 % 100)), published_at=at)
        for n, at in enumerate(moments)
    )

    def walked() -> list[str]:
        ids: list[str] = []
        cursor = ""
        while page := index.search(Query(text, sort=sort, limit=limit, cursor=cursor)):
            ids += [hit.id for hit in page.hits]
            assert page.total == (18 if text == "surut" else 86)
            if not (cursor := page.cursor):
                return ids
        raise AssertionError

    whole = walked()
    monkeypatch.setattr(embedded_read, "MUCH", 1)
    stretches: list[int] = []
    monkeypatch.setattr(embedded_read, "near", lambda *asked: told(stretches, near(*asked)))
    assert walked() == whole
    assert any(stretches) is (sort in (Sort.NEWEST, Sort.OLDEST) or (sort is Sort.RELEVANCE and not text))
    index.close()


def told(found: list[int], rows: Found | None) -> Found | None:
    found.append(len(rows or ()))
    return rows


def test_of_the_questions_the_last_are_remembered_and_no_more() -> None:
    counts = Counts()
    for question in range(embedded_counts.MOST):
        counts.keep(question, Counted(question))
    assert counts.known(0) == Counted(0)  # asked again, so kept longer
    counts.keep(-1, Counted(7))
    assert [counts.known(question) for question in (0, -1)] == [Counted(0), Counted(7)]
    assert counts.known(1) is None
