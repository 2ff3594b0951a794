"""Keeping notes on claims, and who is mentioned in them. A note is never changed or removed.

A note is written on the claim that stands, also where it was merged meanwhile: what was meant for it is
not lost. Nothing here counts what a person wrote (R15).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, Role, UserId
from kentongan.errors import NotFound
from kentongan.ids import new_id
from kentongan.notes import Note, draft_note
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.edited import merged_here
from kentongan.store.schema import ClaimRow, UserRow
from kentongan.store.schema_notes import ClaimNoteRow, MentionRow


@dataclass(frozen=True, slots=True)
class Written:
    """A note as it was kept, and what its writer should know of it."""

    note: Note
    unknown: tuple[str, ...]  # names that mention nobody
    masked: bool


@dataclass(frozen=True, slots=True)
class Mention:
    note: Note
    claim_id: ClaimId  # that stands now
    headline: str
    unread: bool


class Notes:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, claim_id: ClaimId, user_id: UserId, text: str, *, readers: Collection[Role]) -> Written:
        """Keep a note, personal data masked; `readers` are the roles of those who may be mentioned.

        Raises NotFound, BadInput as `draft_note`.
        """
        with self._database.write() as session:
            writer = session.scalar(select(UserRow).where(UserRow.id == user_id, UserRow.active))
            if writer is None:
                raise NotFound("active user", user_id)
            claim = _standing(session, claim_id)
            people = _people(session, readers)
            draft = draft_note(text, {name: key for key, name in people.items()})
            row = ClaimNoteRow(
                id=new_id(), claim_id=claim.id, user_id=user_id, text=draft.text, written_at=now()
            )
            session.add(row)
            session.flush()
            session.add_all(
                MentionRow(note_id=row.id, user_id=key, read_at=row.written_at if key == user_id else None)
                for key in draft.mentioned
            )
            names = {key: people[key] for key in draft.mentioned}
            append(
                session, self._database, writer.name, "note claim", str(claim.id),
                note=str(row.id), mentions=sorted(names.values()),
            )  # fmt: skip
            return Written(_note_of(row, writer.name, names), draft.unknown, draft.masked)

    def of_claim(self, claim_id: ClaimId, limit: int) -> list[Note]:
        """Return the newest notes on a claim and on those merged into it, newest first."""
        with self._database.read() as session:
            return notes_of(session, merged_here(session, claim_id), limit)

    def mentions_of(self, user_id: UserId, limit: int) -> list[Mention]:
        """Return the newest notes that mention a person, newest first."""
        query = (
            select(ClaimNoteRow, UserRow.name, MentionRow.read_at)
            .join(MentionRow, MentionRow.note_id == ClaimNoteRow.id)
            .join(UserRow, UserRow.id == ClaimNoteRow.user_id)
            .where(MentionRow.user_id == user_id)
            .order_by(MentionRow.note_id.desc())
            .limit(limit)
        )
        with self._database.read() as session:
            rows = session.execute(query).all()
            names = _names(session, [row.id for row, _, _ in rows])
            claims = {key: _standing(session, ClaimId(key)) for key in {row.claim_id for row, _, _ in rows}}
            return [
                Mention(
                    _note_of(row, name, names.get(row.id, {})),
                    ClaimId(claims[row.claim_id].id),
                    claims[row.claim_id].headline,
                    unread=read_at is None,
                )
                for row, name, read_at in rows
            ]

    def unread(self, user_id: UserId) -> int:
        """Return how many mentions a person has not looked at."""
        query = select(func.count()).select_from(MentionRow).where(MentionRow.user_id == user_id, _UNREAD)
        with self._database.read() as session:
            return session.scalar(query) or 0

    def mark_read(self, user_id: UserId, notes: Iterable[UUID], at: datetime | None = None) -> None:
        """Keep that a person has looked at these mentions; those looked at before stay as they are."""
        keys = list(notes)
        if not keys:
            return
        mine = (MentionRow.user_id == user_id, MentionRow.note_id.in_(keys), _UNREAD)
        with self._database.write() as session:
            session.execute(update(MentionRow).where(*mine).values(read_at=at or now()))


_UNREAD = MentionRow.read_at.is_(None)


def notes_of(session: Session, claim_ids: Sequence[UUID], limit: int | None = None) -> list[Note]:
    """Return the notes on any of these claims, newest first."""
    query = (
        select(ClaimNoteRow, UserRow.name)
        .join(UserRow, UserRow.id == ClaimNoteRow.user_id)
        .where(ClaimNoteRow.claim_id.in_(claim_ids))
        .order_by(ClaimNoteRow.written_at.desc(), ClaimNoteRow.id.desc())
        .limit(limit)
    )
    rows = session.execute(query).all()
    names = _names(session, [row.id for row, _ in rows])
    return [_note_of(row, name, names.get(row.id, {})) for row, name in rows]


def _standing(session: Session, claim_id: ClaimId) -> ClaimRow:
    """Return the claim that holds the items of this one now."""
    claim = session.get(ClaimRow, claim_id)
    if claim is None:
        raise NotFound("claim", claim_id)
    while claim.merged_into is not None:
        claim = session.get_one(ClaimRow, claim.merged_into)
    return claim


def _people(session: Session, roles: Collection[Role]) -> dict[UserId, str]:
    rows = session.execute(
        select(UserRow.id, UserRow.name).where(
            UserRow.active, UserRow.role.in_([role.value for role in roles])
        )
    )
    return {UserId(key): name for key, name in rows}


def _names(session: Session, notes: Sequence[UUID]) -> Mapping[UUID, Mapping[UserId, str]]:
    """Return the names of who is mentioned, by note."""
    found: dict[UUID, dict[UserId, str]] = {}
    if notes:
        rows = session.execute(
            select(MentionRow.note_id, UserRow.id, UserRow.name)
            .join(UserRow, UserRow.id == MentionRow.user_id)
            .where(MentionRow.note_id.in_(notes))
        )
        for note, user, name in rows:
            found.setdefault(note, {})[UserId(user)] = name
    return found


def _note_of(row: ClaimNoteRow, user_name: str, names: Mapping[UserId, str]) -> Note:
    return Note(row.id, ClaimId(row.claim_id), user_name, row.text, names, row.written_at)
