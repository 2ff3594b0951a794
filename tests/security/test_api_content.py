"""What no answer by token ever holds: who posted, who of the team did it, labels beside the press."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kentongan.domain import ClaimId, Decision, Lane, Role
from kentongan.tokens import Scope
from tests.api import Program, program
from tests.web_city import H, Seen, Site, see
from webui.api.document import document

FORBIDDEN = re.compile(
    r"author|handle|byline|poster|person|people_names|user|owner|holder|reviewer|analyst|voter|by_whom|made_by|asked_by"
    r"|password|hash$|session|ip$|phone|email|account|voice_name|penulis|akun",
    re.IGNORECASE,
)
PEOPLE = [role.value for role in Role]
BYLINE, PSEUDONYM, HANDLE, PHONE = "Wartawati Rahasia", "p0123456789abcdef", "@akun_rahasia", "081298765432"


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every field in a JSON value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}"
            yield from keys(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, path)


def user(site: Site, role: Role) -> Any:
    found = site.store.users.named(role.value)
    assert found is not None
    return found.id


def busy_claim(site: Site) -> ClaimId:
    """Return a claim that several people of the team worked on, of a post and an article with bylines."""
    check = site.store.fact_checks.without_embedding("none", 1)[0].id
    text = f"Kabar dari {HANDLE}: jembatan roboh, hubungi {PHONE} sekarang juga. Sebarkan!"
    key = see(site.store, Seen("kanal-warga", text, labels=(H,), author=PSEUDONYM), 900, check)
    see(
        site.store,
        Seen("warta", text, title="Jembatan Disebut Roboh", labels=(H,), author=BYLINE),
        901,
        check,
    )
    site.build_index()
    second, analyst = user(site, Role.SECOND_READER), user(site, Role.ANALYST)
    site.store.reviews.decide(key, second, Decision.WATCH, version_seen=1, note="Pantau dulu.")
    site.store.notes.add(key, second, "Tanya @analyst dan @head.", readers=list(Role))
    site.store.leases.hold(key, second)
    site.store.leases.take_over(key, analyst, "Saya teruskan.", seen=second)
    return key


def answers(site: Site, asking: Program, key: ClaimId) -> Iterator[tuple[str, Any]]:
    """Yield what every operation that reads answers."""
    claim = asking.get(f"/claims/{key}").json
    assert claim is not None
    items = [f"/items/{item['id']}" for item in claim["items"]]
    search = site.store.saved.all()[0].id
    site.store.saved_hits.record(
        {view.item.id: [search] for view in site.store.claims.view(key).items},
        [search],
        site.store.saved.versions(),
    )
    lanes = [f"/claims?lane={lane}" for lane in Lane if lane is not Lane.UNFLAGGED]
    paths = [f"/claims/{key}", *lanes, *items, "/archive?q=jembatan&facets=true", "/archive?facets=true",
             "/sources", "/saved-searches", f"/saved-searches/{search}"]  # fmt: skip
    for path in paths:
        answer = asking.get(path)
        assert answer.status_code == 200, path
        yield path, answer.json


@pytest.mark.parametrize("role", [Role.ANALYST, Role.HEAD, Role.REVIEWER])
def test_no_answer_tells_who_posted_or_who_of_the_team_did_something(site: Site, role: Role) -> None:
    key = busy_claim(site)
    for path, answer in answers(site, program(site, role), key):
        told = json.dumps(answer, ensure_ascii=False)
        assert [name for name in keys(answer) if FORBIDDEN.search(name.rpartition(".")[2])] == [], path
        for hidden in (BYLINE, PSEUDONYM, HANDLE, PHONE, HANDLE.removeprefix("@")):
            assert hidden not in told, (path, hidden)
        for name in PEOPLE:
            assert not re.search(rf'"{name}"|@{name}\b', told), (path, name)


def test_no_shape_of_the_document_has_a_forbidden_field() -> None:
    found = document()
    names = {
        f"{shape}.{name}"
        for shape, schema in found["components"]["schemas"].items()
        for name in schema.get("properties", {})
    }
    assert len(names) > 100
    assert {one for one in names if FORBIDDEN.search(one.rpartition(".")[2])} == set()
    asked = {
        parameter["name"]
        for path in found["paths"].values()
        for operation in path.values()
        for parameter in operation["parameters"]
    }
    assert {one for one in asked if FORBIDDEN.search(one)} == set()


def test_beside_the_press_no_answer_speaks_of_hoaxes(site: Site) -> None:
    asking, key = program(site), site.claims(Lane.PRESS)[0]
    claim = asking.get(f"/claims/{key}").json
    assert claim is not None
    told = [
        claim,
        asking.get(f"/items/{claim['items'][0]['id']}").json,
        asking.get("/claims?lane=press").json,
    ]
    for answer in told:
        assert not re.search(
            "hoax|hoaks|black_campaign|identity_politics|salah", json.dumps(answer), re.IGNORECASE
        )
    hits = asking.get("/archive?platform=news&kind=item").json
    assert hits is not None
    assert [hit["labels"] for hit in hits["hits"]] == [[], []]


@pytest.mark.parametrize("role", [Role.LIAISON, Role.FIELD_REPORTER])
def test_liaisons_and_reporters_get_no_post_whatever_their_token_says(site: Site, role: Role) -> None:
    asking = program(site, role, *Scope)
    key = site.claims()[0]
    item = site.store.claims.view(key).items[0].item.id
    for path in ("/claims", f"/claims/{key}", "/archive", f"/items/{item}", "/saved-searches", "/sources"):
        answer = asking.get(path)
        assert answer.status_code == 403
        assert "TPS" not in answer.text


def test_hostile_text_comes_as_json_and_nothing_else(site: Site) -> None:
    check = site.store.fact_checks.without_embedding("none", 1)[0].id
    hostile = '<script>alert(1)</script>"},{"x":"' + "\u2028 Sebarkan segera ke semua orang!"
    key = see(site.store, Seen("kanal-warga", hostile, labels=(H,), url="javascript:alert(1)"), 950, check)
    answer = program(site).get(f"/claims/{key}")
    assert answer.content_type == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json is not None
    assert "<script>" in answer.json["items"][0]["text"]
    assert set(answer.json) == {
        "claim", "merged_into", "held", "opinion", "items", "checks", "history", "more_history", "captures",
    }  # fmt: skip
