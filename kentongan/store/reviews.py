"""Deciding on claims: once each, by people only, and never without a trace."""

from sqlalchemy import select

from kentongan.domain import ClaimId, ClaimState, Decision, Reason, Review, UserId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.ids import new_id
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.outbox import ITEM, enqueue
from kentongan.store.reviewed import reviews_of
from kentongan.store.schema import ClaimRow, ItemRow, ReviewRow, UserRow, keepable
from kentongan.store.summary import refresh_claim, sightings_of
from kentongan.triage import decisions_for, state_after

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
    ) -> Review:
        """Keep a decision, with its audit entry and index jobs, in one transaction.

        Raises NotFound, Conflict when the claim was decided on since `version_seen` or its items went
        into another, BadInput for a decision that this claim does not offer (press) or a note too long.
        """
        if len(note) > MAX_NOTE_CHARACTERS:
            raise BadInput(f"note: longer than {MAX_NOTE_CHARACTERS} characters")
        with self._database.write() as session:
            claim = session.scalar(select(ClaimRow).where(ClaimRow.id == claim_id).with_for_update())
            user = session.get(UserRow, user_id)
            if claim is None:
                raise NotFound("claim", claim_id)
            if user is None or not user.active:
                raise NotFound("active user", user_id)
            if claim.version != version_seen:
                raise Conflict(
                    f"claim {claim_id} was decided on meanwhile: version {claim.version}, seen {version_seen}"
                )
            sightings = sightings_of(session, claim_id)
            if claim.merged_into is not None or not sightings:
                raise Conflict(f"claim {claim_id} holds no items any more: they are in another claim")
            if decision not in decisions_for(ClaimState(claim.state), sightings):
                raise BadInput(f"decision: {decision.value} is not offered for this claim")
            before, after = ClaimState(claim.state), state_after(decision)
            row = ReviewRow(
                id=new_id(),
                claim_id=claim_id,
                user_id=user_id,
                decision=decision.value,
                reason=reason.value,
                note=keepable(note),
                decided_at=now(),
                claim_version=claim.version,
                state_before=before.value,
                state_after=after.value,
            )
            session.add(row)
            claim.state, claim.version = after.value, claim.version + 1
            session.flush()
            refresh_claim(session, claim)
            enqueue(session, ITEM, *session.scalars(select(ItemRow.id).where(ItemRow.claim_id == claim_id)))
            append(
                session,
                self._database,
                user.name,
                "decide",
                str(claim_id),
                decision=decision.value,
                reason=reason.value,
            )
            return reviews_of(session, claim_id)[0]
