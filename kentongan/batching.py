"""One decision on several claims at once: what will happen to each, and what became of it. Values and rules.

Owns: the fates that the preview tells and the outcomes that the result tells. Leaves deciding to
`store.reviews`, going through a batch to `store.batches`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from kentongan.domain import (
    CLAIM_DECISIONS,
    PRESS_DECISIONS,
    Claim,
    ClaimId,
    ClaimState,
    Decision,
    Lane,
    Reason,
)
from kentongan.triage import state_after

BatchId = NewType("BatchId", UUID)

MAX_CLAIMS = 50


class Fate(StrEnum):
    """What a decision will do to a claim; all but the first two leave it out."""

    DECIDE = "decide"
    VOTE = "vote"  # it needs two people
    HELD = "held"  # somebody else works on it
    CHANGED = "changed"  # since the page was shown
    PRESS = "press"  # it takes the steps of the press, or this is one of them
    NOT_OFFERED = "not_offered"
    ALREADY = "already"  # it stands so already
    GONE = "gone"  # its items are in another claim

    @property
    def included(self) -> bool:
        return self in (Fate.DECIDE, Fate.VOTE)


class Outcome(StrEnum):
    """What became of a claim when its turn came."""

    DECIDED = "decided"
    VOTED = "voted"  # kept as a vote: another person is needed
    HELD = "held"
    CHANGED = "changed"
    CLOSED = "closed"  # this person's vote is in already
    NOT_OFFERED = "not_offered"

    @property
    def took_effect(self) -> bool:
        return self in (Outcome.DECIDED, Outcome.VOTED)


class Undone(StrEnum):
    """What became of a claim when its batch was undone."""

    BACK = "back"  # as it was
    VOTED = "voted"  # going back takes two people as well: kept as a vote
    CHANGED = "changed"  # somebody did something with it since: left as it is
    HELD = "held"


@dataclass(frozen=True, slots=True)
class BatchClaim:
    claim_id: ClaimId
    version_seen: int
    outcome: Outcome | None  # None until its turn has come
    version_after: int | None
    undone: Undone | None  # None until its turn has come, and where there is nothing to undo


@dataclass(frozen=True, slots=True)
class Batch:
    id: BatchId
    decision: Decision
    reason: Reason
    began_at: datetime
    undo_began_at: datetime | None
    claims: tuple[BatchClaim, ...]

    @property
    def is_done(self) -> bool:
        """Whether every claim has had its turn, in the undoing too where that was begun."""
        if any(claim.outcome is None for claim in self.claims):
            return False
        return self.undo_began_at is None or not any(claim.undone is None for claim in self.effective)

    @property
    def effective(self) -> tuple[BatchClaim, ...]:
        """Those that the decision took effect on."""
        return tuple(c for c in self.claims if c.outcome is not None and c.outcome.took_effect)


def fate_of(
    claim: Claim,
    version_seen: int,
    decision: Decision,
    offered: frozenset[Decision],
    *,
    needs_two: bool,
    held_by_other: bool,
) -> Fate:
    """Return what the decision would do to a claim that still holds items, as it stands now."""
    if claim.version != version_seen:
        return Fate.CHANGED
    if decision not in offered:
        own = PRESS_DECISIONS if Decision.NOTE in offered else CLAIM_DECISIONS
        return Fate.NOT_OFFERED if decision in own else Fate.PRESS
    if held_by_other:
        return Fate.HELD
    if claim.lane is not Lane.SECOND and claim.state is state_after(decision):
        return Fate.ALREADY
    return Fate.VOTE if needs_two or claim.lane is Lane.SECOND else Fate.DECIDE


def way_back(state: ClaimState, offered: Iterable[Decision]) -> Decision | None:
    """Return the decision that leads to a state, the mildest of several; None where none does."""
    there = [decision for decision in offered if state_after(decision) is state]
    return Decision.NOTE if Decision.NOTE in there else next(iter(sorted(there)), None)
