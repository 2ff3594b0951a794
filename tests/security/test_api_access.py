"""Every operation for every role and scope, walked from the application's own map; and every way a token stops."""

import logging
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from kentongan.domain import Role
from kentongan.one_time import digest
from kentongan.store.attempts import FREE
from kentongan.store.database import now
from kentongan.store.schema_tokens import ApiTokenRow
from kentongan.tokens import Scope
from tests.api import Program, make_token, program
from tests.factories import PASSWORD
from tests.security.test_web_access import BY_TOKEN, address, routes
from tests.web_city import Site
from webui.api import limits
from webui.api.operations import OPERATIONS, PREFIX
from webui.app import create_app


@pytest.fixture(scope="module")
def walked(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path_factory.mktemp("api") / "home")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "CHANGES", "10000 per minute")
        assert site.index is not None
        site.app = create_app(site.settings, site.store, site.index)
    yield site
    site.close()


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


def ask(program: Program, method: str, path: str) -> TestResponse:
    return program.ask(method, path.removeprefix(PREFIX), json={} if method == "POST" else None)


def test_every_operation_is_in_the_table_and_in_the_map(walked: Site) -> None:
    mapped = {(rule.endpoint, method) for rule, method in routes(walked) if rule.endpoint.startswith("v1.")}
    assert mapped == set(BY_TOKEN) == {(one.endpoint, one.method) for one in OPERATIONS.values()}


@pytest.mark.parametrize("role", Role)
def test_a_token_opens_what_its_scopes_name_and_its_owners_role_may(walked: Site, role: Role) -> None:
    everything = program(walked, role, *Scope)
    by_scope = {scope: program(walked, role, scope) for scope in Scope}
    for rule, method in routes(walked):
        if (rule.endpoint, method) not in BY_TOKEN:
            continue
        scope, roles = BY_TOKEN[rule.endpoint, method]
        path = address(walked, rule)
        for held, asking in [(None, everything), *by_scope.items()]:
            answer = ask(asking, method, path)
            let_in = role in roles and held in (None, scope)
            assert (answer.status_code not in (401, 403)) == let_in, (rule.endpoint, role, held)
            if not let_in:
                assert answer.status_code == 403
                assert f'scope="{scope.value}"' in answer.headers["WWW-Authenticate"]
                assert answer.json is not None
                assert answer.json["code"] == "out_of_scope"
            assert answer.headers.get("Set-Cookie") is None


def test_no_session_and_no_other_kind_of_secret_opens_an_operation(walked: Site) -> None:
    signed_in, token = walked.client(Role.ADMINISTRATOR).client, make_token(walked, Role.ANALYST)
    for rule, method in routes(walked):
        if (rule.endpoint, method) not in BY_TOKEN:
            continue
        path = address(walked, rule)
        for headers in (
            {},
            {"Authorization": token},
            {"Authorization": f"Basic {token}"},
            {"Authorization": "Bearer"},
            {"Authorization": f"Token {token}"},
            {"X-Api-Key": token},
            {"Cookie": f"token={token}"},
        ):
            answer = signed_in.open(path, method=method, headers=headers)
            assert answer.status_code == 401, (path, headers)
            assert answer.content_type == "application/problem+json"
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert signed_in.open(f"{path}?access_token={token}", method=method).status_code == 401


def test_a_session_does_not_widen_what_a_token_opens(walked: Site) -> None:
    client = walked.client(Role.ADMINISTRATOR).client
    token = make_token(walked, Role.LIAISON, *Scope)
    answer = client.get(f"{PREFIX}/claims", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def refused(program: Program) -> str:
    """Return why a token opens nothing."""
    answer = program.get("/sources")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert answer.json is not None
    return str(answer.json["detail"])


def test_a_token_stops_at_the_next_request_whatever_stops_it(site: Site) -> None:
    asking, users = program(site), site.store.users
    assert asking.get("/sources").status_code == 200
    token = site.store.tokens.all()[0]
    assert token.last_used_at is not None

    site.store.factors.require([Role.ANALYST], by="administrator")
    assert refused(asking) == "factor"
    site.store.factors.require([], by="administrator")
    users.set_role("analyst", Role.LIAISON, by="administrator")
    assert asking.get("/sources").status_code == 403
    users.set_role("analyst", Role.HEAD, by="administrator")
    assert asking.get("/sources").status_code == 200
    assert asking.post(f"/claims/{site.claims()[0]}/decisions").status_code == 403
    for _ in range(FREE):
        site.store.attempts.admit("analyst", f"own:{token.user.id}")
    assert refused(asking) == "locked"
    site.store.attempts.unlock("analyst", by="administrator")
    assert asking.get("/sources").status_code == 200
    users.set_active("analyst", False, by="administrator")
    assert refused(asking) == "account"
    users.set_active("analyst", True, by="administrator")
    assert refused(asking) == "account"


def test_a_token_that_is_over_revoked_or_unknown_opens_nothing(site: Site) -> None:
    over, gone = program(site), program(site)
    with site.store.database.write() as session:
        key = digest(over.token[17:])
        session.execute(update(ApiTokenRow).where(ApiTokenRow.secret_hash == key).values(expires_at=now()))
    assert refused(over) == "expired"
    site.store.tokens.revoke(site.store.tokens.all()[0].id, by="administrator")
    assert refused(gone) == "revoked"
    assert refused(Program(gone.client, gone.token[:-1] + "~")) == "unknown"
    assert refused(Program(gone.client, "ktg_" + "a" * 4_000)) == "unknown"


def test_refused_use_is_written_down_once_in_ten_minutes_with_owner_and_name(site: Site) -> None:
    asking = program(site, Role.ANALYST, Scope.CHECK)
    for _ in range(3):
        assert asking.get("/claims").status_code == 403
        assert Program(asking.client, "ktg_nothing").get("/claims").status_code == 401
        assert asking.client.get(f"{PREFIX}/claims").status_code == 401  # bears none: nothing was used
    entries = [entry for entry in site.store.audit.latest(20) if entry.action == "token refused"]
    assert [(entry.actor, entry.subject) for entry in entries] == [("nobody", ""), ("analyst", "analyst")]
    assert entries[1].detail["why"] == "not for claims:read"
    assert entries[1].detail["name"] == "dasbor kota"


def test_secrets_are_in_no_log_no_entry_and_no_row(
    site: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = program(site)
    for path in ("/claims", "/nothing", "/claims?foo=1", "/archive?q=tps"):
        asking.get(path)
    site.store.tokens.revoke(site.store.tokens.all()[0].id, by="administrator")
    asking.get("/claims")
    secret = asking.token[17:]
    told = caplog.text + "".join(capfd.readouterr()) + str(site.store.audit.latest(50))
    assert secret not in told
    for file in site.home.rglob("*.db*"):
        assert secret.encode() not in file.read_bytes()
    assert "kentongan_http_requests" in (metrics := site.client().get("/metrics").text)
    assert secret not in metrics


def test_strangers_who_guess_at_the_login_stop_no_token(site: Site) -> None:
    asking, stranger = program(site), site.client()
    for _ in range(FREE + 2):
        stranger.post("/login", page="/login", name="analyst", password=PASSWORD + "x")
    assert asking.get("/sources").status_code == 200
    assert timedelta() < site.store.attempts.admit("analyst")
