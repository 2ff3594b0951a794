"""Reminders of rounds, to a real mailbox by the clock that is passed in: one before, one after, and never in vain."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest

from kentongan.alerting.rules import Channel, State, Wish
from kentongan.alerting.timing import Quiet
from kentongan.alerting.values import Kind
from kentongan.domain import Role, User
from kentongan.region import read_region
from kentongan.rounds.values import CITY, Rhythm, Step
from kentongan.store import Store
from kentongan.store.round_reminders import AFTER, BEFORE
from pipeline.alerting.channels import Channels
from pipeline.alerting.delivering import address_seal, deliver
from pipeline.rounds import look_at_rounds
from tests.rounds import (
    BARAT,
    CLOCKS,
    JATIWENING,
    KEBUN,
    MEKARJAYA,
    MORNING,
    PLACES,
    open_round,
    person,
    send,
)
from tests.unit.pipeline.alerting.test_channels import Sink, by_mail, mail_server

REGION = read_region("arunika")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TEN = datetime(2026, 11, 17, 3, tzinfo=UTC)  # 10.00 WIB, when the kelurahan are due


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def channels(sink: Sink) -> Iterator[Channels]:
    with mail_server(sink) as port:
        yield by_mail(port)


def told(store: Store, user: User, channels: Channels, quiet: Quiet | None = None) -> None:
    """Let a user be reminded by e-mail."""
    address = f"{user.name}@kantor.example"
    wish = Wish(frozenset({Kind.ROUND}), Channel.EMAIL, address, quiet=quiet)
    store.alert_rules.add(user, wish, address_seal(channels.settings))


def tick(store: Store, channels: Channels, at: datetime) -> None:
    look_at_rounds(store, REGION, at)
    deliver(store, REGION, channels, at)


def test_one_before_and_one_after_to_whoever_has_not_sent(
    store: Store, channels: Channels, sink: Sink
) -> None:
    sent, open_ = person(store, "sudah", JATIWENING), person(store, "belum", KEBUN)
    silent, camat = person(store, "tanpa", BARAT), person(store, "camat", MEKARJAYA)
    for user in (sent, open_, camat):
        told(store, user, channels)
    one = open_round(store)
    send(store, one, JATIWENING, sent)
    for minutes in range(-90, 90, 15):  # the clock of the process beside the web UI
        tick(store, channels, TEN + minutes * MINUTE)
    assert sink.recipients == ["belum@kantor.example"] * 2 + ["camat@kantor.example"]
    before, after, _ = sink.mails
    assert "Kel. Kebun Selasih" in before.get_content()
    assert "17 November 2026 pukul 10.00 WIB" in before.get_content()
    assert f"/lapangan/putaran/{one.id}/{KEBUN}" in before.get_content()
    assert "/lapangan/pengingat" in before.get_content()
    assert "sudah lewat" in after.get_content()
    for mail in sink.mails:
        assert not {"belum", "sudah", "camat"} & set(mail["Subject"].lower().split())
    assert store.alert_deliveries.of(silent.id) == []


def test_who_sends_while_a_reminder_waits_is_not_written_to(
    store: Store, channels: Channels, sink: Sink
) -> None:
    lurah, moved = person(store, "lurah", JATIWENING), person(store, "pindah", KEBUN)
    closed = person(store, "keluar", BARAT)
    quiet = Quiet(time(9), time(10, 30))  # over the deadline
    for user in (lurah, moved, closed):
        told(store, user, channels, quiet)
    one = open_round(store)
    look_at_rounds(store, REGION, TEN - 30 * MINUTE)
    look_at_rounds(store, REGION, TEN + MINUTE)
    send(store, one, JATIWENING, lurah, at=TEN + 5 * MINUTE)
    store.areas.set("pindah", ["00.00.01.1001"], by="test")
    store.users.set_active("keluar", False, by="admin")
    tick(store, channels, TEN + 40 * MINUTE)
    assert sink.mails == []
    assert {found.state for found in store.alert_deliveries.of(lurah.id)} == {State.MOOT}
    assert len(store.alert_deliveries.of(lurah.id)) == 2


def test_a_reminder_of_before_is_not_sent_after_and_one_of_after_not_days_later(
    store: Store, channels: Channels, sink: Sink
) -> None:
    told(store, person(store, "lurah", JATIWENING), channels)
    open_round(store)
    look_at_rounds(store, REGION, TEN - BEFORE)
    deliver(store, REGION, channels, TEN + MINUTE)
    assert sink.mails == []
    tick(store, channels, TEN + AFTER)
    assert sink.mails == []


def test_the_city_is_told_while_something_waits_for_it(store: Store, channels: Channels, sink: Sink) -> None:
    sari, camat = person(store, "sari", role=Role.ANALYST), person(store, "camat", MEKARJAYA)
    told(store, sari, channels)
    one = open_round(store)
    whole = send(store, one, MEKARJAYA, camat)
    two = TEN + 4 * HOUR  # 14.00 WIB
    tick(store, channels, two - 30 * MINUTE)
    assert [f"/laporan/putaran/{one.id}" in mail.get_content() for mail in sink.mails] == [True]
    store.submissions.settle(one.id, MEKARJAYA, sari.id, Step.TAKEN, version=whole.version, at=two)
    tick(store, channels, two + MINUTE)
    assert len(sink.mails) == 1
    assert store.round_reminders.due(two + MINUTE) == []
    assert one.due_of(CITY) == two


def test_several_processes_and_one_that_was_killed_open_and_remind_once(
    store: Store, channels: Channels, sink: Sink
) -> None:
    told(store, person(store, "lurah", JATIWENING), channels)
    store.rounds.begin_standing("sari", Rhythm.DAILY, 0, CLOCKS, PLACES)
    assert look_at_rounds(store, REGION, MORNING) == (1, 0)
    again = Store(store.database)  # what a process that starts anew knows
    assert look_at_rounds(again, REGION, TEN - 10 * MINUTE) == (0, 1)
    assert look_at_rounds(store, REGION, TEN - 9 * MINUTE) == (0, 0)
    deliver(again, REGION, channels, TEN - 8 * MINUTE)
    deliver(store, REGION, channels, TEN - 8 * MINUTE)
    assert len(sink.mails) == 1
