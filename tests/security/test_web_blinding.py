"""What a person voted is told to nobody who has still to vote: on no page, in no file, in no log."""

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import url_for
from sqlalchemy import select

from kentongan.domain import ClaimId, Decision, Label, Reason, Role, UserId
from kentongan.opinions import VoteClosed
from kentongan.store.schema import AuditRow
from tests.api import program
from tests.web_city import Browser, Site

NOTE = "Catatan suara pertama yang tidak boleh bocor."
PAGES = ("/", "/queue/new", "/queue/second", "/queue/escalated", "/archive/", "/incidents/", "/narratives/")


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


@pytest.fixture
def claim(site: Site) -> ClaimId:
    """Return a claim on which the analyst voted, and nobody else yet."""
    key = next(k for k in site.claims() if Label.IDENTITY_POLITICS in site.store.claims.get(k).labels)
    voter = next(user for user in site.store.users.all() if user.name == Role.ANALYST.value)
    site.store.reviews.decide(
        key, voter.id, Decision.ESCALATE, version_seen=1, reason=Reason.DANGER, note=NOTE
    )
    site.store.leases.give_back(key, voter.id)
    return key


def pages(site: Site, claim: ClaimId) -> list[str]:
    """Return every page that names no other thing than the claim, and the general ones."""
    own = [f"/claims/{claim}", f"/claims/{claim}/rujukan", f"/archive/?q=claim:{claim}"]
    with site.app.test_request_context():
        own.append(url_for("claims.past", claim_id=claim))
    items = [f"/archive/items/{view.item.id}" for view in site.store.claims.view(claim).items]
    return [*PAGES, *own, *items]


def section(page: str, start: str, end: str) -> str:
    return page[page.index(start) :].partition(end)[0] if start in page else ""


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ANALYST])
def test_no_page_tells_what_was_voted_or_by_whom(site: Site, claim: ClaimId, role: Role) -> None:
    browser = site.client(role)
    for path in pages(site, claim):
        page = browser.get(path).text
        assert NOTE not in page, path
    page = browser.get(f"/claims/{claim}").text
    panel = section(page, 'id="decision"', "</aside>") + section(page, 'id="history"', "</main>")
    assert "analyst" not in panel
    # All buttons look alike: none is marked as the choice of somebody.
    assert "aria-pressed" not in panel
    assert "<strong>Eskalasi" not in panel


def test_the_page_is_the_same_whatever_the_first_vote_was(site: Site, claim: ClaimId) -> None:
    other, voter = site.client(Role.SECOND_READER), user(site, Role.ANALYST)
    seen = set()
    for decision in (Decision.DISMISS, Decision.WATCH, Decision.VERIFY, Decision.ESCALATE):
        site.store.reviews.decide(claim, voter, decision, version_seen=1, note=f"catatan {decision}")
        seen.add(without_changes(other, f"/claims/{claim}"))
        site.store.leases.give_back(claim, user(site, Role.SECOND_READER))
    assert len(seen) == 1


def without_changes(browser: Browser, path: str) -> str:
    """Return what a page says of deciding and of the past, without tokens, times and who works on it."""
    page = re.sub(r'value="[^"]{60,}"|<time .*?</time>', "", browser.get(path).text)
    lease = re.compile(r'<div class="lease.*?</div>', re.DOTALL)
    return lease.sub(
        "", section(page, 'id="decision"', "</aside>") + section(page, 'id="history"', "</main>")
    )


def user(site: Site, role: Role) -> UserId:
    return next(found.id for found in site.store.users.all() if found.name == role.value)


def test_the_record_shows_it_only_to_who_has_voted(site: Site, claim: ClaimId) -> None:
    for role in Role:
        found = site.store.votes.opinions_for(claim, user(site, role))
        if role is Role.ANALYST:
            assert [vote.note for vote in found.votes] == [NOTE]
        else:
            assert found.votes == ()
            assert found.own is None
    assert site.store.claims.view(claim).reviews == ()


def test_exports_do_not_hold_it(site: Site, claim: ClaimId) -> None:
    browser = site.client(Role.SECOND_READER)
    for form in ("csv", "jsonl", "xlsx"):
        data = browser.get(f"/archive/export?format={form}").data
        if form == "xlsx":
            with zipfile.ZipFile(io.BytesIO(data)) as file:
                data = b"".join(file.read(name) for name in file.namelist())
        assert NOTE.encode() not in data
        assert b"escalate" not in data


def test_the_audit_log_tells_that_and_not_what(site: Site, claim: ClaimId) -> None:
    with site.store.database.read() as session:
        entries = session.scalars(select(AuditRow).where(AuditRow.subject == str(claim))).all()
    votes = [entry for entry in entries if entry.action == "vote"]
    assert [entry.actor for entry in votes] == ["analyst"]
    for entry in entries:
        assert NOTE not in str(entry.detail)
        assert "escalate" not in str(entry.detail)
        assert "danger" not in str(entry.detail)


def test_nobody_can_vote_for_another_or_take_their_vote_back(site: Site, claim: ClaimId) -> None:
    other = site.client(Role.SECOND_READER)
    other.post(f"/claims/{claim}/suara/tarik", user_id=str(user(site, Role.ANALYST)))
    assert site.store.votes.opinions_for(claim, user(site, Role.ANALYST)).own is not None
    with pytest.raises(VoteClosed):
        site.store.reviews.withdraw(claim, user(site, Role.SECOND_READER))
    for role in (Role.HEAD, Role.REVIEWER, Role.LIAISON, Role.FIELD_REPORTER):
        answer = site.client(role).post(f"/claims/{claim}/decisions", decision="escalate", version="1")
        assert answer.status_code == 403
    assert site.store.claims.view(claim).reviews == ()


API = ("/claims?lane=second", "/claims?lane=new", "/archive?q=kota", "/archive?state=escalated", "/sources")


@pytest.mark.parametrize("role", [Role.SECOND_READER, Role.ADMINISTRATOR, Role.HEAD, Role.REVIEWER])
def test_no_answer_by_token_tells_what_was_voted_or_by_whom(site: Site, claim: ClaimId, role: Role) -> None:
    asking = program(site, role)
    for path in (*API, f"/claims/{claim}"):
        told = asking.get(path).text
        assert NOTE not in told, path
        assert "analyst" not in told, path
        assert '"danger"' not in told, path
    found = asking.get(f"/claims/{claim}").json
    assert found is not None
    assert found["opinion"] == {"awaited": "second", "own": None}
    assert found["history"] == []
    assert found["claim"]["state"] == "new"


def test_answers_by_token_are_the_same_whatever_the_first_vote_was(site: Site, claim: ClaimId) -> None:
    other, voter = program(site, Role.SECOND_READER), user(site, Role.ANALYST)
    seen = {path: set[str]() for path in (*API, f"/claims/{claim}")}
    for decision in (Decision.DISMISS, Decision.WATCH, Decision.VERIFY, Decision.ESCALATE):
        site.store.reviews.decide(claim, voter, decision, version_seen=1, note=f"catatan {decision}")
        for path, told in seen.items():
            told.add(other.get(path).text)
    assert {path: len(told) for path, told in seen.items()} == dict.fromkeys(seen, 1)


def test_a_voter_sees_by_token_their_own_vote_and_no_other(site: Site, claim: ClaimId) -> None:
    assert program(site, Role.ANALYST).get(f"/claims/{claim}").json["opinion"] == {  # type: ignore[index]
        "awaited": "second",
        "own": "escalate",
    }
    second = program(site, Role.SECOND_READER)
    answer = second.post(f"/claims/{claim}/decisions", decision="dismiss", version_seen=1)
    assert answer.status_code == 202
    assert "escalate" not in answer.text
    third = program(site, Role.ADMINISTRATOR).get(f"/claims/{claim}")
    assert third.json["opinion"] == {"awaited": "third", "own": None}  # type: ignore[index]
    assert NOTE not in third.text
    for path in ("vote", "undo"):
        method = "DELETE" if path == "vote" else "POST"
        body = {"version_seen": 1} if path == "undo" else None
        refused = program(site, Role.ADMINISTRATOR).ask(method, f"/claims/{claim}/{path}", json=body)
        assert (refused.status_code, refused.json["code"]) == (409, "nothing_to_undo")  # type: ignore[index]


@pytest.mark.parametrize("decision", [Decision.DISMISS, Decision.ESCALATE])
def test_the_trouble_that_a_second_person_meets_tells_nothing(
    site: Site, claim: ClaimId, decision: Decision
) -> None:
    second = program(site, Role.SECOND_READER)
    stale = second.post(f"/claims/{claim}/decisions", decision=decision.value, version_seen=0)
    assert (stale.status_code, stale.json["version"]) == (409, 1)  # type: ignore[index]
    assert "escalate" not in stale.text
    assert "analyst" not in stale.text
