"""Published statements: frozen with their hash, never changed, never removed. A correction is a new one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NewType
from uuid import UUID

from sqlalchemy import and_, not_, select

from kentongan.domain import UserId
from kentongan.errors import Conflict, NotFound, StoreError
from kentongan.ids import new_id
from kentongan.reports.canonical import canonical_json, digest
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.incident_changing import active_user
from kentongan.store.schema_sharing import StatementRow
from kentongan.store.statement_counts import StatementCounts

StatementId = NewType("StatementId", UUID)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it was published. Who published it stands in the audit log alone."""

    id: StatementId
    since: date
    until: date
    published_at: datetime
    sha256: str
    document: Mapping[str, Any]


class Statements:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.counts = StatementCounts(database)

    def publish(self, user_id: UserId, since: date, until: date, document: Mapping[str, Any]) -> Statement:
        """Keep a statement for everybody to read. Raises NotFound for who may not any more.

        Conflict where one of other days that are partly the same is out: the difference of the two would tell
        what each withholds. Of the very same days there may be another, a correction.
        """
        said = canonical_json(document)
        with self._database.write() as session:
            user = active_user(session, user_id)
            others = StatementRow.since <= until, StatementRow.until >= since
            same = and_(StatementRow.since == since, StatementRow.until == until)
            if session.scalar(select(StatementRow.id).where(*others, not_(same)).limit(1)) is not None:
                raise Conflict("a statement of some of these days, and not of all, was published already")
            row = StatementRow(
                id=new_id(), since=since, until=until, canonical=said, sha256=digest(said), user_id=user.id,
                published_at=now(),
            )  # fmt: skip
            session.add(row)
            session.flush()
            append(
                session, self._database, user.name, "publish statement", str(row.id), sha256=row.sha256,
                since=since.isoformat(), until=until.isoformat(),
            )  # fmt: skip
            return _read(row)

    def all(self, limit: int = 100) -> list[Statement]:
        """Return what was published, the newest first. Raises StoreError for what is no longer as it was."""
        query = select(StatementRow).order_by(StatementRow.published_at.desc(), StatementRow.id.desc())
        with self._database.read() as session:
            return [_read(row) for row in session.scalars(query.limit(limit))]

    def get(self, key: StatementId) -> Statement:
        """Return one; raises NotFound, StoreError."""
        with self._database.read() as session:
            row = session.get(StatementRow, key)
            if row is None:
                raise NotFound("statement", key)
            return _read(row)


def _read(row: StatementRow) -> Statement:
    if digest(row.canonical) != row.sha256:
        raise StoreError(f"statement {row.id}: its content is not what was published")
    return Statement(
        StatementId(row.id), row.since, row.until, row.published_at, row.sha256, json.loads(row.canonical)
    )
