"""Reading votes within a transaction: those on a claim that are still open, and those behind a review."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from kentongan.domain import Decision, Reason, UserId, Vote
from kentongan.store.database import batched
from kentongan.store.schema import UserRow
from kentongan.store.schema_opinions import ReviewVoteRow, VoteRow


def open_votes(session: Session, claim_id: UUID) -> tuple[Vote, ...]:
    """Return the votes on a claim since its last decision, one a person, in the order they came."""
    return open_votes_of(session, [claim_id]).get(claim_id, ())


def open_votes_of(session: Session, claim_ids: Iterable[UUID]) -> Mapping[UUID, tuple[Vote, ...]]:
    """Return the same of many claims at once; claims without any are left out."""
    found: dict[UUID, tuple[Vote, ...]] = {}
    for some in batched(claim_ids):
        rows = session.execute(_votes(VoteRow.claim_id.in_(some), is_open()))
        found |= _by_key((row.claim_id, row, name) for row, name in rows)
    return found


def votes_behind(session: Session, review_ids: Iterable[UUID]) -> Mapping[UUID, tuple[Vote, ...]]:
    """Return the votes that led to each review, one a person; reviews by one person are left out."""
    found: dict[UUID, tuple[Vote, ...]] = {}
    for some in batched(review_ids):
        query = _votes(ReviewVoteRow.review_id.in_(some)).add_columns(ReviewVoteRow.review_id)
        rows = session.execute(query.join(ReviewVoteRow, ReviewVoteRow.vote_id == VoteRow.id))
        found |= _by_key((review_id, row, name) for row, name, review_id in rows)
    return found


def is_open() -> ColumnElement[bool]:
    """Return the condition that no review has settled a vote."""
    return ~exists().where(ReviewVoteRow.vote_id == VoteRow.id)


def standing(votes: Iterable[tuple[UserId, Vote | None]]) -> tuple[Vote, ...]:
    """Return the newest vote of each person who has not taken it back, in the order they were cast.

    `votes` are in the order they came; None for one taken back.
    """
    newest: dict[UserId, Vote] = {}
    for user_id, vote in votes:
        newest.pop(user_id, None)
        if vote is not None:
            newest[user_id] = vote
    return tuple(newest.values())


def _votes(*wanted: ColumnElement[bool]) -> Select[VoteRow, str]:
    joined = select(VoteRow, UserRow.name).join(UserRow, UserRow.id == VoteRow.user_id)
    return joined.where(*wanted).order_by(VoteRow.voted_at, VoteRow.id)


def _by_key(rows: Iterable[tuple[UUID, VoteRow, str]]) -> dict[UUID, tuple[Vote, ...]]:
    cast: dict[UUID, list[tuple[UserId, Vote | None]]] = {}
    for key, row, name in rows:
        cast.setdefault(key, []).append((UserId(row.user_id), _vote_of(row, name)))
    return {key: found for key, votes in cast.items() if (found := standing(votes))}


def _vote_of(row: VoteRow, name: str) -> Vote | None:
    if row.decision is None:
        return None
    return Vote(UserId(row.user_id), name, Decision(row.decision), Reason(row.reason), row.note, row.voted_at)
