"""Dialogues in the record, on both databases: masked, whole in each step, never overwritten."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from kentongan.dialogues import (
    MAX_NARRATIVES,
    MAX_TEXT_CHARACTERS,
    MAX_TOPIC_CHARACTERS,
    Body,
    DialogueId,
    DialogueKind,
    DialogueStep,
    Told,
)
from kentongan.domain import ClaimId, NarrativeId, Role, UserId
from kentongan.errors import BadInput, Conflict, NotFound, StoreError
from kentongan.ids import new_id
from kentongan.store import Store
from kentongan.store.schema import NarrativeRow
from kentongan.store.schema_dialogues import APPEND_ONLY
from tests.factories import make_item, make_source, make_user, work_all
from tests.office import utc

TODAY = date(2026, 3, 20)
PLACES = {"19.71.01", "19.71.01.1004"}
TOLD = Told(
    DialogueKind.FORUM,
    date(2026, 3, 10),
    "19.71.01.1004",
    (Body.KELURAHAN, Body.FKUB),
    "kabar tentang rumah ibadah",
    "Warga sepakat menunggu keterangan resmi.",
    "Bertemu lagi bulan depan.",
)


def user(store: Store, name: str = "penghubung", role: Role = Role.LIAISON) -> UserId:
    return make_user(store, name, role).id


def log(store: Store, by: UserId, told: Told = TOLD) -> DialogueId:
    return store.dialogues.log(by, told, places=PLACES, today=TODAY)


def amend(store: Store, by: UserId, key: DialogueId, version: int, told: Told) -> None:
    store.dialogues.amend(by, key, version, told, places=PLACES, today=TODAY)


def narrative(store: Store, label: str = "rumah ibadah") -> NarrativeId:
    key = NarrativeId(new_id())
    at = utc("2026-03-01 00:00")
    with store.database.write() as session:
        session.add(
            NarrativeRow(id=key, label=label, words=[], claim_count=1, item_count=1, first_seen_at=at,
                         last_seen_at=at, centre=b"", active=True)
        )  # fmt: skip
    return key


def a_claim(store: Store) -> ClaimId:
    store.collector.save_source(make_source("suara"))
    store.collector.save_item(make_item("Rumor yang panjang tentang rumah ibadah di kampung ini.", "suara"))
    work_all(store)
    with store.database.read() as session:
        key = session.scalar(text("SELECT id FROM claims"))
    return ClaimId(key if isinstance(key, UUID) else UUID(str(key)))


def test_a_dialogue_is_kept_with_its_links_and_an_entry_in_the_log(store: Store) -> None:
    by, theme, claim = user(store), narrative(store), a_claim(store)
    key = log(store, by, replace(TOLD, narratives=(theme, theme), claims=(claim,)))
    found = store.dialogues.get(key)
    assert (found.version, found.step, found.role) == (1, DialogueStep.LOGGED, Role.LIAISON)
    assert found.told == replace(
        TOLD, bodies=(Body.FKUB, Body.KELURAHAN), narratives=(theme,), claims=(claim,)
    )
    assert [d.id for d in store.dialogues.of_narrative(theme)] == [key]
    entry = store.audit.latest(1)[0]
    assert (entry.action, entry.subject, entry.actor) == ("log dialogue", str(key), "penghubung")
    assert "ibadah" not in str(entry)


def test_what_is_personal_is_masked_in_every_text(store: Store) -> None:
    by = user(store)
    personal = "Hubungi 0812-3456-7890 atau a@b.example, NIK 1971010101900001, akun @warga_kita, "
    told = replace(TOLD, topic=personal, outcome=personal + "bernama Sari Wulan.", follow_up=personal)
    key = log(store, by, told)
    store.dialogues.withdraw(by, key, 1, personal)
    found = store.dialogues.get(key)
    for said in (found.told.topic, found.told.outcome, found.told.follow_up, found.reason):
        assert said
        for secret in ("0812", "a@b.example", "1971010101900001", "warga_kita"):
            assert secret not in said, said


def test_what_cannot_be_kept_is_refused_with_the_name_of_the_field(store: Store) -> None:
    by = user(store)
    for field, value in (
        ("held_on", TODAY + timedelta(days=1)),
        ("held_on", date(1999, 12, 31)),
        ("place", "99.99.99"),
        ("bodies", ()),
        ("topic", "  "),
        ("topic", "x" * (MAX_TOPIC_CHARACTERS + 1)),
        ("outcome", ""),
        ("outcome", "x" * (MAX_TEXT_CHARACTERS + 1)),
        ("narratives", tuple(uuid4() for _ in range(MAX_NARRATIVES + 1))),
        ("claims", tuple(uuid4() for _ in range(11))),
    ):
        with pytest.raises(BadInput, match=f"^{field}: "):
            log(store, by, replace(TOLD, **{field: value}))  # type: ignore[arg-type]
    assert store.dialogues.page(limit=5) == []


def test_links_to_what_there_is_not_and_writers_who_are_gone_are_refused(store: Store) -> None:
    by = user(store)
    for told in (
        replace(TOLD, narratives=(NarrativeId(uuid4()),)),
        replace(TOLD, claims=(ClaimId(uuid4()),)),
    ):
        with pytest.raises(NotFound):
            log(store, by, told)
    with pytest.raises(NotFound):
        log(store, UserId(uuid4()))
    with pytest.raises(NotFound):
        store.dialogues.get(DialogueId(uuid4()))
    assert store.dialogues.page(limit=5) == []


def test_amending_keeps_what_was_said_before_and_links_anew(store: Store) -> None:
    by, first, second = user(store), narrative(store), narrative(store, "lain")
    key = log(store, by, replace(TOLD, narratives=(first,)))
    amend(store, by, key, 1, replace(TOLD, outcome="Ternyata belum sepakat.", narratives=(second,)))
    told = [step.told.outcome for step in store.dialogues.steps(key)]
    assert told == ["Warga sepakat menunggu keterangan resmi.", "Ternyata belum sepakat."]
    assert store.dialogues.of_narrative(first) == []
    assert [d.version for d in store.dialogues.of_narrative(second)] == [2]
    assert [d.version for d in store.dialogues.page(limit=5)] == [2]


def test_of_two_who_change_the_same_version_the_second_is_refused(store: Store) -> None:
    by = user(store)
    key = log(store, by)
    amend(store, by, key, 1, TOLD)
    with pytest.raises(Conflict):
        amend(store, by, key, 1, replace(TOLD, outcome="Lain lagi."))
    with pytest.raises(Conflict):
        store.dialogues.withdraw(by, key, 1, "salah")
    assert len(store.dialogues.steps(key)) == 2


def test_one_that_is_withdrawn_is_left_out_and_can_come_back(store: Store) -> None:
    by = user(store)
    key = log(store, by)
    with pytest.raises(BadInput, match=r"^reason: "):
        store.dialogues.withdraw(by, key, 1, " ")
    store.dialogues.withdraw(by, key, 1, "dicatat dua kali")
    assert store.dialogues.page(limit=5) == []
    assert store.dialogues.held(date(2026, 3, 1), TODAY) == []
    with pytest.raises(BadInput, match="already"):
        store.dialogues.withdraw(by, key, 2, "sekali lagi")
    amend(store, by, key, 2, TOLD)
    assert [d.version for d in store.dialogues.held(date(2026, 3, 10), date(2026, 3, 10))] == [3]
    assert [entry.action for entry in store.audit.latest(3)] == [
        "amend dialogue", "withdraw dialogue", "log dialogue",
    ]  # fmt: skip


def test_pages_are_in_the_order_of_the_days(store: Store) -> None:
    by = user(store)
    for day in (3, 9, 5):
        log(store, by, replace(TOLD, held_on=date(2026, 3, day)))
    days = [
        d.told.held_on.day for d in (*store.dialogues.page(limit=2), *store.dialogues.page(limit=2, skip=2))
    ]
    assert days == [9, 5, 3]
    assert [d.told.held_on.day for d in store.dialogues.held(date(2026, 3, 4), date(2026, 3, 9))] == [5, 9]


def test_the_database_lets_nothing_of_it_be_changed(store: Store) -> None:
    log(store, user(store), replace(TOLD, narratives=(narrative(store),), claims=(a_claim(store),)))
    for table in APPEND_ONLY:
        column = "id" if table == "dialogue_entries" else "entry_id"
        for change in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
                session.execute(text(change))


def test_of_two_who_amend_at_the_same_moment_one_is_told_so(store: Store) -> None:
    user = make_user(store).id
    key, both = store.dialogues.log(user, TOLD, places=PLACES, today=TODAY), Barrier(2)

    def amend(version: int) -> str:
        both.wait()
        try:
            store.dialogues.amend(user, key, version, TOLD, places=PLACES, today=TODAY)
        except Conflict:
            return "second"
        return "first"

    with ThreadPoolExecutor(2) as pool:
        for version in range(1, 9):
            assert sorted(pool.map(amend, [version] * 2)) == ["first", "second"]
