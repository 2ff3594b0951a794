"""Copies become one claim, whoever comes first, and what people did to it stays; on both databases.

The choice of what is alike is the real one. Texts are runs of made-up words, so that how much two
of them share can be counted.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select, update

from kentongan.domain import (
    ClaimId,
    ClaimState,
    Decision,
    Item,
    ItemId,
    Label,
    Lane,
    Platform,
    SourceKind,
    Stage,
    User,
)
from kentongan.store import Store
from kentongan.store.claims import sightings_of
from kentongan.store.copies import COMMONPLACE, MAX_CANDIDATES, MAX_RUNS, Candidate, Traits
from kentongan.store.schema import ItemRow, ItemTargetRow, RevisionRow, ShingleRow
from kentongan.triage import Sighting, priority
from pipeline.grouping import choose_copies, word_runs
from pipeline.work import group_item
from tests.factories import claim_of, make_assessment, make_item, make_source, make_user

START = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
PRESS = ("warta", "kabar", "berita")
POSTS = ("suara", "kanal", "obrolan")
NO_TRAITS = Traits()


@pytest.fixture(autouse=True)
def _sources(store: Store) -> None:
    for name in PRESS:
        store.collector.save_source(make_source(name))
    for name in POSTS:
        store.collector.save_source(make_source(name, SourceKind.PUBLIC_CHANNEL))


def said(first: int, last: int, of: str = "kata") -> str:
    """Return words `first` to `last` of an endless text. What shares 25 of its 40 words is alike:
    22 of 37 runs; what shares 10 is not."""
    return " ".join(f"{of}{n}" for n in range(first, last))


CHAIN = (said(0, 40), said(15, 55), said(30, 70), said(45, 85))  # each alike only to its neighbours
BRIDGE = said(7, 47)  # alike to the first two


def keep(store: Store, text: str, source: str = "suara", **changes: object) -> ItemId:
    platform = Platform.POST if source in POSTS else Platform.NEWS
    return store.collector.save_item(make_item(text, source, platform=platform, **changes)).id


def skip_to_grouping(store: Store) -> None:
    """Put all new items where grouping takes them: what they are assessed as does not matter here."""
    with store.database.write() as session:
        fresh = ItemRow.stage == Stage.COLLECTED.value
        session.execute(update(ItemRow).where(fresh).values(stage=Stage.MATCHED.value))


def group_all(store: Store, traits: Traits = NO_TRAITS) -> None:
    while items := store.conveyor.take(Stage.MATCHED, "w", 500):
        for item in items:
            assert group_item(store, item, "w", traits)


def add(
    store: Store, text: str, source: str = "suara", traits: Traits = NO_TRAITS, **changes: object
) -> ItemId:
    """Keep an item and group it."""
    key = keep(store, text, source, **changes)
    skip_to_grouping(store)
    group_all(store, traits)
    return key


def add_flagged(store: Store, text: str, source: str, traits: Traits = NO_TRAITS) -> ItemId:
    key = keep(store, text, source)
    (item,) = store.conveyor.take(Stage.COLLECTED, "w", 9)
    assert store.conveyor.save_assessment(item, "w", make_assessment(Label.HOAX))
    (item,) = store.conveyor.take(Stage.ASSESSED, "w", 9)
    assert store.conveyor.save_matches(item, "w", ())
    group_all(store, traits)
    return key


def link(store: Store, key: ItemId, *others: ItemId) -> bool:
    """Say of a grouped item that others say the same."""
    held = {item.id: item for item in store.conveyor.take(Stage.GROUPED, "w", 500)}
    try:
        return store.conveyor.save_links(held[key], "w", others)
    finally:
        store.conveyor.end_leases("w")


def standing(store: Store, *keys: ItemId) -> set[ClaimId]:
    return {claim_of(store, key) for key in keys}


def told(store: Store) -> set[str]:
    return {job.document_id for job in store.outbox.pending(9_999)}


def forget_jobs(store: Store) -> None:
    store.outbox.done([job.id for job in store.outbox.pending(9_999)])


def decide(store: Store, claim: ClaimId, user: User, decision: Decision = Decision.WATCH) -> None:
    store.reviews.decide(claim, user.id, decision, version_seen=store.claims.get(claim).version)


def cut(store: Store, user: User, *items: ItemId) -> ClaimId:
    """Split items off the claim they are in, and return the new one."""
    claim = claim_of(store, items[0])
    return store.edits.split(claim, items, user.id, version=store.claims.get(claim).version).other_id


def row_of(store: Store, key: ItemId) -> Item:
    return store.items.view(key).item


# --- what becomes one claim


def test_a_message_passed_on_three_hundred_times_stays_one_claim(store: Store) -> None:
    keys = [keep(store, f"{said(0, 60)} dari grup nomor {n}") for n in range(300)]
    skip_to_grouping(store)
    group_all(store)
    (claim,) = standing(store, *keys)
    assert store.claims.get(claim).item_count == 300
    assert store.claims.count() == 1


def test_what_is_kept_and_looked_at_for_each_item_is_bounded(store: Store) -> None:
    for n in range(40):
        keep(store, f"{said(0, 200)} dari grup nomor {n}")
    skip_to_grouping(store)
    most = 0
    for item in store.conveyor.take(Stage.MATCHED, "w", 99):
        runs = word_runs(item.full_text)
        assert len(runs) > MAX_RUNS

        def choose(
            found: Sequence[Candidate], common: frozenset[int], own: frozenset[int] = runs
        ) -> list[Candidate]:
            nonlocal most
            most = max(most, len(found))
            return choose_copies(own, found, common)

        assert store.conveyor.save_group(item, "w", runs, choose)
    assert most == MAX_CANDIDATES
    with store.database.read() as session:
        each = select(func.count().label("n")).select_from(ShingleRow).group_by(ShingleRow.item_id).subquery()
        assert session.scalar(select(func.max(each.c.n))) == MAX_RUNS


@pytest.mark.parametrize(("claims", "joined"), [(COMMONPLACE, True), (COMMONPLACE + 1, False)])
def test_a_run_that_stands_in_many_claims_joins_nothing(store: Store, claims: int, joined: bool) -> None:
    common = said(0, 14, "doa")
    others = [keep(store, f"{common} {said(0, 21, f'cerita{n}kata')}") for n in range(claims)]
    skip_to_grouping(store)
    group_all(store)
    assert len(standing(store, *others)) == claims

    alone = add(store, common)

    assert len(standing(store, alone, *others)) == (1 if joined else claims + 1)


def test_a_third_item_makes_one_of_two_claims_and_the_larger_stays(store: Store) -> None:
    small = add(store, CHAIN[0])
    large = [add(store, CHAIN[2]), add(store, CHAIN[2], "kanal")]
    goes, stays = claim_of(store, small), claim_of(store, large[0])
    assert goes != stays
    forget_jobs(store)

    bridge = add(store, CHAIN[1])

    assert standing(store, small, bridge, *large) == {stays}
    assert store.claims.get(goes).merged_into == stays
    assert store.edits.standing(goes) == stays
    assert {str(small), str(bridge)} <= told(store)
    claim = store.claims.get(stays)
    assert (claim.item_count, claim.source_count, claim.version) == (4, 2, 1)
    gone = store.claims.get(goes)
    assert (gone.item_count, gone.lane) == (0, Lane.UNFLAGGED)
    assert store.claims.count() == 1


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_claims_of_one_size_the_one_seen_first_stays(store: Store, turned: bool) -> None:
    times = [START, START + timedelta(days=1)]
    first, second = times[::-1] if turned else times
    a = add(store, CHAIN[0], published_at=first)
    b = add(store, CHAIN[2], published_at=second)
    older = claim_of(store, b if turned else a)
    bridge = add(store, CHAIN[1], published_at=START + timedelta(days=2))
    assert standing(store, a, b, bridge) == {older}


def test_whoever_comes_first_the_same_items_are_together(store: Store) -> None:
    """Every twenty-fourth order of six items; the words of each order are its own, so that one record holds all."""
    orders = list(permutations(range(6)))[::24]
    parts = [(0, 40), (15, 55), (30, 70), (45, 85), (0, 40), (200, 240)]
    rounds: list[dict[int, ItemId]] = []
    for number, order in enumerate(orders):
        rounds.append(
            {n: keep(store, f"{said(*parts[n], f'o{number}w')} tanda{n}", POSTS[n % 3]) for n in order}
        )
    skip_to_grouping(store)
    group_all(store)
    for found in rounds:
        chain = standing(store, *(found[n] for n in range(5)))
        assert len(chain) == 1
        assert claim_of(store, found[5]) not in chain
    assert store.claims.count() == 2 * len(orders)


def test_an_item_alike_to_a_busy_claim_and_to_another_makes_them_one(store: Store) -> None:
    """However many copies one claim has, it does not hide the other."""
    busy = [keep(store, f"{said(0, 40)} grup{n}") for n in range(2 * MAX_CANDIDATES)]
    quiet = keep(store, said(100, 130))
    skip_to_grouping(store)
    group_all(store)
    bridge = add(store, f"{said(0, 40)} {said(100, 130)}")
    assert standing(store, bridge, quiet, busy[0]) == standing(store, busy[0])


def test_a_revised_item_leaves_none_of_its_former_runs_behind(store: Store) -> None:
    key = add(store, CHAIN[0], url="https://suara.example/1")
    before = claim_of(store, key)
    add(store, CHAIN[3], url="https://suara.example/1")
    copy = add(store, CHAIN[0], "kanal")
    assert len({before, claim_of(store, key), claim_of(store, copy)}) == 3


def test_a_former_self_is_read_from_the_revision_before(store: Store) -> None:
    url = "https://suara.example/1"
    key = add(store, CHAIN[0], url=url)
    before = claim_of(store, key)
    add(store, CHAIN[1], url=url)
    add(store, CHAIN[2], url=url)
    assert claim_of(store, key) == before
    with store.database.read() as session:
        assert session.scalar(select(func.count()).select_from(RevisionRow)) == 3


# --- what people did


@pytest.mark.parametrize("side", [0, 1])
def test_what_is_alike_to_both_sides_of_a_split_joins_one_and_never_makes_them_one(
    store: Store, side: int
) -> None:
    user = make_user(store)
    halves = [add(store, CHAIN[0]), add(store, CHAIN[1])]
    assert len(standing(store, *halves)) == 1
    cut(store, user, halves[side])

    bridges = [add(store, f"{BRIDGE} grup{n}", "kanal") for n in range(3)]

    kept = [claim_of(store, half) for half in halves]
    assert len(set(kept)) == 2
    assert standing(store, *bridges) <= set(kept)
    assert all(store.claims.get(claim).merged_into is None for claim in kept)


def test_a_split_is_kept_after_the_machine_put_one_side_into_a_larger_claim(store: Store) -> None:
    user = make_user(store)
    left, right = add(store, CHAIN[0]), add(store, CHAIN[1])
    cut_off = cut(store, user, right)
    larger = [add(store, f"{CHAIN[3]} grup{n}", "kanal") for n in range(3)]

    middle = add(store, CHAIN[2])
    assert standing(store, middle, right) == standing(store, *larger) != {cut_off}

    bridge = add(store, BRIDGE, "obrolan")
    assert len(standing(store, left, right)) == 2
    assert claim_of(store, bridge) in standing(store, left, right)
    linked = add(store, said(300, 340), "obrolan")
    assert link(store, linked, left, right)
    assert len(standing(store, left, right)) == 2


def test_links_never_make_one_of_what_people_split(store: Store) -> None:
    user = make_user(store)
    left, right = add(store, CHAIN[0]), add(store, CHAIN[1])
    cut(store, user, right)
    assert link(store, left, right)
    assert len(standing(store, left, right)) == 2


def test_what_was_split_off_a_part_never_comes_back_into_the_whole(store: Store) -> None:
    user = make_user(store)
    left, first, second = (add(store, f"{CHAIN[0]} grup{n}") for n in range(3))
    whole = claim_of(store, left)
    assert standing(store, left, first, second) == {whole}
    cut(store, user, first, second)
    last = cut(store, user, second)

    assert link(store, second, left)

    assert (claim_of(store, left), claim_of(store, second)) == (whole, last)
    assert len(standing(store, left, first, second)) == 3


def test_an_item_that_a_person_placed_stays_whatever_it_says_next(store: Store) -> None:
    user = make_user(store)
    url = "https://suara.example/1"
    placed = add(store, CHAIN[0], url=url)
    other = add(store, said(300, 340))
    here, there = claim_of(store, placed), claim_of(store, other)
    store.edits.merge(here, there, user.id, keep_version=1, other_version=1)
    stranger = add(store, said(600, 640), "kanal")

    add(store, said(600, 640), url=url)

    assert standing(store, placed, other) == {here}
    assert claim_of(store, stranger) not in {here, there}


def test_two_claims_that_people_decided_on_never_become_one(store: Store) -> None:
    user = make_user(store)
    a, b = add(store, CHAIN[0]), add(store, CHAIN[2])
    decide(store, claim_of(store, a), user)
    decide(store, claim_of(store, b), user)
    bridge = add(store, CHAIN[1])
    assert len(standing(store, a, b)) == 2
    assert claim_of(store, bridge) in standing(store, a, b)
    assert link(store, a, b)
    assert len(standing(store, a, b)) == 2


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_alike_to_a_dismissed_claim_and_to_an_open_one_closes_neither_more(
    store: Store, turned: bool
) -> None:
    user = make_user(store)
    texts = (CHAIN[2], CHAIN[0]) if turned else (CHAIN[0], CHAIN[2])
    dismissed, still_open = (add_flagged(store, text, "suara") for text in texts)
    closed, opened = claim_of(store, dismissed), claim_of(store, still_open)
    decide(store, closed, user, Decision.DISMISS)

    bridge = add_flagged(store, CHAIN[1], "kanal")

    assert claim_of(store, bridge) in {closed, opened}
    assert (claim_of(store, dismissed), claim_of(store, still_open)) == (closed, opened)
    found = store.claims.get(opened)
    assert (found.state, found.lane, found.merged_into) == (ClaimState.NEW, Lane.NEW, None)
    assert store.claims.get(closed).lane is Lane.CLOSED


def test_a_decided_claim_stays_before_a_larger_one_and_keeps_its_state(store: Store) -> None:
    user = make_user(store)
    decided = add(store, CHAIN[0])
    larger = [add(store, f"{CHAIN[2]} grup{n}") for n in range(4)]
    claim = claim_of(store, decided)
    decide(store, claim, user, Decision.ESCALATE)
    add(store, CHAIN[1])
    assert standing(store, decided, *larger) == {claim}
    assert store.claims.get(claim).state is ClaimState.ESCALATED
    assert store.claims.get(claim).lane is Lane.ESCALATED


@pytest.mark.parametrize(
    ("decision", "open_"),
    [
        (Decision.WATCH, True),
        (Decision.VERIFY, True),
        (Decision.ESCALATE, True),
        (Decision.DISMISS, False),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_closed_claim_takes_in_copies_and_no_paraphrases_an_open_one_both(
    store: Store, decision: Decision, open_: bool, turned: bool
) -> None:
    user = make_user(store)
    decided = add(store, CHAIN[0])
    claim = claim_of(store, decided)
    decide(store, claim, user, decision)

    copy, paraphrase = add(store, CHAIN[0], "kanal"), add(store, said(300, 340), "kanal")
    pair = (paraphrase, decided)
    assert link(store, *(pair[::-1] if turned else pair))

    assert claim_of(store, copy) == claim
    assert (claim_of(store, paraphrase) == claim) is open_


def test_links_move_all_items_of_the_other_claim_and_tell_the_index(store: Store) -> None:
    a, b = add(store, CHAIN[0]), add(store, said(300, 340))
    beside = add(store, said(300, 340), "kanal")
    smaller, larger = claim_of(store, a), claim_of(store, b)
    forget_jobs(store)
    assert link(store, a, b)
    assert standing(store, a, b, beside) == {larger}
    assert store.claims.get(smaller).merged_into == larger
    assert str(a) in told(store)
    assert row_of(store, a).stage is Stage.LINKED


def test_links_to_nothing_move_the_item_on(store: Store) -> None:
    key = add(store, CHAIN[0])
    claim = claim_of(store, key)
    assert link(store, key)
    assert (row_of(store, key).stage, claim_of(store, key)) == (Stage.LINKED, claim)


# --- leases


Save = Callable[[Store, Item, str], bool]


def _save_group(store: Store, item: Item, worker: str) -> bool:
    return group_item(store, item, worker, Traits("Antara", {"00.00.01": 1.0}, ["party:x"]))


def _save_links(store: Store, item: Item, worker: str) -> bool:
    other = next(key for key in store.items.all_ids() if key != item.id)
    return store.conveyor.save_links(item, worker, [other])


@pytest.mark.parametrize(("stage", "save"), [(Stage.MATCHED, _save_group), (Stage.GROUPED, _save_links)])
@pytest.mark.parametrize("lost", ["to another worker", "to a newer revision", "by being saved before"])
def test_an_item_that_is_no_longer_ours_changes_nothing(
    store: Store, stage: Stage, save: Save, lost: str
) -> None:
    add(store, said(300, 340), "kanal")
    store.conveyor.take(Stage.GROUPED, "else", 9)
    url = "https://suara.example/1"
    keep(store, CHAIN[0], url=url)
    skip_to_grouping(store)
    if stage is Stage.GROUPED:
        group_all(store)
    (item,) = store.conveyor.take(stage, "w", 9)
    worker = "w"
    if lost == "to another worker":
        worker = "slow"
    elif lost == "to a newer revision":
        keep(store, CHAIN[3], url=url)
    else:
        assert save(store, item, "w")
    before = _everything(store)

    assert not save(store, item, worker)

    assert _everything(store) == before


def _everything(store: Store) -> object:
    with store.database.read() as session:
        items = [
            (row.id, row.claim_id, row.stage, row.wire, row.voice, row.lease_owner)
            for row in session.scalars(select(ItemRow).order_by(ItemRow.id))
        ]
        runs = session.scalar(select(func.count()).select_from(ShingleRow))
        targets = session.scalar(select(func.count()).select_from(ItemTargetRow))
    return items, runs, targets, store.claims.count(), store.outbox.size()


# --- who says it


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_copies_in_the_press_are_one_voice_whichever_arrives_first(
    store: Store, order: tuple[int, ...]
) -> None:
    """The one of earliest publication is the original, though it may arrive after its copies."""
    keys = {
        n: add(store, f"{CHAIN[0]} redaksi{n}", PRESS[n], published_at=START + timedelta(hours=n))
        for n in order
    }
    (claim,) = standing(store, *keys.values())
    found = store.claims.get(claim)
    assert (found.item_count, found.source_count, found.voice_count) == (3, 3, 1)
    assert [row_of(store, keys[n]).copy_of for n in range(3)] == [None, keys[0], keys[0]]
    assert {row_of(store, key).voice for key in keys.values()} == {PRESS[0]}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_agency_credited_in_one_copy_is_the_voice_of_all(store: Store, order: tuple[int, ...]) -> None:
    keys = [
        add(
            store,
            f"{CHAIN[0]} redaksi{n}",
            PRESS[n],
            Traits(wire="Antara" if n == 1 else ""),
            published_at=START + timedelta(hours=n),
        )
        for n in order
    ]
    assert {row_of(store, key).voice for key in keys} == {"Antara"}
    assert store.claims.get(claim_of(store, keys[0])).voice_count == 1


@pytest.mark.parametrize("wire", ["", "Antara"])
@pytest.mark.parametrize("order", list(permutations(range(4)))[::3])
def test_an_outlets_own_words_stay_its_own_beside_what_others_copy_from_it(
    store: Store, order: tuple[int, ...], wire: str
) -> None:
    """Three copies, one of them perhaps an agency's, and another text of the first outlet."""
    texts = [CHAIN[0], CHAIN[0], CHAIN[0], said(300, 340)]
    keys: dict[int, ItemId] = {}
    for n in order:
        traits = Traits(wire=wire if n == 1 else "")
        at = START + timedelta(hours=n)
        keys[n] = add(store, f"{texts[n]} redaksi{n}", PRESS[n % 3], traits, published_at=at)
        assert link(store, keys[n], *(key for key in keys.values() if key != keys[n]))
    assert [row_of(store, keys[n]).voice for n in range(4)] == [wire or PRESS[0]] * 3 + [PRESS[0]]
    assert store.claims.get(claim_of(store, keys[0])).voice_count == (2 if wire else 1)


def test_two_texts_of_one_agency_are_one_voice_though_no_copies(store: Store) -> None:
    antara = Traits(wire="Antara")
    a, b = add(store, CHAIN[0], "warta", antara), add(store, said(300, 340), "kabar", antara)
    assert link(store, a, b)
    (claim,) = standing(store, a, b)
    assert (store.claims.get(claim).source_count, store.claims.get(claim).voice_count) == (2, 1)
    assert row_of(store, b).copy_of is None


def test_two_outlets_that_say_it_in_their_own_words_are_two_voices(store: Store) -> None:
    a, b = add(store, CHAIN[0], "warta"), add(store, said(300, 340), "kabar")
    assert link(store, a, b)
    (claim,) = standing(store, a, b)
    assert store.claims.get(claim).voice_count == 2


def test_posts_that_pass_a_message_on_are_each_a_voice_of_their_own(store: Store) -> None:
    keys = [add(store, CHAIN[0], name) for name in (*POSTS, "warta")]
    assert [row_of(store, key).voice for key in keys] == [*POSTS, "warta"]
    assert all(row_of(store, key).copy_of is None for key in keys)
    (claim,) = standing(store, *keys)
    assert store.claims.get(claim).voice_count == 4


def test_a_copy_in_another_claim_is_no_original(store: Store) -> None:
    """What people split says its own, though the words are the same."""
    user = make_user(store)
    a, b = add(store, CHAIN[0], "warta"), add(store, CHAIN[1], "kabar")
    cut(store, user, b)
    c = add(store, CHAIN[0], "berita")
    assert claim_of(store, c) == claim_of(store, a)
    assert row_of(store, c).copy_of == a
    assert row_of(store, c).voice == "warta"


def test_a_revision_that_says_another_thing_is_its_sources_own_voice_again(store: Store) -> None:
    add(store, CHAIN[0], "warta", Traits(wire="Antara"))
    copy = add(store, CHAIN[0], "kabar", url="https://kabar.example/1")
    assert row_of(store, copy).voice == "Antara"
    add(store, said(300, 340), "kabar", url="https://kabar.example/1")
    assert (row_of(store, copy).voice, row_of(store, copy).copy_of) == ("kabar", None)


def test_copies_of_one_voice_weigh_less_than_independent_ones(store: Store) -> None:
    def seen(text: str, traits: Traits) -> float:
        keys = [add_flagged(store, text, name, traits) for name in ("warta", "kabar")]
        (claim,) = standing(store, *keys)
        return store.claims.get(claim).priority

    copied = seen(CHAIN[0], NO_TRAITS)
    two = [add_flagged(store, said(300 + 100 * n, 340 + 100 * n), PRESS[n]) for n in range(2)]
    link(store, *two)
    independent = store.claims.get(claim_of(store, two[0])).priority

    hoax = frozenset({Label.HOAX})
    one = Sighting("warta", SourceKind.PRESS, hoax, 0.9, False, "warta", 1)
    assert copied == pytest.approx(priority([Sighting("warta", SourceKind.PRESS, hoax, 0.9, False, "w", 2)]))
    assert independent == pytest.approx(
        priority([one, Sighting("kabar", SourceKind.PRESS, hoax, 0.9, False, "kabar", 1)])
    )
    assert copied < independent


# --- the summary of a claim


def test_alike_sightings_are_counted_together(store: Store) -> None:
    for n in range(3):
        add(store, f"{CHAIN[0]} grup{n}")
    flagged = add_flagged(store, f"{CHAIN[0]} grup9", "suara")
    (claim,) = standing(store, flagged)
    with store.database.read() as session:
        found = sightings_of(session, claim)
    assert [(s.items, s.labels, s.voice) for s in found] == [
        (3, frozenset(), "suara"),
        (1, {Label.HOAX}, "suara"),
    ]
    assert [s.risk for s in found] == [0.0, pytest.approx(0.9)]


@pytest.mark.parametrize(("days", "resurfaced"), [(29, False), (30, True), (200, True)])
@pytest.mark.parametrize("turned", [False, True])
def test_a_claim_seen_again_after_a_long_silence_has_resurfaced(
    store: Store, days: int, resurfaced: bool, turned: bool
) -> None:
    again = START + timedelta(days=days)
    times = [START, again, again + timedelta(hours=5), again + timedelta(days=3)]
    keys = [add(store, CHAIN[0], url=f"https://suara.example/{at:%j%H}", published_at=at)
            for at in (times[::-1] if turned else times)]  # fmt: skip
    (claim,) = standing(store, *keys)
    found = store.claims.get(claim)
    assert found.resurfaced_at == (again if resurfaced else None)
    assert (found.first_seen_at, found.last_seen_at) == (START, times[-1])


def test_a_sighting_that_comes_to_light_later_unsets_it(store: Store) -> None:
    def see(day: int) -> ClaimId:
        at = START + timedelta(days=day)
        return claim_of(
            store, add(store, CHAIN[0], url=f"https://suara.example/{day}", published_at=at, seen_at=at)
        )

    see(0)
    claim = see(50)
    assert store.claims.get(claim).resurfaced_at == START + timedelta(days=50)
    assert see(25) == claim
    assert store.claims.get(claim).resurfaced_at is None


def test_a_revision_replaces_what_an_item_says_of_itself(store: Store) -> None:
    url = "https://warta.example/1"
    first = Traits("Antara", {"00.00.01": 3.0, "00.00.02": 5.0}, ["party:a", "party:b", "party:a"])
    key = add(store, CHAIN[0], "warta", first, url=url)
    assert store.items.view(key).places == ("00.00.02", "00.00.01")
    assert (row_of(store, key).wire, targets(store, key)) == ("Antara", {"party:a", "party:b"})

    add(store, CHAIN[1], "warta", Traits("", {"00.00.02": 1.0}, ["party:b"]), url=url)

    assert store.items.view(key).places == ("00.00.02",)
    assert (row_of(store, key).wire, targets(store, key)) == ("", {"party:b"})


def targets(store: Store, key: ItemId) -> set[str]:
    with store.database.read() as session:
        return set(session.scalars(select(ItemTargetRow.target).where(ItemTargetRow.item_id == key)))
