"""What goes into a case file and comes out again, without anything ever being gone.

Adding does not ask what else changed meanwhile: two people who add at once both succeed. Only a case
that was closed meanwhile takes nothing more.
"""

from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, ItemId, UserId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.headline import headline_of
from kentongan.ids import new_id
from kentongan.incidents import (
    MAX_FILES,
    MAX_NOTE_CHARACTERS,
    MAX_PUBLISHER_CHARACTERS,
    MAX_URL_CHARACTERS,
    Attachment,
    ChangeKind,
    IncidentId,
    Note,
    PartKind,
    number_of,
)
from kentongan.store.audit import append
from kentongan.store.database import Database
from kentongan.store.edited import merged_here
from kentongan.store.incident_changing import (
    active_user,
    keep_change,
    take,
    text_of,
    touch,
    why_of,
    words_of,
)
from kentongan.store.incident_rows import file_of
from kentongan.store.schema import ClaimRow, ItemRow
from kentongan.store.schema_incidents import (
    IncidentClarificationRow,
    IncidentFileRow,
    IncidentNoteRow,
    IncidentPartRow,
)


class IncidentParts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add_claim(self, key: IncidentId, user_id: UserId, claim_id: ClaimId, why: str = "") -> bool:
        """Put a claim into a case, with all items it has and will have; False where it is in already.

        Raises NotFound, Conflict for a closed case, BadInput for a reason too long.
        """
        with self._database.read() as session:
            claim = session.get(ClaimRow, claim_id)
        if claim is None:
            raise NotFound("claim", claim_id)
        return self._add(key, user_id, PartKind.CLAIM, claim_id, claim.headline, why)

    def add_item(self, key: IncidentId, user_id: UserId, item_id: ItemId, why: str = "") -> bool:
        """Put one item into a case, whatever its claim; otherwise as `add_claim`."""
        with self._database.read() as session:
            item = session.get(ItemRow, item_id)
        if item is None:
            raise NotFound("item", item_id)
        about = headline_of(f"{item.title}\n{item.text}" if item.title else item.text)
        return self._add(key, user_id, PartKind.ITEM, item_id, about, why)

    def _add(
        self, key: IncidentId, user_id: UserId, part: PartKind, subject: UUID, about: str, why: str
    ) -> bool:
        why = why_of(why, required=False)
        with self._database.write() as session:
            user, row = active_user(session, user_id), take(session, key)
            if session.scalar(_held(session, key, part, subject)):
                return False
            at = touch(row)
            session.add(
                IncidentPartRow(
                    id=new_id(),
                    incident_id=key,
                    claim_id=subject if part is PartKind.CLAIM else None,
                    item_id=subject if part is PartKind.ITEM else None,
                    user_id=user.id,
                    added_at=at,
                )
            )
            keep_change(
                session, self._database, row, user, ChangeKind.ADDED,
                part=part, subject=subject, about=about, why=why,
            )  # fmt: skip
            return True

    def add_note(self, key: IncidentId, user_id: UserId, text: str) -> Note:
        """Write a note; it is never changed. Raises NotFound, Conflict for a closed case, BadInput."""
        text = words_of("note", text, MAX_NOTE_CHARACTERS)
        with self._database.write() as session:
            user, row = active_user(session, user_id), take(session, key)
            at = touch(row)
            note = IncidentNoteRow(id=new_id(), incident_id=key, user_id=user.id, text=text, written_at=at)
            session.add(note)
            session.flush()
            append(
                session, self._database, user.name, "case noted", number_of(row.year, row.sequence),
                note=str(note.id),
            )  # fmt: skip
            return Note(note.id, user.name, note.written_at, note.text)

    def add_file(
        self, key: IncidentId, user_id: UserId, *, name: str, sha256: str, size: int, why: str = ""
    ) -> Attachment:
        """Keep that a file whose bytes are stored belongs to a case. `name` is a cleaned one.

        Raises NotFound, Conflict for a closed case, BadInput for one file too many.
        """
        why = why_of(why, required=False)
        with self._database.write() as session:
            user, row = active_user(session, user_id), take(session, key)
            own = IncidentFileRow.incident_id == key
            if (
                session.scalar(select(func.count()).select_from(IncidentFileRow).where(own)) or 0
            ) >= MAX_FILES:
                raise BadInput(f"file: a case takes {MAX_FILES} files at most; open another one")
            at = touch(row)
            kept = IncidentFileRow(
                id=new_id(),
                incident_id=key,
                sha256=sha256,
                name=name,
                size=size,
                user_id=user.id,
                added_at=at,
            )
            session.add(kept)
            keep_change(
                session, self._database, row, user, ChangeKind.ADDED,
                part=PartKind.FILE, subject=kept.id, about=name, why=why,
            )  # fmt: skip
            return file_of(kept, user.name)

    def add_clarification(
        self, key: IncidentId, user_id: UserId, *, url: str, publisher: str, published_on: date, why: str = ""
    ) -> None:
        """Link what a competent body or a fact-checker published. Raises NotFound, Conflict for a
        closed case, BadInput naming the field that cannot be used."""
        url = _address(text_of("address", url, MAX_URL_CHARACTERS))
        publisher = text_of("publisher", " ".join(publisher.split()), MAX_PUBLISHER_CHARACTERS)
        why = why_of(why, required=False)
        with self._database.write() as session:
            user, row = active_user(session, user_id), take(session, key)
            at = touch(row)
            said = IncidentClarificationRow(
                id=new_id(),
                incident_id=key,
                url=url,
                publisher=publisher,
                published_on=published_on,
                user_id=user.id,
                added_at=at,
            )
            session.add(said)
            keep_change(
                session, self._database, row, user, ChangeKind.ADDED,
                part=PartKind.CLARIFICATION, subject=said.id, about=f"{publisher}: {url}", why=why,
            )  # fmt: skip

    def remove(self, key: IncidentId, user_id: UserId, kind: PartKind, subject: UUID, why: str) -> None:
        """Take something out of a case; that it was in stays in the history, and a file's bytes stay.

        `subject` is the id of the claim, item, file or clarification. Raises BadInput without a reason,
        NotFound for what the case never held, Conflict when it is closed or someone was first.
        """
        why = why_of(why, required=True)
        with self._database.write() as session:
            user, row = active_user(session, user_id), take(session, key)
            found, about = _find(session, key, kind, subject)
            if found.removed_at is not None:
                raise Conflict(f"{kind.value} {subject} was taken out of the case meanwhile")
            found.removed_at = touch(row)
            keep_change(
                session, self._database, row, user, ChangeKind.REMOVED,
                part=kind, subject=subject, about=about, why=why,
            )  # fmt: skip


def _held(session: Session, key: IncidentId, part: PartKind, subject: UUID) -> Select[UUID]:
    """Return a query for what a case holds already: the item, the claim, or one merged into it."""
    which = (
        IncidentPartRow.claim_id.in_(merged_here(session, subject))
        if part is PartKind.CLAIM
        else IncidentPartRow.item_id == subject
    )
    return (
        select(IncidentPartRow.id)
        .where(IncidentPartRow.incident_id == key, which, IncidentPartRow.removed_at.is_(None))
        .limit(1)
    )


def _find(
    session: Session, key: IncidentId, kind: PartKind, subject: UUID
) -> tuple[IncidentPartRow | IncidentFileRow | IncidentClarificationRow, str]:
    """Return the newest row of what a case holds, or held, and what it is called; raises NotFound."""
    match kind:
        case PartKind.FILE:
            file = session.get(IncidentFileRow, subject)
            if file is not None and file.incident_id == key:
                return file, file.name
        case PartKind.CLARIFICATION:
            said = session.get(IncidentClarificationRow, subject)
            if said is not None and said.incident_id == key:
                return said, f"{said.publisher}: {said.url}"
        case PartKind.CLAIM | PartKind.ITEM:
            column = IncidentPartRow.claim_id if kind is PartKind.CLAIM else IncidentPartRow.item_id
            part = session.scalars(
                select(IncidentPartRow)
                .where(IncidentPartRow.incident_id == key, column == subject)
                .order_by(IncidentPartRow.id.desc())
                .limit(1)
            ).first()
            if part is not None:
                return part, _called(session, part)
    raise NotFound(f"{kind.value} in this case", subject)


def _called(session: Session, part: IncidentPartRow) -> str:
    if part.claim_id is not None:
        return session.get_one(ClaimRow, part.claim_id).headline
    item = session.get_one(ItemRow, part.item_id)
    return headline_of(f"{item.title}\n{item.text}" if item.title else item.text)


def _address(url: str) -> str:
    """Return an http(s) address of one printable line; raises BadInput."""
    try:
        parts = urlsplit(url)
    except ValueError as exc:
        raise BadInput("address: not one of a web page") from exc
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable() or " " in url:
        raise BadInput("address: not one of a web page; it begins with https://")
    return url
