"""Messages on their way: taken by one process, sent, tried again, and at last given up and told.

Owns: the deliveries. All that is due by one rule goes out as one message, so a digest and the end of quiet
hours need nothing of their own. A process that dies while it sends has it taken again after `LEASE`: a
message may then come twice, under the same number. What waits for somebody who has left, or who may no longer
read what it links to, is not sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session

from kentongan.alerting.rules import Alert, AlertId, AlertRule, State
from kentongan.alerting.timing import next_try
from kentongan.alerting.values import Kind
from kentongan.domain import UserId
from kentongan.store.alert_rules import rule_of
from kentongan.store.alerts import REMINDED, TOLD, alert_of, alerts_in
from kentongan.store.database import Database
from kentongan.store.round_reminders import is_moot
from kentongan.store.schema import UserRow
from kentongan.store.schema_alerts import AlertDeliveryRow, AlertRow, AlertRuleRow

LEASE = timedelta(minutes=5)  # longer than any way out waits
MOST_AT_ONCE = 200  # alerts in one message


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to send: its rule and its alerts, the oldest first."""

    rule: AlertRule
    alerts: tuple[Alert, ...]
    deliveries: tuple[UUID, ...]

    @property
    def number(self) -> str:
        """What names the message however often it is sent."""
        return min(self.deliveries).hex


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one alert on its way to a person."""

    alert: Alert
    rule: AlertRule
    state: State
    due_at: datetime
    tries: int
    problem: str
    done_at: datetime | None


def _is_moot(session: Session, row: AlertDeliveryRow, at: datetime) -> bool:
    """Tell whether a message is a reminder of something that was done meanwhile."""
    alert = session.get_one(AlertRow, row.alert_id)
    if alert.kind != Kind.ROUND.value:
        return False
    return is_moot(session, alert.subject, session.get_one(AlertRuleRow, row.rule_id).user_id, at)


class AlertDeliveries:
    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, at: datetime, zone: ZoneInfo) -> Parcel | None:
        """Take what is due by one rule and nobody else is sending, or None. Each taking counts as a try.

        In a rule's quiet hours nothing of it is taken, whenever it was due: a second try and what lay while
        nobody was sending keep them too.

        One at a time: a lease runs from when its own message begins to go out, however long others took.
        """
        free = or_(AlertDeliveryRow.taken_until.is_(None), AlertDeliveryRow.taken_until <= at)
        due = (AlertDeliveryRow.state == State.WAITING.value, AlertDeliveryRow.due_at <= at, free)
        told = UserRow.role.in_([role.value for role in TOLD])
        reminded = and_(
            UserRow.role.in_([role.value for role in REMINDED]),
            exists().where(AlertRow.id == AlertDeliveryRow.alert_id, AlertRow.kind == Kind.ROUND.value),
        )
        waits = exists().where(AlertDeliveryRow.rule_id == AlertRuleRow.id, *due, or_(told, reminded))
        first = (
            select(AlertRuleRow)
            .join(UserRow, UserRow.id == AlertRuleRow.user_id)
            .where(UserRow.active, waits.correlate(AlertRuleRow, UserRow))
            .where(not_(_is_quiet(at.astimezone(zone).time())))
            .order_by(AlertRuleRow.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=AlertRuleRow)
        )
        rows = (
            select(AlertDeliveryRow)
            .join(AlertRuleRow, AlertRuleRow.id == AlertDeliveryRow.rule_id)
            .join(UserRow, UserRow.id == AlertRuleRow.user_id)
            .where(*due, or_(told, reminded))
            .order_by(AlertDeliveryRow.due_at, AlertDeliveryRow.id)
            .limit(MOST_AT_ONCE)
        )
        with self._database.write() as session:
            while rule := session.scalar(first):
                found = session.scalars(rows.where(AlertDeliveryRow.rule_id == rule.id)).all()
                alive = [row for row in found if not _is_moot(session, row, at)]
                for row in found:
                    if row in alive:
                        row.taken_until, row.tries = at + LEASE, row.tries + 1
                    else:
                        row.state, row.done_at = State.MOOT.value, at
                session.flush()
                if alive:
                    alerts = alerts_in(session, [AlertId(row.alert_id) for row in alive])
                    return Parcel(rule_of(rule), tuple(alerts), tuple(row.id for row in alive))
            return None

    def sent(self, parcel: Parcel, at: datetime) -> None:
        """Keep that a parcel went out."""
        done = update(AlertDeliveryRow).where(AlertDeliveryRow.id.in_(parcel.deliveries))
        with self._database.write() as session:
            session.execute(done.values(state=State.SENT.value, done_at=at, taken_until=None, problem=""))

    def failed(self, parcel: Parcel, problem: str, at: datetime) -> bool:
        """Keep why a parcel did not go out; return whether any of it is now given up."""
        query = select(AlertDeliveryRow).where(AlertDeliveryRow.id.in_(parcel.deliveries)).with_for_update()
        given_up = False
        with self._database.write() as session:
            for row in session.scalars(query):
                again = next_try(at, row.tries)
                row.problem, row.taken_until = problem, None
                if again is None:
                    row.state, row.done_at, given_up = State.DEAD.value, at, True
                else:
                    row.due_at = again
        return given_up

    def dead(self) -> tuple[int, str]:
        """Return how many messages were given up, and why the newest was."""
        dead = AlertDeliveryRow.state == State.DEAD.value
        newest = (
            select(AlertDeliveryRow.problem).where(dead).order_by(AlertDeliveryRow.done_at.desc()).limit(1)
        )
        with self._database.read() as session:
            number = session.scalar(select(func.count()).select_from(AlertDeliveryRow).where(dead)) or 0
            return number, (session.scalar(newest) or "") if number else ""

    def revive(self, at: datetime) -> int:
        """Let what was given up be tried anew from now; return how many."""
        dead = update(AlertDeliveryRow).where(AlertDeliveryRow.state == State.DEAD.value)
        again = dead.values(state=State.WAITING.value, due_at=at, tries=0, done_at=None)
        with self._database.write() as session:
            return len(session.execute(again.returning(AlertDeliveryRow.id)).all())

    def of(self, user: UserId, *, limit: int = 25) -> Sequence[Delivery]:
        """Return what became of the newest messages to a person, the newest first."""
        query = (
            select(AlertDeliveryRow, AlertRow, AlertRuleRow)
            .join(AlertRow, AlertRow.id == AlertDeliveryRow.alert_id)
            .join(AlertRuleRow, AlertRuleRow.id == AlertDeliveryRow.rule_id)
            .where(AlertRuleRow.user_id == user)
            .order_by(AlertDeliveryRow.id.desc())
            .limit(limit)
        )
        with self._database.read() as session:
            return [
                Delivery(
                    alert_of(alert),
                    rule_of(rule),
                    State(row.state),
                    row.due_at,
                    row.tries,
                    row.problem,
                    row.done_at,
                )
                for row, alert, rule in session.execute(query)
            ]


def _is_quiet(clock: time) -> ColumnElement[bool]:
    """Tell whether a clock time lies in the quiet hours of a rule, as `timing.Quiet` does."""
    begins, ends = AlertRuleRow.quiet_from, AlertRuleRow.quiet_until
    one_day = and_(begins <= ends, begins <= clock, ends > clock)
    over_midnight = and_(begins > ends, or_(begins <= clock, ends > clock))
    return and_(begins.is_not(None), or_(one_day, over_midnight))
