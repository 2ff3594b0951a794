"""Deciding on claims: once each, by people only, by two where it takes two, and never without a trace."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, ClaimState, Decision, Reason, Review, UserId, Vote
from kentongan.errors import BadInput, Conflict
from kentongan.ids import new_id
from kentongan.opinions import Waiting, awaited, outcome
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.leases import end_lease, require_free
from kentongan.store.outbox import ITEM, enqueue
from kentongan.store.reviewed import reviews_of
from kentongan.store.schema import ClaimRow, ItemRow, ReviewRow, UserRow, keepable
from kentongan.store.summary import sightings_of
from kentongan.store.taking import require_items, take_claim
from kentongan.store.voted import open_votes
from kentongan.store.voting import cast_vote, settle_votes
from kentongan.store.waiting import refresh_waiting, wait_and_tell
from kentongan.triage import decisions_for, needs_two, state_after

MAX_NOTE_CHARACTERS = 4000


class Reviews:
    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(
        self,
        claim_id: ClaimId,
        user_id: UserId,
        decision: Decision,
        *,
        version_seen: int,
        reason: Reason = Reason.UNSTATED,
        note: str = "",
    ) -> Review | Waiting:
        """Keep a decision, with its audit entry and index jobs, in one transaction.

        A claim that needs two people (`triage.needs_two`), or that others have begun to vote on, keeps it
        as this person's vote. Returns the review where that settles the matter, else whose voice is
        missing: the claim's state stays as it was, and its lane is that of second opinions.

        Raises NotFound, Conflict when the claim was decided on since `version_seen` or its items went
        into another, VoteClosed when this person's vote is one of two that differ, Held when somebody
        else works on it now, BadInput for a decision that this claim does not offer (press) or a note too
        long.
        """
        if len(note) > MAX_NOTE_CHARACTERS:
            raise BadInput(f"note: longer than {MAX_NOTE_CHARACTERS} characters")
        with self._database.write() as session:
            claim, user = take_claim(session, claim_id, user_id)
            if claim.version != version_seen:
                raise Conflict(
                    f"claim {claim_id} was decided on meanwhile: version {claim.version}, seen {version_seen}"
                )
            require_free(session, claim_id, user_id)
            require_items(claim)
            sightings = sightings_of(session, claim_id)
            if decision not in decisions_for(ClaimState(claim.state), sightings):
                raise BadInput(f"decision: {decision.value} is not offered for this claim")
            before = open_votes(session, claim_id)
            if not before and not needs_two(sightings, special=claim.special):
                return self._settle(session, claim, user, decision, reason, note)
            votes = cast_vote(session, self._database, claim, user, decision, reason, note)
            settled = outcome([vote.decision for vote in votes])
            if settled is not None:
                return self._settle(session, claim, user, settled, reason, note, votes)
            end_lease(session, claim_id)
            wait_and_tell(session, claim)
            missing = awaited([vote.decision for vote in votes])
            assert missing is not None
            changed = any(vote.user_id == user_id for vote in before)
            return Waiting(claim_id, decision, missing, changed)

    def withdraw(self, claim_id: ClaimId, user_id: UserId) -> None:
        """Take back a person's own vote, before a second one is in; nobody learns what it was.

        Raises NotFound, VoteClosed where it is one of two, or where there is none.
        """
        with self._database.write() as session:
            claim, user = take_claim(session, claim_id, user_id)
            cast_vote(session, self._database, claim, user, None)
            wait_and_tell(session, claim)

    def _settle(
        self,
        session: Session,
        claim: ClaimRow,
        user: UserRow,
        decision: Decision,
        reason: Reason,
        note: str,
        votes: Sequence[Vote] = (),
    ) -> Review:
        """Keep the one review of a decision, by who took it or whose vote settled it."""
        before, after = ClaimState(claim.state), state_after(decision)
        row = ReviewRow(
            id=new_id(),
            claim_id=claim.id,
            user_id=user.id,
            decision=decision.value,
            reason=_shared_reason(decision, reason, votes).value,
            note=keepable(note),
            decided_at=now(),
            claim_version=claim.version,
            state_before=before.value,
            state_after=after.value,
            marks=claim.marks,
        )
        session.add(row)
        end_lease(session, ClaimId(claim.id))
        claim.state, claim.version, claim.answered_at = after.value, claim.version + 1, None
        session.flush()
        settle_votes(session, claim.id, row.id)
        refresh_waiting(session, claim)
        enqueue(session, ITEM, *session.scalars(select(ItemRow.id).where(ItemRow.claim_id == claim.id)))
        with_whom = {"votes": {vote.user_name: vote.decision.value for vote in votes}} if votes else {}
        append(
            session,
            self._database,
            user.name,
            "decide",
            str(claim.id),
            decision=decision.value,
            reason=row.reason,
            **with_whom,
        )
        return reviews_of(session, claim.id)[0]


def _shared_reason(decision: Decision, reason: Reason, votes: Sequence[Vote]) -> Reason:
    """Return the reason of who settled it, or the other's where they gave none."""
    if reason is not Reason.UNSTATED:
        return reason
    stated = (v.reason for v in votes if v.decision is decision and v.reason is not Reason.UNSTATED)
    return next(stated, reason)
