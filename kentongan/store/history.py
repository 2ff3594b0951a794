"""What people did with a claim: decisions, merges and splits, of claims merged into it as well."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kentongan.domain import ClaimEdit, ClaimId, Review
from kentongan.store.database import Database
from kentongan.store.edited import edits_of, merged_here
from kentongan.store.reviewed import reviews_of

MAX_SHOWN = 100


@dataclass(frozen=True, slots=True)
class History:
    reviews: tuple[Review, ...]  # newest first; at most MAX_SHOWN
    edits: tuple[ClaimEdit, ...]  # likewise
    review_count: int  # of all


def read_history(database: Database, claim_id: ClaimId) -> History:
    """Return what people did with a claim; empty for one nobody touched."""
    with database.read() as session:
        family = merged_here(session, claim_id)
        reviews = [review for key in family for review in reviews_of(session, key)]
        reviews.sort(key=lambda review: (review.decided_at, review.claim_version), reverse=True)
        edits = edits_of(session, family, MAX_SHOWN)
    return History(tuple(reviews[:MAX_SHOWN]), tuple(edits), len(reviews))


def last_reviews(database: Database, claim_ids: Iterable[ClaimId]) -> Mapping[ClaimId, Review]:
    """Return the newest decision on each claim that has one."""
    with database.read() as session:
        found = {key: reviews_of(session, key)[:1] for key in claim_ids}
    return {key: reviews[0] for key, reviews in found.items() if reviews}
