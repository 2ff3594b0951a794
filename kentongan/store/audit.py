"""The audit log: append-only, each entry sealed with the hash of the one before (R21)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kentongan.store.database import Database, now
from kentongan.store.schema import AuditRow, keepable

FIRST = "0" * 64
_LOCK = 7_203_419


@dataclass(frozen=True, slots=True)
class AuditEntry:
    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, actor: str, action: str, subject: str = "", **detail: Any) -> None:
        """Append one entry in a transaction of its own. `detail` is JSON."""
        with self._database.write() as session:
            append(session, self._database, actor, action, subject, **detail)

    def latest(self, limit: int = 100) -> list[AuditEntry]:
        """Return the newest entries, newest first."""
        with self._database.read() as session:
            rows = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(limit))
            return [AuditEntry(r.number, r.at, r.actor, r.action, r.subject, r.detail) for r in rows]

    def verify(self) -> int | None:
        """Return the number of the first entry whose seal does not hold, or None when all hold."""
        previous, expected = FIRST, 1
        with self._database.read() as session:
            for row in session.scalars(
                select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=500)
            ):
                if row.number != expected or row.previous != previous or row.hash != _seal(row):
                    return expected
                previous, expected = row.hash, expected + 1
        return None


def append(
    session: Session, database: Database, actor: str, action: str, subject: str = "", **detail: Any
) -> None:
    """Append one entry within the session's transaction, after all that were committed before."""
    if not database.is_sqlite:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.scalar(select(AuditRow).order_by(AuditRow.number.desc()).limit(1))
    row = AuditRow(
        number=last.number + 1 if last else 1,
        at=now(),
        actor=keepable(actor),
        action=action,
        subject=keepable(subject),
        detail=detail,
        previous=last.hash if last else FIRST,
    )
    row.hash = _seal(row)
    session.add(row)
    session.flush()


def _seal(row: AuditRow) -> str:
    said = [row.number, row.at.isoformat(), row.actor, row.action, row.subject, row.detail, row.previous]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
