"""The rules of triage, as functions of values: which lane, which priority, which state.

Owns: what may be decided where, and what takes two people. Leaves the lift of an election stage to
`urgency`. Press items have a lane of their own and are never among the hoaxes (R9).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import log2

from kentongan.domain import (
    CLAIM_DECISIONS,
    PRESS_DECISIONS,
    Assessment,
    ClaimState,
    Decision,
    Ground,
    Label,
    Lane,
    SourceKind,
    Stance,
    Verdict,
)
from kentongan.hedges import asks_or_denies

REFUTING = frozenset({Verdict.REFUTED, Verdict.MISLEADING, Verdict.SCAM})
"""Verdicts that, on a confirmed match, make an asserting item an indication of a hoax."""

SILENCE = timedelta(days=30)
"""A claim seen again after this long without a sighting has resurfaced, and so has one like it."""

_ENOUGH_CUES = 2  # groups: a single one stands in many harmless posts and official warnings

_LANE_OF_STATE = {
    ClaimState.WATCHING: Lane.WATCHING,
    ClaimState.NEEDS_VERIFICATION: Lane.VERIFICATION,
    ClaimState.ESCALATED: Lane.ESCALATED,
    ClaimState.DISMISSED: Lane.CLOSED,
    ClaimState.NOTED: Lane.CLOSED,
}

_STATE_AFTER = {
    Decision.DISMISS: ClaimState.DISMISSED,
    Decision.WATCH: ClaimState.WATCHING,
    Decision.VERIFY: ClaimState.NEEDS_VERIFICATION,
    Decision.ESCALATE: ClaimState.ESCALATED,
    Decision.REOPEN: ClaimState.NEW,
    Decision.ASK_CLARIFICATION: ClaimState.NEEDS_VERIFICATION,
    Decision.RIGHT_OF_REPLY: ClaimState.NOTED,
    Decision.PRESS_COUNCIL: ClaimState.NOTED,
    Decision.NOTE: ClaimState.NOTED,
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What triage needs to know of a claim's items that are alike to it: of one source, voice and labels."""

    source: str
    source_kind: SourceKind
    labels: frozenset[Label]
    refuted: bool
    voice: str = ""  # who says it: copies of one agency or group are one voice; empty: the source
    items: int = 1


def labels_of(
    assessment: Assessment | None, text: str, verdicts: Iterable[Verdict]
) -> tuple[frozenset[Label], bool]:
    """Return the labels an item bears, and whether a check refutes what it puts forward.

    Those are the flagged ones; and `HOAX` where the model leaves it open, a confirmed match
    refutes it, and the text neither asks nor denies. `verdicts` are those of its confirmed
    matches: a match alone never flags, for a question about a hoax matches it as well.
    """
    if assessment is None or assessment.stance is not Stance.ASSERTS:
        return frozenset(), False
    refuted = not REFUTING.isdisjoint(verdicts) and not asks_or_denies(text)
    if refuted and Label.HOAX in assessment.abstained:
        return assessment.flagged | {Label.HOAX}, True
    return assessment.flagged, refuted and Label.HOAX in assessment.flagged


def hoax_grounds(assessment: Assessment | None, refuted: bool) -> tuple[Ground, ...]:
    """Return what speaks for `HOAX`, in the order of `Ground`.

    Empty where the model neither flags it nor leaves it open: cues and a match only ever stand
    beside that. Cues count from two different groups on. `refuted` is as `labels_of` says.
    """
    if assessment is None or Label.HOAX not in assessment.flagged | assessment.abstained:
        return ()
    found = {
        Ground.TEXT: True,
        Ground.CUES: len(set(assessment.cues)) >= _ENOUGH_CUES,
        Ground.MATCH: refuted,
    }
    return tuple(ground for ground in Ground if found[ground])


def hoax_risk(probability: float, refuting: Iterable[float]) -> float:
    """Return how likely a hoax is, by the text and by the best of its `refuting` matches together.

    All are probabilities, 0 to 1; the two are taken as independent evidence (noisy or). Without
    a match it is what the text alone says.
    """
    return 1 - (1 - probability) * (1 - max(refuting, default=0.0))


def speakers(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Return those that speak for a claim: the public items where any of them is flagged, else
    the press items where any is, else all.

    What the press wrote never stamps a claim that others carry, nor the other way (R9).
    """
    seen = list(sightings)
    public = [s for s in seen if s.source_kind is not SourceKind.PRESS]
    press = [s for s in seen if s.source_kind is SourceKind.PRESS]
    for some in (public, press):
        if any(s.labels for s in some):
            return some
    return seen


def needs_two(sightings: Iterable[Sighting], *, special: bool) -> bool:
    """Tell whether a decision on a claim takes two people: it is marked KHUSUS, or a public item that
    speaks for it bears identity politics. What the press wrote is never stamped, so it does not count (R9).
    """
    public = (s for s in speakers(sightings) if s.source_kind is not SourceKind.PRESS)
    return special or any(Label.IDENTITY_POLITICS in s.labels for s in public)


def lane_of(state: ClaimState, sightings: Iterable[Sighting], *, waits: bool = False) -> Lane:
    """Return the pile a claim lies on; one that `waits` for another person, on theirs until it is settled."""
    if waits:
        return Lane.SECOND
    if state is not ClaimState.NEW:
        return _LANE_OF_STATE[state]
    speaking = speakers(sightings)
    if not any(s.labels for s in speaking):
        return Lane.UNFLAGGED
    return Lane.PRESS if speaking[0].source_kind is SourceKind.PRESS else Lane.NEW


_PRIORITY_DIGITS = 9  # what differs by less weighs the same once lifted: a page would skip it


def priority(risk: float, sightings: Iterable[Sighting]) -> float:
    """Return risk x spread; 0 when nothing is flagged. A refuted claim weighs half as much again.

    `risk` is the highest of the items that speak for the claim, 0 to 1; see `hoax_risk`.
    """
    if not risk:
        return 0.0
    seen = speakers(sightings)
    items, voices = sum(s.items for s in seen), len({s.voice or s.source for s in seen})
    spread = (1 + log2(items)) * (1 + log2(voices) / 2)
    whole = risk * spread * (1.5 if any(s.refuted for s in seen) else 1.0)
    return round(whole, _PRIORITY_DIGITS)


def decisions_for(state: ClaimState, sightings: Iterable[Sighting]) -> frozenset[Decision]:
    """Return what may be decided: a claim that only the press puts forward gets the four press
    steps, and only what was decided can be reopened."""
    kinds = {s.source_kind for s in speakers(sightings)}
    offered = PRESS_DECISIONS if kinds == {SourceKind.PRESS} else CLAIM_DECISIONS
    return offered - {Decision.REOPEN} if state is ClaimState.NEW else offered


OPEN = frozenset({ClaimState.NEW, ClaimState.WATCHING, ClaimState.NEEDS_VERIFICATION, ClaimState.ESCALATED})
"""States of claims that people still look at: what says the same in other words may join them.
A closed claim takes in copies only."""


def state_after(decision: Decision) -> ClaimState:
    return _STATE_AFTER[decision]
