"""How often a token may ask, and that it is told when to come back."""

import pytest

from kentongan.domain import Role
from tests.api import Program, program
from tests.web_city import Site
from webui.api import limits
from webui.app import create_app


@pytest.fixture
def hurried(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The city, where a token may look three times a minute and change two things."""
    monkeypatch.setattr(limits, "LOOKS", "3 per minute")
    monkeypatch.setattr(limits, "CHANGES", "2 per minute")
    monkeypatch.setattr("webui.check.limits.CHECKS_PER_USER", "1 per minute")
    assert site.index is not None
    site.app = create_app(site.settings, site.store, site.index)
    return site


def test_beyond_the_limit_is_429_with_the_seconds_to_wait(hurried: Site) -> None:
    asking = program(hurried)
    codes = [asking.get(path).status_code for path in ("/claims", "/sources", "/archive", "/claims")]
    assert codes == [200, 200, 200, 429]
    answer = asking.get("/claims")
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "too_often"
    assert 1 <= int(answer.headers["Retry-After"]) <= 61  # a minute, rounded up


def test_each_token_is_counted_by_itself_and_looks_apart_from_changes(hurried: Site) -> None:
    asking, other = program(hurried), program(hurried)
    for _ in range(4):
        asking.get("/sources")
    assert asking.get("/sources").status_code == 429
    assert other.get("/sources").status_code == 200
    key = hurried.claims()[0]
    codes = [asking.post(f"/claims/{key}/notes", text="Catatan.").status_code for _ in range(3)]
    assert codes == [201, 201, 429]


def test_texts_looked_at_are_counted_with_those_of_the_page(hurried: Site) -> None:
    asking = program(hurried)
    assert hurried.client(Role.ANALYST).post("/periksa", text="Sebarkan!").status_code == 503
    assert asking.post("/check", text="Sebarkan!").status_code == 429
    assert program(hurried, Role.HEAD).post("/check", text="Sebarkan!").status_code == 503


def test_refused_tokens_use_nothing_up(hurried: Site) -> None:
    asking = program(hurried)
    for _ in range(5):
        assert Program(asking.client, asking.token[:-1] + "~").get("/claims").status_code == 401
    assert asking.get("/claims").status_code == 200
