"""Notes on claims and who is mentioned in them, on both databases."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from kentongan.domain import ClaimId, Label, Role, User, UserId
from kentongan.errors import BadInput, NotFound, StoreError
from kentongan.ids import new_id
from kentongan.store import Store
from kentongan.store.history import read_history
from kentongan.text import HANDLE_MASK, PHONE_MASK
from tests.factories import claim_of, make_claim, make_item, make_user, work_all

READERS = (Role.ANALYST, Role.SECOND_READER, Role.HEAD)


@pytest.fixture
def people(store: Store) -> Sequence[User]:
    return [make_user(store, name) for name in ("sari", "tono")]


@pytest.fixture
def claim(store: Store) -> ClaimId:
    return make_claim(store)


def another_claim(store: Store) -> ClaimId:
    saved = store.collector.save_item(make_item("Air ledeng beracun setelah pipa induk bocor.", "suara"))
    work_all(store, Label.HOAX)
    return claim_of(store, saved.id)


def test_a_note_is_kept_masked_and_tells_who_it_mentions(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    sari, tono = people
    written = store.notes.add(claim, sari.id, "@tono hubungi 0812-3456-7890, kata @asing", readers=READERS)
    assert (written.unknown, written.masked) == (("asing",), True)
    (note,) = store.notes.of_claim(claim, 10)
    assert note == written.note
    assert note.plain() == f"@tono hubungi {PHONE_MASK}, kata {HANDLE_MASK}"
    assert (note.user_name, dict(note.names)) == ("sari", {tono.id: "tono"})
    entry = store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("sari", "note claim", str(claim))
    assert entry.detail == {"note": str(note.id), "mentions": ["tono"]}
    assert store.audit.verify() is None


def test_a_mention_is_unread_until_it_is_looked_at_and_only_for_who_is_mentioned(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    sari, tono = people
    first = store.notes.add(claim, sari.id, "@tono @sari lihat", readers=READERS).note
    second = store.notes.add(claim, sari.id, "@tono lihat lagi", readers=READERS).note
    assert (store.notes.unread(tono.id), store.notes.unread(sari.id)) == (2, 0)
    mentions = store.notes.mentions_of(tono.id, 10)
    assert [(m.note.id, m.unread, m.claim_id) for m in mentions] == [
        (second.id, True, claim),
        (first.id, True, claim),
    ]
    store.notes.mark_read(sari.id, [second.id])
    assert store.notes.unread(tono.id) == 2
    store.notes.mark_read(tono.id, [second.id])
    assert [m.unread for m in store.notes.mentions_of(tono.id, 10)] == [False, True]
    assert store.notes.unread(tono.id) == 1
    assert len(store.notes.mentions_of(tono.id, 1)) == 1


@pytest.mark.parametrize("role", [Role.LIAISON, Role.FIELD_REPORTER])
def test_who_may_not_read_claims_or_has_left_cannot_be_mentioned(
    store: Store, claim: ClaimId, people: Sequence[User], role: Role
) -> None:
    sari, tono = people
    make_user(store, "lia", role)
    store.users.set_active("tono", False, by="test")
    written = store.notes.add(claim, sari.id, "@lia dan @tono", readers=READERS)
    assert written.unknown == ("lia", "tono")
    assert store.notes.unread(tono.id) == 0


def test_a_renamed_role_keeps_the_name_in_older_notes(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    sari, _ = people
    store.notes.add(claim, sari.id, "@tono cek", readers=READERS)
    store.users.set_active("tono", False, by="test")
    assert store.notes.of_claim(claim, 1)[0].plain() == "@tono cek"


def test_notes_go_with_a_claim_that_is_merged_and_new_ones_to_the_one_that_stands(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    sari, tono = people
    other = another_claim(store)
    store.notes.add(other, sari.id, "Sebelum digabung @tono.", readers=READERS)
    store.edits.merge(claim, other, sari.id, keep_version=1, other_version=1)
    late = store.notes.add(other, sari.id, "Sesudah digabung @tono.", readers=READERS)
    assert late.note.claim_id == claim
    assert [note.plain() for note in store.notes.of_claim(claim, 10)] == [
        "Sesudah digabung @tono.",
        "Sebelum digabung @tono.",
    ]
    assert {m.claim_id for m in store.notes.mentions_of(tono.id, 10)} == {claim}
    newest = read_history(store.database, claim).notes[0]
    assert newest.plain() == "Sesudah digabung @tono."


def test_what_cannot_be_kept_is_refused_and_leaves_nothing(
    store: Store, claim: ClaimId, people: Sequence[User]
) -> None:
    sari, _ = people
    with pytest.raises(NotFound):
        store.notes.add(ClaimId(new_id()), sari.id, "catatan", readers=READERS)
    with pytest.raises(NotFound):
        store.notes.add(claim, UserId(new_id()), "catatan", readers=READERS)
    for typed in ("", "x" * 4001):
        with pytest.raises(BadInput):
            store.notes.add(claim, sari.id, typed, readers=READERS)
    assert store.notes.of_claim(claim, 10) == []


@pytest.mark.parametrize("change", ["UPDATE claim_notes SET text = 'lain'", "DELETE FROM claim_notes"])
def test_a_note_is_never_changed_or_removed(
    store: Store, claim: ClaimId, people: Sequence[User], change: str
) -> None:
    store.notes.add(claim, people[0].id, "Asli.", readers=READERS)
    with pytest.raises(StoreError), store.database.write() as session:
        session.execute(text(change))
    assert store.notes.of_claim(claim, 1)[0].plain() == "Asli."
