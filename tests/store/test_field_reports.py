"""What reporters hand in: an item of the conveyor with nobody's name on it, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from kentongan.domain import Label, Lane, Platform, Role, SourceKind, Stage, User
from kentongan.errors import NotFound
from kentongan.field import (
    FIELD_SOURCE,
    MAX_REPORTS_A_DAY,
    SAME_TEXT,
    Fault,
    NewReport,
    NotTaken,
    Picture,
    ReportId,
    WhereSeen,
    field_source,
)
from kentongan.store import Store
from kentongan.store.schema_field import FieldReportRow
from tests.factories import claim_of, make_user, work_all

BENING, MEKARSURI, JATIWENING = "00.00.01.1003", "00.00.01", "00.00.05.1001"
SAID = "Besok semua TPS di kelurahan ini ditutup pukul sembilan, sebarkan."
PICTURE = Picture("b" * 64, 1234, "Surat suara sudah dicoblos di gudang kecamatan")


@pytest.fixture
def wati(store: Store) -> User:
    store.collector.save_source(field_source("arunika", "Asia/Jakarta"))
    return reporter(store)


def reporter(store: Store, name: str = "wati", *places: str) -> User:
    user = make_user(store, name, Role.FIELD_REPORTER)
    store.areas.set(name, places or [BENING], by="test")
    return user


def make_report(text: str = SAID, **changes: Any) -> NewReport:
    seen = datetime.now(UTC) - timedelta(hours=2)
    return replace(NewReport(uuid4(), BENING, WhereSeen.GROUP_CHAT, seen, text), **changes)


def hand_in(store: Store, user: User, report: NewReport | None = None) -> ReportId:
    return store.field_reports.hand_in(user.id, report or make_report(), keep=lambda: None)


def refused(store: Store, user: User, report: NewReport) -> Fault:
    kept: list[str] = []
    with pytest.raises(NotTaken) as raised:
        store.field_reports.hand_in(user.id, report, keep=lambda: kept.append("picture"))
    assert kept == []
    return raised.value.fault


def test_a_report_becomes_an_item_that_goes_the_way_of_all_items(store: Store, wati: User) -> None:
    report = make_report(link="warta.example/berita/1")
    key = hand_in(store, wati, report)
    ((own, said),) = store.field_reports.own(wati.id)
    assert (own.id, own.place, own.where, said) == (key, BENING, WhereSeen.GROUP_CHAT, SAID)
    item = store.items.view(own.item_id).item
    assert (item.source, item.source_kind, item.platform, item.stage) == (
        FIELD_SOURCE, SourceKind.FIELD, Platform.REPORT, Stage.COLLECTED,
    )  # fmt: skip
    assert item.published_at == report.seen_at
    work_all(store, Label.HOAX)
    claim = claim_of(store, own.item_id)
    assert store.claims.get(claim).lane is Lane.NEW
    (found,) = store.field_reports.of_claim(claim)
    assert (found.id, found.link) == (key, "https://warta.example/berita/1")
    assert store.items.view(own.item_id).places == (BENING,)
    assert store.requests.named_places(claim, 5) == [BENING]


def test_nothing_on_the_item_or_the_claim_tells_who_handed_it_in(store: Store, wati: User) -> None:
    hand_in(store, wati)
    work_all(store, Label.HOAX)
    ((own, _),) = store.field_reports.own(wati.id)
    view = store.items.view(own.item_id)
    claim = store.claims.view(claim_of(store, own.item_id))
    for shown in (view, claim, store.items.given(own.item_id), store.field_reports.of_claim(claim.claim.id)):
        assert "wati" not in repr(shown)
        assert str(wati.id) not in repr(shown)
    entry = next(entry for entry in store.audit.latest(5) if entry.action == "field report")
    assert (entry.actor, entry.subject) == ("wati", str(own.id))
    assert str(own.item_id) not in repr(entry)


def test_a_report_is_masked_as_every_post_is(store: Store, wati: User) -> None:
    said = "Korban bernama Siti Rahayu, hubungi 0812-3456-7890 atau siti@contoh.example, plat BN 1234 XY."
    hand_in(store, wati, make_report(said, link="https://wa.me/6281234567890?text=halo"))
    ((own, kept),) = store.field_reports.own(wati.id)
    for hidden in ("Siti", "7890", "siti@", "1234"):
        assert hidden not in kept + own.link


def test_the_link_is_not_the_items_address_for_that_belongs_to_whoever_publishes_there(
    store: Store, wati: User
) -> None:
    hand_in(store, wati, make_report(link="https://warta.example/1"))
    ((own, _),) = store.field_reports.own(wati.id)
    assert store.items.view(own.item_id).item.url == ""


def test_a_screenshot_is_known_by_its_hash_and_its_text_is_read(store: Store, wati: User) -> None:
    kept: list[str] = []
    report = make_report("", picture=PICTURE)
    store.field_reports.hand_in(wati.id, report, keep=lambda: kept.append("picture"))
    ((own, said),) = store.field_reports.own(wati.id)
    assert kept == ["picture"]
    assert own.picture == PICTURE
    assert said == PICTURE.text


def test_a_picture_that_cannot_be_put_away_leaves_no_report(store: Store, wati: User) -> None:
    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.field_reports.hand_in(wati.id, make_report(picture=PICTURE), keep=fail)
    assert store.field_reports.own(wati.id) == []
    assert store.items.counts()["items"] == 0


def test_the_same_form_sent_twice_is_kept_once(store: Store, wati: User) -> None:
    report = make_report()
    assert hand_in(store, wati, report) == hand_in(store, wati, report)
    assert store.items.counts()["items"] == 1


def test_one_form_sent_from_a_slow_phone_many_times_at_once_is_kept_once(store: Store, wati: User) -> None:
    report, together = make_report(), Barrier(4)

    def send(_: int) -> ReportId:
        together.wait()
        return hand_in(store, wati, report)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert store.items.counts()["items"] == 1


def test_the_same_words_again_are_refused_for_a_week_but_not_of_somebody_else(
    store: Store, wati: User
) -> None:
    hand_in(store, wati)
    assert refused(store, wati, make_report(f"  {SAID.upper()} ")) is Fault.SAME_AGAIN
    joko = reporter(store, "joko", MEKARSURI)
    hand_in(store, joko)
    assert store.items.counts()["items"] == 2
    with store.database.write() as session:
        past = datetime.now(UTC) - SAME_TEXT - timedelta(hours=1)
        session.execute(update(FieldReportRow).values(received_at=past))
    hand_in(store, wati)
    assert store.items.counts()["items"] == 3


def test_a_reporter_hands_in_so_many_a_day_and_no_more(store: Store, wati: User) -> None:
    for number in range(MAX_REPORTS_A_DAY):
        hand_in(store, wati, make_report(f"Kabar nomor {number} dari pasar pagi."))
    assert refused(store, wati, make_report("Kabar yang satu ini lagi.")) is Fault.TOO_MANY


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"text": ""}, Fault.NOTHING),
        ({"text": "hoaks!!"}, Fault.TOO_SHORT),
        ({"text": "https://a.example https://b.example https://c.example"}, Fault.LINK_ALONE),
        ({"text": "", "link": "https://a.example/1"}, Fault.LINK_ALONE),
        ({"text": "a" * 9_000}, Fault.TOO_LONG),
        (
            {"text": "Belanja murah " + " ".join(f"https://toko{n}.example" for n in range(6))},
            Fault.MANY_LINKS,
        ),
        ({"place": JATIWENING}, Fault.NOT_YOUR_PLACE),
        ({"place": MEKARSURI}, Fault.NOT_YOUR_PLACE),
        ({"place": "' OR 1=1 --"}, Fault.NOT_YOUR_PLACE),
        ({"link": "http://127.0.0.1:8080/admin"}, Fault.BAD_LINK),
        ({"link": "http://[::1]/"}, Fault.BAD_LINK),
        ({"link": "http://169.254.169.254/latest/meta-data"}, Fault.BAD_LINK),
        ({"link": "http://2130706433/"}, Fault.BAD_LINK),
        ({"link": "http://0x7f.1/"}, Fault.BAD_LINK),
        ({"link": "http://kantor.local/"}, Fault.BAD_LINK),
        ({"link": "http://localhost/"}, Fault.BAD_LINK),
        ({"link": "javascript:alert(1)"}, Fault.BAD_LINK),
        ({"link": "https://sari:rahasia@warta.example/"}, Fault.BAD_LINK),
        ({"link": "https://warta.example/a b"}, Fault.BAD_LINK),
        ({"link": "https://chat.whatsapp.com/AbCdEf"}, Fault.INVITATION),
        ({"link": "https://t.me/+AbCdEf"}, Fault.INVITATION),
        ({"seen_at": datetime.now(UTC) + timedelta(days=2)}, Fault.FUTURE),
        ({"seen_at": datetime.now(UTC) - timedelta(days=90)}, Fault.TOO_OLD),
    ],
)
def test_what_cannot_be_taken_says_why_and_keeps_nothing(
    store: Store, wati: User, changes: dict[str, Any], fault: Fault
) -> None:
    assert refused(store, wati, make_report(**changes)) is fault
    assert store.items.counts()["items"] == 0
    assert store.field_reports.own(wati.id) == []


def test_a_closed_account_hands_nothing_in(store: Store, wati: User) -> None:
    store.users.set_active("wati", False, by="admin")
    with pytest.raises(NotFound):
        hand_in(store, wati)


def test_a_report_goes_when_its_item_goes(store: Store, wati: User) -> None:
    hand_in(store, wati)
    with store.database.write() as session:
        for table in ("revisions", "items"):
            session.execute(text(f"DELETE FROM {table}"))
    assert store.field_reports.own(wati.id) == []


@pytest.mark.parametrize("place", [f"{MEKARSURI}.x", f"{MEKARSURI} Budi 081234567890", f"{MEKARSURI}0"])
def test_a_place_is_a_code_and_nothing_that_only_begins_like_one(store: Store, place: str) -> None:
    store.collector.save_source(field_source("arunika", "Asia/Jakarta"))
    camat = reporter(store, "camat", MEKARSURI)
    assert refused(store, camat, make_report(place=place)) is Fault.NOT_YOUR_PLACE


def test_another_text_written_into_a_form_that_was_sent_is_kept_too(store: Store, wati: User) -> None:
    first = make_report()
    hand_in(store, wati, first)
    hand_in(store, wati, replace(first, text="Beras bantuan kelurahan dicampur plastik, kata warga."))
    hand_in(store, wati, first)
    assert [text[:5] for _, text in store.field_reports.own(wati.id)] == ["Beras", "Besok"]


def test_no_group_is_named_by_a_link_that_invites_into_it(store: Store, wati: User) -> None:
    said = "Antrean panjang, gabung di https://chat.whatsapp.com/AbC123?x=1 atau t.me/+rahasia sekarang."
    hand_in(store, wati, make_report(said))
    ((_, kept),) = store.field_reports.own(wati.id)
    assert kept == "Antrean panjang, gabung di URL atau URL sekarang."
