"""Asking the field and its answers: who sees what, and what is never lost, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from kentongan.domain import ClaimId, Decision, Label, Lane, Role, User
from kentongan.errors import Conflict, NotFound, StoreError
from kentongan.field import (
    MAX_ANSWERS_A_DAY,
    MAX_OPEN_REQUESTS,
    MAX_QUESTION_CHARACTERS,
    Fault,
    Finding,
    NotTaken,
    Picture,
    Request,
    RequestId,
    RequestState,
)
from kentongan.store import Store
from kentongan.store.schema_field import FieldRequestRow
from tests.factories import claim_of, make_claim, make_item, make_user, work_all

BENING, WENING, MEKARSURI, JATIWENING = "00.00.01.1003", "00.00.01.1002", "00.00.01", "00.00.05.1001"
SAID, QUESTION = "Antrean di TPS 4 mengular sampai jalan raya.", "Benar ada antrean di TPS 4?"


def now() -> datetime:
    return datetime.now(UTC)


def ask(store: Store, user: User, claim: ClaimId, place: str = BENING, **changes: object) -> Request:
    said: dict[str, object] = {"statement": SAID, "question": QUESTION, "due_at": now() + timedelta(hours=4)}
    return store.requests.ask(claim, user.id, place=place, **(said | changes))  # type: ignore[arg-type]


def reporter(store: Store, name: str = "wati", *places: str) -> User:
    user = make_user(store, name, Role.FIELD_REPORTER)
    store.areas.set(name, places or [BENING], by="test")
    return user


def run_out(store: Store, request: Request) -> None:
    with store.database.write() as session:
        past = update(FieldRequestRow).where(FieldRequestRow.id == request.id)
        session.execute(past.values(due_at=now() - timedelta(hours=1)))


def test_a_question_goes_out_masked_and_its_answer_comes_back_to_the_claim(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked = ask(
        store, sari, claim,
        statement="Kata 0812-3456-7890, antrean\n TPS 4 mengular.",
        question="Benarkah korban bernama Siti Rahayu antre? Hubungi sari@contoh.example",
    )  # fmt: skip
    assert asked.statement == "Kata NOMOR, antrean TPS 4 mengular."
    assert asked.question == "Benarkah korban bernama NAMA antre? Hubungi EMAIL"
    assert asked.state(now()) is RequestState.OPEN

    (seen,) = store.requests.for_reporter(wati.id, now())
    assert (seen.id, seen.question, seen.asked_by) == (asked.id, asked.question, "")
    at = now() - timedelta(minutes=20)
    store.requests.answer(
        asked.id, wati.id, Finding.NOT_TRUE, "Saya ke TPS 4, sepi. 0812-3456-7890", seen_at=at
    )

    (found,) = store.requests.of_claim(claim)
    assert found.asked_by == "sari"
    assert found.state(now()) is RequestState.ANSWERED
    (answer,) = found.answers
    assert (answer.finding, answer.text, answer.seen_at) == (
        Finding.NOT_TRUE, "Saya ke TPS 4, sepi. NOMOR", at,
    )  # fmt: skip
    assert store.claims.get(claim).answered_at == found.answered_at
    actions = [(entry.actor, entry.action) for entry in store.audit.latest(2)]
    assert actions == [("wati", "answer field request"), ("sari", "ask field")]


def test_a_decision_settles_the_mark_of_the_answer(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked = ask(store, sari, claim)
    version = store.claims.get(claim).version
    store.requests.answer(asked.id, wati.id, Finding.UNKNOWN, "")
    assert store.claims.get(claim).answered_at is not None
    store.reviews.decide(claim, sari.id, Decision.WATCH, version_seen=version)
    assert store.claims.get(claim).answered_at is None


def test_answered_claims_come_first_among_those_that_wait_for_verification(store: Store) -> None:
    sari, wati, claims = make_user(store), reporter(store), [make_claim(store)]
    for number, said in enumerate(
        ("Air ledeng beracun di hilir sungai.", "Jembatan baru akan ditutup tiga hari.")
    ):
        saved = store.collector.save_item(make_item(said, "suara", url=f"https://suara.example/{number}"))
        work_all(store, Label.HOAX)
        claims.append(claim_of(store, saved.id))
    for claim in claims:
        store.reviews.decide(claim, sari.id, Decision.VERIFY, version_seen=store.claims.get(claim).version)

    def lane() -> list[ClaimId]:
        found, cursor = [], ""
        while True:
            page = store.claims.queue(Lane.VERIFICATION, limit=1, cursor=cursor)
            found += [row.claim.id for row in page.rows]
            cursor = page.cursor
            if not cursor:
                return found

    before = lane()
    assert sorted(before) == sorted(claims)
    asked = ask(store, sari, before[-1])
    store.requests.answer(asked.id, wati.id, Finding.TRUE, "Saya melihatnya sendiri.")
    assert lane() == [before[-1], *before[:-1]]


def test_a_reporter_sees_their_own_area_and_nothing_else(store: Store) -> None:
    sari, claim = make_user(store), make_claim(store)
    kelurahan, camat = reporter(store, "wati", BENING), reporter(store, "joko", MEKARSURI)
    nowhere = make_user(store, "budi", Role.FIELD_REPORTER)
    here, beside = ask(store, sari, claim, BENING), ask(store, sari, claim, WENING)
    above, away = ask(store, sari, claim, MEKARSURI), ask(store, sari, claim, JATIWENING)

    def sees(user: User) -> set[RequestId]:
        return {one.id for one in store.requests.for_reporter(user.id, now())}

    assert sees(kelurahan) == {here.id}
    assert sees(camat) == {here.id, beside.id, above.id}
    assert sees(nowhere) == sees(sari) == set()
    for foreign in (beside, above, away):
        with pytest.raises(NotFound):
            store.requests.one_for_reporter(foreign.id, kelurahan.id)
        with pytest.raises(NotFound):
            store.requests.answer(foreign.id, kelurahan.id, Finding.UNKNOWN, "")
    with pytest.raises(NotFound):
        store.requests.answer(RequestId(uuid4()), kelurahan.id, Finding.UNKNOWN, "")
    with pytest.raises(NotFound):
        store.requests.answer(here.id, sari.id, Finding.UNKNOWN, "")


def test_a_reporter_who_was_moved_or_closed_sees_nothing_any_more(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked = ask(store, sari, claim)
    store.areas.set("wati", [JATIWENING], by="admin")
    with pytest.raises(NotFound):
        store.requests.one_for_reporter(asked.id, wati.id)
    store.areas.set("wati", [BENING], by="admin")
    store.users.set_active("wati", False, by="admin")
    assert store.requests.for_reporter(wati.id, now()) == []


def test_of_the_answers_a_reporter_reads_only_their_own(store: Store) -> None:
    sari, claim = make_user(store), make_claim(store)
    wati, joko = reporter(store, "wati", BENING), reporter(store, "joko", MEKARSURI)
    asked = ask(store, sari, claim)
    store.requests.answer(asked.id, wati.id, Finding.TRUE, "Saya melihatnya.")
    assert store.requests.one_for_reporter(asked.id, joko.id).answers == ()
    assert len(store.requests.one_for_reporter(asked.id, wati.id).answers) == 1


def test_an_answer_is_corrected_by_a_further_one_and_both_stay(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked = ask(store, sari, claim)
    store.requests.answer(asked.id, wati.id, Finding.TRUE, "Ada antrean.")
    store.requests.answer(asked.id, wati.id, Finding.TRUE, "Ada antrean.")  # sent twice by a slow phone
    store.requests.answer(asked.id, wati.id, Finding.NOT_TRUE, "Ternyata antrean pasar.")
    (found,) = store.requests.of_claim(claim)
    assert [(a.finding, a.corrected) for a in found.answers] == [
        (Finding.TRUE, True),
        (Finding.NOT_TRUE, False),
    ]
    for verb in ("UPDATE field_answers SET finding = 'true'", "DELETE FROM field_answers"):
        with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
            session.execute(text(verb))


def test_true_and_not_true_need_a_ground_unless_a_screenshot_gives_it(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked = ask(store, sari, claim)
    for finding in (Finding.TRUE, Finding.NOT_TRUE):
        with pytest.raises(NotTaken) as raised:
            store.requests.answer(asked.id, wati.id, finding, " \n ")
        assert raised.value.fault is Fault.NO_GROUND
    kept: list[str] = []
    picture = Picture("a" * 64, 10, "Antrean sampai jalan raya")
    store.requests.answer(
        asked.id, wati.id, Finding.TRUE, "", picture=picture, keep=lambda: kept.append("picture")
    )
    assert kept == ["picture"]
    assert store.requests.of_claim(claim)[0].answers[0].picture == picture


def test_nothing_of_a_picture_is_kept_when_the_answer_is_refused(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store, "wati", JATIWENING), make_claim(store)
    asked = ask(store, sari, claim)
    kept: list[str] = []
    with pytest.raises(NotFound):
        store.requests.answer(
            asked.id, wati.id, Finding.TRUE, "Benar.", picture=Picture("a" * 64, 10, "x"),
            keep=lambda: kept.append("picture"),
        )  # fmt: skip
    assert kept == []


def test_open_requests_come_first_the_most_urgent_on_top(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store, "wati", MEKARSURI), make_claim(store)
    late = ask(store, sari, claim, BENING, due_at=now() + timedelta(hours=20))
    soon = ask(store, sari, claim, WENING, due_at=now() + timedelta(hours=2))
    gone = ask(store, sari, claim, "00.00.01.1001")
    run_out(store, gone)
    found = store.requests.for_reporter(wati.id, now())
    assert [one.id for one in found] == [soon.id, late.id, gone.id]
    assert [one.state(now()) for one in found] == [RequestState.OPEN, RequestState.OPEN, RequestState.EXPIRED]


def test_an_answer_that_comes_late_still_counts(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked = ask(store, sari, claim)
    run_out(store, asked)
    store.requests.answer(asked.id, wati.id, Finding.NOT_TRUE, "Sepi sejak pagi.")
    assert store.requests.of_claim(claim)[0].state(now()) is RequestState.ANSWERED


def test_a_request_taken_back_is_gone_from_the_field_and_stays_on_the_claim(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked = ask(store, sari, claim)
    store.requests.withdraw(asked.id, sari.id, "Sudah jelas dari KPU.")
    assert store.requests.for_reporter(wati.id, now()) == []
    with pytest.raises(NotFound):
        store.requests.one_for_reporter(asked.id, wati.id)
    with pytest.raises(Conflict):
        store.requests.answer(asked.id, wati.id, Finding.UNKNOWN, "")
    with pytest.raises(Conflict):
        store.requests.withdraw(asked.id, sari.id)
    (found,) = store.requests.of_claim(claim)
    assert (found.state(now()), found.withdrawn_why) == (RequestState.WITHDRAWN, "Sudah jelas dari KPU.")
    ask(store, sari, claim)  # the place may be asked anew


def test_what_was_answered_cannot_be_taken_back(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked = ask(store, sari, claim)
    store.requests.answer(asked.id, wati.id, Finding.UNKNOWN, "")
    with pytest.raises(Conflict):
        store.requests.withdraw(asked.id, sari.id)


@pytest.mark.parametrize(
    ("changes", "fault", "field"),
    [
        ({"question": " \u200b "}, Fault.MISSING, "question"),
        ({"statement": ""}, Fault.MISSING, "statement"),
        ({"question": "a" * (MAX_QUESTION_CHARACTERS + 1)}, Fault.TOO_LONG, "question"),
        ({"place": "19.71"}, Fault.NO_PLACE, "place"),
        ({"due_at": datetime(2020, 1, 1, tzinfo=UTC)}, Fault.BAD_DEADLINE, "deadline"),
        ({"due_at": datetime(2099, 1, 1, tzinfo=UTC)}, Fault.BAD_DEADLINE, "deadline"),
    ],
)
def test_a_question_that_cannot_be_asked_names_its_field(
    store: Store, changes: dict[str, object], fault: Fault, field: str
) -> None:
    sari, claim = make_user(store), make_claim(store)
    with pytest.raises(NotTaken) as raised:
        ask(store, sari, claim, **changes)  # type: ignore[arg-type]
    assert (raised.value.fault, raised.value.field) == (fault, field)
    assert store.requests.of_claim(claim) == []


def test_a_place_is_asked_once_at_a_time_and_a_claim_not_without_end(store: Store) -> None:
    sari, claim = make_user(store), make_claim(store)
    for number in range(MAX_OPEN_REQUESTS):
        ask(store, sari, claim, f"00.00.01.1{number:03}")
    for place, fault in (("00.00.01.1000", Fault.ASKED_ALREADY), ("00.00.02.1001", Fault.MANY_REQUESTS)):
        with pytest.raises(NotTaken) as raised:
            ask(store, sari, claim, place)
        assert raised.value.fault is fault


def test_answers_to_one_request_are_limited_a_day(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked = ask(store, sari, claim)
    for number in range(MAX_ANSWERS_A_DAY):
        store.requests.answer(asked.id, wati.id, Finding.TRUE, f"Catatan nomor {number}.")
    with pytest.raises(NotTaken) as raised:
        store.requests.answer(asked.id, wati.id, Finding.TRUE, "Satu lagi.")
    assert raised.value.fault is Fault.TOO_MANY


def test_a_merged_claim_brings_its_requests_and_their_answers_reach_the_one_that_stands(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    saved = store.collector.save_item(
        make_item("Air ledeng beracun sejak pipa induk bocor di hilir.", "suara")
    )
    work_all(store, Label.HOAX)
    other = claim_of(store, saved.id)
    asked = ask(store, sari, claim)
    store.edits.merge(other, claim, sari.id, keep_version=1, other_version=1)
    store.requests.answer(asked.id, wati.id, Finding.TRUE, "Saya melihatnya sendiri.")
    assert [one.id for one in store.requests.of_claim(other)] == [asked.id]
    assert store.claims.get(other).answered_at is not None
    with pytest.raises(Conflict):
        ask(store, sari, claim, WENING)


def test_the_same_answer_from_two_windows_at_once_is_kept_once(store: Store) -> None:
    sari, wati, claim = make_user(store), reporter(store), make_claim(store)
    asked, together = ask(store, sari, claim), Barrier(4)

    def send(_: int) -> None:
        together.wait()
        store.requests.answer(asked.id, wati.id, Finding.TRUE, "Saya melihatnya sendiri.")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    assert len(store.requests.of_claim(claim)[0].answers) == 1
