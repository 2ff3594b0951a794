"""Which kelurahan and kecamatan each field reporter answers for."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kentongan.domain import Role, UserId
from kentongan.errors import BadInput, NotFound
from kentongan.field import in_area, is_place
from kentongan.store.audit import append
from kentongan.store.database import Database
from kentongan.store.schema import UserRow
from kentongan.store.schema_field import UserPlaceRow

MAX_PLACES = 100


class Areas:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, user_id: UserId) -> frozenset[str]:
        """Return the codes of a reporter's places; empty for one who has none, or is no reporter."""
        with self._database.read() as session:
            return own_places(session, user_id)

    def all(self) -> Mapping[UserId, tuple[str, ...]]:
        """Return the places of every user who has some, by code."""
        found: dict[UserId, list[str]] = defaultdict(list)
        with self._database.read() as session:
            query = select(UserPlaceRow.user_id, UserPlaceRow.place)
            for user_id, place in session.execute(query.order_by(UserPlaceRow.place)):
                found[UserId(user_id)].append(place)
        return {user_id: tuple(places) for user_id, places in found.items()}

    def set(self, name: str, places: Collection[str], *, by: str) -> None:
        """Make these the places of the field reporter of that name; none is allowed.

        Raises NotFound, BadInput for what is no code, for too many, or for a user of another role.
        """
        wanted = sorted(set(places))
        wrong = next((code for code in wanted if not is_place(code)), None)
        if wrong is not None:
            raise BadInput(f"place: {wrong!r} is not the code of a kelurahan or kecamatan")
        if len(wanted) > MAX_PLACES:
            raise BadInput(f"place: more than {MAX_PLACES}")
        with self._database.write() as session:
            user = session.scalar(select(UserRow).where(UserRow.name == name).with_for_update())
            if user is None:
                raise NotFound("user", name)
            if user.role != Role.FIELD_REPORTER:
                raise BadInput(f"name: {name!r} is no field reporter, so has no places")
            session.execute(delete(UserPlaceRow).where(UserPlaceRow.user_id == user.id))
            session.add_all(UserPlaceRow(user_id=user.id, place=code) for code in wanted)
            append(session, self._database, by, "set places", name, places=wanted)

    def reached(self, codes: Collection[str]) -> frozenset[str]:
        """Return those of the places that some active field reporter answers for."""
        query = (
            select(UserPlaceRow.place)
            .join(UserRow, UserRow.id == UserPlaceRow.user_id)
            .where(UserRow.active, UserRow.role == Role.FIELD_REPORTER.value)
            .distinct()
        )
        with self._database.read() as session:
            answered = frozenset(session.scalars(query))
        return frozenset(code for code in codes if in_area(code, answered))


def take_user(session: Session, user_id: UUID) -> UserRow:
    """Return an active user, locked: what one person does in two windows at once comes one after the other.

    Raises NotFound.
    """
    own = select(UserRow).where(UserRow.id == user_id, UserRow.active)
    user = session.scalar(own.with_for_update(key_share=True))
    if user is None:
        raise NotFound("active user", user_id)
    return user


def own_places(session: Session, user_id: UUID) -> frozenset[str]:
    """Return the places of an active field reporter, within the session's transaction."""
    query = (
        select(UserPlaceRow.place)
        .join(UserRow, UserRow.id == UserPlaceRow.user_id)
        .where(UserRow.id == user_id, UserRow.active, UserRow.role == Role.FIELD_REPORTER.value)
    )
    return frozenset(session.scalars(query))
