"""When a round is due, when the next one of a standing order opens, and what a sheet may hold."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kentongan.errors import Conflict
from kentongan.field import Fault, NotTaken, line_of, masked
from kentongan.rounds.values import (
    CITY,
    Clocks,
    Deadlines,
    Fact,
    Rhythm,
    Sheet,
    Situation,
    Standing,
    State,
    Step,
    Tier,
)

MAX_FACTS = 5
MAX_CITES = 20
MAX_FACT_CHARACTERS = 300  # of each of its answers
MAX_TEXT_CHARACTERS = 1_500  # of what was done, the advice and the assessment
MAX_NOTE_CHARACTERS = 500
MAX_VERSIONS = 200  # of one submission
MAX_DAYS = 92  # of a period: a quarter and a day
LAST_YEAR = 2999  # what comes after the last deadline must be a day too
LEAST_TIME = timedelta(minutes=15)
"""Between opening a round and its first deadline, and between two deadlines."""

# Masked text holds @USER and URL where an account or its address stood.
_ACCOUNT = re.compile(r"@|https?:|www\.|\bURL\b|\bt\.me\b|\bwa\.me\b", re.I)


def deadlines(day: date, clocks: Clocks, zone: ZoneInfo) -> Deadlines:
    """Return the moments of clock times on a day of the region."""
    return Deadlines(*(datetime.combine(day, clock, zone) for clock in (
        clocks.kelurahan, clocks.kecamatan, clocks.city,
    )))  # fmt: skip


def check_deadlines(due: Deadlines, at: datetime) -> None:
    """Raise NotTaken unless each tier has LEAST_TIME after the one before it, and the first from now."""
    for tier, before in ((Tier.KELURAHAN, at), (Tier.KECAMATAN, due.kelurahan), (Tier.CITY, due.kecamatan)):
        if due.of(tier) - before < LEAST_TIME:
            raise NotTaken(Fault.DEADLINES, f"due_{tier.value}")


def check_clocks(clocks: Clocks) -> None:
    """Raise NotTaken unless the clock times of a standing order follow one another."""
    utc, day = ZoneInfo("UTC"), date(2000, 1, 2)
    check_deadlines(deadlines(day, clocks, utc), datetime(2000, 1, 1, tzinfo=utc))


def check_period(since: date, until: date) -> None:
    """Raise NotTaken for a period that ends before it begins, longer than MAX_DAYS or beyond LAST_YEAR."""
    if not 0 <= (until - since).days < MAX_DAYS or until.year > LAST_YEAR:
        raise NotTaken(Fault.BAD_PERIOD, "until")


def next_period(standing: Standing, at: datetime, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return first and last day of the round that a standing order has open at a moment.

    None where the first deadline of that day is too near or over: a round that opens late would make
    everybody late, so it stays a hole, and the next day has its own.
    """
    today = at.astimezone(zone).date()
    if standing.rhythm is Rhythm.DAILY:
        since = until = today
    else:
        until = today + timedelta(days=(standing.weekday - today.weekday()) % 7)
        since = until - timedelta(days=6)
    first = deadlines(until, standing.clocks, zone).kelurahan
    return (since, until) if first - at >= LEAST_TIME else None


def check_sheet(sheet: Sheet, *, compiled: bool) -> Sheet:
    """Return a sheet as it may be kept, masked; raises NotTaken naming the field.

    Of "nihil" nothing else is kept. `compiled`: it is a kecamatan's, which has an assessment.
    """
    if sheet.situation is Situation.NIHIL and not compiled:
        return Sheet(Situation.NIHIL)
    if len(sheet.facts) > MAX_FACTS or len(sheet.cites) > MAX_CITES:
        raise NotTaken(Fault.TOO_LONG, "facts")
    facts = [_checked(number, fact) for number, fact in enumerate(sheet.facts)]
    return replace(
        sheet,
        facts=tuple(fact for fact in facts if fact is not None),
        done=_text("done", sheet.done),
        advice=_text("advice", sheet.advice),
        assessment=_text("assessment", sheet.assessment) if compiled else "",
        cites=tuple(dict.fromkeys(sheet.cites)),
        parts=(),
        missing=(),
    )


def must_be_complete(sheet: Sheet) -> None:
    """Raise NotTaken unless a sheet may be sent: who says that there is something says what."""
    if sheet.situation is None:
        raise NotTaken(Fault.NO_SITUATION, "situation")
    if sheet.situation is Situation.NOTABLE and not sheet.facts and not sheet.cites and not sheet.assessment:
        raise NotTaken(Fault.NO_FACT, "fact-0-what")


def next_state(state: State, step: Step) -> State:
    """Return the state after a step. Raises Conflict where it cannot be taken now."""
    match step, state:
        case Step.SAVED, State.NONE | State.DRAFT:
            return State.DRAFT
        case Step.SAVED, State.RETURNED:
            return State.RETURNED  # the tier above still waits for it
        case Step.SENT, State.NONE | State.DRAFT | State.SENT | State.RETURNED:
            return State.SENT
        case Step.RETURNED, State.SENT | State.TAKEN:
            return State.RETURNED
        case Step.TAKEN, State.SENT:
            return State.TAKEN
    raise Conflict(f"{step.value}: not while it is {state.value}")


def subject_of(round_id: object, place: str, user: object, *, late: bool) -> str:
    """Return what names a reminder: one before and one after the deadline, for a person, place and round."""
    return f"{round_id}/{place or 'city'}/{user}/{'after' if late else 'before'}"


def read_subject(subject: str) -> tuple[str, str, bool]:
    """Return the round's id, the place and whether it is the one after the deadline."""
    key, place, _, word = subject.split("/")
    return key, CITY if place == "city" else place, word == "after"


def note_of(raw: str) -> str:
    """Return a note with which something is sent back, masked; raises NotTaken when empty or too long."""
    note = _text("note", raw, MAX_NOTE_CHARACTERS)
    if not note:
        raise NotTaken(Fault.MISSING, "note")
    return note


def filled(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return the facts of a form in which anything was typed."""
    return tuple(fact for fact in facts if any(getattr(fact, name).strip() for name in Fact.__slots__))


def _checked(number: int, fact: Fact) -> Fact | None:
    said = {name: getattr(fact, name) for name in Fact.__slots__}
    if not any(text.strip() for text in said.values()):
        return None
    lines = {
        name: line_of(f"fact-{number}-{name}", text, MAX_FACT_CHARACTERS) if text.strip() else ""
        for name, text in said.items()
    }
    if not lines["what"]:
        raise NotTaken(Fault.NO_FACT, f"fact-{number}-what")
    if _ACCOUNT.search(lines["who"]):
        raise NotTaken(Fault.WHO_ACCOUNT, f"fact-{number}-who")
    return Fact(**lines)


def _text(field: str, raw: str, limit: int = MAX_TEXT_CHARACTERS) -> str:
    text = masked(raw)
    if len(text) > limit:
        raise NotTaken(Fault.TOO_LONG, field)
    return text
