"""Deciding on claims, and the queue, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from kentongan.domain import (
    CLAIM_DECISIONS,
    PRESS_DECISIONS,
    ClaimId,
    ClaimState,
    Decision,
    Label,
    Lane,
    Platform,
    Reason,
    Review,
    SourceKind,
)
from kentongan.errors import BadInput, Conflict, NotFound, StoreError
from kentongan.queueing import Wanted
from kentongan.store import Store
from kentongan.store.joining import join
from kentongan.store.reviews import MAX_NOTE_CHARACTERS
from tests.factories import RUMOUR, claim_of, make_claim, make_item, make_source, make_user, work_all


def test_a_decision_moves_the_claim_and_leaves_its_trace(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    store.outbox.done([job.id for job in store.outbox.pending(99)])
    review = store.reviews.decide(
        claim, user.id, Decision.WATCH, version_seen=1, reason=Reason.UNVERIFIED, note="Tunggu\x00 KPU."
    )

    after = store.claims.view(claim)
    assert isinstance(review, Review)
    assert (review.state_before, review.state_after) == (ClaimState.NEW, ClaimState.WATCHING)
    assert (after.claim.state, after.claim.lane, after.claim.version) == (
        ClaimState.WATCHING,
        Lane.WATCHING,
        2,
    )
    assert after.reviews == (review,)
    assert review.note.startswith("Tunggu")
    assert store.outbox.size() == 1
    entry = store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("sari", "decide", str(claim))


def test_of_two_who_decide_at_once_exactly_one_wins(store: Store) -> None:
    claim = make_claim(store)
    users = [make_user(store, name) for name in ("sari", "tono", "umar", "wati")]
    start = Barrier(len(users))

    def decide(n: int) -> str:
        start.wait()
        try:
            store.reviews.decide(claim, users[n].id, Decision.DISMISS, version_seen=1)
        except Conflict:
            return "conflict"
        return "won"

    with ThreadPoolExecutor(len(users)) as pool:
        assert sorted(pool.map(decide, range(len(users)))) == ["conflict"] * 3 + ["won"]
    assert len(store.claims.view(claim).reviews) == 1
    assert store.audit.verify() is None


def test_a_claim_decided_on_meanwhile_must_be_read_again(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    store.reviews.decide(claim, user.id, Decision.WATCH, version_seen=1)
    with pytest.raises(Conflict):
        store.reviews.decide(claim, user.id, Decision.DISMISS, version_seen=1)
    store.reviews.decide(claim, user.id, Decision.DISMISS, version_seen=2)
    assert [r.decision for r in store.claims.view(claim).reviews] == [Decision.DISMISS, Decision.WATCH]


def test_a_claim_that_the_machine_merged_away_is_not_decided_on(store: Store) -> None:
    user = make_user(store)
    stays, goes = make_claim(store), _another_claim(store)
    with store.database.write() as session:
        assert join(session, [stays, goes]) == stays
    before = (store.outbox.size(), store.audit.latest())
    with pytest.raises(Conflict, match="another claim"):
        store.reviews.decide(goes, user.id, Decision.DISMISS, version_seen=1)
    assert (store.outbox.size(), store.audit.latest()) == before
    gone = store.claims.view(goes)
    assert (gone.reviews, gone.claim.state, gone.claim.version) == ((), ClaimState.NEW, 1)


def _another_claim(store: Store) -> ClaimId:
    saved = store.collector.save_item(make_item("Air ledeng beracun setelah pipa induk bocor.", "suara"))
    work_all(store, Label.HOAX)
    return claim_of(store, saved.id)


def test_reopening_puts_a_claim_back_where_it_was(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    before = store.claims.get(claim)
    store.reviews.decide(claim, user.id, Decision.DISMISS, version_seen=1)
    assert store.claims.get(claim).lane is Lane.CLOSED
    store.reviews.decide(claim, user.id, Decision.REOPEN, version_seen=2)
    after = store.claims.get(claim)
    assert (after.state, after.lane, after.priority) == (before.state, before.lane, before.priority)


def test_a_claim_of_the_press_gets_only_the_steps_of_the_press(store: Store) -> None:
    claim, user = make_claim(store, kind=SourceKind.PRESS), make_user(store)
    view = store.claims.view(claim)
    assert view.claim.lane is Lane.PRESS
    assert view.decisions == PRESS_DECISIONS - {Decision.REOPEN}
    for decision in CLAIM_DECISIONS - {Decision.REOPEN}:
        with pytest.raises(BadInput, match="not offered"):
            store.reviews.decide(claim, user.id, decision, version_seen=1)
    for version, decision in enumerate(sorted(PRESS_DECISIONS - {Decision.REOPEN}), start=1):
        store.reviews.decide(claim, user.id, decision, version_seen=version)
    assert store.audit.verify() is None


def test_an_unflagged_post_beside_flagged_press_does_not_make_it_a_hoax_matter(store: Store) -> None:
    claim = make_claim(store, kind=SourceKind.PRESS)
    store.collector.save_source(make_source("kanal", SourceKind.PUBLIC_CHANNEL))
    saved = store.collector.save_item(make_item(RUMOUR, "kanal", platform=Platform.POST))
    store.conveyor.end_leases()
    from kentongan.domain import Stage
    from tests.factories import group, make_assessment

    (item,) = store.conveyor.take(Stage.COLLECTED, "w", 1)
    store.conveyor.save_assessment(item, "w", make_assessment())
    (item,) = store.conveyor.take(Stage.ASSESSED, "w", 1)
    store.conveyor.save_matches(item, "w", [])
    (item,) = store.conveyor.take(Stage.MATCHED, "w", 1)
    assert group(store, item)
    assert claim_of(store, saved.id) == claim
    view = store.claims.view(claim)
    assert view.claim.lane is Lane.PRESS
    assert view.decisions <= PRESS_DECISIONS


def test_what_is_new_cannot_be_reopened(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    with pytest.raises(BadInput):
        store.reviews.decide(claim, user.id, Decision.REOPEN, version_seen=1)


def test_only_people_who_may_come_in_decide(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    store.users.set_active("sari", False, by="test")
    with pytest.raises(NotFound):
        store.reviews.decide(claim, user.id, Decision.WATCH, version_seen=1)
    with pytest.raises(NotFound):
        store.reviews.decide(ClaimId(user.id), user.id, Decision.WATCH, version_seen=1)
    assert store.claims.get(claim).version == 1


def test_a_refused_decision_leaves_neither_review_nor_audit_nor_job(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    before = (store.outbox.size(), store.audit.latest())
    with pytest.raises(BadInput, match="note"):
        store.reviews.decide(
            claim, user.id, Decision.WATCH, version_seen=1, note="x" * (MAX_NOTE_CHARACTERS + 1)
        )
    with pytest.raises(Conflict):
        store.reviews.decide(claim, user.id, Decision.WATCH, version_seen=7)
    assert (store.outbox.size(), store.audit.latest()) == before


@pytest.mark.parametrize("table", ["reviews", "audit"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}"])
def test_what_is_written_for_good_cannot_be_changed(store: Store, table: str, statement: str) -> None:
    claim, user = make_claim(store), make_user(store)
    store.reviews.decide(claim, user.id, Decision.WATCH, version_seen=1)
    column = "note" if table == "reviews" else "actor"
    with pytest.raises(StoreError, match=f"{table} is append-only"), store.database.write() as session:
        session.execute(text(statement.format(table, column)))
    assert store.claims.view(claim).reviews[0].note == ""


def test_replacing_or_truncating_is_no_way_round(store: Store, backend: str) -> None:
    make_user(store)
    statement = (
        "REPLACE INTO audit SELECT number, at, 'x', action, subject, detail, previous, hash FROM audit"
        if backend == "sqlite"
        else "TRUNCATE audit"
    )
    with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
        session.execute(text(statement))
    assert store.audit.latest()[0].actor == "test"


def test_the_queue_pages_through_every_claim_once(store: Store) -> None:
    store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    for n in range(7):
        store.collector.save_item(make_item(f"Rumor nomor{n} tentang jembatan{n} runtuh{n}.", "suara"))
    work_all(store, Label.HOAX)
    seen, cursor = [], ""
    while True:
        page = store.claims.queue(Lane.NEW, cursor=cursor, limit=3)
        assert page.total == 7
        seen += [row.claim.id for row in page.rows]
        cursor = page.cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 7
    assert store.claims.queue(Lane.NEW, wanted=Wanted(label=Label.BLACK_CAMPAIGN)).total == 0
    assert store.claims.lane_counts()[Lane.NEW] == 7


@pytest.mark.parametrize("cursor", ["x", "1.0", "1.0_x", "_", "nan_\x00", "1.0_" + "f" * 40])
def test_a_cursor_of_someones_own_making_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadInput, match="cursor"):
        store.claims.queue(Lane.NEW, cursor=cursor)
