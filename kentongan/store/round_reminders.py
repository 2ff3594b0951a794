"""Who is to be reminded of a round: whoever has something to send, and has sent nothing.

Owns: whom. At most one reminder before a deadline and one after it, for a person, place and round. What waits
to go out is looked at again when it is sent: who has sent meanwhile is not written to. Leaves the words to
`pipeline.rounds`, the messages to `alerts` and `alert_deliveries`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.alerting.values import Kind
from kentongan.domain import Role, UserId
from kentongan.errors import NotFound
from kentongan.rounds.rules import read_subject, subject_of
from kentongan.rounds.values import CITY, Round, RoundId, State, Tier, kecamatan_of
from kentongan.store.areas import own_places
from kentongan.store.database import Database
from kentongan.store.rounds import manned_places, open_rounds, read_round
from kentongan.store.schema import UserRow
from kentongan.store.schema_alerts import AlertRow, AlertRuleRow
from kentongan.store.schema_field import UserPlaceRow
from kentongan.store.schema_rounds import SubmissionRow
from kentongan.store.submission_rows import taken_by_city
from kentongan.store.submissions import OFFICE

BEFORE = timedelta(hours=1)
"""How long before a deadline it is reminded of."""
AFTER = timedelta(hours=12)
"""How long after a deadline a reminder is still begun: what stood still for days sends none."""

_SENT = frozenset({State.SENT.value, State.TAKEN.value})


@dataclass(frozen=True, slots=True)
class Reminder:
    """Somebody to be reminded of a place of a round; `late`: its deadline is over."""

    round: Round
    place: str  # CITY for the last tier
    user_id: UserId
    late: bool

    @property
    def subject(self) -> str:
        return subject_of(self.round.id, self.place, self.user_id, late=self.late)


class RoundReminders:
    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, at: datetime) -> list[Reminder]:
        """Return whom to remind at a moment and has not been: of those who want to be told of rounds."""
        found: list[Reminder] = []
        with self._database.read() as session:
            rounds = [(one, tiers) for one in open_rounds(session, at) if (tiers := list(_tiers(one, at)))]
            people = _people(session) if rounds else {}
            for one, tiers in rounds:
                told = _told(session, one.id)
                for tier, late in tiers:
                    for place in _places(one, tier):
                        if people.get(place) and _waits(session, one, place):
                            reminders = (Reminder(one, place, user, late) for user in people[place])
                            found += [reminder for reminder in reminders if reminder.subject not in told]
        return found


def is_moot(session: Session, subject: str, user_id: UUID, at: datetime) -> bool:
    """Tell whether a reminder is to be sent no more: the place has sent meanwhile, the deadline or the round
    is over, or the person answers for the place no more."""
    key, place, late = read_subject(subject)
    try:
        one = read_round(session, RoundId(UUID(key)))
    except NotFound:
        return True
    if not one.is_open(at) or (not late and at >= one.due_of(place)):
        return True
    if place == CITY:
        user = session.get(UserRow, user_id)
        mine = user is not None and user.active and user.role in {role.value for role in OFFICE}
    else:
        mine = place in own_places(session, user_id)
    return not mine or not _waits(session, one, place)


def _tiers(one: Round, at: datetime) -> Iterator[tuple[Tier, bool]]:
    for tier in Tier:
        due = one.due.of(tier)
        if due - BEFORE <= at < due + AFTER:
            yield tier, at >= due


def _places(one: Round, tier: Tier) -> tuple[str, ...]:
    if tier is Tier.CITY:
        return (CITY,)
    return one.kecamatan if tier is Tier.KECAMATAN else one.places


def _waits(session: Session, one: Round, place: str) -> bool:
    """Tell whether a place has something to send; the city, whether it has something to take in."""
    query = select(SubmissionRow.place, SubmissionRow.state).where(SubmissionRow.round_id == one.id)
    states = dict(session.execute(query).all())
    if place != CITY:
        return states.get(place) not in _SENT
    manned, by_city = manned_places(session), taken_by_city(session, one.id)
    for kecamatan in one.kecamatan:
        above = states.get(kecamatan)
        if above == State.TAKEN.value:
            continue
        if kecamatan in manned or above == State.SENT.value:
            return True
        own = {found: state for found, state in states.items() if kecamatan_of(found) == kecamatan != found}
        if any(
            state == State.SENT.value or (state == State.TAKEN.value and found not in by_city)
            for found, state in own.items()
        ):
            return True
    return False


def _people(session: Session) -> Mapping[str, list[UserId]]:
    """Return by place who answers for it and wants to be told of rounds."""
    kinds = select(AlertRuleRow.user_id, AlertRuleRow.kinds)
    wanting = {user for user, wanted in session.execute(kinds) if Kind.ROUND.value in wanted}
    found: dict[str, list[UserId]] = defaultdict(list)
    users = select(UserRow.id, UserRow.role).where(UserRow.active).order_by(UserRow.id)
    roles = {user: role for user, role in session.execute(users) if user in wanting}
    for user, place in session.execute(select(UserPlaceRow.user_id, UserPlaceRow.place)):
        if roles.get(user) == Role.FIELD_REPORTER.value:
            found[place].append(UserId(user))
    found[CITY] = [UserId(user) for user, role in roles.items() if role in {one.value for one in OFFICE}]
    return found


def _told(session: Session, key: RoundId) -> frozenset[str]:
    own = AlertRow.kind == Kind.ROUND.value, AlertRow.subject.startswith(f"{key}/")
    return frozenset(session.scalars(select(AlertRow.subject).where(*own)))
