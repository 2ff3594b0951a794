"""What people read of a case file: events, states, kinds of parts and of changes."""

from collections.abc import Mapping

from flask_babel import format_decimal, gettext, lazy_gettext, ngettext

from kentongan.domain import Decision, Verdict
from kentongan.incidents import ChangeKind, IncidentState, PartKind
from kentongan.timeline import Event, EventKind
from webui.words import DECISIONS, VERDICTS

STATES: Mapping[IncidentState, str] = {
    IncidentState.OPEN: lazy_gettext("open"),
    IncidentState.CLOSED: lazy_gettext("closed"),
}
PARTS: Mapping[PartKind, str] = {
    PartKind.CLAIM: lazy_gettext("claim"),
    PartKind.ITEM: lazy_gettext("item"),
    PartKind.FILE: lazy_gettext("file"),
    PartKind.CLARIFICATION: lazy_gettext("clarification"),
}
CHANGES: Mapping[ChangeKind, str] = {
    ChangeKind.OPENED: lazy_gettext("Case opened"),
    ChangeKind.RENAMED: lazy_gettext("Title or summary changed"),
    ChangeKind.CLOSED: lazy_gettext("Case closed"),
    ChangeKind.REOPENED: lazy_gettext("Case reopened"),
    ChangeKind.ADDED: lazy_gettext("Put into the case"),
    ChangeKind.REMOVED: lazy_gettext("Taken out of the case"),
}
EVENTS: Mapping[EventKind, str] = {
    EventKind.PUBLISHED: lazy_gettext("Published"),
    EventKind.FIRST_SEEN: lazy_gettext("First seen by us"),
    EventKind.PEAK: lazy_gettext("Peak of the spread"),
    EventKind.EDITED: lazy_gettext("Edited by its source"),
    EventKind.GONE: lazy_gettext("Taken away by its source"),
    EventKind.FACT_CHECK: lazy_gettext("Fact-check published"),
    EventKind.CLARIFICATION: lazy_gettext("Clarification published"),
    EventKind.MERGED: lazy_gettext("Claims merged"),
    EventKind.SPLIT: lazy_gettext("Claim split"),
    EventKind.DECISION: lazy_gettext("Decision"),
    EventKind.OPENED: CHANGES[ChangeKind.OPENED],
    EventKind.RENAMED: CHANGES[ChangeKind.RENAMED],
    EventKind.ADDED: CHANGES[ChangeKind.ADDED],
    EventKind.REMOVED: CHANGES[ChangeKind.REMOVED],
    EventKind.NOTE: lazy_gettext("Note written"),
    EventKind.CLOSED: CHANGES[ChangeKind.CLOSED],
    EventKind.REOPENED: CHANGES[ChangeKind.REOPENED],
    EventKind.HANDED_OUT: lazy_gettext("Handed out"),
}


def detail(event: Event) -> str:
    """Return what an event's code and count mean; empty for those that have none."""
    match event.kind:
        case EventKind.DECISION:
            return str(DECISIONS[Decision(event.code)])
        case EventKind.FACT_CHECK:
            return event.note or str(VERDICTS[Verdict(event.code)])
        case EventKind.PEAK if event.whole_day:
            return str(ngettext("%(num)s item on this day", "%(num)s items on this day", event.count))
        case EventKind.PEAK:
            return str(ngettext("%(num)s item in this hour", "%(num)s items in this hour", event.count))
        case EventKind.EDITED:
            return str(gettext("version %(number)s", number=event.count))
        case EventKind.MERGED | EventKind.SPLIT:
            return str(ngettext("%(num)s item moved", "%(num)s items moved", event.count))
        case EventKind.ADDED | EventKind.REMOVED:
            return str(PARTS[PartKind(event.code)])
        case _:
            return ""


def size(count: int) -> str:
    """Return how large a file is, with the decimal sign of the reader's language."""
    for unit, factor in (("MB", 1024**2), ("KB", 1024)):
        if count >= factor:
            return f"{format_decimal(count / factor, format='#,##0.#')} {unit}"
    return f"{count} B"


def note(event: Event) -> str:
    """Return the words that stand under an event."""
    return "" if event.kind is EventKind.FACT_CHECK else event.note
