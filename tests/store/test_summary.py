"""What a claim says of its items, kept true whatever happens to them; on both databases."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import delete, func, select, update

import kentongan.store as store_package
from kentongan.domain import ClaimId, ItemId, Label, Lane, Match, SourceKind, Stage
from kentongan.store import Store
from kentongan.store.claims import MAX_ITEMS_SHOWN
from kentongan.store.copies import Traits
from kentongan.store.database import Database
from kentongan.store.schema import ItemRow, ItemTargetRow, RevisionRow, ShingleRow, TallyRow
from kentongan.store.summary import sightings_of
from tests.factories import claim_of, make_assessment, make_fact_check, make_source, make_user
from tests.grouping import (
    CHAIN,
    POSTS,
    PRESS,
    START,
    add,
    add_flagged,
    add_sources,
    cut,
    group_all,
    keep,
    link,
    row_of,
    standing,
)


@pytest.fixture(autouse=True)
def _sources(store: Store) -> None:
    add_sources(store)


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


# --- counted by the database


def counted(store: Store) -> list[tuple[object, ...]]:
    """Return what the tallies of all claims must be, counted from the items themselves."""
    of = (ItemRow.claim_id, ItemRow.source, ItemRow.voice, ItemRow.refuted, ItemRow.hoax)
    with store.database.read() as session:
        rows = session.execute(
            select(*of, func.count()).where(ItemRow.claim_id.is_not(None)).group_by(*of).order_by(*of)
        )
        return [tuple(row) for row in rows]


def tallied(store: Store) -> list[tuple[object, ...]]:
    of = (TallyRow.claim_id, TallyRow.source, TallyRow.voice, TallyRow.refuted, TallyRow.hoax)
    with store.database.read() as session:
        rows = session.execute(select(*of, func.sum(TallyRow.items)).group_by(*of).order_by(*of))
        return [tuple(row) for row in rows]


def test_whatever_happens_to_items_the_tallies_are_what_counting_them_gives(store: Store) -> None:
    user = make_user(store)
    chance = Random(7)
    keys = [add_flagged(store, f"{CHAIN[n % 2]} grup{n}", chance.choice(PRESS + POSTS)) for n in range(6)]
    keys += [add(store, f"{CHAIN[3]} grup{n}", chance.choice(PRESS + POSTS)) for n in range(6)]
    assert tallied(store) == counted(store) != []
    cut(store, user, keys[0], keys[2])
    assert tallied(store) == counted(store)
    link(store, keys[1], keys[6])
    assert tallied(store) == counted(store)
    with store.database.write() as session:
        values = {"hoax": False, "voice": "lain", "source": "suara"}
        session.execute(update(ItemRow).where(ItemRow.id.in_(keys[3:8])).values(values))
        session.execute(update(ItemRow).where(ItemRow.id == keys[9]).values(refuted=True))
        session.execute(update(ItemRow).where(ItemRow.id == keys[10]).values(claim_id=None))
    assert tallied(store) == counted(store)
    with store.database.write() as session:
        for table in (ShingleRow, RevisionRow):
            session.execute(delete(table).where(table.item_id == keys[11]))
        session.execute(delete(ItemRow).where(ItemRow.id == keys[11]))
    assert tallied(store) == counted(store)
    assert all(row[-1] for row in tallied(store))  # none stands at 0


def test_a_record_of_before_the_tallies_gets_them_with_the_next_start(empty_store_url: str) -> None:
    database = Database(empty_store_url)
    database.upgrade()
    store = Store(database)
    add_sources(store)
    add_flagged(store, CHAIN[0], "warta")
    add_flagged(store, CHAIN[1], "suara")
    before, lanes = tallied(store), store.claims.lane_counts()
    turn_back(database, "0002")
    database.upgrade()
    assert tallied(store) == counted(store) == before
    with database.read() as session:
        assert dict(session.execute(select(ItemRow.source, ItemRow.press)).all()) == {
            "warta": True,
            "suara": False,
        }
    assert store.claims.lane_counts() == lanes
    add(store, CHAIN[0], "kabar")
    assert tallied(store) == counted(store) != before
    database.close()


def turn_back(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    with database.engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def test_a_source_that_turns_out_to_be_of_the_press_speaks_as_press_at_once(store: Store) -> None:
    add_flagged(store, CHAIN[0], "suara")
    post = add_flagged(store, CHAIN[0] + " grup1", "kanal")
    (claim,) = standing(store, post)
    assert store.claims.get(claim).lane is Lane.NEW
    for name in ("suara", "kanal"):
        store.collector.save_source(make_source(name, SourceKind.PRESS))
    assert store.claims.get(claim).lane is Lane.PRESS
    assert all(view.item.source_kind is SourceKind.PRESS for view in store.claims.view(claim).items)


def test_the_surest_check_is_shown_however_many_riskier_items_have_none(store: Store) -> None:
    check = store.collector.save_fact_check(make_fact_check()).id
    checked = keep(store, CHAIN[0])
    keys = [checked, *(keep(store, f"{CHAIN[0]} grup{n}") for n in range(MAX_ITEMS_SHOWN + 1))]
    for item in store.conveyor.take(Stage.COLLECTED, "w", 99):
        said = make_assessment() if item.id == checked else make_assessment(Label.HOAX)
        assert store.conveyor.save_assessment(item, "w", said)
    for item in store.conveyor.take(Stage.ASSESSED, "w", 99):
        matches = [Match(check, 0.9, True, ("pasar",))] if item.id == checked else []
        assert store.conveyor.save_matches(item, "w", matches)
    group_all(store)
    (claim,) = standing(store, *keys)
    view = store.claims.view(claim)
    assert checked not in [shown.item.id for shown in view.items]
    assert view.checked is not None
    assert view.checked.item.id == checked
