"""Reports: drafted, edited, read by a second person, signed under the next number and frozen.

Leaves what the record says of the claims in one to `report_facts`, the rules to `kentongan.reports.rules`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, text, true, tuple_
from sqlalchemy.orm import Session, aliased

from kentongan.domain import UserId
from kentongan.errors import BadInput, Conflict, NotFound, StoreError
from kentongan.ids import new_id
from kentongan.reports.canonical import canonical, digest
from kentongan.reports.kinds import Period, ReportKind, read_number
from kentongan.reports.rules import MAX_CLAIMS, MAX_NOTE_CHARACTERS, must_be_editable, next_state
from kentongan.reports.values import (
    Content,
    Entry,
    Report,
    ReportId,
    ReportState,
    Step,
    content_json,
    content_of,
)
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.incident_changing import active_user, words_of
from kentongan.store.schema import UserRow
from kentongan.store.schema_reports import ReportEntryRow, ReportRow

_NUMBER_LOCK = 7_203_421
_Reader, _Signer = aliased(UserRow), aliased(UserRow)
_WRITING = (Step.DRAFTED.value, Step.EDITED.value)


@dataclass(frozen=True, slots=True)
class ReportPage:
    rows: tuple[Report, ...]
    total: int
    before: ReportId | None  # the one that the next page begins after


class Reports:
    def __init__(self, database: Database) -> None:
        self._database = database

    def draft(
        self, user_id: UserId, kind: ReportKind, place: str, period: Period, content: Content
    ) -> Report:
        """Keep a new draft. Raises NotFound, BadInput for too many claims."""
        if len(content.claims) > MAX_CLAIMS:
            raise BadInput(f"claims: {len(content.claims)} chosen, {MAX_CLAIMS} at most in one report")
        with self._database.write() as session:
            user, at = active_user(session, user_id), now()
            row = ReportRow(
                id=new_id(),
                kind=kind.value,
                place=place,
                since=period.since,
                until=period.until,
                state=ReportState.DRAFT.value,
                version=1,
                user_id=user.id,
                made_at=at,
                changed_at=at,
                content=_kept(content),
                canonical="",
                sha256="",
            )
            session.add(row)
            session.flush()
            self._keep(session, row, user, Step.DRAFTED)
            return _read(session, ReportId(row.id))

    def get(self, key: ReportId) -> Report:
        """Return one; raises NotFound."""
        with self._database.read() as session:
            return _read(session, key)

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
            return _read(session, ReportId(key))

    def history(self, key: ReportId) -> list[Entry]:
        """Return all steps in the life of a report, first first, each with the content after it."""
        with self._database.read() as session:
            rows = session.execute(
                select(ReportEntryRow, UserRow.name)
                .join(UserRow, UserRow.id == ReportEntryRow.user_id)
                .where(ReportEntryRow.report_id == key)
                .order_by(ReportEntryRow.version)
            )
            return [
                Entry(r.version, Step(r.step), by, r.at, r.note, content_of(json.loads(r.content)))
                for r, by in rows
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
            rows = tuple(_read(session, ReportId(key)) for key in keys[:limit])
        return ReportPage(rows, total, rows[-1].id if len(keys) > limit else None)

    def edit(
        self, key: ReportId, user_id: UserId, change: Callable[[Content], Content], *, version: int
    ) -> Report:
        """Change the content, unless somebody did since `version`; a second reading has to be done anew.

        Raises NotFound, Conflict, and what `change` raises.
        """
        with self._database.write() as session:
            user, row = active_user(session, user_id), _take(session, key, version)
            report = _read(session, key)
            must_be_editable(report)
            changed = change(report.content)
            if changed == report.content:
                return report
            row.content, row.reader_id = _kept(changed), None
            return self._step(session, row, report, user, Step.EDITED)

    def send(self, key: ReportId, user_id: UserId, *, version: int) -> Report:
        """Give a KHUSUS report to its second reader. Raises Conflict, BadInput while parts are empty."""
        with self._database.write() as session:
            user, row = active_user(session, user_id), _take(session, key, version)
            return self._step(session, row, _read(session, key), user, Step.SENT)

    def answer(self, key: ReportId, user_id: UserId, *, version: int, agrees: bool, note: str = "") -> Report:
        """Keep what the second reader says. Raises Conflict for who wrote in it, BadInput where it is
        given back without a word why."""
        note = words_of("note", note, MAX_NOTE_CHARACTERS, required=not agrees)
        with self._database.write() as session:
            user, row = active_user(session, user_id), _take(session, key, version)
            step = Step.AGREED if agrees else Step.RETURNED
            report = _read(session, key)
            if agrees:
                row.reader_id = user.id
            return self._step(session, row, report, user, step, note)

    def sign(self, key: ReportId, user_id: UserId, *, version: int, zone: ZoneInfo) -> Report:
        """Sign a report off: it gets the next number of its kind in the year of `zone`, and is frozen.

        Raises Conflict, BadInput while parts are empty.
        """
        with self._database.write() as session:
            if not self._database.is_sqlite:  # where a write transaction is alone already
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _NUMBER_LOCK})
            user, row = active_user(session, user_id), _take(session, key, version)
            report, at = _read(session, key), now()
            next_state(report, Step.SIGNED, user_id)
            year = at.astimezone(zone).year
            last = session.scalar(
                select(func.max(ReportRow.sequence)).where(ReportRow.kind == row.kind, ReportRow.year == year)
            )
            signed = replace(
                report, state=ReportState.FROZEN, signed_by=user.name, signed_at=at, year=year,
                sequence=(last or 0) + 1,
            )  # fmt: skip
            row.signer_id, row.signed_at = user.id, at
            row.year, row.sequence = year, signed.sequence
            row.canonical = canonical(signed)
            row.sha256 = digest(row.canonical)
            return self._step(session, row, report, user, Step.SIGNED)

    def verify(self, key: ReportId) -> str:
        """Return the canonical form of a signed report. Raises StoreError where it is no longer what was
        signed, NotFound where it is not signed."""
        with self._database.read() as session:
            row, report = session.get(ReportRow, key), _read(session, key)
            if row is None or not row.canonical:
                raise NotFound("signed report", key)
            if digest(row.canonical) != row.sha256 or canonical(report) != row.canonical:
                raise StoreError(f"report {report.number}: its content is not what was signed")
            return row.canonical

    def _step(
        self, session: Session, row: ReportRow, report: Report, user: UserRow, step: Step, note: str = ""
    ) -> Report:
        row.state = next_state(report, step, UserId(user.id)).value
        row.version, row.changed_at = row.version + 1, now()
        session.flush()
        self._keep(session, row, user, step, note)
        return _read(session, report.id)

    def _keep(self, session: Session, row: ReportRow, user: UserRow, step: Step, note: str = "") -> None:
        """Keep who did what, in the report's history and in the audit log."""
        session.add(
            ReportEntryRow(
                id=new_id(),
                report_id=row.id,
                version=row.version,
                step=step.value,
                user_id=user.id,
                at=row.changed_at,
                note=note,
                content=row.content,
            )
        )
        session.flush()
        told = {"sha256": row.sha256} if row.sha256 else {}
        append(
            session, self._database, user.name, f"report {step.value}", str(row.id), kind=row.kind,
            version=row.version, **told,
        )  # fmt: skip


def _take(session: Session, key: ReportId, version: int) -> ReportRow:
    row = session.scalar(select(ReportRow).where(ReportRow.id == key).with_for_update())
    if row is None:
        raise NotFound("report", key)
    if row.version != version:
        raise Conflict(f"report {key} changed meanwhile: version {row.version}, seen {version}")
    return row


def _read(session: Session, key: ReportId) -> Report:
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


def _kept(content: Content) -> str:
    return json.dumps(content_json(content), ensure_ascii=False)
