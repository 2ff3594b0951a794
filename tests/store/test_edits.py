"""Merging and splitting claims by people, on both databases."""

import pytest
from sqlalchemy import select, text

from kentongan.domain import (
    ClaimEdit,
    ClaimId,
    ClaimState,
    Decision,
    EditKind,
    ItemId,
    Label,
    Lane,
    Platform,
    SourceKind,
    User,
)
from kentongan.errors import BadInput, Conflict, NotFound, StoreError
from kentongan.store import Store
from kentongan.store.edited import apart, merged_here
from kentongan.store.edits import MAX_NOTE_CHARACTERS
from kentongan.store.joining import join as join_by_machine
from kentongan.store.schema import ItemRow
from tests.factories import claim_of, make_item, make_source, make_user, work_all

TEXTS = (
    "Jembatan Telaga Bening ambruk semalam dan tiga mobil hanyut, jangan lewat sana.",
    "Beras bantuan kelurahan dicampur plastik, sudah banyak warga yang sakit perut.",
    "Pasar Mekarjaya tutup mulai Senin karena ada penyakit aneh dari luar pulau.",
    "Air ledeng beracun setelah pipa induk bocor, jangan diminum sampai lebaran.",
)


def claims(store: Store, *texts: str, kind: SourceKind = SourceKind.PUBLIC_CHANNEL) -> list[ClaimId]:
    """Return one claim a text."""
    name = f"sumber-{kind.value.replace('_', '-')}"
    store.collector.save_source(make_source(name, kind))
    saved = [store.collector.save_item(make_item(said, name, platform=Platform.POST)) for said in texts]
    work_all(store, Label.HOAX)
    return [claim_of(store, one.id) for one in saved]


def copies(store: Store, count: int) -> tuple[ClaimId, list[ItemId]]:
    """Return a claim of so many near copies, and their ids."""
    found = claims(store, *(f"{TEXTS[0]} Kata grup nomor {n}." for n in range(count)))
    assert len(set(found)) == 1
    return found[0], [view.item.id for view in store.claims.view(found[0]).items]


def join(store: Store, keep: ClaimId, other: ClaimId, user: User, note: str = "") -> ClaimEdit:
    versions = store.claims.get(keep).version, store.claims.get(other).version
    return store.edits.merge(
        keep, other, user.id, keep_version=versions[0], other_version=versions[1], note=note
    )


def cut(store: Store, claim: ClaimId, items: list[ItemId], user: User) -> ClaimId:
    version = store.claims.get(claim).version
    return store.edits.split(claim, items, user.id, version=version).other_id


def pinned(store: Store) -> dict[ItemId, tuple[ClaimId, bool]]:
    with store.database.read() as session:
        rows = session.execute(select(ItemRow.id, ItemRow.claim_id, ItemRow.pinned))
        return {ItemId(key): (ClaimId(claim), pin) for key, claim, pin in rows if claim}


def told(store: Store) -> set[str]:
    return {job.document_id for job in store.outbox.pending(999)}


def forget_jobs(store: Store) -> None:
    store.outbox.done([job.id for job in store.outbox.pending(999)])


def split_pairs(store: Store, *keys: ClaimId) -> set[frozenset[ClaimId]]:
    with store.database.read() as session:
        return {frozenset(map(ClaimId, pair)) for pair in apart(session, keys)}


def test_a_merge_moves_all_items_for_good_and_leaves_its_trace(store: Store) -> None:
    user = make_user(store)
    keep, other = claims(store, *TEXTS[:2])
    store.reviews.decide(keep, user.id, Decision.WATCH, version_seen=1)
    forget_jobs(store)
    moved = store.claims.view(other).items[0].item

    edit = join(store, keep, other, user, "Satu cerita.\x00")

    view = store.claims.view(keep)
    assert (edit.kind, edit.claim_id, edit.other_id) == (EditKind.MERGE, keep, other)
    assert (edit.item_ids, edit.user_name) == ((moved.id,), "sari")
    assert edit.note.startswith("Satu cerita.")
    assert (view.claim.item_count, view.claim.version, view.claim.state) == (2, 3, ClaimState.WATCHING)
    assert moved.id in {v.item.id for v in view.items}
    gone = store.claims.get(other)
    assert (gone.merged_into, gone.item_count, gone.version, gone.lane) == (keep, 0, 2, Lane.UNFLAGGED)
    assert pinned(store) == {v.item.id: (keep, True) for v in view.items}
    assert str(moved.id) in told(store)
    entry = store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("sari", "merge claim", str(keep))
    assert entry.detail == {"other": str(other), "items": 1}
    assert store.audit.verify() is None


def test_an_emptied_claim_leaves_the_queue_and_leads_to_the_one_it_became(store: Store) -> None:
    user = make_user(store)
    first, second, third = claims(store, *TEXTS[:3])
    join(store, second, first, user)
    join(store, third, second, user)
    assert [row.claim.id for row in store.claims.queue(Lane.NEW).rows] == [third]
    assert [store.edits.standing(c) for c in (first, second, third)] == [third, third, third]
    with store.database.read() as session:
        assert set(merged_here(session, third)) == {first, second, third}
        assert merged_here(session, first) == [first]
    with pytest.raises(NotFound):
        store.edits.standing(ClaimId(user.id))


def test_what_was_merged_cannot_be_merged_again_nor_in_a_ring(store: Store) -> None:
    user = make_user(store)
    first, second, third = claims(store, *TEXTS[:3])
    join(store, first, second, user)
    for keep, other in ((second, first), (second, third), (third, second)):
        with pytest.raises(Conflict, match="merged into another"):
            join(store, keep, other, user)
    with pytest.raises(BadInput, match="itself"):
        join(store, first, first, user)
    assert store.edits.standing(second) == first


def test_what_the_machine_merged_meanwhile_is_neither_merged_nor_split(store: Store) -> None:
    user = make_user(store)
    stays, goes, third = claims(store, *TEXTS[:3])
    item = store.claims.view(goes).items[0].item.id
    with store.database.write() as session:
        assert join_by_machine(session, [stays, goes]) == stays
    before = (store.outbox.size(), store.audit.latest(), pinned(store))
    for keep, other in ((third, goes), (goes, third)):
        with pytest.raises(Conflict, match="merged into another"):
            store.edits.merge(keep, other, user.id, keep_version=1, other_version=1)
    with pytest.raises(Conflict, match="merged into another"):
        store.edits.split(goes, [item], user.id, version=1)
    assert (store.outbox.size(), store.audit.latest(), pinned(store)) == before
    assert store.claims.get(third).version == 1


def test_a_split_makes_an_undecided_claim_and_pins_both_halves(store: Store) -> None:
    user = make_user(store)
    claim, items = copies(store, 4)
    store.reviews.decide(claim, user.id, Decision.DISMISS, version_seen=1)
    forget_jobs(store)

    edit = store.edits.split(claim, items[2:], user.id, version=2, note="Lain cerita.")

    new = store.claims.get(edit.other_id)
    assert (edit.kind, edit.claim_id) == (EditKind.SPLIT, claim)
    assert set(edit.item_ids) == set(items[2:])
    assert (new.item_count, new.state, new.lane, new.version) == (2, ClaimState.NEW, Lane.NEW, 1)
    assert new.headline
    old = store.claims.get(claim)
    assert (old.item_count, old.state, old.version) == (2, ClaimState.DISMISSED, 3)
    expected = dict.fromkeys(items[:2], (claim, True)) | dict.fromkeys(items[2:], (new.id, True))
    assert pinned(store) == expected
    assert {str(key) for key in items[2:]} <= told(store)
    assert store.audit.latest(1)[0].action == "split claim"
    assert split_pairs(store, claim, new.id) == {frozenset((claim, new.id))}


def test_a_split_takes_some_of_the_claims_own_items(store: Store) -> None:
    user = make_user(store)
    claim, items = copies(store, 2)
    (strange,) = claims(store, TEXTS[1])
    foreign = store.claims.view(strange).items[0].item.id
    for chosen in ([], items):
        with pytest.raises(BadInput, match="not none and not all"):
            store.edits.split(claim, chosen, user.id, version=1)
    with pytest.raises(BadInput, match="not all of them"):
        store.edits.split(claim, [items[0], foreign], user.id, version=1)
    assert store.claims.get(claim).version == 1
    assert store.edits.of_claim(claim) == []


def test_claims_stay_apart_after_one_half_was_merged_on(store: Store) -> None:
    user = make_user(store)
    claim, items = copies(store, 3)
    stranger, bystander = claims(store, *TEXTS[1:3])
    half = cut(store, claim, items[:1], user)
    join(store, stranger, half, user)
    assert split_pairs(store, claim, stranger, bystander) == {frozenset((claim, stranger))}
    join(store, bystander, claim, user)
    assert split_pairs(store, bystander, stranger) == {frozenset((bystander, stranger))}
    assert split_pairs(store, bystander) == set()


def test_a_split_that_was_taken_back_keeps_nothing_apart(store: Store) -> None:
    user = make_user(store)
    claim, items = copies(store, 2)
    half = cut(store, claim, items[:1], user)
    join(store, claim, half, user)
    (other,) = claims(store, TEXTS[1])
    assert split_pairs(store, claim, other) == set()
    assert [edit.kind for edit in store.edits.of_claim(claim)] == [EditKind.MERGE, EditKind.SPLIT]
    assert [edit.kind for edit in store.edits.of_claim(half)] == [EditKind.MERGE, EditKind.SPLIT]


def test_whoever_saw_an_older_version_changes_nothing(store: Store) -> None:
    user = make_user(store)
    keep, other = claims(store, *TEXTS[:2])
    store.reviews.decide(other, user.id, Decision.WATCH, version_seen=1)
    before = (store.outbox.size(), store.audit.latest(), pinned(store))
    for versions in ((1, 1), (2, 2)):
        with pytest.raises(Conflict):
            store.edits.merge(keep, other, user.id, keep_version=versions[0], other_version=versions[1])
    with pytest.raises(Conflict):
        store.edits.split(keep, [store.claims.view(keep).items[0].item.id], user.id, version=9)
    assert (store.outbox.size(), store.audit.latest(), pinned(store)) == before


def test_only_known_claims_short_notes_and_people_who_may_come_in(store: Store) -> None:
    user = make_user(store)
    keep, other = claims(store, *TEXTS[:2])
    with pytest.raises(NotFound):
        store.edits.merge(keep, ClaimId(user.id), user.id, keep_version=1, other_version=1)
    with pytest.raises(BadInput, match="note"):
        join(store, keep, other, user, "x" * (MAX_NOTE_CHARACTERS + 1))
    store.users.set_active("sari", False, by="test")
    with pytest.raises(NotFound):
        join(store, keep, other, user)
    assert store.claims.get(other).merged_into is None


def test_press_merged_with_posts_stamps_neither(store: Store) -> None:
    user = make_user(store)
    (post,) = claims(store, TEXTS[0])
    (article,) = claims(store, TEXTS[1], kind=SourceKind.PRESS)
    join(store, post, article, user)
    view = store.claims.view(post)
    assert view.claim.lane is Lane.NEW
    assert Decision.DISMISS in view.decisions
    assert store.claims.queue(Lane.PRESS).total == 0


@pytest.mark.parametrize("statement", ["UPDATE claim_edits SET note = 'x'", "DELETE FROM claim_edits"])
def test_an_edit_once_made_cannot_be_changed(store: Store, statement: str) -> None:
    user = make_user(store)
    keep, other = claims(store, *TEXTS[:2])
    join(store, keep, other, user)
    with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
        session.execute(text(statement))
