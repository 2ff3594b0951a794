"""Claims: one with everything around it. Leaves finding them in lanes to `queue`, summaries to `summary`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kentongan.domain import Claim, ClaimId, ClaimState, Decision, Lane, Review
from kentongan.errors import NotFound
from kentongan.queueing import Asked, Wanted
from kentongan.store.database import Database, now
from kentongan.store.items import ItemView, view_items
from kentongan.store.queue import Pulse, QueuePage, count_lanes, read_page, read_pulse, rows_of
from kentongan.store.queue_rows import QueueRow, first_hour
from kentongan.store.reviewed import reviews_of
from kentongan.store.rows import claim_of
from kentongan.store.schema import ClaimRow
from kentongan.store.summary import leading, sightings_of
from kentongan.triage import decisions_for, speakers

MAX_ITEMS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class ClaimView:
    claim: Claim
    items: tuple[ItemView, ...]  # the one that speaks for the claim first; at most MAX_ITEMS_SHOWN
    checked: ItemView | None  # of the items that speak, the one with the surest match to a check
    refuted: bool  # a check refutes one of the items that speak
    reviews: tuple[Review, ...]  # newest first
    decisions: frozenset[Decision]  # what may be decided now


class Claims:
    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(
        self,
        lane: Lane,
        *,
        wanted: Wanted = Wanted(),  # noqa: B008 - frozen
        asked: Asked | None = None,
        cursor: str = "",
        limit: int = 25,
    ) -> QueuePage:
        """Return a page of a lane, the most urgent first; `asked` is how the person looks at it, or UTC and
        no election near. Raises BadInput for a bad cursor, Illegal for filters that clash.

        Outside the lane of the press, a label lists only claims that a public item bears it in (R9).
        """
        return read_page(self._database, lane, wanted, asked or _plainly(), cursor=cursor, limit=limit)

    def queue_rows(self, keys: Sequence[ClaimId], asked: Asked | None = None) -> tuple[QueueRow, ...]:
        """Return the queue's rows of these claims, in their order; those without items are left out."""
        return rows_of(self._database, keys, asked or _plainly())

    def pulse(
        self, lane: Lane, wanted: Wanted, asked: Asked, *, since: datetime, shown: Sequence[ClaimId]
    ) -> Pulse:
        """Return what became of a page of a lane since it was shown. Raises Illegal."""
        return read_pulse(self._database, lane, wanted, asked, since=since, shown=shown)

    def queue_counts(self) -> Mapping[Lane, int]:
        """Return how many claims lie in each lane of the queue; empty ones are 0."""
        with self._database.read() as session:
            return count_lanes(session)

    def lane_counts(self) -> Mapping[Lane, int]:
        """Return how many claims lie on each pile, those that nothing flags too; empty piles are 0."""
        with self._database.read() as session:
            counts = dict(session.execute(select(ClaimRow.lane, func.count()).group_by(ClaimRow.lane)).all())
        return {lane: counts.get(lane.value, 0) for lane in Lane}

    def count(self) -> int:
        """Return how many there are, those merged into another left out."""
        with self._database.read() as session:
            standing = select(func.count()).where(ClaimRow.merged_into.is_(None))
            return session.scalar(standing) or 0

    def get(self, key: ClaimId) -> Claim:
        """Return one; raises NotFound."""
        found = self.get_many([key])
        if not found:
            raise NotFound("claim", key)
        return found[0]

    def get_many(self, keys: Iterable[UUID]) -> list[Claim]:
        """Return those that exist, in no order."""
        with self._database.read() as session:
            return [
                claim_of(row) for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(list(keys))))
            ]

    def offered(self, key: ClaimId) -> tuple[Claim, frozenset[Decision]]:
        """Return a claim and what may be decided on it now, without reading its items; raises NotFound."""
        with self._database.read() as session:
            row = session.get(ClaimRow, key)
            if row is None:
                raise NotFound("claim", key)
            return claim_of(row), decisions_for(ClaimState(row.state), sightings_of(session, key))

    def view(self, key: ClaimId) -> ClaimView:
        """Return a claim with its items, matches and history; raises NotFound."""
        with self._database.read() as session:
            row = session.get(ClaimRow, key)
            if row is None:
                raise NotFound("claim", key)
            views = tuple(view_items(session, leading(session, key, MAX_ITEMS_SHOWN)))
            sightings = sightings_of(session, key)
            return ClaimView(
                claim=claim_of(row),
                items=views,
                checked=_checked(session, row, views),
                refuted=any(s.refuted for s in speakers(sightings)),
                reviews=tuple(reviews_of(session, key)),
                decisions=decisions_for(ClaimState(row.state), sightings),
            )


def _checked(session: Session, row: ClaimRow, views: Sequence[ItemView]) -> ItemView | None:
    if row.checked_id is None:
        return None
    read = next((view for view in views if view.item.id == row.checked_id), None)
    return read or next(iter(view_items(session, [row.checked_id])), None)


def _plainly() -> Asked:
    at = now()
    return Asked(at, first_hour(at.replace(hour=0, minute=0, second=0, microsecond=0)))
