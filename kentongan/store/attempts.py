"""Attempts to come in that did not, and the growing waits they cost.

An attempt is counted before it is looked at and forgiven when it leads in, so that many at once gain nothing.
Strangers share one count per name; a browser that the person came in with before has its own, so that nobody
is kept out of their account by others' guesses. Unknown names wait as known ones do.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Delete, delete, func, select
from sqlalchemy.orm import Session

from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow, keepable
from kentongan.store.schema_people import AttemptRow

FREE = 8  # attempts before the first wait
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
NO_WAIT = timedelta()


class Attempts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def admit(self, name: str, known_browser: str = "") -> timedelta:
        """Count one attempt; return NO_WAIT, or how long to wait first: then it does not count."""
        key, at = _key(name, known_browser), now()
        with self._database.write() as session:
            session.execute(delete(AttemptRow).where(AttemptRow.last_at < at - FORGOTTEN_AFTER))
            fresh = {"key": key, "name_hash": _key(name), "count": 0, "last_at": at, "wait_until": at}
            session.execute(self._database.insert_new(AttemptRow).values(**fresh))
            row = session.scalars(select(AttemptRow).where(AttemptRow.key == key).with_for_update()).one()
            if row.wait_until > at:
                return row.wait_until - at
            row.count, row.last_at = row.count + 1, at
            row.wait_until = at + wait_after(row.count)
            if row.count == FREE:
                user = session.scalar(select(UserRow.name).where(UserRow.name == keepable(name)))
                append(session, self._database, "nobody", "login locked", user or "")
        return NO_WAIT

    def forgive(self, name: str, known_browser: str = "") -> None:
        """Forget the attempts of who has come in now."""
        with self._database.write() as session:
            session.execute(delete(AttemptRow).where(AttemptRow.key == _key(name, known_browser)))

    def unlock(self, name: str, *, by: str) -> None:
        """Forget every attempt at a name, whoever made it."""
        with self._database.write() as session:
            session.execute(of_name(name))
            append(session, self._database, by, "unlock user", name)

    def waiting(self, names: Iterable[str]) -> Mapping[str, datetime]:
        """Return until when strangers, or a browser of theirs, must wait; only names where some must."""
        of = {_key(name): name for name in names}
        last = (
            select(AttemptRow.name_hash, func.max(AttemptRow.wait_until))
            .where(AttemptRow.name_hash.in_(of), AttemptRow.wait_until > now())
            .group_by(AttemptRow.name_hash)
        )
        with self._database.read() as session:
            return {of[name_hash]: until for name_hash, until in session.execute(last)}


def locked_out(session: Session, names: Iterable[str]) -> frozenset[str]:
    """Return who of these must wait themselves, after guesses by a browser they are known by or from within
    their account. Strangers' guesses at a name keep nobody out, and so count for nothing here."""
    of = {_key(name): name for name in names}
    waiting = select(AttemptRow.name_hash).where(
        AttemptRow.name_hash.in_(of), AttemptRow.key != AttemptRow.name_hash, AttemptRow.wait_until > now()
    )
    return frozenset(of[name_hash] for name_hash in session.scalars(waiting))


def of_name(name: str) -> Delete:
    """Return the statement that forgets every attempt at a name."""
    return delete(AttemptRow).where(AttemptRow.name_hash == _key(name))


def wait_after(count: int) -> timedelta:
    """Return how long to wait after so many attempts: none, then 15 seconds, doubling up to 15 minutes."""
    if count < FREE:
        return NO_WAIT
    return min(FIRST_WAIT * (1 << min(count - FREE, 10)), LONGEST_WAIT)


def _key(name: str, known_browser: str = "") -> str:
    said = f"browser:{known_browser}" if known_browser else f"name:{name}"
    return sha256(said.encode("utf-8", "replace")).hexdigest()
