"""What a person proposes to do about a claim, and another has to agree to: as values.

A proposal is written for all who decide to read; who wrote it and who has answered is told once it is
settled, or to those who have spoken. Leaves the rules of two and three voices to `kentongan.opinions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kentongan.domain import ClaimId, UserId
from kentongan.opinions import outcome


class ProposalKind(StrEnum):
    REFERRAL = "referral"  # always takes two
    VERDICT = "verdict"  # takes two where a decision on the claim does
    MARK = "mark"  # KHUSUS; one person is enough to ask for more care
    LIFT = "lift"  # the mark; always takes two


class ProposalState(StrEnum):
    WAITING = "waiting"  # for a second person
    DIVIDED = "divided"  # two differ: for a third
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


PENDING = frozenset({ProposalState.WAITING, ProposalState.DIVIDED})


@dataclass(frozen=True, slots=True)
class Answer:
    user_id: UserId
    user_name: str
    agrees: bool | None  # None: taken back by who proposed it
    note: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    id: UUID
    claim_id: ClaimId
    kind: ProposalKind
    content: Mapping[str, Any]
    needs_second: bool
    user_id: UserId | None  # None where the reader may not know yet
    user_name: str  # likewise empty
    proposed_at: datetime
    answers: tuple[Answer, ...] = ()  # in the order they came; likewise left out
    state: ProposalState = ProposalState.WAITING
    spoken: bool = False  # the reader proposed or answered it

    @property
    def pending(self) -> bool:
        return self.state in PENDING

    @property
    def people(self) -> tuple[str, ...]:
        """The names behind it: who proposed it, then whoever agreed."""
        return (self.user_name, *(a.user_name for a in self.answers if a.agrees))

    def seen_by(self, viewer: UserId | None) -> "Proposal":
        """Return what one person may know of it."""
        spoken = viewer is not None and viewer in (self.user_id, *(a.user_id for a in self.answers))
        if spoken or not self.pending:
            return replace(self, spoken=spoken)
        return replace(self, user_id=None, user_name="", answers=())


def state_of(needs_second: bool, answers: tuple[Answer, ...]) -> ProposalState:
    """Return how a proposal stands after the answers of others; who proposed it agrees to it."""
    if any(answer.agrees is None for answer in answers):
        return ProposalState.WITHDRAWN
    voices = [True, *(bool(answer.agrees) for answer in answers)]
    settled = outcome(voices)
    if settled or not needs_second:
        return ProposalState.AGREED
    if settled is False:
        return ProposalState.REFUSED
    return ProposalState.WAITING if len(voices) == 1 else ProposalState.DIVIDED
