"""Reading claims by token: the queue's order and filters, paging while others work, one claim with all of it."""

from uuid import UUID

import pytest

from kentongan.domain import ClaimId, Decision, Lane, Reason, Role
from kentongan.gazetteer import read_gazetteer
from tests.api import Program, program
from tests.web_city import CHAIN, B, H, I, Seen, Site, see


def ids(answer: object) -> list[str]:
    assert isinstance(answer, dict)
    return [claim["id"] for claim in answer["claims"]]


def test_a_lane_comes_in_the_order_of_the_queue(site: Site, analyst: Program) -> None:
    for lane in (Lane.NEW, Lane.PRESS, Lane.CLOSED):
        found = analyst.get(f"/claims?lane={lane}").json
        assert ids(found) == [str(key) for key in site.claims(lane)]
        assert found is not None
        assert found["total"] == len(found["claims"])


@pytest.mark.parametrize(
    "query",
    ["label=hoax", "label=black_campaign", "stance=asserts", "platform=news", "kind=public_channel", "check=true",
     "check=false", "election=true", "age=1d", "age=older", "held=nobody", "held=me", "label=hoax&check=false"],
)  # fmt: skip
def test_filters_narrow_as_they_do_on_the_page(site: Site, analyst: Program, query: str) -> None:
    page = site.client(Role.ANALYST).get(
        "/queue/new?" + query.replace("=true", "=yes").replace("=false", "=no")
    )
    found = analyst.get(f"/claims?{query}").json
    assert all(f'id="claim-{key}"' in page.text for key in ids(found))
    assert page.text.count('id="claim-') == len(ids(found))


def test_a_place_narrows_and_one_of_no_region_is_told(site: Site, analyst: Program) -> None:
    place = sorted(read_gazetteer("arunika").places)[0]
    assert analyst.get(f"/claims?place={place}").status_code == 200
    answer = analyst.get("/claims?place=99.99.99")
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == "place"


def test_nothing_is_left_out_or_shown_twice_while_claims_arrive_and_others_decide(
    site: Site, analyst: Program
) -> None:
    texts = [
        f"Kabar nomor {n}: jembatan gantung {n} di kampung {n * 7} roboh, pilih nomor {n}!" for n in range(30)
    ]
    check = site.store.fact_checks.without_embedding("none", 1)[0].id
    for number, text in enumerate(texts[:20]):
        see(
            site.store,
            Seen("kanal-warga", text, labels=(H,) if number % 2 else (B, H), hours=number + 1),
            100 + number,
            check,
        )
    there = set(site.claims())
    assert len(there) == 24
    shown, cursor, pages = list[str](), "", 0
    arriving = iter(enumerate(texts[20:]))
    while True:
        found = analyst.get(f"/claims?limit=4&cursor={cursor}").json
        assert found is not None
        assert len(found["claims"]) <= 4
        shown += ids(found)
        pages += 1
        number, text = next(arriving)
        see(site.store, Seen("kanal-ibu", text, labels=(H,)), 200 + number, check)
        site.store.reviews.decide(  # on what was shown: it leaves the lane above the place that is reached
            ClaimId(UUID(ids(found)[0])), user(site), Decision.WATCH,
            version_seen=found["claims"][0]["version"],
        )  # fmt: skip
        if found["next"] is None:
            break
        cursor = found["next"]
    assert pages >= 6
    assert len(shown) == len(set(shown))
    assert {str(key) for key in there} <= set(shown)


def user(site: Site):  # type: ignore[no-untyped-def]
    found = site.store.users.named("second_reader")
    assert found is not None
    return found.id


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("lane=unflagged", "lane"), ("lane=", "lane"), ("label=fake", "label"), ("limit=0", "limit"), ("limit=101", "limit"),
        ("limit=1.5", "limit"), ("limit=+1", "limit"), ("check=1", "check"), ("cursor=x", "cursor"), ("foo=1", "foo"),
        ("author=sari", "author"), ("lane=new&lane=press", "lane"), ("lane=sample&label=hoax", "label"),
    ],
)  # fmt: skip
def test_what_is_no_choice_is_refused_and_named(analyst: Program, query: str, field: str) -> None:
    answer = analyst.get(f"/claims?{query}")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_claim_comes_with_items_checks_and_history(site: Site, analyst: Program) -> None:
    key = site.claims()[0]
    site.store.reviews.decide(
        key, user(site), Decision.WATCH, version_seen=1, reason=Reason.SPREADING, note="Catatan."
    )
    site.store.notes.add(key, user(site), "Tanya @analyst, nomor 081234567890.", readers=[Role.ANALYST])
    found = analyst.get(f"/claims/{key}").json
    assert found is not None
    assert found["claim"]["state"] == "watching"
    assert found["claim"]["version"] == 2
    assert CHAIN in [item["text"] for item in found["items"]]
    item = next(item for item in found["items"] if item["text"] == CHAIN)
    assert {reading["band"] for reading in item["readings"]} <= {"high", "medium", "low"}
    assert all(item["text"][mark["start"] : mark["end"]].strip() for mark in item["marks"])
    assert found["checks"][0]["verdict_text"] == "SALAH"
    assert found["checks"][0]["confirmed"] is True
    note, decision = found["history"]
    assert (note["kind"], decision["kind"]) == ("note", "decision")
    assert "081234567890" not in note["text"]
    assert "analyst" not in note["text"]
    assert (decision["decision"], decision["reason"], decision["note"]) == ("watch", "spreading", "Catatan.")


def test_reading_takes_no_lease_and_tells_when_another_has_one(site: Site, analyst: Program) -> None:
    key = site.claims()[0]
    assert analyst.get(f"/claims/{key}").json["held"] is False  # type: ignore[index]
    assert site.store.leases.holders([key]) == {}
    site.store.leases.hold(key, user(site))
    assert analyst.get(f"/claims/{key}").json["held"] is True  # type: ignore[index]


def test_a_merged_claim_leads_to_the_one_that_stands(site: Site, analyst: Program) -> None:
    one, other = site.claims()[:2]
    site.store.edits.merge(one, other, user(site), keep_version=1, other_version=1, note="Sama.")
    found = analyst.get(f"/claims/{other}").json
    assert found is not None
    assert (found["merged_into"], found["items"]) == (str(one), [])
    assert analyst.get(f"/claims/{one}").json["history"][0]["kind"] == "merge"  # type: ignore[index]


def test_an_unchanged_answer_is_304_and_a_changed_one_is_not(site: Site, analyst: Program) -> None:
    path = f"/claims/{site.claims()[0]}"
    tag = analyst.get(path).headers["ETag"]
    again = analyst.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    site.store.notes.add(site.claims()[0], user(site), "Berubah.", readers=[])
    assert analyst.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_what_takes_two_people_is_told(site: Site, analyst: Program) -> None:
    found = analyst.get("/claims?label=identity_politics").json
    assert found is not None
    assert [claim["needs_two"] for claim in found["claims"]] == [True]
    assert found["claims"][0]["labels"] == [I.value]


def test_who_only_reads_may_not_ask_for_claims_of_their_own(site: Site) -> None:
    answer = program(site, Role.HEAD).get("/claims?held=me")
    assert answer.status_code == 422
