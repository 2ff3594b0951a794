"""Referrals, verdicts and the mark KHUSUS: what takes two people beside decisions, on both databases."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import text

from kentongan.domain import ClaimId, ClaimState, Decision, Label, Lane, Review, SourceKind, User, Verdict
from kentongan.errors import BadInput, Conflict, NotFound, StoreError
from kentongan.ids import new_id
from kentongan.opinions import VoteClosed, Waiting
from kentongan.proposals import Proposal, ProposalKind, ProposalState
from kentongan.referrals import Addressee, Rabat, Referral
from kentongan.store import Store
from kentongan.store.proposals import last_verdict
from kentongan.verdicts import Basis, ClaimVerdict, verdict_of
from tests.factories import claim_of, make_claim, make_item, make_source, make_user, work_all

I, H = Label.IDENTITY_POLITICS, Label.HOAX  # noqa: E741
CARD = dict.fromkeys(Rabat, "Jawaban.")
BAWASLU = Referral(Addressee.BAWASLU, "Menyasar peserta.", "Klarifikasi tidak cukup.", rabat=CARD)
CHECK = ClaimVerdict(Verdict.REFUTED, "https://periksa.example/1", "Periksa Arunika")


@pytest.fixture
def people(store: Store) -> Sequence[User]:
    return [make_user(store, name) for name in ("sari", "tono", "umar", "wati")]


@pytest.fixture
def claim(store: Store) -> ClaimId:
    return make_claim(store, H)


def test_a_referral_waits_for_a_second_person_whatever_the_claim_is(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    sari, tono, umar, _ = people
    kept = store.proposals.refer(claim, sari.id, BAWASLU)
    assert (kept.state, kept.kind, kept.needs_second) == (ProposalState.WAITING, ProposalKind.REFERRAL, True)
    waiting = store.claims.get(claim)
    assert (waiting.lane, waiting.state, waiting.version) == (Lane.SECOND, ClaimState.NEW, 1)
    with pytest.raises(VoteClosed):
        store.proposals.answer(claim, kept.id, sari.id, True)
    agreed = store.proposals.answer(claim, kept.id, tono.id, True)
    assert (agreed.state, agreed.people) == (ProposalState.AGREED, ("sari", "tono"))
    assert store.claims.get(claim).lane is Lane.NEW
    with pytest.raises(Conflict):
        store.proposals.answer(claim, kept.id, umar.id, False, "Tidak.")
    entry = store.audit.latest(1)[0]
    assert (entry.action, entry.detail["by"]) == ("referral agreed", "sari")
    assert store.audit.verify() is None


@pytest.mark.parametrize(("third", "state"), [(True, ProposalState.AGREED), (False, ProposalState.REFUSED)])
def test_who_refuses_sends_it_to_a_third(
    store: Store, claim: ClaimId, people: Sequence[User], third: bool, state: ProposalState
) -> None:
    kept = store.proposals.refer(claim, people[0].id, BAWASLU)
    with pytest.raises(BadInput, match="say why not"):
        store.proposals.answer(claim, kept.id, people[1].id, False, " ")
    divided = store.proposals.answer(claim, kept.id, people[1].id, False, "Pantau dulu.")
    assert divided.state is ProposalState.DIVIDED
    assert store.claims.get(claim).lane is Lane.SECOND
    for user in people[:2]:
        with pytest.raises(VoteClosed):
            store.proposals.answer(claim, kept.id, user.id, True)
    with pytest.raises(VoteClosed):
        store.proposals.withdraw(claim, kept.id, people[0].id)
    assert store.proposals.answer(claim, kept.id, people[2].id, third, "Sudah dibaca.").state is state
    assert store.claims.get(claim).lane is Lane.NEW


def test_who_has_not_spoken_does_not_learn_who_has(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    kept = store.proposals.refer(claim, people[0].id, BAWASLU)
    (own,) = store.proposals.of_claim(claim, people[0].id)
    (other,) = store.proposals.of_claim(claim, people[1].id)
    (nobody,) = store.proposals.of_claim(claim)
    assert (own.user_name, own.spoken) == ("sari", True)
    assert (other.user_name, other.user_id, other.spoken, other.answers) == ("", None, False, ())
    assert (nobody.user_name, nobody.answers) == ("", ())
    store.proposals.answer(claim, kept.id, people[1].id, False, "Pantau dulu.")
    (third,) = store.proposals.of_claim(claim, people[2].id)
    assert (third.state, third.user_name, third.answers) == (ProposalState.DIVIDED, "", ())
    assert "Pantau dulu" not in str(store.audit.latest(20))
    assert "agrees" not in str(store.audit.latest(20))


def test_a_proposal_is_taken_back_by_its_own_person_only(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    kept = store.proposals.refer(claim, people[0].id, BAWASLU)
    with pytest.raises(VoteClosed):
        store.proposals.withdraw(claim, kept.id, people[1].id)
    assert store.proposals.withdraw(claim, kept.id, people[0].id).state is ProposalState.WITHDRAWN
    assert store.claims.get(claim).lane is Lane.NEW
    assert store.proposals.refer(claim, people[1].id, BAWASLU).state is ProposalState.WAITING


def test_a_case_of_hatred_needs_the_card(store: Store, people: Sequence[User]) -> None:
    claim = make_claim(store, I)
    bare = Referral(Addressee.BAWASLU, "Alasan.", "Perlu.")
    with pytest.raises(BadInput, match="six questions"):
        store.proposals.refer(claim, people[0].id, bare)
    assert store.proposals.of_claim(claim) == []
    store.proposals.refer(claim, people[0].id, BAWASLU)


def test_the_same_office_is_asked_once(store: Store, claim: ClaimId, people: Sequence[User]) -> None:
    kept = store.proposals.refer(claim, people[0].id, BAWASLU)
    for _ in range(2):
        with pytest.raises(Conflict):
            store.proposals.refer(claim, people[2].id, BAWASLU)
        if store.claims.get(claim).waits:
            store.proposals.answer(claim, kept.id, people[1].id, True)
    store.proposals.refer(claim, people[2].id, Referral(Addressee.POLRI, "Ancaman.", "Perlu.", danger=True))


@pytest.mark.parametrize(
    "propose",
    [
        lambda store, claim, user: store.proposals.refer(claim, user, BAWASLU),
        lambda store, claim, user: store.proposals.judge(claim, user, CHECK, seen=None),
    ],
    ids=["referral", "verdict"],
)
def test_the_press_is_neither_referred_nor_judged(
    store: Store, people: Sequence[User], propose: Callable[[Store, ClaimId, object], Proposal]
) -> None:
    press = make_claim(store, H, kind=SourceKind.PRESS)
    with pytest.raises(BadInput, match="Press Law"):
        propose(store, press, people[0].id)
    assert store.proposals.of_claim(press) == []


def test_a_verdict_stands_at_once_where_one_decides_and_a_newer_one_replaces_it(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    first = store.proposals.judge(claim, people[0].id, CHECK, seen=None)
    assert first.state is ProposalState.AGREED
    assert store.claims.get(claim).lane is Lane.NEW
    with pytest.raises(Conflict):  # who did not see the first
        store.proposals.judge(claim, people[1].id, CHECK, seen=None)
    party = ClaimVerdict(Verdict.REFUTED, "https://arunika.go.id/1", "Kota Arunika", Basis.PARTY)
    second = store.proposals.judge(claim, people[1].id, party, seen=first.id)
    stands = last_verdict(store.proposals.of_claim(claim))
    assert stands is not None
    assert stands.id == second.id
    assert verdict_of(stands.content).shown is Verdict.CLARIFICATION
    third = store.proposals.judge(claim, people[0].id, ClaimVerdict(None, note="Keliru."), seen=second.id)
    stands = last_verdict(store.proposals.of_claim(claim))
    assert stands is not None
    assert stands.id == third.id
    with pytest.raises(BadInput, match="no verdict to take back"):
        store.proposals.judge(claim, people[0].id, ClaimVerdict(None, note="Lagi."), seen=third.id)
    assert len(store.proposals.of_claim(claim)) == 3


def test_a_verdict_on_what_takes_two_people_takes_two(store: Store, people: Sequence[User]) -> None:
    claim = make_claim(store, I)
    kept = store.proposals.judge(claim, people[0].id, CHECK, seen=None)
    assert kept.state is ProposalState.WAITING
    assert last_verdict(store.proposals.of_claim(claim)) is None
    with pytest.raises(Conflict):
        store.proposals.judge(claim, people[1].id, CHECK, seen=None)
    store.proposals.answer(claim, kept.id, people[1].id, True)
    stands = last_verdict(store.proposals.of_claim(claim))
    assert stands is not None
    assert stands.people == ("sari", "tono")


@pytest.mark.parametrize(
    "url", ["", "notes", "http://127.0.0.1/x", "http://localhost/x", "https://kentongan.example/claims/1"]
)
def test_a_verdict_needs_an_outside_check(
    store: Store, claim: ClaimId, people: Sequence[User], url: str
) -> None:
    with pytest.raises(BadInput, match="url"):
        store.proposals.judge(
            claim, people[0].id, ClaimVerdict(Verdict.REFUTED, url, "Periksa"), seen=None,
            own_hosts=["kentongan.example"],
        )  # fmt: skip


def test_what_is_judged_is_no_check_of_itself(store: Store, claim: ClaimId, people: Sequence[User]) -> None:
    with store.database.write() as session:
        session.execute(text("UPDATE items SET url = 'https://suara.example/1'"))
    itself = ClaimVerdict(Verdict.REFUTED, "https://suara.example/1", "Suara")
    with pytest.raises(BadInput, match="item of the claim itself"):
        store.proposals.judge(claim, people[0].id, itself, seen=None)


def test_one_marks_khusus_and_two_lift_it(store: Store, claim: ClaimId, people: Sequence[User]) -> None:
    with pytest.raises(BadInput, match="say why"):
        store.proposals.mark(claim, people[0].id, True, " ")
    with pytest.raises(Conflict):
        store.proposals.mark(claim, people[0].id, False, "Belum ditandai.")
    store.proposals.mark(claim, people[0].id, True, "Tokoh agama.")
    assert store.claims.get(claim).special
    assert store.claims.get(claim).lane is Lane.NEW
    lift = store.proposals.mark(claim, people[0].id, False, "Sudah reda.")
    assert store.claims.get(claim).special
    assert store.claims.get(claim).lane is Lane.SECOND
    with pytest.raises(Conflict):
        store.proposals.mark(claim, people[1].id, False, "Saya juga.")
    store.proposals.answer(claim, lift.id, people[1].id, True)
    after = store.claims.get(claim)
    assert (after.special, after.lane) == (False, Lane.NEW)
    assert [p.kind for p in store.proposals.of_claim(claim)] == [ProposalKind.MARK, ProposalKind.LIFT]


def test_a_mark_whose_lifting_is_refused_stays(store: Store, claim: ClaimId, people: Sequence[User]) -> None:
    store.proposals.mark(claim, people[0].id, True, "Tokoh agama.")
    lift = store.proposals.mark(claim, people[0].id, False, "Sudah reda.")
    for user in people[1:3]:
        store.proposals.answer(claim, lift.id, user.id, False, "Belum.")
    assert store.claims.get(claim).special


def test_what_is_khusus_is_decided_by_two_the_press_too(store: Store, people: Sequence[User]) -> None:
    press = make_claim(store, H, kind=SourceKind.PRESS)
    store.proposals.mark(press, people[0].id, True, "Menyangkut tokoh.")
    kept = store.reviews.decide(press, people[0].id, Decision.NOTE, version_seen=1)
    assert isinstance(kept, Waiting)
    assert isinstance(store.reviews.decide(press, people[1].id, Decision.NOTE, version_seen=1), Review)


def test_neither_merging_nor_splitting_loses_the_mark(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    from tests.factories import claim_of, make_item, work_all

    store.proposals.mark(claim, people[0].id, True, "Tokoh agama.")
    saved = store.collector.save_item(make_item("Air ledeng beracun setelah pipa induk bocor.", "suara"))
    work_all(store, H)
    other = claim_of(store, saved.id)
    store.edits.merge(other, claim, people[0].id, keep_version=1, other_version=1)
    assert store.claims.get(other).special
    edit = store.edits.split(other, [saved.id], people[0].id, version=2)
    assert store.claims.get(edit.other_id).special


def test_of_two_answers_at_once_each_counts_once(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    kept, start = store.proposals.refer(claim, people[0].id, BAWASLU), Barrier(3)

    def say(n: int) -> str:
        start.wait()
        try:
            return store.proposals.answer(claim, kept.id, people[n].id, n != 1, "Catatan.").state.value
        except Conflict as exc:
            return type(exc).__name__

    with ThreadPoolExecutor(3) as pool:
        found = sorted(pool.map(say, (1, 2, 2)))
    # The refusal may come first (then a third is needed), second (then it is too late), or after both.
    assert found.count("agreed") == 1
    (proposal,) = store.proposals.of_claim(claim)
    assert proposal.state is ProposalState.AGREED
    assert len({a.user_id for a in proposal.answers}) == len(proposal.answers)


def test_what_there_is_not_cannot_be_answered(store: Store, claim: ClaimId, people: Sequence[User]) -> None:
    with pytest.raises(NotFound):
        store.proposals.answer(claim, new_id(), people[0].id, True)
    kept = store.proposals.refer(claim, people[0].id, BAWASLU)
    with pytest.raises(NotFound):
        store.proposals.answer(ClaimId(new_id()), kept.id, people[1].id, True)
    store.users.set_active("tono", False, by="test")
    with pytest.raises(NotFound):
        store.proposals.answer(claim, kept.id, people[1].id, True)


@pytest.mark.parametrize("table", ["proposals", "proposal_answers"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET user_id = user_id", "DELETE FROM {}"])
def test_proposals_are_written_for_good(
    store: Store, claim: ClaimId, people: Sequence[User], table: str, statement: str
) -> None:
    kept = store.proposals.refer(claim, people[0].id, BAWASLU)
    store.proposals.answer(claim, kept.id, people[1].id, False, "Tidak.")
    with pytest.raises(StoreError, match=f"{table} is append-only"), store.database.write() as session:
        session.execute(text(statement.format(table)))


@pytest.mark.parametrize(
    "propose",
    [
        lambda store, claim, user: store.proposals.refer(claim, user, BAWASLU),
        lambda store, claim, user: store.proposals.judge(claim, user, CHECK, seen=None),
    ],
    ids=["referral", "verdict"],
)
def test_what_turns_out_to_be_the_press_is_agreed_to_by_nobody_and_can_be_refused(
    store: Store, people: Sequence[User], propose: Callable[[Store, ClaimId, object], Proposal]
) -> None:
    claim = make_claim(store, I)
    kept = propose(store, claim, people[0].id)
    store.collector.save_source(make_source("suara", SourceKind.PRESS))
    with pytest.raises(BadInput, match="Press Law"):
        store.proposals.answer(claim, kept.id, people[1].id, True)
    for user in people[1:3]:
        last = store.proposals.answer(claim, kept.id, user.id, False, "Ini berita.")
    assert last.state is ProposalState.REFUSED
    assert not store.claims.get(claim).waits


@pytest.mark.parametrize(
    "url", ["https://suara.example/p/1", "http://www.suara.example/p/1/?utm_source=x#isi"]
)
def test_an_item_of_the_claim_is_no_check_of_it_however_its_address_is_written(
    store: Store, people: Sequence[User], url: str
) -> None:
    store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    saved = store.collector.save_item(make_item(source="suara", url="https://suara.example/p/1"))
    work_all(store, H)
    with pytest.raises(BadInput, match="item of the claim itself"):
        store.proposals.judge(claim_of(store, saved.id), people[0].id, replace(CHECK, url=url), seen=None)
