"""Putting items through grouping alone, for the tests of what becomes one claim.

The choice of what is alike is the real one. Texts are runs of made-up words, so that how much two
of them share can be counted.
"""

from datetime import UTC, datetime

from sqlalchemy import update

from kentongan.domain import ClaimId, Decision, Item, ItemId, Label, Platform, SourceKind, Stage, User
from kentongan.store import Store
from kentongan.store.copies import Traits
from kentongan.store.schema import ItemRow
from pipeline.work import group_item
from tests.factories import claim_of, make_assessment, make_item, make_source

START = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
PRESS = ("warta", "kabar", "berita")
POSTS = ("suara", "kanal", "obrolan")
NO_TRAITS = Traits()


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


def add_sources(store: Store) -> None:
    for name in PRESS:
        store.collector.save_source(make_source(name))
    for name in POSTS:
        store.collector.save_source(make_source(name, SourceKind.PUBLIC_CHANNEL))
