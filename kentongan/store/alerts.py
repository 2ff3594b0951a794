"""Alerts: raised once for each event whoever watches, with a message for everybody who wants to be told.

Owns: the alerts. Leaves what is worth one to `kentongan.alerting`, whom to tell to `alert_rules`, sending to
`alert_deliveries`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kentongan.alerting.rules import Alert, AlertId, NewAlert, State
from kentongan.alerting.timing import due_at, is_over
from kentongan.alerting.values import About, Kind
from kentongan.domain import Role, UserId
from kentongan.ids import new_id
from kentongan.store.alert_rules import rule_of
from kentongan.store.database import Database
from kentongan.store.schema import UserRow
from kentongan.store.schema_alerts import AlertDeliveryRow, AlertRow, AlertRuleRow

TOLD = frozenset({Role.ADMINISTRATOR, Role.ANALYST, Role.SECOND_READER, Role.HEAD, Role.REVIEWER})
"""Roles that read what an alert links to; who changed to another one is told no more."""
REMINDED = TOLD | {Role.FIELD_REPORTER}
"""Those of a reminder, which has one owner."""

BETWEEN_HITS = timedelta(hours=1)  # of one saved search: its hits of an hour are one alert


class Alerts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def raise_all(self, found: Iterable[NewAlert], at: datetime, zone: ZoneInfo) -> list[Alert]:
        """Keep what is new and a message for each who wants it; return what was raised.

        While an event lasts, what is found of it only prolongs it. Of two processes that find the same, one
        raises it. A message and its alert are kept together or not at all.
        """
        raised: list[Alert] = []
        with self._database.write() as session:
            for one in found:
                alert = self._raise_one(session, one, at)
                if alert is not None:
                    self._address(session, alert, one.owner, at, zone)
                    raised.append(alert)
        return raised

    def visible_to(self, user: UserId, *, limit: int = 50) -> list[Alert]:
        """Return the newest alerts, other people's private searches left out; the newest first."""
        query = (
            select(AlertRow)
            .where(or_(AlertRow.owner_id.is_(None), AlertRow.owner_id == user))
            .order_by(AlertRow.raised_at.desc(), AlertRow.id.desc())
            .limit(limit)
        )
        with self._database.read() as session:
            return [alert_of(row) for row in session.scalars(query)]

    def newest(self, *, limit: int = 50) -> list[Alert]:
        """Return the newest alerts that are everybody's, the newest first."""
        query = select(AlertRow).where(AlertRow.owner_id.is_(None))
        query = query.order_by(AlertRow.raised_at.desc(), AlertRow.id.desc()).limit(limit)
        with self._database.read() as session:
            return [alert_of(row) for row in session.scalars(query)]

    def last_raised(self, kind: Kind, about: About, subject: str) -> datetime | None:
        """Return when something of this kind was last told of a subject, or None."""
        query = select(AlertRow.raised_at).where(
            AlertRow.kind == kind.value, AlertRow.about == about.value, AlertRow.subject == subject
        )
        with self._database.read() as session:
            return session.scalar(query.order_by(AlertRow.raised_at.desc()).limit(1))

    def _raise_one(self, session: Session, one: NewAlert, at: datetime) -> Alert | None:
        query = select(AlertRow).where(
            AlertRow.kind == one.kind.value,
            AlertRow.about == one.about.value,
            AlertRow.subject == one.subject,
            AlertRow.lasts,
        )
        lasting = session.scalar(query.with_for_update())
        if lasting is not None:
            if not _ended(one.kind)(lasting, at):
                lasting.held_at = max(lasting.held_at, at)
                return None
            lasting.lasts = False
            session.flush()
        values = {
            "id": new_id(),
            "kind": one.kind.value,
            "about": one.about.value,
            "subject": one.subject,
            "title": one.title,
            "link": one.link,
            "figures": dict(one.figures),
            "owner_id": one.owner,
            "raised_at": at,
            "held_at": at,
            "lasts": True,
        }
        fresh = self._database.insert_new(AlertRow).values(**values).returning(AlertRow.id)
        key = session.scalar(fresh)
        return None if key is None else alert_of(session.get_one(AlertRow, key))

    def _address(
        self, session: Session, alert: Alert, owner: UserId | None, at: datetime, zone: ZoneInfo
    ) -> None:
        active = select(AlertRuleRow).join(UserRow, UserRow.id == AlertRuleRow.user_id)
        roles = REMINDED if alert.kind is Kind.ROUND else TOLD
        active = active.where(UserRow.active, UserRow.role.in_([role.value for role in roles]))
        for row in session.scalars(active.order_by(AlertRuleRow.id)):
            rule = rule_of(row)
            if alert.kind not in rule.kinds or rule.subject not in ("", alert.subject):
                continue
            if owner is not None and rule.user_id != owner:
                continue
            session.add(
                AlertDeliveryRow(
                    id=new_id(),
                    alert_id=alert.id,
                    rule_id=rule.id,
                    state=State.WAITING.value,
                    due_at=due_at(at, zone, digest=rule.digest_at, quiet=rule.quiet),
                    tries=0,
                    taken_until=None,
                    problem="",
                    done_at=None,
                )
            )


def _ended(kind: Kind) -> Callable[[AlertRow, datetime], bool]:
    if kind is Kind.SAVED:
        return lambda row, at: at - row.raised_at >= BETWEEN_HITS
    if kind in (Kind.SOURCE, Kind.ROUND):
        return lambda row, at: False  # each alarm and each reminder is a subject of its own
    return lambda row, at: is_over(row.held_at, at)


def alert_of(row: AlertRow) -> Alert:
    """Return an alert as it is kept."""
    return Alert(
        AlertId(row.id), Kind(row.kind), About(row.about), row.subject, row.title, row.link,
        {str(name): float(value) for name, value in row.figures.items()}, row.raised_at,
    )  # fmt: skip


def alerts_in(session: Session, keys: Sequence[AlertId]) -> list[Alert]:
    """Return these alerts, the oldest first."""
    query = select(AlertRow).where(AlertRow.id.in_(keys)).order_by(AlertRow.raised_at, AlertRow.id)
    return [alert_of(row) for row in session.scalars(query)]
