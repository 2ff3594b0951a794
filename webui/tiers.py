"""Reporting by tiers in the words of the pages; always by place, never by person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext, lazy_gettext

from kentongan.rounds.values import Rhythm, Round, Situation, State, Step, Submission, Tier, tier_of
from kentongan.store.round_reminders import BEFORE
from webui.times import on_day

STATES: Mapping[State, str] = {
    State.NONE: lazy_gettext("not begun"),
    State.DRAFT: lazy_gettext("draft"),
    State.SENT: lazy_gettext("sent"),
    State.RETURNED: lazy_gettext("sent back"),
    State.TAKEN: lazy_gettext("taken in"),
}
SITUATIONS: Mapping[Situation, str] = {
    Situation.SAFE: lazy_gettext("safe"),
    Situation.NOTABLE: lazy_gettext("something notable"),
    Situation.NIHIL: lazy_gettext("nihil"),
}
TIERS: Mapping[Tier, str] = {
    Tier.KELURAHAN: lazy_gettext("Kelurahan"),
    Tier.KECAMATAN: lazy_gettext("Kecamatan"),
    Tier.CITY: lazy_gettext("City"),
}
RHYTHMS: Mapping[Rhythm, str] = {
    Rhythm.DAILY: lazy_gettext("every day"),
    Rhythm.WEEKLY: lazy_gettext("every week"),
}
WEEKDAYS = (
    lazy_gettext("Monday"),
    lazy_gettext("Tuesday"),
    lazy_gettext("Wednesday"),
    lazy_gettext("Thursday"),
    lazy_gettext("Friday"),
    lazy_gettext("Saturday"),
    lazy_gettext("Sunday"),
)
STEPS: Mapping[Step, str] = {
    Step.SAVED: lazy_gettext("saved as a draft"),
    Step.SENT: lazy_gettext("sent"),
    Step.RETURNED: lazy_gettext("sent back"),
    Step.TAKEN: lazy_gettext("taken in"),
}
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "what": (lazy_gettext("What happened"), ""),
    "where": (lazy_gettext("Where"), ""),
    "when": (lazy_gettext("When"), lazy_gettext("for example: about half past eight")),
    "who": (lazy_gettext("Who (a role)"), lazy_gettext("residents, polling staff; no names, no accounts")),
    "why": (lazy_gettext("Why, as far as known"), ""),
    "how": (lazy_gettext("How it stands now"), ""),
}
"""The 5W1H in the order of the form, each with its help."""
_DONE = frozenset({State.SENT, State.TAKEN})


@dataclass(frozen=True, slots=True)
class Owed:
    """What one place has to hand in, and what is to be said of its deadline."""

    round: Round
    held: Submission
    due: datetime
    late: bool
    reminder: str


def owe(one: Round, held: Submission) -> Owed:
    """Return how a place stands towards its deadline now; nothing is said where it has sent."""
    at, due = datetime.now(UTC), one.due_of(held.place)
    late, reminder = at >= due, ""
    if held.state not in _DONE:
        if late:
            reminder = str(
                gettext("The deadline is over; what is late is still taken. “Nihil” is a report too.")
            )
        elif due - at <= BEFORE:
            reminder = str(gettext("The deadline is near. Where there is nothing to tell, press “Nihil”."))
    return Owed(one, held, due, late, reminder)


def days(one: Round) -> str:
    """Return the days of a round."""
    since, until = on_day(one.since), on_day(one.until)
    return until if one.since == one.until else f"{since} – {until}"


def timing(one: Round, held: Submission) -> str:
    """Return whether a place was on time, or is late; nothing before its deadline."""
    due, at = one.due_of(held.place), datetime.now(UTC)
    if held.first_sent_at:
        return str(gettext("late")) if held.first_sent_at > due else str(gettext("on time"))
    return str(gettext("late")) if at >= due else ""


def tier_name(place: str) -> str:
    return str(TIERS[tier_of(place)])
