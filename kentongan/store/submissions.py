"""What a place hands in for a round: saved, sent, sent back, taken in; each step kept with its content.

Owns: who may see and do what. A form is open to the field reporters whose own place it is, at the moment of
each request; what was sent, to those of its kecamatan; the kecamatan's, to the city. Nobody above reads a
draft. Leaves the rules of the steps to `kentongan.rounds.rules`, field work that is cited to `round_cites`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.domain import Role, UserId
from kentongan.errors import Conflict, NotFound
from kentongan.field import Fault, NotTaken
from kentongan.ids import new_id
from kentongan.rounds.rules import MAX_VERSIONS, check_sheet, must_be_complete, next_state, note_of
from kentongan.rounds.values import (
    Cited,
    Part,
    Round,
    RoundId,
    Sheet,
    State,
    Step,
    Submission,
    Tier,
    Version,
    kecamatan_of,
    sheet_json,
    sheet_of,
    tier_of,
)
from kentongan.store.areas import own_places, take_user
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.round_cites import cited_in, offered_to
from kentongan.store.rounds import manned_places, open_rounds, read_round
from kentongan.store.schema import UserRow
from kentongan.store.schema_rounds import SubmissionRow, SubmissionVersionRow
from kentongan.store.submission_rows import (
    all_submissions,
    none_yet,
    read_sent,
    read_submission,
    read_version,
    submission_of,
    take_submission,
    taken_by_city,
)

OFFICE = frozenset({Role.ADMINISTRATOR, Role.ANALYST, Role.SECOND_READER, Role.HEAD})
"""Roles that take in for the city."""


class Submissions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def owed(self, user_id: UserId, at: datetime) -> list[tuple[Round, Submission]]:
        """Return what a field reporter's own places have to hand in for the open rounds, due first first."""
        with self._database.read() as session:
            own = own_places(session, user_id)
            return [
                (one, read_submission(session, one.id, place))
                for one in open_rounds(session, at)
                for place in sorted(own)
                if one.covers(place)
            ]

    def own(self, key: RoundId, place: str, user_id: UserId) -> Submission:
        """Return a submission as those of its place see it; raises NotFound for any other's."""
        with self._database.read() as session:
            _must_own(session, key, place, user_id)
            return read_submission(session, key, place)

    def offered(self, key: RoundId, place: str, user_id: UserId, zone: ZoneInfo) -> list[Cited]:
        """Return the field work that may be cited: what is cited already, then one's own of the time."""
        with self._database.read() as session:
            one = _must_own(session, key, place, user_id)
            return _citable(session, one, place, user_id, zone, read_submission(session, key, place).sheet)

    def save(
        self,
        key: RoundId,
        place: str,
        user_id: UserId,
        sheet: Sheet,
        *,
        version: int,
        send: bool,
        zone: ZoneInfo,
        at: datetime | None = None,
    ) -> Submission:
        """Keep a sheet as a draft, or send it to the tier above. The same again changes nothing.

        A kecamatan's that is sent names what it took in and which of its kelurahan had not reported. Raises
        NotFound outside one's own place, Conflict where somebody changed it since `version`, it is taken in,
        or the round is over, NotTaken naming the field; Fault.WAITING while something sent was not read.
        """
        at, compiled = at or now(), tier_of(place) is Tier.KECAMATAN
        sheet, step = check_sheet(sheet, compiled=compiled), Step.SENT if send else Step.SAVED
        with self._database.write() as session:
            user, one = take_user(session, user_id), _must_own(session, key, place, user_id)
            row = take_submission(session, self._database, key, place)
            held = submission_of(row)
            allowed = {c.cite for c in _citable(session, one, place, user_id, zone, held.sheet)}
            sheet = replace(sheet, cites=tuple(cite for cite in sheet.cites if cite in allowed))
            if send:
                must_be_complete(sheet)
                if compiled:
                    sheet = _compiled(session, one, place, sheet)
            if held.sheet == sheet and held.state is (State.SENT if send else State.DRAFT):
                return held
            _must_be_as_seen(one, held, version, at)
            row.state = next_state(held.state, step).value
            row.sheet = sheet_json(sheet)
            if send:
                row.sent_version, row.sent_at, row.note = row.version + 1, at, ""
                row.first_sent_at = row.first_sent_at or at
            return self._keep(session, row, user, step, at)

    def below(self, key: RoundId, kecamatan: str, user_id: UserId) -> list[Submission]:
        """Return how a kecamatan's kelurahan stand, without what they say; raises NotFound for another's."""
        with self._database.read() as session:
            one = _must_own(session, key, kecamatan, user_id)
            found = all_submissions(session, key)
            return [
                replace(found.get(place) or none_yet(key, place), sheet=None)
                for place in one.places
                if kecamatan_of(place) == kecamatan
            ]

    def sent(self, key: RoundId, place: str, user_id: UserId) -> Submission:
        """Return a submission in the version that was sent, for the tier above it.

        Raises NotFound for who is not of that tier, and while nothing was sent.
        """
        with self._database.read() as session:
            _must_be_above(session, read_round(session, key), place, user_id, settling=False)
            return read_sent(session, key, place)

    def may_settle(self, key: RoundId, place: str, user_id: UserId) -> bool:
        """Tell whether a user is of the tier that takes this place's submission in."""
        with self._database.read() as session:
            try:
                _must_be_above(session, read_round(session, key), place, user_id, settling=True)
            except NotFound:
                return False
            return True

    def to_read(self, key: RoundId, place: str) -> bool:
        """Tell whether the tier above has still to take a submission in."""
        with self._database.read() as session:
            held = read_submission(session, key, place)
            return held.state is State.SENT or (
                held.state is State.TAKEN and _is_left(session, read_round(session, key), place)
            )

    def settle(
        self, key: RoundId, place: str, user_id: UserId, step: Step, *, version: int, note: str = "",
        at: datetime | None = None,
    ) -> Submission:  # fmt: skip
        """Take a submission in, or send it back with a note, as the tier above it.

        Raises NotFound for who is not of that tier, Conflict where it changed since `version`, the round is
        over, or the kecamatan has sent what it made of it; NotTaken where it is sent back without a note.
        """
        at = at or now()
        note = note_of(note) if step is Step.RETURNED else ""
        with self._database.write() as session:
            user, one = take_user(session, user_id), read_round(session, key)
            _must_be_above(session, one, place, user_id, settling=True)
            row = take_submission(session, self._database, key, place)
            _must_be_as_seen(one, submission_of(row), version, at)
            before = State(row.state)
            if tier_of(place) is Tier.KELURAHAN:
                above = read_submission(session, key, kecamatan_of(place)).state
                if before is State.TAKEN and above in (State.SENT, State.TAKEN):
                    raise Conflict(f"the report of {kecamatan_of(place)} holds it and was sent")
                by_camat = user.role == Role.FIELD_REPORTER.value
                if step is Step.TAKEN and above is State.TAKEN and by_camat:
                    raise Conflict(f"the report of {kecamatan_of(place)} is taken in, and does not hold it")
            if step is Step.TAKEN and before is State.TAKEN and _is_left(session, one, place):
                before = State.SENT  # for the city, which reads it in the place of who left
            row.state, row.note = next_state(before, step).value, note
            row.taken_at = at if step is Step.TAKEN else None
            return self._keep(session, row, user, step, at, note)

    def of_round(self, key: RoundId) -> Mapping[str, Submission]:
        """Return how every place of a round stands, without what they say; places without one left out."""
        with self._database.read() as session:
            return {place: replace(one, sheet=None) for place, one in all_submissions(session, key).items()}

    def taken(self, key: RoundId) -> list[Submission]:
        """Return what the city took in, in the versions sent: of kecamatan, each followed by the kelurahan
        that it holds; and of kelurahan that the city took in itself."""
        with self._database.read() as session:
            one, found = read_round(session, key), all_submissions(session, key)
            by_city, held = taken_by_city(session, key), []
            for kecamatan in one.kecamatan:
                above = found.get(kecamatan)
                if above is not None and above.state is State.TAKEN:
                    whole = read_sent(session, key, kecamatan)
                    parts = whole.sheet.parts if whole.sheet else ()
                    held += [whole, *(read_version(session, key, part) for part in parts)]
                    by_city -= {part.place for part in parts}
                own = [p for p in one.places if kecamatan_of(p) == kecamatan and p in by_city]
                held += [read_sent(session, key, p) for p in own if found[p].state is State.TAKEN]
            return held

    def cited(self, sheet: Sheet | None) -> list[Cited]:
        """Return the field work that a sheet cites, as far as it is still there."""
        with self._database.read() as session:
            return cited_in(session, sheet.cites) if sheet else []

    def history(self, key: RoundId, place: str) -> list[Version]:
        """Return every step of a submission, the first first; by place, without who took it."""
        query = (
            select(SubmissionVersionRow)
            .join(SubmissionRow, SubmissionRow.id == SubmissionVersionRow.submission_id)
            .where(SubmissionRow.round_id == key, SubmissionRow.place == place)
            .order_by(SubmissionVersionRow.version)
        )
        with self._database.read() as session:
            return [
                Version(v.version, Step(v.step), v.at, v.note, sheet_of(v.sheet) if v.sheet else None)
                for v in session.scalars(query)
            ]

    def _keep(
        self, session: Session, row: SubmissionRow, user: UserRow, step: Step, at: datetime, note: str = ""
    ) -> Submission:
        row.version += 1
        if row.version > MAX_VERSIONS:
            raise NotTaken(Fault.MANY_VERSIONS, "")
        session.flush()
        session.add(
            SubmissionVersionRow(
                id=new_id(),
                submission_id=row.id,
                version=row.version,
                step=step.value,
                user_id=user.id,
                at=at,
                note=note,
                sheet=row.sheet,
            )
        )
        session.flush()
        append(
            session, self._database, user.name, f"sheet {step.value}", str(row.round_id), place=row.place,
            version=row.version,
        )  # fmt: skip
        return submission_of(row)


def _is_left(session: Session, one: Round, place: str) -> bool:
    """Tell whether a camat took a kelurahan's in and has left without sending it on, and nobody follows."""
    kecamatan = kecamatan_of(place)
    return (
        tier_of(place) is Tier.KELURAHAN
        and kecamatan not in manned_places(session)
        and read_submission(session, one.id, kecamatan).state not in (State.SENT, State.TAKEN)
        and place not in taken_by_city(session, one.id)
    )


def _compiled(session: Session, one: Round, kecamatan: str, sheet: Sheet) -> Sheet:
    """Return a kecamatan's sheet with what it took in and which of its kelurahan are missing."""
    found = all_submissions(session, one.id)
    below = [place for place in one.places if kecamatan_of(place) == kecamatan]
    states = {place: found[place].state if place in found else State.NONE for place in below}
    if State.SENT in states.values():
        raise NotTaken(Fault.WAITING, "parts")
    taken = [place for place in below if states[place] is State.TAKEN]
    parts = tuple(Part(place, found[place].sent_version or 0) for place in taken)
    return replace(sheet, parts=parts, missing=tuple(place for place in below if place not in taken))


def _citable(
    session: Session, one: Round, place: str, user_id: UserId, zone: ZoneInfo, sheet: Sheet | None
) -> list[Cited]:
    cited = cited_in(session, sheet.cites) if sheet else []
    known = {found.cite for found in cited}
    return [
        *cited,
        *(found for found in offered_to(session, one, place, user_id, zone) if found.cite not in known),
    ]


def _must_own(session: Session, key: RoundId, place: str, user_id: UserId) -> Round:
    one = read_round(session, key)
    if place not in own_places(session, user_id) or not one.covers(place):
        raise NotFound("form", f"{key}/{place}")
    return one


def _must_be_above(session: Session, one: Round, place: str, user_id: UserId, *, settling: bool) -> None:
    """Raise NotFound unless a user is of the tier above a place; a kelurahan's is the city's own where its
    kecamatan has no account, and to be read by it always."""
    user, kelurahan = session.get(UserRow, user_id), tier_of(place) is Tier.KELURAHAN
    allowed = False
    if user is not None and user.active and one.covers(place):
        if user.role == Role.FIELD_REPORTER.value:
            allowed = kelurahan and kecamatan_of(place) in own_places(session, user_id)
        elif settling:
            own = not kelurahan or kecamatan_of(place) not in manned_places(session)
            allowed = own and user.role in {role.value for role in OFFICE}
        else:
            allowed = user.role in {role.value for role in (*OFFICE, Role.REVIEWER)}
    if not allowed:
        raise NotFound("submission", f"{one.id}/{place}")


def _must_be_as_seen(one: Round, held: Submission, version: int, at: datetime) -> None:
    if not one.is_open(at):
        raise Conflict("this round is over")
    if held.version != version:
        raise Conflict(f"{held.place} changed meanwhile: version {held.version}, seen {version}")
