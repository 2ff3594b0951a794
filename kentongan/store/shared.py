"""Bundles of our own: prepared, read by a second person where that is needed, released or refused, taken
back.

Nothing leaves before its state says so, and what left is kept to the byte. Leaves what is in one to
`kentongan.sharing.composing`, signing to `pipeline.sharing`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kentongan.domain import UserId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.ids import new_id
from kentongan.referrals import Rabat, check_ground
from kentongan.sharing.values import (
    MAX_RECIPIENT_CHARACTERS,
    Bundle,
    BundleId,
    Document,
    Ground,
    PartnerId,
    State,
)
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.incident_changing import active_user, words_of
from kentongan.store.schema import UserRow
from kentongan.store.schema_sharing import BundleRow, PartnerRow, PushRow
from kentongan.store.share_facts import two_needed

MAX_NOTE_CHARACTERS = 1_000
Sign = Callable[[Bundle], tuple[str, str]]
"""Returns the signed document of a bundle that is released now, and its SHA-256."""
_Settler = aliased(UserRow)


class SharedBundles:
    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(
        self,
        user_id: UserId,
        recipient: str,
        partner_id: PartnerId | None,
        ground: Ground,
        content: Document,
        *,
        hate: bool,
    ) -> Bundle:
        """Keep what is to leave; nothing has left yet. Raises BadInput naming the field, NotFound,
        BundleRefused for a claim that may not leave."""
        reason, necessity, rabat = check_ground(ground.reason, ground.necessity, ground.rabat, hate=hate)
        recipient = words_of("recipient", recipient, MAX_RECIPIENT_CHARACTERS)
        with self._database.write() as session:
            user = active_user(session, user_id)
            if partner_id is not None:
                _live_partner(session, partner_id)
            row = BundleRow(
                id=new_id(),
                state=State.PREPARED.value,
                version=1,
                recipient=recipient,
                partner_id=partner_id,
                reason=words_of("reason", reason, len(reason) + 1),
                necessity=words_of("necessity", necessity, len(necessity) + 1),
                rabat={
                    question.value: words_of(question.value, said, len(said) + 1)
                    for question, said in rabat.items()
                },
                needs_second=two_needed(session, _claims(content)),
                user_id=user.id,
                prepared_at=now(),
                content=json.dumps(content, ensure_ascii=False),
                note="",
                document="",
                sha256="",
            )
            session.add(row)
            session.flush()
            self._tell(session, user, "bundle prepared", row, claims=[str(key) for key in _claims(content)])
            return _read(session, BundleId(row.id))

    def get(self, key: BundleId) -> Bundle:
        """Return one; raises NotFound."""
        with self._database.read() as session:
            return _read(session, key)

    def newest(self, limit: int = 50) -> tuple[list[Bundle], int]:
        """Return the bundles prepared last, and how many there are."""
        with self._database.read() as session:
            keys = session.scalars(select(BundleRow.id).order_by(BundleRow.id.desc()).limit(limit)).all()
            total = session.scalar(select(func.count()).select_from(BundleRow)) or 0
            return [_read(session, BundleId(key)) for key in keys], total

    def change(
        self, key: BundleId, user_id: UserId, change: Callable[[Document], Document], *, version: int
    ) -> Bundle:
        """Change the words of a bundle that was prepared. Raises Conflict, NotFound, what `change` raises.

        Whoever changes it is its author from now on: a second person has not seen these words.
        """
        with self._database.write() as session:
            user, row = active_user(session, user_id), _take(session, key, version)
            row.content = json.dumps(change(json.loads(row.content)), ensure_ascii=False)
            row.user_id, row.version = user.id, row.version + 1
            session.flush()
            self._tell(session, user, "bundle reworded", row)
            return _read(session, key)

    def release(self, key: BundleId, user_id: UserId, sign: Sign, *, version: int) -> Bundle:
        """Let a bundle leave: signed, and on its way where its recipient has an address.

        Raises Conflict where it changed, or where the person who prepared it would release alone what takes
        two; BundleRefused where a claim in it was decided otherwise since.
        """
        with self._database.write() as session:
            user, row = active_user(session, user_id), _take(session, key, version)
            two = row.needs_second or two_needed(session, _claims(json.loads(row.content)))
            if two and row.user_id == user.id:
                raise Conflict("a second person has to release this bundle")
            row.needs_second = two
            return self._leave(session, row, user, sign, "bundle released")

    def refuse(self, key: BundleId, user_id: UserId, note: str, *, version: int) -> Bundle:
        """Keep a bundle from leaving, for good. Who did not prepare it has to say why. Raises Conflict."""
        with self._database.write() as session:
            user, row = active_user(session, user_id), _take(session, key, version)
            row.note = words_of("note", note, MAX_NOTE_CHARACTERS, required=row.user_id != user.id)
            row.state, row.settler_id, row.settled_at = State.REFUSED.value, user.id, now()
            row.version += 1
            session.flush()
            self._tell(session, user, "bundle refused", row)
            return _read(session, key)

    def take_back(self, key: BundleId, user_id: UserId, note: str, content: Document, sign: Sign) -> Bundle:
        """Withdraw a released bundle by a new one that says so, and return that. One person may: nothing is
        told by it. Raises Conflict, NotFound, BadInput without a note."""
        note = words_of("note", note, MAX_NOTE_CHARACTERS)
        with self._database.write() as session:
            user = active_user(session, user_id)
            old = session.scalar(select(BundleRow).where(BundleRow.id == key).with_for_update())
            if old is None:
                raise NotFound("bundle", key)
            if old.state != State.RELEASED.value or old.withdraws is not None:
                raise Conflict(f"bundle {key} is {old.state}: only a released one is withdrawn")
            old.state, old.version, old.note = State.WITHDRAWN.value, old.version + 1, note
            row = BundleRow(
                id=new_id(), state=State.PREPARED.value, version=1, recipient=old.recipient,
                partner_id=old.partner_id, reason=note, necessity="", rabat={}, needs_second=False,
                user_id=user.id, prepared_at=now(), content=json.dumps(content, ensure_ascii=False), note="",
                document="", sha256="", withdraws=old.id,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return self._leave(session, row, user, sign, "bundle withdrawn")

    def _leave(self, session: Session, row: BundleRow, user: UserRow, sign: Sign, action: str) -> Bundle:
        row.state, row.settler_id, row.settled_at = State.RELEASED.value, user.id, now()
        row.version += 1
        session.flush()
        row.document, row.sha256 = sign(_read(session, BundleId(row.id)))
        partner = session.get(PartnerRow, row.partner_id) if row.partner_id else None
        if partner is not None and partner.address is not None:
            session.add(
                PushRow(
                    bundle_id=row.id,
                    partner_id=partner.id,
                    state="waiting",
                    due_at=row.settled_at,
                    tries=0,
                    problem="",
                )
            )
        session.flush()
        self._tell(session, user, action, row, sha256=row.sha256, recipient=row.recipient, reason=row.reason)
        return _read(session, BundleId(row.id))

    def _tell(self, session: Session, user: UserRow, action: str, row: BundleRow, **more: Any) -> None:
        append(session, self._database, user.name, action, str(row.id), version=row.version, **more)


def _claims(content: Mapping[str, Any]) -> Sequence[UUID]:
    return [UUID(claim["id"]) for claim in content["claims"]]


def _live_partner(session: Session, key: UUID) -> None:
    row = session.get(PartnerRow, key)
    if row is None or row.withdrawn_at is not None:
        raise BadInput("partner: there is no such office, or it was withdrawn")


def _take(session: Session, key: BundleId, version: int) -> BundleRow:
    row = session.scalar(select(BundleRow).where(BundleRow.id == key).with_for_update())
    if row is None:
        raise NotFound("bundle", key)
    if row.version != version or row.state != State.PREPARED.value:
        raise Conflict(f"bundle {key} changed meanwhile: it is {row.state}, version {row.version}")
    return row


def _read(session: Session, key: BundleId) -> Bundle:
    found = session.execute(
        select(BundleRow, UserRow.name, _Settler.name)
        .join(UserRow, UserRow.id == BundleRow.user_id)
        .outerjoin(_Settler, _Settler.id == BundleRow.settler_id)
        .where(BundleRow.id == key)
    ).one_or_none()
    if found is None:
        raise NotFound("bundle", key)
    row, by, settler = found
    return Bundle(
        id=BundleId(row.id),
        state=State(row.state),
        version=row.version,
        recipient=row.recipient,
        partner_id=PartnerId(row.partner_id) if row.partner_id else None,
        ground=Ground(row.reason, row.necessity, {Rabat(name): said for name, said in row.rabat.items()}),
        needs_second=row.needs_second,
        user_id=UserId(row.user_id),
        user_name=by,
        prepared_at=row.prepared_at,
        content=json.loads(row.content),
        settled_by=settler or "",
        settled_at=row.settled_at,
        note=row.note,
        document=row.document,
        sha256=row.sha256,
        withdraws=BundleId(row.withdraws) if row.withdraws else None,
    )
