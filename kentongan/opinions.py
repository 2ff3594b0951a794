"""Two people on one matter: the rules of votes, as functions of values.

Votes are kept apart until two are in: who has not voted learns that a vote exists, never which and never
whose. Two that agree settle the matter; where they differ a third person's voice decides. Leaves which
claims need two to `triage`, keeping to `store.votes` and `store.proposals`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from kentongan.domain import ClaimId, Decision, Vote
from kentongan.errors import Conflict

T = TypeVar("T")


class Awaited(StrEnum):
    """Whose voice a matter waits for."""

    SECOND = "second"
    THIRD = "third"  # two have spoken, and differ


class VoteClosed(Conflict):
    """Two voices are in: neither can be changed or taken back any more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What became of a decision that needs another person: kept as a vote, the claim's state unchanged."""

    claim_id: ClaimId
    decision: Decision  # as this person voted
    awaited: Awaited
    changed: bool  # it replaces an earlier vote of the same person


@dataclass(frozen=True, slots=True)
class Opinions:
    """What one person may know of the votes on a claim."""

    awaited: Awaited | None = None  # None where nobody has voted since the last decision
    own: Vote | None = None
    votes: tuple[Vote, ...] = ()  # of all, for those who voted once two are in; else the own one at most
    two_people: bool = False  # whether a decision on this claim needs a second person now

    @property
    def wanted(self) -> bool:
        """Whether this person's voice can settle the matter."""
        return self.awaited is not None and self.own is None

    @property
    def closed(self) -> bool:
        """Whether this person has spoken and can do no more."""
        return self.own is not None and self.awaited is Awaited.THIRD


def outcome(voices: Sequence[T]) -> T | None:
    """Return what voices settle, one a person in the order they came; None while another is needed.

    The first two where they are the same, else the third.
    """
    if len(voices) >= 3:
        return voices[2]
    return voices[0] if len(voices) == 2 and voices[0] == voices[1] else None


def awaited(voices: Sequence[object]) -> Awaited | None:
    """Return whose voice is needed; None where nobody has begun and where the matter is settled."""
    if not voices or outcome(voices) is not None:
        return None
    return Awaited.SECOND if len(voices) == 1 else Awaited.THIRD
