"""Keeping tokens of the programming interface: making, finding, using and revoking them, each with its trace.

A token opens what its owner could open this moment, narrowed by its scopes: it ends with its time, when it is
revoked, and whenever its owner could not come in. Leaves what a token is to `kentongan.tokens`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import Session

from kentongan import tokens
from kentongan.domain import User, UserId
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.one_time import digest
from kentongan.store.attempts import locked_out
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow, keepable
from kentongan.store.schema_people import FactorRuleRow, SecondFactorRow
from kentongan.store.schema_tokens import ApiTokenRow
from kentongan.store.users import user_of
from kentongan.tokens import Made, Scope, Stopped, Token, TokenId

_USED_EVERY = timedelta(minutes=1)  # a request writes only when the last use is older
_NOBODYS = digest("of no token")  # compared when there is no such token, so that the answer takes as long
_Found = tuple[ApiTokenRow, UserRow, datetime | None, bool]


class Tokens:
    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, owner: User, name: str, scopes: Collection[Scope], *, life: timedelta, by: str) -> Made:
        """Make a token and return it with its secret, once.

        Raises BadInput naming the field: no name, no scope, a life that is none or longer than a year, more
        than 20 that hold; NotFound for an owner who may not come in.
        """
        said = " ".join(keepable(name).split())
        if not said.isprintable() or not 0 < len(said) <= tokens.MAX_NAME_CHARACTERS:
            raise BadInput(f"name: must have 1 to {tokens.MAX_NAME_CHARACTERS} characters")
        if not scopes:
            raise BadInput("scope: give at least one")
        if not timedelta() < life <= tokens.LONGEST_LIFE:
            raise BadInput(f"days: must be 1 to {tokens.LONGEST_LIFE.days}")
        key, secret = tokens.new_secret()
        at = now()
        with self._database.write() as session:
            user = session.scalar(
                select(UserRow).where(UserRow.id == owner.id, UserRow.active).with_for_update()
            )
            if user is None:
                raise NotFound("active user", owner.name)
            holding = (ApiTokenRow.user_id == user.id, ApiTokenRow.revoked_at.is_(None))
            alive = select(func.count()).where(
                *holding, ApiTokenRow.expires_at > at, ApiTokenRow.epoch == user.session_epoch
            )
            if (session.scalar(alive) or 0) >= tokens.MAX_OWN:
                raise BadInput(f"tokens: {user.name} has {tokens.MAX_OWN} already; revoke one first")
            row = ApiTokenRow(
                id=new_id(),
                key=key,
                secret_hash=digest(secret),
                user_id=user.id,
                epoch=user.session_epoch,
                name=said,
                scopes=sorted(scope.value for scope in scopes),
                made_by=by,
                made_at=at,
                expires_at=at + life,
                last_used_at=None,
                revoked_at=None,
            )
            session.add(row)
            session.flush()
            append(
                session, self._database, by, "make token", user.name,
                name=said, key=key, scopes=row.scopes, expires_at=row.expires_at.isoformat(),
            )  # fmt: skip
            (made,) = _tokens(session, select(ApiTokenRow.id).where(ApiTokenRow.id == row.id))
            return Made(made, tokens.spell(key, secret))

    def find(self, text: str) -> Token | None:
        """Return the token that a caller showed, stopped or not; None where there is none of that secret."""
        key, secret = tokens.read(text) or ("", text)
        with self._database.read() as session:
            kept = session.scalar(select(ApiTokenRow.secret_hash).where(ApiTokenRow.key == key))
            if not tokens.fits(secret, kept or _NOBODYS) or kept is None:
                return None
            (found,) = _tokens(session, select(ApiTokenRow.id).where(ApiTokenRow.key == key))
        return found

    def use(self, token: Token) -> None:
        """Keep that a token is used now, to the minute."""
        at = now()
        if token.last_used_at is None or at - token.last_used_at > _USED_EVERY:
            with self._database.write() as session:
                session.execute(update(ApiTokenRow).where(ApiTokenRow.id == token.id).values(last_used_at=at))

    def refuse(self, token: Token | None, why: str) -> None:
        """Write down that a token was shown and opened nothing; `why` in a few words."""
        with self._database.write() as session:
            if token is None:
                append(session, self._database, "nobody", "token refused", why=why)
            else:
                about = {"name": token.name, "key": token.key, "why": why}
                append(session, self._database, token.user.name, "token refused", token.user.name, **about)

    def of(self, user: UserId) -> list[Token]:
        """Return a user's tokens, the newest first, those that are over too."""
        with self._database.read() as session:
            return _tokens(session, select(ApiTokenRow.id).where(ApiTokenRow.user_id == user))

    def all(self) -> list[Token]:
        """Return everybody's tokens, the newest first, those that are over too."""
        with self._database.read() as session:
            return _tokens(session, select(ApiTokenRow.id))

    def revoke(self, key: TokenId, *, by: str, owner: UserId | None = None) -> Token:
        """End a token at once; with `owner`, one of theirs only. Raises NotFound for one that is no more."""
        with self._database.write() as session:
            asked = select(ApiTokenRow).where(ApiTokenRow.id == key, ApiTokenRow.revoked_at.is_(None))
            if owner is not None:
                asked = asked.where(ApiTokenRow.user_id == owner)
            row = session.scalar(asked.with_for_update())
            if row is None:
                raise NotFound("token", key)
            row.revoked_at = now()
            session.flush()
            (token,) = _tokens(session, select(ApiTokenRow.id).where(ApiTokenRow.id == row.id))
            about = {"name": token.name, "key": token.key}
            append(session, self._database, by, "revoke token", token.user.name, **about)
            return token


def _tokens(session: Session, which: Select[UUID]) -> list[Token]:
    """Return these tokens with how each stands this moment, the newest first."""
    ruled = exists().where(FactorRuleRow.role == UserRow.role)
    rows: list[_Found] = [
        (row, user, since, must)
        for row, user, since, must in session.execute(
            select(ApiTokenRow, UserRow, SecondFactorRow.since, ruled)
            .join(UserRow, UserRow.id == ApiTokenRow.user_id)
            .outerjoin(SecondFactorRow, SecondFactorRow.user_id == UserRow.id)
            .where(ApiTokenRow.id.in_(which))
            .order_by(ApiTokenRow.id.desc())
        )
    ]
    locked = locked_out(session, {user.name for _, user, _, _ in rows})
    return [_token_of(found, locked) for found in rows]


def _token_of(found: _Found, locked: Iterable[str]) -> Token:
    row, user, since, must = found
    stopped = None
    if row.revoked_at is not None:
        stopped = Stopped.REVOKED
    elif row.expires_at <= now():
        stopped = Stopped.EXPIRED
    elif not user.active or row.epoch != user.session_epoch:
        stopped = Stopped.ACCOUNT
    elif user.name in locked:
        stopped = Stopped.LOCKED
    elif must and since is None:
        stopped = Stopped.FACTOR
    return Token(
        id=TokenId(row.id),
        key=row.key,
        name=row.name,
        user=user_of(user),
        scopes=frozenset(Scope(value) for value in row.scopes),
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        stopped=stopped,
    )
