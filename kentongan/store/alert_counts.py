"""How much was seen of each narrative, place, target and group by day, for the rules of alerts.

Counted are posts, not the press: of a narrative all of its claims', of a place, target or group those that
bear a label. What nobody flags, criticism of those in office first of all, counts towards none of them. A
day is 24 hours back from the moment of asking, number 0 the newest. Ids are UUIDv7, so what came in before
can be left out by its id, without reading it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, distinct, extract, func, or_, select
from sqlalchemy.orm import Session

from kentongan.alerting.values import About
from kentongan.groups import PREFIX
from kentongan.store.database import Database
from kentongan.store.schema import ClaimRow, ItemPlaceRow, ItemRow, ItemTargetRow, NarrativeRow
from kentongan.store.spread import SEEN

_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class SubjectDays:
    """Posts by day and independent voices of the newest day and week of one subject."""

    about: About
    subject: str
    title: str
    sensitive: bool  # its words are not to be sent out
    days: Mapping[int, int]
    voices_day: int
    voices_week: int
    since: datetime | None  # of a narrative: when it was first seen


@dataclass(frozen=True, slots=True)
class DayCounts:
    """All that was counted up to a moment."""

    all: Mapping[int, int]
    subjects: tuple[SubjectDays, ...]


@dataclass
class _Found:
    days: dict[int, int] = field(default_factory=dict)
    voices: tuple[int, int] = (0, 0)


class AlertCounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def up_to(self, at: datetime, days: int) -> DayCounts:
        """Return the posts of the last `days` days before a moment, by day."""
        age = self._age(at)
        lately = (
            ItemRow.press.is_(False),
            ItemRow.id >= _first_id(at - timedelta(days=days)),
            at >= SEEN,
            at - timedelta(days=days) < SEEN,
        )
        flagged = or_(ItemRow.hoax, ItemRow.black_campaign, ItemRow.identity_politics)
        with self._database.read() as session:
            every = session.execute(
                select(age, func.count()).select_from(ItemRow).where(*lately).group_by(age)
            )
            whole = {int(day): count for day, count in every}
            themes = select(ItemRow.id).join(ClaimRow, ClaimRow.id == ItemRow.claim_id)
            themes = themes.join(NarrativeRow, NarrativeRow.id == ClaimRow.narrative_id)
            of_themes = _count(session, themes.where(*lately, NarrativeRow.active), NarrativeRow.id, age)
            placed = select(ItemRow.id).join(ItemPlaceRow, ItemPlaceRow.item_id == ItemRow.id)
            of_places = _count(session, placed.where(*lately, flagged), ItemPlaceRow.place, age)
            named = select(ItemRow.id).join(ItemTargetRow, ItemTargetRow.item_id == ItemRow.id)
            of_targets = _count(session, named.where(*lately, flagged), ItemTargetRow.target, age)
            subjects = [
                *_themes(session, of_themes),
                *(_plain(About.PLACE, key, found) for key, found in of_places.items()),
                *(_plain(_kind_of(key), key, found) for key, found in of_targets.items()),
            ]
        return DayCounts(whole, tuple(subjects))

    def _age(self, at: datetime) -> ColumnElement[Any]:
        epoch: ColumnElement[Any] = extract("epoch", SEEN)
        if not self._database.is_sqlite:  # which has whole seconds already
            epoch = cast(func.floor(epoch), BigInteger)
        return ((int(at.timestamp()) - epoch) // _DAY).label("age")


def _count(session: Session, which: Select[Any], key: Any, age: ColumnElement[Any]) -> Mapping[Any, _Found]:
    found: dict[Any, _Found] = {}
    for subject, day, items in session.execute(
        which.with_only_columns(key, age, func.count()).group_by(key, age)
    ):
        found.setdefault(subject, _Found()).days[int(day)] = items
    voice = func.count(distinct(ItemRow.voice))
    for place, bound in enumerate((1, 7)):
        told = session.execute(which.with_only_columns(key, voice).where(age < bound).group_by(key))
        for subject, voices in told:
            both = list(found[subject].voices)
            both[place] = voices
            found[subject].voices = (both[0], both[1])
    return found


def _themes(session: Session, found: Mapping[UUID, _Found]) -> Iterable[SubjectDays]:
    rows = {row.id: row for row in session.scalars(select(NarrativeRow).where(NarrativeRow.id.in_(found)))}
    veiled = (
        select(ClaimRow.narrative_id)
        .distinct()
        .where(ClaimRow.narrative_id.in_(found), or_(ClaimRow.identity_politics, ClaimRow.special))
    )
    silent = set(session.scalars(veiled))
    for key, one in found.items():
        row = rows[key]
        yield SubjectDays(
            About.NARRATIVE, str(key), row.label, key in silent, one.days, *one.voices, row.first_seen_at
        )


def _kind_of(target: str) -> About:
    return About.GROUP if target.startswith(PREFIX) else About.TARGET


def _plain(about: About, key: str, found: _Found) -> SubjectDays:
    return SubjectDays(about, key, key, False, found.days, *found.voices, None)


def _first_id(at: datetime) -> UUID:
    """Return the least UUIDv7 of a moment."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
