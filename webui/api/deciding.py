"""Deciding on claims, taking a decision or a vote back, and writing notes.

Each goes through the one door that the pages use.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kentongan.domain import ClaimId, ClaimState, Decision, Reason
from kentongan.errors import BadInput, Conflict
from kentongan.leases import Held
from kentongan.notes import MAX_NOTE_CHARACTERS as MAX_CLAIM_NOTE
from kentongan.opinions import Awaited, VoteClosed, Waiting
from kentongan.store.history import last_reviews
from kentongan.store.reviews import MAX_NOTE_CHARACTERS
from kentongan.text import mask_personal
from webui import cards
from webui.access import READ
from webui.api.operations import Answer, Link, caller, operation
from webui.api.problems import Code, Refused, invalid
from webui.api.shapes import Shape, Version
from webui.parts import the_parts

_CONFLICTS = (Code.VERSION_CONFLICT, Code.HELD, Code.MERGED, Code.NOT_OFFERED, Code.VOTE_CLOSED)


class DecisionGiven(Shape):
    decision: Decision
    version_seen: Version
    reason: Reason = Reason.UNSTATED
    note: Annotated[str, Field(max_length=MAX_NOTE_CHARACTERS)] = ""


class UndoGiven(Shape):
    version_seen: Version


class Settled(Shape):
    """The decision is taken."""

    outcome: Literal["decided"] = "decided"
    id: UUID
    claim_id: UUID
    decision: Decision
    reason: Reason
    note: str
    at: datetime
    state_before: ClaimState
    state_after: ClaimState
    version: Annotated[int, Field(description="Of the claim now.")]


class Kept(Shape):
    """The decision is kept as your vote; another person is needed, and the claim stands as before."""

    outcome: Literal["waiting"] = "waiting"
    claim_id: UUID
    decision: Decision
    awaited: Awaited
    changed: Annotated[bool, Field(description="It replaces an earlier vote of yours.")]


class NoteGiven(Shape):
    text: Annotated[str, Field(min_length=1, max_length=MAX_CLAIM_NOTE, pattern=r"\S")]


class NoteKept(Shape):
    id: UUID
    claim_id: Annotated[UUID, Field(description="The claim that stands, where the one named was merged.")]
    at: datetime
    masked: Annotated[bool, Field(description="Personal data in it was masked.")]
    unknown_mentions: Annotated[list[str], Field(description="Names after @ that mention nobody.")]


_DECIDED = {
    200: Answer(
        "The decision is taken.",
        Settled,
        {
            "claim": Link("read_claim", {"claim_id": "$response.body#/claim_id"}),
            "undo": Link(
                "undo",
                {"claim_id": "$response.body#/claim_id"},
                {"version_seen": "$response.body#/version"},
            ),
        },
    ),
    202: Answer(
        "Kept as your vote: it waits for another person.",
        Kept,
        {"take back": Link("take_back_vote", {"claim_id": "$response.body#/claim_id"})},
    ),
}


@operation(
    "POST",
    "/claims/<uuid:claim_id>/decisions",
    tag="decisions",
    body=DecisionGiven,
    answers=_DECIDED,
    troubles=(Code.NOT_FOUND, *_CONFLICTS),
)
def decide(claim_id: UUID, given: DecisionGiven) -> tuple[Settled | Kept, int]:
    """Decide on a claim, bringing the version that was seen.

    Where the claim takes two people this is one vote, answered with 202. Nobody ever overwrites another's
    decision: a claim that was decided on since, or that somebody works on, is answered with 409.
    """
    return _decide(ClaimId(claim_id), given.decision, given.version_seen, given.reason, given.note)


@operation(
    "POST",
    "/claims/<uuid:claim_id>/undo",
    tag="decisions",
    body=UndoGiven,
    answers=_DECIDED,
    troubles=(Code.NOT_FOUND, Code.NOTHING_TO_UNDO, *_CONFLICTS),
)
def undo(claim_id: UUID, given: UndoGiven) -> tuple[Settled | Kept, int]:
    """Bring a claim back to where it stood before its newest decision, if that was yours.

    An undo is a decision like any other and stays in the history. What two people settled, two bring back.
    """
    store, key = the_parts().store, ClaimId(claim_id)
    claim, offered = store.claims.offered(key)
    last = last_reviews(store.database, [key]).get(key)
    if claim.version != given.version_seen:
        raise Refused(Code.VERSION_CONFLICT, version=claim.version)
    back = cards.undoing(last, offered) if last and last.user_id == caller().id else None
    if back is None:
        raise Refused(Code.NOTHING_TO_UNDO)
    return _decide(key, back, given.version_seen)


@operation(
    "DELETE",
    "/claims/<uuid:claim_id>/vote",
    tag="decisions",
    answers={204: Answer("Taken back.")},
    troubles=(Code.NOT_FOUND, Code.NOTHING_TO_UNDO, Code.VOTE_CLOSED),
)
def take_back_vote(claim_id: UUID) -> None:
    """Take back your own vote, before a second one is in. Nobody learns what it was."""
    store, key, user = the_parts().store, ClaimId(claim_id), caller()
    store.claims.get(key)
    if store.votes.opinions_for(key, user.id).own is None:
        raise Refused(Code.NOTHING_TO_UNDO)
    try:
        store.reviews.withdraw(key, user.id)
    except VoteClosed as exc:
        raise Refused(Code.VOTE_CLOSED) from exc


@operation(
    "POST",
    "/claims/<uuid:claim_id>/notes",
    tag="notes",
    body=NoteGiven,
    answers={
        201: Answer(
            "Kept.", NoteKept, {"claim": Link("read_claim", {"claim_id": "$response.body#/claim_id"})}
        )
    },
    troubles=(Code.NOT_FOUND,),
)
def add_note(claim_id: UUID, given: NoteGiven) -> tuple[NoteKept, int]:
    """Write a note on a claim. Personal data in it is masked; it is never changed or removed."""
    try:
        written = the_parts().store.notes.add(
            ClaimId(claim_id), caller().id, given.text.replace("\r\n", "\n").strip(), readers=READ.roles
        )
    except BadInput as exc:
        raise invalid("text", str(exc)) from exc
    note = written.note
    return NoteKept(
        id=note.id,
        claim_id=note.claim_id,
        at=note.written_at,
        masked=written.masked,
        unknown_mentions=list(written.unknown),
    ), 201


def _decide(
    key: ClaimId, decision: Decision, version: int, reason: Reason = Reason.UNSTATED, note: str = ""
) -> tuple[Settled | Kept, int]:
    store = the_parts().store
    try:
        kept = store.reviews.decide(
            key, caller().id, decision, version_seen=version, reason=reason, note=note.strip()
        )
    except Held as held:
        raise Refused(Code.HELD, held_until=held.lease.until) from held
    except VoteClosed as closed:
        raise Refused(Code.VOTE_CLOSED) from closed
    except Conflict as exc:
        raise _conflict(key) from exc
    except BadInput as exc:
        _, offered = store.claims.offered(key)
        raise Refused(Code.NOT_OFFERED, offered=[b.decision for b in cards.buttons(offered)]) from exc
    if isinstance(kept, Waiting):
        told = Kept(claim_id=key, decision=kept.decision, awaited=kept.awaited, changed=kept.changed)
        return told, 202
    return Settled(
        id=kept.id,
        claim_id=key,
        decision=kept.decision,
        reason=Reason(kept.reason),
        note=mask_personal(kept.note),
        at=kept.decided_at,
        state_before=kept.state_before,
        state_after=kept.state_after,
        version=kept.claim_version + 1,
    ), 200


def _conflict(key: ClaimId) -> Refused:
    store = the_parts().store
    claim = store.claims.get(key)
    if claim.merged_into or not claim.item_count:
        standing = store.edits.standing(key) if claim.merged_into else None
        return Refused(Code.MERGED, claim_id=standing)
    return Refused(Code.VERSION_CONFLICT, version=claim.version)
