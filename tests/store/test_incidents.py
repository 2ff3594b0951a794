"""Case files: opening, filling, closing, and what is never lost, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from kentongan.domain import ClaimId, ItemId, Label, User
from kentongan.errors import BadInput, Conflict, NotFound, StoreError
from kentongan.incidents import (
    MAX_FILES,
    MAX_NOTE_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    ChangeKind,
    Incident,
    IncidentId,
    IncidentState,
    PartKind,
)
from kentongan.store import Store
from kentongan.store.schema import ItemRow
from kentongan.store.schema_incidents import APPEND_ONLY, IncidentRow
from tests.factories import claim_of, make_claim, make_item, make_user, work_all

ZONE = ZoneInfo("Asia/Jakarta")
OTHER = "Air ledeng beracun setelah pipa induk bocor di kampung hilir."


def begin(store: Store, user: User, title: str = "Isu TPS Mekarjaya ditutup") -> Incident:
    return store.incidents.open(user.id, title, "Pesan berantai sejak pagi.", zone=ZONE)


def another_claim(store: Store, said: str = OTHER) -> ClaimId:
    saved = store.collector.save_item(make_item(said, "suara"))
    work_all(store, Label.HOAX)
    return claim_of(store, saved.id)


def version(store: Store, incident: Incident) -> int:
    return store.incidents.find(incident.number).version


def test_cases_are_numbered_by_the_year_of_the_region(store: Store) -> None:
    user = make_user(store)
    first, second = begin(store, user), begin(store, user, "  Surat   edaran palsu ")
    year = datetime.now(ZONE).year
    assert [first.number, second.number] == [f"{year}-001", f"{year}-002"]
    assert second.title == "Surat edaran palsu"
    assert store.incidents.find(first.number) == first
    assert (first.state, first.opened_by, first.version) == (IncidentState.OPEN, "sari", 1)
    entry = store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("sari", "case opened", second.number)


def test_a_new_year_begins_at_one_and_no_number_is_given_twice(store: Store) -> None:
    user = make_user(store)
    with store.database.write() as session:
        session.add(
            IncidentRow(
                id=uuid4(), year=2020, sequence=999, title="Lama", summary="", state="closed", user_id=user.id,
                opened_at=datetime(2020, 5, 1, tzinfo=UTC), changed_at=datetime(2020, 5, 1, tzinfo=UTC), version=1,
            )
        )  # fmt: skip
    start = Barrier(4)

    def one(n: int) -> str:
        start.wait()
        return begin(store, user, f"Kasus {n}").number

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(one, range(4)))
    assert [number.split("-")[1] for number in numbers] == ["001", "002", "003", "004"]
    assert store.incidents.find("2020-999").title == "Lama"


@pytest.mark.parametrize(
    "number",
    [
        "",
        "2026-01",
        "2026-0140000000",
        "2026",
        "x",
        "2026-014; --",
        "2026-999",
        "2020-0999",
        "２０２０-９９９",
    ],
)
def test_an_unknown_number_is_not_found(store: Store, number: str) -> None:
    with pytest.raises(NotFound):
        store.incidents.find(number)
    with pytest.raises(NotFound):
        store.incidents.case(number)


@pytest.mark.parametrize(
    ("title", "summary"), [("", ""), ("  \n ", ""), ("x" * (MAX_TITLE_CHARACTERS + 1), ""), ("a", "x" * 9000)]
)
def test_a_case_needs_a_title_and_takes_no_endless_text(store: Store, title: str, summary: str) -> None:
    with pytest.raises(BadInput):
        store.incidents.open(make_user(store).id, title, summary, zone=ZONE)


def test_cases_are_found_by_state_number_and_words_of_the_title(store: Store) -> None:
    user = make_user(store)
    tps, letter, percent = (
        begin(store, user, t) for t in ("Isu TPS ditutup", "Surat edaran palsu", "Naik 100%")
    )
    store.incidents.close(letter.id, user.id, version=1, why="Sudah diklarifikasi.")

    def found(*args: object, **kwargs: object) -> list[str]:
        return [row.number for row in store.incidents.page(*args, **kwargs).rows]  # type: ignore[arg-type]

    assert found() == [percent.number, letter.number, tps.number]
    assert found(IncidentState.CLOSED) == [letter.number]
    assert found(None, "surat PALSU") == [letter.number]
    assert found(None, tps.number) == [tps.number]
    assert found(None, "%") == [percent.number]
    assert found(None, "surat ditutup") == []
    page = store.incidents.page(limit=2)
    assert (page.total, page.before) == (3, letter.number)
    assert found(before=page.before, limit=2) == [tps.number]
    with pytest.raises(BadInput):
        found(before="x")


def test_what_was_put_in_and_taken_out_stays_in_the_history(store: Store) -> None:
    user, claim = make_user(store), make_claim(store)
    item = store.claims.view(claim).items[0].item.id
    case = begin(store, user)
    parts = store.incident_parts
    assert parts.add_claim(case.id, user.id, claim, "Pokok perkara.")
    assert not parts.add_claim(case.id, user.id, claim)
    assert parts.add_item(case.id, user.id, item)
    parts.remove(case.id, user.id, PartKind.CLAIM, claim, "Ternyata perkara lain.")
    with pytest.raises(Conflict, match="meanwhile"):
        parts.remove(case.id, user.id, PartKind.CLAIM, claim, "Lagi.")
    assert parts.add_claim(case.id, user.id, claim, "Tetap perlu.")

    read = store.incidents.case(case.number)
    assert [part.claim_id for part in read.held] == [None, claim]
    assert len(read.parts) == 3
    assert [(c.kind, c.part, c.why) for c in read.changes] == [
        (ChangeKind.OPENED, None, ""),
        (ChangeKind.ADDED, PartKind.CLAIM, "Pokok perkara."),
        (ChangeKind.ADDED, PartKind.ITEM, ""),
        (ChangeKind.REMOVED, PartKind.CLAIM, "Ternyata perkara lain."),
        (ChangeKind.ADDED, PartKind.CLAIM, "Tetap perlu."),
    ]
    assert {c.by for c in read.changes} == {"sari"}
    assert read.incident.version == 5
    assert store.incidents.holding(claim_id=claim) == [read.incident]
    assert store.incidents.holding(item_id=item) == [read.incident]
    assert store.audit.verify() is None


def test_notes_files_and_clarifications_bear_who_and_when(store: Store) -> None:
    sari, tono, case = make_user(store), make_user(store, "tono"), None
    case = begin(store, sari)
    parts = store.incident_parts
    parts.add_note(case.id, sari.id, "Ketua RT 03 menyangkal.\r\nMasih dicek.\x00")
    parts.add_note(case.id, tono.id, "Ralat: RT 04.")
    kept = parts.add_file(case.id, tono.id, name="surat.pdf", sha256="a" * 64, size=12)
    parts.add_clarification(
        case.id,
        sari.id,
        url="https://kpu.example/rilis/7",
        publisher=" KPU  Arunika ",
        published_on=date(2026, 3, 2),
    )
    parts.remove(case.id, sari.id, PartKind.FILE, kept.id, "Salah unggah.")

    read = store.incidents.case(case.number)
    assert [(n.by, n.text) for n in read.notes] == [
        ("sari", "Ketua RT 03 menyangkal.\nMasih dicek.\ufffd"),
        ("tono", "Ralat: RT 04."),
    ]
    assert (read.files[0].name, read.files[0].added_by, read.files[0].media_type) == (
        "surat.pdf",
        "tono",
        "application/pdf",
    )
    assert read.files[0].removed_at is not None
    assert (read.clarifications[0].publisher, read.clarifications[0].published_on) == (
        "KPU Arunika",
        date(2026, 3, 2),
    )
    assert read.changes[-1].about == "surat.pdf"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://kpu.example/", "//kpu.example", "https://", "https://a b", "http://[", ""],
)
def test_a_clarification_is_a_web_page(store: Store, url: str) -> None:
    user = make_user(store)
    case = begin(store, user)
    with pytest.raises(BadInput, match="address"):
        store.incident_parts.add_clarification(
            case.id, user.id, url=url, publisher="KPU", published_on=date(2026, 3, 2)
        )


def test_a_removal_needs_a_reason_and_something_that_was_in_this_case(store: Store) -> None:
    user, claim = make_user(store), make_claim(store)
    one, other = begin(store, user), begin(store, user, "Lain")
    store.incident_parts.add_claim(one.id, user.id, claim)
    with pytest.raises(BadInput, match="reason"):
        store.incident_parts.remove(one.id, user.id, PartKind.CLAIM, claim, "  ")
    for kind in PartKind:
        with pytest.raises(NotFound):
            store.incident_parts.remove(other.id, user.id, kind, claim, "Salah.")
    kept = store.incident_parts.add_file(one.id, user.id, name="a.txt", sha256="b" * 64, size=1)
    with pytest.raises(NotFound):
        store.incident_parts.remove(other.id, user.id, PartKind.FILE, kept.id, "Salah.")


def test_of_two_who_edit_at_once_the_second_is_told_and_overwrites_nothing(store: Store) -> None:
    sari, tono = make_user(store), make_user(store, "tono")
    case = begin(store, sari)
    store.incidents.edit(case.id, sari.id, version=1, title="Judul Sari", summary="a")
    with pytest.raises(Conflict, match="meanwhile"):
        store.incidents.edit(case.id, tono.id, version=1, title="Judul Tono", summary="b")
    with pytest.raises(Conflict, match="meanwhile"):
        store.incidents.close(case.id, tono.id, version=1, why="Selesai.")
    read = store.incidents.case(case.number)
    assert (read.incident.title, read.incident.summary) == ("Judul Sari", "a")
    assert read.changes[-1].about == "Isu TPS Mekarjaya ditutup\nPesan berantai sejak pagi."


def test_those_who_add_at_once_all_succeed(store: Store) -> None:
    users = [make_user(store, name) for name in ("sari", "tono", "umar", "wati")]
    claim, case = make_claim(store), begin(store, users[0])
    start = Barrier(4)

    def add(n: int) -> bool:
        start.wait()
        store.incident_parts.add_note(case.id, users[n].id, f"Catatan {n}")
        return store.incident_parts.add_claim(case.id, users[n].id, claim)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(4))) == [False, False, False, True]
    read = store.incidents.case(case.number)
    assert len(read.notes) == 4
    assert len(read.held) == 1
    assert store.audit.verify() is None


def test_a_closed_case_takes_nothing_until_it_is_reopened(store: Store) -> None:
    user, claim = make_user(store), make_claim(store)
    case = begin(store, user)
    with pytest.raises(BadInput, match="reason"):
        store.incidents.close(case.id, user.id, version=1, why="")
    store.incidents.close(case.id, user.id, version=1, why="Sudah reda.")
    parts = store.incident_parts
    for change in (
        lambda: parts.add_claim(case.id, user.id, claim),
        lambda: parts.add_note(case.id, user.id, "Terlambat."),
        lambda: parts.add_file(case.id, user.id, name="a.txt", sha256="b" * 64, size=1),
        lambda: store.incidents.edit(case.id, user.id, version=2, title="x", summary=""),
        lambda: store.incidents.close(case.id, user.id, version=2, why="Lagi."),
    ):
        with pytest.raises(Conflict, match="reopen it first"):
            change()
    store.incidents.reopen(case.id, user.id, version=2, why="Muncul lagi.")
    assert parts.add_claim(case.id, user.id, claim)
    read = store.incidents.case(case.number)
    assert [(c.kind, c.why) for c in read.changes[1:3]] == [
        (ChangeKind.CLOSED, "Sudah reda."),
        (ChangeKind.REOPENED, "Muncul lagi."),
    ]


def test_only_items_of_open_cases_are_on_hold_wherever_their_claim_went(store: Store) -> None:
    user, claim = make_user(store), make_claim(store)
    other, third = (
        another_claim(store),
        another_claim(store, "Jembatan gantung runtuh semalam kata orang pasar."),
    )
    alone = store.claims.view(third).items[0].item.id
    case, shut = begin(store, user), begin(store, user, "Selesai")
    store.incident_parts.add_claim(case.id, user.id, claim)
    store.incident_parts.add_item(shut.id, user.id, alone)
    assert set(store.incidents.held_items()) == {store.claims.view(claim).items[0].item.id, alone}
    store.incidents.close(shut.id, user.id, version=version(store, shut), why="Selesai.")
    own = {view.item.id for view in store.claims.view(claim).items}
    assert set(store.incidents.held_items()) == own
    store.edits.merge(
        other,
        claim,
        user.id,
        keep_version=store.claims.get(other).version,
        other_version=store.claims.get(claim).version,
    )
    held = list(store.incidents.held_items())
    assert set(held) == {view.item.id for view in store.claims.view(other).items} >= own
    assert held == sorted(held)
    store.incident_parts.remove(case.id, user.id, PartKind.CLAIM, claim, "Bukan ini.")
    assert list(store.incidents.held_items()) == []


def test_a_case_that_holds_a_claim_holds_what_that_was_merged_into(store: Store) -> None:
    user, claim, other = make_user(store), make_claim(store), another_claim(store)
    case, parts = begin(store, user), store.incident_parts
    assert parts.add_claim(case.id, user.id, claim)
    assert store.incidents.holding(claim_id=other) == []
    store.edits.merge(
        other,
        claim,
        user.id,
        keep_version=store.claims.get(other).version,
        other_version=store.claims.get(claim).version,
    )
    assert [one.number for one in store.incidents.holding(claim_id=other)] == [case.number]
    assert not parts.add_claim(case.id, user.id, other)
    parts.remove(case.id, user.id, PartKind.CLAIM, claim, "Salah perkara.")
    assert store.incidents.holding(claim_id=other) == []
    assert parts.add_claim(case.id, user.id, other)


def test_a_title_is_found_as_it_was_typed_in_any_script(store: Store) -> None:
    begin(store, make_user(store), "Kabar ÉLAN di pasar")
    for said in ("ÉLAN", "kabar", "PASAR ÉLAN"):
        assert store.incidents.page(said=said).total == 1, said


def test_every_held_item_is_named_however_many_there_are(store: Store) -> None:
    user, claim = make_user(store), make_claim(store)
    saved = [
        store.collector.save_item(make_item(f"Kabar nomor {n} dari pasar", "suara")).id for n in range(502)
    ]
    with store.database.write() as session:
        session.execute(update(ItemRow).where(ItemRow.id.in_(saved)).values(claim_id=claim))
        everything = set(session.scalars(select(ItemRow.id)))
    case = begin(store, user)
    store.incident_parts.add_claim(case.id, user.id, claim)
    held = list(store.incidents.held_items())
    assert len(held) == len(set(held)) == 503
    assert set(held) == everything


def test_a_hand_out_is_kept_with_whom_it_was_for_also_of_a_closed_case(store: Store) -> None:
    user = make_user(store)
    case = begin(store, user)
    store.incidents.close(case.id, user.id, version=1, why="Selesai.")
    kept = store.incidents.hand_out(
        case, "sari", recipient="Bawaslu Arunika", mandate="Surat tugas 12/2026", sha256="c" * 64, size=99
    )
    assert store.incidents.case(case.number).hand_outs == (kept,)
    assert store.audit.latest(1)[0].action == "case exported"


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {0} SET incident_id = incident_id", "DELETE FROM {0}"])
def test_notes_changes_and_hand_outs_cannot_be_rewritten(store: Store, table: str, verb: str) -> None:
    user = make_user(store)
    case = begin(store, user)
    store.incident_parts.add_note(case.id, user.id, "Catatan.")
    store.incidents.hand_out(case, "sari", recipient="", mandate="", sha256="c" * 64, size=1)
    with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
        session.execute(text(verb.format(table)))


def test_limits_of_notes_and_files_are_kept(store: Store) -> None:
    user = make_user(store)
    case = begin(store, user)
    with pytest.raises(BadInput, match="note"):
        store.incident_parts.add_note(case.id, user.id, "x" * (MAX_NOTE_CHARACTERS + 1))
    for n in range(MAX_FILES):
        store.incident_parts.add_file(case.id, user.id, name=f"{n}.txt", sha256="d" * 64, size=1)
    with pytest.raises(BadInput, match="at most"):
        store.incident_parts.add_file(case.id, user.id, name="x.txt", sha256="d" * 64, size=1)


def test_nothing_is_written_for_nobody_or_into_nothing(store: Store) -> None:
    user, claim = make_user(store), make_claim(store)
    case = begin(store, user)
    store.users.set_active("sari", False, by="test")
    before = store.audit.latest()
    with pytest.raises(NotFound, match="user"):
        store.incident_parts.add_claim(case.id, user.id, claim)
    with pytest.raises(NotFound, match="user"):
        begin(store, user)
    store.users.set_active("sari", True, by="test")
    with pytest.raises(NotFound, match="case"):
        store.incident_parts.add_note(IncidentId(uuid4()), user.id, "x")
    with pytest.raises(NotFound, match="claim"):
        store.incident_parts.add_claim(case.id, user.id, ClaimId(uuid4()))
    with pytest.raises(NotFound, match="item"):
        store.incident_parts.add_item(case.id, user.id, ItemId(uuid4()))
    assert store.incidents.case(case.number).parts == ()
    assert len(store.audit.latest()) == len(before) + 1
