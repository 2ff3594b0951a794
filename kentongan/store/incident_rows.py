"""From the rows of case files to the values of `kentongan.incidents`."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kentongan.domain import ClaimId, ItemId
from kentongan.incidents import (
    Attachment,
    CaseFile,
    Change,
    ChangeKind,
    Clarification,
    HandOut,
    Incident,
    IncidentId,
    IncidentState,
    Note,
    Part,
    PartKind,
    number_of,
)
from kentongan.store.schema import UserRow
from kentongan.store.schema_incidents import (
    IncidentChangeRow,
    IncidentClarificationRow,
    IncidentFileRow,
    IncidentHandOutRow,
    IncidentNoteRow,
    IncidentPartRow,
    IncidentRow,
)

R = TypeVar(
    "R",
    IncidentPartRow,
    IncidentNoteRow,
    IncidentFileRow,
    IncidentClarificationRow,
    IncidentChangeRow,
)


def incident_of(row: IncidentRow, user_name: str) -> Incident:
    return Incident(
        id=IncidentId(row.id),
        number=number_of(row.year, row.sequence),
        title=row.title,
        summary=row.summary,
        state=IncidentState(row.state),
        opened_by=user_name,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        version=row.version,
    )


def case_of(session: Session, row: IncidentRow, user_name: str) -> CaseFile:
    """Return a case with everything in it, each kind in the order it came."""
    key = row.id
    return CaseFile(
        incident=incident_of(row, user_name),
        parts=tuple(part_of(r, by) for r, by in session.execute(_of(IncidentPartRow, key))),
        notes=tuple(
            Note(r.id, by, r.written_at, r.text) for r, by in session.execute(_of(IncidentNoteRow, key))
        ),
        files=tuple(file_of(r, by) for r, by in session.execute(_of(IncidentFileRow, key))),
        clarifications=tuple(
            Clarification(r.id, r.url, r.publisher, r.published_on, by, r.added_at, r.removed_at)
            for r, by in session.execute(_of(IncidentClarificationRow, key))
        ),
        changes=tuple(_change_of(r, by) for r, by in session.execute(_of(IncidentChangeRow, key))),
        hand_outs=tuple(
            HandOut(r.id, r.actor, r.handed_at, r.recipient, r.mandate, r.sha256, r.size)
            for r in session.scalars(
                select(IncidentHandOutRow)
                .where(IncidentHandOutRow.incident_id == key)
                .order_by(IncidentHandOutRow.id)
            )
        ),
    )


def part_of(row: IncidentPartRow, by: str) -> Part:
    return Part(
        id=row.id,
        claim_id=ClaimId(row.claim_id) if row.claim_id else None,
        item_id=ItemId(row.item_id) if row.item_id else None,
        added_by=by,
        added_at=row.added_at,
        removed_at=row.removed_at,
    )


def file_of(row: IncidentFileRow, by: str) -> Attachment:
    return Attachment(row.id, row.sha256, row.name, row.size, by, row.added_at, row.removed_at)


def _change_of(row: IncidentChangeRow, by: str) -> Change:
    return Change(
        id=row.id,
        kind=ChangeKind(row.kind),
        part=PartKind(row.part) if row.part else None,
        subject_id=row.subject_id,
        about=row.about,
        by=by,
        at=row.changed_at,
        why=row.why,
    )


def _of(table: type[R], key: UUID) -> Select[R, str]:
    """Return a query for a case's rows of one table, each with the name of its user."""
    owner: InstrumentedAttribute[UUID] = table.user_id
    return (
        select(table, UserRow.name)
        .join(UserRow, UserRow.id == owner)
        .where(table.incident_id == key)
        .order_by(table.id)
    )
