"""An event is one alert whoever finds it; a message goes out once, is tried again, and at last given up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kentongan.alerting.rules import MAX_RULES, Channel, NewAlert, NotTaken, State, Wish
from kentongan.alerting.timing import COOL_DOWN, MAX_TRIES, Quiet
from kentongan.alerting.values import About, Kind
from kentongan.domain import Role, User
from kentongan.errors import NotFound
from kentongan.sealing import Seal
from kentongan.store import Store
from kentongan.store.alert_deliveries import LEASE
from kentongan.store.alert_rules import PURPOSE
from kentongan.store.database import Database
from tests.factories import make_user

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 11.00 in Jakarta
ZONE = ZoneInfo("Asia/Jakarta")
HOUR = timedelta(hours=1)
SEAL = Seal("a key of the tests, long enough for anyone", PURPOSE)


def burst(subject: str = "n-1", **changes: object) -> NewAlert:
    values = {"owner": None, "kind": Kind.BURST, **changes}
    return NewAlert(
        about=About.NARRATIVE, subject=subject, title="Surat suara", link="/narasi/x", figures={"items": 9.0},
        **values,  # type: ignore[arg-type]
    )  # fmt: skip


def wish(**changes: object) -> Wish:
    values = {"kinds": frozenset(Kind), "channel": Channel.EMAIL, "address": "sari@kota.example", **changes}
    return Wish(**values)  # type: ignore[arg-type]


@pytest.fixture
def sari(store: Store) -> User:
    return make_user(store)


def raise_one(store: Store, at: datetime = AT, **changes: Any) -> int:
    return len(store.alerts.raise_all([burst(**changes)], at, ZONE))


def test_an_event_is_one_alert_as_long_as_it_lasts(store: Store, sari: User) -> None:
    assert raise_one(store) == 1
    for days in range(1, 10):  # it goes on for longer than the cool-down
        assert raise_one(store, AT + timedelta(days=days)) == 0
    assert raise_one(store, AT + timedelta(days=9) + COOL_DOWN - HOUR) == 0
    assert len(store.alerts.visible_to(sari.id)) == 1


def test_after_the_cool_down_it_is_another_event(store: Store) -> None:
    assert raise_one(store) == 1
    assert raise_one(store, AT + COOL_DOWN) == 1
    assert [alert.raised_at for alert in store.alerts.newest()] == [AT + COOL_DOWN, AT]


def test_other_subjects_and_kinds_are_events_of_their_own(store: Store) -> None:
    assert raise_one(store) == raise_one(store, subject="n-2") == raise_one(store, kind=Kind.RESURFACED) == 1


def test_of_processes_that_find_the_same_at_once_one_tells(store: Store, store_url: str, sari: User) -> None:
    store.alert_rules.add(sari, wish(), SEAL)
    others = [Store(Database(store_url)) for _ in range(4)]
    try:
        with ThreadPoolExecutor(4) as pool:
            told = list(pool.map(raise_one, others))
            assert sum(told) == 1
            taken = [
                found
                for found in pool.map(lambda other: other.alert_deliveries.take(AT, ZONE), others)
                if found
            ]
    finally:
        for other in others:
            other.close()
    assert len(taken) == 1


def test_a_rule_chooses_kinds_and_a_subject(store: Store, sari: User) -> None:
    store.alert_rules.add(sari, wish(kinds=frozenset({Kind.SOURCE})), SEAL)
    store.alert_rules.add(sari, wish(subject="n-2"), SEAL)
    raise_one(store)
    assert store.alert_deliveries.take(AT, ZONE) is None
    raise_one(store, subject="n-2")
    parcel = store.alert_deliveries.take(AT, ZONE)
    assert parcel is not None
    assert [alert.subject for alert in parcel.alerts] == ["n-2"]


def test_a_private_search_is_told_to_its_owner_alone(store: Store, sari: User) -> None:
    budi = make_user(store, "budi")
    for user in (sari, budi):
        store.alert_rules.add(user, wish(), SEAL)
    raise_one(store, kind=Kind.SAVED, owner=budi.id)
    parcel = store.alert_deliveries.take(AT, ZONE)
    assert parcel is not None
    assert parcel.rule.user_id == budi.id
    assert store.alerts.visible_to(sari.id) == store.alerts.newest() == []
    assert len(store.alerts.visible_to(budi.id)) == 1


@pytest.mark.parametrize("role", [Role.LIAISON, Role.FIELD_REPORTER])
def test_who_may_not_read_the_evidence_is_not_told(store: Store, role: Role) -> None:
    store.alert_rules.add(make_user(store, "tamu", role), wish(), SEAL)
    raise_one(store)
    assert store.alert_deliveries.take(AT, ZONE) is None


def test_who_has_left_is_not_told(store: Store, sari: User) -> None:
    make_user(store, "kepala", Role.ADMINISTRATOR)
    store.alert_rules.add(sari, wish(), SEAL)
    store.users.set_active("sari", False, by="kepala")
    raise_one(store)
    assert store.alert_deliveries.take(AT, ZONE) is None


def test_what_waits_for_who_has_left_or_may_read_it_no_more_is_not_sent(store: Store, sari: User) -> None:
    make_user(store, "kepala", Role.ADMINISTRATOR)
    budi = make_user(store, "budi")
    for user in (sari, budi):
        store.alert_rules.add(user, wish(digest_at=time(7)), SEAL)
    raise_one(store)
    store.users.set_active("sari", False, by="kepala")
    store.users.set_role("budi", Role.LIAISON, by="kepala")
    assert store.alert_deliveries.take(AT + 30 * HOUR, ZONE) is None
    store.users.set_active("sari", True, by="kepala")
    assert store.alert_deliveries.take(AT + 30 * HOUR, ZONE) is not None


def test_a_digest_holds_everything_since_the_one_before(store: Store, sari: User) -> None:
    store.alert_rules.add(sari, wish(digest_at=time(7)), SEAL)
    raise_one(store)
    raise_one(store, AT + HOUR, subject="n-2")
    assert store.alert_deliveries.take(AT + 2 * HOUR, ZONE) is None
    parcel = store.alert_deliveries.take(AT + 20 * HOUR, ZONE)  # 7.00 of the next day
    assert parcel is not None
    assert [alert.subject for alert in parcel.alerts] == ["n-1", "n-2"]


def test_in_quiet_hours_nothing_is_sent_until_they_end(store: Store, sari: User) -> None:
    store.alert_rules.add(sari, wish(quiet=Quiet(time(10), time(12))), SEAL)
    raise_one(store)
    assert store.alert_deliveries.take(AT + HOUR - timedelta(seconds=1), ZONE) is None
    assert store.alert_deliveries.take(AT + HOUR, ZONE) is not None


def test_a_second_try_and_what_lay_keep_the_quiet_hours_too(store: Store, sari: User) -> None:
    hours = [Quiet(time(21), time(6)), Quiet(time(12), time(13)), Quiet(time(8), time(8)), None]
    for quiet in hours:
        store.alert_rules.add(sari, wish(quiet=quiet), SEAL)
    raise_one(store)
    for day, clock in enumerate((3, 6, 8, 12, 13, 20, 21, 23), 4):  # long after it was due
        at, taken = datetime(2026, 3, day, clock, tzinfo=ZONE), []
        while parcel := store.alert_deliveries.take(at, ZONE):
            taken.append(parcel.rule.quiet)
        awake = [quiet for quiet in hours if quiet is None or not quiet.holds(time(clock))]
        assert sorted(map(str, taken)) == sorted(map(str, awake)), clock


def test_what_is_being_sent_is_taken_again_only_when_its_sender_has_died(store: Store, sari: User) -> None:
    store.alert_rules.add(sari, wish(), SEAL)
    raise_one(store)
    first = store.alert_deliveries.take(AT, ZONE)
    assert first is not None
    assert store.alert_deliveries.take(AT + LEASE - timedelta(seconds=1), ZONE) is None
    again = store.alert_deliveries.take(AT + LEASE, ZONE)
    assert again is not None
    assert again.number == first.number
    store.alert_deliveries.sent(again, AT + LEASE)
    assert store.alert_deliveries.take(AT + 100 * HOUR, ZONE) is None
    (kept,) = store.alert_deliveries.of(sari.id)
    assert (kept.state, kept.done_at) == (State.SENT, AT + LEASE)


def test_what_fails_is_tried_again_then_given_up_and_revived(store: Store, sari: User) -> None:
    store.alert_rules.add(sari, wish(), SEAL)
    raise_one(store)
    at, tries = AT, 0
    while parcel := store.alert_deliveries.take(at, ZONE):
        tries += 1
        given_up = store.alert_deliveries.failed(parcel, "email: the server answered 451", at)
        assert given_up == (tries == MAX_TRIES)
        at += 5 * HOUR
    assert tries == MAX_TRIES
    assert store.alert_deliveries.dead() == (1, "email: the server answered 451")
    assert store.alert_deliveries.revive(at) == 1
    assert store.alert_deliveries.dead() == (0, "")
    assert store.alert_deliveries.take(at, ZONE) is not None


def test_an_address_is_sealed_and_stands_in_no_log(store: Store, sari: User) -> None:
    rule = store.alert_rules.add(sari, wish(), SEAL)
    assert b"sari@" not in rule.sealed
    assert SEAL.open(rule.sealed, rule.id.bytes) == "sari@kota.example"
    assert "kota.example" not in str(store.audit.latest(5))


def test_rules_are_ones_own_and_bounded(store: Store, sari: User) -> None:
    budi = make_user(store, "budi")
    rules = [store.alert_rules.add(sari, wish(), SEAL) for _ in range(MAX_RULES)]
    with pytest.raises(NotTaken):
        store.alert_rules.add(sari, wish(), SEAL)
    with pytest.raises(NotFound):
        store.alert_rules.remove(rules[0].id, budi)
    raise_one(store)
    store.alert_rules.remove(rules[0].id, sari)  # with what waited for it
    assert store.alert_rules.of(sari.id) == rules[1:]
    taken = 0
    while store.alert_deliveries.take(AT, ZONE):
        taken += 1
    assert taken == MAX_RULES - 1
