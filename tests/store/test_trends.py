"""Counting what was seen by week, on both databases, and what it costs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text

from kentongan.collecting import CrawlRun, Outcome
from kentongan.domain import Label, Platform, SourceKind
from kentongan.store import Store
from kentongan.store.schema import ItemPlaceRow
from kentongan.trends.tables import Counted, counted_of
from kentongan.trends.values import Cell, Coverage, Dimension
from kentongan.trends.weeks import Weeks
from tests.factories import make_item, make_source, work_all
from tests.office import utc

JAKARTA = ZoneInfo("Asia/Jakarta")
WEEKS = Weeks(date(2026, 3, 2), 2, JAKARTA)
FIRST, SECOND = utc("2026-03-03 03:00"), utc("2026-03-10 03:00")


class Record:
    def __init__(self, store: Store) -> None:
        self.store = store
        self._number = 0
        for name, kind in (("suara", SourceKind.PUBLIC_CHANNEL), ("warta", SourceKind.PRESS)):
            store.collector.save_source(make_source(name, kind))

    def comes(
        self, at: datetime, *labels: Label, source: str = "suara", places: Sequence[str] = (), later: int = 0
    ) -> None:
        self._number += 1
        words = " ".join(f"kata{self._number}x{n}" for n in range(12))
        platform = Platform.NEWS if source == "warta" else Platform.POST
        item = make_item(
            f"Rumor {words}.",
            source,
            platform=platform,
            published_at=at,
            seen_at=at + timedelta(days=later),
        )
        saved = self.store.collector.save_item(item)
        work_all(self.store, *labels)
        with self.store.database.write() as session:
            session.execute(
                text("DELETE FROM item_places WHERE item_id = :id"), {"id": _key(session, saved.id)}
            )
            session.add_all(ItemPlaceRow(item_id=saved.id, place=place, votes=1.0) for place in places)

    def crawls(self, source: str, *days: str, lists: int = 1) -> None:
        for day in days:
            at = utc(f"{day} 01:00")
            self.store.crawls.save(CrawlRun(source, at, at, Outcome.DONE, lists=lists))


def count(store: Store, dimension: Dimension, weeks: Weeks, keys: Sequence[str] = ()) -> Counted:
    return counted_of(dimension, store.trends.count_weeks(dimension, weeks), keys)


def _key(session: object, key: object) -> object:
    return key.hex if session.get_bind().dialect.name == "sqlite" else key  # type: ignore[attr-defined]


@pytest.fixture
def record(store: Store) -> Record:
    return Record(store)


def test_an_item_counts_in_the_week_of_the_region_it_was_published_in(record: Record) -> None:
    record.comes(utc("2026-03-01 16:59"))  # a Sunday still, in Jakarta
    record.comes(utc("2026-03-01 17:00"), later=30)
    record.comes(utc("2026-03-08 17:00"))
    record.comes(utc("2026-03-15 17:00"))  # after both weeks
    counted = count(record.store, Dimension.PLATFORM, WEEKS)
    assert counted.totals == {0: Cell(1, 1, 1), 1: Cell(1, 1, 1)}
    assert counted.cells == {"post": {0: Cell(1, 1, 1), 1: Cell(1, 1, 1)}}


def test_labels_are_of_posts_and_never_of_the_press(record: Record) -> None:
    record.comes(FIRST, Label.HOAX, Label.BLACK_CAMPAIGN)
    record.comes(FIRST, Label.HOAX, source="warta")
    record.comes(SECOND)
    cells = count(record.store, Dimension.LABEL, WEEKS, [label.value for label in Label]).cells
    assert cells == {
        "hoax": {0: Cell(1, 1, 1)},
        "black_campaign": {0: Cell(1, 1, 1)},
        "identity_politics": {},
    }


def test_kinds_of_sources_are_told_apart(record: Record) -> None:
    record.comes(FIRST)
    record.comes(FIRST, source="warta")
    record.comes(FIRST, source="warta")
    cells = count(record.store, Dimension.SOURCE_KIND, WEEKS).cells
    assert cells == {"public_channel": {0: Cell(1, 1, 1)}, "press": {0: Cell(2, 2, 1)}}


def test_an_item_of_two_kelurahan_counts_once_in_their_kecamatan(record: Record) -> None:
    record.comes(FIRST, places=("19.71.01.1004", "19.71.01.1006"))
    record.comes(SECOND, places=("19.71.01", "19.71.02"))
    cells = count(record.store, Dimension.PLACE, WEEKS).cells
    assert cells == {"19.71.01": {0: Cell(1, 1, 1), 1: Cell(1, 1, 1)}, "19.71.02": {1: Cell(1, 1, 1)}}
    places, total, _ = record.store.trends.count_places(WEEKS)
    assert places == {
        "19.71.01": Cell(2, 2, 1),
        "19.71.01.1004": Cell(1, 1, 1),
        "19.71.01.1006": Cell(1, 1, 1),
        "19.71.02": Cell(1, 1, 1),
    }
    assert total == Cell(2, 2, 1)


def test_narratives_of_the_newest_clustering_are_counted(record: Record) -> None:
    for _ in range(2):
        record.comes(FIRST)
    record.comes(SECOND)
    with record.store.database.write() as session:
        session.execute(
            text(
                "INSERT INTO narratives (id, label, words, claim_count, item_count, first_seen_at, last_seen_at,"
                " centre, active) SELECT id, 'antrean', '[]', 1, 1, first_seen_at, last_seen_at, :centre,"
                " TRUE FROM claims ORDER BY first_seen_at LIMIT 1"
            ),
            {"centre": b""},
        )
        session.execute(text("UPDATE claims SET narrative_id = (SELECT id FROM narratives)"))
    cells = count(record.store, Dimension.NARRATIVE, WEEKS).cells
    assert list(cells.values()) == [{0: Cell(2, 2, 1), 1: Cell(1, 1, 1)}]
    keys = [UUID(key) for key in cells]
    assert list(record.store.trends.narrative_labels(keys).values()) == ["antrean"]
    with record.store.database.write() as session:
        session.execute(text("UPDATE narratives SET active = FALSE"))
    assert count(record.store, Dimension.NARRATIVE, WEEKS).cells == {}


def test_a_week_is_as_whole_as_its_sources_were_read(record: Record) -> None:
    week = [f"2026-03-0{day}" for day in range(2, 9)]
    record.crawls("suara", *week)
    record.crawls("warta", *week[:3])
    record.crawls("warta", *week[3:], lists=0)  # nothing answered
    counted = count(record.store, Dimension.SOURCE_KIND, WEEKS, ["press", "public_channel"])
    assert counted.coverage == [Coverage(10, 14, 2, 1), Coverage(0, 14, 2, 0)]
    assert counted.of["press"] == [Coverage(3, 7, 1, 0), Coverage(0, 7, 1, 0)]
    assert counted.of["public_channel"] == [Coverage(7, 7, 1, 1), Coverage(0, 7, 1, 0)]


def test_before_its_first_crawl_a_source_is_missing_nowhere(record: Record) -> None:
    record.crawls("suara", "2026-03-10")
    coverage = count(record.store, Dimension.PLATFORM, WEEKS).coverage
    assert coverage == [Coverage(), Coverage(1, 6, 1, 0)]


def test_the_weeks_are_found_by_an_index_and_no_item_is_read(store: Store) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        asked.append((statement, given))

    event.listen(store.database.engine, "before_cursor_execute", note)
    for dimension in Dimension:
        store.trends.count_weeks(dimension, WEEKS)
    event.remove(store.database.engine, "before_cursor_execute", note)
    counting = [(said, given) for said, given in asked if "FROM items" in said]
    assert len(counting) == 12  # of five dimensions, three labels apart, each with its totals
    with store.database.read() as session:
        if not store.database.is_sqlite:  # which reads small tables whole, whatever there is
            session.execute(text("SET LOCAL enable_seqscan = off"))
        for said, given in counting:
            explain = "EXPLAIN QUERY PLAN" if store.database.is_sqlite else "EXPLAIN"
            plan = session.connection().exec_driver_sql(f"{explain} {said}", given)
            steps = " / ".join(row[-1] for row in plan)
            if store.database.is_sqlite:
                assert "items USING COVERING INDEX items_when" in steps, steps
            else:
                assert "Index Only Scan using items_when" in steps, steps
