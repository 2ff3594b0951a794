"""What people put together, apart or away stays so, whatever the machine finds; on both databases."""

import pytest

from kentongan.domain import ClaimState, Decision, Lane, Stage
from kentongan.store import Store
from tests.factories import claim_of, make_user
from tests.grouping import (
    BRIDGE,
    CHAIN,
    add,
    add_flagged,
    add_sources,
    cut,
    decide,
    forget_jobs,
    link,
    row_of,
    said,
    standing,
    told,
)


@pytest.fixture(autouse=True)
def _sources(store: Store) -> None:
    add_sources(store)


@pytest.mark.parametrize("side", [0, 1])
def test_what_is_alike_to_both_sides_of_a_split_joins_one_and_never_makes_them_one(
    store: Store, side: int
) -> None:
    user = make_user(store)
    halves = [add(store, CHAIN[0]), add(store, CHAIN[1])]
    assert len(standing(store, *halves)) == 1
    cut(store, user, halves[side])

    bridges = [add(store, f"{BRIDGE} grup{n}", "kanal") for n in range(3)]

    kept = [claim_of(store, half) for half in halves]
    assert len(set(kept)) == 2
    assert standing(store, *bridges) <= set(kept)
    assert all(store.claims.get(claim).merged_into is None for claim in kept)


def test_a_split_is_kept_after_the_machine_put_one_side_into_a_larger_claim(store: Store) -> None:
    user = make_user(store)
    left, right = add(store, CHAIN[0]), add(store, CHAIN[1])
    cut_off = cut(store, user, right)
    larger = [add(store, f"{CHAIN[3]} grup{n}", "kanal") for n in range(3)]

    middle = add(store, CHAIN[2])
    assert standing(store, middle, right) == standing(store, *larger) != {cut_off}

    bridge = add(store, BRIDGE, "obrolan")
    assert len(standing(store, left, right)) == 2
    assert claim_of(store, bridge) in standing(store, left, right)
    linked = add(store, said(300, 340), "obrolan")
    assert link(store, linked, left, right)
    assert len(standing(store, left, right)) == 2


def test_links_never_make_one_of_what_people_split(store: Store) -> None:
    user = make_user(store)
    left, right = add(store, CHAIN[0]), add(store, CHAIN[1])
    cut(store, user, right)
    assert link(store, left, right)
    assert len(standing(store, left, right)) == 2


def test_what_was_split_off_a_part_never_comes_back_into_the_whole(store: Store) -> None:
    user = make_user(store)
    left, first, second = (add(store, f"{CHAIN[0]} grup{n}") for n in range(3))
    whole = claim_of(store, left)
    assert standing(store, left, first, second) == {whole}
    cut(store, user, first, second)
    last = cut(store, user, second)

    assert link(store, second, left)

    assert (claim_of(store, left), claim_of(store, second)) == (whole, last)
    assert len(standing(store, left, first, second)) == 3


def test_an_item_that_a_person_placed_stays_whatever_it_says_next(store: Store) -> None:
    user = make_user(store)
    url = "https://suara.example/1"
    placed = add(store, CHAIN[0], url=url)
    other = add(store, said(300, 340))
    here, there = claim_of(store, placed), claim_of(store, other)
    store.edits.merge(here, there, user.id, keep_version=1, other_version=1)
    stranger = add(store, said(600, 640), "kanal")

    add(store, said(600, 640), url=url)

    assert standing(store, placed, other) == {here}
    assert claim_of(store, stranger) not in {here, there}


def test_two_claims_that_people_decided_on_never_become_one(store: Store) -> None:
    user = make_user(store)
    a, b = add(store, CHAIN[0]), add(store, CHAIN[2])
    decide(store, claim_of(store, a), user)
    decide(store, claim_of(store, b), user)
    bridge = add(store, CHAIN[1])
    assert len(standing(store, a, b)) == 2
    assert claim_of(store, bridge) in standing(store, a, b)
    assert link(store, a, b)
    assert len(standing(store, a, b)) == 2


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_alike_to_a_dismissed_claim_and_to_an_open_one_closes_neither_more(
    store: Store, turned: bool
) -> None:
    user = make_user(store)
    texts = (CHAIN[2], CHAIN[0]) if turned else (CHAIN[0], CHAIN[2])
    dismissed, still_open = (add_flagged(store, text, "suara") for text in texts)
    closed, opened = claim_of(store, dismissed), claim_of(store, still_open)
    decide(store, closed, user, Decision.DISMISS)

    bridge = add_flagged(store, CHAIN[1], "kanal")

    assert claim_of(store, bridge) in {closed, opened}
    assert (claim_of(store, dismissed), claim_of(store, still_open)) == (closed, opened)
    found = store.claims.get(opened)
    assert (found.state, found.lane, found.merged_into) == (ClaimState.NEW, Lane.NEW, None)
    assert store.claims.get(closed).lane is Lane.CLOSED


def test_a_decided_claim_stays_before_a_larger_one_and_keeps_its_state(store: Store) -> None:
    user = make_user(store)
    decided = add(store, CHAIN[0])
    larger = [add(store, f"{CHAIN[2]} grup{n}") for n in range(4)]
    claim = claim_of(store, decided)
    decide(store, claim, user, Decision.ESCALATE)
    add(store, CHAIN[1])
    assert standing(store, decided, *larger) == {claim}
    assert store.claims.get(claim).state is ClaimState.ESCALATED
    assert store.claims.get(claim).lane is Lane.ESCALATED


@pytest.mark.parametrize(
    ("decision", "open_"),
    [
        (Decision.WATCH, True),
        (Decision.VERIFY, True),
        (Decision.ESCALATE, True),
        (Decision.DISMISS, False),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_closed_claim_takes_in_copies_and_no_paraphrases_an_open_one_both(
    store: Store, decision: Decision, open_: bool, turned: bool
) -> None:
    user = make_user(store)
    decided = add(store, CHAIN[0])
    claim = claim_of(store, decided)
    decide(store, claim, user, decision)

    copy, paraphrase = add(store, CHAIN[0], "kanal"), add(store, said(300, 340), "kanal")
    pair = (paraphrase, decided)
    assert link(store, *(pair[::-1] if turned else pair))

    assert claim_of(store, copy) == claim
    assert (claim_of(store, paraphrase) == claim) is open_


def test_links_move_all_items_of_the_other_claim_and_tell_the_index(store: Store) -> None:
    a, b = add(store, CHAIN[0]), add(store, said(300, 340))
    beside = add(store, said(300, 340), "kanal")
    smaller, larger = claim_of(store, a), claim_of(store, b)
    forget_jobs(store)
    assert link(store, a, b)
    assert standing(store, a, b, beside) == {larger}
    assert store.claims.get(smaller).merged_into == larger
    assert str(a) in told(store)
    assert row_of(store, a).stage is Stage.LINKED


def test_links_to_nothing_move_the_item_on(store: Store) -> None:
    key = add(store, CHAIN[0])
    claim = claim_of(store, key)
    assert link(store, key)
    assert (row_of(store, key).stage, claim_of(store, key)) == (Stage.LINKED, claim)
