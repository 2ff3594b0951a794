"""A snippet is a true piece of the text, cut between words, with the right words marked."""

from hypothesis import given
from hypothesis import strategies as st

from search.query import understand
from search.snippet import WIDTH, mark, snippet


def cut(text: str, typed: str) -> tuple[str, list[str]]:
    pieces = snippet(text, understand(typed).node)
    return "".join(piece for piece, _ in pieces), [piece for piece, marked in pieces if marked]


def test_variants_phrases_and_prefixes_are_marked_as_they_stand() -> None:
    text = "Hoaaaks! Kata wali kota, surat-suara itu HOAX; menyebarkan dilarang."
    assert cut(text, "hoaks")[1] == ["Hoaaaks", "HOAX"]
    assert cut(text, "walikota")[1] == ["wali kota"]
    assert cut(text, "kota")[1] == ["kota"]
    assert cut(text, '"surat suara"')[1] == ["surat-suara"]
    assert cut(text, "menyeb*")[1] == ["menyebarkan"]
    assert cut(text, "hoax -kata tersebar")[1] == ["Hoaaaks", "HOAX", "menyebarkan"]
    assert cut(text, "")[1] == []


def test_a_part_of_a_word_is_not_marked() -> None:
    assert cut("banjirlah kebanjiran pembanjir", '"banjir"')[1] == []


def test_the_part_with_the_most_different_words_is_shown() -> None:
    text = "banjir " * 50 + "kata lain " * 60 + "banjir dan gempa di hulu " + "kata lain " * 60
    shown, marked = cut(text, "banjir gempa")
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "gempa" in marked
    assert len(shown) <= WIDTH + 20


def test_a_text_without_the_words_shows_its_beginning() -> None:
    shown, marked = cut("Kalimat pembuka. " + "isi " * 200, "tidakada")
    assert shown.startswith("Kalimat pembuka.")
    assert marked == []


def test_words_of_a_link_are_not_marked() -> None:
    assert cut("lihat https://banjir.example/banjir banjir", "banjir")[1] == ["banjir"]


@given(
    st.text(alphabet="banjir gempa<>&\"'-\n.", max_size=900), st.sampled_from(["banjir", "gem*", '"a b"', ""])
)
def test_the_pieces_are_the_text_itself(text: str, typed: str) -> None:
    shown, _ = cut(text, typed)
    inner = shown.removeprefix("… ").removesuffix(" …")
    assert inner in text
    start = text.index(inner)
    assert start == 0 or shown.startswith("… ") or text.startswith(inner)


def test_a_hostile_text_of_one_word_is_cut_quickly() -> None:
    shown, marked = cut("banjir " * 100_000, "banjir")
    assert len(shown) < 2 * WIDTH
    assert set(marked) == {"banjir banjir"}


def test_words_far_apart_are_looked_for_in_the_whole_text() -> None:
    text = "banjir " + "isi lain " * 1_000 + "gempa dan banjir di hulu " + "isi lain " * 1_000
    shown, found = cut(text, "banjir gempa")
    assert found == ["gempa", "banjir"]
    assert shown.startswith("… ")


def test_a_whole_title_is_shown_with_its_words_marked() -> None:
    title = "Banjir <b>besar</b> " + "di kota lama " * 40 + "kata Wali Kota"
    pieces = mark(title, understand("walikota banjir").node)
    assert "".join(piece for piece, _ in pieces) == title
    assert [piece for piece, marked in pieces if marked] == ["Banjir", "Wali Kota"]
    assert mark("", understand("banjir").node) == ()


def test_accents_written_apart_stay_with_their_letter() -> None:
    assert cut("kata cafe\u0301 itu", "cafe")[1] == ["cafe\u0301"]
    shown, _ = cut("e\u0301" * 1_000, "banjir")
    assert shown.removesuffix(" …").endswith("e\u0301")
