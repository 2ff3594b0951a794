"""Rounds: opened once or by a standing order, and which of their places have somebody to report.

Owns: that no round is opened twice, however many processes and presses there are. Leaves what is handed in
to `submissions`, who is reminded to `round_reminders`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select, text
from sqlalchemy.orm import Session

from kentongan.domain import Role
from kentongan.errors import Conflict, NotFound
from kentongan.field import Fault, NotTaken, is_kecamatan, is_place
from kentongan.ids import new_id
from kentongan.rounds.rules import check_clocks, check_deadlines, check_period, deadlines, next_period
from kentongan.rounds.values import (
    OPEN_AFTER,
    Clocks,
    Deadlines,
    Rhythm,
    Round,
    RoundId,
    Standing,
    StandingId,
)
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import UserRow
from kentongan.store.schema_field import UserPlaceRow
from kentongan.store.schema_rounds import RoundRow, StandingRoundRow

_LOCK = 7_203_431  # of opening, where a write transaction is not alone already
MOST_SHOWN = 60


class Rounds:
    def __init__(self, database: Database) -> None:
        self._database = database

    def open(
        self,
        by: str,
        form_key: UUID,
        since: date,
        until: date,
        due: Deadlines,
        places: Collection[str],
        *,
        at: datetime | None = None,
    ) -> Round:
        """Open a round for a period over these kelurahan. The same form sent twice opens one.

        Raises NotTaken naming the field: also where some of the places have a round of the same days and
        the same first deadline. A second one of a day, for its evening, has another.
        """
        at = at or now()
        covered = _kelurahan(places)
        if not covered:
            raise NotTaken(Fault.NO_KELURAHAN, "place")
        check_period(since, until)
        with self._database.write() as session:
            self._take_turn(session)
            known = session.scalar(select(RoundRow).where(RoundRow.form_key == form_key))
            if known is not None:
                return _round_of(known)
            check_deadlines(due, at)
            if _is_there(session, since, until, covered, RoundRow.due_kelurahan == due.kelurahan):
                raise NotTaken(Fault.SAME_ROUND, "since")
            row = RoundRow(**_values(form_key, None, since, until, due, sorted(covered), at))
            session.add(row)
            session.flush()
            append(
                session, self._database, by, "open round", str(row.id), since=str(since),
                until=str(until), places=len(covered),
            )  # fmt: skip
            return _round_of(row)

    def end(self, key: RoundId, by: str, *, at: datetime | None = None) -> Round:
        """End a round by hand: its forms close and nobody is reminded. Raises NotFound, Conflict."""
        with self._database.write() as session:
            row = take_round(session, key)
            if not _round_of(row).is_open(at := at or now()):
                raise Conflict(f"round {key} is over already")
            row.ended_at = at
            append(session, self._database, by, "end round", str(key))
            return _round_of(row)

    def begin_standing(
        self, by: str, rhythm: Rhythm, weekday: int, clocks: Clocks, places: Collection[str] = ()
    ) -> Standing:
        """Keep the order that rounds open by themselves; no places: all of the region.

        Raises NotTaken: also where some of the places have such an order already.
        """
        check_clocks(clocks)
        covered = _kelurahan(places)
        with self._database.write() as session:
            self._take_turn(session)
            for row in session.scalars(_active().where(StandingRoundRow.rhythm == rhythm.value)):
                if not covered or not row.places or not covered.isdisjoint(row.places):
                    raise NotTaken(Fault.SAME_ROUND, "rhythm")
            row = StandingRoundRow(
                id=new_id(),
                rhythm=rhythm.value,
                weekday=weekday % 7,
                clock_kelurahan=clocks.kelurahan,
                clock_kecamatan=clocks.kecamatan,
                clock_city=clocks.city,
                places=sorted(covered),
                begun_at=now(),
                stopped_at=None,
            )
            session.add(row)
            session.flush()
            append(
                session, self._database, by, "begin standing round", str(row.id),
                rhythm=rhythm.value, places=len(covered),
            )  # fmt: skip
            return _standing_of(row)

    def stop_standing(self, key: StandingId, by: str) -> None:
        """Stop an order: rounds that are open stay so. Raises NotFound, also where it is stopped already."""
        with self._database.write() as session:
            row = session.scalar(_active().where(StandingRoundRow.id == key).with_for_update())
            if row is None:
                raise NotFound("standing round", key)
            row.stopped_at = now()
            append(session, self._database, by, "stop standing round", str(key))

    def standing(self) -> list[Standing]:
        """Return the orders that stand, the oldest first."""
        with self._database.read() as session:
            rows = session.scalars(_active().order_by(StandingRoundRow.begun_at, StandingRoundRow.id))
            return [_standing_of(row) for row in rows]

    def open_due(self, region: Sequence[str], zone: ZoneInfo, at: datetime) -> list[Round]:
        """Open what the standing orders have open at a moment and nobody has opened yet; return what is new.

        `region`: the kelurahan that an order for all covers. Idempotent, and safe from several processes.
        """
        wanted = [(one, period) for one in self.standing() if (period := next_period(one, at, zone))]
        if not wanted:
            return []
        with self._database.read() as session:
            days = select(RoundRow.standing_id, RoundRow.until).where(
                RoundRow.standing_id.in_([standing.id for standing, _ in wanted]),
                RoundRow.until.in_({until for _, (_, until) in wanted}),
            )
            known = {(key, until) for key, until in session.execute(days)}
        opened = []
        for standing, (since, until) in wanted:
            if (
                standing.id,
                until,
            ) not in known:  # a later one proves nothing: a clock may have been wrong
                due, places = deadlines(until, standing.clocks, zone), sorted(standing.places or region)
                opened.append(self._open_standing(standing.id, since, until, due, places, at))
        return [one for one in opened if one is not None]

    def _open_standing(
        self, key: StandingId, since: date, until: date, due: Deadlines, places: Sequence[str], at: datetime
    ) -> Round | None:
        with self._database.write() as session:
            self._take_turn(session)
            stands = session.scalar(_active().where(StandingRoundRow.id == key))
            done = RoundRow.standing_id == key, RoundRow.until == until
            if stands is None or session.scalar(select(RoundRow.id).where(*done)) is not None:
                return None
            same = or_(RoundRow.standing_id.is_not(None), RoundRow.due_kelurahan == due.kelurahan)
            if _is_there(session, since, until, frozenset(places), same):
                return None
            row = RoundRow(**_values(new_id(), key, since, until, due, places, at))
            session.add(row)
            session.flush()
            append(
                session, self._database, "system", "open round", str(row.id), since=str(since),
                until=str(until), places=len(places), standing=str(key),
            )  # fmt: skip
            return _round_of(row)

    def get(self, key: RoundId) -> Round:
        """Return one; raises NotFound."""
        with self._database.read() as session:
            return read_round(session, key)

    def page(self, *, before: RoundId | None = None, limit: int = MOST_SHOWN) -> list[Round]:
        """Return rounds, the newest opened first; those opened before another where one is given."""
        query = select(RoundRow).order_by(RoundRow.opened_at.desc(), RoundRow.id.desc()).limit(limit)
        with self._database.read() as session:
            start = session.get(RoundRow, before) if before else None
            if start is not None:
                older = RoundRow.opened_at == start.opened_at
                query = query.where(
                    or_(RoundRow.opened_at < start.opened_at, older & (RoundRow.id < start.id))
                )
            return [_round_of(row) for row in session.scalars(query)]

    def open_at(self, at: datetime) -> list[Round]:
        """Return the rounds that are open at a moment, the one that is due first first."""
        with self._database.read() as session:
            return open_rounds(session, at)

    def manned(self) -> Mapping[str, int]:
        """Return how many active field reporters answer for each place itself; none where nobody does."""
        with self._database.read() as session:
            return manned_places(session)

    def _take_turn(self, session: Session) -> None:
        """Let whoever opens come one after another, so that the same is not opened twice."""
        if not self._database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def read_round(session: Session, key: RoundId) -> Round:
    """Return a round within the transaction; raises NotFound."""
    row = session.get(RoundRow, key)
    if row is None:
        raise NotFound("round", key)
    return _round_of(row)


def take_round(session: Session, key: RoundId) -> RoundRow:
    row = session.scalar(select(RoundRow).where(RoundRow.id == key).with_for_update())
    if row is None:
        raise NotFound("round", key)
    return row


def open_rounds(session: Session, at: datetime) -> list[Round]:
    """Return the rounds open at a moment within the transaction, the one that is due first first."""
    query = select(RoundRow).where(
        RoundRow.opened_at <= at, RoundRow.due_city > at - OPEN_AFTER, RoundRow.ended_at.is_(None)
    )
    return [_round_of(row) for row in session.scalars(query.order_by(RoundRow.due_kelurahan, RoundRow.id))]


def manned_places(session: Session) -> Mapping[str, int]:
    query = (
        select(UserPlaceRow.place, func.count())
        .join(UserRow, UserRow.id == UserPlaceRow.user_id)
        .where(UserRow.active, UserRow.role == Role.FIELD_REPORTER.value)
        .group_by(UserPlaceRow.place)
    )
    return dict(session.execute(query).all())


def _is_there(
    session: Session, since: date, until: date, places: frozenset[str], same: ColumnElement[bool]
) -> bool:
    """Tell whether some of these places have a `same` round of these days that was not ended by hand."""
    days = RoundRow.since == since, RoundRow.until == until, RoundRow.ended_at.is_(None)
    covered = session.scalars(select(RoundRow.places).where(*days, same))
    return any(not places.isdisjoint(found) for found in covered)


def _active() -> Select[StandingRoundRow]:
    return select(StandingRoundRow).where(StandingRoundRow.stopped_at.is_(None))


def _kelurahan(places: Collection[str]) -> frozenset[str]:
    """Return codes of kelurahan; raises NotTaken for one that is none."""
    if not all(is_place(code) and not is_kecamatan(code) for code in places):
        raise NotTaken(Fault.NO_KELURAHAN, "place")
    return frozenset(places)


def _values(
    form_key: UUID, standing: StandingId | None, since: date, until: date, due: Deadlines,
    places: Sequence[str], at: datetime,
) -> dict[str, object]:  # fmt: skip
    return {
        "id": new_id(), "form_key": form_key, "standing_id": standing, "since": since, "until": until,
        "due_kelurahan": due.kelurahan, "due_kecamatan": due.kecamatan, "due_city": due.city,
        "places": list(places), "opened_at": at, "ended_at": None,
    }  # fmt: skip


def _round_of(row: RoundRow) -> Round:
    return Round(
        RoundId(row.id), row.since, row.until, Deadlines(row.due_kelurahan, row.due_kecamatan, row.due_city),
        tuple(row.places), row.opened_at, StandingId(row.standing_id) if row.standing_id else None,
        row.ended_at,
    )  # fmt: skip


def _standing_of(row: StandingRoundRow) -> Standing:
    return Standing(
        StandingId(row.id), Rhythm(row.rhythm), row.weekday,
        Clocks(row.clock_kelurahan, row.clock_kecamatan, row.clock_city), tuple(row.places), row.begun_at,
    )  # fmt: skip
