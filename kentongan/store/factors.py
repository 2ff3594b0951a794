"""Second factors: the code generator of a user, its recovery codes, and the roles that must have one.

A code counts once. Keys lie sealed in the record; the seal is handed in by who holds the secret key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kentongan.domain import Role, User, UserId
from kentongan.one_time import matching_step, new_key, new_recovery_codes, recovery_digest
from kentongan.sealing import Seal
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema_people import FactorRuleRow, RecoveryCodeRow, SecondFactorRow

PURPOSE = "second factors v1"
"""What the seal of a generator's key is derived for."""


@dataclass(frozen=True, slots=True)
class FactorState:
    """`since`: when the generator was set up, or None; `pending`: a new one waits for its first code."""

    since: datetime | None = None
    pending: bool = False
    codes_left: int = 0


class Factors:
    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, user: UserId) -> FactorState:
        left = select(func.count()).where(RecoveryCodeRow.user_id == user, RecoveryCodeRow.used_at.is_(None))
        with self._database.read() as session:
            row = session.get(SecondFactorRow, user)
            if row is None:
                return FactorState()
            return FactorState(row.since, row.pending is not None, session.scalar(left) or 0)

    def holders(self) -> frozenset[UserId]:
        """Return who has a second factor."""
        with self._database.read() as session:
            asked = select(SecondFactorRow.user_id).where(SecondFactorRow.since.is_not(None))
            return frozenset(map(UserId, session.scalars(asked)))

    def prepare(self, user: User, seal: Seal) -> None:
        """Make a key that waits for its first code; one in use goes on until then."""
        sealed = seal.close(new_key(), user.id.bytes)
        with self._database.write() as session:
            fresh = {"user_id": user.id, "sealed": None, "since": None, "last_step": 0, "pending": None}
            session.execute(self._database.insert_new(SecondFactorRow).values(**fresh))
            waiting = update(SecondFactorRow).where(SecondFactorRow.user_id == user.id)
            session.execute(waiting.values(pending=sealed))

    def pending_key(self, user: User, seal: Seal) -> str | None:
        """Return the key that waits for its first code, or None. Raises SealBroken."""
        with self._database.read() as session:
            row = session.get(SecondFactorRow, user.id)
            return seal.open(row.pending, user.id.bytes) if row and row.pending else None

    def confirm(self, user: User, code: str, seal: Seal) -> list[str] | None:
        """Take the first code of a new key: return fresh recovery codes, or None for a wrong code."""
        with self._database.write() as session:
            row = _locked(session, user.id)
            if row is None or row.pending is None:
                return None
            step = matching_step(seal.open(row.pending, user.id.bytes), code, now())
            if step is None:
                return None
            row.sealed, row.pending, row.since, row.last_step = row.pending, None, now(), step
            append(session, self._database, user.name, "set up second factor", user.name)
            return _renew(session, user.id)

    def check(self, user: User, code: str, seal: Seal) -> bool:
        """Use a code of the generator, or a recovery code, up. Raises SealBroken for the former."""
        with self._database.write() as session:
            row = _locked(session, user.id)
            if row is None or row.sealed is None:
                return False
            kept = recovery_digest(code)
            if kept is not None:
                return self._use_recovery_code(session, user, kept)
            step = matching_step(seal.open(row.sealed, user.id.bytes), code, now())
            if step is None or step <= row.last_step:
                return False
            row.last_step = step
            return True

    def renew_codes(self, user: User) -> list[str]:
        """Return ten fresh recovery codes, once; the earlier ones count no more."""
        with self._database.write() as session:
            append(session, self._database, user.name, "renew recovery codes", user.name)
            return _renew(session, user.id)

    def remove(self, user: User, *, by: str) -> bool:
        """Take the second factor of a user away; False when there was none."""
        with self._database.write() as session:
            row = _locked(session, user.id)
            if row is None:
                return False
            session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user.id))
            session.delete(row)
            append(session, self._database, by, "remove second factor", user.name)
            return True

    def required(self) -> frozenset[Role]:
        """Return the roles that must have a second factor."""
        with self._database.read() as session:
            return frozenset(Role(name) for name in session.scalars(select(FactorRuleRow.role)))

    def require(self, roles: Iterable[Role], *, by: str) -> None:
        """Say which roles must have one, these and no others; it counts from the next request on."""
        wanted = sorted({role.value for role in roles})
        with self._database.write() as session:
            before = sorted(session.scalars(select(FactorRuleRow.role)))
            if before == wanted:
                return
            session.execute(delete(FactorRuleRow))
            session.add_all(FactorRuleRow(role=role) for role in wanted)
            append(session, self._database, by, "require second factor", before=before, after=wanted)

    def _use_recovery_code(self, session: Session, user: User, kept: str) -> bool:
        row = session.get(RecoveryCodeRow, (user.id, kept))
        if row is None or row.used_at is not None:
            return False
        row.used_at = now()
        append(session, self._database, user.name, "use recovery code", user.name)
        return True


def _locked(session: Session, user: UserId) -> SecondFactorRow | None:
    return session.scalar(select(SecondFactorRow).where(SecondFactorRow.user_id == user).with_for_update())


def _renew(session: Session, user: UserId) -> list[str]:
    codes = new_recovery_codes()
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user))
    kept = filter(None, map(recovery_digest, codes))
    session.add_all(RecoveryCodeRow(user_id=user, code_hash=one, used_at=None) for one in kept)
    return codes
