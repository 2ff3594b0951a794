"""The summary can be set whatever a case holds, and says where it stops."""

import zlib
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kentongan.domain import ClaimId
from kentongan.incidents import (
    MAX_NOTE_CHARACTERS,
    MAX_SUMMARY_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    Attachment,
    CaseFile,
    Clarification,
    HandOut,
    Incident,
    IncidentId,
    IncidentState,
    Note,
)
from kentongan.region import read_region
from kentongan.store.incident_facts import CaseFacts, HeldClaim
from kentongan.timeline import Event, EventKind
from pipeline.casefile.custody import CaptureLine, FileLine, ItemLine, Making, Order
from pipeline.casefile.reading import CaseView
from pipeline.casefile.summary import EVENTS_PRINTED, ITEMS_PRINTED, custody_of_items, summary

AT = datetime(2026, 3, 2, tzinfo=UTC)
REGION = read_region("arunika")
TEXTS = ["x", "panjang" * 2000, "<para><b>&amp; 🔥", "baris\n" * 3000, "المسجد " * 900, "\u202e\x07" * 50]


def item(text: str, number: int = 1) -> ItemLine:
    capture = CaptureLine(1, text, AT, "a" * 64, "damaged", text, None, None)
    return ItemLine(str(UUID(int=number)), text, text, text, AT, text, AT, text, (capture,))


def view(text: str) -> CaseView:
    key = UUID(int=1)
    incident = Incident(
        IncidentId(key), "2026-001", text[:MAX_TITLE_CHARACTERS], text[:MAX_SUMMARY_CHARACTERS], IncidentState.OPEN, text,
        AT, AT, 1,
    )  # fmt: skip
    case = CaseFile(
        incident, (), (Note(key, text, AT, text[:MAX_NOTE_CHARACTERS]),), (),
        (Clarification(key, text, text, date(2026, 3, 2), text, AT),), (),
        (HandOut(key, text, AT, text, text, "a" * 64, 1),),
    )  # fmt: skip
    facts = CaseFacts((HeldClaim(ClaimId(key), ClaimId(key), text, 3, True),), (), (), (), {})
    return CaseView(case, facts, (Event(AT, EventKind.NOTE, text, "t", key, by=text, note=text),))


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_anywhere_can_be_printed_the_same_each_time(text: str) -> None:
    file = FileLine(Attachment(UUID(int=1), "a" * 64, text, 1, text, AT), text, text)
    given = (
        view(text),
        REGION,
        [item(text)],
        [file],
        Order(text, text, text),
        Making(AT, text, "f" * 64),
    )
    made = summary(*given)
    assert made.startswith(b"%PDF-")
    assert summary(*given) == made
    assert b"/Lang" in made or b"id-ID" in made


def test_a_long_list_ends_with_how_much_more_there_is() -> None:
    lines = custody_of_items([item("x", n) for n in range(ITEMS_PRINTED + 7)], AT)
    assert list(lines)[-1].getPlainText() == "Masih ada 7 lagi: lihat chain_of_custody.json."


def test_a_thousand_events_do_not_make_a_thousand_pages() -> None:
    one = view("x")
    many = CaseView(one.case, one.facts, one.events * (EVENTS_PRINTED + 900))
    made = summary(many, REGION, [], [], Order("sari"), Making(AT, "kentongan", "f" * 64))
    assert made.count(b"/Type /Page\n") < 40
    assert len(zlib.compress(made)) < 2_000_000
