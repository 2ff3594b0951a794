"""The alarms of sources: raised once, brought up to date while they last, ended, never deleted.

Owns: that a source has at most one open alarm of a kind, whoever watches. Leaves what is wrong
with a source to `health`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from kentongan.health.values import Finding, Trouble
from kentongan.ids import new_id
from kentongan.store.database import Database
from kentongan.store.schema import SourceAlarmRow


@dataclass(frozen=True, slots=True)
class Alarm:
    source: str
    trouble: Trouble
    since: datetime  # when the trouble began, as far as can be told
    raised_at: datetime
    ended_at: datetime | None
    detail: str


class Alarms:
    def __init__(self, database: Database) -> None:
        self._database = database

    def settle(self, findings: Mapping[str, Sequence[Finding]], at: datetime) -> list[Alarm]:
        """Open what is found and not open yet, end what is open and not found any more.

        `findings` holds every source that was looked at; alarms of others stay as they are. Returns
        what was opened or ended. Saying it twice changes nothing; of two who say it at once, one does.
        """
        changed: list[Alarm] = []
        with self._database.write() as session:
            query = select(SourceAlarmRow).where(SourceAlarmRow.ended_at.is_(None)).with_for_update()
            rows = [row for row in session.scalars(query) if row.source in findings]
            found = {(name, one.trouble.value): one for name, some in findings.items() for one in some}
            for row in rows:
                still = found.pop((row.source, row.kind), None)
                if still is None:
                    row.ended_at = at
                    changed.append(_alarm_of(row))
                elif row.detail != still.detail:
                    row.detail = still.detail
            for (name, kind), one in found.items():
                values = {
                    "id": new_id(),
                    "source": name,
                    "kind": kind,
                    "since": one.since,
                    "raised_at": at,
                    "ended_at": None,
                    "detail": one.detail,
                }
                insert = self._database.insert_new(SourceAlarmRow).values(values)
                if session.execute(insert.returning(SourceAlarmRow.id)).first() is not None:
                    changed.append(Alarm(name, one.trouble, one.since, at, None, one.detail))
        return changed

    def since(self, moment: datetime) -> list[Alarm]:
        """Return the open alarms and those that ended after a moment, the newest first."""
        query = select(SourceAlarmRow).where(
            or_(SourceAlarmRow.ended_at.is_(None), SourceAlarmRow.ended_at > moment)
        )
        with self._database.read() as session:
            rows = session.scalars(query.order_by(SourceAlarmRow.raised_at.desc(), SourceAlarmRow.id.desc()))
            return [_alarm_of(row) for row in rows]


def _alarm_of(row: SourceAlarmRow) -> Alarm:
    return Alarm(row.source, Trouble(row.kind), row.since, row.raised_at, row.ended_at, row.detail)
