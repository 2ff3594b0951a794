"""Sessions: which browsers are logged in, since when, and their end.

The browser holds a random token, the record its hash: neither alone is a session. One ends when it is told
to, when its user's password or standing changes, after a working day, or when it was idle for long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType
from uuid import UUID

from sqlalchemy import ColumnElement, Update, and_, delete, exists, select, update

from kentongan.domain import User, UserId
from kentongan.ids import new_id
from kentongan.one_time import digest, new_token
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow
from kentongan.store.schema_people import FactorRuleRow, SecondFactorRow, SessionRow
from kentongan.store.users import user_of

LIFETIME, IDLE = timedelta(hours=12), timedelta(hours=2)
_SEEN_EVERY = timedelta(minutes=1)  # a request writes only when the last one seen is older
_FORGOTTEN_AFTER = timedelta(days=30)

SessionId = NewType("SessionId", UUID)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Who makes a request, and whether they lack the second factor that their role must have."""

    id: SessionId
    user: User
    lacks_factor: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as its owner sees it. `browser` and `system` are names, or empty when unknown."""

    id: SessionId
    browser: str
    system: str
    network: str
    began_at: datetime
    seen_at: datetime


class Sessions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, user: User, *, browser: str = "", system: str = "", network: str = "") -> str:
        """Begin a session and return its token, which is kept nowhere else."""
        token, at = new_token(), now()
        with self._database.write() as session:
            session.execute(delete(SessionRow).where(SessionRow.seen_at < at - _FORGOTTEN_AFTER))
            session.add(
                SessionRow(
                    id=new_id(),
                    token_hash=digest(token),
                    user_id=user.id,
                    epoch=user.session_epoch,
                    browser=browser,
                    system=system,
                    network=network,
                    began_at=at,
                    seen_at=at,
                    ended_at=None,
                )
            )
        return token

    def find(self, token: str, *, working: bool = True) -> OpenSession | None:
        """Return the open session of a token, or None. A request that nobody made by hand is not `working`
        and does not keep it from being idle."""
        at = now()
        ruled = exists().where(FactorRuleRow.role == UserRow.role)
        asked = (
            select(SessionRow, UserRow, SecondFactorRow.since, ruled)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .outerjoin(SecondFactorRow, SecondFactorRow.user_id == UserRow.id)
            .where(SessionRow.token_hash == digest(token), _open(at))
        )
        with self._database.read() as session:
            found = session.execute(asked).one_or_none()
        if found is None:
            return None
        row, user, since, must = found
        if working and at - row.seen_at > _SEEN_EVERY:
            with self._database.write() as session:
                session.execute(update(SessionRow).where(SessionRow.id == row.id).values(seen_at=at))
        return OpenSession(SessionId(row.id), user_of(user), must and since is None)

    def of(self, user: UserId) -> list[SessionView]:
        """Return the open sessions of a user, the latest seen first."""
        asked = (
            select(SessionRow)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .where(SessionRow.user_id == user, _open(now()))
            .order_by(SessionRow.seen_at.desc(), SessionRow.id)
        )
        with self._database.read() as session:
            return [
                SessionView(SessionId(r.id), r.browser, r.system, r.network, r.began_at, r.seen_at)
                for r in session.scalars(asked)
            ]

    def end(self, key: SessionId) -> None:
        """End a session that its own browser gives up. Idempotent."""
        with self._database.write() as session:
            session.execute(_ending().where(SessionRow.id == key))

    def revoke(self, key: SessionId, *, user: User) -> bool:
        """End one of the user's sessions; False when they have no such open one."""
        return self._revoke(user, SessionRow.id == key, str(key), user.name) > 0

    def revoke_all(self, user: User, *, but: SessionId | None = None, by: str) -> int:
        """End every session of a user, or every other; return how many there were."""
        which = SessionRow.id != but if but else SessionRow.user_id == user.id
        return self._revoke(user, which, user.name, by)

    def _revoke(self, user: User, which: ColumnElement[bool], subject: str, by: str) -> int:
        with self._database.write() as session:
            ended = session.scalars(
                _ending().where(SessionRow.user_id == user.id, which).returning(SessionRow.id)
            ).all()
            if ended:
                append(session, self._database, by, "end sessions", subject, sessions=len(ended))
            return len(ended)


def _open(at: datetime) -> ColumnElement[bool]:
    return and_(
        SessionRow.ended_at.is_(None),
        SessionRow.began_at > at - LIFETIME,
        SessionRow.seen_at > at - IDLE,
        SessionRow.epoch == UserRow.session_epoch,
        UserRow.active,
    )


def _ending() -> Update:
    return update(SessionRow).where(SessionRow.ended_at.is_(None)).values(ended_at=now())
