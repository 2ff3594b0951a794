"""Second opinions, referrals, verdicts and KHUSUS over HTTP, by the people who use them."""

import re
from dataclasses import replace
from html import unescape

import pytest

from kentongan.domain import ClaimId, ClaimState, Decision, Label, Lane, Role, SourceKind
from kentongan.proposals import ProposalState
from kentongan.referrals import Rabat
from tests.factories import make_source
from tests.web_city import Browser, Site

I = Label.IDENTITY_POLITICS  # noqa: E741
CARD = {question.value: "Jawaban." for question in Rabat}
REFERRAL = {"to": "bawaslu", "reason": "Menyasar pendatang.", "necessity": "Klarifikasi saja tidak cukup."}


@pytest.fixture
def second(site: Site) -> Browser:
    return site.client(Role.SECOND_READER)


@pytest.fixture
def third(site: Site) -> Browser:
    return site.client(Role.ADMINISTRATOR)


@pytest.fixture
def claim(site: Site) -> ClaimId:
    return next(key for key in site.claims() if I in site.store.claims.get(key).labels)


@pytest.fixture
def plain(site: Site) -> ClaimId:
    return next(key for key in site.claims() if I not in site.store.claims.get(key).labels)


def decide(browser: Browser, claim: ClaimId, decision: str, **form: str) -> str:
    """Decide as the queue does, once nobody works on the claim, and return the page that follows."""
    leave(browser, claim)
    answer = browser.post(
        f"/claims/{claim}/decisions", decision=decision, version="1", back="/queue/new", **form
    )
    assert answer.status_code == 303, answer.text
    return unescape(browser.get("/queue/new").text)


def leave(browser: Browser, claim: ClaimId) -> None:
    store = browser.client.application.extensions["kentongan"].store
    for user in store.users.all():
        store.leases.give_back(claim, user.id)


def decision_panel(browser: Browser, claim: ClaimId) -> str:
    page = unescape(browser.get(f"/claims/{claim}").text)
    return page[page.index('id="decision"') : page.index("</aside>")]


def test_the_first_key_is_a_vote_and_the_second_settles_it(
    site: Site, analyst: Browser, second: Browser, claim: ClaimId
) -> None:
    page = decide(analyst, claim, "dismiss")
    assert 'class="flash decided"' in page
    assert "data-undo" in page
    assert f"/claims/{claim}/suara/tarik" in page
    assert site.store.claims.get(claim).state is ClaimState.NEW
    assert f"claim-{claim}" in second.get("/queue/second").text
    decide(second, claim, "dismiss")
    after = site.store.claims.view(claim)
    assert after.claim.state is ClaimState.DISMISSED
    assert after.reviews[0].people == ("second_reader", "analyst")
    history = unescape(analyst.get(f"/claims/{claim}").text)
    assert "second_reader, analyst" in history[history.index('id="history"') :]


def test_undo_right_after_a_vote_takes_it_back(site: Site, analyst: Browser, claim: ClaimId) -> None:
    decide(analyst, claim, "escalate")
    answer = analyst.post(f"/claims/{claim}/suara/tarik", back="/queue/new")
    assert (answer.status_code, answer.location) == (303, "/queue/new")
    assert site.store.claims.get(claim).lane is Lane.NEW
    assert 'class="flash"' in analyst.get("/queue/new").text


def test_a_row_says_whether_ones_own_voice_is_wanted(
    analyst: Browser, second: Browser, third: Browser, claim: ClaimId
) -> None:
    decide(analyst, claim, "watch")
    texts = [row_of(browser, claim) for browser in (analyst, second)]
    assert texts[0] != texts[1]
    decide(second, claim, "escalate")
    assert row_of(third, claim) not in texts
    assert row_of(analyst, claim) == row_of(second, claim)


def row_of(browser: Browser, claim: ClaimId) -> str:
    page = browser.get("/queue/second").text
    row = page[page.index(f'id="claim-{claim}"') :]
    chips = re.findall(r'<li class="chip chip-waits">(.*?)</li>', row[: row.index("</ul>")])
    return " ".join(chips)


def test_disagreement_asks_a_third_and_closes_the_form_of_the_two(
    site: Site, analyst: Browser, second: Browser, third: Browser, claim: ClaimId
) -> None:
    decide(analyst, claim, "watch")
    decide(second, claim, "escalate", note="Sudah ramai di tiga grup.")
    for browser in (analyst, second):
        panel = decision_panel(browser, claim)
        assert "data-decide" not in panel
        assert "Sudah ramai di tiga grup." in panel
    assert "data-decide" in decision_panel(third, claim)
    assert "Sudah ramai" not in third.get(f"/claims/{claim}").text
    decide(analyst, claim, "escalate")  # by a form that was open before: it changes nothing
    assert site.store.claims.get(claim).state is ClaimState.NEW
    decide(third, claim, "escalate")
    assert site.store.claims.get(claim).state is ClaimState.ESCALATED
    assert "Sudah ramai di tiga grup." in third.get(f"/claims/{claim}").text


def test_undoing_what_two_settled_is_a_vote_too(
    site: Site, analyst: Browser, second: Browser, claim: ClaimId
) -> None:
    decide(analyst, claim, "dismiss")
    page = decide(second, claim, "dismiss")
    undo = re.search(
        r'name="decision" value="(\w+)">\s*<input type="hidden" name="version" value="(\d+)"', page
    )
    assert undo is not None
    second.post(f"/claims/{claim}/decisions", decision=undo[1], version=undo[2], undo="1")
    assert site.store.claims.get(claim).state is ClaimState.DISMISSED
    leave(analyst, claim)
    analyst.post(f"/claims/{claim}/decisions", decision="reopen", version="2")
    assert site.store.claims.get(claim).state is ClaimState.NEW


def test_a_referral_is_proposed_by_one_and_agreed_to_by_another(
    site: Site, analyst: Browser, second: Browser, claim: ClaimId
) -> None:
    page = analyst.get(f"/claims/{claim}/rujukan").text
    offices = re.findall(r'name="to" value="(\w+)"', page)
    assert offices == ["diskominfo", "bawaslu", "komdigi", "polri"]
    missing = analyst.post(f"/claims/{claim}/rujukan", **REFERRAL)
    assert missing.status_code == 422
    assert "Menyasar pendatang." in missing.text  # what was typed is kept
    assert 'role="alert"' in missing.text
    kept = analyst.post(f"/claims/{claim}/rujukan", **REFERRAL, **CARD)
    assert kept.status_code == 303
    (proposal,) = site.store.proposals.of_claim(claim)
    assert proposal.state is ProposalState.WAITING
    shown = second.get(f"/claims/{claim}").text
    referral = shown[shown.index('id="referrals"') : shown.index('id="special"')]
    assert "Klarifikasi saja tidak cukup." in referral
    assert "analyst" not in referral  # whose proposal it is comes with the outcome
    second.post(f"/claims/{claim}/usulan/{proposal.id}", answer="yes")
    (proposal,) = site.store.proposals.of_claim(claim)
    assert proposal.people == ("analyst", "second_reader")
    assert "analyst" in second.get(f"/claims/{claim}").text


def test_a_refusal_needs_a_word_and_one_may_take_ones_own_back(
    site: Site, analyst: Browser, second: Browser, plain: ClaimId
) -> None:
    analyst.post(f"/claims/{plain}/rujukan", **REFERRAL)
    (proposal,) = site.store.proposals.of_claim(plain)
    path = f"/claims/{plain}/usulan/{proposal.id}"
    second.post(path, answer="no", note=" ")
    assert site.store.proposals.of_claim(plain)[0].state is ProposalState.WAITING
    assert second.post(path, answer="perhaps").status_code == 400
    analyst.post(path, answer="withdraw")
    assert site.store.proposals.of_claim(plain)[0].state is ProposalState.WITHDRAWN
    assert second.post(path, answer="yes").status_code == 409


GOOD = {"found": "refuted", "url": "https://periksa.example/1", "publisher": "Periksa Arunika",
        "basis": "fact_checker", "making": "fabricated"}  # fmt: skip


def test_a_verdict_stands_with_its_link_and_its_publisher(
    site: Site, analyst: Browser, plain: ClaimId
) -> None:
    assert analyst.post(f"/claims/{plain}/putusan", **GOOD).status_code == 303
    page = unescape(analyst.get(f"/claims/{plain}").text)
    panel = page[page.index('id="verdict"') :]
    assert 'href="https://periksa.example/1"' in panel
    assert "Periksa Arunika" in panel
    seen = re.search(r'name="seen" value="([^"]+)"', panel)
    assert seen is not None
    assert analyst.post(f"/claims/{plain}/putusan", **GOOD).status_code == 409  # did not see the first
    party = {**GOOD, "url": "https://arunika.go.id/1", "basis": "party", "seen": seen[1]}
    assert analyst.post(f"/claims/{plain}/putusan", **party).status_code == 303
    page = unescape(analyst.get(f"/claims/{plain}").text)
    assert "bantahan pihak terkait" in page[page.index('id="verdict"') : page.index('id="referrals"')]


def test_a_verdict_that_one_person_set_is_told_where_the_claim_takes_two_since(
    site: Site, analyst: Browser, plain: ClaimId
) -> None:
    told = "Putusan ini ditetapkan satu orang"
    assert analyst.post(f"/claims/{plain}/putusan", **GOOD).status_code == 303
    assert told not in analyst.get(f"/claims/{plain}").text
    analyst.post(f"/claims/{plain}/khusus", special="1", note="Menyangkut tokoh agama.")
    assert told in analyst.get(f"/claims/{plain}").text


@pytest.mark.parametrize(
    "url", ["", "http://localhost/claims/1", "http://127.0.0.1:8000/", "javascript:alert(1)", "x"]
)
def test_a_verdict_without_an_outside_link_is_refused_and_nothing_is_lost(
    site: Site, analyst: Browser, plain: ClaimId, url: str
) -> None:
    answer = analyst.post(f"/claims/{plain}/putusan", **{**GOOD, "url": url, "note": "Sudah saya baca."})
    assert answer.status_code == 422
    assert "Sudah saya baca." in answer.text
    assert site.store.proposals.of_claim(plain) == []


def test_of_the_press_nothing_is_judged_or_referred(site: Site, analyst: Browser) -> None:
    (press,) = site.claims(Lane.PRESS)
    page = analyst.get(f"/claims/{press}").text
    assert 'id="verdict"' not in page
    assert 'id="referrals"' not in page
    assert analyst.get(f"/claims/{press}/rujukan").status_code == 404
    assert analyst.post(f"/claims/{press}/rujukan", **REFERRAL, **CARD).status_code in (404, 422)
    assert analyst.post(f"/claims/{press}/putusan", **GOOD).status_code == 422
    assert site.store.proposals.of_claim(press) == []


def test_khusus_is_set_by_one_and_lifted_by_two(
    site: Site, analyst: Browser, second: Browser, plain: ClaimId
) -> None:
    analyst.post(f"/claims/{plain}/khusus", special="1", note="")
    assert not site.store.claims.get(plain).special
    analyst.post(f"/claims/{plain}/khusus", special="1", note="Menyangkut tokoh agama.")
    assert site.store.claims.get(plain).special
    assert "KHUSUS" in row_chips(analyst, plain)
    decide(analyst, plain, "dismiss")
    assert site.store.claims.get(plain).state is ClaimState.NEW
    analyst.post(f"/claims/{plain}/suara/tarik")
    analyst.post(f"/claims/{plain}/khusus", special="0", note="Sudah reda.")
    assert site.store.claims.get(plain).special
    assert "Sudah reda." in second.get(f"/claims/{plain}").text
    lift = site.store.proposals.of_claim(plain)[-1]
    second.post(f"/claims/{plain}/usulan/{lift.id}", answer="yes")
    assert not site.store.claims.get(plain).special


def row_chips(browser: Browser, claim: ClaimId) -> str:
    page = browser.get("/queue/new").text
    row = page[page.index(f'id="claim-{claim}"') :]
    return row[: row.index("</ul>")]


def test_forms_stay_away_from_who_does_not_decide(site: Site, analyst: Browser, claim: ClaimId) -> None:
    analyst.post(f"/claims/{claim}/rujukan", **REFERRAL, **CARD)
    site.store.reviews.decide(claim, site.store.users.all()[0].id, Decision.WATCH, version_seen=1)
    page = site.client(Role.HEAD).get(f"/claims/{claim}").text
    main = page[page.index("<main") : page.index("</main>")]
    for place in ("decisions", "suara/tarik", "rujukan", "putusan", "khusus", "usulan"):
        assert f"/claims/{claim}/{place}" not in main


def test_the_page_of_a_claim_stays_small_with_all_of_this(
    analyst: Browser, second: Browser, claim: ClaimId
) -> None:
    long = "x" * 1_900
    analyst.post(
        f"/claims/{claim}/rujukan",
        **{**REFERRAL, "reason": long, "necessity": long},
        **dict.fromkeys(CARD, long),
    )
    decide(analyst, claim, "watch", note="y" * 3_900)
    assert len(analyst.get(f"/claims/{claim}").data) < 100_000


def test_what_was_proposed_before_it_was_the_press_is_shown_to_be_refused(
    site: Site, analyst: Browser, second: Browser, plain: ClaimId
) -> None:
    analyst.post(f"/claims/{plain}/rujukan", **REFERRAL, **CARD)
    for name in {view.item.source for view in site.store.claims.view(plain).items}:
        site.store.collector.save_source(make_source(name, SourceKind.PRESS, region="arunika"))
    (proposal,) = site.store.proposals.of_claim(plain)
    page = second.get(f"/claims/{plain}").text
    assert f"/usulan/{proposal.id}" in page
    assert 'value="yes"' not in page
    second.post(f"/claims/{plain}/usulan/{proposal.id}", answer="yes")
    assert site.store.proposals.of_claim(plain)[0].state is ProposalState.WAITING
    assert 'value="withdraw"' in analyst.get(f"/claims/{plain}").text
    second.post(f"/claims/{plain}/usulan/{proposal.id}", answer="no", note="Ini berita.")
    assert site.store.proposals.of_claim(plain)[0].state is ProposalState.DIVIDED


def test_a_check_on_the_address_by_which_people_come_is_our_own(
    site: Site, analyst: Browser, plain: ClaimId
) -> None:
    parts = site.app.extensions["kentongan"]
    site.app.extensions["kentongan"] = replace(
        parts, settings=replace(parts.settings, public_url="https://kentongan.kota.example")
    )
    url = "https://kentongan.kota.example/claims/1"
    assert analyst.post(f"/claims/{plain}/putusan", **{**GOOD, "url": url}).status_code == 422
    assert site.store.proposals.of_claim(plain) == []
