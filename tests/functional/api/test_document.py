"""The document and its page: made of what is there, open to everybody, and whole."""

import json
import re

import jsonschema_rs
import pytest

from kentongan.domain import Role
from tests.api import program
from tests.security.test_web_access import BY_TOKEN
from tests.web_city import Site
from webui.api.operations import OPERATIONS
from webui.api.problems import KINDS


def test_the_document_is_openapi_3_1_and_names_every_route_with_its_scope(site: Site) -> None:
    answer = site.client().get("/api/v1/openapi.json")
    assert answer.content_type == "application/json"
    found = answer.json
    assert found is not None
    assert found["openapi"] == "3.1.0"
    mapped = {
        (re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule), method.lower()): BY_TOKEN[rule.endpoint, method][0].value
        for rule in site.app.url_map.iter_rules()
        for method in rule.methods or ()
        if (rule.endpoint, method) in BY_TOKEN
    }
    told = {
        (path, method): operation["security"][0]["token"][0]
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
    }
    assert told == mapped


def test_every_reference_and_link_of_the_document_leads_somewhere(site: Site) -> None:
    found = site.client().get("/api/v1/openapi.json").json
    assert found is not None
    text = json.dumps(found)
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in found["components"]["schemas"], name
    operations = {one["operationId"] for methods in found["paths"].values() for one in methods.values()}
    assert set(re.findall(r'"operationId": "(\w+)"', text)) == operations == set(OPERATIONS)
    for schema in found["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"})


def test_the_document_is_the_same_whoever_asks_in_whatever_language_and_knows_its_etag(site: Site) -> None:
    stranger, signed_in = site.client(), site.client(Role.ANALYST)
    signed_in.post("/language", language="en")
    one, other = stranger.get("/api/v1/openapi.json"), signed_in.get("/api/v1/openapi.json")
    assert one.data == other.data
    again = stranger.get("/api/v1/openapi.json", headers={"If-None-Match": one.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_shows_every_operation_and_every_trouble(site: Site, language: str) -> None:
    browser = site.client()
    browser.post("/language", language=language)
    page = browser.get("/api")
    assert page.status_code == 200
    assert len(page.data) < 100_000
    for one in OPERATIONS.values():
        assert f'id="{one.name}"' in page.text
    for code in KINDS:
        assert f'id="{code.value}"' in page.text
    anchors = set(re.findall(r'href="#([^"]+)"', page.text))
    assert anchors <= set(re.findall(r' id="([^"]+)"', page.text))
    assert "<script" not in page.text


def test_addresses_that_are_none_are_problems_too_and_pages_stay_pages(site: Site) -> None:
    client = site.client().client
    for path, status in (("/api/v1/", 404), ("/api/v1/nothing", 404), ("/api/v1/claims/x", 404)):
        answer = client.get(path)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), path
        assert answer.json is not None
        assert answer.json["type"] == "/api#not_found"
    answer = client.put("/api/v1/claims")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert client.get("/nothing").content_type.startswith("text/html")
    assert client.get("/api/v2/claims").content_type.startswith("text/html")


def test_trouble_nobody_thought_of_is_a_problem_that_tells_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(site.store.saved, "visible_to", broken)
    answer = program(site).get("/saved-searches")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert answer.json is not None
    assert answer.json["code"] == "broken"


def test_the_old_address_of_checks_says_that_it_is_old(site: Site) -> None:
    analyst = site.client(Role.ANALYST)
    answer = analyst.client.post(
        "/api/periksa", json={"text": "a"}, headers={"X-CSRFToken": analyst.token("/periksa")}
    )
    assert answer.headers["Deprecation"].startswith("@")
    assert answer.headers["Link"] == '</api/v1/check>; rel="successor-version"'
