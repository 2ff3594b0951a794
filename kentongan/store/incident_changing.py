"""What every change of a case file has in common: the lock, the checks, the trace.

Owns: nobody changes a case without the newest version of it locked, a row of its history and an entry
of the audit log, all in one transaction.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.domain import UserId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.ids import new_id
from kentongan.incidents import (
    MAX_WHY_CHARACTERS,
    ChangeKind,
    IncidentId,
    IncidentState,
    PartKind,
    number_of,
)
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow, keepable
from kentongan.store.schema_incidents import IncidentChangeRow, IncidentRow
from kentongan.text import mask_personal


def text_of(field: str, raw: str, limit: int, *, required: bool = True) -> str:
    """Return a field's text as it can be kept; raises BadInput naming a field that is empty or too long."""
    text = keepable(raw.replace("\r\n", "\n").strip())
    if required and not text:
        raise BadInput(f"{field}: missing")
    if len(text) > limit:
        raise BadInput(f"{field}: longer than {limit} characters")
    return text


def words_of(field: str, raw: str, limit: int, *, required: bool = True) -> str:
    """Return what somebody wrote of the matter, as `text_of` does, personal data masked (R6)."""
    return text_of(field, mask_personal(raw), limit, required=required)


def why_of(raw: str, *, required: bool) -> str:
    return words_of("reason", raw, MAX_WHY_CHARACTERS, required=required)


def active_user(session: Session, key: UserId) -> UserRow:
    user = session.get(UserRow, key)
    if user is None or not user.active:
        raise NotFound("active user", key)
    return user


def take(
    session: Session, key: IncidentId, *, version: int | None = None, closed: bool = False
) -> IncidentRow:
    """Return a case, locked.

    Raises NotFound; Conflict when it changed since `version`, or is closed where it must be open;
    with `closed` the other way round.
    """
    row = session.scalar(select(IncidentRow).where(IncidentRow.id == key).with_for_update())
    if row is None:
        raise NotFound("case", key)
    number = number_of(row.year, row.sequence)
    if version is not None and row.version != version:
        raise Conflict(f"case {number} changed meanwhile: version {row.version}, seen {version}")
    if (row.state == IncidentState.CLOSED.value) is not closed:
        raise Conflict(f"case {number} is {row.state}{'' if closed else ': reopen it first'}")
    return row


def touch(row: IncidentRow) -> datetime:
    """Raise a case's version and return when: the time of all that the change writes."""
    row.version, row.changed_at = row.version + 1, now()
    return row.changed_at


def keep_change(
    session: Session,
    database: Database,
    row: IncidentRow,
    user: UserRow,
    kind: ChangeKind,
    *,
    part: PartKind | None = None,
    subject: UUID | None = None,
    about: str = "",
    why: str = "",
) -> None:
    """Keep who did what and why, in the case's history and in the audit log."""
    session.add(
        IncidentChangeRow(
            id=new_id(),
            incident_id=row.id,
            kind=kind.value,
            part=part.value if part else "",
            subject_id=subject,
            about=about,
            user_id=user.id,
            why=why,
            changed_at=row.changed_at,
        )
    )
    session.flush()
    told = {"part": part.value, "id": str(subject), "about": about[:200]} if part else {}
    append(
        session, database, user.name, f"case {kind.value}", number_of(row.year, row.sequence), why=why, **told
    )
