"""The people who may come in: names, roles and argon2 hashes, never passwords."""

import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from kentongan.domain import Role, User, UserId
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow, keepable

MIN_PASSWORD_CHARACTERS, MAX_PASSWORD_CHARACTERS = 12, 200
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,58}")
_HASHER = PasswordHasher()
# Checked when there is no such user, so that the answer takes as long. Hash of a random password,
# with the hasher's own parameters; nobody knows it.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$eE8ZPqNcPrZbWD0TrDevRw$CBVyED0728ZQzzHHdReG8NtrwkHsv+dtTx+LudN6Vqw"


class Users:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: Role, password: str, *, by: str) -> User:
        """Add a user. Raises BadInput for a bad or taken name or a weak password."""
        if not _NAME.fullmatch(name):
            raise BadInput(f"name: {name!r} must be 2 to 59 of a-z, 0-9, '.', '_', '-'")
        hashed = _hash(password)
        with self._database.write() as session:
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
            append(session, self._database, by, "add user", name, role=role.value)
            return _user_of(row)

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Change a password; every session of the user ends. Raises NotFound, BadInput."""
        hashed = _hash(password)
        with self._database.write() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == name).with_for_update())
            if row is None:
                raise NotFound("user", name)
            row.password_hash, row.session_epoch = hashed, row.session_epoch + 1
            append(session, self._database, by, "set password", name)

    def set_active(self, name: str, active: bool, *, by: str) -> None:
        """Let a user in, or no longer; sessions end at once. Raises NotFound."""
        with self._database.write() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == name).with_for_update())
            if row is None:
                raise NotFound("user", name)
            row.active, row.session_epoch = active, row.session_epoch + 1
            append(session, self._database, by, "activate user" if active else "deactivate user", name)

    def get(self, key: UserId) -> User | None:
        """Return the user, or None."""
        with self._database.read() as session:
            row = session.get(UserRow, key)
            return _user_of(row) if row else None

    def all(self) -> list[User]:
        with self._database.read() as session:
            return [_user_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def check_password(self, name: str, password: str) -> User | None:
        """Return the active user of that name and password, or None, taking as long either way."""
        with self._database.read() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == keepable(name)))
        given = keepable(password[:MAX_PASSWORD_CHARACTERS])
        try:
            _HASHER.verify(row.password_hash if row else _NOBODY, given)
        except (VerificationError, InvalidHashError):
            return None
        return _user_of(row) if row and row.active else None


def _hash(password: str) -> str:
    if not MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS:
        raise BadInput(
            f"password: must have {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters"
        )
    if keepable(password) != password:
        raise BadInput("password: has characters that cannot be typed")
    return _HASHER.hash(password)


def _user_of(row: UserRow) -> User:
    return User(UserId(row.id), row.name, Role(row.role), row.active, row.password_hash, row.session_epoch)
