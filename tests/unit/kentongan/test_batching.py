"""What one decision would do to each of several claims."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kentongan.batching import Fate, fate_of
from kentongan.domain import (
    CLAIM_DECISIONS,
    PRESS_DECISIONS,
    Claim,
    ClaimId,
    ClaimState,
    Decision,
    Label,
    Lane,
)
from kentongan.ids import new_id

AT = datetime(2026, 3, 1, tzinfo=UTC)
CLAIM = Claim(
    id=ClaimId(new_id()),
    headline="Pasar pagi akan digusur",
    lane=Lane.NEW,
    state=ClaimState.NEW,
    priority=1.0,
    labels=frozenset({Label.HOAX}),
    item_count=1,
    source_count=1,
    first_seen_at=AT,
    last_seen_at=AT,
    version=3,
)
NEW = CLAIM_DECISIONS - {Decision.REOPEN}


def fate(claim: Claim = CLAIM, decision: Decision = Decision.WATCH, **changes: Any) -> Fate:
    asked: dict[str, Any] = {"offered": NEW, "version_seen": 3, "needs_two": False, "held_by_other": False}
    asked |= changes
    return fate_of(claim, asked.pop("version_seen"), decision, asked.pop("offered"), **asked)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Fate.DECIDE),
        ({"needs_two": True}, Fate.VOTE),
        ({"held_by_other": True}, Fate.HELD),
        ({"version_seen": 2}, Fate.CHANGED),
        ({"offered": PRESS_DECISIONS}, Fate.PRESS),
        ({"decision": Decision.NOTE}, Fate.PRESS),
        ({"decision": Decision.REOPEN, "offered": NEW}, Fate.NOT_OFFERED),
        ({"decision": Decision.NOTE, "offered": PRESS_DECISIONS}, Fate.DECIDE),
        ({"needs_two": True, "held_by_other": True}, Fate.HELD),
        ({"version_seen": 2, "held_by_other": True}, Fate.CHANGED),
    ],
)
def test_each_claim_has_one_fate(changes: dict[str, Any], expected: Fate) -> None:
    assert fate(**changes) is expected


def test_what_stands_so_already_is_left_and_what_waits_for_a_voice_is_not() -> None:
    watched = replace(CLAIM, state=ClaimState.WATCHING, lane=Lane.WATCHING)
    assert fate(watched, offered=CLAIM_DECISIONS) is Fate.ALREADY
    assert fate(replace(watched, lane=Lane.SECOND), offered=CLAIM_DECISIONS) is Fate.VOTE
    assert fate(replace(CLAIM, lane=Lane.SECOND)) is Fate.VOTE


def test_only_what_is_decided_or_voted_on_is_included() -> None:
    assert {one for one in Fate if one.included} == {Fate.DECIDE, Fate.VOTE}
