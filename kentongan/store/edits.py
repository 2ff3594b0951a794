"""What belongs together, said by people: claims merged and split, never without a trace.

The machine leaves pinned items where a person put them, and asks `edited.apart` before it
joins claims.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.orm import Session

from kentongan.domain import ClaimEdit, ClaimId, EditKind, ItemId, UserId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.ids import new_id
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.edited import edit_of, edits_of, merged_here
from kentongan.store.leases import end_lease, require_free
from kentongan.store.proposals import last_verdict
from kentongan.store.proposed import proposals_of
from kentongan.store.schema import ClaimEditRow, ClaimRow, ItemRow, UserRow, keepable
from kentongan.store.summary import new_claim, refresh_and_tell, sightings_of
from kentongan.triage import needs_two
from kentongan.verdicts import verdict_of

MAX_NOTE_CHARACTERS = 4000
_GROUPING_LOCK = 7_203_418
_MAX_HOPS = 100


class Edits:
    def __init__(self, database: Database) -> None:
        self._database = database

    def merge(
        self,
        keep: ClaimId,
        other: ClaimId,
        user_id: UserId,
        *,
        keep_version: int,
        other_version: int,
        note: str = "",
    ) -> ClaimEdit:
        """Put all items of `other` into `keep`, for good. `keep` keeps its state and history.

        Press beside public posts is allowed: triage keeps the two apart (R9).
        Raises NotFound, Conflict when either changed since the versions seen or was merged into
        another, Held when somebody else works on one of them, BadInput for one and the same, or for a
        note too long.
        """
        _check_note(note)
        if keep == other:
            raise BadInput("claim: cannot be merged with itself")
        with self._database.write() as session:
            hold_grouping(session, self._database)
            user = _active_user(session, user_id)
            items = _lock_items(session, keep, other)
            claims = _take_claims(session, {keep: keep_version, other: other_version}, user)
            _check_two_people(session, claims[keep], claims[other])
            moved = [key for key, claim_id in items if claim_id == other]
            both = ItemRow.claim_id.in_((keep, other))
            _move(session, both, keep)
            claims[other].merged_into, claims[other].narrative_id = keep, None
            claims[keep].parted |= claims[other].parted
            claims[keep].special |= claims[other].special
            claims[keep].answered_at = claims[keep].answered_at or claims[other].answered_at
            edit = self._keep(session, EditKind.MERGE, keep, other, moved, user, note)
            session.flush()
            refresh_and_tell(session, other)
            refresh_and_tell(session, keep, *moved)
            return edit

    def split(
        self, claim: ClaimId, items: Collection[ItemId], user_id: UserId, *, version: int, note: str = ""
    ) -> ClaimEdit:
        """Put some items of a claim into a new one, for good; the machine keeps the two apart.

        The new claim is undecided, whatever was decided on the old one: nobody looked at it alone.
        Raises NotFound, Conflict when the claim changed since `version` or waits for another person,
        Held when somebody else works on it now, BadInput for items that are not the claim's, for none or
        all of them, or for a note too long.
        """
        _check_note(note)
        with self._database.write() as session:
            hold_grouping(session, self._database)
            user = _active_user(session, user_id)
            own = [key for key, _ in _lock_items(session, claim)]
            row = _take_claims(session, {claim: version}, user)[claim]
            if row.waits:  # a vote or a proposal on all of it must not settle what is left
                raise Conflict(f"claim {claim} waits for another person: settle it first")
            chosen = sorted(set(items))
            if not set(chosen) <= set(own):
                raise BadInput("items: not all of them are of this claim")
            if not chosen or len(chosen) == len(own):
                raise BadInput("items: choose some of the claim's items, not none and not all")
            other = new_claim(session, session.get_one(ItemRow, chosen[0]))
            row.parted = session.get_one(ClaimRow, other).parted = True
            session.get_one(ClaimRow, other).special = row.special
            _move(session, ItemRow.claim_id == claim, claim)
            _move(session, ItemRow.id.in_(chosen), other)
            edit = self._keep(session, EditKind.SPLIT, claim, other, chosen, user, note)
            session.flush()
            refresh_and_tell(session, other, *chosen)
            refresh_and_tell(session, claim)
            return edit

    def of_claim(self, claim: ClaimId) -> list[ClaimEdit]:
        """Return what people did to the bounds of a claim, newest first."""
        with self._database.read() as session:
            return edits_of(session, [claim])

    def standing(self, claim: ClaimId) -> ClaimId:
        """Return the claim that holds the items of `claim` now: itself, or what it was merged into.

        Raises NotFound. Nothing can be merged in a ring: only a claim that still stands is kept.
        """
        with self._database.read() as session:
            for _ in range(_MAX_HOPS):
                row = session.get(ClaimRow, claim)
                if row is None:
                    raise NotFound("claim", claim)
                if row.merged_into is None:
                    break
                claim = ClaimId(row.merged_into)
        return claim

    def _keep(
        self,
        session: Session,
        kind: EditKind,
        claim: ClaimId,
        other: ClaimId,
        moved: Sequence[UUID],
        user: UserRow,
        note: str,
    ) -> ClaimEdit:
        row = ClaimEditRow(
            id=new_id(),
            kind=kind.value,
            claim_id=claim,
            other_id=other,
            item_ids=[str(key) for key in moved],
            user_id=user.id,
            note=keepable(note),
            edited_at=now(),
        )
        session.add(row)
        action = f"{kind.value} claim"
        append(session, self._database, user.name, action, str(claim), other=str(other), items=len(moved))
        return edit_of(row, user.name)


def hold_grouping(session: Session, database: Database) -> None:
    """Wait until nobody else moves items between claims, and keep it so until the end of the
    transaction. On SQLite a write transaction is alone already."""
    if not database.is_sqlite:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _GROUPING_LOCK})


def _check_note(note: str) -> None:
    if len(note) > MAX_NOTE_CHARACTERS:
        raise BadInput(f"note: longer than {MAX_NOTE_CHARACTERS} characters")


def _active_user(session: Session, key: UserId) -> UserRow:
    user = session.get(UserRow, key)
    if user is None or not user.active:
        raise NotFound("active user", key)
    return user


def _lock_items(session: Session, *claim_ids: ClaimId) -> Sequence[tuple[UUID, UUID | None]]:
    """Items before claims, each by id: the order in which the conveyor locks them."""
    found = session.execute(
        select(ItemRow.id, ItemRow.claim_id)
        .where(ItemRow.claim_id.in_(claim_ids))
        .order_by(ItemRow.id)
        .with_for_update()
    )
    return [(key, claim_id) for key, claim_id in found]


def _take_claims(session: Session, seen: Mapping[ClaimId, int], user: UserRow) -> dict[ClaimId, ClaimRow]:
    """Return the claims, locked and with their next version; `seen` are the versions asked for.

    Raises Held where somebody else works on one of them; the leases of all end.
    """
    rows = session.scalars(
        select(ClaimRow).where(ClaimRow.id.in_(list(seen))).order_by(ClaimRow.id).with_for_update()
    )
    found = {ClaimId(row.id): row for row in rows}
    for key, version in seen.items():
        if key not in found:
            raise NotFound("claim", key)
        if found[key].version != version:
            raise Conflict(f"claim {key} changed meanwhile: version {found[key].version}, seen {version}")
        if found[key].merged_into is not None:
            raise Conflict(f"claim {key} was merged into another meanwhile")
        require_free(session, key, UserId(user.id))
        end_lease(session, key)
    for row in found.values():
        row.version += 1
    return found


def _check_two_people(session: Session, keep: ClaimRow, other: ClaimRow) -> None:
    """Raise Conflict where a merge would settle alone, or lift, what takes two people: by the state of the
    claim that stays, by votes on it that were not of the other, or by a verdict that one person set."""
    if other.waits:
        raise Conflict(f"claim {other.id} waits for another person: settle it first, or let it stay")
    takes_two = {
        row.id: needs_two(sightings_of(session, row.id), special=row.special) for row in (keep, other)
    }
    if takes_two[other.id] and (keep.waits or keep.state != other.state):
        raise Conflict(f"claim {other.id} takes two people to settle: let it stay")
    for one, into in ((keep, other), (other, keep)):
        if takes_two[into.id] and _is_judged_alone(session, one):
            raise Conflict(f"claim {one.id} has a verdict of one person, claim {into.id} takes two")


def _is_judged_alone(session: Session, claim: ClaimRow) -> bool:
    """Tell whether the verdict that stands on a claim was set by one person."""
    last = last_verdict(proposals_of(session, merged_here(session, claim.id)))
    return last is not None and not last.needs_second and verdict_of(last.content).found is not None


def _move(session: Session, which: ColumnElement[bool], claim: ClaimId) -> None:
    values = {"claim_id": claim, "pinned": True}
    session.execute(update(ItemRow).where(which).values(values).execution_options(synchronize_session=False))
