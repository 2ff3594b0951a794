"""Submissions as the record's rows: read, read in the version that was sent, locked.

Leaves who may to `submissions`.
"""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.domain import Role
from kentongan.errors import NotFound
from kentongan.ids import new_id
from kentongan.rounds.values import Part, RoundId, State, Step, Submission, sheet_of
from kentongan.store.database import Database
from kentongan.store.schema import UserRow
from kentongan.store.schema_rounds import SubmissionRow, SubmissionVersionRow


def take_submission(session: Session, database: Database, key: RoundId, place: str) -> SubmissionRow:
    """Return a place's row, locked; made where there is none."""
    values = {
        "id": new_id(), "round_id": key, "place": place, "state": State.NONE.value, "version": 0,
        "sheet": None, "sent_version": None, "first_sent_at": None, "sent_at": None, "taken_at": None,
        "note": "",
    }  # fmt: skip
    session.execute(database.insert_new(SubmissionRow).values(**values))
    query = select(SubmissionRow).where(SubmissionRow.round_id == key, SubmissionRow.place == place)
    return session.scalars(query.with_for_update()).one()


def all_submissions(session: Session, key: RoundId) -> dict[str, Submission]:
    """Return what the places of a round have, by place."""
    rows = session.scalars(select(SubmissionRow).where(SubmissionRow.round_id == key))
    return {row.place: submission_of(row) for row in rows}


def read_submission(session: Session, key: RoundId, place: str) -> Submission:
    """Return a place's submission as it stands."""
    own = SubmissionRow.round_id == key, SubmissionRow.place == place
    row = session.scalar(select(SubmissionRow).where(*own))
    return submission_of(row) if row else none_yet(key, place)


def read_sent(session: Session, key: RoundId, place: str) -> Submission:
    """Return it in the version that was sent; raises NotFound where nothing was."""
    held = read_submission(session, key, place)
    if held.sent_version is None:
        raise NotFound("submission", f"{key}/{place}")
    return replace(read_version(session, key, Part(place, held.sent_version)), version=held.version)


def read_version(session: Session, key: RoundId, part: Part) -> Submission:
    """Return a submission in one of its versions."""
    query = (
        select(SubmissionRow, SubmissionVersionRow.sheet, SubmissionVersionRow.at)
        .join(SubmissionVersionRow, SubmissionVersionRow.submission_id == SubmissionRow.id)
        .where(
            SubmissionRow.round_id == key, SubmissionRow.place == part.place,
            SubmissionVersionRow.version == part.version,
        )
    )  # fmt: skip
    row, sheet, at = session.execute(query).one()
    return replace(
        submission_of(row), sheet=sheet_of(sheet) if sheet else None, sent_version=part.version, sent_at=at
    )


def taken_by_city(session: Session, key: RoundId) -> frozenset[str]:
    """Return the places that somebody of the city took in, whether they were sent back since or not.

    A camat is a field reporter; who took in for the city may have another role by now, or have left.
    """
    query = (
        select(SubmissionRow.place)
        .join(SubmissionVersionRow, SubmissionVersionRow.submission_id == SubmissionRow.id)
        .join(UserRow, UserRow.id == SubmissionVersionRow.user_id)
        .where(
            SubmissionRow.round_id == key,
            SubmissionVersionRow.step == Step.TAKEN.value,
            UserRow.role != Role.FIELD_REPORTER.value,
        )
    )
    return frozenset(session.scalars(query))


def none_yet(key: RoundId, place: str) -> Submission:
    """Return the submission of a place that has none."""
    return Submission(key, place, State.NONE, 0)


def submission_of(row: SubmissionRow) -> Submission:
    """Return the submission of a row."""
    return Submission(
        RoundId(row.round_id), row.place, State(row.state), row.version,
        sheet_of(row.sheet) if row.sheet else None, row.sent_version, row.first_sent_at, row.sent_at,
        row.taken_at, row.note,
    )  # fmt: skip
