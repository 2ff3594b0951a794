"""What is kept of a note that a person types, and how it is read."""

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import ClaimId, UserId
from kentongan.errors import BadInput
from kentongan.notes import MAX_MENTIONS, MAX_NOTE_CHARACTERS, Draft, Note, draft_note
from kentongan.text import HANDLE_MASK, PHONE_MASK, mask_personal

SARI, BUDI = UserId(uuid4()), UserId(uuid4())
PEOPLE = {"sari": SARI, "budi.s": BUDI}


def read(draft: Draft, names: dict[UserId, str] | None = None) -> Note:
    names = {SARI: "sari", BUDI: "budi.s"} if names is None else names
    return Note(uuid4(), ClaimId(uuid4()), "tono", draft.text, names, datetime.now(UTC))


def test_a_mention_is_kept_as_an_id_and_read_as_a_name() -> None:
    draft = draft_note("Tolong @Sari. Lalu @budi.s, dan @sari lagi.", PEOPLE)
    assert (draft.mentioned, draft.unknown, draft.masked) == ((SARI, BUDI), (), False)
    assert "sari" not in draft.text.lower()
    note = read(draft)
    assert note.plain() == "Tolong @sari. Lalu @budi.s, dan @sari lagi."
    assert [text for text, name in note.pieces() if name] == ["@sari", "@budi.s", "@sari"]


def test_an_unknown_name_is_listed_and_masked_and_mentions_nobody() -> None:
    draft = draft_note("Kata @wargajaya dan @sarinah, tanya @sari.", PEOPLE)
    assert (draft.mentioned, draft.unknown, draft.masked) == ((SARI,), ("wargajaya", "sarinah"), False)
    assert read(draft).plain() == f"Kata {HANDLE_MASK} dan {HANDLE_MASK}, tanya @sari."


def test_personal_data_is_masked_around_mentions_and_that_is_told() -> None:
    draft = draft_note("@sari telepon 0812-3456-7890, surel a@sari.id", PEOPLE)
    assert (draft.mentioned, draft.unknown, draft.masked) == ((SARI,), (), True)
    assert read(draft).plain() == f"@sari telepon {PHONE_MASK}, surel EMAIL"


@pytest.mark.parametrize(
    "typed", ["a@sari.id", "@@sari", "x@sari", "harga @12.000", "t.me/@sari", "@sari@budi.s"]
)
def test_what_only_looks_like_a_mention_is_none(typed: str) -> None:
    assert draft_note(f"Lihat {typed} ya", PEOPLE).mentioned == ()


def test_who_types_the_form_that_is_kept_mentions_nobody() -> None:
    draft = draft_note(f"@{{{SARI}}} halo", PEOPLE)
    assert draft.mentioned == ()
    assert read(draft, names={}).plain() == f"@{{{SARI}}} halo"
    odd = draft_note("@{" + "-" * 36 + "}", PEOPLE)
    assert read(odd).plain() == odd.text


@pytest.mark.parametrize("typed", ["", " \n ", "\u200b", "x" * (MAX_NOTE_CHARACTERS + 1)])
def test_a_note_that_says_nothing_or_too_much_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="note"):
        draft_note(typed, PEOPLE)


def test_a_note_that_mentions_too_many_is_refused() -> None:
    people = {f"orang{n}": UserId(uuid4()) for n in range(MAX_MENTIONS + 1)}
    with pytest.raises(BadInput, match="mentions"):
        draft_note(" ".join(f"@{name}" for name in people), people)


@given(st.text(max_size=200))
def test_whatever_is_typed_what_is_kept_holds_no_name_and_no_personal_data(typed: str) -> None:
    try:
        draft = draft_note(f"{typed} @sari {typed}", PEOPLE)
    except BadInput:
        return
    ids = {UUID(found) for found in re.findall(r"@\{([0-9a-f-]{36})\}", draft.text)}
    assert set(draft.mentioned) <= ids
    for piece, name in read(draft).pieces():
        assert name or mask_personal(piece) == piece
