"""The rules of two and three voices, as values."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import Decision, Label, Reason, SourceKind, UserId, Vote
from kentongan.ids import new_id
from kentongan.opinions import Awaited, awaited, outcome
from kentongan.proposals import Answer, ProposalState, state_of
from kentongan.store.voted import standing
from kentongan.triage import Sighting, needs_two

D, W, E = Decision.DISMISS, Decision.WATCH, Decision.ESCALATE


@pytest.mark.parametrize(
    ("voices", "settled", "missing"),
    [
        ([], None, None),
        ([D], None, Awaited.SECOND),
        ([D, D], D, None),
        ([D, W], None, Awaited.THIRD),
        ([D, W, W], W, None),
        ([D, W, E], E, None),
    ],
)
def test_two_that_agree_settle_it_and_else_the_third(
    voices: list[Decision], settled: Decision | None, missing: Awaited | None
) -> None:
    assert outcome(voices) is settled
    assert awaited(voices) is missing


@given(st.lists(st.sampled_from(Decision), max_size=3))
def test_once_begun_a_matter_is_settled_or_waits_for_somebody(voices: list[Decision]) -> None:
    assert (outcome(voices) is None) == (awaited(voices) is not None or not voices)
    assert outcome(voices) in (None, *voices)


@given(st.lists(st.tuples(st.integers(0, 3), st.none() | st.sampled_from(Decision)), max_size=12))
def test_one_vote_a_person_stands_the_newest(cast: list[tuple[int, Decision | None]]) -> None:
    people = [UserId(new_id()) for _ in range(4)]
    votes = [
        (people[n], Vote(people[n], str(n), d, Reason.UNSTATED, "", datetime.now(UTC)) if d else None)
        for n, d in cast
    ]
    found = {vote.user_id: vote.decision for vote in standing(votes)}
    assert found == {key: d for key, d in {people[n]: d for n, d in cast}.items() if d}
    assert len(standing(votes)) == len(found)


def answer(agrees: bool | None) -> Answer:
    return Answer(UserId(new_id()), "x", agrees, "", datetime.now(UTC))


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([], ProposalState.WAITING),
        ([True], ProposalState.AGREED),
        ([False], ProposalState.DIVIDED),
        ([False, True], ProposalState.AGREED),
        ([False, False], ProposalState.REFUSED),
        ([None], ProposalState.WITHDRAWN),
    ],
)
def test_a_proposal_is_a_voice_for_itself(answers: list[bool | None], state: ProposalState) -> None:
    assert state_of(True, tuple(map(answer, answers))) is state


def test_what_takes_one_person_stands_at_once() -> None:
    assert state_of(False, ()) is ProposalState.AGREED


def seen(kind: SourceKind, *labels: Label) -> Sighting:
    return Sighting("s", kind, frozenset(labels), refuted=False)


PUBLIC, PRESS = SourceKind.PUBLIC_CHANNEL, SourceKind.PRESS


@pytest.mark.parametrize(
    ("sightings", "two"),
    [
        ([seen(PUBLIC, Label.IDENTITY_POLITICS)], True),
        ([seen(PUBLIC, Label.HOAX), seen(PUBLIC, Label.IDENTITY_POLITICS)], True),
        ([seen(PUBLIC, Label.HOAX, Label.BLACK_CAMPAIGN)], False),
        ([seen(PRESS, Label.IDENTITY_POLITICS)], False),
        ([seen(PRESS, Label.IDENTITY_POLITICS), seen(PUBLIC)], False),
        ([seen(PRESS, Label.IDENTITY_POLITICS), seen(PUBLIC, Label.HOAX)], False),
        ([], False),
    ],
)
def test_identity_politics_in_public_takes_two_people_and_never_by_the_press(
    sightings: list[Sighting], two: bool
) -> None:
    assert needs_two(sightings, special=False) is two
    assert needs_two(sightings, special=True)
