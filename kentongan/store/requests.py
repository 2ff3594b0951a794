"""Verification requests: what is asked of the field about a claim, and what it answers.

Owns: who sees which (a reporter those of their own area, and of the answers only their own), that answers
are only added to, and that an answer brings its claim back to the team. Leaves field reports, which are
items, to `field_reports`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, UserId
from kentongan.errors import Conflict, NotFound
from kentongan.field import (
    LONGEST_WAIT,
    MAX_ANSWERS_A_DAY,
    MAX_OPEN_REQUESTS,
    MAX_QUESTION_CHARACTERS,
    MAX_REASON_CHARACTERS,
    MAX_STATEMENT_CHARACTERS,
    SHORTEST_WAIT,
    Answer,
    Fault,
    Finding,
    NotTaken,
    Picture,
    Request,
    RequestId,
    check_answer,
    check_seen,
    in_area,
    is_kecamatan,
    is_place,
    line_of,
    masked,
)
from kentongan.ids import new_id
from kentongan.store.areas import own_places, take_user
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.edited import merged_here
from kentongan.store.schema import ClaimRow, UserRow
from kentongan.store.schema_field import FieldAnswerRow, FieldRequestRow
from kentongan.store.schema_queue import ClaimPlaceRow

SETTLED_SHOWN = timedelta(days=14)  # to a reporter, of what was answered or ran out
MOST_SHOWN = 100


def _nothing() -> None:
    """What is kept beside an answer without a picture."""


class Requests:
    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(
        self,
        claim_id: ClaimId,
        user_id: UserId,
        *,
        place: str,
        statement: str,
        question: str,
        due_at: datetime,
    ) -> Request:
        """Ask the field of a place about a claim; personal data in both texts is masked before it is kept.

        Raises NotFound, Conflict for a claim that was merged into another, NotTaken naming the field that
        cannot be used: also for a place that is being asked about this claim already.
        """
        statement = line_of("statement", statement, MAX_STATEMENT_CHARACTERS)
        question = line_of("question", question, MAX_QUESTION_CHARACTERS)
        if not is_place(place):
            raise NotTaken(Fault.NO_PLACE, "place")
        at = now()
        if not at + SHORTEST_WAIT <= due_at <= at + LONGEST_WAIT:
            raise NotTaken(Fault.BAD_DEADLINE, "deadline")
        with self._database.write() as session:
            user = take_user(session, user_id)
            claim = session.scalar(select(ClaimRow).where(ClaimRow.id == claim_id).with_for_update())
            if claim is None:
                raise NotFound("claim", claim_id)
            if claim.merged_into is not None:
                raise Conflict(f"claim {claim_id} was merged into another meanwhile")
            waiting = session.scalars(
                select(FieldRequestRow.place).where(
                    FieldRequestRow.claim_id.in_(merged_here(session, claim_id)), _waiting(at)
                )
            ).all()
            if place in waiting:
                raise NotTaken(Fault.ASKED_ALREADY, "place")
            if len(waiting) >= MAX_OPEN_REQUESTS:
                raise NotTaken(Fault.MANY_REQUESTS, "place")
            row = FieldRequestRow(
                id=new_id(),
                claim_id=claim_id,
                place=place,
                statement=statement,
                question=question,
                user_id=user.id,
                asked_at=at,
                due_at=due_at,
                withdrawn_why="",
            )
            session.add(row)
            append(
                session, self._database, user.name, "ask field", str(claim_id),
                request=str(row.id), place=place,
            )  # fmt: skip
            return _request_of(row, user.name)

    def withdraw(self, key: RequestId, user_id: UserId, why: str = "") -> Request:
        """Take a request back: the field sees it no more. Raises NotFound, Conflict once it was answered
        or taken back, NotTaken for a reason too long."""
        why = masked(why)
        if len(why) > MAX_REASON_CHARACTERS:
            raise NotTaken(Fault.TOO_LONG, "reason")
        with self._database.write() as session:
            user, row = take_user(session, user_id), _take(session, key)
            if row.answered_at is not None:
                raise Conflict(f"request {key} was answered meanwhile")
            row.withdrawn_at, row.withdrawn_why = now(), why
            append(session, self._database, user.name, "withdraw field request", str(row.claim_id),
                   request=str(key))  # fmt: skip
            return _request_of(row, session.get_one(UserRow, row.user_id).name)

    def of_claim(self, claim_id: ClaimId) -> list[Request]:
        """Return what was asked about a claim and all merged into it, newest first, with all answers."""
        with self._database.read() as session:
            return requests_of(session, merged_here(session, claim_id), MOST_SHOWN)

    def named_places(self, claim_id: ClaimId, limit: int) -> list[str]:
        """Return the codes of the places that a claim's items speak of or were seen in, the most first."""
        query = (
            select(ClaimPlaceRow.place)
            .where(ClaimPlaceRow.claim_id == claim_id)
            .order_by(ClaimPlaceRow.items.desc(), ClaimPlaceRow.place)
            .limit(limit)
        )
        with self._database.read() as session:
            return list(session.scalars(query))

    def for_reporter(self, user_id: UserId, at: datetime) -> list[Request]:
        """Return the requests of a reporter's own area: open ones first, the most urgent at the top, then
        what was settled of late. Without who asked; of the answers only their own."""
        with self._database.read() as session:
            own = own_places(session, user_id)
            if not own:
                return []
            here = select(FieldRequestRow).where(_in_area(own))
            waiting = session.scalars(
                here.where(_waiting(at))
                .order_by(FieldRequestRow.due_at, FieldRequestRow.id)
                .limit(MOST_SHOWN)
            ).all()
            settled = session.scalars(
                here.where(
                    ~_waiting(at),
                    FieldRequestRow.withdrawn_at.is_(None),
                    FieldRequestRow.due_at > at - SETTLED_SHOWN,
                )
                .order_by(FieldRequestRow.due_at.desc(), FieldRequestRow.id)
                .limit(MOST_SHOWN)
            ).all()
            rows = [*waiting, *settled]
            answers = _answers(session, [row.id for row in rows], by=user_id)
        return [_request_of(row, "", answers.get(row.id, ())) for row in rows]

    def one_for_reporter(self, key: RequestId, user_id: UserId) -> Request:
        """Return a request of a reporter's own area, as `for_reporter` does; raises NotFound for any other,
        and for one that was taken back."""
        with self._database.read() as session:
            row = session.get(FieldRequestRow, key)
            if row is None or row.withdrawn_at or not in_area(row.place, own_places(session, user_id)):
                raise NotFound("request", key)
            return _request_of(row, "", _answers(session, [key], by=user_id).get(key, ()))

    def answer(
        self,
        key: RequestId,
        user_id: UserId,
        finding: Finding,
        text: str,
        *,
        seen_at: datetime | None = None,
        picture: Picture | None = None,
        keep: Callable[[], None] = _nothing,
    ) -> Answer:
        """Keep an answer, masked, and bring the claim back to the team; `keep` stores the picture's bytes
        once everything else is in order. The same again changes nothing; anything else corrects it.

        Raises NotFound for a request outside the reporter's area, Conflict for one taken back, NotTaken.
        """
        at = now()
        text = check_answer(finding, text, has_picture=picture is not None)
        seen_at = None if seen_at is None else check_seen(seen_at, at)
        with self._database.write() as session:
            user, own = take_user(session, user_id), own_places(session, user_id)
            row = _take(session, key, own)
            given = session.scalars(
                select(FieldAnswerRow)
                .where(FieldAnswerRow.request_id == key, FieldAnswerRow.user_id == user_id)
                .order_by(FieldAnswerRow.id.desc())
            ).all()
            if given and _says(given[0]) == (finding.value, text, seen_at, picture.sha256 if picture else ""):
                return _answer_of(given[0], corrected=False)
            if sum(one.answered_at > at - timedelta(days=1) for one in given) >= MAX_ANSWERS_A_DAY:
                raise NotTaken(Fault.TOO_MANY, "text")
            keep()
            answer = FieldAnswerRow(
                id=new_id(),
                request_id=key,
                user_id=user_id,
                finding=finding.value,
                text=text,
                seen_at=seen_at,
                answered_at=at,
                picture_sha256=picture.sha256 if picture else "",
                picture_size=picture.size if picture else 0,
                picture_text=picture.text if picture else "",
            )
            session.add(answer)
            row.answered_at = row.answered_at or at
            _bring_back(session, row.claim_id, at)
            append(
                session, self._database, user.name, "answer field request", str(key), finding=finding.value
            )
            return _answer_of(answer, corrected=False)


def requests_of(session: Session, claim_ids: Sequence[UUID], limit: int) -> list[Request]:
    """Return what was asked about any of these claims, newest first, with all answers."""
    rows = session.execute(
        select(FieldRequestRow, UserRow.name)
        .join(UserRow, UserRow.id == FieldRequestRow.user_id)
        .where(FieldRequestRow.claim_id.in_(claim_ids))
        .order_by(FieldRequestRow.asked_at.desc(), FieldRequestRow.id.desc())
        .limit(limit)
    ).all()
    answers = _answers(session, [row.id for row, _ in rows])
    return [_request_of(row, name, answers.get(row.id, ())) for row, name in rows]


def _waiting(at: datetime) -> ColumnElement[bool]:
    return (
        FieldRequestRow.answered_at.is_(None)
        & FieldRequestRow.withdrawn_at.is_(None)
        & (FieldRequestRow.due_at > at)
    )


def _in_area(own: Collection[str]) -> ColumnElement[bool]:
    """The condition of `in_area`, for the database."""
    whole = (FieldRequestRow.place.startswith(f"{code}.") for code in own if is_kecamatan(code))
    return or_(FieldRequestRow.place.in_(own), *whole)


def _take(session: Session, key: RequestId, own: Collection[str] | None = None) -> FieldRequestRow:
    """Return a request, locked, that stands and, where `own` is given, lies in that area."""
    row = session.scalar(select(FieldRequestRow).where(FieldRequestRow.id == key).with_for_update())
    if row is None or (own is not None and not in_area(row.place, own)):
        raise NotFound("request", key)
    if row.withdrawn_at is not None:
        raise Conflict(f"request {key} was taken back")
    return row


def _bring_back(session: Session, claim_id: UUID, at: datetime) -> None:
    """Mark the claim that stands as answered: its lane shows it first until somebody decides."""
    claim = session.get_one(ClaimRow, claim_id)
    while claim.merged_into is not None:
        claim = session.get_one(ClaimRow, claim.merged_into)
    session.execute(update(ClaimRow).where(ClaimRow.id == claim.id).values(answered_at=at))


def _answers(
    session: Session, keys: Iterable[UUID], by: UserId | None = None
) -> Mapping[UUID, Sequence[Answer]]:
    """Return the answers of these requests, oldest first; only those `by` one reporter where given."""
    query = (
        select(FieldAnswerRow).where(FieldAnswerRow.request_id.in_(list(keys))).order_by(FieldAnswerRow.id)
    )
    if by is not None:
        query = query.where(FieldAnswerRow.user_id == by)
    found: dict[UUID, list[FieldAnswerRow]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.request_id].append(row)
    return {
        key: [
            _answer_of(row, corrected=any(later.user_id == row.user_id for later in rows[place + 1 :]))
            for place, row in enumerate(rows)
        ]
        for key, rows in found.items()
    }


def _says(row: FieldAnswerRow) -> tuple[str, str, datetime | None, str]:
    return row.finding, row.text, row.seen_at, row.picture_sha256


def picture_of(sha256: str, size: int, text: str) -> Picture | None:
    return Picture(sha256, size, text) if sha256 else None


def _answer_of(row: FieldAnswerRow, *, corrected: bool) -> Answer:
    return Answer(
        id=row.id,
        finding=Finding(row.finding),
        text=row.text,
        seen_at=row.seen_at,
        answered_at=row.answered_at,
        picture=picture_of(row.picture_sha256, row.picture_size, row.picture_text),
        corrected=corrected,
    )


def _request_of(row: FieldRequestRow, asked_by: str, answers: Sequence[Answer] = ()) -> Request:
    return Request(
        id=RequestId(row.id),
        claim_id=ClaimId(row.claim_id),
        place=row.place,
        statement=row.statement,
        question=row.question,
        asked_by=asked_by,
        asked_at=row.asked_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_why=row.withdrawn_why,
        answers=tuple(answers),
    )
