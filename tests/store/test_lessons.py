"""What people decided, as lessons: whose votes count, for what, and what is left out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from kentongan.domain import ClaimId, Decision, Label, Platform, Reason, SourceKind, UserId
from kentongan.store import Store
from kentongan.store.lessons import ASSERTS, MAX_TEXTS, Lesson, Lessons, Target, Vote, teach
from tests.factories import RUMOUR, make_claim, make_item, make_source, make_user, work_all

HOAX, BLACK, IDENTITY = Label
ALL = {label.value for label in Label}


def decide(
    store: Store, claim: ClaimId, user: UserId, decision: Decision, reason: Reason = Reason.UNSTATED
) -> None:
    seen = store.claims.get(claim).version
    store.reviews.decide(claim, user, decision, version_seen=seen, reason=reason)


def lessons_of(store: Store) -> list[Lesson]:
    return Lessons(store.database).all()


def said(*votes: tuple[Decision, Reason], borne: Sequence[Label] = (Label.HOAX,)) -> dict[str, float]:
    return {name: t.value for name, t in teach([Vote(*vote) for vote in votes], borne).items()}


@pytest.mark.parametrize("decision", [Decision.ESCALATE, Decision.VERIFY])
def test_raising_speaks_for_the_labels_borne_and_for_asserting(decision: Decision) -> None:
    assert said((decision, Reason.SPREADING), borne=[HOAX, IDENTITY]) == {
        "hoax": 1.0,
        "identity_politics": 1.0,
        ASSERTS: 1.0,
    }


def test_watching_speaks_less_and_not_of_stance() -> None:
    assert said((Decision.WATCH, Reason.UNSTATED)) == {"hoax": 0.6}


def test_raising_says_nothing_of_a_text_that_bears_no_label() -> None:
    assert said((Decision.ESCALATE, Reason.UNSTATED), borne=[]) == {}


@pytest.mark.parametrize(
    ("reason", "stance"),
    [
        (Reason.UNSTATED, {}),
        (Reason.REPORTING, {ASSERTS: 0.0}),
        (Reason.SATIRE, {ASSERTS: 0.0}),
        (Reason.OPINION, {ASSERTS: 1.0}),
    ],
)
@pytest.mark.parametrize("borne", [(), (Label.HOAX,)])
def test_dismissing_speaks_against_every_label(
    reason: Reason, stance: dict[str, float], borne: Sequence[Label]
) -> None:
    assert said((Decision.DISMISS, reason), borne=borne) == dict.fromkeys(ALL, 0.0) | stance


def test_what_was_checked_and_is_true_is_only_no_hoax() -> None:
    assert said((Decision.DISMISS, Reason.TRUE), borne=[HOAX, BLACK]) == {"hoax": 0.0}


@pytest.mark.parametrize(
    "vote",
    [
        (Decision.DISMISS, Reason.OLD),
        (Decision.DISMISS, Reason.ELSEWHERE),
        (Decision.DISMISS, Reason.REFUTED),  # closed because it is settled: a hoax all the same
        (Decision.DISMISS, Reason.DANGER),
        (Decision.ESCALATE, Reason.OPINION),
        (Decision.WATCH, Reason.REPORTING),
        (Decision.REOPEN, Reason.UNSTATED),
        (Decision.NOTE, Reason.UNSTATED),
        (Decision.RIGHT_OF_REPLY, Reason.UNSTATED),
        (Decision.PRESS_COUNCIL, Reason.UNSTATED),
        (Decision.ASK_CLARIFICATION, Reason.UNSTATED),
    ],
)
def test_what_does_not_say_what_the_text_is_teaches_nothing(vote: tuple[Decision, Reason]) -> None:
    assert said(vote) == {}


def test_disagreement_is_the_mean_and_says_how_many_spoke() -> None:
    votes = [
        Vote(Decision.ESCALATE, Reason.UNSTATED),
        Vote(Decision.DISMISS, Reason.OPINION),
        Vote(Decision.DISMISS, Reason.ELSEWHERE),
    ]
    assert teach(votes, [HOAX]) == {
        "hoax": Target(0.5, 2),
        "black_campaign": Target(0.0, 1),
        "identity_politics": Target(0.0, 1),
        ASSERTS: Target(1.0, 2),
    }


def test_a_decided_claim_is_a_lesson_and_others_are_not(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    store.collector.save_item(make_item("Harga cabai di pasar induk naik lagi pekan ini.", "suara"))
    work_all(store, Label.HOAX)
    assert lessons_of(store) == []
    decide(store, claim, user.id, Decision.ESCALATE)
    (lesson,) = lessons_of(store)
    assert lesson.claim_id == claim
    assert lesson.votes == (Vote(Decision.ESCALATE, Reason.UNSTATED),)
    assert [(t.text, dict(t.targets)) for t in lesson.texts] == [
        (RUMOUR, {"hoax": Target(1.0, 1), ASSERTS: Target(1.0, 1)})
    ]


def test_only_the_latest_decision_of_each_person_counts(store: Store) -> None:
    claim = make_claim(store)
    sari, tono = make_user(store, "sari"), make_user(store, "tono")
    decide(store, claim, sari.id, Decision.DISMISS)
    decide(store, claim, tono.id, Decision.ESCALATE)
    decide(store, claim, sari.id, Decision.WATCH)
    (lesson,) = lessons_of(store)
    assert {vote.decision for vote in lesson.votes} == {Decision.ESCALATE, Decision.WATCH}
    assert lesson.texts[0].targets["hoax"] == Target(0.8, 2)


def test_who_reopens_takes_back_what_they_said(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    decide(store, claim, user.id, Decision.DISMISS)
    decide(store, claim, user.id, Decision.REOPEN)
    assert lessons_of(store) == []


def test_the_press_is_in_no_lesson(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    store.collector.save_source(make_source("warta", SourceKind.PRESS))
    store.collector.save_item(make_item(f"Warta: {RUMOUR}", "warta"))
    work_all(store, Label.HOAX)
    assert store.claims.get(claim).item_count == 2
    for decision in (Decision.ESCALATE, Decision.DISMISS):
        decide(store, claim, user.id, decision)
        assert [text.text for lesson in lessons_of(store) for text in lesson.texts] == [RUMOUR]


def test_a_claim_of_the_press_alone_teaches_nothing(store: Store) -> None:
    claim, user = make_claim(store, kind=SourceKind.PRESS), make_user(store)
    decide(store, claim, user.id, Decision.NOTE)
    assert lessons_of(store) == []


def test_each_text_is_taught_by_what_it_bears_itself(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    store.collector.save_item(make_item(f"Apakah benar? {RUMOUR}", "suara", platform=Platform.POST))
    work_all(store)  # it bears nothing
    decide(store, claim, user.id, Decision.ESCALATE)
    assert [text.text for text in lessons_of(store)[0].texts] == [RUMOUR]
    decide(store, claim, user.id, Decision.DISMISS)
    assert len(lessons_of(store)[0].texts) == 2


def test_copies_count_once_and_the_riskiest_texts_come_first(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    for name in ("kanal-a", "kanal-b"):
        store.collector.save_source(make_source(name, SourceKind.PUBLIC_CHANNEL))
        store.collector.save_item(make_item(source=name, platform=Platform.POST))
    for number in range(MAX_TEXTS + 3):
        text = f"Kiriman ke-{number}: {RUMOUR}"
        store.collector.save_item(make_item(text, "kanal-a", platform=Platform.POST))
    work_all(store, Label.HOAX)
    decide(store, claim, user.id, Decision.ESCALATE)
    (lesson,) = lessons_of(store)
    texts = [text.text for text in lesson.texts]
    assert len(texts) == len(set(texts)) == MAX_TEXTS
    assert len(Lessons(store.database).all(max_texts=2)[0].texts) == 2


def test_a_text_that_changed_after_the_decision_is_not_taught(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    where = {"source": "suara", "url": "https://suara.example/1"}
    store.collector.save_item(make_item(f"Lagi: {RUMOUR}", **where))
    work_all(store, Label.HOAX)
    decide(store, claim, user.id, Decision.ESCALATE)
    assert len(lessons_of(store)[0].texts) == 2
    later = datetime.now(UTC) + timedelta(hours=1)
    store.collector.save_item(make_item(f"Maaf, ini keliru: {RUMOUR}", **where, seen_at=later))
    work_all(store, Label.HOAX)
    assert store.claims.get(claim).item_count == 2
    assert [text.text for text in lessons_of(store)[0].texts] == [RUMOUR]


def test_a_text_that_changed_before_the_decision_is_taught_as_it_is(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    where = {"source": "suara", "url": "https://suara.example/1"}
    for start in ("Lagi", "Perbaikan"):
        store.collector.save_item(make_item(f"{start}: {RUMOUR}", **where))
    work_all(store, Label.HOAX)
    decide(store, claim, user.id, Decision.ESCALATE)
    assert {text.text[:5] for text in lessons_of(store)[0].texts} == {RUMOUR[:5], "Perba"}


def test_of_many_claims_the_last_decided_are_kept(store: Store) -> None:
    store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    for n in range(4):
        store.collector.save_item(make_item(f"Rumor nomor{n} tentang jembatan{n} runtuh{n}.", "suara"))
    work_all(store, Label.HOAX)
    user = make_user(store)
    claims = store.claims.get_many(_claim_ids(store))
    for claim in claims:
        decide(store, claim.id, user.id, Decision.DISMISS)
    assert [lesson.claim_id for lesson in lessons_of(store)] == sorted(claim.id for claim in claims)
    kept = {lesson.claim_id for lesson in Lessons(store.database).all(max_claims=2)}
    assert kept == {claim.id for claim in claims[-2:]}


def test_reading_lessons_changes_nothing(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    decide(store, claim, user.id, Decision.ESCALATE)
    before = (store.outbox.size(), store.audit.latest(), store.claims.view(claim))
    assert lessons_of(store) == lessons_of(store)
    assert (store.outbox.size(), store.audit.latest(), store.claims.view(claim)) == before


def _claim_ids(store: Store) -> list[ClaimId]:
    items = store.items.views(list(store.items.all_ids()))
    return [view.item.claim_id for view in items if view.item.claim_id]


def test_of_those_who_voted_each_is_a_voice_the_outvoted_too(store: Store) -> None:
    claim = make_claim(store, Label.IDENTITY_POLITICS)
    for name, decision in (("a1", Decision.DISMISS), ("b2", Decision.ESCALATE), ("c3", Decision.ESCALATE)):
        decide(store, claim, make_user(store, name).id, decision)
    (lesson,) = lessons_of(store)
    assert sorted(vote.decision for vote in lesson.votes) == ["dismiss", "escalate", "escalate"]
    target = lesson.texts[0].targets["identity_politics"]
    assert target.value == pytest.approx(2 / 3)
    assert target.votes == 3


def test_votes_that_nothing_has_settled_teach_nothing(store: Store) -> None:
    decide(store, make_claim(store, Label.IDENTITY_POLITICS), make_user(store).id, Decision.ESCALATE)
    assert lessons_of(store) == []
