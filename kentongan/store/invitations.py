"""One-time links: an administrator's invitation, and leave to choose a new password.

A link's token is returned once and kept as a hash. Whoever opens it chooses a password that nobody else ever
knows. It ends by use, after 72 hours, when withdrawn, or when who made it is an administrator no longer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Update, and_, select, update
from sqlalchemy.orm import Session

from kentongan.domain import Role, User
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.one_time import digest, new_token
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow
from kentongan.store.schema_people import OneTimeLinkRow
from kentongan.store.users import (
    NO_PASSWORD,
    OwnRole,
    check_name,
    hash_password,
    insert_user,
    locked,
    replace_password,
)

VALID = timedelta(hours=72)

LinkId = NewType("LinkId", UUID)


class LinkKind(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link that still holds."""

    id: LinkId
    kind: LinkKind
    name: str
    role: Role
    made_by: str
    made_at: datetime
    expires_at: datetime


class Invitations:
    def __init__(self, database: Database) -> None:
        self._database = database

    def invite(self, name: str, role: Role, *, by: str, stands_apart: bool) -> str:
        """Invite somebody and return the link's token, once.

        `stands_apart`: whether the inviter confirmed that they are neither the incumbent nor of a
        campaign (R17). Raises BadInput without it, and for a name that is bad, taken or invited already.
        """
        check_name(name)
        if not stands_apart:
            raise BadInput("invitation: the incumbent and campaign teams have no account (R17)")
        with self._database.write() as session:
            if session.scalar(select(UserRow.id).where(UserRow.name == name)):
                raise BadInput(f"name: {name!r} is taken")
            waiting = _holding(), OneTimeLinkRow.name == name
            if session.scalar(select(OneTimeLinkRow.id).where(*waiting)):
                raise BadInput(f"name: {name!r} is invited already; withdraw that first")
            token = _add(session, LinkKind.INVITATION, name, role, by)
            append(
                session, self._database, by, "invite user", name, role=role.value, stands_apart=stands_apart
            )
        return token

    def reset(self, name: str, *, by: str) -> str:
        """Return the token of a link by which a user chooses a new password.

        Their sessions end and their old password counts no more, at once; an earlier such link too.
        Raises NotFound; BadInput for a closed account, OwnRole for one's own.
        """
        with self._database.write() as session:
            user = locked(session, name)
            if by == name:
                raise OwnRole("user: change your own password on your own page")
            if not user.active:
                raise BadInput(f"user: {name} is closed; open the account first")
            user.password_hash, user.session_epoch = NO_PASSWORD, user.session_epoch + 1
            session.execute(_withdrawing().where(OneTimeLinkRow.name == name))
            token = _add(session, LinkKind.RESET, name, Role(user.role), by)
            append(session, self._database, by, "reset password", name)
        return token

    def waiting(self) -> list[OneTimeLink]:
        """Return the links that hold, the newest first."""
        asked = select(OneTimeLinkRow).where(_holding()).order_by(OneTimeLinkRow.id.desc())
        with self._database.read() as session:
            return [_link_of(row) for row in session.scalars(asked)]

    def revoke(self, key: LinkId, *, by: str) -> OneTimeLink:
        """Withdraw a link; raises NotFound for one that holds no more."""
        with self._database.write() as session:
            asked = select(OneTimeLinkRow).where(OneTimeLinkRow.id == key, _holding())
            row = session.scalar(asked.with_for_update())
            if row is None:
                raise NotFound("link", key)
            row.revoked_at = now()
            append(session, self._database, by, "withdraw link", row.name, kind=row.kind)
            return _link_of(row)

    def find(self, token: str) -> OneTimeLink | None:
        """Return the link of a token if it holds; looking uses nothing up."""
        with self._database.read() as session:
            row = session.scalar(_by_token(token))
            return _link_of(row) if row is not None and _user_may(session, row) else None

    def accept(self, token: str, password: str) -> User:
        """Set the password that the link is for, once; an invitation makes the user.

        Raises NotFound when the link holds no more, BadInput for a weak password or a name taken meanwhile.
        """
        if self.find(token) is None:  # before the hash, which costs a stranger nothing and us much
            raise NotFound("link", "of this token")
        hashed = hash_password(password)
        with self._database.write() as session:
            row = session.scalar(_by_token(token).with_for_update())
            if row is None or not _user_may(session, row):
                raise NotFound("link", "of this token")
            row.used_at = now()
            if row.kind == LinkKind.INVITATION:
                return insert_user(session, self._database, row.name, Role(row.role), hashed, by=row.made_by)
            return replace_password(session, self._database, row.name, hashed, by=row.name)


def _add(session: Session, kind: LinkKind, name: str, role: Role, by: str) -> str:
    token, at = new_token(), now()
    session.add(
        OneTimeLinkRow(
            id=new_id(),
            token_hash=digest(token),
            kind=kind.value,
            name=name,
            role=role.value,
            made_by=by,
            made_at=at,
            expires_at=at + VALID,
            used_at=None,
            revoked_at=None,
        )
    )
    return token


def _holding() -> ColumnElement[bool]:
    return and_(
        OneTimeLinkRow.used_at.is_(None),
        OneTimeLinkRow.revoked_at.is_(None),
        OneTimeLinkRow.expires_at > now(),
    )


def _withdrawing() -> Update:
    return update(OneTimeLinkRow).where(_holding()).values(revoked_at=now())


def _by_token(token: str) -> Select[OneTimeLinkRow]:
    return select(OneTimeLinkRow).where(OneTimeLinkRow.token_hash == digest(token), _holding())


def _user_may(session: Session, row: OneTimeLinkRow) -> bool:
    """Tell whether the account of a reset is open; an invitation has none yet."""
    if row.kind == LinkKind.INVITATION:
        return True
    return bool(session.scalar(select(UserRow.active).where(UserRow.name == row.name)))


def _link_of(row: OneTimeLinkRow) -> OneTimeLink:
    return OneTimeLink(
        id=LinkId(row.id),
        kind=LinkKind(row.kind),
        name=row.name,
        role=Role(row.role),
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
    )
