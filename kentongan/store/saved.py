"""Saved searches: making, changing, pausing and removing them, each with its audit row (R21).

Owns: the rows and who may see them. Leaves what they found to `saved_hits`, and what may be saved and
when it ends to `pipeline.saving`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import User
from kentongan.errors import Conflict, NotFound
from kentongan.ids import new_id
from kentongan.saved import NotSaved, Refusal, SavedId, SavedSearch, Topic, Wanted
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow
from kentongan.store.schema_saved import SavedHitRow, SavedLookRow, SavedSearchRow

MAX_OWN = (
    200  # of one person: 25 people who use all of it have 5,000, as many as benchmarks/percolate measures
)
_Row = tuple[SavedSearchRow, str | None]


class SavedSearches:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_topics(self, topics: Iterable[Topic]) -> None:
        """Make each of the product's topics a saved search of the region's. Idempotent.

        One that no person has changed follows the product; a changed one stays as it is.
        """
        wanted = {topic.id: topic.wanted for topic in topics}
        with self._database.read() as session:
            if _told(session, wanted) == wanted.keys():
                return
        with self._database.write() as session:
            rows = session.scalars(select(SavedSearchRow).where(SavedSearchRow.topic.in_(wanted)))
            known = {row.topic: row for row in rows.all()}
            for topic, said in wanted.items():
                if topic not in known:
                    fresh = {**_columns(said), "topic": topic, "owner_id": None, "watched_since": None}
                    session.execute(self._database.insert_new(SavedSearchRow).values(**_new(fresh, None)))
                elif not known[topic].edited and _wanted(known[topic]) != said:
                    _ask(session, known[topic], said, known[topic].expires_at)

    def add(self, wanted: Wanted, *, owner: User | None, expires_at: datetime | None, by: str) -> SavedSearch:
        """Keep a new one; the region's own without an owner. Raises NotSaved when the owner has 200."""
        with self._database.write() as session:
            own = select(func.count()).where(SavedSearchRow.owner_id == (owner.id if owner else None))
            if owner and (session.scalar(own) or 0) >= MAX_OWN:
                said = f"saved searches: {owner.name} has {MAX_OWN} already; remove one first"
                raise NotSaved(Refusal.TOO_MANY, said, str(MAX_OWN))
            columns = _columns(wanted) | ({} if owner else {"shared": True})
            row = SavedSearchRow(
                **_new({**columns, "topic": "", "owner_id": owner.id if owner else None}, expires_at)
            )
            row.watched_since = row.created_at
            session.add(row)
            session.flush()
            self._tell(session, row, by, "save search", after=_said(row))
            return _search_of(row, owner.name if owner else None)

    def change(
        self, key: SavedId, wanted: Wanted, *, version_seen: int, expires_at: datetime | None, by: str
    ) -> SavedSearch:
        """Ask for something else, keeping what it was in the audit log.

        With another query or other filters it begins anew: what it found before goes. Otherwise its end
        is never put off. Raises NotFound, Conflict when it was changed since
        `version_seen`, NotSaved when its time is over.
        """
        with self._database.write() as session:
            row, owner = self._open(session, key, version_seen)
            before = _said(row)
            if row.expires_at and (row.query, row.filters) == (wanted.query, _plain(wanted.filters)):
                expires_at = min(row.expires_at, expires_at or row.expires_at)
            _ask(session, row, wanted, expires_at)
            row.shared, row.edited = wanted.shared or row.owner_id is None, True
            self._tell(session, row, by, "change saved search", before=before, after=_said(row))
            return _search_of(row, owner)

    def pause(self, key: SavedId, paused: bool, *, by: str) -> SavedSearch:
        """Hold nothing against it for a while, or again. Raises NotFound, NotSaved when its time is over."""
        with self._database.write() as session:
            row, owner = self._open(session, key, None)
            if row.paused != paused:
                row.paused, row.version = paused, row.version + 1
                self._tell(session, row, by, "pause saved search" if paused else "resume saved search")
            return _search_of(row, owner)

    def end(self, key: SavedId, expires_at: datetime) -> SavedSearch:
        """Give one its end, because it names somebody who has been declared a candidate since (R17)."""
        with self._database.write() as session:
            row = session.scalar(select(SavedSearchRow).where(SavedSearchRow.id == key).with_for_update())
            if row is None:
                raise NotFound("saved search", key)
            row.expires_at, row.version = min(expires_at, row.expires_at or expires_at), row.version + 1
            self._tell(session, row, "kentongan", "end saved search", expires_at=row.expires_at.isoformat())
            owner = session.scalar(select(UserRow.name).where(UserRow.id == row.owner_id))
            return _search_of(row, owner)

    def remove(self, key: SavedId, *, by: str) -> None:
        """Take it away with what it found. Raises NotFound, NotSaved for one of the product's topics."""
        with self._database.write() as session:
            row = session.scalar(select(SavedSearchRow).where(SavedSearchRow.id == key).with_for_update())
            if row is None:
                raise NotFound("saved search", key)
            if row.topic:
                said = f"saved search {row.topic}: comes with every city; pause it instead"
                raise NotSaved(Refusal.KEPT, said)
            self._tell(session, row, by, "remove saved search", before=_said(row))
            for table in (SavedHitRow, SavedLookRow):
                session.execute(delete(table).where(table.search_id == key))
            session.delete(row)

    def get(self, key: SavedId) -> SavedSearch:
        """Return one, whoever's it is; raises NotFound."""
        return self._read_one(key, SavedSearchRow.id == key)

    def get_for(self, key: SavedId, user: User) -> SavedSearch:
        """Return one that the user may see; raises NotFound for another's private one as for none."""
        return self._read_one(key, SavedSearchRow.id == key, _seen_by(user))

    def visible_to(self, user: User) -> list[SavedSearch]:
        """Return the region's, the user's own and the shared ones: in this order, by title."""
        with self._database.read() as session:
            found = [_search_of(r, owner) for r, owner in session.execute(_all().where(_seen_by(user)))]
        return sorted(found, key=lambda s: (bool(s.owner), s.owner != user.name, s.wanted.title.casefold()))

    def all(self) -> list[SavedSearch]:
        """Return every one, whoever's, in the order they were made."""
        with self._database.read() as session:
            return [_search_of(row, owner) for row, owner in session.execute(_all())]

    def versions(self) -> Mapping[SavedId, int]:
        """Return how often each was changed: what was made of them holds as long as this stays the same."""
        with self._database.read() as session:
            rows = session.execute(select(SavedSearchRow.id, SavedSearchRow.version))
            return {SavedId(key): version for key, version in rows}

    def _read_one(self, key: SavedId, *where: ColumnElement[bool]) -> SavedSearch:
        with self._database.read() as session:
            row = session.execute(_all().where(*where)).one_or_none()
        if row is None:
            raise NotFound("saved search", key)
        return _search_of(row[0], row[1])

    def _open(self, session: Session, key: SavedId, version_seen: int | None) -> _Row:
        row = session.scalar(select(SavedSearchRow).where(SavedSearchRow.id == key).with_for_update())
        if row is None:
            raise NotFound("saved search", key)
        if version_seen is not None and row.version != version_seen:
            raise Conflict(f"saved search {key} was changed meanwhile")
        if row.expires_at is not None and row.expires_at <= now():
            raise NotSaved(
                Refusal.OVER, "saved search: its time is over; save a new one if it is still lawful"
            )
        return row, session.scalar(select(UserRow.name).where(UserRow.id == row.owner_id))

    def _tell(self, session: Session, row: SavedSearchRow, by: str, action: str, **detail: Any) -> None:
        session.flush()
        append(session, self._database, by, action, str(row.id), **detail)


def _told(session: Session, wanted: Mapping[str, Wanted]) -> set[str]:
    """Return the topics that are kept as wanted, or as a person changed them."""
    rows = session.scalars(select(SavedSearchRow).where(SavedSearchRow.topic.in_(wanted)))
    return {row.topic for row in rows if row.edited or _wanted(row) == wanted[row.topic]}


def _ask(session: Session, row: SavedSearchRow, wanted: Wanted, expires_at: datetime | None) -> None:
    anew = (row.query, row.filters) != (wanted.query, _plain(wanted.filters))
    row.title, row.query, row.filters = wanted.title, wanted.query, _plain(wanted.filters)
    row.route, row.note, row.expires_at = wanted.route, wanted.note, expires_at
    row.version += 1
    if anew:
        session.execute(delete(SavedHitRow).where(SavedHitRow.search_id == row.id))
        row.watched_since = now() if not row.topic else None


def _all() -> Select[SavedSearchRow, str]:
    return (
        select(SavedSearchRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == SavedSearchRow.owner_id)
        .order_by(SavedSearchRow.id)
    )


def _seen_by(user: User) -> ColumnElement[bool]:
    return or_(SavedSearchRow.owner_id.is_(None), SavedSearchRow.shared, SavedSearchRow.owner_id == user.id)


def _new(columns: Mapping[str, Any], expires_at: datetime | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "paused": False,
        "edited": False,
        "version": 0,
        "created_at": now(),
        "expires_at": expires_at,
        **columns,
    }


def _columns(wanted: Wanted) -> dict[str, Any]:
    return {
        "title": wanted.title,
        "query": wanted.query,
        "filters": _plain(wanted.filters),
        "route": wanted.route,
        "note": wanted.note,
        "shared": wanted.shared,
    }


def _plain(filters: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the filters as JSON holds them, in an order of their own."""
    return {name: sorted(set(values)) for name, values in sorted(filters.items()) if values}


def _said(row: SavedSearchRow) -> dict[str, Any]:
    """Return what the audit log keeps of one."""
    ends = row.expires_at.isoformat() if row.expires_at else None
    return {
        "title": row.title,
        "query": row.query,
        "filters": row.filters,
        "route": row.route,
        "note": row.note,
        "shared": row.shared,
        "expires_at": ends,
    }


def _wanted(row: SavedSearchRow) -> Wanted:
    filters = {name: tuple(values) for name, values in row.filters.items()}
    return Wanted(row.title, row.query, filters, row.route, row.note, row.shared)


def _search_of(row: SavedSearchRow, owner: str | None) -> SavedSearch:
    return SavedSearch(
        id=SavedId(row.id),
        wanted=_wanted(row),
        owner=owner or "",
        topic=row.topic,
        created_at=row.created_at,
        expires_at=row.expires_at,
        paused=row.paused,
        version=row.version,
    )
