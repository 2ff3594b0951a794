"""Field reports: each becomes an item of the conveyor, with what is known of it kept beside.

Owns: limits and repeats by reporter, and that nobody but the reporter themselves reads back what they handed
in; who it was stands in the audit log alone. What the item says is masked by the collector as every post is.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, ItemId, NewItem, Platform, UserId
from kentongan.field import (
    FIELD_SOURCE,
    MAX_REPORTS_A_DAY,
    SAME_TEXT,
    Fault,
    NewReport,
    NotTaken,
    Report,
    ReportId,
    WhereSeen,
    check_link,
    check_seen,
    check_text,
    in_area,
    is_place,
    sameness,
)
from kentongan.ids import new_id
from kentongan.store.areas import own_places, take_user
from kentongan.store.audit import append
from kentongan.store.collect import Collector
from kentongan.store.database import Database, now
from kentongan.store.requests import picture_of
from kentongan.store.schema import ItemRow
from kentongan.store.schema_field import FieldReportRow

MOST_SHOWN = 50


class FieldReports:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._collector = Collector(database)

    def hand_in(self, user_id: UserId, report: NewReport, *, keep: Callable[[], None]) -> ReportId:
        """Keep a report as an item at the conveyor's beginning; `keep` stores its picture's bytes once
        everything else is in order. The same form sent twice is kept once; with another text it is another.

        The link is kept beside the item, never as its address: an address belongs to whoever publishes
        there. Raises NotTaken saying why, NotFound for a user who may not come in any more; the source of
        field reports must be in the record.
        """
        at = now()
        picture = report.picture
        link = check_link(report.link)
        text = check_text(report.text, has_link=bool(link), has_picture=picture is not None)
        seen_at = check_seen(report.seen_at, at)
        said = "\n".join(filter(None, (text, picture.text if picture else "")))
        text_hash = sha256(sameness(said).encode()).hexdigest()
        with self._database.write() as session:
            user = take_user(session, user_id)
            known = session.scalar(
                select(FieldReportRow).where(
                    FieldReportRow.user_id == user_id, FieldReportRow.form_key == report.form_key
                )
            )
            if known is not None and known.text_hash == text_hash:
                return ReportId(known.id)
            if not is_place(report.place) or not in_area(report.place, own_places(session, user_id)):
                raise NotTaken(Fault.NOT_YOUR_PLACE, "place")
            self._check_limits(session, user_id, text_hash, at)
            key = new_id()
            item = NewItem(
                source=FIELD_SOURCE,
                platform=Platform.REPORT,
                text=said,
                published_at=seen_at,
                seen_at=at,
                external_id=str(key),
            )
            saved = self._collector.save_item_in(session, item, {"place": report.place})
            keep()
            row = FieldReportRow(
                id=key,
                item_id=saved.id,
                user_id=user_id,
                form_key=new_id() if known else report.form_key,
                place=report.place,
                where_seen=report.where.value,
                seen_at=seen_at,
                received_at=at,
                link=link,
                text_hash=text_hash,
                picture_sha256=picture.sha256 if picture else "",
                picture_size=picture.size if picture else 0,
                picture_text=picture.text if picture else "",
            )
            session.add(row)
            append(session, self._database, user.name, "field report", str(key), place=report.place)
            return ReportId(key)

    def of_claim(self, claim_id: ClaimId) -> list[Report]:
        """Return the field reports among a claim's items, newest first; never who handed them in."""
        with self._database.read() as session:
            rows = session.scalars(
                select(FieldReportRow)
                .join(ItemRow, ItemRow.id == FieldReportRow.item_id)
                .where(ItemRow.claim_id == claim_id)
                .order_by(FieldReportRow.received_at.desc(), FieldReportRow.id.desc())
                .limit(MOST_SHOWN)
            )
            return [_report_of(row) for row in rows]

    def own(self, user_id: UserId, limit: int = 10) -> list[tuple[Report, str]]:
        """Return what a reporter handed in themselves, newest first, each with its text."""
        with self._database.read() as session:
            rows = session.execute(
                select(FieldReportRow, ItemRow.text)
                .join(ItemRow, ItemRow.id == FieldReportRow.item_id)
                .where(FieldReportRow.user_id == user_id)
                .order_by(FieldReportRow.received_at.desc(), FieldReportRow.id.desc())
                .limit(limit)
            )
            return [(_report_of(row), text) for row, text in rows]

    @staticmethod
    def _check_limits(session: Session, user_id: UUID, text_hash: str, at: datetime) -> None:
        own = FieldReportRow.user_id == user_id
        today = FieldReportRow.received_at > at - timedelta(days=1)
        count = session.scalar(select(func.count()).select_from(FieldReportRow).where(own, today)) or 0
        if count >= MAX_REPORTS_A_DAY:
            raise NotTaken(Fault.TOO_MANY, "text")
        same = (FieldReportRow.text_hash == text_hash, FieldReportRow.received_at > at - SAME_TEXT)
        if session.scalar(select(FieldReportRow.id).where(own, *same).limit(1)) is not None:
            raise NotTaken(Fault.SAME_AGAIN, "text")


def _report_of(row: FieldReportRow) -> Report:
    return Report(
        id=ReportId(row.id),
        item_id=ItemId(row.item_id),
        place=row.place,
        where=WhereSeen(row.where_seen),
        seen_at=row.seen_at,
        received_at=row.received_at,
        link=row.link,
        picture=picture_of(row.picture_sha256, row.picture_size, row.picture_text),
    )
