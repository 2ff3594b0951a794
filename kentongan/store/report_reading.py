"""Reading reports: one, by its number, a page of them, their history, and whether one is what was signed.

Leaves changing them to `reports`.
"""

import json
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from kentongan.domain import UserId
from kentongan.errors import NotFound, StoreError
from kentongan.reports.canonical import canonical, digest
from kentongan.reports.kinds import Period, ReportKind, read_number
from kentongan.reports.values import Entry, Report, ReportId, ReportState, Step, content_of
from kentongan.store.database import Database
from kentongan.store.report_turns import Turned, turned
from kentongan.store.schema import UserRow
from kentongan.store.schema_reports import ReportEntryRow, ReportRow

_Reader, _Signer = aliased(UserRow), aliased(UserRow)
_WRITING = (Step.DRAFTED.value, Step.EDITED.value)


@dataclass(frozen=True, slots=True)
class ReportPage:
    rows: tuple[Report, ...]
    total: int
    before: ReportId | None  # the one that the next page begins after


class ReportReading:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: ReportId) -> Report:
        """Return one; raises NotFound."""
        with self._database.read() as session:
            return read_report(session, key)

    def find(self, said: str) -> Report:
        """Return the report of a number such as 014/ATENSI/2026; raises NotFound."""
        kind, year, sequence = read_number(said) or (None, 0, 0)
        with self._database.read() as session:
            known = select(ReportRow.id).where(
                ReportRow.kind == (kind or ""), ReportRow.year == year, ReportRow.sequence == sequence
            )
            key = session.scalar(known)
            if key is None:
                raise NotFound("report", said)
            return read_report(session, ReportId(key))

    def history(self, key: ReportId, *, limit: int | None = None) -> list[Entry]:
        """Return the steps in the life of a report, first first, each with the content after it; the newest
        `limit` of them."""
        with self._database.read() as session:
            rows = session.execute(
                select(ReportEntryRow, UserRow.name)
                .join(UserRow, UserRow.id == ReportEntryRow.user_id)
                .where(ReportEntryRow.report_id == key)
                .order_by(ReportEntryRow.version.desc())
                .limit(limit)
            ).all()
            return [
                Entry(r.version, Step(r.step), by, r.at, r.note, content_of(json.loads(r.content)))
                for r, by in reversed(rows)
            ]

    def page(
        self,
        kind: ReportKind | None = None,
        state: ReportState | None = None,
        *,
        before: ReportId | None = None,
        limit: int = 30,
    ) -> ReportPage:
        """Return reports, the one changed last first."""
        wanted: list[ColumnElement[bool]] = []
        if kind:
            wanted.append(ReportRow.kind == kind.value)
        if state:
            wanted.append(ReportRow.state == state.value)
        with self._database.read() as session:
            total = session.scalar(select(func.count()).select_from(ReportRow).where(*wanted)) or 0
            start = session.get(ReportRow, before) if before else None
            if start is not None:
                wanted.append(tuple_(ReportRow.changed_at, ReportRow.id) < (start.changed_at, start.id))
            keys = session.scalars(
                select(ReportRow.id)
                .where(and_(true(), *wanted))
                .order_by(ReportRow.changed_at.desc(), ReportRow.id.desc())
                .limit(limit + 1)
            ).all()
            rows = tuple(read_report(session, ReportId(key)) for key in keys[:limit])
        return ReportPage(rows, total, rows[-1].id if len(keys) > limit else None)

    def turned(self, report: Report) -> tuple[Turned, ...]:
        """Return what became of the claims in a report since; none of a signed one, which says what was."""
        if report.state is ReportState.FROZEN:
            return ()
        with self._database.read() as session:
            return turned(session, report.content)

    def verify(self, key: ReportId) -> str:
        """Return the canonical form of a signed report. Raises StoreError where it is no longer what was
        signed, NotFound where it is not signed."""
        with self._database.read() as session:
            row, report = session.get(ReportRow, key), read_report(session, key)
            if row is None or not row.canonical:
                raise NotFound("signed report", key)
            if digest(row.canonical) != row.sha256 or canonical(report) != row.canonical:
                raise StoreError(f"report {report.number}: its content is not what was signed")
            return row.canonical


def read_report(session: Session, key: ReportId) -> Report:
    """Return one within a session, with what was just written in it; raises NotFound."""
    session.flush()
    found = session.execute(
        select(ReportRow, UserRow.name, _Reader.name, _Signer.name)
        .join(UserRow, UserRow.id == ReportRow.user_id)
        .outerjoin(_Reader, _Reader.id == ReportRow.reader_id)
        .outerjoin(_Signer, _Signer.id == ReportRow.signer_id)
        .where(ReportRow.id == key)
    ).one_or_none()
    if found is None:
        raise NotFound("report", key)
    row, maker, reader, signer = found
    writers = session.scalars(
        select(ReportEntryRow.user_id).where(
            ReportEntryRow.report_id == key, ReportEntryRow.step.in_(_WRITING)
        )
    )
    return Report(
        id=ReportId(row.id),
        kind=ReportKind(row.kind),
        place=row.place,
        period=Period(row.since, row.until),
        state=ReportState(row.state),
        version=row.version,
        made_by=maker,
        made_at=row.made_at,
        changed_at=row.changed_at,
        content=content_of(json.loads(row.content)),
        writers=frozenset(UserId(one) for one in writers),
        read_by=reader or "",
        signed_by=signer or "",
        signed_at=row.signed_at,
        year=row.year,
        sequence=row.sequence,
        sha256=row.sha256,
    )
