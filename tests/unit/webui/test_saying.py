"""What a row quotes: each word once, marked in the headline or below it."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import Item, ItemId, Label, Platform, SourceKind, Span, Stage
from kentongan.headline import headline_of
from kentongan.store.items import ItemView
from tests.factories import make_assessment
from webui.language import speaking
from webui.queue.saying import PHRASE_CHARACTERS, PHRASES_SHOWN, Phrase, quote_once

H, B = Label.HOAX, Label.BLACK_CAMPAIGN
FIRST = "Besok pagi semua TPS ditutup jam sembilan karena surat suara habis."
SECOND = "Sebarkan sebelum dihapus!"
LONG = "Besok pagi " + "semua warga di gang tujuh kelurahan itu " * 5 + "wajib membawa surat dari ketua RT."


def view_of(text: str, *because: tuple[str, Label]) -> ItemView:
    spans = tuple(
        Span(text.index(said), text.index(said) + len(said), label, 1.0 - n / 10)
        for n, (said, label) in enumerate(because)
    )
    item = Item(
        ItemId(UUID(int=1)), "suara", SourceKind.PUBLIC_CHANNEL, Platform.POST, "", "", text, "", None,
        datetime(2026, 3, 1, tzinfo=UTC), "id", "", 1, Stage.LINKED,
    )  # fmt: skip
    labels = frozenset(label for _, label in because)
    return ItemView(item, "Suara", make_assessment(*labels, spans=spans), labels, False, ())


def quoted(view: ItemView, *, press: bool = False) -> tuple[str, list[str], tuple[Phrase, ...]]:
    """Return the headline as its pieces say it, what is marked in it, and the phrases below."""
    with speaking("id"):
        pieces, phrases = quote_once(headline_of(view.item.full_text), view, press=press)
    return "".join(p.text for p in pieces), [p.text for p in pieces if p.labels], phrases


def test_a_sentence_that_is_the_headline_is_marked_there_and_not_said_again() -> None:
    view = view_of(f"{FIRST} {SECOND}", (FIRST, H), (SECOND, H))
    assert quoted(view) == (FIRST, [FIRST.rstrip(".")], (Phrase(SECOND, ""),))


def test_a_part_of_the_headline_is_marked_in_whichever_case() -> None:
    view = view_of(FIRST.upper(), ("SURAT SUARA HABIS", H))
    with speaking("id"):
        pieces, phrases = quote_once(FIRST, view, press=False)
    assert [(p.text, p.labels) for p in pieces][1:] == [("surat suara habis", (H,)), (".", ())]
    assert phrases == ()


def test_of_a_sentence_that_the_headline_cuts_only_the_rest_follows() -> None:
    headline, marked, (rest,) = quoted(view_of(LONG, (LONG, H)))
    assert headline.endswith("…")
    assert marked == [headline]
    assert rest.text.startswith("… ")
    assert f"{headline.rstrip(' …')} {rest.text.removeprefix('… ')}" == LONG.rstrip(".")


def test_labels_are_named_beside_sentences_only_where_the_text_bears_several() -> None:
    text = f"{FIRST} {SECOND} Raka dalangnya dan dia sudah lama buron."
    view = view_of(text, (SECOND, H), ("Raka dalangnya dan dia sudah lama buron.", B))
    assert [phrase.why for phrase in quoted(view)[2]] == ["indikasi hoaks", "kampanye hitam"]
    assert "hoaks" not in "".join(phrase.why for phrase in quoted(view, press=True)[2])


def test_personal_data_in_a_sentence_is_masked() -> None:
    said = "Hubungi panitia di 0812-3456-7890 atau budi@contoh.id sekarang juga."
    (phrase,) = quoted(view_of(f"{FIRST} {said}", (said, H)))[2]
    assert "0812" not in phrase.text
    assert "budi@" not in phrase.text


@given(st.text(min_size=1, max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_the_headline_is_whole_and_little_follows_whatever_is_marked(
    text: str, left: int, right: int
) -> None:
    view = view_of(text, (text[min(left, right) : max(left, right)], H))
    headline, _, phrases = quoted(view)
    assert headline == headline_of(text)
    assert len(phrases) <= PHRASES_SHOWN
    assert all(phrase.text and len(phrase.text) <= PHRASE_CHARACTERS for phrase in phrases)


def test_what_is_not_assessed_has_only_its_headline() -> None:
    view = view_of(FIRST)
    bare = ItemView(view.item, "", None, frozenset(), False, ())
    assert quoted(bare) == (FIRST, [], ())
