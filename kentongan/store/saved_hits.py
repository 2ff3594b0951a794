"""What saved searches found: keeping it once, reading it newest first, and what is new to whom.

Owns: the hits and the looks. No label, no priority and no claim is touched here: a hit is no flag.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from kentongan.domain import ItemId, UserId
from kentongan.errors import BadInput, Conflict
from kentongan.saved import SavedId
from kentongan.store.database import Database, batched, now
from kentongan.store.schema import ItemRow, RevisionRow
from kentongan.store.schema_saved import SavedHitRow, SavedLookRow, SavedSearchRow

NEW_COUNTED = 1_000  # more are "1,000 or more": a list with many searches must not count millions of rows
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SavedHit:
    item_id: ItemId
    found_at: datetime
    left_at: datetime | None  # since when it matches no more


@dataclass(frozen=True, slots=True)
class HitPage:
    hits: tuple[SavedHit, ...]
    cursor: str  # for the next page; empty after the last


@dataclass(frozen=True, slots=True)
class Counts:
    """How many that still match: since the user last looked, today, in the last seven days."""

    new: int = 0  # NEW_COUNTED at most
    today: int = 0
    week: int = 0


class SavedHits:
    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        found: Mapping[ItemId, Collection[SavedId]],
        asked: Collection[SavedId],
        versions: Mapping[SavedId, int],
    ) -> int:
        """Keep which of the searches find each item now; return how many hits are new.

        `asked` are the searches that every item was held against. A hit that was there stays; where its
        search no longer finds it, it is marked as left; found again, no longer so. An item that came in,
        and was last changed, before its search was made is no hit. Doing it twice changes nothing.
        Raises Conflict, keeping nothing, when `versions` are no longer those of all searches.
        """
        with self._database.write() as session:
            _refuse_changed(session, versions)
            since = _watched_since(session, {key for keys in found.values() for key in keys})
            said_at = _last_said(session, found)
            there = _there(session, said_at)
            at, fresh = now(), []
            for item, keys in found.items():
                for key in keys:
                    if (key, item) in there or item not in said_at:
                        continue
                    begins = since[key]
                    if begins is None or begins <= said_at[item]:
                        fresh.append({"search_id": key, "item_id": item, "found_at": at, "left_at": None})
            for (key, item), left in there.items():
                if key in asked and (key in found[item]) == left:
                    _mark(session, key, item, None if left else at)
            if fresh:
                session.execute(self._database.insert_new(SavedHitRow), fresh)
            return len(fresh)

    def newest(self, key: SavedId, *, limit: int = 25, cursor: str = "") -> HitPage:
        """Return a page of what a search found, the newest first. Raises BadInput for a bad cursor."""
        query = select(SavedHitRow).where(SavedHitRow.search_id == key)
        if cursor:
            found, item = _read_cursor(cursor)
            query = query.where(
                or_(
                    SavedHitRow.found_at < found,
                    and_(SavedHitRow.found_at == found, SavedHitRow.item_id < item),
                )
            )
        newest = query.order_by(SavedHitRow.found_at.desc(), SavedHitRow.item_id.desc()).limit(limit + 1)
        with self._database.read() as session:
            rows = session.scalars(newest).all()
        after = (
            f"{rows[limit - 1].found_at.isoformat()}_{rows[limit - 1].item_id}" if len(rows) > limit else ""
        )
        hits = tuple(SavedHit(ItemId(r.item_id), r.found_at, r.left_at) for r in rows[:limit])
        return HitPage(hits, after)

    def counts(
        self, keys: Iterable[SavedId], zone: ZoneInfo, user: UserId | None, *, at: datetime | None = None
    ) -> dict[SavedId, Counts]:
        """Return the counts of each search. A user who never looked has seen nothing; nobody is None."""
        at = at or now()
        today = datetime.combine(at.astimezone(zone).date(), time(), zone)
        wanted = tuple(keys)
        with self._database.read() as session:
            lately = _lately(session, wanted, today, at - WEEK)
            looks: dict[UUID, datetime] = {}
            if user is not None:
                mine = select(SavedLookRow.search_id, SavedLookRow.looked_at)
                looks = dict(session.execute(mine.where(SavedLookRow.user_id == user)).all())
            return {
                key: Counts(
                    _new(session, key, looks.get(key)) if user is not None else 0,
                    *lately.get(key, (0, 0)),
                )
                for key in wanted
            }

    def count_since(self, key: SavedId, moment: datetime) -> int:
        """Return how many a search found after a moment and still finds; NEW_COUNTED at most."""
        with self._database.read() as session:
            return _new(session, key, moment)

    def look(self, key: SavedId, user: UserId, *, at: datetime | None = None) -> datetime | None:
        """Keep that the user looks at it now; return when they did before. Only ever moves on."""
        moment = at or now()
        with self._database.write() as session:
            row = session.get(SavedLookRow, (key, user))
            if row is None:
                look = {"search_id": key, "user_id": user, "looked_at": moment}
                session.execute(self._database.insert_new(SavedLookRow).values(**look))
                return None
            before, row.looked_at = row.looked_at, max(moment, row.looked_at)
            return before


def _refuse_changed(session: Session, versions: Mapping[SavedId, int]) -> None:
    rows = session.execute(select(SavedSearchRow.id, SavedSearchRow.version))
    if dict(rows.all()) != dict(versions):
        raise Conflict("saved searches were changed meanwhile")


def _watched_since(session: Session, keys: Collection[SavedId]) -> Mapping[UUID, datetime | None]:
    asked = select(SavedSearchRow.id, SavedSearchRow.watched_since)
    return {key: since for key, since in session.execute(asked) if key in keys}


def _last_said(session: Session, items: Iterable[ItemId]) -> Mapping[ItemId, datetime]:
    """Return when each item that exists came in with the text it has now."""
    asked = (
        select(ItemRow.id, RevisionRow.seen_at)
        .join(RevisionRow, and_(RevisionRow.item_id == ItemRow.id, RevisionRow.number == ItemRow.revision))
        .where(ItemRow.id.in_(list(items)))
        .with_for_update(read=True, key_share=True, of=ItemRow)  # none of them goes while its hits are kept
    )
    return {ItemId(item): seen for item, seen in session.execute(asked)}


def _there(session: Session, items: Iterable[ItemId]) -> Mapping[tuple[SavedId, ItemId], bool]:
    """Return the hits that the items are, and whether each has left."""
    asked = select(SavedHitRow.search_id, SavedHitRow.item_id, SavedHitRow.left_at.is_not(None))
    rows = session.execute(asked.where(SavedHitRow.item_id.in_(list(items))))
    return {(SavedId(key), ItemId(item)): left for key, item, left in rows}


def _mark(session: Session, key: SavedId, item: ItemId, left_at: datetime | None) -> None:
    here = (SavedHitRow.search_id == key, SavedHitRow.item_id == item)
    session.execute(update(SavedHitRow).where(*here).values(left_at=left_at))


def _lately(
    session: Session, keys: Iterable[SavedId], today: datetime, week: datetime
) -> dict[UUID, tuple[int, int]]:
    """Return how many each search found since both moments and still finds; the later one first."""
    is_today = case((SavedHitRow.found_at > today, 1), else_=0)
    counted = select(SavedHitRow.search_id, func.sum(is_today), func.count()).where(
        SavedHitRow.left_at.is_(None), SavedHitRow.found_at > week
    )
    found: dict[UUID, tuple[int, int]] = {}
    for some in batched(keys):
        rows = session.execute(counted.where(SavedHitRow.search_id.in_(some)).group_by(SavedHitRow.search_id))
        found.update((key, (since_today, since_week)) for key, since_today, since_week in rows)
    return found


def _new(session: Session, key: SavedId, looked_at: datetime | None) -> int:
    some = select(SavedHitRow.item_id).where(SavedHitRow.search_id == key, SavedHitRow.left_at.is_(None))
    if looked_at is not None:
        some = some.where(SavedHitRow.found_at > looked_at)
    return session.scalar(select(func.count()).select_from(some.limit(NEW_COUNTED).subquery())) or 0


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    found, _, item = cursor.partition("_")
    try:
        at = datetime.fromisoformat(found)
        if at.tzinfo is None:
            raise ValueError("no zone")
        return at.astimezone(UTC), UUID(item)
    except (ValueError, OverflowError) as exc:
        raise BadInput(f"cursor {cursor!r} is not one that a page gave") from exc
