"""Noting the top of the queue each morning: when, in which order, and that a morning missed stays a hole."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from cli import beside
from cli.parts import Parts
from kentongan.domain import ClaimId, Label
from kentongan.elections import CALENDAR_FILE
from kentongan.region import Region
from kentongan.store import Store, open_store
from kentongan.store.schema_work import MorningClaimRow, MorningRow
from kentongan.teamwork.values import TOP
from pipeline.mornings import note_morning
from tests.office import Office, hours, utc
from tests.web_city import make_settings

WITA = Region("arunika", "Kota Arunika", ZoneInfo("Asia/Makassar"), "99.99")
HALF_PAST_SEVEN = utc("2026-03-01 23:30")  # of 2 March in Makassar
DAY = date(2026, 3, 2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    yield opened
    opened.close()


def noted(store: Store) -> dict[date, list[ClaimId]]:
    with store.database.read() as session:
        found: dict[date, list[ClaimId]] = {day: [] for day in session.scalars(select(MorningRow.day))}
        rows = select(MorningClaimRow.day, MorningClaimRow.claim_id).order_by(MorningClaimRow.place)
        for day, key in session.execute(rows):
            found[day].append(ClaimId(key))
        return found


def test_the_top_is_noted_once_between_half_past_seven_and_eight_of_the_region(
    store: Store, tmp_path: Path
) -> None:
    claims = {Office(store).comes(HALF_PAST_SEVEN - hours(2), Label.HOAX)}
    for minutes, done in ((-1, False), (0, True), (1, False), (29, False)):
        at = HALF_PAST_SEVEN + timedelta(minutes=minutes)
        assert note_morning(store, WITA, tmp_path, at) is done, minutes
    assert {day: set(keys) for day, keys in noted(store).items()} == {DAY: claims}


def test_a_morning_on_which_the_machine_slept_is_a_hole(store: Store, tmp_path: Path) -> None:
    Office(store).comes(HALF_PAST_SEVEN - hours(2), Label.HOAX)
    assert not note_morning(store, WITA, tmp_path, HALF_PAST_SEVEN + timedelta(minutes=30))
    assert noted(store) == {}
    assert note_morning(store, WITA, tmp_path, HALF_PAST_SEVEN + timedelta(days=1, minutes=29))
    assert list(noted(store)) == [DAY + timedelta(days=1)]


def test_an_empty_queue_is_noted_as_empty(store: Store, tmp_path: Path) -> None:
    assert note_morning(store, WITA, tmp_path, HALF_PAST_SEVEN)
    assert noted(store) == {DAY: []}


def test_the_first_places_are_noted_in_the_order_that_people_see(store: Store, tmp_path: Path) -> None:
    office = Office(store)
    for _ in range(TOP + 3):
        office.comes(HALF_PAST_SEVEN - hours(2), Label.HOAX)
    about = office.comes(HALF_PAST_SEVEN - hours(2), Label.BLACK_CAMPAIGN)  # about an election
    (tmp_path / CALENDAR_FILE).write_text(
        "stages:\n  - election: Pemilihan Arunika\n    name: masa tenang\n    first: 2026-03-02\n    last: 2026-03-04\n"
    )
    assert note_morning(store, WITA, tmp_path, HALF_PAST_SEVEN)
    (keys,) = noted(store).values()
    assert len(keys) == TOP
    assert keys[0] == about
    with store.database.read() as session:
        assert session.scalar(select(MorningRow.waiting)) == TOP + 4


def test_a_calendar_that_cannot_be_read_does_not_cost_the_morning(store: Store, tmp_path: Path) -> None:
    (tmp_path / CALENDAR_FILE).write_text("stages: 3\n")
    assert note_morning(store, WITA, tmp_path, HALF_PAST_SEVEN)


def test_beside_the_web_ui_it_is_done_when_its_time_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Parts(make_settings(tmp_path))
    local = datetime.now(parts.region.time_zone).replace(hour=7, minute=31)
    monkeypatch.setattr(beside, "now", lambda: local.astimezone(UTC))
    with beside.noting_mornings(parts):
        until = monotonic() + 20
        while not parts.store.mornings.is_noted(local.date()) and monotonic() < until:
            sleep(0.05)
    assert parts.store.mornings.is_noted(local.date())
    parts.close()
