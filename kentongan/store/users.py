"""The people who may come in: names, roles and argon2 hashes, never passwords. Nobody is ever deleted.

Owns: accounts and that one administrator always stays. Leaves invitations and resets to `invitations`.
"""

import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.orm import Session

from kentongan.domain import Role, User, UserId
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.store.attempts import of_name
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow, keepable
from kentongan.store.schema_people import OneTimeLinkRow

MIN_PASSWORD_CHARACTERS, MAX_PASSWORD_CHARACTERS = 12, 200
NO_PASSWORD = ""
"""Stands in place of a hash while a new password is waited for; no password fits it."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,58}")
_HASHER = PasswordHasher()
# Checked when there is no such user, so that the answer takes as long. Hash of a random password,
# with the hasher's own parameters; nobody knows it.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$eE8ZPqNcPrZbWD0TrDevRw$CBVyED0728ZQzzHHdReG8NtrwkHsv+dtTx+LudN6Vqw"
_STANDING_LOCK = 7_203_421  # any constant; two administrators must not remove one another at once


class LastAdministrator(BadInput):
    """Without this one nobody could let others in."""


class OwnRole(BadInput):
    """Nobody changes their own standing."""


class Users:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: Role, password: str, *, by: str) -> User:
        """Add a user. Raises BadInput for a bad or taken name or a weak password."""
        check_name(name)
        hashed = hash_password(password)
        with self._database.write() as session:
            return insert_user(session, self._database, name, role, hashed, by=by)

    def set_password(self, name: str, password: str, *, by: str) -> User:
        """Change a password; every session of the user ends, and every wait. Raises NotFound, BadInput."""
        hashed = hash_password(password)
        with self._database.write() as session:
            return replace_password(session, self._database, name, hashed, by=by)

    def set_active(self, name: str, active: bool, *, by: str) -> None:
        """Let a user in, or no longer; sessions end at once, and links they made for others or had got.

        Raises NotFound, LastAdministrator, OwnRole.
        """
        with self._database.write() as session:
            row = locked(session, name)
            if not active:
                self._may_lose(session, row, by)
                _withdraw(session, OneTimeLinkRow.name == name)
            row.active, row.session_epoch = active, row.session_epoch + 1
            append(session, self._database, by, "activate user" if active else "deactivate user", name)

    def set_role(self, name: str, role: Role, *, by: str) -> None:
        """Give a user another role; it counts from their next request on.

        Raises NotFound, LastAdministrator, OwnRole.
        """
        with self._database.write() as session:
            row = locked(session, name)
            if row.role == role.value:
                return
            self._may_lose(session, row, by)
            append(session, self._database, by, "change role", name, before=row.role, after=role.value)
            row.role = role.value

    def get(self, key: UserId) -> User | None:
        """Return the user, or None."""
        with self._database.read() as session:
            row = session.get(UserRow, key)
            return user_of(row) if row else None

    def named(self, name: str) -> User | None:
        """Return the user of that name, active or not, or None."""
        with self._database.read() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == keepable(name)))
            return user_of(row) if row else None

    def all(self) -> list[User]:
        with self._database.read() as session:
            return [user_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def check_password(self, name: str, password: str) -> User | None:
        """Return the active user of that name and password, or None, taking as long either way."""
        with self._database.read() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == keepable(name)))
        given = keepable(password[:MAX_PASSWORD_CHARACTERS])
        try:
            _HASHER.verify((row.password_hash if row else NO_PASSWORD) or _NOBODY, given)
        except (VerificationError, InvalidHashError):
            return None
        return user_of(row) if row and row.active and row.password_hash else None

    def _may_lose(self, session: Session, row: UserRow, by: str) -> None:
        """Raise unless this user may lose their standing; withdraw what they offered others."""
        if by == row.name:
            raise OwnRole(f"user: {by} cannot change their own role or account")
        if row.role != Role.ADMINISTRATOR:
            return
        if not self._database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _STANDING_LOCK})
        others = select(func.count()).where(
            UserRow.role == Role.ADMINISTRATOR.value, UserRow.active, UserRow.id != row.id
        )
        if row.active and not session.scalar(others):
            raise LastAdministrator(f"user: {row.name} is the last administrator; make another one first")
        _withdraw(session, OneTimeLinkRow.made_by == row.name)


def check_name(name: str) -> None:
    """Raise BadInput unless a user may have this name."""
    if not _NAME.fullmatch(name):
        raise BadInput(f"name: {name!r} must be 2 to 59 of a-z, 0-9, '.', '_', '-'")


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; raises BadInput for one that may not be."""
    if not MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS:
        raise BadInput(
            f"password: must have {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters"
        )
    if keepable(password) != password:
        raise BadInput("password: has characters that cannot be typed")
    return _HASHER.hash(password)


def insert_user(session: Session, database: Database, name: str, role: Role, hashed: str, *, by: str) -> User:
    """Add a user within the transaction; raises BadInput when the name is taken."""
    if session.scalar(select(UserRow.id).where(UserRow.name == name)):
        raise BadInput(f"name: {name!r} is taken")
    row = UserRow(
        id=new_id(),
        name=name,
        role=role.value,
        password_hash=hashed,
        active=True,
        session_epoch=0,
        created_at=now(),
    )
    session.add(row)
    append(session, database, by, "add user", name, role=role.value)
    return user_of(row)


def replace_password(session: Session, database: Database, name: str, hashed: str, *, by: str) -> User:
    """Change a password within the transaction, and let no link change it again; raises NotFound."""
    row = locked(session, name)
    _withdraw(session, OneTimeLinkRow.name == name)
    row.password_hash, row.session_epoch = hashed, row.session_epoch + 1
    session.execute(of_name(name))
    append(session, database, by, "set password", name)
    return user_of(row)


def locked(session: Session, name: str) -> UserRow:
    """Return a user's row, held until the transaction ends; raises NotFound."""
    row = session.scalar(select(UserRow).where(UserRow.name == keepable(name)).with_for_update())
    if row is None:
        raise NotFound("user", name)
    return row


def _withdraw(session: Session, which: ColumnElement[bool]) -> None:
    """Withdraw those one-time links that nobody has used."""
    unused = OneTimeLinkRow.used_at.is_(None), OneTimeLinkRow.revoked_at.is_(None)
    session.execute(update(OneTimeLinkRow).where(which, *unused).values(revoked_at=now()))


def user_of(row: UserRow) -> User:
    """Return the domain's user of a row."""
    return User(UserId(row.id), row.name, Role(row.role), row.active, row.password_hash, row.session_epoch)
