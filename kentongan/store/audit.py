"""The audit log: append-only, each entry sealed with the hash of the one before (R21).

It is read by what was done, by whom and when, page by page. Nothing here counts what a person did (R15).
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import Session

from kentongan.store.database import Database, now
from kentongan.store.schema import AuditRow, keepable

FIRST = "0" * 64
_LOCK = 7_203_419
_WALKED = 500  # entries read at once
_TOKEN: ContextVar[str] = ContextVar("token", default="")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    previous: str  # the seal of the entry before
    hash: str  # its own


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are asked for; what is None or empty leaves all. `until` is the first moment after."""

    action: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None


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
            return [_entry_of(row) for row in rows]

    def page(
        self, wanted: AuditFilter, *, before: int | None = None, limit: int = 50
    ) -> tuple[list[AuditEntry], int | None]:
        """Return the newest entries that fit, those before number `before`, and the next page's `before`."""
        with self._database.read() as session:
            asked = select(AuditRow).where(*_fitting(wanted))
            start = session.get(AuditRow, before) if before is not None else None
            if start is not None:
                earlier = or_(AuditRow.at < start.at, AuditRow.number < start.number)
                asked = asked.where(AuditRow.at <= start.at, earlier)
            asked = asked.order_by(AuditRow.at.desc(), AuditRow.number.desc()).limit(limit + 1)
            found = [_entry_of(row) for row in session.scalars(asked)]
        more = len(found) > limit
        return found[:limit], found[limit - 1].number if more else None

    def walk(self, wanted: AuditFilter) -> Iterator[AuditEntry]:
        """Yield every entry that fits now, newest first, a page at a time."""
        before: int | None = None
        while True:
            entries, before = self.page(wanted, before=before, limit=_WALKED)
            yield from entries
            if before is None:
                return

    def actions(self) -> list[str]:
        """Return every kind of entry there is, by name."""
        found: list[str] = []
        with self._database.read() as session:
            while True:  # one look into the index for each, however long the log is
                last = found[-1] if found else ""
                following = session.scalar(select(func.min(AuditRow.action)).where(AuditRow.action > last))
                if following is None:
                    return found
                found.append(following)

    def newest_seal(self) -> tuple[int, str]:
        """Return the number and the seal of the newest entry; (0, "") when there is none.

        Who wrote it down elsewhere can tell later that entries were cut off at the end.
        """
        with self._database.read() as session:
            row = session.scalar(select(AuditRow).order_by(AuditRow.number.desc()).limit(1))
            return (row.number, row.hash) if row else (0, "")

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


@contextmanager
def by_token(name: str) -> Iterator[None]:
    """Name the token in every entry that this thread appends meanwhile: it acts, in its owner's name."""
    before = _TOKEN.set(name)
    try:
        yield
    finally:
        _TOKEN.reset(before)


def append(
    session: Session, database: Database, actor: str, action: str, subject: str = "", **detail: Any
) -> None:
    """Append one entry within the session's transaction, after all that were committed before."""
    if not database.is_sqlite:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.scalar(select(AuditRow).order_by(AuditRow.number.desc()).limit(1))
    if token := _TOKEN.get():
        detail |= {"token": keepable(token)}
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


def _fitting(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.action:
        conditions.append(AuditRow.action == keepable(wanted.action))
    if wanted.actor:
        conditions.append(AuditRow.actor == keepable(wanted.actor))
    if wanted.since:
        conditions.append(AuditRow.at >= wanted.since)
    if wanted.until:
        conditions.append(AuditRow.at < wanted.until)
    return conditions


def _entry_of(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        row.number, row.at, row.actor, row.action, row.subject, row.detail, row.previous, row.hash
    )


def _seal(row: AuditRow) -> str:
    said = [row.number, row.at.isoformat(), row.actor, row.action, row.subject, row.detail, row.previous]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
