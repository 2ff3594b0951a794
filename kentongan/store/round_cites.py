"""Field work that a sheet of a round leans on: offered to whoever did it, read again where it is cited.

Kept by id alone: when an item is erased, what cites it shows it no more.
"""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kentongan.domain import UserId
from kentongan.field import Finding
from kentongan.rounds.values import LOOKED_BACK, Cite, Cited, CiteKind, Round
from kentongan.store.schema import ItemRow
from kentongan.store.schema_field import FieldAnswerRow, FieldReportRow, FieldRequestRow

MOST_OFFERED = 20  # of each kind
MOST_SHOWN_CHARACTERS = 300


def offered_to(session: Session, one: Round, place: str, user_id: UserId, zone: ZoneInfo) -> list[Cited]:
    """Return a reporter's own field reports and answered requests of a place since the day before a
    round's period, the newest first."""
    since = datetime.combine(one.since, time(), zone) - LOOKED_BACK
    reports = session.scalars(
        select(FieldReportRow.id)
        .where(
            FieldReportRow.user_id == user_id,
            FieldReportRow.place == place,
            FieldReportRow.received_at >= since,
        )
        .order_by(FieldReportRow.received_at.desc())
        .limit(MOST_OFFERED)
    )
    requests = session.scalars(
        select(FieldRequestRow.id)
        .join(FieldAnswerRow, FieldAnswerRow.request_id == FieldRequestRow.id)
        .where(
            FieldAnswerRow.user_id == user_id,
            FieldAnswerRow.answered_at >= since,
            FieldRequestRow.place == place,
            FieldRequestRow.withdrawn_at.is_(None),
        )
        .group_by(FieldRequestRow.id)
        .order_by(func.max(FieldAnswerRow.answered_at).desc())
        .limit(MOST_OFFERED)
    )
    cites = [Cite(CiteKind.REPORT, key) for key in reports]
    return cited_in(session, [*cites, *(Cite(CiteKind.REQUEST, key) for key in requests)])


def cited_in(session: Session, cites: Sequence[Cite]) -> list[Cited]:
    """Return what these cites say, in their order; what is not there any more is left out."""
    found = {
        **_reports(session, [one.id for one in cites if one.kind is CiteKind.REPORT]),
        **_requests(session, [one.id for one in cites if one.kind is CiteKind.REQUEST]),
    }
    return [found[one] for one in cites if one in found]


def _reports(session: Session, keys: Sequence[UUID]) -> dict[Cite, Cited]:
    query = (
        select(FieldReportRow.id, ItemRow.text, FieldReportRow.seen_at)
        .join(ItemRow, ItemRow.id == FieldReportRow.item_id)
        .where(FieldReportRow.id.in_(keys))
    )
    cites = ((Cite(CiteKind.REPORT, key), said, at) for key, said, at in session.execute(query))
    return {cite: Cited(cite, _short(said), at) for cite, said, at in cites}


def _requests(session: Session, keys: Sequence[UUID]) -> dict[Cite, Cited]:
    """The newest answer counts: a correction is a further one."""
    query = (
        select(FieldRequestRow, FieldAnswerRow)
        .join(FieldAnswerRow, FieldAnswerRow.request_id == FieldRequestRow.id)
        .where(FieldRequestRow.id.in_(keys))
        .order_by(FieldAnswerRow.id)
    )
    found = {}
    for asked, answer in session.execute(query):
        cite = Cite(CiteKind.REQUEST, asked.id)
        found[cite] = Cited(
            cite, asked.statement, answer.answered_at, Finding(answer.finding), _short(answer.text)
        )
    return found


def _short(text: str) -> str:
    if len(text) <= MOST_SHOWN_CHARACTERS:
        return text
    return f"{text[:MOST_SHOWN_CHARACTERS].rsplit(' ', 1)[0]} …"
