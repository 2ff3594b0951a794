"""The ledger of addresses: read once, looked at again by a plan, missed and found again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from kentongan.collecting import CrawlRun, DuePage, Outcome, PageSeen
from kentongan.domain import Evidence, ItemId
from kentongan.store import Store
from kentongan.store.pages import FIRST_RETRY, LOOKS, RETRIES, next_look
from kentongan.store.schema import PageRow
from tests.factories import make_item, make_source

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
URL = "https://warta.example/berita/1"
DAY = timedelta(hours=24)


@pytest.fixture
def kept(store: Store) -> ItemId:
    """An item that was read from a page."""
    store.collector.save_source(make_source())
    item = make_item(url=URL, seen_at=NOW)
    return store.collector.save_item(item, page=PageSeen(URL, NOW, stamp="1", again=True)).id


def row_of(store: Store, url: str = URL) -> PageRow:
    with store.database.read() as session:
        return session.scalars(select(PageRow).where(PageRow.url == url)).one()


def gone_at(store: Store, key: ItemId) -> datetime | None:
    return store.items.view(key).item.gone_at


def test_an_address_is_read_once_and_again_only_when_its_list_says_that_it_changed(
    store: Store, kept: ItemId
) -> None:
    pages = store.collector.pages
    other = "https://warta.example/berita/2"
    assert pages.unread({URL: "1", other: ""}) == [other]
    assert pages.unread({URL: ""}) == []
    assert pages.unread({URL: "2"}) == [URL]
    assert pages.known([other, URL]) == [URL]


@pytest.mark.parametrize(
    ("stamp", "changed"),
    [
        ("2026-11-02T06:00:00Z", False),
        ("2026-11-02T13:00:00+07:00", False),
        ("2026-11-01", False),
        ("2026-11-02T06:30:00Z", False),
        ("2026-11-02T08:00:00Z", True),
        ("2026-11-03", True),
        ("modified 2026-11-01", True),
    ],
)
def test_a_stamp_that_is_a_moment_tells_of_a_change_when_it_is_well_after_the_reading(
    store: Store, kept: ItemId, stamp: str, changed: bool
) -> None:
    assert store.collector.pages.unread({URL: stamp}) == ([URL] if changed else [])


def test_an_address_that_another_source_has_read_is_not_read_again(store: Store, kept: ItemId) -> None:
    store.collector.save_source(make_source("lain"))
    assert store.collector.pages.unread({URL: ""}) == []


def test_looks_follow_the_age_of_the_first_reading_and_end(store: Store, kept: ItemId) -> None:
    pages, at, looks = store.collector.pages, NOW, 0
    while row_of(store).check_at is not None and looks < 100:
        at = row_of(store).check_at or at
        assert pages.due("warta", at - timedelta(seconds=1), 10) == []
        assert pages.due("warta", at, 10) == [DuePage(URL, item_url=URL)]
        pages.mark("warta", PageSeen(URL, at, again=True))
        looks += 1
    assert looks == len(LOOKS)
    assert at == NOW + LOOKS[-1]
    assert row_of(store).stamp == "1", "a look without a stamp keeps the one the list gave"


def test_looks_missed_while_the_service_was_down_are_made_up_for_by_one() -> None:
    assert next_look(NOW, NOW + timedelta(days=3)) == NOW + timedelta(days=7)


def test_a_page_that_is_missed_is_gone_only_when_it_is_missed_again_a_day_later(
    store: Store, kept: ItemId
) -> None:
    pages = store.collector.pages
    assert not pages.mark_missed(URL, 404, NOW, DAY)
    assert gone_at(store, kept) is None
    assert not pages.mark_missed(URL, 404, NOW + timedelta(hours=23), DAY)
    assert pages.due("warta", NOW + DAY, 10) == [DuePage(URL, item_url=URL)]
    assert pages.mark_missed(URL, 404, NOW + DAY, DAY)
    assert gone_at(store, kept) == NOW
    assert row_of(store).check_at is None


def test_a_page_that_says_it_is_gone_is_gone_at_once_and_the_answer_is_evidence(
    store: Store, kept: ItemId
) -> None:
    answer = Evidence(URL, "a" * 64, NOW, "evidence/x.warc.gz", 0)
    told = [store.collector.pages.mark_missed(URL, 410, NOW, timedelta(0), answer) for _ in range(2)]
    assert told == [True, False], "it is gone once"
    assert store.items.evidence(kept) == [answer]


def test_what_is_there_again_is_not_gone(store: Store, kept: ItemId) -> None:
    store.collector.pages.mark_missed(URL, 410, NOW, timedelta(0))
    store.collector.pages.mark("warta", PageSeen(URL, NOW + DAY, again=True))
    assert gone_at(store, kept) is None
    assert row_of(store).missed_at is None


def test_a_miss_that_is_not_repeated_is_forgotten(store: Store, kept: ItemId) -> None:
    pages = store.collector.pages
    pages.mark_missed(URL, 404, NOW, DAY)
    store.collector.save_item(make_item(url=URL), page=PageSeen(URL, NOW + timedelta(hours=1), again=True))
    assert not pages.mark_missed(URL, 404, NOW + timedelta(hours=30), DAY)


def test_an_address_that_was_never_read_cannot_be_missed(store: Store) -> None:
    assert not store.collector.pages.mark_missed(URL, 410, NOW, timedelta(0))


def test_a_page_without_an_answer_is_due_again_soon_then_seldom_and_not_for_ever(store: Store) -> None:
    pages, at, waits = store.collector.pages, NOW, []
    while True:
        pages.mark_unanswered("warta", URL, at)
        due = row_of(store).check_at
        if due is None:
            break
        waits.append(due - at)
        at = due
    assert waits[0] == FIRST_RETRY
    assert waits[:RETRIES] == [FIRST_RETRY * 2**tried for tried in range(RETRIES)]
    assert at == NOW + LOOKS[-1], "then by the plan of the looks, to its end"
    assert pages.unread({URL: ""}) == []


def test_what_was_not_even_asked_for_is_no_try(store: Store) -> None:
    pages = store.collector.pages
    for _ in range(20):
        pages.mark_unanswered("warta", URL, NOW, asked=False)
    assert row_of(store).check_at == NOW
    pages.mark_unanswered("warta", URL, NOW)
    assert row_of(store).check_at == NOW + FIRST_RETRY


def test_looks_that_succeed_leave_all_tries_for_later(store: Store, kept: ItemId) -> None:
    pages = store.collector.pages
    for hours in range(10):
        pages.mark("warta", PageSeen(URL, NOW + timedelta(hours=hours), again=True))
    pages.mark_unanswered("warta", URL, NOW + DAY)
    assert row_of(store).check_at == NOW + DAY + FIRST_RETRY


def test_an_item_that_is_there_under_another_address_is_not_gone(store: Store, kept: ItemId) -> None:
    amp = f"{URL}/amp"
    store.collector.save_item(make_item(url=URL), page=PageSeen(amp, NOW, again=True))
    assert not store.collector.pages.mark_missed(amp, 410, NOW, timedelta(0))
    assert gone_at(store, kept) is None
    assert store.collector.pages.mark_missed(URL, 410, NOW, timedelta(0)), "now under none"


def test_a_source_does_not_take_away_what_another_said(store: Store, kept: ItemId) -> None:
    store.collector.save_source(make_source("dua"))
    copy = "https://dua.example/salinan"
    store.collector.save_item(make_item(url=URL, source="dua"), page=PageSeen(copy, NOW, again=True))
    store.collector.pages.mark_missed(URL, 404, NOW, DAY)
    assert not store.collector.pages.mark_missed(copy, 410, NOW, timedelta(0))
    assert gone_at(store, kept) is None


def test_a_page_that_was_read_is_not_replaced_by_what_its_list_says(store: Store, kept: ItemId) -> None:
    assert store.collector.pages.unread({URL: "hash"}) == [URL]
    assert store.collector.pages.unread({URL: "hash"}, from_list=True) == []


def test_the_two_ways_to_one_item_and_its_address_never_wait_for_each_other(
    store: Store, kept: ItemId
) -> None:
    def save(turn: int) -> None:
        at = NOW + timedelta(minutes=turn)
        store.collector.save_item(
            make_item(f"Kabar yang ke-{turn}.", url=URL), page=PageSeen(URL, at, again=True)
        )

    def miss(turn: int) -> None:
        store.collector.pages.mark_missed(URL, 410, NOW + timedelta(minutes=turn), timedelta(0))

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(act, turn) for turn in range(15) for act in (save, miss, save, miss)]
        for job in jobs:
            job.result()


def test_a_page_that_answers_at_last_is_known(store: Store) -> None:
    store.collector.save_source(make_source())
    store.collector.pages.mark_unanswered("warta", URL, NOW)
    saved = store.collector.save_item(
        make_item(url=URL), page=PageSeen(URL, NOW + FIRST_RETRY, stamp="1", again=True)
    )
    assert saved.created
    assert row_of(store).item_id == saved.id


def test_what_says_nothing_new_is_known_as_such(store: Store, kept: ItemId) -> None:
    same = make_item(url=URL)
    assert store.collector.says_nothing_new(same)
    assert not store.collector.says_nothing_new(make_item("Berita lain dari warta.", url=URL))
    assert not store.collector.says_nothing_new(make_item(url=f"{URL}0"))
    assert not store.collector.says_nothing_new(make_item(url=URL, source="lain"))


def test_views_and_edit_marks_are_brought_up_to_date_without_a_revision(store: Store, kept: ItemId) -> None:
    saved = store.collector.save_item(make_item(url=URL, views=1500, edited=True))
    assert not saved.revised
    item = store.items.view(kept).item
    assert (item.views, item.edited, item.revision) == (1500, True, 1)
    store.collector.save_item(make_item(url=URL))
    assert store.items.view(kept).item.views == 1500, "a look that tells no count takes none away"


def test_the_last_success_is_the_last_whole_crawl(store: Store) -> None:
    crawls = store.collector.crawls

    def crawled(hours: int, **changes: object) -> None:
        at = NOW + timedelta(hours=hours)
        said: dict[str, object] = {"lists": 1, "outcome": Outcome.DONE, **changes}
        crawls.save(CrawlRun("warta", at, at + timedelta(minutes=1), **said))  # type: ignore[arg-type]

    assert crawls.last_success("warta") is None
    crawled(0)
    crawled(1, outcome=Outcome.STOPPED)
    crawled(2, lists_failed=1)
    crawled(3, lists=0)
    crawled(4, whole=False)
    assert crawls.last_success("warta") == NOW
    assert [run.started_at.hour for run in crawls.since(NOW + timedelta(hours=1), "warta")] == [7, 8, 9, 10]
