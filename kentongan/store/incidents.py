"""Case files: opening, finding, closing and handing them out, and what is on hold for them.

Leaves what is put into a case to `incident_parts`, what the record says of it to `incident_facts`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, ItemId, UserId
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.incidents import (
    MAX_SUMMARY_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    MAX_WHY_CHARACTERS,
    CaseFile,
    ChangeKind,
    HandOut,
    Incident,
    IncidentId,
    IncidentState,
    read_number,
)
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.edited import merged_here
from kentongan.store.edits import Edits
from kentongan.store.incident_changing import (
    active_user,
    keep_change,
    take,
    text_of,
    touch,
    why_of,
    words_of,
)
from kentongan.store.incident_rows import case_of, incident_of
from kentongan.store.schema import ItemRow, UserRow
from kentongan.store.schema_incidents import IncidentHandOutRow, IncidentPartRow, IncidentRow

_NUMBER_LOCK = 7_203_420
_PAGE = 500


@dataclass(frozen=True, slots=True)
class IncidentPage:
    rows: tuple[Incident, ...]
    total: int
    before: str  # the number that the next page begins after; empty after the last


class Incidents:
    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, user_id: UserId, title: str, summary: str, *, zone: ZoneInfo) -> Incident:
        """Open a case under the next number of the year in `zone`. Raises BadInput, NotFound."""
        title = words_of("title", " ".join(title.split()), MAX_TITLE_CHARACTERS)
        summary = words_of("summary", summary, MAX_SUMMARY_CHARACTERS, required=False)
        with self._database.write() as session:
            if not self._database.is_sqlite:  # where a write transaction is alone already
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _NUMBER_LOCK})
            user, at = active_user(session, user_id), now()
            year = at.astimezone(zone).year
            last = session.scalar(select(func.max(IncidentRow.sequence)).where(IncidentRow.year == year))
            row = IncidentRow(
                id=new_id(),
                year=year,
                sequence=(last or 0) + 1,
                title=title,
                summary=summary,
                state=IncidentState.OPEN.value,
                user_id=user.id,
                opened_at=at,
                changed_at=at,
                version=1,
            )
            session.add(row)
            session.flush()
            keep_change(session, self._database, row, user, ChangeKind.OPENED, about=title)
            return incident_of(row, user.name)

    def find(self, number: str) -> Incident:
        """Return the case of a number such as 2026-014; raises NotFound."""
        with self._database.read() as session:
            return incident_of(*_numbered(session, number))

    def case(self, number: str) -> CaseFile:
        """Return the case of a number with everything in it; raises NotFound."""
        with self._database.read() as session:
            return case_of(session, *_numbered(session, number))

    def page(
        self, state: IncidentState | None = None, said: str = "", *, before: str = "", limit: int = 50
    ) -> IncidentPage:
        """Return cases, newest number first; `said` is a number or words of a title.

        Raises BadInput for a `before` that is no number.
        """
        wanted = [] if state is None else [IncidentRow.state == state.value]
        if said.strip():
            wanted.append(_says(said))
        with self._database.read() as session:
            total = session.scalar(select(func.count()).select_from(IncidentRow).where(*wanted)) or 0
            if before:
                year, sequence = read_number(before) or (0, 0)
                if not year:
                    raise BadInput(f"before: {before!r} is not the number of a case")
                wanted.append(tuple_(IncidentRow.year, IncidentRow.sequence) < (year, sequence))
            rows = session.execute(
                select(IncidentRow, UserRow.name)
                .join(UserRow, UserRow.id == IncidentRow.user_id)
                .where(*wanted)
                .order_by(IncidentRow.year.desc(), IncidentRow.sequence.desc())
                .limit(limit + 1)
            )
            found = [incident_of(row, name) for row, name in rows]
        return IncidentPage(
            tuple(found[:limit]), total, found[limit - 1].number if len(found) > limit else ""
        )

    def edit(
        self, key: IncidentId, user_id: UserId, *, version: int, title: str, summary: str, why: str = ""
    ) -> None:
        """Change title and summary; what they were stays in the history. Raises Conflict when the case
        changed since `version`, BadInput, NotFound."""
        title = words_of("title", " ".join(title.split()), MAX_TITLE_CHARACTERS)
        summary = words_of("summary", summary, MAX_SUMMARY_CHARACTERS, required=False)
        why = why_of(why, required=False)
        with self._database.write() as session:
            user, row = active_user(session, user_id), take(session, key, version=version)
            before = f"{row.title}\n{row.summary}".strip()
            row.title, row.summary = title, summary
            touch(row)
            keep_change(session, self._database, row, user, ChangeKind.RENAMED, about=before, why=why)

    def close(self, key: IncidentId, user_id: UserId, *, version: int, why: str) -> None:
        """Close a case: nothing more goes in, and its items are no longer on hold.

        Raises Conflict when it changed since `version` or is closed, BadInput without a reason.
        """
        self._settle(key, user_id, IncidentState.CLOSED, version, why)

    def reopen(self, key: IncidentId, user_id: UserId, *, version: int, why: str) -> None:
        """Open a closed case again; raises as `close` does."""
        self._settle(key, user_id, IncidentState.OPEN, version, why)

    def _settle(self, key: IncidentId, user_id: UserId, state: IncidentState, version: int, why: str) -> None:
        why, closing = why_of(why, required=True), state is IncidentState.CLOSED
        kind = ChangeKind.CLOSED if closing else ChangeKind.REOPENED
        with self._database.write() as session:
            user = active_user(session, user_id)
            row = take(session, key, version=version, closed=not closing)
            row.state = state.value
            touch(row)
            keep_change(session, self._database, row, user, kind, about=row.title, why=why)

    def hand_out(
        self, incident: Incident, actor: str, *, recipient: str, mandate: str, sha256: str, size: int
    ) -> HandOut:
        """Keep that a case was exported, before the export is given away. Also of a closed one."""
        recipient = text_of("recipient", recipient, MAX_WHY_CHARACTERS, required=False)
        mandate = text_of("mandate", mandate, MAX_WHY_CHARACTERS, required=False)
        with self._database.write() as session:
            row = IncidentHandOutRow(
                id=new_id(),
                incident_id=incident.id,
                actor=actor,
                recipient=recipient,
                mandate=mandate,
                sha256=sha256,
                size=size,
                handed_at=now(),
            )
            session.add(row)
            session.flush()
            append(
                session, self._database, actor, "case exported", incident.number,
                recipient=recipient, sha256=sha256,
            )  # fmt: skip
            return HandOut(row.id, actor, row.handed_at, recipient, mandate, sha256, size)

    def holding(self, *, claim_id: ClaimId | None = None, item_id: ItemId | None = None) -> list[Incident]:
        """Return the cases that hold a claim, or one merged into it, or an item by itself, newest first."""
        with self._database.read() as session:
            which = (
                IncidentPartRow.claim_id.in_(merged_here(session, claim_id))
                if claim_id
                else IncidentPartRow.item_id == item_id
            )
            held = select(IncidentPartRow.incident_id).where(which, IncidentPartRow.removed_at.is_(None))
            rows = session.execute(
                select(IncidentRow, UserRow.name)
                .join(UserRow, UserRow.id == IncidentRow.user_id)
                .where(IncidentRow.id.in_(held))
                .order_by(IncidentRow.id.desc())
            )
            return [incident_of(row, name) for row, name in rows]

    def held_items(self) -> Iterator[ItemId]:
        """Yield the items that no retention job may remove: those in an open case, by themselves or
        with their claim, wherever that claim was merged into. By id, a page at a time (R25)."""
        held = (
            select(IncidentPartRow.claim_id, IncidentPartRow.item_id)
            .join(IncidentRow, IncidentRow.id == IncidentPartRow.incident_id)
            .where(IncidentRow.state == IncidentState.OPEN.value, IncidentPartRow.removed_at.is_(None))
        )
        with self._database.read() as session:
            pairs = session.execute(held).all()
        yield from self.items_in([ClaimId(c) for c, _ in pairs if c], [ItemId(i) for _, i in pairs if i])

    def items_in(self, claims: Sequence[ClaimId], items: Sequence[ItemId]) -> Iterator[ItemId]:
        """Yield these items and those of these claims, wherever they were merged into: each once, by
        id, a page at a time."""
        edits = Edits(self._database)
        standing = sorted({edits.standing(claim) for claim in claims})
        which = or_(ItemRow.claim_id.in_(standing), ItemRow.id.in_(sorted(set(items))))
        after = UUID(int=0)
        while True:
            query = select(ItemRow.id).where(which, ItemRow.id > after).order_by(ItemRow.id).limit(_PAGE)
            with self._database.read() as session:
                keys = session.scalars(query).all()
            if not keys:
                return
            yield from (ItemId(key) for key in keys)
            after = keys[-1]


def _numbered(session: Session, number: str) -> tuple[IncidentRow, str]:
    year, sequence = read_number(number) or (0, 0)
    found = session.execute(
        select(IncidentRow, UserRow.name)
        .join(UserRow, UserRow.id == IncidentRow.user_id)
        .where(IncidentRow.year == year, IncidentRow.sequence == sequence)
    ).one_or_none()
    if found is None:
        raise NotFound("case", number)
    return found[0], found[1]


def _says(said: str) -> ColumnElement[bool]:
    """Return the condition that a case has this number, or all of these words in its title."""
    number = read_number(said)
    if number is not None:
        return (IncidentRow.year == number[0]) & (IncidentRow.sequence == number[1])
    return and_(*(_has_word(word) for word in said.split()[:10]))


def _has_word(word: str) -> ColumnElement[bool]:
    """Return the condition on a title; as it was typed too, for SQLite lowers no letter beyond ASCII."""
    lowered = func.lower(IncidentRow.title).contains(word.lower(), autoescape=True)
    return or_(lowered, IncidentRow.title.contains(word, autoescape=True))
