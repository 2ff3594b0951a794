"""Keeping dialogues that were held: each step whole and append-only, the last one is how it stands.

Nothing here counts what a person wrote (R15).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from kentongan.dialogues import (
    Body,
    Dialogue,
    DialogueId,
    DialogueKind,
    DialogueStep,
    Told,
    check_reason,
    check_told,
)
from kentongan.domain import ClaimId, NarrativeId, Role, UserId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.ids import new_id
from kentongan.store.audit import append
from kentongan.store.database import Database, batched, now
from kentongan.store.incident_changing import active_user
from kentongan.store.schema import ClaimRow, NarrativeRow, UserRow
from kentongan.store.schema_dialogues import DialogueClaimRow, DialogueEntryRow, DialogueNarrativeRow

_ACTIONS = {
    DialogueStep.LOGGED: "log dialogue",
    DialogueStep.AMENDED: "amend dialogue",
    DialogueStep.WITHDRAWN: "withdraw dialogue",
}


class Dialogues:
    def __init__(self, database: Database) -> None:
        self._database = database

    def log(self, user_id: UserId, told: Told, *, places: Collection[str], today: date) -> DialogueId:
        """Keep a new dialogue; `places` are the codes of the region. Raises BadInput, NotFound."""
        key = DialogueId(new_id())
        checked = check_told(told, places, today)
        with self._database.write() as session:
            self._put(session, user_id, key, 1, DialogueStep.LOGGED, checked)
        return key

    def amend(
        self,
        user_id: UserId,
        key: DialogueId,
        version: int,
        told: Told,
        *,
        places: Collection[str],
        today: date,
    ) -> None:
        """Say it anew; one that was withdrawn counts again. Raises BadInput, NotFound, Conflict when it is no
        longer at `version`."""
        checked = check_told(told, places, today)
        with self._database.write() as session:
            self._at(session, key, version)
            self._put(session, user_id, key, version + 1, DialogueStep.AMENDED, checked)

    def withdraw(self, user_id: UserId, key: DialogueId, version: int, reason: str) -> None:
        """Take it back, with the reason; all of it stays readable.

        Raises as `amend`, and BadInput for one that is withdrawn already."""
        why = check_reason(reason)
        with self._database.write() as session:
            before = self._at(session, key, version)
            if before.withdrawn:
                raise BadInput("the dialogue is withdrawn already")
            self._put(session, user_id, key, version + 1, DialogueStep.WITHDRAWN, before.told, why)

    def get(self, key: DialogueId) -> Dialogue:
        """Return it as it stands, withdrawn or not; raises NotFound."""
        return self.steps(key)[-1]

    def steps(self, key: DialogueId) -> list[Dialogue]:
        """Return all that was said of it, the first first; raises NotFound."""
        mine = select(DialogueEntryRow, UserRow.role).where(DialogueEntryRow.dialogue_id == key)
        with self._database.read() as session:
            found = _read(session, mine.order_by(DialogueEntryRow.version))
        if not found:
            raise NotFound("dialogue", key)
        return found

    def page(self, *, limit: int, skip: int = 0) -> list[Dialogue]:
        """Return the dialogues as they stand, without those withdrawn, the one held last first."""
        query = _standing().order_by(DialogueEntryRow.held_on.desc(), DialogueEntryRow.dialogue_id.desc())
        with self._database.read() as session:
            return _read(session, query.limit(limit).offset(skip))

    def held(self, first: date, last: date) -> list[Dialogue]:
        """Return what was held in these days, both counted, the first first; not what is withdrawn."""
        query = _standing().where(DialogueEntryRow.held_on >= first, DialogueEntryRow.held_on <= last)
        with self._database.read() as session:
            return _read(session, query.order_by(DialogueEntryRow.held_on, DialogueEntryRow.dialogue_id))

    def of_narrative(self, key: NarrativeId) -> list[Dialogue]:
        """Return the dialogues that speak of a narrative, the last held first; not what is withdrawn."""
        mine = select(DialogueNarrativeRow.entry_id).where(DialogueNarrativeRow.narrative_id == key)
        query = _standing().where(DialogueEntryRow.id.in_(mine))
        with self._database.read() as session:
            return _read(
                session, query.order_by(DialogueEntryRow.held_on.desc(), DialogueEntryRow.dialogue_id)
            )

    def _at(self, session: Session, key: DialogueId, version: int) -> Dialogue:
        first = DialogueEntryRow.dialogue_id == key, DialogueEntryRow.version == 1
        session.execute(select(DialogueEntryRow.id).where(*first).with_for_update())  # one after the other
        query = _standing(withdrawn=True).where(DialogueEntryRow.dialogue_id == key)
        found = _read(session, query)
        if not found:
            raise NotFound("dialogue", key)
        if found[0].version != version:
            raise Conflict(f"dialogue {key} was changed meanwhile")
        return found[0]

    def _put(
        self, session: Session, user_id: UserId, key: DialogueId, version: int, step: DialogueStep,
        told: Told, reason: str = "",
    ) -> None:  # fmt: skip
        user = active_user(session, user_id)
        _must_be_there(session, told)
        row = DialogueEntryRow(
            id=new_id(), dialogue_id=key, version=version, step=step.value, user_id=user_id, at=now(),
            reason=reason, kind=told.kind.value, held_on=told.held_on, place=told.place,
            bodies=[body.value for body in told.bodies], topic=told.topic, outcome=told.outcome,
            follow_up=told.follow_up,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all(DialogueNarrativeRow(entry_id=row.id, narrative_id=one) for one in told.narratives)
        session.add_all(DialogueClaimRow(entry_id=row.id, claim_id=one) for one in told.claims)
        append(session, self._database, user.name, _ACTIONS[step], str(key), version=version)


def _standing(*, withdrawn: bool = False) -> Select[DialogueEntryRow, str]:
    newest = aliased(DialogueEntryRow)
    last = (
        select(func.max(newest.version))
        .where(newest.dialogue_id == DialogueEntryRow.dialogue_id)
        .correlate(DialogueEntryRow)
        .scalar_subquery()
    )
    query = select(DialogueEntryRow, UserRow.role).where(DialogueEntryRow.version == last)
    return query if withdrawn else query.where(DialogueEntryRow.step != DialogueStep.WITHDRAWN.value)


def _read(session: Session, query: Select[DialogueEntryRow, str]) -> list[Dialogue]:
    rows = session.execute(query.join(UserRow, UserRow.id == DialogueEntryRow.user_id)).all()
    keys = [row.id for row, _ in rows]
    narratives = _links(session, keys, DialogueNarrativeRow.entry_id, DialogueNarrativeRow.narrative_id)
    claims = _links(session, keys, DialogueClaimRow.entry_id, DialogueClaimRow.claim_id)
    return [
        Dialogue(
            DialogueId(row.dialogue_id),
            row.version,
            DialogueStep(row.step),
            Role(role),
            row.at,
            row.reason,
            Told(
                DialogueKind(row.kind),
                row.held_on,
                row.place,
                tuple(Body(body) for body in row.bodies),
                row.topic,
                row.outcome,
                row.follow_up,
                tuple(NarrativeId(one) for one in narratives.get(row.id, ())),
                tuple(ClaimId(one) for one in claims.get(row.id, ())),
            ),
        )
        for row, role in rows
    ]


def _links(session: Session, keys: Sequence[UUID], entry: Any, other: Any) -> Mapping[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for some in batched(keys):
        links = select(entry, other).where(entry.in_(some)).order_by(other)
        for key, one in session.execute(links):
            found.setdefault(key, []).append(one)
    return found


def _must_be_there(session: Session, told: Told) -> None:
    for kind, column, keys in (
        ("narrative", NarrativeRow.id, told.narratives),
        ("claim", ClaimRow.id, told.claims),
    ):
        there = set(session.scalars(select(column).where(column.in_(keys)))) if keys else set()
        for key in keys:
            if key not in there:
                raise NotFound(kind, key)
