"""Saved searches and what they found, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from kentongan.domain import ItemId, User
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.saved import SavedId, SavedSearch, Topic, Wanted, read_topics
from kentongan.store import Store
from kentongan.store import saved as saved_module
from kentongan.store.saved_hits import Counts
from kentongan.store.schema import ItemRow, RevisionRow
from tests.factories import make_item, make_source, make_user

ZONE = ZoneInfo("Asia/Makassar")
BANJIR = Wanted("Banjir", "banjir (jalan OR rumah)", {"label": ("hoax",)}, "BPBD", "catatan")
SOON = datetime.now(UTC) + timedelta(days=3)


@pytest.fixture
def sari(store: Store) -> User:
    return make_user(store, "sari")


@pytest.fixture
def bayu(store: Store) -> User:
    return make_user(store, "bayu")


def save(
    store: Store, owner: User | None, wanted: Wanted = BANJIR, expires_at: datetime | None = None
) -> SavedSearch:
    by = owner.name if owner else "cli"
    return store.saved.add(wanted, owner=owner, expires_at=expires_at, by=by)


def add_item(store: Store, text: str, at: datetime | None = None) -> ItemId:
    store.collector.save_source(make_source())
    return store.collector.save_item(make_item(text, url=f"https://w.example/{text}", seen_at=at)).id


def record(store: Store, found: dict[ItemId, set[SavedId]], *asked: SavedSearch) -> int:
    return store.saved_hits.record(found, {s.id for s in asked}, store.saved.versions())


def items_of(store: Store, search: SavedSearch) -> list[ItemId]:
    return [hit.item_id for hit in store.saved_hits.newest(search.id).hits]


def test_what_is_saved_is_what_is_read(store: Store, sari: User) -> None:
    made = save(store, sari, expires_at=SOON)
    assert store.saved.get(made.id) == made
    assert (made.wanted, made.owner, made.topic, made.expires_at) == (BANJIR, "sari", "", SOON)
    assert not made.paused
    assert not made.wanted.shared


def test_the_topics_are_the_regions_own_and_are_made_once(store: Store, sari: User) -> None:
    for _ in range(2):
        store.saved.keep_topics(read_topics())
    found = store.saved.visible_to(sari)
    assert sorted(s.topic for s in found) == sorted(topic.id for topic in read_topics())
    assert all(s.owner == "" and s.wanted.shared for s in found)


def test_a_topic_follows_the_product_until_a_person_changes_it(store: Store) -> None:
    first = Topic("banjir", replace(BANJIR, shared=True))
    second = Topic("banjir", replace(first.wanted, query="banjir", title="Air"))
    third = Topic("banjir", replace(first.wanted, query="air"))
    store.saved.keep_topics([first])
    store.saved.pause(store.saved.all()[0].id, True, by="admin")
    store.saved.keep_topics([second])
    (now,) = store.saved.all()
    assert (now.wanted, now.paused) == (second.wanted, True)
    store.saved.change(
        now.id, replace(now.wanted, note="kami"), version_seen=now.version, expires_at=None, by="admin"
    )
    store.saved.keep_topics([third])
    assert store.saved.get(now.id).wanted == replace(second.wanted, note="kami")


def test_a_topic_can_be_paused_but_not_removed(store: Store) -> None:
    store.saved.keep_topics(read_topics())
    topic = store.saved.all()[0]
    with pytest.raises(BadInput, match="pause it instead"):
        store.saved.remove(topic.id, by="admin")
    assert store.saved.pause(topic.id, True, by="admin").paused
    assert not store.saved.pause(topic.id, False, by="admin").paused


def test_a_private_search_is_seen_by_its_owner_only(store: Store, sari: User, bayu: User) -> None:
    private, regional = save(store, sari), save(store, None)
    shared = save(store, sari, replace(BANJIR, shared=True))
    assert [s.id for s in store.saved.visible_to(sari)] == [regional.id, private.id, shared.id]
    assert [s.id for s in store.saved.visible_to(bayu)] == [regional.id, shared.id]
    assert store.saved.get_for(shared.id, bayu) == shared
    with pytest.raises(NotFound):
        store.saved.get_for(private.id, bayu)


def test_a_change_keeps_in_the_audit_log_what_was_and_what_is(store: Store, sari: User) -> None:
    made = save(store, sari)
    other = replace(BANJIR, query="gempa", shared=True)
    changed = store.saved.change(made.id, other, version_seen=made.version, expires_at=None, by="sari")
    assert (changed.wanted, changed.version > made.version) == (other, True)
    entry = store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("sari", "change saved search", str(made.id))
    assert (entry.detail["before"]["query"], entry.detail["after"]["query"]) == (BANJIR.query, "gempa")
    store.saved.remove(made.id, by="sari")
    assert store.audit.latest(1)[0].detail["before"]["query"] == "gempa"
    assert store.audit.verify() is None
    with pytest.raises(NotFound):
        store.saved.get(made.id)


def test_whoever_changes_second_is_told(store: Store, sari: User) -> None:
    made = save(store, sari)
    store.saved.pause(made.id, True, by="sari")
    with pytest.raises(Conflict):
        store.saved.change(made.id, BANJIR, version_seen=made.version, expires_at=None, by="sari")


def test_the_end_cannot_be_moved_while_the_query_stays(store: Store, sari: User) -> None:
    made = save(store, sari, expires_at=SOON)
    later = store.saved.change(
        made.id,
        replace(BANJIR, title="Lagi"),
        version_seen=made.version,
        expires_at=SOON + timedelta(days=99),
        by="sari",
    )
    assert later.expires_at == SOON


def test_one_whose_time_is_over_stays_over(store: Store, sari: User) -> None:
    made = save(store, sari, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert made.is_over(datetime.now(UTC))
    with pytest.raises(BadInput, match="its time is over"):
        store.saved.change(made.id, BANJIR, version_seen=made.version, expires_at=None, by="sari")
    with pytest.raises(BadInput, match="its time is over"):
        store.saved.pause(made.id, False, by="sari")
    store.saved.remove(made.id, by="sari")


def test_nobody_saves_without_end(store: Store, sari: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_module, "MAX_OWN", 2)
    for _ in range(2):
        save(store, sari)
    with pytest.raises(BadInput, match="has 2 already"):
        save(store, sari)
    save(store, None)


def test_an_item_is_a_hit_once_however_often_it_is_seen(store: Store, sari: User) -> None:
    search = save(store, sari)
    item = add_item(store, "banjir")
    assert [record(store, {item: {search.id}}, search) for _ in range(3)] == [1, 0, 0]
    (hit,) = store.saved_hits.newest(search.id).hits
    assert (hit.item_id, hit.left_at) == (item, None)


def test_an_item_that_was_there_before_is_no_hit_until_its_text_changes(store: Store, sari: User) -> None:
    item = add_item(store, "banjir", datetime.now(UTC) - timedelta(days=1))
    search = save(store, sari)
    store.saved.keep_topics(read_topics()[:1])
    topic = next(s for s in store.saved.all() if s.topic)
    found = {search.id, topic.id}
    assert record(store, {item: found}, search, topic) == 1
    assert (items_of(store, search), items_of(store, topic)) == ([], [item])
    changed = make_item("banjir besar", url="https://w.example/banjir", seen_at=datetime.now(UTC))
    assert store.collector.save_item(changed).id == item
    assert record(store, {item: found}, search, topic) == 1
    assert items_of(store, search) == [item]


def test_what_matches_no_more_is_marked_and_no_longer_counted(store: Store, sari: User) -> None:
    search = save(store, sari)
    item = add_item(store, "banjir")
    record(store, {item: {search.id}}, search)
    record(store, {item: set()}, search)
    (hit,) = store.saved_hits.newest(search.id).hits
    assert hit.left_at is not None
    assert store.saved_hits.counts([search.id], ZONE, sari.id)[search.id] == Counts()
    record(store, {item: {search.id}}, search)
    assert store.saved_hits.newest(search.id).hits[0].left_at is None


def test_a_search_that_was_not_asked_loses_nothing(store: Store, sari: User) -> None:
    search, paused = save(store, sari), save(store, sari)
    item = add_item(store, "banjir")
    record(store, {item: {search.id, paused.id}}, search, paused)
    record(store, {item: {search.id}}, search)
    assert store.saved_hits.newest(paused.id).hits[0].left_at is None


def test_nothing_is_kept_of_searches_that_were_changed_meanwhile(store: Store, sari: User) -> None:
    search = save(store, sari)
    item = add_item(store, "banjir")
    before = store.saved.versions()
    store.saved.pause(search.id, True, by="sari")
    with pytest.raises(Conflict):
        store.saved_hits.record({item: {search.id}}, {search.id}, before)
    assert items_of(store, search) == []


def test_another_query_begins_anew(store: Store, sari: User) -> None:
    search = save(store, sari)
    item = add_item(store, "banjir")
    record(store, {item: {search.id}}, search)
    same = replace(BANJIR, title="Air", filters={"label": ("hoax",)})
    search = store.saved.change(search.id, same, version_seen=search.version, expires_at=None, by="sari")
    assert items_of(store, search) == [item]
    other = replace(same, query="gempa")
    search = store.saved.change(search.id, other, version_seen=search.version, expires_at=None, by="sari")
    assert items_of(store, search) == []
    assert record(store, {item: {search.id}}, search) == 0  # it came in before this query was asked


def test_an_item_that_is_gone_is_no_hit_and_takes_its_hits_along(store: Store, sari: User) -> None:
    search = save(store, sari)
    item, other = add_item(store, "banjir"), add_item(store, "banjir lagi")
    record(store, {item: {search.id}, other: {search.id}}, search)
    with store.database.write() as session:
        session.execute(delete(RevisionRow).where(RevisionRow.item_id == item))
        session.execute(delete(ItemRow).where(ItemRow.id == item))
    assert items_of(store, search) == [other]
    assert record(store, {item: {search.id}}, search) == 0


def test_hits_are_read_page_by_page_newest_first_without_gap_or_repeat(store: Store, sari: User) -> None:
    search = save(store, sari)
    added = [add_item(store, f"banjir {n}") for n in range(7)]
    for some in (added[:3], added[3:4], added[4:]):
        record(store, {item: {search.id} for item in some}, search)
    seen, cursor = [], ""
    while True:
        page = store.saved_hits.newest(search.id, limit=2, cursor=cursor)
        seen += [hit.item_id for hit in page.hits]
        cursor = page.cursor
        if not cursor:
            break
    assert seen == sorted(added, reverse=True)
    with pytest.raises(BadInput, match="cursor"):
        store.saved_hits.newest(search.id, cursor="kemarin")


def test_what_is_new_is_told_for_each_user(store: Store, sari: User, bayu: User) -> None:
    search = save(store, sari, replace(BANJIR, shared=True))
    record(store, {add_item(store, "banjir"): {search.id}}, search)
    assert store.saved_hits.look(search.id, sari.id) is None
    record(store, {add_item(store, "banjir lagi"): {search.id}}, search)
    for user, new in ((sari, 1), (bayu, 2)):
        counts = store.saved_hits.counts([search.id], ZONE, user.id)[search.id]
        assert (counts.new, counts.week) == (new, 2)
    assert store.saved_hits.look(search.id, sari.id) is not None
    assert store.saved_hits.counts([search.id], ZONE, sari.id)[search.id].new == 0


def test_today_is_the_regions_day_and_a_week_is_seven_days(store: Store, sari: User) -> None:
    search = save(store, sari)
    record(store, {add_item(store, "banjir"): {search.id}}, search)
    found = store.saved_hits.newest(search.id).hits[0].found_at
    midnight = (found.astimezone(ZONE) + timedelta(days=1)).replace(hour=0, minute=0, second=1)
    for at, today, week in ((found, 1, 1), (midnight, 0, 1), (found + timedelta(days=7), 0, 0)):
        counts = store.saved_hits.counts([search.id], ZONE, sari.id, at=at)[search.id]
        assert (counts.today, counts.week) == (today, week), at
