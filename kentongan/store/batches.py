"""Decisions on several claims at once: begun whole, then carried through one claim at a time.

Each claim is decided in a transaction of its own by `reviews`, the one door of decisions, and what became
of it is kept after. Cut off in between, a batch is carried on from the first claim without an outcome: a
decision that was kept but not noted down is found again by the version it was taken on.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kentongan.batching import MAX_CLAIMS, Batch, BatchClaim, BatchId, Outcome, Undone, way_back
from kentongan.domain import ClaimId, ClaimState, Decision, Reason, Review, UserId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.ids import new_id
from kentongan.leases import Held
from kentongan.opinions import VoteClosed, Waiting
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.reviewed import reviews_of
from kentongan.store.reviews import Reviews
from kentongan.store.schema import ClaimRow, UserRow
from kentongan.store.schema_queue import BatchClaimRow, BatchRow
from kentongan.store.summary import sightings_of
from kentongan.store.voted import open_votes
from kentongan.triage import decisions_for


class Batches:
    def __init__(self, database: Database, reviews: Reviews) -> None:
        self._database, self._reviews = database, reviews

    def begin(
        self, user_id: UserId, decision: Decision, reason: Reason, claims: Sequence[tuple[ClaimId, int]]
    ) -> BatchId:
        """Keep what is to be decided, each claim with the version seen, and nothing more; `carry_on` does it.

        Raises NotFound for a person who may not come in or a claim that is none, BadInput for no claim, for
        more than MAX_CLAIMS, or for one twice.
        """
        keys = [claim for claim, _ in claims]
        if not keys or len(keys) > MAX_CLAIMS or len(set(keys)) < len(keys):
            raise BadInput(f"claims: choose 1 to {MAX_CLAIMS}, each once")
        with self._database.write() as session:
            user = session.get(UserRow, user_id)
            if user is None or not user.active:
                raise NotFound("active user", user_id)
            known = set(session.scalars(select(ClaimRow.id).where(ClaimRow.id.in_(keys))))
            for key in keys:
                if key not in known:
                    raise NotFound("claim", key)
            batch = BatchRow(
                id=new_id(), user_id=user_id, decision=decision.value, reason=reason.value, began_at=now()
            )
            session.add(batch)
            session.flush()
            session.add_all(
                BatchClaimRow(batch_id=batch.id, place=place, claim_id=key, version_seen=version)
                for place, (key, version) in enumerate(claims)
            )
            detail = {"decision": decision.value, "reason": reason.value, "claims": list(map(str, keys))}
            append(session, self._database, user.name, "begin batch", str(batch.id), **detail)
            return BatchId(batch.id)

    def carry_on(self, key: BatchId, user_id: UserId) -> Batch:
        """Decide on the claims whose turn has not come, and go on undoing where that was begun.

        Raises NotFound for a batch that is not this person's.
        """
        batch = self.get(key, user_id)
        for place, claim in enumerate(batch.claims):
            if claim.outcome is None:
                outcome, after = self._decide(batch, claim, user_id)
                self._note(key, place, outcome=outcome.value, version_after=after)
        if batch.undo_began_at is not None:
            self._go_on_undoing(key, user_id)
        return self.get(key, user_id)

    def undo(self, key: BatchId, user_id: UserId) -> Batch:
        """Bring back the claims of a batch that still stand as it left them. Idempotent. Raises NotFound."""
        with self._database.write() as session:
            row = _own(session, key, user_id)
            if row.undo_began_at is None:
                row.undo_began_at = now()
                user = session.get_one(UserRow, user_id)
                append(session, self._database, user.name, "undo batch", str(key))
        self._go_on_undoing(key, user_id)
        return self.get(key, user_id)

    def get(self, key: BatchId, user_id: UserId) -> Batch:
        """Return a batch of this person's; raises NotFound."""
        with self._database.read() as session:
            return _batch_of(session, _own(session, key, user_id))

    def cut_off(self, user_id: UserId) -> BatchId | None:
        """Return this person's newest batch where it was cut off, so that it can be carried on."""
        newest = select(BatchRow).where(BatchRow.user_id == user_id).order_by(BatchRow.id.desc()).limit(1)
        with self._database.read() as session:
            row = session.scalar(newest)
            if row is None or _batch_of(session, row).is_done:
                return None
            return BatchId(row.id)

    def _decide(self, batch: Batch, claim: BatchClaim, user_id: UserId) -> tuple[Outcome, int | None]:
        """Decide on one claim, or find that it was done before we were cut off; return its version then."""
        if self._kept(batch, claim, user_id):
            return Outcome.DECIDED, claim.version_seen + 1
        if self._has_voted_before(batch, claim, user_id):
            return Outcome.CLOSED, None
        try:
            done = self._reviews.decide(
                claim.claim_id,
                user_id,
                batch.decision,
                version_seen=claim.version_seen,
                reason=batch.reason,
            )
        except Held:
            return Outcome.HELD, None
        except VoteClosed:
            return Outcome.CLOSED, None
        except (Conflict, NotFound):
            return Outcome.CHANGED, None
        except BadInput:
            return Outcome.NOT_OFFERED, None
        if isinstance(done, Waiting):
            return Outcome.VOTED, claim.version_seen
        return Outcome.DECIDED, claim.version_seen + 1

    def _kept(self, batch: Batch, claim: BatchClaim, user_id: UserId) -> bool:
        with self._database.read() as session:
            review = _review_at(session, claim.claim_id, claim.version_seen)
        if review is None or review.decision is not batch.decision or review.decided_at < batch.began_at:
            return False
        return user_id in (review.user_id, *(vote.user_id for vote in review.votes))

    def _has_voted_before(self, batch: Batch, claim: BatchClaim, user_id: UserId) -> bool:
        """Tell whether this person's vote was cast apart from the batch: it stays as it is."""
        with self._database.read() as session:
            votes = open_votes(session, claim.claim_id)
        return any(vote.user_id == user_id and vote.voted_at < batch.began_at for vote in votes)

    def _go_on_undoing(self, key: BatchId, user_id: UserId) -> None:
        batch = self.get(key, user_id)
        for place, claim in enumerate(batch.claims):
            if claim.undone is None and claim in batch.effective:
                self._note(key, place, undone=self._bring_back(batch, claim, user_id).value)

    def _bring_back(self, batch: Batch, claim: BatchClaim, user_id: UserId) -> Undone:
        if claim.outcome is Outcome.VOTED:
            return self._take_back(batch, claim, user_id)
        assert claim.version_after is not None
        with self._database.read() as session:
            review = _review_at(session, claim.claim_id, claim.version_seen)
            since = _review_at(session, claim.claim_id, claim.version_after)
            row = session.get_one(ClaimRow, claim.claim_id)
            offered = decisions_for(ClaimState(row.state), sightings_of(session, claim.claim_id))
        assert review is not None
        if since is not None and (since.user_id, since.state_after) == (user_id, review.state_before):
            return Undone.BACK  # done before we were cut off
        back = way_back(review.state_before, offered)
        if row.version != claim.version_after or back is None:
            return Undone.CHANGED
        try:
            done = self._reviews.decide(claim.claim_id, user_id, back, version_seen=claim.version_after)
        except Held:
            return Undone.HELD
        except (Conflict, NotFound, BadInput):
            return Undone.CHANGED
        return Undone.VOTED if isinstance(done, Waiting) else Undone.BACK

    def _take_back(self, batch: Batch, claim: BatchClaim, user_id: UserId) -> Undone:
        """Take the batch's own vote back, and no other that this person has cast since."""
        with self._database.read() as session:
            own = next((v for v in open_votes(session, claim.claim_id) if v.user_id == user_id), None)
            version = session.get_one(ClaimRow, claim.claim_id).version
        if own is None or version != claim.version_seen:
            return Undone.CHANGED
        if (own.decision, own.reason, own.note) != (batch.decision, batch.reason, ""):
            return Undone.CHANGED
        try:
            self._reviews.withdraw(claim.claim_id, user_id)
        except (Conflict, NotFound):
            return Undone.CHANGED
        return Undone.BACK

    def _note(self, key: BatchId, place: int, **values: object) -> None:
        mine = (BatchClaimRow.batch_id == key, BatchClaimRow.place == place)
        with self._database.write() as session:
            session.execute(update(BatchClaimRow).where(*mine).values(**values))


def _own(session: Session, key: BatchId, user_id: UserId) -> BatchRow:
    row = session.get(BatchRow, key)
    if row is None or row.user_id != user_id:
        raise NotFound("batch", key)
    return row


def _review_at(session: Session, claim_id: ClaimId, version: int) -> Review | None:
    """Return the decision that was taken on a version of a claim."""
    return next((r for r in reviews_of(session, claim_id) if r.claim_version == version), None)


def _batch_of(session: Session, row: BatchRow) -> Batch:
    claims = session.scalars(
        select(BatchClaimRow).where(BatchClaimRow.batch_id == row.id).order_by(BatchClaimRow.place)
    )
    return Batch(
        id=BatchId(row.id),
        decision=Decision(row.decision),
        reason=Reason(row.reason),
        began_at=row.began_at,
        undo_began_at=row.undo_began_at,
        claims=tuple(
            BatchClaim(
                claim_id=ClaimId(c.claim_id),
                version_seen=c.version_seen,
                outcome=Outcome(c.outcome) if c.outcome else None,
                version_after=c.version_after,
                undone=Undone(c.undone) if c.undone else None,
            )
            for c in claims
        ),
    )
