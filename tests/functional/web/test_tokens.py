"""Making tokens on one's own page, seeing them once, revoking them; and what administrators see of them."""

import re

import pytest

from kentongan.domain import Role
from kentongan.tokens import MAX_OWN, Scope
from tests.api import Program, make_token
from tests.factories import PASSWORD
from tests.web_city import Browser, Site
from webui.access import scopes_of

FORM = {"name": "dasbor kota", "scope": ["claims:read", "check"], "days": "30", "own": PASSWORD}


def shown(page: str) -> str:
    found = re.search(r'<code class="one-time">(ktg_[^<]+)</code>', page)
    assert found is not None
    return found[1]


def test_a_token_is_made_shown_once_used_and_revoked(site: Site, analyst: Browser) -> None:
    answer = analyst.post("/akun/token", page="/akun/token", **FORM)
    assert answer.status_code == 200
    text = shown(answer.text)
    program = Program(site.app.test_client(use_cookies=False), text)
    assert program.get("/claims").status_code == 200
    assert program.get("/archive").status_code == 403
    listed = analyst.get("/akun/token").text
    assert "dasbor kota" in listed
    assert text[:16] in listed
    assert text[17:] not in listed
    token = site.store.tokens.all()[0]
    assert token.scopes == {Scope.CLAIMS_READ, Scope.CHECK}
    assert 29 <= (token.expires_at - token.made_at).days <= 30
    gone = analyst.post(f"/akun/token/{token.id}/cabut", page="/akun/token")
    assert gone.location == "/akun/token"
    assert program.get("/claims").status_code == 401
    assert f"/akun/token/{token.id}/cabut" not in analyst.get("/akun/token").text
    assert analyst.post(f"/akun/token/{token.id}/cabut", page="/akun/token").status_code == 404
    actions = [entry.action for entry in site.store.audit.latest(6)]
    assert {"make token", "revoke token"} <= set(actions)


@pytest.mark.parametrize(
    "changed",
    [
        {"own": "salah"}, {"own": ""}, {"scope": []}, {"scope": ["field:report"]}, {"scope": ["everything"]}, {"days": "366"},
        {"days": "0"}, {"days": ""}, {"days": "x"}, {"name": ""}, {"name": "x" * 61},
    ],
)  # fmt: skip
def test_what_is_not_allowed_makes_no_token_and_keeps_what_was_typed(
    site: Site, analyst: Browser, changed: dict[str, object]
) -> None:
    answer = analyst.post("/akun/token", page="/akun/token", **(FORM | changed))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="claims:read" checked' in answer.text or "scope" in changed
    assert "one-time" not in answer.text
    assert site.store.tokens.all() == []


@pytest.mark.parametrize("role", Role)
def test_each_role_is_offered_what_it_may_and_nothing_else(site: Site, role: Role) -> None:
    page = site.client(role).get("/akun/token").text
    offered = set(re.findall(r'name="scope" value="([^"]+)"', page))
    assert offered == {scope.value for scope in scopes_of(role)}
    assert (role is Role.LIAISON) == (not offered)


def test_a_person_with_twenty_is_told_to_revoke_one(site: Site, analyst: Browser) -> None:
    for _ in range(MAX_OWN):
        make_token(site, Role.ANALYST)
    assert analyst.post("/akun/token", page="/akun/token", **FORM).status_code == 422


def test_nobody_revokes_anothers_token_but_an_administrator(site: Site, analyst: Browser) -> None:
    make_token(site, Role.HEAD)
    key = site.store.tokens.all()[0].id
    assert analyst.post(f"/akun/token/{key}/cabut", page="/akun/token").status_code == 404
    assert site.store.tokens.all()[0].revoked_at is None
    administrator = site.client(Role.ADMINISTRATOR)
    page = administrator.get("/orang/token").text
    assert "dasbor kota" in page
    assert administrator.post(f"/orang/token/{key}/cabut", page="/orang/token").location == "/orang/token"
    assert site.store.tokens.all()[0].revoked_at is not None
    latest = site.store.audit.latest(1)[0]
    assert (latest.actor, latest.action, latest.subject) == ("administrator", "revoke token", "head")


def test_another_password_ends_ones_tokens(site: Site) -> None:
    program = Program(site.app.test_client(use_cookies=False), make_token(site, Role.ANALYST))
    site.store.users.set_password("analyst", "kata sandi lain sekali", by="analyst")
    assert program.get("/claims").status_code == 401


def test_hostile_names_are_shown_as_text(site: Site, analyst: Browser) -> None:
    analyst.post("/akun/token", page="/akun/token", **(FORM | {"name": "<script>alert(1)</script>"}))
    for page in (analyst.get("/akun/token").text, site.client(Role.ADMINISTRATOR).get("/orang/token").text):
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
