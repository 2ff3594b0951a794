"""Reports: drafted, edited, read by a second person, signed under the next number and frozen.

Leaves reading them to `report_reading`, what the record says of the claims in one to `report_facts`, the
rules to `kentongan.reports.rules`.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kentongan.domain import UserId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.ids import new_id
from kentongan.reports.canonical import canonical, digest
from kentongan.reports.kinds import Period, ReportKind
from kentongan.reports.rules import MAX_CLAIMS, MAX_NOTE_CHARACTERS, must_be_editable, next_state
from kentongan.reports.values import Content, Report, ReportId, ReportState, Step, content_json
from kentongan.store.audit import append
from kentongan.store.database import now
from kentongan.store.incident_changing import active_user, words_of
from kentongan.store.report_reading import ReportReading, read_report
from kentongan.store.report_turns import HINDERS, turned
from kentongan.store.schema import UserRow
from kentongan.store.schema_reports import ReportEntryRow, ReportRow

_NUMBER_LOCK = 7_203_421


class Reports(ReportReading):
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
            return read_report(session, ReportId(row.id))

    def edit(
        self, key: ReportId, user_id: UserId, change: Callable[[Content], Content], *, version: int
    ) -> Report:
        """Change the content, unless somebody did since `version`; a second reading has to be done anew.

        Raises NotFound, Conflict, and what `change` raises.
        """
        with self._database.write() as session:
            user, row = active_user(session, user_id), _take(session, key, version)
            report = read_report(session, key)
            must_be_editable(report)
            changed = change(report.content)
            if changed == report.content:
                return report
            row.content, row.reader_id = _kept(changed), None
            return self._step(session, row, report, user, Step.EDITED)

    def send(self, key: ReportId, user_id: UserId, *, version: int) -> Report:
        """Give a KHUSUS report to its second reader. Raises Conflict, BadInput while parts are empty or
        where a claim in it turned since."""
        with self._database.write() as session:
            user, row = active_user(session, user_id), _take(session, key, version)
            report = read_report(session, key)
            next_state(report, Step.SENT, user_id)
            _must_hold(session, report)
            return self._step(session, row, report, user, Step.SENT)

    def answer(self, key: ReportId, user_id: UserId, *, version: int, agrees: bool, note: str = "") -> Report:
        """Keep what the second reader says. Raises Conflict for who wrote in it, BadInput where it is
        given back without a word why."""
        note = words_of("note", note, MAX_NOTE_CHARACTERS, required=not agrees)
        with self._database.write() as session:
            user, row = active_user(session, user_id), _take(session, key, version)
            step = Step.AGREED if agrees else Step.RETURNED
            report = read_report(session, key)
            if agrees:
                row.reader_id = user.id
            return self._step(session, row, report, user, step, note)

    def sign(self, key: ReportId, user_id: UserId, *, version: int, zone: ZoneInfo) -> Report:
        """Sign a report off: it gets the next number of its kind in the year of `zone`, and is frozen.

        Raises Conflict, BadInput while parts are empty or where a claim in it turned since.
        """
        with self._database.write() as session:
            if not self._database.is_sqlite:  # where a write transaction is alone already
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _NUMBER_LOCK})
            user, row = active_user(session, user_id), _take(session, key, version)
            report, at = read_report(session, key), now()
            next_state(report, Step.SIGNED, user_id)
            _must_hold(session, report)
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

    def _step(
        self, session: Session, row: ReportRow, report: Report, user: UserRow, step: Step, note: str = ""
    ) -> Report:
        row.state = next_state(report, step, UserId(user.id)).value
        row.version, row.changed_at = row.version + 1, now()
        session.flush()
        self._keep(session, row, user, step, note)
        return read_report(session, report.id)

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


def _must_hold(session: Session, report: Report) -> None:
    wrong = [one for one in turned(session, report.content) if one.turn in HINDERS]
    if wrong:
        raise BadInput(
            f"claim “{wrong[0].headline[:60]}” turned since the draft ({wrong[0].turn.value}): take its "
            f"sentences out, or draft the facts anew"
        )


def _kept(content: Content) -> str:
    return json.dumps(content_json(content), ensure_ascii=False)
