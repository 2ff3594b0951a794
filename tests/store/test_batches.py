"""One decision on several claims: each once, left out where it must be, carried on when cut off, undone whole."""

import pytest

from kentongan.batching import MAX_CLAIMS, Outcome, Undone, way_back
from kentongan.domain import ClaimId, ClaimState, Decision, Label, Lane, Reason, SourceKind, User
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.store import Store
from tests.factories import claim_of, make_item, make_source, make_user, work_all
from tests.grouping import decide


def make_claims(store: Store, count: int, *labels: Label) -> list[ClaimId]:
    store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    keys = [
        store.collector.save_item(
            make_item(f"hal {new_id()} di gang {n}", "suara", external_id=f"{new_id()}")
        ).id
        for n in range(count)
    ]
    work_all(store, *(labels or (Label.HOAX,)))
    return [claim_of(store, key) for key in keys]


@pytest.fixture
def user(store: Store) -> User:
    return make_user(store)


def seen(store: Store, *claims: ClaimId) -> list[tuple[ClaimId, int]]:
    return [(claim, store.claims.get(claim).version) for claim in claims]


def states(store: Store, claims: list[ClaimId]) -> list[ClaimState]:
    return [store.claims.get(claim).state for claim in claims]


def test_each_claim_is_decided_once_with_its_reason_and_its_trace(store: Store, user: User) -> None:
    claims = make_claims(store, 3)
    key = store.batches.begin(user.id, Decision.DISMISS, Reason.OPINION, seen(store, *claims))
    assert states(store, claims) == [ClaimState.NEW] * 3
    done = store.batches.carry_on(key, user.id)
    assert [claim.outcome for claim in done.claims] == [Outcome.DECIDED] * 3
    assert done.is_done
    for claim in claims:
        (review,) = store.claims.view(claim).reviews
        assert (review.decision, review.reason) == (Decision.DISMISS, Reason.OPINION)
    assert store.batches.carry_on(key, user.id) == done
    actions = [entry.action for entry in store.audit.latest(9)]
    assert actions.count("decide") == 3
    assert actions.count("begin batch") == 1


def test_what_others_hold_changed_or_must_decide_by_two_is_left_and_told(store: Store, user: User) -> None:
    other = make_user(store, "beni")
    free, held, changed = make_claims(store, 3)
    (double,) = make_claims(store, 1, Label.IDENTITY_POLITICS)
    chosen = seen(store, free, held, changed, double)
    store.leases.hold(held, other.id)
    decide(store, changed, other)
    key = store.batches.begin(user.id, Decision.VERIFY, Reason.UNVERIFIED, chosen)
    done = store.batches.carry_on(key, user.id)
    assert [claim.outcome for claim in done.claims] == [
        Outcome.DECIDED,
        Outcome.HELD,
        Outcome.CHANGED,
        Outcome.VOTED,
    ]
    assert states(store, [held, changed]) == [ClaimState.NEW, ClaimState.WATCHING]
    assert store.claims.get(double).lane is Lane.SECOND


def test_a_step_of_the_press_is_not_taken_on_posts(store: Store, user: User) -> None:
    claims = make_claims(store, 1)
    key = store.batches.begin(user.id, Decision.NOTE, Reason.REPORTING, seen(store, *claims))
    assert [c.outcome for c in store.batches.carry_on(key, user.id).claims] == [Outcome.NOT_OFFERED]
    assert states(store, claims) == [ClaimState.NEW]


def test_a_batch_that_was_cut_off_is_carried_on_and_nothing_is_decided_twice(
    store: Store, user: User
) -> None:
    claims = make_claims(store, 4)
    key = store.batches.begin(user.id, Decision.WATCH, Reason.SPREADING, seen(store, *claims))
    # Cut off after the first decision was kept, before it was noted down.
    store.reviews.decide(claims[0], user.id, Decision.WATCH, version_seen=1, reason=Reason.SPREADING)
    assert store.batches.cut_off(user.id) == key
    assert not store.batches.get(key, user.id).is_done
    done = store.batches.carry_on(key, user.id)
    assert [claim.outcome for claim in done.claims] == [Outcome.DECIDED] * 4
    assert [len(store.claims.view(claim).reviews) for claim in claims] == [1] * 4
    assert store.batches.cut_off(user.id) is None


def test_what_another_decided_meanwhile_is_not_taken_for_our_own(store: Store, user: User) -> None:
    claims = make_claims(store, 1)
    key = store.batches.begin(user.id, Decision.WATCH, Reason.SPREADING, seen(store, *claims))
    decide(store, claims[0], make_user(store, "beni"), Decision.WATCH)
    assert [c.outcome for c in store.batches.carry_on(key, user.id).claims] == [Outcome.CHANGED]


def test_an_undo_leaves_a_vote_that_was_cast_since(store: Store, user: User) -> None:
    claims = make_claims(store, 1, Label.IDENTITY_POLITICS)
    key = store.batches.begin(user.id, Decision.DISMISS, Reason.OPINION, seen(store, *claims))
    assert [c.outcome for c in store.batches.carry_on(key, user.id).claims] == [Outcome.VOTED]
    decide(store, claims[0], user, Decision.ESCALATE)
    assert [c.undone for c in store.batches.undo(key, user.id).claims] == [Undone.CHANGED]
    own = store.votes.opinions_for(claims[0], user.id).own
    assert own is not None
    assert own.decision is Decision.ESCALATE


def test_a_batch_neither_takes_nor_undoes_what_was_decided_by_hand_before(store: Store, user: User) -> None:
    plain, *_ = make_claims(store, 1)
    (double,) = make_claims(store, 1, Label.IDENTITY_POLITICS)
    previewed = seen(store, plain, double)
    for claim in (plain, double):
        decide(store, claim, user, Decision.DISMISS)
    key = store.batches.begin(user.id, Decision.DISMISS, Reason.OPINION, previewed)
    outcomes = [c.outcome for c in store.batches.carry_on(key, user.id).claims]
    assert outcomes == [Outcome.CHANGED, Outcome.CLOSED]
    store.batches.undo(key, user.id)
    assert states(store, [plain]) == [ClaimState.DISMISSED]
    assert store.votes.opinions_for(double, user.id).own is not None


def test_an_undo_brings_back_what_still_stands_as_it_was_left_and_says_the_rest(
    store: Store, user: User
) -> None:
    other = make_user(store, "beni")
    back, watched, changed, held = make_claims(store, 4)
    (double,) = make_claims(store, 1, Label.IDENTITY_POLITICS)
    decide(store, watched, user, Decision.WATCH)
    chosen = seen(store, back, watched, changed, held, double)
    key = store.batches.begin(user.id, Decision.ESCALATE, Reason.DANGER, chosen)
    assert all(claim.outcome for claim in store.batches.carry_on(key, user.id).claims)
    decide(store, changed, other, Decision.DISMISS)
    store.leases.hold(held, other.id)
    undone = store.batches.undo(key, user.id)
    assert [claim.undone for claim in undone.claims] == [
        Undone.BACK,
        Undone.BACK,
        Undone.CHANGED,
        Undone.HELD,
        Undone.BACK,
    ]
    assert states(store, [back, watched, changed, held, double]) == [
        ClaimState.NEW,
        ClaimState.WATCHING,
        ClaimState.DISMISSED,
        ClaimState.ESCALATED,
        ClaimState.NEW,
    ]
    assert store.claims.get(double).lane is Lane.NEW
    assert store.batches.undo(key, user.id) == undone


def test_an_undo_that_was_cut_off_is_carried_on(store: Store, user: User) -> None:
    first, second = make_claims(store, 2)
    key = store.batches.begin(user.id, Decision.WATCH, Reason.SPREADING, seen(store, first, second))
    store.batches.carry_on(key, user.id)
    decide(store, first, user, Decision.REOPEN)  # as the undo would have, before it noted it down
    undone = store.batches.undo(key, user.id)
    assert [claim.undone for claim in undone.claims] == [Undone.BACK] * 2
    assert [len(store.claims.view(claim).reviews) for claim in (first, second)] == [2, 2]


def test_a_batch_belongs_to_who_began_it(store: Store, user: User) -> None:
    claims = make_claims(store, 1)
    key = store.batches.begin(user.id, Decision.WATCH, Reason.SPREADING, seen(store, *claims))
    other = make_user(store, "beni")
    for act in (store.batches.get, store.batches.carry_on, store.batches.undo):
        with pytest.raises(NotFound):
            act(key, other.id)
    assert states(store, claims) == [ClaimState.NEW]
    assert store.batches.cut_off(other.id) is None


def test_none_too_many_and_one_twice_are_refused(store: Store, user: User) -> None:
    (claim,) = make_claims(store, 1)
    for chosen in ([], [(claim, 1), (claim, 1)], [(ClaimId(new_id()), 1) for _ in range(MAX_CLAIMS + 1)]):
        with pytest.raises(BadInput):
            store.batches.begin(user.id, Decision.WATCH, Reason.SPREADING, chosen)
    with pytest.raises(NotFound):
        store.batches.begin(user.id, Decision.WATCH, Reason.SPREADING, [(ClaimId(new_id()), 1)])


def test_the_way_back_is_the_decision_that_leads_there() -> None:
    offered = frozenset(Decision)
    assert way_back(ClaimState.NEW, offered) is Decision.REOPEN
    assert way_back(ClaimState.WATCHING, offered) is Decision.WATCH
    assert way_back(ClaimState.NOTED, offered) is Decision.NOTE
    assert way_back(ClaimState.NEW, offered - {Decision.REOPEN}) is None
