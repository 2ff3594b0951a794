"""What the record says of a case's claims and items, on both databases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from kentongan.domain import Decision, Label, Match, SourceKind
from kentongan.incidents import CaseFile, PartKind
from kentongan.store import Store
from kentongan.store.incident_facts import read_facts
from kentongan.store.schema import ItemRow, RevisionRow
from kentongan.timeline import EventKind, timeline
from pipeline.casefile.reading import items_of, read_case
from tests.factories import (
    RUMOUR,
    claim_of,
    make_claim,
    make_fact_check,
    make_item,
    make_source,
    make_user,
    work_all,
)

ZONE = ZoneInfo("Asia/Makassar")
AT = datetime(2026, 3, 2, 3, 15, 0, 250_000, tzinfo=UTC)
HOUR = timedelta(hours=1)


def case_of(store: Store, number: str) -> CaseFile:
    return store.incidents.case(number)


def test_sightings_are_counted_by_the_hour_and_the_first_items_begin_the_claim(store: Store) -> None:
    user = make_user(store)
    store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    seen = [
        store.collector.save_item(
            make_item(
                RUMOUR + f" {n}", "suara", published_at=AT + hours * HOUR, seen_at=AT + 50 * HOUR - n * HOUR
            )
        ).id
        for n, hours in enumerate((0, 1, 1, 1, 30))
    ]
    work_all(store, Label.HOAX)
    claim = claim_of(store, seen[0])
    case = store.incidents.open(user.id, "Kasus", "", zone=ZONE)
    store.incident_parts.add_claim(case.id, user.id, claim)
    facts = read_facts(store.database, case_of(store, case.number))
    start = AT.replace(minute=0, second=0, microsecond=0)
    assert facts.hours == {start: 1, start + HOUR: 3, start + 30 * HOUR: 1}
    assert facts.claim_facts[0].hours == facts.hours
    assert {one.id for one in facts.item_facts} == {seen[0], seen[4]}  # published first; seen by us first
    view = read_case(store, case.number, ZONE)
    (peak,) = [e for e in view.events if e.kind is EventKind.PEAK]
    assert (peak.at, peak.count) == ((start + HOUR).astimezone(ZONE), 3)
    assert peak.at.utcoffset() == timedelta(hours=8)
    assert set(items_of(store, view)) == set(seen)


def test_edits_and_removals_upstream_are_found_among_all_items_of_a_claim(store: Store) -> None:
    user = make_user(store)
    store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    seen = [
        store.collector.save_item(make_item(RUMOUR + f" {n}", "suara", published_at=AT)).id for n in range(3)
    ]
    work_all(store, Label.HOAX)
    with store.database.write() as session:
        session.add(
            RevisionRow(
                item_id=seen[1], number=2, title="", text="x", content_hash="c" * 64, seen_at=AT + 2 * HOUR
            )
        )
        session.execute(update(ItemRow).where(ItemRow.id == seen[2]).values(gone_at=AT + 3 * HOUR))
    case = store.incidents.open(user.id, "Kasus", "", zone=ZONE)
    store.incident_parts.add_claim(case.id, user.id, claim_of(store, seen[0]))
    events = read_case(store, case.number, ZONE).events
    assert [(e.kind, e.row) for e in events if e.table in ("revisions", "items") and e.row != seen[0]] == [
        (EventKind.EDITED, seen[1]),
        (EventKind.GONE, seen[2]),
    ]


def test_decisions_and_merges_of_a_claim_merged_away_stay_in_the_timeline(store: Store) -> None:
    user, goes = make_user(store), make_claim(store)
    other = store.collector.save_item(make_item("Air ledeng beracun setelah pipa induk bocor.", "suara"))
    work_all(store, Label.HOAX)
    stays = claim_of(store, other.id)
    case = store.incidents.open(user.id, "Kasus", "", zone=ZONE)
    store.incident_parts.add_claim(case.id, user.id, goes)
    store.reviews.decide(goes, user.id, Decision.WATCH, version_seen=1, note="Dulu.")
    store.edits.merge(stays, goes, user.id, keep_version=1, other_version=2)
    facts = read_facts(store.database, case_of(store, case.number))
    assert [(c.put_in, c.standing, c.item_count) for c in facts.claims] == [(goes, stays, 2)]
    found = timeline(case_of(store, case.number), facts.claim_facts, facts.item_facts, facts.checks, ZONE)
    kinds = [event.kind for event in found]
    assert kinds.count(EventKind.MERGED) == 1
    assert [event.note for event in found if event.kind is EventKind.DECISION] == ["Dulu."]


def test_only_confirmed_checks_of_public_items_stand_there(store: Store) -> None:
    user = make_user(store)
    check = store.collector.save_fact_check(make_fact_check(published_at=AT)).id
    loose = store.collector.save_fact_check(make_fact_check(url="https://periksa.example/2")).id
    for name, kind in (("suara", SourceKind.PUBLIC_CHANNEL), ("warta", SourceKind.PRESS)):
        store.collector.save_source(make_source(name, kind))
    public = store.collector.save_item(make_item("Gudang kotak suara terbakar semalam.", "suara")).id
    work_all(store, Label.HOAX, matches=[Match(check, 0.9, True), Match(loose, 0.4, False)])
    press = store.collector.save_item(make_item("Polisi memeriksa gudang logistik pemilu.", "warta")).id
    work_all(store, Label.HOAX, matches=[Match(check, 0.9, True)])
    case = store.incidents.open(user.id, "Kasus", "", zone=ZONE)
    store.incident_parts.add_item(case.id, user.id, press)
    assert read_facts(store.database, case_of(store, case.number)).checks == ()
    store.incident_parts.add_item(case.id, user.id, public)
    assert [c.id for c in read_facts(store.database, case_of(store, case.number)).checks] == [check]


def test_what_was_taken_out_is_no_longer_read(store: Store) -> None:
    user, claim = make_user(store), make_claim(store)
    case = store.incidents.open(user.id, "Kasus", "", zone=ZONE)
    store.incident_parts.add_claim(case.id, user.id, claim)
    store.incident_parts.remove(case.id, user.id, PartKind.CLAIM, claim, "Bukan.")
    view = read_case(store, case.number, ZONE)
    assert view.facts.claims == ()
    assert view.facts.hours == {}
    assert [e.kind for e in view.events] == [EventKind.OPENED, EventKind.ADDED, EventKind.REMOVED]
    assert items_of(store, view) == []
