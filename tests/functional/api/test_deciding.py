"""Deciding by token: one door with the pages, two people where it takes two, 409 instead of overwriting."""

import pytest

from kentongan.domain import ClaimId, ClaimState, Decision, Label, Lane, Role, UserId
from tests.api import Program, program
from tests.web_city import Site


def user(site: Site, role: Role) -> UserId:
    found = site.store.users.named(role.value)
    assert found is not None
    return found.id


def of_two(site: Site) -> ClaimId:
    return next(k for k in site.claims() if Label.IDENTITY_POLITICS in site.store.claims.get(k).labels)


def test_a_decision_is_kept_and_its_undo_brings_the_claim_back(site: Site, analyst: Program) -> None:
    key = site.claims()[0]
    answer = analyst.post(
        f"/claims/{key}/decisions", decision="escalate", version_seen=1, reason="danger", note="Segera."
    )
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["state_after"] == site.store.claims.get(key).state == ClaimState.ESCALATED
    assert answer.json["version"] == 2
    undone = analyst.post(f"/claims/{key}/undo", version_seen=2)
    assert undone.status_code == 200
    assert site.store.claims.get(key).state is ClaimState.NEW
    assert [review.decision for review in site.store.claims.view(key).reviews] == ["reopen", "escalate"]


def test_the_second_of_two_is_told_the_version_and_changes_nothing(site: Site, analyst: Program) -> None:
    key = site.claims()[0]
    assert analyst.post(f"/claims/{key}/decisions", decision="watch", version_seen=1).status_code == 200
    late = program(site, Role.SECOND_READER).post(
        f"/claims/{key}/decisions", decision="dismiss", version_seen=1
    )
    assert late.status_code == 409
    assert late.json is not None
    assert (late.json["code"], late.json["version"]) == ("version_conflict", 2)
    assert site.store.claims.get(key).state is ClaimState.WATCHING


def test_a_claim_that_another_works_on_is_refused_and_says_until_when(site: Site, analyst: Program) -> None:
    key = site.claims()[0]
    lease = site.store.leases.hold(key, user(site, Role.SECOND_READER))
    answer = analyst.post(f"/claims/{key}/decisions", decision="watch", version_seen=1)
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "held"
    assert answer.json["held_until"][:19] == lease.until.isoformat()[:19]
    assert "second_reader" not in answer.text
    site.store.leases.give_back(key, user(site, Role.SECOND_READER))
    assert analyst.post(f"/claims/{key}/decisions", decision="watch", version_seen=1).status_code == 200


def test_what_takes_two_waits_and_two_that_agree_settle_it(site: Site, analyst: Program) -> None:
    key, second = of_two(site), program(site, Role.SECOND_READER)
    answer = analyst.post(f"/claims/{key}/decisions", decision="escalate", version_seen=1)
    assert answer.status_code == 202
    assert answer.json == {
        "outcome": "waiting", "claim_id": str(key), "decision": "escalate", "awaited": "second", "changed": False,
    }  # fmt: skip
    assert site.store.claims.get(key).state is ClaimState.NEW
    settled = second.post(f"/claims/{key}/decisions", decision="escalate", version_seen=1)
    assert settled.status_code == 200
    assert site.store.claims.get(key).state is ClaimState.ESCALATED
    assert (
        second.post(f"/claims/{key}/undo", version_seen=2).status_code == 202
    )  # what two settled, two reopen


def test_a_vote_is_taken_back_before_a_second_one_and_not_after(site: Site, analyst: Program) -> None:
    key, second = of_two(site), program(site, Role.SECOND_READER)
    path = f"/claims/{key}/vote"
    assert analyst.ask("DELETE", path).json["code"] == "nothing_to_undo"  # type: ignore[index]
    analyst.post(f"/claims/{key}/decisions", decision="escalate", version_seen=1)
    assert second.ask("DELETE", path).json["code"] == "nothing_to_undo"  # type: ignore[index]
    taken = analyst.ask("DELETE", path)
    assert (taken.status_code, taken.data) == (204, b"")
    assert site.store.claims.get(key).waits is False
    analyst.post(f"/claims/{key}/decisions", decision="escalate", version_seen=1)
    second.post(f"/claims/{key}/decisions", decision="dismiss", version_seen=1)
    assert analyst.ask("DELETE", path).json["code"] == "vote_closed"  # type: ignore[index]
    again = analyst.post(f"/claims/{key}/decisions", decision="watch", version_seen=1)
    assert (again.status_code, again.json["code"]) == (409, "vote_closed")  # type: ignore[index]


def test_the_press_takes_only_its_own_decisions(site: Site, analyst: Program) -> None:
    key = site.claims(Lane.PRESS)[0]
    answer = analyst.post(f"/claims/{key}/decisions", decision="escalate", version_seen=1)
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "not_offered"
    assert answer.json["offered"] == ["ask_clarification", "right_of_reply", "press_council", "note"]
    assert analyst.post(f"/claims/{key}/decisions", decision="note", version_seen=1).status_code == 200


def test_only_ones_own_newest_decision_is_undone(site: Site, analyst: Program) -> None:
    key = site.claims()[0]
    assert analyst.post(f"/claims/{key}/undo", version_seen=1).json["code"] == "nothing_to_undo"  # type: ignore[index]
    site.store.reviews.decide(key, user(site, Role.ADMINISTRATOR), Decision.WATCH, version_seen=1)
    assert analyst.post(f"/claims/{key}/undo", version_seen=2).json["code"] == "nothing_to_undo"  # type: ignore[index]
    stale = analyst.post(f"/claims/{key}/undo", version_seen=1)
    assert (stale.status_code, stale.json["code"]) == (409, "version_conflict")  # type: ignore[index]


def test_a_merged_claim_is_decided_on_no_more_and_says_where_to(site: Site, analyst: Program) -> None:
    one, other = site.claims()[:2]
    site.store.edits.merge(
        one, other, user(site, Role.ADMINISTRATOR), keep_version=1, other_version=1, note=""
    )
    version = site.store.claims.get(other).version
    answer = analyst.post(f"/claims/{other}/decisions", decision="watch", version_seen=version)
    assert answer.status_code == 409
    assert answer.json is not None
    assert (answer.json["code"], answer.json["claim_id"]) == ("merged", str(one))


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["decision", "version_seen"]),
        ({"decision": "delete", "version_seen": 1}, ["decision"]),
        ({"decision": "watch", "version_seen": "1"}, ["version_seen"]),
        ({"decision": "watch", "version_seen": True}, ["version_seen"]),
        ({"decision": "watch", "version_seen": -1}, ["version_seen"]),
        ({"decision": "watch", "version_seen": 1, "reason": "so"}, ["reason"]),
        ({"decision": "watch", "version_seen": 1, "note": "x" * 4001}, ["note"]),
        ({"decision": "watch", "version_seen": 1, "user_id": "x"}, ["user_id"]),
    ],
)
def test_a_body_that_cannot_be_taken_names_its_fields(
    site: Site, analyst: Program, body: dict[str, object], fields: list[str]
) -> None:
    key = site.claims()[0]
    answer = analyst.post(f"/claims/{key}/decisions", **body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [error["field"] for error in answer.json["errors"]] == fields
    assert site.store.claims.get(key).version == 1


def test_a_body_that_is_no_json_is_told_apart(site: Site, analyst: Program) -> None:
    path = f"/claims/{site.claims()[0]}/decisions"
    broken = analyst.ask("POST", path, data=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json["code"]) == (400, "unreadable")  # type: ignore[index]
    form = analyst.ask("POST", path, data={"decision": "watch", "version_seen": "1"})
    assert (form.status_code, form.json["code"]) == (415, "not_json")  # type: ignore[index]
    long = analyst.ask("POST", path, data=b" " * 70_000, headers={"Content-Type": "application/json"})
    assert (long.status_code, long.json["code"]) == (413, "too_large")  # type: ignore[index]
    surrogate = analyst.ask(
        "POST", path, data=b'{"note":"\\ud800"}', headers={"Content-Type": "application/json"}
    )
    assert surrogate.status_code == 400


def test_notes_of_decisions_leave_masked(site: Site, analyst: Program) -> None:
    key = site.claims()[0]
    note = "Kata @head: hubungi 081234567890."
    answer = analyst.post(f"/claims/{key}/decisions", decision="watch", version_seen=1, note=note)
    assert answer.status_code == 200
    for told in (answer, analyst.get(f"/claims/{key}")):
        assert "hubungi" in told.text
        assert "0812" not in told.text
        assert "@head" not in told.text


def test_a_note_is_kept_masked_and_says_whom_it_mentions_not(site: Site, analyst: Program) -> None:
    key = site.claims()[0]
    answer = analyst.post(f"/claims/{key}/notes", text="Hubungi 081234567890, @head dan @siapa.")
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["masked"], answer.json["unknown_mentions"]) == (True, ["siapa"])
    kept = site.store.notes.of_claim(key, 1)[0]
    assert str(kept.id) == answer.json["id"]
    assert "0812" not in kept.text
    for text in ("", " ", "x" * 4001):
        assert analyst.post(f"/claims/{key}/notes", text=text).status_code == 422
