"""What the public statement counts in the record: sums only, of nobody.

Leaves which of them are too small to be told to `pipeline.statements`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import Decision, Label, SourceKind
from kentongan.proposals import ProposalKind, ProposalState
from kentongan.store.database import Database
from kentongan.store.first_decisions import stands
from kentongan.store.marks import bit_of
from kentongan.store.proposed import proposals_of
from kentongan.store.schema import AuditRow, ClaimRow, ItemRow, ReviewRow, SourceRow
from kentongan.store.schema_opinions import ProposalRow

ESCROW_OPENED = "open escrow"
"""The word of the audit log for opening the escrow of a handle (R7)."""


@dataclass(frozen=True, slots=True)
class Count:
    """So many in all, and by label, kind of source or office; a label or kind may overlap with others."""

    total: int
    labels: Mapping[str, int]
    kinds: Mapping[str, int]
    offices: Mapping[str, int]


class StatementCounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def collected(self, since: datetime, until: datetime) -> Count:
        """Return the items that were first seen between two moments; the press bears no label."""
        with self._database.read() as session:
            kinds = _by_kind(session, _within(since, until))
        return Count(sum(kinds.values()), {}, kinds, {})

    def flagged(self, since: datetime, until: datetime) -> Count:
        """Return those of them that bear a label, the press left out: it is never stamped (R9)."""
        within = [*_within(since, until), ItemRow.press.is_(False)]
        borne = {label: getattr(ItemRow, label.value).is_(True) for label in Label}
        with self._database.read() as session:
            kinds = _by_kind(session, [*within, or_(*borne.values())])
            labels = {
                label.value: session.scalar(select(func.count(ItemRow.id)).where(*within, has)) or 0
                for label, has in borne.items()
            }
        return Count(sum(kinds.values()), labels, kinds, {})

    def dismissed(self, since: datetime, until: datetime) -> Count:
        """Return the claims found to be no problem between two moments, a slip that was taken back left
        out."""
        query = select(ReviewRow.claim_id, ReviewRow.marks).where(
            ReviewRow.decided_at >= since,
            ReviewRow.decided_at < until,
            ReviewRow.decision == Decision.DISMISS.value,
            stands(ReviewRow),
        )
        with self._database.read() as session:
            marks = {claim: bits or 0 for claim, bits in session.execute(query)}
        return _of_marks(marks.values())

    def referred(self, since: datetime, until: datetime) -> Count:
        """Return the referrals that two people agreed on between two moments."""
        begun = select(ProposalRow.claim_id).where(
            ProposalRow.kind == ProposalKind.REFERRAL.value, ProposalRow.proposed_at < until
        )
        with self._database.read() as session:
            keys = set(session.scalars(begun))
            agreed = [
                one
                for one in (proposals_of(session, keys) if keys else [])
                if one.kind is ProposalKind.REFERRAL
                and one.state is ProposalState.AGREED
                and since <= one.answers[-1].answered_at < until
            ]
            marks = dict(
                session.execute(
                    select(ClaimRow.id, ClaimRow.marks).where(ClaimRow.id.in_({p.claim_id for p in agreed}))
                ).all()
            )
        offices = Counter(str(one.content["to"]) for one in agreed)
        found = _of_marks(marks.get(one.claim_id, 0) for one in agreed)
        return Count(found.total, found.labels, found.kinds, offices)

    def escrow_openings(self, since: datetime, until: datetime) -> int:
        """Return how often the audit log tells that the escrow of a handle was opened."""
        opened = select(func.count()).where(
            AuditRow.action == ESCROW_OPENED, AuditRow.at >= since, AuditRow.at < until
        )
        with self._database.read() as session:
            return session.scalar(opened) or 0


def _within(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    return [ItemRow.first_seen_at >= since, ItemRow.first_seen_at < until]


def _by_kind(session: Session, conditions: Iterable[ColumnElement[bool]]) -> dict[str, int]:
    query = (
        select(SourceRow.kind, func.count(ItemRow.id))
        .join(SourceRow, SourceRow.name == ItemRow.source)
        .where(*conditions)
        .group_by(SourceRow.kind)
    )
    return dict(session.execute(query).all())


def _of_marks(found: Iterable[int]) -> Count:
    marks = list(found)

    def count(values: Iterable[Label] | Iterable[SourceKind]) -> dict[str, int]:
        return {value.value: sum(bool(bits & bit_of(value)) for bits in marks) for value in values}

    return Count(len(marks), count(Label), count(SourceKind), {})
