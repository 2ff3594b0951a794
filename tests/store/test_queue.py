"""The queue: its order, its pages while people decide, its filters and what its rows count; on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select, update

from kentongan import sampling
from kentongan.domain import (
    ClaimId,
    Decision,
    Label,
    Lane,
    Match,
    Platform,
    SourceKind,
    Stage,
    Stance,
)
from kentongan.errors import BadInput
from kentongan.queueing import SPREAD_DAYS, Age, Asked, Clash, Holding, Illegal, Wanted
from kentongan.store import Store
from kentongan.store.copies import Traits
from kentongan.store.queue_rows import first_hour
from kentongan.store.schema import ClaimRow, ItemPlaceRow, ItemRow
from kentongan.store.schema_queue import ClaimHourRow, ClaimPlaceRow, SampleRow
from tests.factories import claim_of, make_assessment, make_fact_check, make_item, make_source, make_user
from tests.grouping import add, add_flagged, add_sources, cut, decide, link, said
from tests.store.test_summary import turn_back

AT = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 9, tzinfo=UTC)
ASKED = Asked(AT, first_hour(MIDNIGHT), lift=3.0)
EVERYTHING = Wanted()


@pytest.fixture(autouse=True)
def _no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw nothing, so that one claim in twenty is not elsewhere."""
    monkeypatch.setattr(sampling, "SHARE", 0.0)


def fill_lane(store: Store, count: int, seed: int = 5) -> list[ClaimId]:
    """Return claims of one item each in the lane of what is new, with weights of which many are alike."""
    add_sources(store)
    chance = Random(seed)
    keys = [claim_of(store, add_flagged(store, said(0, 12, f"hal{n}x"), "suara")) for n in range(count)]
    with store.database.write() as session:
        for key in keys:
            values = {"priority": chance.choice((0.1, 0.3, 0.9, 0.9, 2.7)), "election": chance.random() < 0.4}
            session.execute(update(ClaimRow).where(ClaimRow.id == key).values(**values))
    return keys


def in_order(store: Store, lift: float) -> list[ClaimId]:
    """Return the lane as its whole would be sorted."""
    rows = store.claims.queue(Lane.NEW, limit=1_000).rows
    return [
        row.claim.id
        for row in sorted(
            rows,
            key=lambda row: (row.claim.priority * (lift if row.claim.election else 1.0), row.claim.id),
            reverse=True,
        )
    ]


def walk(store: Store, asked: Asked, limit: int, wanted: Wanted = EVERYTHING) -> Iterator[list[ClaimId]]:
    cursor = ""
    while True:
        page = store.claims.queue(Lane.NEW, wanted=wanted, asked=asked, cursor=cursor, limit=limit)
        yield [row.claim.id for row in page.rows]
        cursor = page.cursor
        if not cursor:
            return


@pytest.mark.parametrize("lift", [1.0, 1.7, 3.0])
def test_claims_about_an_election_stand_higher_by_its_lift_and_others_as_they_did(
    store: Store, lift: float
) -> None:
    fill_lane(store, 30)
    asked = Asked(AT, ASKED.first_hour, lift=lift)
    assert [key for page in walk(store, asked, 7) for key in page] == in_order(store, lift)


@pytest.mark.parametrize(
    ("beside", "election"),
    [
        ("PDIP dan Raka Sudirja", False),
        ("golput saja atau pilih kotak kosong", False),
        ("wali kota dan petahana lambat sekali", False),
        ("surat suara sudah dicoblos", True),
    ],
)
def test_the_steps_of_an_election_lift_a_claim_but_not_who_is_named_nor_what_may_be_said(
    store: Store, beside: str, election: bool
) -> None:
    add_sources(store)
    traits = Traits(targets=("party:pdip", "candidate:raka-sudirja"))
    key = claim_of(store, add_flagged(store, f"{beside} {said(0, 12)}", "suara", traits))
    assert store.claims.get(key).election is election


def test_a_page_is_exact_while_people_decide_on_what_was_shown(store: Store) -> None:
    keys = set(fill_lane(store, 24))
    user, seen = make_user(store), []
    for page in walk(store, ASKED, 5):
        seen += page
        for key in page[::2]:
            decide(store, key, user, Decision.DISMISS)
    assert len(seen) == len(set(seen))
    assert set(seen) == keys


def test_a_walk_keeps_the_order_it_began_with_when_the_day_turns(store: Store) -> None:
    fill_lane(store, 20)
    expected, page = in_order(store, 3.0), store.claims.queue(Lane.NEW, asked=ASKED, limit=8)
    tomorrow = Asked(AT + timedelta(days=1), ASKED.first_hour + 24, lift=1.2)
    rest = store.claims.queue(Lane.NEW, asked=tomorrow, cursor=page.cursor, limit=50)
    assert [row.claim.id for row in (*page.rows, *rest.rows)] == expected


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "new_1_2",
        "new_nan_1_{0}",
        "new_1_nan_{0}",
        "new_inf_1_{0}",
        "new_0_1_{0}",
        "new_9_1_{0}",
        "new_1_1_zzz",
        "new_1.0_1.0_",
        "watching_1.0_1.0_{0}",
        "1.0_1.0_{0}",
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadInput, match="cursor"):
        store.claims.queue(Lane.NEW, cursor=cursor.format("0" * 32))


# --- what is filtered by


def fill_mixed(store: Store) -> list[ClaimId]:
    """Return claims of many sorts: press and posts, checked or not, places, about elections or not."""
    add_sources(store)
    store.collector.save_source(make_source("kota", SourceKind.GOVERNMENT))
    check = store.collector.save_fact_check(make_fact_check()).id
    chance, keys = Random(11), []
    for n in range(24):
        source = chance.choice(("warta", "suara", "kanal", "kota"))
        about = chance.choice(("surat suara ", "pasar pagi "))
        seen = AT - timedelta(hours=chance.choice((3, 30, 100, 300)))
        platform = Platform.NEWS if source in ("warta", "kota") else Platform.POST
        item = make_item(
            about + said(0, 12, f"hal{n}x"), source, platform=platform, seen_at=seen, published_at=seen
        )
        saved = store.collector.save_item(item).id
        labels = chance.choice(
            ((), (Label.HOAX,), (Label.HOAX, Label.IDENTITY_POLITICS), (Label.BLACK_CAMPAIGN,))
        )
        (taken,) = store.conveyor.take(Stage.COLLECTED, "w", 9)
        stance = Stance.ASSERTS if labels else chance.choice(list(Stance))
        assert store.conveyor.save_assessment(taken, "w", make_assessment(*labels, stance=stance))
        (taken,) = store.conveyor.take(Stage.ASSESSED, "w", 9)
        matches = [Match(check, 0.6, False, ())] if chance.random() < 0.4 else []
        assert store.conveyor.save_matches(taken, "w", matches)
        (taken,) = store.conveyor.take(Stage.MATCHED, "w", 9)
        place = chance.choice(("00.00.01.1001", "00.00.01", "00.00.02.1001", None))
        traits = Traits(places={place: 1.0} if place else {})
        assert store.conveyor.save_group(taken, "w", frozenset({n}), lambda *_: [], traits)
        keys.append(claim_of(store, saved))
    return keys


FILTERS: list[Any] = [
    (Wanted(label=Label.IDENTITY_POLITICS), lambda c, i: Label.IDENTITY_POLITICS in c.labels and not i.press),
    (Wanted(stance=Stance.REPORTS), lambda c, i: i.view.assessment.stance is Stance.REPORTS),
    (Wanted(platform=Platform.NEWS), lambda c, i: i.view.item.platform is Platform.NEWS),
    (Wanted(kind=SourceKind.GOVERNMENT), lambda c, i: i.view.item.source == "kota"),
    (Wanted(places=("00.00.01", "00.00.01.1001")), lambda c, i: "00.00.01" in str(i.view.places)),
    (Wanted(checked=True), lambda c, i: bool(i.view.matches)),
    (Wanted(checked=False), lambda c, i: not i.view.matches),
    (Wanted(election=True), lambda c, i: c.election),
    (Wanted(election=False), lambda c, i: not c.election),
    (Wanted(age=Age.DAY), lambda c, i: c.first_seen_at >= AT - timedelta(days=1)),
    (Wanted(age=Age.WEEK), lambda c, i: c.first_seen_at >= AT - timedelta(days=7)),
    (Wanted(age=Age.OLDER), lambda c, i: c.first_seen_at < AT - timedelta(days=7)),
    (
        Wanted(checked=True, election=True, platform=Platform.POST),
        lambda c, i: bool(i.view.matches) and c.election and i.view.item.platform is Platform.POST,
    ),
]


class Lead:
    """What a filter may look at, read from the item itself."""

    def __init__(self, store: Store, claim: ClaimId) -> None:
        self.view = store.claims.view(claim).items[0]
        self.press = self.view.item.source_kind is SourceKind.PRESS


def test_each_filter_lists_and_counts_what_its_items_say_and_nothing_else(store: Store) -> None:
    keys = fill_mixed(store)
    claims = {key: store.claims.get(key) for key in keys}
    leads = {key: Lead(store, key) for key in keys}
    assert any(claim.election for claim in claims.values())
    for lane in (Lane.NEW, Lane.PRESS, Lane.UNFLAGGED):
        here = [key for key in keys if claims[key].lane is lane]
        assert here
        for wanted, holds in FILTERS:
            if wanted.label and lane is Lane.PRESS:
                continue  # there, the press's own marks are what is asked for
            page = store.claims.queue(lane, wanted=wanted, asked=ASKED, limit=100)
            expected = {key for key in here if holds(claims[key], leads[key])}
            assert {row.claim.id for row in page.rows} == expected, (lane, wanted)
            assert page.total == len(expected)


def test_pages_of_a_filter_are_those_of_the_whole_without_the_others(store: Store) -> None:
    fill_lane(store, 25)
    wanted = Wanted(election=True)
    narrowed = [key for page in walk(store, ASKED, 3, wanted) for key in page]
    assert narrowed == [key for key in in_order(store, 3.0) if store.claims.get(key).election]


def test_who_works_on_a_claim_can_be_asked_for(store: Store) -> None:
    first, second, third = fill_lane(store, 3)
    mine, theirs = make_user(store, "sari"), make_user(store, "beni")
    store.leases.hold(first, mine.id)
    store.leases.hold(second, theirs.id)
    asked = Asked(datetime.now(UTC), ASKED.first_hour, user_id=mine.id)
    for holding, expected in ((Holding.ME, {first}), (Holding.NOBODY, {third})):
        page = store.claims.queue(Lane.NEW, wanted=Wanted(held=holding), asked=asked)
        assert ({row.claim.id for row in page.rows}, page.total) == (expected, 1)
    later = Asked(datetime.now(UTC) + timedelta(hours=1), ASKED.first_hour, user_id=mine.id)
    assert store.claims.queue(Lane.NEW, wanted=Wanted(held=Holding.NOBODY), asked=later).total == 3


@pytest.mark.parametrize(
    ("lane", "wanted", "clash"),
    [
        (Lane.SAMPLE, Wanted(label=Label.HOAX), Clash.SAMPLE_LABEL),
        (Lane.NEW, Wanted(held=Holding.ME), Clash.NOBODY_ASKS),
    ],
)
def test_filters_that_clash_are_refused(store: Store, lane: Lane, wanted: Wanted, clash: Clash) -> None:
    with pytest.raises(Illegal) as raised:
        store.claims.queue(lane, wanted=wanted, asked=ASKED)
    assert raised.value.clash is clash


# --- what a row counts


def test_a_row_counts_its_items_by_day_of_the_city_and_names_its_places(store: Store) -> None:
    add_sources(store)
    text, places = said(0, 40), Traits(places={"00.00.01": 2.0, "00.00.02": 1.0})
    for hours, traits in (
        (1, places),
        (2, places),
        (5, Traits(places={"00.00.02": 1.0})),
        (24, Traits()),
        (24 * 30, Traits()),
    ):
        at = AT - timedelta(hours=hours)
        add(store, text, "suara", traits, url=f"https://suara.example/{hours}", published_at=at, seen_at=at)
    key = add_flagged(store, text, "kanal")  # of 1 March
    (row,) = store.claims.queue_rows([claim_of(store, key)], ASKED)
    assert len(row.days) == SPREAD_DAYS
    assert row.days[-2:] == (2, 2)  # 5 and 24 hours ago was yesterday
    assert sum(row.days) == 5
    assert row.places == (("00.00.02", 3), ("00.00.01", 2))


def counted(store: Store) -> tuple[list[Any], list[Any]]:
    """Return what the counts of all claims must be, counted from the items themselves."""
    with store.database.read() as session:
        places = session.execute(
            select(ItemRow.claim_id, ItemPlaceRow.place, func.count())
            .join(ItemRow, ItemRow.id == ItemPlaceRow.item_id)
            .where(ItemRow.claim_id.is_not(None))
            .group_by(ItemRow.claim_id, ItemPlaceRow.place)
        ).all()
        seen = session.execute(
            select(ItemRow.claim_id, ItemRow.published_at, ItemRow.first_seen_at).where(
                ItemRow.claim_id.is_not(None)
            )
        ).all()
    hours: dict[tuple[Any, int], int] = {}
    for claim, published, first in seen:
        hour = (claim, int((published or first).timestamp()) // 3600)
        hours[hour] = hours.get(hour, 0) + 1
    return sorted(map(tuple, places)), sorted((*hour, items) for hour, items in hours.items())


def kept(store: Store) -> tuple[list[Any], list[Any]]:
    with store.database.read() as session:
        places = session.execute(
            select(ClaimPlaceRow.claim_id, ClaimPlaceRow.place, ClaimPlaceRow.items)
        ).all()
        hours = session.execute(select(ClaimHourRow.claim_id, ClaimHourRow.hour, ClaimHourRow.items)).all()
    return sorted(map(tuple, places)), sorted(map(tuple, hours))


def test_whatever_happens_to_items_the_counts_are_what_counting_them_gives(store: Store) -> None:
    add_sources(store)
    user, chance = make_user(store), Random(7)

    def traits() -> Traits:
        return Traits(places={place: 1.0 for place in ("a", "b", "c") if chance.random() < 0.6})

    keys = [
        add_flagged(store, f"{said(15 * (n % 2), 40 + 15 * (n % 2))} grup{n}", "suara", traits())
        for n in range(6)
    ]
    keys += [add(store, f"{said(60, 100)} grup{n}", "kanal", traits()) for n in range(4)]
    assert kept(store) == counted(store) != ([], [])
    cut(store, user, keys[0], keys[2])
    assert kept(store) == counted(store)
    link(store, keys[1], keys[6])
    assert kept(store) == counted(store)
    url = "https://suara.example/1"
    for n in range(2):  # the same post, seen changed
        add(store, f"{said(200 + n, 240 + n)}", "suara", traits(), url=url)
        assert kept(store) == counted(store)
    with store.database.write() as session:
        session.execute(update(ItemRow).where(ItemRow.id.in_(keys[3:6])).values(published_at=AT))
        session.execute(update(ItemRow).where(ItemRow.id == keys[7]).values(claim_id=None))
    assert kept(store) == counted(store)
    with store.database.write() as session:
        session.execute(
            update(ItemRow).where(ItemRow.id == keys[7]).values(claim_id=claim_of(store, keys[8]))
        )
    assert kept(store) == counted(store)
    assert all(row[-1] for rows in kept(store) for row in rows)


def test_a_record_of_before_the_queue_gets_what_it_needs_with_the_next_start(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = fill_mixed(store)
    decide(store, next(key for key in keys if store.claims.get(key).lane is Lane.NEW), make_user(store))
    monkeypatch.setattr(sampling, "SHARE", 0.5)
    before = summaries(store)
    turn_back(store.database, "0009")
    store.database.upgrade()
    assert summaries(store) == before
    assert kept(store) == counted(store) != ([], [])
    lanes = {key: store.claims.get(key).lane for key in keys}
    assert Lane.SAMPLE in lanes.values()
    with store.database.read() as session:
        drawn = set(session.scalars(select(SampleRow.claim_id)))
    assert drawn == {key for key, lane in lanes.items() if lane is Lane.SAMPLE}


def summaries(store: Store) -> list[Any]:
    columns = (
        ClaimRow.id,
        ClaimRow.place_bits,
        ClaimRow.marks,
        ClaimRow.election,
        ClaimRow.lead_id,
        ClaimRow.checked_id,
    )
    with store.database.read() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(ClaimRow.id))]


# --- the sample


def drawn_row(store: Store, claim: ClaimId) -> SampleRow | None:
    with store.database.read() as session:
        return session.get(SampleRow, claim)


def test_what_is_drawn_lies_in_the_sample_until_people_decide_and_comes_back_undone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_sources(store)
    monkeypatch.setattr(sampling, "SHARE", 1.0)
    claim = claim_of(store, add(store, said(0, 40)))
    user = make_user(store)
    assert store.claims.get(claim).lane is Lane.SAMPLE
    row = drawn_row(store, claim)
    assert row is not None
    assert (row.flagged_at, row.decided_at, row.problem) == (None, None, None)
    for decision, problem in ((Decision.DISMISS, False), (Decision.VERIFY, True)):
        decide(store, claim, user, decision)
        row = drawn_row(store, claim)
        assert row is not None
        assert row.decided_at is not None
        assert row.problem is problem
        assert store.claims.get(claim).lane is not Lane.SAMPLE
    decide(store, claim, user, Decision.REOPEN)
    assert store.claims.get(claim).lane is Lane.SAMPLE
    row = drawn_row(store, claim)
    assert row is not None
    assert (row.decided_at, row.problem) == (None, None)


def test_what_is_flagged_is_never_of_the_sample_and_leaves_it_when_it_is_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_sources(store)
    monkeypatch.setattr(sampling, "SHARE", 1.0)
    flagged = claim_of(store, add_flagged(store, said(200, 240), "suara"))
    assert store.claims.get(flagged).lane is Lane.NEW
    assert drawn_row(store, flagged) is None
    claim = claim_of(store, add(store, said(0, 40)))
    assert claim_of(store, add_flagged(store, said(0, 40) + " lagi", "kanal")) == claim
    assert store.claims.get(claim).lane is Lane.NEW
    row = drawn_row(store, claim)
    assert row is not None
    assert row.flagged_at is not None
    assert row.decided_at is None


# --- what is new


def test_a_pulse_tells_what_came_what_left_and_how_full_the_lanes_are(store: Store) -> None:
    first, second = fill_lane(store, 2)
    user, since = make_user(store), datetime.now(UTC)
    asked = Asked(since, ASKED.first_hour, user_id=user.id)
    look: dict[str, Any] = {"since": since, "shown": [first, second]}
    assert store.claims.pulse(Lane.NEW, Wanted(), asked, **look).arrived == 0
    add_flagged(store, said(0, 12, "baru"), "suara")
    decide(store, first, user, Decision.DISMISS)
    found = store.claims.pulse(Lane.NEW, Wanted(), asked, **look)
    assert (found.arrived, found.left) == (1, (first,))
    assert (found.counts[Lane.NEW], found.counts[Lane.CLOSED]) == (2, 1)
    assert store.claims.pulse(Lane.NEW, Wanted(platform=Platform.NEWS), asked, **look).arrived == 0
    decide(store, first, user, Decision.REOPEN)  # back in the lane: told as new, as it is to the page
    assert store.claims.pulse(Lane.NEW, Wanted(), asked, **look).arrived == 2


def test_claims_that_nothing_flags_are_not_counted_in_the_queue(store: Store) -> None:
    add_sources(store)
    add(store, said(0, 40))
    assert Lane.UNFLAGGED not in store.claims.queue_counts()
    assert sum(store.claims.queue_counts().values()) == 0
    assert store.claims.lane_counts()[Lane.UNFLAGGED] == 1
