"""Copies become one claim, whoever comes first; on both databases."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select

from kentongan.domain import Item, ItemId, Lane, Stage
from kentongan.store import Store
from kentongan.store.copies import COMMONPLACE, MAX_CANDIDATES, MAX_RUNS, Candidate, Traits
from kentongan.store.schema import ItemRow, ItemTargetRow, RevisionRow, ShingleRow
from pipeline.grouping import choose_copies, word_runs
from pipeline.work import group_item
from tests.factories import claim_of
from tests.grouping import (
    CHAIN,
    POSTS,
    START,
    add,
    add_sources,
    forget_jobs,
    group_all,
    keep,
    said,
    skip_to_grouping,
    standing,
    told,
)


@pytest.fixture(autouse=True)
def _sources(store: Store) -> None:
    add_sources(store)


def test_a_message_passed_on_a_hundred_times_stays_one_claim(store: Store) -> None:
    keys = [keep(store, f"{said(0, 60)} dari grup nomor {n}") for n in range(100)]
    skip_to_grouping(store)
    group_all(store)
    (claim,) = standing(store, *keys)
    assert store.claims.get(claim).item_count == 100
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
