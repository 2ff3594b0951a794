"""What was done with a claim and the claims merged into it: decisions, merges and splits, who took it over,
what was proposed, asked of the field and written down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kentongan.domain import ClaimEdit, ClaimId, EditKind, Review, UserId
from kentongan.field import Request
from kentongan.leases import TakeOver
from kentongan.notes import Note
from kentongan.proposals import Proposal
from kentongan.store.database import Database
from kentongan.store.edited import edits_of, merged_here
from kentongan.store.leases import take_overs_of
from kentongan.store.notes import notes_of
from kentongan.store.proposals import last_verdict
from kentongan.store.proposed import proposals_of
from kentongan.store.requests import requests_of
from kentongan.store.reviewed import reviews_of

MOST = 1_000  # of each kind


@dataclass(frozen=True, slots=True)
class History:
    """Each kind newest first, at most as many as were asked for; of proposals all."""

    reviews: tuple[Review, ...]  # with the votes that led to them; those still open are nowhere here
    edits: tuple[ClaimEdit, ...]
    take_overs: tuple[TakeOver, ...]
    proposals: tuple[Proposal, ...]  # as the viewer may see them
    requests: tuple[Request, ...]
    notes: tuple[Note, ...]
    joined: int  # claims that the machine put into this one; when, the record does not say
    more: bool  # something was left out


def read_history(
    database: Database, claim_id: ClaimId, viewer: UserId | None = None, *, most: int = MOST
) -> History:
    """Return what was done with a claim; empty for one nobody touched."""
    with database.read() as session:
        family = merged_here(session, claim_id)
        reviews = [review for key in family for review in reviews_of(session, key)]
        reviews.sort(key=lambda review: (review.decided_at, review.claim_version), reverse=True)
        edits = edits_of(session, family)
        take_overs = take_overs_of(session, family, most + 1)
        proposals = [one.seen_by(viewer) for one in proposals_of(session, family)][::-1]
        requests = requests_of(session, family, most + 1)
        notes = notes_of(session, family, most + 1)
    by_people = {edit.other_id for edit in edits if edit.kind is EditKind.MERGE}
    return History(
        tuple(reviews[:most]),
        tuple(edits[:most]),
        tuple(take_overs[:most]),
        tuple(proposals),
        tuple(requests[:most]),
        tuple(notes[:most]),
        joined=len(set(family) - by_people - {claim_id}),
        more=any(len(kind) > most for kind in (reviews, edits, take_overs, requests, notes)),
    )


def last_reviews(database: Database, claim_ids: Iterable[ClaimId]) -> Mapping[ClaimId, Review]:
    """Return the newest decision on each claim that has one."""
    with database.read() as session:
        found = {key: reviews_of(session, key)[:1] for key in claim_ids}
    return {key: reviews[0] for key, reviews in found.items() if reviews}


def standing_verdicts(database: Database, claim_ids: Iterable[ClaimId]) -> Mapping[ClaimId, Proposal]:
    """Return what was last agreed about the verdict of each claim, setting one or taking it back."""
    keys = list(claim_ids)
    with database.read() as session:
        found = proposals_of(session, keys) if keys else []
    last = {key: last_verdict([one for one in found if one.claim_id == key]) for key in keys}
    return {key: proposal for key, proposal in last.items() if proposal}
