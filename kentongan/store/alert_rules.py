"""Who wants to be told of what, and by which way. Everybody's own; nobody sees another's."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kentongan.alerting.rules import MAX_RULES, AlertRule, Channel, NotTaken, Refusal, RuleId, Wish
from kentongan.alerting.timing import Quiet
from kentongan.alerting.values import Kind
from kentongan.domain import User, UserId
from kentongan.errors import NotFound
from kentongan.ids import new_id
from kentongan.sealing import Seal
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow
from kentongan.store.schema_alerts import AlertRuleRow

PURPOSE = "alert addresses v1"
"""What the seal of an address is derived for."""


class AlertRules:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, user: UserId) -> list[AlertRule]:
        """Return a person's rules, the oldest first."""
        query = select(AlertRuleRow).where(AlertRuleRow.user_id == user).order_by(AlertRuleRow.id)
        with self._database.read() as session:
            return [rule_of(row) for row in session.scalars(query)]

    def get(self, key: RuleId, user: UserId) -> AlertRule:
        """Return one's own; raises NotFound for another's as for none."""
        with self._database.read() as session:
            return rule_of(_own(session, key, user))

    def add(self, user: User, wish: Wish, seal: Seal) -> AlertRule:
        """Keep a rule, its address sealed. Raises NotTaken when the person has MAX_RULES.

        The audit log holds what is told and by which way, never the address.
        """
        key = new_id()
        with self._database.write() as session:
            session.scalar(select(UserRow.id).where(UserRow.id == user.id).with_for_update())
            own = select(func.count()).where(AlertRuleRow.user_id == user.id)
            if (session.scalar(own) or 0) >= MAX_RULES:
                raise NotTaken(Refusal.TOO_MANY)
            row = AlertRuleRow(
                id=key,
                user_id=user.id,
                kinds=sorted(kind.value for kind in wish.kinds),
                subject=wish.subject,
                channel=wish.channel.value,
                address=seal.close(wish.address, key.bytes),
                digest_at=wish.digest_at,
                quiet_from=wish.quiet.begins if wish.quiet else None,
                quiet_until=wish.quiet.ends if wish.quiet else None,
                created_at=now(),
            )
            session.add(row)
            session.flush()
            said = {"kinds": row.kinds, "channel": row.channel}
            append(session, self._database, user.name, "add alert rule", str(key), **said)
            return rule_of(row)

    def remove(self, key: RuleId, user: User) -> None:
        """Take one's own away with the messages that wait for it. Raises NotFound for another's."""
        with self._database.write() as session:
            session.delete(_own(session, key, user.id))
            append(session, self._database, user.name, "remove alert rule", str(key))


def _own(session: Session, key: RuleId, user: UserId) -> AlertRuleRow:
    row = session.get(AlertRuleRow, key)
    if row is None or row.user_id != user:
        raise NotFound("alert rule", key)
    return row


def rule_of(row: AlertRuleRow) -> AlertRule:
    """Return a rule as it is kept."""
    begins, ends = row.quiet_from, row.quiet_until
    return AlertRule(
        RuleId(row.id), UserId(row.user_id), frozenset(map(Kind, row.kinds)), row.subject,
        Channel(row.channel), row.address, row.digest_at,
        Quiet(begins, ends) if begins is not None and ends is not None else None,
    )  # fmt: skip
