"""Ids, pseudonyms and the rules of triage."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import (
    CLAIM_DECISIONS,
    PRESS_DECISIONS,
    ClaimState,
    Decision,
    Label,
    Lane,
    SourceKind,
    Stance,
    Verdict,
)
from kentongan.ids import new_id
from kentongan.pseudonym import is_pseudonym, pseudonym
from kentongan.triage import (
    OPEN,
    Sighting,
    decisions_for,
    labels_of,
    lane_of,
    priority,
    state_after,
)
from tests.factories import RUMOUR, make_assessment

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
HOAX = frozenset({Label.HOAX})


def sighting(
    kind: SourceKind = SourceKind.PUBLIC_CHANNEL, labels: frozenset[Label] = HOAX, source: str = "suara"
) -> Sighting:
    return Sighting(source, kind, labels, refuted=False)


def test_ids_are_uuid7_and_never_go_backwards() -> None:
    ids = [new_id() for _ in range(2_000)]
    assert ids == sorted(set(ids))
    assert {key.version for key in ids} == {7}


def test_a_poster_has_one_name_a_month_and_another_elsewhere() -> None:
    name = pseudonym("@Budi", "key-a", MARCH)
    assert is_pseudonym(name)
    assert name == pseudonym(" budi ", "key-a", MARCH.replace(day=31))
    others = {
        pseudonym("budi", "key-b", MARCH),
        pseudonym("budi", "key-a", MARCH.replace(month=4)),
        pseudonym("budi", "key-a", MARCH.replace(year=2027)),
        pseudonym("tono", "key-a", MARCH),
    }
    assert len(others | {name}) == 5


@given(st.text(st.characters()))
def test_any_handle_gets_a_pseudonym(handle: str) -> None:
    assert is_pseudonym(pseudonym(handle, "key", MARCH))


@pytest.mark.parametrize(
    "name", ["", "budi", "p123", "p0123456789abcdeg", "P0123456789ABCDEF", "p0123456789abcdef\n"]
)
def test_a_name_is_no_pseudonym(name: str) -> None:
    assert not is_pseudonym(name)


@pytest.mark.parametrize("verdict", Verdict)
def test_only_an_asserting_item_can_be_flagged(verdict: Verdict) -> None:
    refuting = verdict in (Verdict.REFUTED, Verdict.MISLEADING, Verdict.SCAM)
    nothing = (frozenset[Label](), False)
    unsure, sure = make_assessment(abstained=HOAX), make_assessment(*HOAX)
    assert labels_of(None, RUMOUR, [verdict]) == nothing
    assert labels_of(replace(unsure, stance=Stance.REPORTS), RUMOUR, [verdict]) == nothing
    assert labels_of(make_assessment(), RUMOUR, [verdict]) == nothing
    assert labels_of(unsure, f"Apa benar {RUMOUR}", [verdict]) == nothing
    assert labels_of(unsure, RUMOUR, [verdict]) == ((HOAX, True) if refuting else nothing)
    assert labels_of(sure, RUMOUR, [verdict]) == (HOAX, refuting)


def test_the_lane_of_the_press_offers_the_steps_of_the_press_and_no_other_lane_does() -> None:
    every = [sighting(kind, labels) for kind in SourceKind for labels in (HOAX, frozenset[Label]())]
    for size in (1, 2, 3):
        for seen in combinations_with_replacement(every, size):
            lane = lane_of(ClaimState.NEW, seen)
            offered = decisions_for(ClaimState.NEW, seen)
            if lane is Lane.PRESS:
                assert offered == PRESS_DECISIONS - {Decision.REOPEN}
            if lane is Lane.NEW:
                assert offered == CLAIM_DECISIONS - {Decision.REOPEN}
                assert any(s.labels and s.source_kind is not SourceKind.PRESS for s in seen)
            assert (lane is Lane.UNFLAGGED) == (not any(s.labels for s in seen))


@pytest.mark.parametrize("state", set(ClaimState) - {ClaimState.NEW})
def test_what_was_decided_can_be_reopened(state: ClaimState) -> None:
    assert Decision.REOPEN in decisions_for(state, [sighting()])
    assert lane_of(state, [sighting()]) not in (Lane.NEW, Lane.PRESS, Lane.UNFLAGGED)


def test_every_decision_leads_somewhere() -> None:
    assert {state_after(decision) for decision in Decision} == set(ClaimState)


def test_what_is_not_flagged_has_no_priority_however_far_it_spread() -> None:
    assert priority(0.0, [sighting(labels=frozenset()), sighting(labels=frozenset(), source="kanal")]) == 0


@given(st.floats(0.01, 1), st.floats(0.01, 1), st.sampled_from([1.0, 1.13, 1.4, 3.0]))
def test_priorities_that_differ_still_differ_once_lifted(one: float, other: float, lift: float) -> None:
    """Or a cursor, which compares what is lifted, would pass over a claim."""
    first, second = (priority(risk, [sighting()]) for risk in (one, other))
    assert (first == second) == (first * lift == second * lift) == (1024 + first == 1024 + second)


@pytest.mark.parametrize("risk", [0.1 + 0.2, 0.7 + 0.1])
def test_what_arithmetic_alone_tells_apart_is_one_priority(risk: float) -> None:
    assert priority(risk, [sighting()]) == priority(round(risk, 2), [sighting()])


def test_spread_over_sources_weighs_more_than_copies_in_one() -> None:
    alone, copied = priority(0.8, [sighting()]), priority(0.8, [sighting(), sighting()])
    assert alone < copied < priority(0.8, [sighting(), sighting(source="kanal")])


def test_copies_of_one_voice_weigh_as_copies_in_one_source() -> None:
    def by(source: str, voice: str) -> Sighting:
        return replace(sighting(source=source), voice=voice)

    copies = [by("suara", "antara"), by("kanal", "antara")]
    assert priority(0.8, copies) == priority(0.8, [sighting(), sighting()])
    assert priority(0.8, copies) < priority(0.8, [by("suara", ""), by("kanal", "")])
    assert priority(0.8, [by("suara", "suara"), by("kanal", "")]) == priority(
        0.8, [by("suara", ""), by("kanal", "")]
    )


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), min_size=1, max_size=5))
def test_alike_sightings_weigh_the_same_counted_together_or_one_by_one(said: list[tuple[str, int]]) -> None:
    together = [replace(sighting(source=source), items=items) for source, items in said]
    one_by_one = [sighting(source=source) for source, items in said for _ in range(items)]
    assert priority(0.8, together) == pytest.approx(priority(0.8, one_by_one))


def test_a_claim_is_open_unless_people_put_it_away() -> None:
    assert set(ClaimState) - OPEN == {ClaimState.DISMISSED, ClaimState.NOTED}
    closed = {decision for decision in Decision if state_after(decision) not in OPEN}
    assert Decision.DISMISS in closed
    assert Decision.REOPEN not in closed
