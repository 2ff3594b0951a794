"""Rounds in the record: opened once whoever opens, sent, sent back, taken in; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from kentongan.alerting.rules import Channel, Wish
from kentongan.alerting.values import Kind
from kentongan.domain import Role
from kentongan.errors import Conflict, NotFound, StoreError
from kentongan.field import Fault, NotTaken
from kentongan.ids import new_id
from kentongan.rounds.rules import check_period, deadlines
from kentongan.rounds.values import OPEN_AFTER, Clocks, Fact, Part, Rhythm, Situation, State, Step
from kentongan.sealing import Seal
from kentongan.store import Store
from kentongan.store.alert_rules import PURPOSE
from kentongan.store.schema_rounds import APPEND_ONLY
from tests.rounds import (
    BARAT,
    CLOCKS,
    DAY,
    JATIWENING,
    KEBUN,
    MEKARJAYA,
    MORNING,
    NIHIL,
    NOTABLE,
    PLACES,
    RINDANG,
    TIMUR,
    ZONE,
    open_round,
    person,
    send,
)

HOUR = timedelta(hours=1)
SEAL = Seal("kunci-rahasia-untuk-uji-yang-panjang", PURPOSE)


def test_a_standing_order_opens_one_round_a_day_however_many_processes_look(store: Store) -> None:
    store.rounds.begin_standing("kaban", Rhythm.DAILY, 0, CLOCKS)
    ready = Barrier(4)

    def look(_: int) -> int:
        ready.wait()
        return len(store.rounds.open_due(PLACES, ZONE, MORNING))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(look, range(4))) == 1
    assert store.rounds.open_due(PLACES, ZONE, MORNING + HOUR) == []
    (one,) = store.rounds.page()
    assert (one.since, one.until, one.places) == (DAY, DAY, PLACES)
    assert one.due.kelurahan == datetime(2026, 11, 17, 3, tzinfo=UTC)  # 10.00 WIB
    tomorrow = MORNING + 24 * HOUR
    assert [found.until.day for found in store.rounds.open_due(PLACES, ZONE, tomorrow)] == [18]


def test_a_day_whose_first_deadline_is_over_stays_a_hole_and_what_stopped_opens_nothing(store: Store) -> None:
    standing = store.rounds.begin_standing("kaban", Rhythm.DAILY, 0, CLOCKS)
    assert store.rounds.open_due(PLACES, ZONE, MORNING + 2 * HOUR) == []
    store.rounds.stop_standing(standing.id, "kaban")
    assert store.rounds.open_due(PLACES, ZONE, MORNING) == []
    with pytest.raises(NotFound):
        store.rounds.stop_standing(standing.id, "kaban")
    assert store.rounds.standing() == []


def test_a_new_order_for_the_same_kelurahan_is_refused_and_opens_no_second_round_of_a_day(
    store: Store,
) -> None:
    first = store.rounds.begin_standing("kaban", Rhythm.DAILY, 0, CLOCKS, [JATIWENING])
    with pytest.raises(NotTaken) as refused:
        store.rounds.begin_standing("kaban", Rhythm.DAILY, 0, CLOCKS)
    assert refused.value.fault is Fault.SAME_ROUND
    store.rounds.begin_standing("kaban", Rhythm.DAILY, 0, CLOCKS, [BARAT])
    assert len(store.rounds.open_due(PLACES, ZONE, MORNING)) == 2
    store.rounds.stop_standing(first.id, "kaban")
    store.rounds.begin_standing("kaban", Rhythm.DAILY, 0, CLOCKS, [JATIWENING])
    assert store.rounds.open_due(PLACES, ZONE, MORNING + HOUR / 4) == []


def test_a_weekly_round_is_open_for_the_seven_days_up_to_its_weekday(store: Store) -> None:
    store.rounds.begin_standing("kaban", Rhythm.WEEKLY, 4, CLOCKS)  # Friday
    (one,) = store.rounds.open_due(PLACES, ZONE, MORNING)
    assert (one.since.day, one.until.day, one.until.weekday()) == (14, 20, 4)
    assert store.rounds.open_due(PLACES, ZONE, MORNING + 72 * HOUR) == []
    (after,) = store.rounds.open_due(PLACES, ZONE, MORNING + 96 * HOUR)  # on Saturday the next begins
    assert (after.since.day, after.until.day) == (21, 27)


@pytest.mark.parametrize(
    ("zone", "utc"), [("Asia/Jakarta", 23), ("Asia/Makassar", 22), ("Asia/Jayapura", 21)]
)
def test_a_deadline_before_seven_lies_on_the_day_before_in_utc(zone: str, utc: int) -> None:
    due = deadlines(DAY, Clocks(time(6), time(7), time(8)), ZoneInfo(zone))
    first = due.kelurahan.astimezone(UTC)
    assert (first.day, first.hour) == (16, utc)


def test_midnight_of_the_region_decides_which_day_a_round_is_of(store: Store) -> None:
    store.rounds.begin_standing("kaban", Rhythm.DAILY, 0, CLOCKS)
    wit = ZoneInfo("Asia/Jayapura")
    (one,) = store.rounds.open_due(PLACES, wit, datetime(2026, 11, 16, 15, tzinfo=UTC))  # 00.00 WIT
    assert one.until == DAY
    assert one.due.kelurahan == datetime(2026, 11, 17, 1, tzinfo=UTC)


def test_the_same_form_opens_one_round_and_the_same_days_none_again(store: Store) -> None:
    key = new_id()
    due = deadlines(DAY, CLOCKS, ZONE)
    ready = Barrier(3)

    def press(_: int) -> object:
        ready.wait()
        return store.rounds.open("sari", key, DAY, DAY, due, PLACES, at=MORNING).id

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(press, range(3)))) == 1
    with pytest.raises(NotTaken) as refused:
        store.rounds.open("sari", new_id(), DAY, DAY, due, [JATIWENING], at=MORNING)
    assert refused.value.fault is Fault.SAME_ROUND
    for places, at, fault in (
        ([], MORNING, Fault.NO_KELURAHAN),
        ([MEKARJAYA], MORNING, Fault.NO_KELURAHAN),
        ([JATIWENING], MORNING + 2 * HOUR, Fault.DEADLINES),
    ):
        with pytest.raises(NotTaken) as refused:
            store.rounds.open("sari", new_id(), DAY, DAY + timedelta(1), due, places, at=at)
        assert refused.value.fault is fault
    evening = deadlines(DAY, Clocks(time(18), time(19), time(20)), ZONE)
    second = store.rounds.open("sari", new_id(), DAY, DAY, evening, PLACES, at=MORNING)
    assert second.due.kelurahan == datetime(2026, 11, 17, 11, tzinfo=UTC)
    assert store.audit.latest(1)[0].action == "open round"


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 3, 2), date(2026, 3, 1)),
        (date(2026, 3, 1), date(2026, 6, 1)),
        (date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_a_period_backwards_too_long_or_at_the_end_of_all_days_is_refused(since: date, until: date) -> None:
    with pytest.raises(NotTaken) as refused:
        check_period(since, until)
    assert (refused.value.fault, refused.value.field) == (Fault.BAD_PERIOD, "until")


def test_from_lurah_to_camat_to_city(store: Store) -> None:
    sari = person(store, "sari", role=Role.ANALYST)
    lurah, camat = person(store, "lurah", JATIWENING), person(store, "camat", MEKARJAYA)
    one, keep = open_round(store), store.submissions
    assert [(found.id, mine.place) for found, mine in keep.owed(lurah.id, MORNING)] == [(one.id, JATIWENING)]
    with pytest.raises(NotFound):
        keep.sent(one.id, JATIWENING, camat.id)
    sent = send(store, one, JATIWENING, lurah, NOTABLE)
    assert (sent.state, sent.version, sent.sheet) == (State.SENT, 1, NOTABLE)
    with pytest.raises(NotTaken) as refused:  # what was sent is read before the kecamatan goes on
        send(store, one, MEKARJAYA, camat)
    assert refused.value.fault is Fault.WAITING
    read = keep.sent(one.id, JATIWENING, camat.id)
    keep.settle(
        one.id, JATIWENING, camat.id, Step.RETURNED, version=read.version, note="Jam berapa?", at=MORNING
    )
    mine = keep.own(one.id, JATIWENING, lurah.id)
    assert (mine.state, mine.note) == (State.RETURNED, "Jam berapa?")
    changed = replace(NOTABLE, done="Linmas mengatur antrean pukul 09.00.")
    keep.save(one.id, JATIWENING, lurah.id, changed, version=2, send=False, zone=ZONE, at=MORNING)
    assert keep.sent(one.id, JATIWENING, camat.id).sheet == NOTABLE  # a draft is not read from above
    assert keep.own(one.id, JATIWENING, lurah.id).state is State.RETURNED
    again = send(store, one, JATIWENING, lurah, changed, MORNING + HOUR)
    assert (again.first_sent_at, again.sent_at, again.note) == (MORNING, MORNING + HOUR, "")
    keep.settle(one.id, JATIWENING, camat.id, Step.TAKEN, version=again.version, at=MORNING + HOUR)
    with pytest.raises(Conflict):
        send(store, one, JATIWENING, lurah, NIHIL)
    assert keep.taken(one.id) == []  # by the camat, not by the city
    whole = send(store, one, MEKARJAYA, camat, replace(NIHIL, assessment="Terkendali."), MORNING + 2 * HOUR)
    assert whole.sheet is not None
    assert whole.sheet.parts == (Part(JATIWENING, 4),)
    assert whole.sheet.missing == (KEBUN,)  # a place, never a person
    with pytest.raises(Conflict):  # it stands in what was sent
        keep.settle(one.id, JATIWENING, camat.id, Step.RETURNED, version=5, note="x", at=MORNING)
    keep.settle(one.id, MEKARJAYA, sari.id, Step.TAKEN, version=whole.version, at=MORNING + 3 * HOUR)
    assert [(held.place, held.sheet) for held in keep.taken(one.id)] == [
        (MEKARJAYA, whole.sheet), (JATIWENING, changed),
    ]  # fmt: skip
    steps = [entry.step for entry in keep.history(one.id, JATIWENING)]
    assert steps == [Step.SENT, Step.RETURNED, Step.SAVED, Step.SENT, Step.TAKEN]
    assert keep.history(one.id, JATIWENING)[0].sheet == NOTABLE


def test_each_sees_their_own_place_and_no_other(store: Store) -> None:
    sari = person(store, "sari", role=Role.ANALYST)
    lurah, other = person(store, "lurah", JATIWENING), person(store, "lain", KEBUN)
    camat, far = person(store, "camat", MEKARJAYA), person(store, "jauh", RINDANG)
    one, keep = open_round(store), store.submissions
    send(store, one, JATIWENING, lurah, NOTABLE)
    for user, place in (
        (other, JATIWENING), (camat, JATIWENING), (far, MEKARJAYA), (sari, JATIWENING), (lurah, MEKARJAYA),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            keep.own(one.id, place, user.id)
        with pytest.raises(NotFound):
            keep.save(one.id, place, user.id, NIHIL, version=0, send=True, zone=ZONE, at=MORNING)
    for user in (other, far, lurah):
        with pytest.raises(NotFound):
            keep.sent(one.id, JATIWENING, user.id)
        with pytest.raises(NotFound):
            keep.settle(one.id, JATIWENING, user.id, Step.TAKEN, version=1, at=MORNING)
    with pytest.raises(NotFound):  # the camat takes it in, not the city
        keep.settle(one.id, JATIWENING, sari.id, Step.TAKEN, version=1, at=MORNING)
    assert keep.sent(one.id, JATIWENING, sari.id).sheet == NOTABLE
    with pytest.raises(NotFound):
        keep.below(one.id, MEKARJAYA, far.id)
    assert [(b.place, b.state, b.sheet) for b in keep.below(one.id, MEKARJAYA, camat.id)] == [
        (JATIWENING, State.SENT, None), (KEBUN, State.NONE, None),
    ]  # fmt: skip


def test_whoever_changes_place_or_leaves_in_between_finds_the_form_closed(store: Store) -> None:
    lurah = person(store, "lurah", JATIWENING)
    one, keep = open_round(store), store.submissions
    send(store, one, JATIWENING, lurah, NOTABLE)
    store.areas.set("lurah", [KEBUN], by="test")
    with pytest.raises(NotFound):
        send(store, one, JATIWENING, lurah)
    assert keep.own(one.id, KEBUN, lurah.id).state is State.NONE
    store.users.set_active("lurah", False, by="admin")
    with pytest.raises(NotFound):
        keep.own(one.id, KEBUN, lurah.id)
    assert keep.of_round(one.id)[JATIWENING].state is State.SENT
    assert store.rounds.manned() == {}


def test_without_a_camat_the_city_takes_in_itself(store: Store) -> None:
    sari, lurah = person(store, "sari", role=Role.ANALYST), person(store, "lurah", BARAT)
    reviewer = person(store, "bawas", role=Role.REVIEWER)
    one, keep = open_round(store), store.submissions
    send(store, one, BARAT, lurah, NOTABLE)
    with pytest.raises(NotFound):
        keep.settle(one.id, BARAT, reviewer.id, Step.TAKEN, version=1, at=MORNING)
    keep.settle(one.id, BARAT, sari.id, Step.TAKEN, version=1, at=MORNING)
    assert [held.place for held in keep.taken(one.id)] == [BARAT]


def test_of_two_at_one_form_nobody_overwrites_and_the_same_again_is_one_version(store: Store) -> None:
    people = [person(store, name, JATIWENING) for name in ("lurah", "seklur")]
    one, keep = open_round(store), store.submissions
    ready = Barrier(2)

    def write(number: int) -> bool:
        ready.wait()
        sheet = replace(NOTABLE, done=f"Langkah {number}.")
        try:
            keep.save(
                one.id, JATIWENING, people[number].id, sheet, version=0, send=False, zone=ZONE, at=MORNING
            )
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(write, range(2))) == [False, True]
    held = keep.own(one.id, JATIWENING, people[0].id)
    assert held.version == 1
    assert held.sheet is not None
    again = keep.save(
        one.id, JATIWENING, people[0].id, held.sheet, version=0, send=False, zone=ZONE, at=MORNING
    )
    assert again.version == 1


def test_who_is_a_role_and_what_is_said_is_masked(store: Store) -> None:
    lurah = person(store, "lurah", JATIWENING)
    one = open_round(store)
    for who in ("@budi_arunika", "https://sosial.example/budi", "t.me/budi"):
        with pytest.raises(NotTaken) as refused:
            send(store, one, JATIWENING, lurah, replace(NOTABLE, facts=(Fact("Ada kabar", who),)))
        assert (refused.value.fault, refused.value.field) == (Fault.WHO_ACCOUNT, "fact-0-who")
    said = replace(NOTABLE, facts=(Fact("Hubungi 0812-3456-7890 segera"),), advice="Tanya @budi_arunika")
    sheet = send(store, one, JATIWENING, lurah, said).sheet
    assert sheet is not None
    assert "0812" not in sheet.facts[0].what
    assert sheet.facts[0].who == ""  # nobody fills it in
    assert "budi" not in sheet.advice
    with pytest.raises(NotTaken) as refused:
        send(store, one, JATIWENING, lurah, replace(NOTABLE, facts=()))
    assert refused.value.fault is Fault.NO_FACT
    assert send(store, one, JATIWENING, lurah, replace(NOTABLE, situation=Situation.NIHIL)).sheet == NIHIL


def test_what_is_late_is_taken_until_the_round_is_over(store: Store) -> None:
    lurah = person(store, "lurah", JATIWENING)
    other = person(store, "timur", TIMUR)
    one = open_round(store)
    late = send(store, one, JATIWENING, lurah, at=one.due.city + HOUR)
    assert late.is_late(one.due.kelurahan, MORNING)
    with pytest.raises(Conflict):
        send(store, one, TIMUR, other, at=one.due.city + OPEN_AFTER)
    store.rounds.end(one.id, "sari", at=MORNING)
    with pytest.raises(Conflict):
        store.rounds.end(one.id, "sari", at=MORNING)
    assert store.rounds.open_at(MORNING) == []


def test_versions_are_only_added_to(store: Store) -> None:
    lurah = person(store, "lurah", JATIWENING)
    send(store, open_round(store), JATIWENING, lurah)
    for table in APPEND_ONLY:
        for change in (f"UPDATE {table} SET note = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
                session.execute(text(change))


def test_a_clock_that_ran_ahead_and_was_set_right_leaves_no_day_out(store: Store) -> None:
    store.rounds.begin_standing("kaban", Rhythm.DAILY, 0, CLOCKS)
    assert len(store.rounds.open_due(PLACES, ZONE, MORNING.replace(year=2030))) == 1
    (right,) = store.rounds.open_due(PLACES, ZONE, MORNING)
    assert right.until == DAY
    assert store.rounds.open_due(PLACES, ZONE, MORNING + HOUR) == []


def test_what_the_city_took_in_stays_taken_in_when_who_did_it_changes_the_role(store: Store) -> None:
    lurah, sari = person(store, "lurah", BARAT), person(store, "sari", role=Role.ANALYST)
    one = open_round(store)
    sent = send(store, one, BARAT, lurah)
    store.submissions.settle(one.id, BARAT, sari.id, Step.TAKEN, version=sent.version, at=MORNING)
    store.users.set_role("sari", Role.REVIEWER, by="test")
    assert [held.place for held in store.submissions.taken(one.id)] == [BARAT]


def test_what_a_camat_took_in_and_left_behind_is_taken_in_by_the_city(store: Store) -> None:
    lurah, sari = person(store, "lurah", BARAT), person(store, "sari", role=Role.ANALYST)
    camat, one, keep = (
        person(store, "camat", RINDANG),
        open_round(store, places=(BARAT, TIMUR)),
        store.submissions,
    )
    sent = send(store, one, BARAT, lurah, NOTABLE)
    taken = keep.settle(one.id, BARAT, camat.id, Step.TAKEN, version=sent.version, at=MORNING)
    with pytest.raises(NotFound):
        keep.settle(one.id, BARAT, sari.id, Step.TAKEN, version=taken.version, at=MORNING)
    assert not keep.to_read(one.id, BARAT)
    store.users.set_active("camat", False, by="test")
    assert keep.to_read(one.id, BARAT)
    told = store.alert_rules.add(sari, Wish(frozenset({Kind.ROUND}), Channel.EMAIL, "s@kantor.example"), SEAL)
    assert [found.user_id for found in store.round_reminders.due(one.due.city)] == [told.user_id]
    again = keep.settle(one.id, BARAT, sari.id, Step.TAKEN, version=taken.version, at=MORNING)
    assert [held.place for held in keep.taken(one.id)] == [BARAT]
    assert not keep.to_read(one.id, BARAT)
    assert store.round_reminders.due(one.due.city) == []
    with pytest.raises(Conflict):
        keep.settle(one.id, BARAT, sari.id, Step.TAKEN, version=again.version, at=MORNING)


def test_what_comes_after_the_kecamatan_was_taken_in_is_not_called_taken_in_while_nobody_holds_it(
    store: Store,
) -> None:
    lurah, sari = person(store, "lurah", BARAT), person(store, "sari", role=Role.ANALYST)
    camat, one, keep = person(store, "camat", RINDANG), open_round(store), store.submissions
    whole = send(store, one, RINDANG, camat)
    whole = keep.settle(one.id, RINDANG, sari.id, Step.TAKEN, version=whole.version, at=MORNING)
    late = send(store, one, BARAT, lurah, NOTABLE)
    with pytest.raises(Conflict):
        keep.settle(one.id, BARAT, camat.id, Step.TAKEN, version=late.version, at=MORNING)
    keep.settle(
        one.id, RINDANG, sari.id, Step.RETURNED, version=whole.version, note="Barat menyusul.", at=MORNING
    )
    keep.settle(one.id, BARAT, camat.id, Step.TAKEN, version=late.version, at=MORNING)
    whole = send(store, one, RINDANG, camat)
    keep.settle(one.id, RINDANG, sari.id, Step.TAKEN, version=whole.version, at=MORNING)
    assert [held.place for held in keep.taken(one.id)] == [RINDANG, BARAT]


def test_what_comes_late_is_the_citys_where_the_camat_has_left_since(store: Store) -> None:
    lurah, sari = person(store, "lurah", BARAT), person(store, "sari", role=Role.ANALYST)
    camat, one, keep = person(store, "camat", RINDANG), open_round(store), store.submissions
    whole = send(store, one, RINDANG, camat)
    keep.settle(one.id, RINDANG, sari.id, Step.TAKEN, version=whole.version, at=MORNING)
    store.users.set_active("camat", False, by="test")
    late = send(store, one, BARAT, lurah, NOTABLE)
    keep.settle(one.id, BARAT, sari.id, Step.TAKEN, version=late.version, at=MORNING)
    assert [held.place for held in keep.taken(one.id)] == [RINDANG, BARAT]
