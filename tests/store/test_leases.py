"""Who holds a claim, on both databases, by a clock of the tests' own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from kentongan.domain import ClaimId, Decision, Label, UserId
from kentongan.errors import BadInput, Conflict, NotFound, StoreError
from kentongan.leases import LENGTH, Held
from kentongan.store import Store
from kentongan.store.history import read_history
from kentongan.store.joining import join
from kentongan.store.leases import Leases, require_free
from tests.factories import claim_of, make_claim, make_item, make_user, work_all

TEN = datetime(2026, 11, 16, 10, tzinfo=UTC)


@dataclass
class Clock:
    at: datetime = TEN

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        self.at += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def leases(store: Store, clock: Callable[[], datetime]) -> Leases:
    return Leases(store.database, clock)


def people(store: Store, *names: str) -> list[UserId]:
    return [make_user(store, name).id for name in names]


def another_claim(store: Store) -> ClaimId:
    saved = store.collector.save_item(make_item("Air ledeng beracun setelah pipa induk bocor.", "suara"))
    work_all(store, Label.HOAX)
    return claim_of(store, saved.id)


def test_opening_holds_renews_and_runs_out(store: Store, leases: Leases, clock: Clock) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    first = leases.hold(claim, sari)
    assert (first.user_name, first.since, first.until) == ("sari", TEN, TEN + LENGTH)
    assert leases.holders([claim]) == {claim: first}

    clock.pass_by(timedelta(minutes=3))
    renewed = leases.hold(claim, sari)
    assert (renewed.since, renewed.until) == (TEN, clock.at + LENGTH)
    with pytest.raises(Held) as raised:
        leases.hold(claim, tono)
    assert raised.value.lease == renewed

    clock.pass_by(LENGTH)
    assert leases.holders([claim]) == {}
    assert leases.hold(claim, tono).user_name == "tono"
    with pytest.raises(Held):
        leases.hold(claim, sari)


def test_the_holders_of_a_page_are_told_at_once(store: Store, leases: Leases) -> None:
    one, other, (sari, tono) = make_claim(store), another_claim(store), people(store, "sari", "tono")
    assert leases.holders([]) == leases.holders([one, other]) == {}
    leases.hold(one, sari)
    leases.hold(other, tono)
    assert {key: lease.user_name for key, lease in leases.holders([one, other]).items()} == {
        one: "sari",
        other: "tono",
    }
    assert set(leases.holders([other])) == {other}


def test_giving_back_frees_a_claim_but_never_another_persons(store: Store, leases: Leases) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    leases.hold(claim, sari)
    leases.give_back(claim, tono)
    assert leases.holders([claim])[claim].user_id == sari
    leases.give_back(claim, sari)
    leases.give_back(claim, sari)
    assert leases.holders([claim]) == {}


def test_a_page_that_is_left_does_not_give_back_what_another_page_renewed(
    store: Store, leases: Leases, clock: Clock
) -> None:
    claim, (sari,) = make_claim(store), people(store, "sari")
    left = leases.hold(claim, sari)
    clock.pass_by(timedelta(seconds=2, microseconds=7))
    opened = leases.hold(claim, sari)
    leases.give_back(claim, sari, until=left.until)
    assert leases.holders([claim]) == {claim: opened}
    leases.give_back(claim, sari, until=opened.until)
    assert leases.holders([claim]) == {}


def test_taking_over_leaves_its_note_in_the_history_and_in_the_audit_log(
    store: Store, leases: Leases, clock: Clock
) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    leases.hold(claim, sari)
    clock.pass_by(timedelta(minutes=1))
    taken = leases.take_over(claim, tono, "Sari sedang rapat,\x00 kabar ini mendesak.", seen=sari)
    assert (taken.user_name, taken.since) == ("tono", clock.at)
    with pytest.raises(Held):
        leases.hold(claim, sari)

    (kept,) = read_history(store.database, claim).take_overs
    assert (kept.user_name, kept.holder_name, kept.taken_at) == ("tono", "sari", clock.at)
    assert kept.note.endswith("kabar ini mendesak.")
    assert leases.last_take_over(claim) == kept
    entry = store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("tono", "take over claim", str(claim))
    assert entry.detail["holder"] == "sari"
    assert entry.detail["note"].endswith("kabar ini mendesak.")
    assert store.audit.verify() is None


def test_the_history_of_a_claim_tells_of_take_overs_of_what_was_merged_into_it(
    store: Store, leases: Leases
) -> None:
    stays, goes, (sari, tono) = make_claim(store), another_claim(store), people(store, "sari", "tono")
    leases.hold(goes, sari)
    leases.take_over(goes, tono, "mendesak", seen=sari)
    store.edits.merge(stays, goes, tono, keep_version=1, other_version=1)
    assert [taken.claim_id for taken in read_history(store.database, stays).take_overs] == [goes]


def test_of_two_who_take_over_from_the_same_holder_the_second_is_told_of_the_first(
    store: Store, leases: Leases
) -> None:
    claim, (sari, tono, umar) = make_claim(store), people(store, "sari", "tono", "umar")
    leases.hold(claim, sari)
    leases.take_over(claim, tono, "mendesak", seen=sari)
    with pytest.raises(Held) as raised:
        leases.take_over(claim, umar, "mendesak juga", seen=sari)
    assert raised.value.lease.user_id == tono
    assert [taken.user_name for taken in read_history(store.database, claim).take_overs] == ["tono"]


def test_what_nobody_holds_any_more_is_taken_without_a_trace_of_taking_over(
    store: Store, leases: Leases, clock: Clock
) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    leases.hold(claim, sari)
    clock.pass_by(LENGTH)
    before = store.audit.latest(1)
    assert leases.take_over(claim, tono, "mendesak", seen=sari).user_id == tono
    assert leases.last_take_over(claim) is None
    assert store.audit.latest(1) == before


def test_a_take_over_without_a_note_leaves_everything_as_it_was(store: Store, leases: Leases) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    leases.hold(claim, sari)
    with pytest.raises(BadInput, match="note"):
        leases.take_over(claim, tono, "  ", seen=sari)
    assert leases.holders([claim])[claim].user_id == sari
    assert leases.last_take_over(claim) is None


def test_a_decision_is_refused_while_another_works_on_the_claim(store: Store) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    store.leases.hold(claim, sari)
    before = (store.outbox.size(), store.audit.latest())
    with pytest.raises(Held):
        store.reviews.decide(claim, tono, Decision.WATCH, version_seen=1)
    assert (store.outbox.size(), store.audit.latest()) == before
    assert store.claims.get(claim).version == 1

    store.reviews.decide(claim, sari, Decision.WATCH, version_seen=1)
    assert store.leases.holders([claim]) == {}
    store.reviews.decide(claim, tono, Decision.DISMISS, version_seen=2)


def test_who_held_it_first_cannot_decide_once_it_was_taken_over(store: Store) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    store.leases.hold(claim, sari)
    store.leases.take_over(claim, tono, "mendesak", seen=sari)
    with pytest.raises(Held):
        store.reviews.decide(claim, sari, Decision.WATCH, version_seen=1)
    store.reviews.decide(claim, tono, Decision.WATCH, version_seen=1)
    assert [review.user_name for review in store.claims.view(claim).reviews] == ["tono"]


def test_what_has_run_out_keeps_nobody_from_deciding(store: Store, leases: Leases) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    leases.hold(claim, sari)  # in the past of the test's clock
    with store.database.write() as session:
        with pytest.raises(Held):
            require_free(session, claim, tono, at=TEN)
        require_free(session, claim, tono, at=TEN + LENGTH)
    assert store.reviews.decide(claim, tono, Decision.WATCH, version_seen=1)


def test_nobody_merges_or_splits_what_another_works_on(store: Store) -> None:
    one, other, (sari, tono) = make_claim(store), another_claim(store), people(store, "sari", "tono")
    store.leases.hold(other, sari)
    with pytest.raises(Held):
        store.edits.merge(one, other, tono, keep_version=1, other_version=1)
    assert store.claims.get(one).version == store.claims.get(other).version == 1
    store.edits.merge(one, other, sari, keep_version=1, other_version=1)
    items = [view.item.id for view in store.claims.view(one).items]
    store.leases.hold(one, sari)
    with pytest.raises(Held):
        store.edits.split(one, items[:1], tono, version=2)
    store.edits.split(one, items[:1], sari, version=2)
    assert store.leases.holders([one, other]) == {}


def test_only_people_who_may_come_in_hold_claims_that_there_are(store: Store, leases: Leases) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    store.users.set_active("tono", False, by="test")
    with pytest.raises(NotFound):
        leases.hold(claim, tono)
    with pytest.raises(NotFound):
        leases.hold(ClaimId(sari), sari)
    goes = another_claim(store)
    with store.database.write() as session:
        join(session, [claim, goes])
    with pytest.raises(Conflict, match="another claim"):
        leases.hold(goes, sari)


def test_of_many_who_open_a_claim_at_once_one_holds_it(store: Store) -> None:
    claim = make_claim(store)
    users = people(store, *(f"orang{n}" for n in range(8)))
    start = Barrier(len(users))

    def open_it(user: UserId) -> UserId:
        start.wait()
        try:
            return store.leases.hold(claim, user).user_id
        except Held as held:
            return held.lease.user_id

    with ThreadPoolExecutor(len(users)) as pool:
        told = set(pool.map(open_it, users))
    assert told == {store.leases.holders([claim])[claim].user_id}


@pytest.mark.parametrize(
    "statement", ["UPDATE lease_take_overs SET note = 'x'", "DELETE FROM lease_take_overs"]
)
def test_a_take_over_cannot_be_changed_or_removed(store: Store, leases: Leases, statement: str) -> None:
    claim, (sari, tono) = make_claim(store), people(store, "sari", "tono")
    leases.hold(claim, sari)
    leases.take_over(claim, tono, "mendesak", seen=sari)
    with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
        session.execute(text(statement))
    assert leases.last_take_over(claim) is not None
