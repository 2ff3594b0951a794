"""Which decision on a claim counts, as conditions on the table of reviews.

That is the first one which was not taken back within an hour: a slip of the key is none. Where a decision
takes two people there is one review, of what they settled. What is reopened later was decided all the same.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, exists, extract
from sqlalchemy.orm import aliased

from kentongan.domain import Decision
from kentongan.store.schema import ReviewRow

TAKEN_BACK_SECONDS = 3_600


def seconds_of(moment: Any) -> ColumnElement[int]:
    """Return a column of times as whole seconds since 1970."""
    return cast(extract("epoch", moment), BigInteger)


def stands(review: Any) -> ColumnElement[bool]:
    """Return the condition that a review decides something and was not taken back at once."""
    later = aliased(ReviewRow)
    taken_back = exists().where(
        later.claim_id == review.claim_id,
        later.claim_version > review.claim_version,
        later.decision == Decision.REOPEN.value,
        seconds_of(later.decided_at) - seconds_of(review.decided_at) < TAKEN_BACK_SECONDS,
    )
    return and_(review.decision != Decision.REOPEN.value, ~taken_back)


def first_decisions(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions that a review between two moments is the first on its claim that stands."""
    before = aliased(ReviewRow)
    earlier = exists().where(
        before.claim_id == ReviewRow.claim_id,
        before.claim_version < ReviewRow.claim_version,
        stands(before),
    )
    within = and_(ReviewRow.decided_at >= since, ReviewRow.decided_at < until)
    return [within, stands(ReviewRow), ~earlier]
