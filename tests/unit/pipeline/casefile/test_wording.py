"""The Indonesian of an export: complete, and the same words as the pages have."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

from kentongan.domain import Decision, Verdict
from kentongan.incidents import IncidentState, PartKind
from kentongan.timeline import Event, EventKind
from pipeline.casefile import wording
from webui import words

ROOT = Path(__file__).resolve().parents[4]


def test_every_value_has_its_words() -> None:
    assert set(wording.EVENTS) == set(EventKind)
    assert set(wording.DECISIONS) == set(Decision)
    assert set(wording.VERDICTS) == set(Verdict)
    assert set(wording.STATES) == set(IncidentState)
    assert set(wording.PARTS) == set(PartKind)


def test_decisions_and_verdicts_are_called_as_on_the_pages() -> None:
    with (ROOT / "webui/translations/id/LC_MESSAGES/messages.po").open("rb") as catalogue:
        indonesian = {message.id: message.string for message in read_po(catalogue)}
    for kind, english in words.DECISIONS.items():
        assert wording.DECISIONS[kind] == indonesian[str(english)]
    for verdict, said in words.VERDICTS.items():
        assert wording.VERDICTS[verdict] == indonesian[str(said)]


CODES = {
    EventKind.DECISION: Decision.WATCH.value,
    EventKind.FACT_CHECK: Verdict.REFUTED.value,
    EventKind.ADDED: PartKind.FILE.value,
    EventKind.REMOVED: PartKind.CLAIM.value,
}


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_can_be_told(kind: EventKind) -> None:
    at = datetime(2026, 3, 2, 7, 31, tzinfo=ZoneInfo("Asia/Makassar"))
    event = Event(at, kind, "x", "items", UUID(int=1), code=CODES.get(kind, ""), count=3)
    assert wording.what(event).startswith(wording.EVENTS[kind])
    assert wording.when(event) == "2 Maret 2026 07.31 WITA"


def test_a_day_is_written_as_an_office_writes_it() -> None:
    assert wording.day(date(2026, 12, 31)) == "31 Desember 2026"
