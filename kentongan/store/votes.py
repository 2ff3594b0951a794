"""What people may know of each other's votes, and how far they agree. Leaves casting to `reviews`.

The one door to open votes: pages, exports and the API ask here, naming who looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.agreement import Agreement, agreement
from kentongan.domain import ClaimId, Decision, UserId, Vote
from kentongan.opinions import Opinions, awaited
from kentongan.store.database import Database
from kentongan.store.schema import ClaimRow, ReviewRow
from kentongan.store.schema_opinions import ReviewVoteRow, VoteRow
from kentongan.store.summary import sightings_of
from kentongan.store.voted import is_open, open_votes, open_votes_of, votes_behind
from kentongan.triage import needs_two


@dataclass(frozen=True, slots=True)
class MonthAgreement:
    """How far the first two people agreed who voted on the same claim, in one month of the region."""

    month: str  # such as 2026-03
    agreement: Agreement
    third: int  # of the units: went to a third person


class Votes:
    def __init__(self, database: Database) -> None:
        self._database = database

    def opinions_for(self, claim_id: ClaimId, viewer: UserId) -> Opinions:
        """Return what the viewer may know of the votes on a claim, and whether it takes two people."""
        with self._database.read() as session:
            votes = open_votes(session, claim_id)
            row = session.get(ClaimRow, claim_id)
            special = row is not None and row.special
            two = needs_two(sightings_of(session, claim_id), special=special)
        return _as_seen(votes, viewer, two_people=two or bool(votes))

    def opinions_of(self, claim_ids: Iterable[ClaimId], viewer: UserId) -> Mapping[ClaimId, Opinions]:
        """Return the same of those of many claims that have open votes."""
        with self._database.read() as session:
            found = open_votes_of(session, claim_ids)
        return {ClaimId(key): _as_seen(votes, viewer, two_people=True) for key, votes in found.items()}

    def agreement_by_month(self, zone: ZoneInfo, *, since: datetime) -> list[MonthAgreement]:
        """Return how far people agreed, by the month in which the second vote came in, oldest first.

        Only the first two votes count: a third person is asked where the two differ, which would make
        agreement look worse than it is. Claims that wait for a second person are no units yet; what two
        differ on is one at once.
        """
        months: dict[str, list[Sequence[Decision]]] = {}
        with self._database.read() as session:
            for votes in _rounds(session, since):
                if len(votes) >= 2 and votes[1].voted_at >= since:
                    month = f"{votes[1].voted_at.astimezone(zone):%Y-%m}"
                    months.setdefault(month, []).append([vote.decision for vote in votes[:2]])
        return [
            MonthAgreement(month, agreement(pairs), sum(one is not other for one, other in pairs))
            for month, pairs in sorted(months.items())
        ]


def _as_seen(votes: Sequence[Vote], viewer: UserId, *, two_people: bool) -> Opinions:
    own = next((vote for vote in votes if vote.user_id == viewer), None)
    both = own is not None and len(votes) >= 2
    shown = tuple(votes) if both else (own,) if own else ()
    return Opinions(awaited([vote.decision for vote in votes]), own, shown, two_people)


def _rounds(session: Session, since: datetime) -> list[Sequence[Vote]]:
    """Return the votes of each matter that may have got its second vote since then."""
    reviews: Iterable[UUID] = session.scalars(
        select(ReviewRow.id)
        .join(ReviewVoteRow, ReviewVoteRow.review_id == ReviewRow.id)
        .where(ReviewRow.decided_at >= since)
        .distinct()
    ).all()
    waiting: Iterable[UUID] = session.scalars(select(VoteRow.claim_id).where(is_open()).distinct()).all()
    return [*votes_behind(session, reviews).values(), *open_votes_of(session, waiting).values()]
