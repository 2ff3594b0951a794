"""Who works on a claim, over HTTP: opening takes it, others see it, it is given back or taken over."""

import re
from datetime import timedelta
from html import unescape

import pytest

from kentongan.domain import ClaimId, Label, Role
from kentongan.leases import LENGTH
from kentongan.store.database import now
from kentongan.store.leases import Leases
from tests.web_city import Browser, Site


@pytest.fixture
def claim(site: Site) -> ClaimId:
    return site.claims()[0]


@pytest.fixture
def second(site: Site) -> Browser:
    return site.client(Role.SECOND_READER)


def holder(site: Site, claim: ClaimId) -> str | None:
    lease = site.store.leases.holders([claim]).get(claim)
    return lease.user_name if lease else None


def lease_part(page: str) -> str:
    found = re.search(r'<div class="lease.*?</div>', page, re.S)
    return unescape(found[0]) if found else ""


def take_over(site: Site, browser: Browser, claim: ClaimId, note: str) -> int:
    seen = site.store.leases.holders([claim])[claim].user_id
    return browser.post(f"/claims/{claim}/lease/over", holder=str(seen), note=note).status_code


def test_opening_a_claim_takes_it_and_others_see_by_whom(
    site: Site, claim: ClaimId, analyst: Browser, second: Browser
) -> None:
    mine = lease_part(analyst.get(f"/claims/{claim}").text)
    assert "data-lease" in mine
    assert "/lease/back" in mine
    assert holder(site, claim) == "analyst"
    theirs = lease_part(second.get(f"/claims/{claim}").text)
    assert "analyst" in theirs
    assert re.search(r"\d\d\.\d\d WIB", theirs)
    assert "/lease/over" in theirs
    assert "data-lease " not in theirs
    assert holder(site, claim) == "analyst"


@pytest.mark.parametrize("role", [Role.HEAD, Role.REVIEWER])
def test_who_only_reads_takes_nothing_but_sees_who_has_it(
    site: Site, claim: ClaimId, analyst: Browser, role: Role
) -> None:
    reader = site.client(role)
    assert lease_part(reader.get(f"/claims/{claim}").text) == ""
    assert holder(site, claim) is None
    analyst.get(f"/claims/{claim}")
    shown = lease_part(reader.get(f"/claims/{claim}").text)
    assert "analyst" in shown
    assert "<form" not in shown


def test_asking_for_the_head_of_a_page_takes_nothing(site: Site, claim: ClaimId, analyst: Browser) -> None:
    assert analyst.client.head(f"/claims/{claim}").status_code == 200
    assert holder(site, claim) is None


def test_a_decision_on_what_another_works_on_gets_a_page_that_keeps_the_note(
    site: Site, claim: ClaimId, analyst: Browser, second: Browser
) -> None:
    analyst.get(f"/claims/{claim}")
    answer = second.post(
        f"/claims/{claim}/decisions",
        decision="watch",
        version=1,
        note="sudah <b>kutelepon</b>",
        back="/queue/new",
    )
    assert answer.status_code == 409
    assert "analyst" in answer.text
    assert "sudah &lt;b&gt;kutelepon&lt;/b&gt;" in answer.text
    assert f"/claims/{claim}" in answer.text
    assert site.store.claims.get(claim).version == 1


def test_taking_over_is_told_to_all_and_refuses_the_first_holders_decision(
    site: Site, claim: ClaimId, analyst: Browser, second: Browser
) -> None:
    analyst.get(f"/claims/{claim}")
    assert take_over(site, second, claim, "Kak analyst\r\nsedang rapat") == 303
    assert holder(site, claim) == "second_reader"

    answer = analyst.post(f"/claims/{claim}/decisions", decision="dismiss", version=1, note="menurutku aman")
    assert answer.status_code == 409
    for said in ("second_reader", "Kak analyst\nsedang rapat", "menurutku aman"):
        assert said in answer.text
    assert holder(site, claim) == "second_reader"

    page = second.get(f"/claims/{claim}").text
    assert "Kak analyst\nsedang rapat" in page.split('<ol class="history">')[1]
    assert "data-lease" in lease_part(page)
    assert second.post(f"/claims/{claim}/decisions", decision="watch", version=1).status_code == 303
    assert [review.user_name for review in site.store.claims.view(claim).reviews] == ["second_reader"]


@pytest.mark.parametrize("note", ["", "  \r\n "])
def test_taking_over_without_a_note_says_so_and_takes_nothing(
    site: Site, claim: ClaimId, analyst: Browser, second: Browser, note: str
) -> None:
    analyst.get(f"/claims/{claim}")
    assert take_over(site, second, claim, note) == 303
    assert 'role="status"' in second.get(f"/claims/{claim}").text
    assert holder(site, claim) == "analyst"


def test_forms_that_no_page_gave_are_refused(
    site: Site, claim: ClaimId, analyst: Browser, second: Browser
) -> None:
    analyst.get(f"/claims/{claim}")
    lease = f"/claims/{claim}/lease"
    assert second.post(f"{lease}/over", note="mendesak").status_code == 400
    assert second.post(f"{lease}/over", holder="x", note="mendesak").status_code == 400
    assert take_over(site, second, claim, "x" * 1001) == 400
    for until in ("", "x", "0001-01-01T00:00:00+14:00"):
        assert analyst.post(f"{lease}/back", until=until).status_code == 400, until
    for path in (lease, f"{lease}/back", f"{lease}/over"):
        assert analyst.client.post(path, data={"note": "x"}).status_code == 400, path
    assert holder(site, claim) == "analyst"


def test_the_script_renews_and_is_told_when_the_claim_was_taken_over(
    site: Site, claim: ClaimId, analyst: Browser, second: Browser
) -> None:
    analyst.get(f"/claims/{claim}")
    before = site.store.leases.holders([claim])[claim]
    answer = analyst.post(f"/claims/{claim}/lease")
    after = site.store.leases.holders([claim])[claim]
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["until"] == after.until.isoformat()
    assert re.fullmatch(r"\d\d\.\d\d WIB", answer.json["clock"])
    assert after.until > before.until
    take_over(site, second, claim, "mendesak")
    answer = analyst.post(f"/claims/{claim}/lease")
    assert answer.status_code == 409
    assert answer.json is not None
    assert "second_reader" in answer.json["said"]


def test_giving_back_leads_to_the_queue_and_frees_the_claim(
    site: Site, claim: ClaimId, analyst: Browser
) -> None:
    analyst.get(f"/claims/{claim}")
    answer = analyst.post(f"/claims/{claim}/lease/back")
    assert (answer.status_code, answer.location) == (303, "/queue/")
    assert holder(site, claim) is None


def test_a_page_that_is_left_gives_back_its_own_lease_only(
    site: Site, claim: ClaimId, analyst: Browser
) -> None:
    analyst.get(f"/claims/{claim}")
    left = site.store.leases.holders([claim])[claim].until.isoformat()
    analyst.get(f"/claims/{claim}")  # loaded again, before the old page says that it goes
    assert analyst.post(f"/claims/{claim}/lease/back", until=left).status_code == 204
    assert holder(site, claim) == "analyst"
    now_held = site.store.leases.holders([claim])[claim].until.isoformat()
    assert analyst.post(f"/claims/{claim}/lease/back", until=now_held).status_code == 204
    assert holder(site, claim) is None


def test_after_a_decision_the_page_of_the_claim_holds_it_no_more(
    site: Site, claim: ClaimId, analyst: Browser, second: Browser
) -> None:
    analyst.get(f"/claims/{claim}")
    analyst.post(f"/claims/{claim}/decisions", decision="verify", version=1)
    assert lease_part(analyst.get(f"/claims/{claim}").text) == ""
    assert holder(site, claim) is None
    second.get(f"/claims/{claim}")
    assert holder(site, claim) == "second_reader"


def test_deciding_from_the_queue_needs_no_lease(site: Site, claim: ClaimId, analyst: Browser) -> None:
    answer = analyst.post(f"/claims/{claim}/decisions", decision="watch", version=1, back="/queue/new")
    assert answer.status_code == 303
    assert holder(site, claim) is None


def test_a_lease_that_ran_out_keeps_nobody_out(
    site: Site, claim: ClaimId, analyst: Browser, second: Browser
) -> None:
    user = next(user for user in site.store.users.all() if user.name == "analyst")
    Leases(site.store.database, lambda: now() - LENGTH - timedelta(seconds=1)).hold(claim, user.id)
    assert "data-lease" in lease_part(second.get(f"/claims/{claim}").text)
    assert holder(site, claim) == "second_reader"


def test_who_has_voted_does_not_hold_the_claim_again_by_another_page(site: Site, analyst: Browser) -> None:
    key = next(k for k in site.claims() if Label.IDENTITY_POLITICS in site.store.claims.get(k).labels)
    analyst.get(f"/claims/{key}")
    analyst.post(f"/claims/{key}/decisions", decision="escalate", version="1")
    answer = analyst.post(f"/claims/{key}/lease")
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["said"]
    assert holder(site, key) is None
