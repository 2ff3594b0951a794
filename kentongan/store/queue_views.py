"""Views of the queue that people keep: a lane with filters under a name, for oneself or for the team.

Owns: the rows, their limits, and which view a person's queue opens with. Leaves what filters mean to
`kentongan.queueing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import Lane, User
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow, keepable
from kentongan.store.schema_queue import QueueDefaultRow, QueueViewRow

ViewId = NewType("ViewId", UUID)

MAX_OWN, MAX_NAME = 20, 60
"""Views of one person, and characters of a name."""


class NotKept(BadInput):
    """A view cannot be kept so."""

    def __init__(self, reason: "Refusal") -> None:
        super().__init__(f"view: {reason.value}")
        self.reason = reason


class Refusal(StrEnum):
    NO_NAME = "no name"
    TOO_LONG = "the name is too long"
    TAKEN = "the name is taken"
    TOO_MANY = "too many"


@dataclass(frozen=True, slots=True)
class QueueView:
    """`filters` as in the address of the queue: field and value."""

    id: ViewId
    name: str
    lane: Lane
    filters: Mapping[str, str]
    owner: str
    mine: bool
    shared: bool
    default: bool  # this person's queue opens with it


class QueueViews:
    def __init__(self, database: Database) -> None:
        self._database = database

    def visible_to(self, user: User) -> list[QueueView]:
        """Return the user's own, then those that others share: each by name."""
        with self._database.read() as session:
            found = _read(session, user)
        return sorted(found, key=lambda view: (not view.mine, view.name.casefold(), view.owner))

    def keep(
        self, user: User, name: str, lane: Lane, filters: Mapping[str, str], *, shared: bool
    ) -> QueueView:
        """Keep a view. Raises NotKept for no name, one that is too long or taken, or more than MAX_OWN."""
        name = " ".join(keepable(name).split())
        if not name:
            raise NotKept(Refusal.NO_NAME)
        if len(name) > MAX_NAME:
            raise NotKept(Refusal.TOO_LONG)
        with self._database.write() as session:
            session.scalar(select(UserRow.id).where(UserRow.id == user.id).with_for_update())
            own = session.scalars(select(QueueViewRow.name).where(QueueViewRow.owner_id == user.id)).all()
            if name.casefold() in (other.casefold() for other in own):
                raise NotKept(Refusal.TAKEN)
            if len(own) >= MAX_OWN:
                raise NotKept(Refusal.TOO_MANY)
            row = QueueViewRow(
                id=new_id(),
                owner_id=user.id,
                name=name,
                lane=lane.value,
                filters=dict(filters),
                shared=shared,
                created_at=now(),
            )
            session.add(row)
            session.flush()
            detail = {"name": name, "lane": lane.value, "filters": dict(filters), "shared": shared}
            append(session, self._database, user.name, "keep queue view", str(row.id), **detail)
            return _view_of(row, user.name, user, None)

    def share(self, key: ViewId, user: User, shared: bool) -> None:
        """Share one's own with the team, or no more. Raises NotFound for another's."""
        with self._database.write() as session:
            row = _own(session, key, user)
            if row.shared != shared:
                row.shared = shared
                action = "share queue view" if shared else "unshare queue view"
                append(session, self._database, user.name, action, str(key), name=row.name)

    def remove(self, key: ViewId, user: User) -> None:
        """Take one's own away, also for those whose queue opens with it. Raises NotFound for another's."""
        with self._database.write() as session:
            row = _own(session, key, user)
            session.execute(delete(QueueDefaultRow).where(QueueDefaultRow.view_id == key))
            session.delete(row)
            append(session, self._database, user.name, "remove queue view", str(key), name=row.name)

    def open_with(self, key: ViewId | None, user: User) -> None:
        """Let the user's queue open with a view, or with the lane of what is new. Raises NotFound for one
        that the user cannot see."""
        with self._database.write() as session:
            if key is not None and not _read(session, user, QueueViewRow.id == key):
                raise NotFound("queue view", key)
            session.execute(delete(QueueDefaultRow).where(QueueDefaultRow.user_id == user.id))
            if key is not None:
                session.add(QueueDefaultRow(user_id=user.id, view_id=key))

    def default_of(self, user: User) -> QueueView | None:
        """Return the view that the user's queue opens with; None for none, or one they see no more."""
        with self._database.read() as session:
            return next(iter(_read(session, user, QueueDefaultRow.user_id.is_not(None))), None)


def _read(session: Session, user: User, *where: ColumnElement[bool]) -> list[QueueView]:
    rows = session.execute(
        select(QueueViewRow, UserRow.name, QueueDefaultRow.view_id)
        .join(UserRow, UserRow.id == QueueViewRow.owner_id)
        .outerjoin(
            QueueDefaultRow,
            (QueueDefaultRow.view_id == QueueViewRow.id) & (QueueDefaultRow.user_id == user.id),
        )
        .where(or_(QueueViewRow.owner_id == user.id, QueueViewRow.shared), *where)
    )
    return [_view_of(row, owner, user, default) for row, owner, default in rows]


def _own(session: Session, key: ViewId, user: User) -> QueueViewRow:
    row = session.get(QueueViewRow, key)
    if row is None or row.owner_id != user.id:
        raise NotFound("queue view", key)
    return row


def _view_of(row: QueueViewRow, owner: str, user: User, default: UUID | None) -> QueueView:
    return QueueView(
        id=ViewId(row.id),
        name=row.name,
        lane=Lane(row.lane),
        filters={str(name): str(value) for name, value in row.filters.items()},
        owner=owner,
        mine=row.owner_id == user.id,
        shared=row.shared,
        default=default is not None,
    )
