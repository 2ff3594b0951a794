"""Votes of two and three people on one claim, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from kentongan.domain import (
    ClaimId,
    ClaimState,
    Decision,
    ItemId,
    Label,
    Lane,
    Platform,
    Reason,
    Review,
    SourceKind,
    User,
    Verdict,
)
from kentongan.errors import BadInput, Conflict, StoreError
from kentongan.opinions import Awaited, VoteClosed, Waiting
from kentongan.store import Store
from kentongan.store.history import read_history
from kentongan.store.schema import ItemRow
from kentongan.store.schema_opinions import VoteRow
from kentongan.store.summary import refresh_and_tell
from kentongan.verdicts import ClaimVerdict
from tests.factories import claim_of, make_claim, make_item, make_user, work_all

I, H = Label.IDENTITY_POLITICS, Label.HOAX  # noqa: E741
JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def people(store: Store) -> Sequence[User]:
    return [make_user(store, name) for name in ("sari", "tono", "umar", "wati")]


@pytest.fixture
def claim(store: Store) -> ClaimId:
    return make_claim(store, I)


def vote(
    store: Store, claim: ClaimId, user: User, decision: Decision = Decision.WATCH, **how: object
) -> Review | Waiting:
    version = store.claims.get(claim).version
    return store.reviews.decide(claim, user.id, decision, version_seen=version, **how)  # type: ignore[arg-type]


def rows(store: Store) -> int:
    with store.database.read() as session:
        return len(session.scalars(select(VoteRow.id)).all())


def test_the_first_voice_is_kept_and_decides_nothing(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    kept = vote(store, claim, people[0], Decision.DISMISS, reason=Reason.OPINION, note="Pendapat\x00 saja.")
    assert kept == Waiting(claim, Decision.DISMISS, Awaited.SECOND, changed=False)
    view = store.claims.view(claim)
    assert (view.claim.state, view.claim.lane, view.claim.version) == (ClaimState.NEW, Lane.SECOND, 1)
    assert view.claim.waits
    assert view.reviews == ()
    entry = store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject, entry.detail) == ("sari", "vote", str(claim), {})


def test_a_second_that_agrees_settles_it_in_one_review_that_names_both(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    vote(store, claim, people[0], Decision.ESCALATE, reason=Reason.SPREADING, note="Ramai.")
    review = vote(store, claim, people[1], Decision.ESCALATE)
    assert isinstance(review, Review)
    assert review.people == ("tono", "sari")
    assert review.reason == Reason.SPREADING  # of the one who gave one
    assert [(v.user_name, v.note) for v in review.votes] == [("sari", "Ramai."), ("tono", "")]
    view = store.claims.view(claim)
    assert view.reviews == (review,)
    assert (view.claim.state, view.claim.lane, view.claim.version) == (
        ClaimState.ESCALATED,
        Lane.ESCALATED,
        2,
    )
    assert not view.claim.waits
    entry = store.audit.latest(1)[0]
    assert entry.detail["votes"] == {"sari": "escalate", "tono": "escalate"}
    assert store.audit.verify() is None


@pytest.mark.parametrize("third", [Decision.WATCH, Decision.ESCALATE, Decision.DISMISS])
def test_where_two_differ_the_third_decides_whatever_it_is(
    store: Store, claim: ClaimId, people: Sequence[User], third: Decision
) -> None:
    vote(store, claim, people[0], Decision.WATCH)
    kept = vote(store, claim, people[1], Decision.ESCALATE)
    assert isinstance(kept, Waiting)
    assert kept.awaited is Awaited.THIRD
    assert store.claims.get(claim).lane is Lane.SECOND
    for user in people[:2]:
        with pytest.raises(VoteClosed):
            vote(store, claim, user, third)
        with pytest.raises(VoteClosed):
            store.reviews.withdraw(claim, user.id)
    review = vote(store, claim, people[2], third)
    assert isinstance(review, Review)
    assert (review.decision, review.user_name) == (third, "umar")
    assert [v.decision for v in review.votes] == [Decision.WATCH, Decision.ESCALATE, third]
    assert len(store.claims.view(claim).reviews) == 1


def test_nobody_is_two_people(store: Store, claim: ClaimId, people: Sequence[User]) -> None:
    for _ in range(3):
        again = vote(store, claim, people[0], Decision.DISMISS)
        assert isinstance(again, Waiting)
    assert rows(store) == 1  # a form sent twice is one vote
    assert store.claims.get(claim).state is ClaimState.NEW


def test_a_vote_may_be_changed_before_another_is_in(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    vote(store, claim, people[0], Decision.DISMISS)
    changed = vote(store, claim, people[0], Decision.WATCH)
    assert isinstance(changed, Waiting)
    assert changed.changed
    assert rows(store) == 2  # nothing is overwritten
    review = vote(store, claim, people[1], Decision.WATCH)
    assert isinstance(review, Review)
    assert [v.decision for v in review.votes] == [Decision.WATCH, Decision.WATCH]


def test_a_vote_may_be_taken_back_before_another_is_in(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    with pytest.raises(VoteClosed):
        store.reviews.withdraw(claim, people[0].id)
    vote(store, claim, people[0], Decision.DISMISS)
    with pytest.raises(VoteClosed):
        store.reviews.withdraw(claim, people[1].id)  # who has none
    store.reviews.withdraw(claim, people[0].id)
    after = store.claims.get(claim)
    assert (after.lane, after.state, after.waits) == (Lane.NEW, ClaimState.NEW, False)
    first = vote(store, claim, people[1], Decision.DISMISS)
    assert isinstance(first, Waiting)
    assert isinstance(vote(store, claim, people[0], Decision.DISMISS), Review)
    with pytest.raises(VoteClosed):
        store.reviews.withdraw(claim, people[0].id)


def test_who_has_not_voted_learns_only_that_somebody_has(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    sari, tono, umar, _ = people
    before = store.votes.opinions_for(claim, sari.id)
    assert (before.awaited, before.two_people) == (None, True)
    vote(store, claim, sari, Decision.ESCALATE, note="rahasia")
    own, other = store.votes.opinions_for(claim, sari.id), store.votes.opinions_for(claim, tono.id)
    assert own.own is not None
    assert [v.decision for v in own.votes] == [Decision.ESCALATE]
    assert not own.wanted
    assert (other.awaited, other.own, other.votes, other.wanted) == (Awaited.SECOND, None, (), True)
    vote(store, claim, tono, Decision.DISMISS)
    for user in (sari, tono):
        both = store.votes.opinions_for(claim, user.id)
        assert [v.user_name for v in both.votes] == ["sari", "tono"]
        assert both.closed
    third = store.votes.opinions_for(claim, umar.id)
    assert (third.awaited, third.votes, third.wanted) == (Awaited.THIRD, (), True)
    assert store.votes.opinions_of([claim], umar.id) == {claim: third}
    assert read_history(store.database, claim).reviews == ()
    assert "rahasia" not in str(store.audit.latest(20))
    assert "escalate" not in str(store.audit.latest(20))


def test_what_two_settled_only_two_undo(store: Store, claim: ClaimId, people: Sequence[User]) -> None:
    for user in people[:2]:
        vote(store, claim, user, Decision.DISMISS)
    assert store.claims.get(claim).lane is Lane.CLOSED
    undone = vote(store, claim, people[1], Decision.REOPEN)
    assert isinstance(undone, Waiting)
    waiting = store.claims.get(claim)
    assert (waiting.state, waiting.lane) == (ClaimState.DISMISSED, Lane.SECOND)
    assert isinstance(vote(store, claim, people[0], Decision.REOPEN), Review)
    after = store.claims.view(claim)
    assert (after.claim.state, after.claim.lane) == (ClaimState.NEW, Lane.NEW)
    assert [r.decision for r in after.reviews] == [Decision.REOPEN, Decision.DISMISS]
    assert all(len(r.votes) == 2 for r in after.reviews)


def test_other_claims_are_decided_by_one_as_ever(store: Store, people: Sequence[User]) -> None:
    review = vote(store, make_claim(store, H, Label.BLACK_CAMPAIGN), people[0], Decision.DISMISS)
    assert isinstance(review, Review)
    assert (review.people, review.votes) == (("sari",), ())


def test_the_press_is_answered_by_one(store: Store, people: Sequence[User]) -> None:
    press = make_claim(store, I, kind=SourceKind.PRESS)
    assert isinstance(vote(store, press, people[0], Decision.NOTE), Review)


def relabel(store: Store, claim: ClaimId, *labels: Label) -> None:
    """Let every item of a claim bear other labels, as a newer model would."""
    with store.database.write() as session:
        for row in session.scalars(select(ItemRow).where(ItemRow.claim_id == claim)):
            for label in Label:
                setattr(row, label.value, label in labels)
            row.risk = 0.9 if labels else 0.0
        session.flush()
        refresh_and_tell(session, claim)


def test_a_label_that_goes_meanwhile_loses_no_vote(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    vote(store, claim, people[0], Decision.WATCH)
    relabel(store, claim, H)
    now = store.claims.get(claim)
    assert now.labels == {H}
    assert now.lane is Lane.SECOND
    review = vote(store, claim, people[1], Decision.WATCH)
    assert isinstance(review, Review)
    assert review.people == ("tono", "sari")
    assert isinstance(vote(store, claim, people[1], Decision.DISMISS), Review)  # the next takes one


def test_a_vote_taken_back_after_the_label_went_leaves_an_ordinary_claim(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    vote(store, claim, people[0], Decision.WATCH)
    relabel(store, claim)
    store.reviews.withdraw(claim, people[0].id)
    assert store.claims.get(claim).lane in (Lane.UNFLAGGED, Lane.SAMPLE)
    assert isinstance(vote(store, claim, people[0], Decision.WATCH), Review)


def test_a_label_that_comes_makes_the_next_decision_one_of_two(store: Store, people: Sequence[User]) -> None:
    claim = make_claim(store, H)
    assert isinstance(vote(store, claim, people[0], Decision.WATCH), Review)
    relabel(store, claim, I)
    assert isinstance(vote(store, claim, people[0], Decision.ESCALATE), Waiting)
    assert store.claims.get(claim).state is ClaimState.WATCHING


def test_of_four_first_votes_at_once_two_settle_and_the_rest_must_look_again(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    found = at_once(store, claim, people, [Decision.WATCH] * 4)
    assert sorted(found) == ["conflict", "conflict", "review", "waiting"]
    view = store.claims.view(claim)
    assert len(view.reviews) == 1
    assert len(view.reviews[0].people) == 2
    assert store.audit.verify() is None


def test_of_two_second_votes_at_once_the_later_is_the_third_or_comes_too_late(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    vote(store, claim, people[0], Decision.WATCH)
    found = at_once(store, claim, people[1:3], [Decision.WATCH, Decision.ESCALATE])
    (review,) = store.claims.view(claim).reviews
    # Either the agreeing one was first, and the other found it settled; or it was the third, and decided.
    assert sorted(found) in (["conflict", "review"], ["review", "waiting"])
    assert review.decision is Decision.WATCH
    assert len(review.votes) == (3 if "waiting" in found else 2)


def at_once(store: Store, claim: ClaimId, people: Sequence[User], decisions: Sequence[Decision]) -> list[str]:
    start, version = Barrier(len(people)), store.claims.get(claim).version

    def one(n: int) -> str:
        start.wait()
        try:
            kept = store.reviews.decide(claim, people[n].id, decisions[n], version_seen=version)
        except Conflict:
            return "conflict"
        return "review" if isinstance(kept, Review) else "waiting"

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, range(len(people))))


def test_a_person_voting_twice_at_once_is_one_voice(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    found = at_once(store, claim, [people[0]] * 4, [Decision.WATCH] * 4)
    assert found == ["waiting"] * 4
    assert rows(store) == 1


def test_what_is_not_offered_or_too_old_is_no_vote(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    with pytest.raises(BadInput, match="not offered"):
        vote(store, claim, people[0], Decision.NOTE)
    with pytest.raises(Conflict):
        store.reviews.decide(claim, people[0].id, Decision.WATCH, version_seen=7)
    assert rows(store) == 0


def test_the_machine_never_takes_a_claim_away_that_people_vote_on(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    from kentongan.store.joining import join

    vote(store, claim, people[0], Decision.WATCH)
    saved = store.collector.save_item(make_item("Air ledeng beracun setelah pipa induk bocor.", "suara"))
    work_all(store, H)
    with store.database.write() as session:
        assert join(session, [claim_of(store, saved.id), claim]) == claim
    assert store.votes.opinions_for(claim, people[0].id).own is not None


def test_a_merge_settles_nothing_that_takes_two(store: Store, claim: ClaimId, people: Sequence[User]) -> None:
    saved = store.collector.save_item(
        make_item("Air ledeng beracun setelah pipa induk bocor.", "suara", platform=Platform.POST)
    )
    work_all(store, H)
    other = claim_of(store, saved.id)
    vote(store, other, people[0], Decision.DISMISS)
    with pytest.raises(Conflict, match="two people"):
        store.edits.merge(other, claim, people[0].id, keep_version=2, other_version=1)
    vote(store, claim, people[0], Decision.WATCH)
    with pytest.raises(Conflict, match="waits"):
        store.edits.merge(other, claim, people[0].id, keep_version=2, other_version=1)
    store.edits.merge(claim, other, people[0].id, keep_version=1, other_version=2)
    assert store.claims.get(claim).lane is Lane.SECOND
    assert isinstance(vote(store, claim, people[1], Decision.WATCH), Review)


@pytest.mark.parametrize("table", ["votes", "review_votes"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_votes_are_written_for_good(
    store: Store, claim: ClaimId, people: Sequence[User], table: str, statement: str
) -> None:
    for user in people[:2]:
        vote(store, claim, user)
    column = "note" if table == "votes" else "review_id"
    with pytest.raises(StoreError, match=f"{table} is append-only"), store.database.write() as session:
        session.execute(text(statement.format(table, column, column)))


def test_agreement_is_told_by_month_of_the_first_two_votes(store: Store, people: Sequence[User]) -> None:
    since = datetime.now(UTC) - timedelta(days=1)
    said = [
        (Decision.WATCH, Decision.WATCH),
        (Decision.DISMISS, Decision.DISMISS),
        (Decision.WATCH, Decision.DISMISS),
    ]
    make_claim(store, I)
    claims = [claim_of(store, add(store, n)) for n in range(5)]
    for claim, pair in zip(claims, said, strict=False):
        for user, decision in zip(people, pair, strict=False):
            vote(store, claim, user, decision)
    vote(store, claims[3], people[0])  # waits: no unit
    vote(store, claims[2], people[2], Decision.WATCH)  # the third is no part of it
    (month,) = store.votes.agreement_by_month(JAKARTA, since=since)
    assert month.month == f"{datetime.now(JAKARTA):%Y-%m}"
    assert (month.agreement.units, month.third) == (3, 1)
    assert month.agreement.alpha == pytest.approx(1 - 5 * 2 / (2 * 3 * 3))
    assert store.votes.agreement_by_month(JAKARTA, since=datetime.now(UTC) + timedelta(hours=1)) == []


def add(store: Store, n: int) -> ItemId:
    words = " ".join(f"kata{n}x{i}" for i in range(12))
    saved = store.collector.save_item(make_item(f"Rumor {words}.", "suara", platform=Platform.POST))
    work_all(store, I)
    return saved.id


def another(store: Store, *labels: Label) -> ClaimId:
    saved = store.collector.save_item(make_item("Air ledeng beracun setelah pipa induk bocor.", "suara"))
    work_all(store, *labels)
    return claim_of(store, saved.id)


def merge(store: Store, keep: ClaimId, other: ClaimId, user: User) -> None:
    versions = store.claims.get(keep).version, store.claims.get(other).version
    store.edits.merge(keep, other, user.id, keep_version=versions[0], other_version=versions[1])


def test_one_person_does_not_lift_by_a_merge_what_two_decided(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    for user in people[:2]:
        vote(store, claim, user, Decision.ESCALATE)
    ordinary = another(store, H)
    with pytest.raises(Conflict, match="two people"):
        merge(store, ordinary, claim, people[0])
    merge(store, claim, ordinary, people[0])
    assert store.claims.get(claim).state is ClaimState.ESCALATED


def test_a_vote_is_not_stretched_by_a_merge_over_what_its_person_has_not_seen(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    other = another(store, I)
    vote(store, claim, people[0], Decision.ESCALATE)
    with pytest.raises(Conflict, match="two people"):
        merge(store, claim, other, people[1])
    assert store.claims.get(other).state is ClaimState.NEW


def test_nothing_is_split_off_what_somebody_has_voted_on(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    other = another(store, I)
    merge(store, claim, other, people[0])
    vote(store, claim, people[0], Decision.DISMISS)
    part = store.claims.view(claim).items[0].item.id
    version = store.claims.get(claim).version
    with pytest.raises(Conflict, match="another person"):
        store.edits.split(claim, [part], people[1].id, version=version)
    assert len(store.claims.view(claim).items) == 2


def test_a_verdict_of_one_person_is_not_carried_by_a_merge_to_what_takes_two(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    ordinary = another(store, H)
    check = ClaimVerdict(Verdict.REFUTED, "https://periksa.example/1", "Periksa Arunika")
    set_by_one = store.proposals.judge(ordinary, people[0].id, check, seen=None)
    for keep, other in ((claim, ordinary), (ordinary, claim)):
        with pytest.raises(Conflict, match="verdict of one person"):
            merge(store, keep, other, people[0])
    store.proposals.judge(
        ordinary, people[0].id, ClaimVerdict(None, note="Untuk digabung."), seen=set_by_one.id
    )
    merge(store, claim, ordinary, people[0])
