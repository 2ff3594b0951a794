"""Events of a case in one order, and when its spread was at its height."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import (
    ClaimEdit,
    ClaimId,
    ClaimState,
    Decision,
    EditKind,
    FactCheck,
    FactCheckId,
    ItemId,
    Review,
    UserId,
    Verdict,
)
from kentongan.incidents import (
    CaseFile,
    Change,
    ChangeKind,
    Clarification,
    HandOut,
    Incident,
    IncidentId,
    IncidentState,
    Note,
    PartKind,
)
from kentongan.timeline import LEAST_PEAK, MOST_PEAKS, ClaimFacts, EventKind, ItemFacts, peaks, timeline

JAKARTA, MAKASSAR, JAYAPURA = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def key(n: int) -> UUID:
    return UUID(int=n)


def case(**changes: object) -> CaseFile:
    incident = Incident(IncidentId(key(1)), "2026-001", "Isu TPS", "", IncidentState.OPEN, "sari", AT, AT, 1)
    nothing: dict[str, object] = dict.fromkeys(
        ("parts", "notes", "files", "clarifications", "changes", "hand_outs"), ()
    )
    return CaseFile(incident, **(nothing | changes))  # type: ignore[arg-type]


def claim(n: int = 10, **changes: object) -> ClaimFacts:
    nothing: dict[str, object] = {"hours": {}, "reviews": (), "edits": ()}
    return ClaimFacts(key(n), "TPS ditutup", **(nothing | changes))  # type: ignore[arg-type]


def item(n: int = 20, **changes: object) -> ItemFacts:
    facts: dict[str, object] = {
        "published_at": AT,
        "first_seen_at": AT + HOUR,
        "gone_at": None,
        "revisions": (),
    }
    return ItemFacts(key(n), "Info TPS", "Kanal Warga", **(facts | changes))  # type: ignore[arg-type]


def test_each_thing_gives_its_event_in_the_order_it_happened() -> None:
    review = Review(
        key(30), ClaimId(key(10)), UserId(key(2)), "sari", Decision.ESCALATE, "spreading", "Ramai.", AT + 3 * HOUR,
        1, ClaimState.NEW, ClaimState.ESCALATED,
    )  # fmt: skip
    edits = [
        ClaimEdit(key(31), EditKind.MERGE, ClaimId(key(10)), ClaimId(key(11)), (ItemId(key(21)),), "tono", "", AT + 4 * HOUR),
        ClaimEdit(key(32), EditKind.SPLIT, ClaimId(key(10)), ClaimId(key(12)), (ItemId(key(22)),), "tono", "", AT + 5 * HOUR),
    ]  # fmt: skip
    check = FactCheck(
        FactCheckId(key(40)), "https://p.example/1", "Periksa", "TPS ditutup?", Verdict.REFUTED, "SALAH", "", AT + 6 * HOUR,
        "", AT + 9 * HOUR,
    )  # fmt: skip
    whole = case(
        changes=(
            Change(key(50), ChangeKind.OPENED, None, None, "Isu TPS", "sari", AT + 7 * HOUR, ""),
            Change(
                key(51), ChangeKind.ADDED, PartKind.FILE, key(60), "surat.pdf", "sari", AT + 8 * HOUR, "asli"
            ),
            Change(key(52), ChangeKind.CLOSED, None, None, "Isu TPS", "sari", AT + 10 * HOUR, "reda"),
        ),
        notes=(Note(key(53), "tono", AT + 9 * HOUR, "RT 03 menyangkal"),),
        hand_outs=(HandOut(key(54), "sari", AT + 11 * HOUR, "Bawaslu", "surat tugas", "a" * 64, 9),),
        clarifications=(
            Clarification(key(55), "https://kpu.example/1", "KPU", date(2026, 3, 4), "sari", AT),
            Clarification(key(56), "https://kpu.example/2", "KPU", date(2026, 3, 4), "sari", AT, AT + HOUR),
        ),
    )
    facts = claim(hours={AT.replace(minute=0): 3}, reviews=[review], edits=edits)
    seen = item(revisions=[(2, AT + 12 * HOUR)], gone_at=AT + 13 * HOUR)

    found = timeline(whole, [facts], [seen], [check], JAKARTA)
    kinds = [event.kind.value for event in found]
    assert kinds == [
        "published", "peak", "first_seen", "decision", "merged", "split", "fact_check", "opened", "added", "note",
        "closed", "handed_out", "edited", "gone", "clarification",
    ]  # fmt: skip
    by_kind = {event.kind: event for event in found}
    decision = by_kind[EventKind.DECISION]
    assert (decision.code, decision.by, decision.note, decision.table, decision.row) == (
        "escalate", "sari", "Ramai.", "reviews", key(30),
    )  # fmt: skip
    assert (by_kind[EventKind.EDITED].count, by_kind[EventKind.MERGED].count) == (2, 1)
    said = by_kind[EventKind.CLARIFICATION]
    assert (said.at.isoformat(), said.whole_day, said.row) == ("2026-03-04T00:00:00+07:00", True, key(55))
    assert by_kind[EventKind.ADDED].note == "asli"
    assert {event.at.tzinfo for event in found} == {JAKARTA}


def test_an_item_that_only_changed_has_no_beginning() -> None:
    found = timeline(case(), [], [item(begins=False, revisions=[(2, AT)])], [], JAKARTA)
    assert [event.kind for event in found] == [EventKind.EDITED]


def test_one_merge_that_two_claims_of_the_case_took_part_in_stands_once() -> None:
    edit = ClaimEdit(key(31), EditKind.MERGE, ClaimId(key(10)), ClaimId(key(11)), (), "tono", "", AT)
    assert len(timeline(case(), [claim(10, edits=[edit]), claim(11, edits=[edit])], [], [], JAKARTA)) == 1


def test_a_peak_is_the_fullest_hour_while_all_lie_within_three_days() -> None:
    assert peaks({AT: 2, AT + HOUR: 5, AT + 71 * HOUR: 4}, JAKARTA) == [
        ((AT + HOUR).astimezone(JAKARTA), 5, False)
    ]


def test_after_three_days_a_peak_is_a_day_of_the_region() -> None:
    # 16.00 to 18.00 UTC are one day in no zone of Indonesia: midnight lies between them.
    evening = datetime(2026, 3, 2, 16, tzinfo=UTC)
    hours = {evening: 4, evening + HOUR: 3, evening + 2 * HOUR: 3, evening + 90 * HOUR: 2}
    assert peaks(hours, JAKARTA) == [(datetime(2026, 3, 3, tzinfo=JAKARTA), 6, True)]
    assert peaks(hours, MAKASSAR) == [(datetime(2026, 3, 3, tzinfo=MAKASSAR), 10, True)]


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {AT: 0},
        {AT: LEAST_PEAK - 1},
        {AT + n * HOUR: 9 for n in range(MOST_PEAKS + 1)},
    ],
)
def test_nothing_that_stands_out_is_no_peak(hours: dict[datetime, int]) -> None:
    assert peaks(hours, JAKARTA) == []


SPREADS = st.dictionaries(
    st.integers(0, 24 * 40).map(lambda n: AT.replace(minute=0) + n * HOUR), st.integers(0, 50), max_size=60
)
ZONES = st.sampled_from([JAKARTA, MAKASSAR, JAYAPURA])


@given(SPREADS, ZONES)
def test_a_peak_is_never_lower_than_any_hour_nor_higher_than_all_together(
    hours: dict[datetime, int], zone: ZoneInfo
) -> None:
    for at, count, daily in peaks(hours, zone):
        assert LEAST_PEAK <= count <= sum(hours.values())
        assert count >= max(hours.values())
        assert at.tzinfo is zone
        end = at + (timedelta(days=1) if daily else HOUR)
        assert count == sum(n for hour, n in hours.items() if at <= hour < end)


@given(SPREADS, st.randoms(use_true_random=False), ZONES)
def test_the_order_is_the_same_however_the_values_came(
    hours: dict[datetime, int], random: object, zone: ZoneInfo
) -> None:
    items = [item(n, published_at=at, first_seen_at=at, gone_at=at) for n, at in enumerate(hours, 100)]
    claims = [claim(n, hours=hours) for n in range(10, 13)]
    first = timeline(case(), claims, items, [], zone)
    random.shuffle(items)  # type: ignore[attr-defined]
    random.shuffle(claims)  # type: ignore[attr-defined]
    assert timeline(case(), claims, items, [], zone) == first
    assert all(a.at <= b.at for a, b in pairwise(first))
    assert len({(e.kind, e.table, e.row, e.at) for e in first}) == len(first)
