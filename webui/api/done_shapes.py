"""What was done with a claim, as the interface tells it: never by whom, and only what is settled.

Names of the team's people stay within the team's own pages: another system could count by them (R15).
Votes that are open, and proposals that wait, are in nothing here.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kentongan.domain import ClaimEdit, ClaimId, ClaimState, Decision, EditKind, Reason, Review, Verdict
from kentongan.field import Finding, Request
from kentongan.notes import Note
from kentongan.proposals import Proposal, ProposalKind, ProposalState
from kentongan.referrals import Addressee, referral_of
from kentongan.store.history import History
from kentongan.text import HANDLE_MASK, mask_personal
from kentongan.verdicts import verdict_of
from webui.api.shapes import Place, Shape
from webui.words import place_name


class Decided(Shape):
    kind: Literal["decision"] = "decision"
    id: UUID
    at: datetime
    decision: Decision
    reason: Reason
    note: str
    state_before: ClaimState
    state_after: ClaimState
    version: Annotated[int, Field(description="Of the claim before it.")]
    people: Annotated[int, Field(description="How many people it took.")]


class Edited(Shape):
    kind: Literal["merge", "split"]
    at: datetime
    items: int
    other_claim_id: UUID
    note: str


class Proposed(Shape):
    """A verdict, a referral or a mark, once it is settled."""

    kind: Literal["proposal"] = "proposal"
    at: datetime
    what: ProposalKind
    state: ProposalState
    referred_to: Addressee | None = None
    verdict: Annotated[
        Verdict | None, Field(description="What an outside check found; null where it was taken back.")
    ] = None
    verdict_url: str | None = None
    verdict_publisher: str = ""


class FieldAnswer(Shape):
    at: datetime
    finding: Finding
    text: str
    corrected: Annotated[bool, Field(description="The same reporter answered again later.")]


class Asked(Shape):
    kind: Literal["field"] = "field"
    at: datetime
    place: Place
    question: str
    withdrawn: bool
    answers: list[FieldAnswer]


class Noted(Shape):
    kind: Literal["note"] = "note"
    at: datetime
    text: str


Done = Annotated[Decided | Edited | Proposed | Asked | Noted, Field(discriminator="kind")]


def done_with(key: ClaimId, found: History, region: str) -> list[Decided | Edited | Proposed | Asked | Noted]:
    """Return what was done with a claim, newest first."""
    entries = list[Decided | Edited | Proposed | Asked | Noted]()
    entries += [decided_of(review) for review in found.reviews]
    entries += [_edited(edit, key) for edit in found.edits]
    entries += [_asked(request, region) for request in found.requests]
    entries += [_noted(note) for note in found.notes]
    for proposal in found.proposals:
        entries += _proposed(proposal)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def decided_of(review: Review) -> Decided:
    return Decided(
        id=review.id,
        at=review.decided_at,
        decision=review.decision,
        reason=Reason(review.reason),
        note=mask_personal(review.note),
        state_before=review.state_before,
        state_after=review.state_after,
        version=review.claim_version,
        people=max(1, len(review.votes)),
    )


def _edited(edit: ClaimEdit, key: ClaimId) -> Edited:
    return Edited(
        kind="merge" if edit.kind is EditKind.MERGE else "split",
        at=edit.edited_at,
        items=len(edit.item_ids),
        other_claim_id=edit.claim_id if edit.other_id == key else edit.other_id,
        note=mask_personal(edit.note),
    )


def _proposed(proposal: Proposal) -> Iterator[Proposed]:
    if proposal.pending:
        return
    at = proposal.answers[-1].answered_at if proposal.answers else proposal.proposed_at
    verdict = verdict_of(proposal.content) if proposal.kind is ProposalKind.VERDICT else None
    yield Proposed(
        at=at,
        what=proposal.kind,
        state=proposal.state,
        referred_to=referral_of(proposal.content).to if proposal.kind is ProposalKind.REFERRAL else None,
        verdict=verdict.shown if verdict else None,
        verdict_url=verdict.url or None if verdict else None,
        verdict_publisher=verdict.publisher if verdict else "",
    )


def _asked(request: Request, region: str) -> Asked:
    return Asked(
        at=request.asked_at,
        place=Place(code=request.place, name=place_name(request.place, region)),
        question=request.question,
        withdrawn=request.withdrawn_at is not None,
        answers=[
            FieldAnswer(at=one.answered_at, finding=one.finding, text=one.text, corrected=one.corrected)
            for one in request.answers
        ],
    )


def _noted(note: Note) -> Noted:
    text = "".join(HANDLE_MASK if mentioned else piece for piece, mentioned in note.pieces())
    return Noted(at=note.written_at, text=text)
