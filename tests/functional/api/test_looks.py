"""What is looked at by token is written down as it is on the pages, with the token's name (R21)."""

from typing import Any

import pytest

from kentongan.domain import Lane, Role
from tests.api import Program, make_token
from tests.security.test_web_access import BY_TOKEN
from tests.web_city import Site

LOOKED = {
    "v1.list_claims": "view queue",
    "v1.read_claim": "view claim",
    "v1.search_archive": "search",
    "v1.read_item": "view item",
    "v1.list_saved_searches": "list saved searches",
    "v1.read_saved_search": "view saved search",
}
"""What each operation that only reads leaves in the log."""
QUIET = {"v1.list_sources"}
ELSEWHERE = {"v1.read_bundle"}  # with the bundle that tests/functional/sharing release
"""Shows no claim, item or search."""


def path(site: Site, endpoint: str) -> str:
    claim = site.claims()[0]
    item = site.store.claims.view(claim).items[0].item.id
    search = site.store.saved.all()[0].id
    return {
        "v1.list_claims": "/claims", "v1.read_claim": f"/claims/{claim}", "v1.search_archive": "/archive?q=tps",
        "v1.read_item": f"/items/{item}", "v1.list_saved_searches": "/saved-searches",
        "v1.read_saved_search": f"/saved-searches/{search}",
    }[endpoint]  # fmt: skip


def test_every_operation_that_reads_is_known_to_leave_an_entry_or_to_have_nothing_to_tell() -> None:
    assert {endpoint for endpoint, method in BY_TOKEN if method == "GET"} == {*LOOKED, *QUIET, *ELSEWHERE}


@pytest.mark.parametrize("endpoint", sorted(LOOKED))
def test_a_look_leaves_an_entry_with_the_tokens_name(site: Site, analyst: Program, endpoint: str) -> None:
    assert analyst.get(path(site, endpoint)).status_code == 200
    latest = site.store.audit.latest(1)[0]
    assert (latest.actor, latest.action) == ("analyst", LOOKED[endpoint])
    assert latest.detail["token"] == "dasbor kota"


def test_the_same_lane_again_is_one_entry_and_another_lane_another(site: Site, analyst: Program) -> None:
    for _ in range(3):
        analyst.get("/claims?lane=new")
    analyst.get(f"/claims?lane={Lane.PRESS}")
    assert sum(entry.action == "view queue" for entry in site.store.audit.latest(50)) == 2


def test_a_look_by_a_second_token_of_the_same_person_is_written_down_too(site: Site) -> None:
    for name in ("dasbor kota", "dasbor kecamatan"):
        token = make_token(site, Role.ANALYST, name=name)
        assert Program(site.app.test_client(use_cookies=False), token).get("/claims").status_code == 200
    looks = [entry for entry in site.store.audit.latest(50) if entry.action == "view queue"]
    assert {entry.detail["token"] for entry in looks} == {"dasbor kota", "dasbor kecamatan"}


def test_a_search_is_written_down_as_the_page_does(site: Site, analyst: Program) -> None:
    def detail() -> dict[str, Any]:
        return {
            name: value for name, value in site.store.audit.latest(1)[0].detail.items() if name != "token"
        }

    analyst.get("/archive?q=tps&label=hoax&kind=item")
    by_token = detail()
    site.client(Role.ANALYST).get("/archive/?q=tps&label=hoax")
    assert by_token == detail()


def test_what_is_done_by_token_says_so_and_the_pages_do_not(site: Site, analyst: Program) -> None:
    first, second = site.claims()[:2]
    analyst.post(f"/claims/{first}/decisions", decision="watch", version_seen=1)
    analyst.post(f"/claims/{first}/notes", text="Catatan.")
    note, decision = site.store.audit.latest(2)
    assert (note.action, note.detail["token"]) == ("note claim", "dasbor kota")
    assert (decision.action, decision.detail["token"]) == ("decide", "dasbor kota")
    site.client(Role.ANALYST).post(f"/claims/{second}/decisions", decision="watch", version="1")
    latest = site.store.audit.latest(1)[0]
    assert (latest.action, "token" in latest.detail) == ("decide", False)
    assert site.store.audit.verify() is None
