"""What was typed is read the way the searcher is told it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import MAX_LEAVES, any_words, understand
from search.tree import And, Field, Never, Node, Not, Or, Phrase, Prefix, Word, conditions, leaves


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("", ""),
        ("hoax yg beredar", "hoaks beredar"),
        ("wali kota Arunika", "walikota arunika"),
        ('"Wali Kota" -hoaks', '"wali kota" -hoaks'),
        ("“kutipan miring”", '"kutipan miring"'),
        ('"tidak ditutup', '"tidak ditutup"'),
        ("banjir gempa OR longsor hujan", "banjir (gempa OR longsor) hujan"),
        ("banjir OR gempa", "banjir OR gempa"),
        ("OR banjir OR", "banjir"),
        ("banjir or gempa", "banjir or gempa"),
        ("(banjir gempa) OR longsor", "(banjir gempa) OR longsor"),
        ("banjir) gempa (longsor", "banjir gempa longsor"),
        ("-(banjir gempa)", "-(banjir gempa)"),
        ("- banjir", "banjir"),
        ("--banjir", "banjir"),
        ("banjir-gempa", "banjir gempa"),
        ("hoak*", "hoak*"),
        ("*", ""),
        ("sumber:kabar-hulu", 'source:"kabar hulu"'),
        ('tempat:"Bukit Embun" banjir', 'place:"bukit embun" banjir'),
        ("status:baru", "state:new"),
        ("sumber:", "sumber"),
        ("lain:hal banjir", "lain banjir"),
        ("author:budi", "author budi"),
        ("akun:@budi", "[akun:@USER]"),
        ("https://www.kabar.example/a/", "url:kabar.example/a"),
        ("Https://Kabar.example/a", "url:kabar.example/a"),
        ("www.kabar.example/a", "url:kabar.example/a"),
        ("bit.ly/dana", "url:bit.ly/dana"),
        ("https://kabar.example/a.", "url:kabar.example/a"),
        ("(banjir OR https://kabar.example/a)", "banjir OR url:kabar.example/a"),
        ("https://kabar.example/a_(b)", "url:kabar.example/a_(b)"),
        ("https://wa.me/6281234567890", "[https://wa.me/NOMOR]"),
        ("BN1234XY", "[PLAT]"),
        ('"BN 1234 XY"', "[PLAT]"),
        ("@budi_s", "[@USER]"),
        ("jam 14:30", "jam 14 30"),
        ("yang di", "yang di"),
        ("tidak", "tidak"),
        ("bukan hoaks", "bukan hoaks"),
        ("jgn percaya gk bener", "jangan percaya tidak benar"),
        ("ketua KPU dan Komisi Pemilihan Umum", "ketua kpu"),
        ("😀 🚨", ""),
        ("\ud800 banjir", "banjir"),
    ],
)
def test_the_understood_line_says_how_it_was_read(typed: str, line: str) -> None:
    assert understand(typed).line == line


def test_every_kind_of_leaf_is_read() -> None:
    node = understand('banjir "air bah" gem* -label:hoax (hujan OR angin) @seseorang').node
    assert node == And(
        (
            Word("banjir", "banjir", ("banjir",)),
            Phrase(("air", "bah")),
            Prefix("gem"),
            Not(Field("label", "hoax")),
            Or((Word("hujan", "hujan", ("hujan",)), Word("angin", "angin", ("angin",)))),
            Never("@USER"),
        )
    )


def test_a_word_keeps_its_typed_form_beside_its_stem() -> None:
    assert understand("wali kota").node == Word("walikota", "walikota", ("wali", "kota"))
    assert understand("hoax").node == Word("hoaks", "hoaks", ("hoax",))


def test_what_is_left_out_of_a_long_query_is_told() -> None:
    understood = understand(" ".join(f"kata{n}" for n in range(100)))
    assert len(list(leaves(understood.node))) == MAX_LEAVES
    assert understood.line.endswith(" …")
    assert understand("a" * 9_000).line.endswith(" …")
    assert understand("(" * 20 + "banjir").line.endswith(" …")
    assert not understand("banjir").line.endswith("…")


def test_fields_and_exclusions_bind_a_search_by_meaning() -> None:
    node = understand("banjir -gempa sumber:a").node
    assert conditions(node) == And((Not(Word("gempa", "gempa", ("gempa",))), Field("source", "a")))


def test_words_of_a_text_make_a_query_for_texts_like_it() -> None:
    query = any_words("Surat suara yang tercoblos itu hoax OR bukan? (lihat -gambar)", limit=4)
    assert query == "tercoblos OR gambar OR surat OR suara"
    assert any_words("yang di itu") == ""


def depth(node: Node) -> int:
    match node:
        case And(parts) | Or(parts):
            return 1 + max(map(depth, parts), default=0)
        case Not(part):
            return 1 + depth(part)
        case _:
            return 1


@given(st.text(max_size=300) | st.text(alphabet='ab ()-"OR:*', max_size=300))
def test_any_string_is_read_and_never_too_deep(typed: str) -> None:
    understood = understand(typed)
    assert depth(understood.node) <= 26
    assert len(list(leaves(understood.node))) <= 2 * MAX_LEAVES
    assert "\n" not in understood.line


def test_a_phrase_that_is_cut_says_so() -> None:
    assert understand('"' + " ".join(f"kata{n}" for n in range(MAX_LEAVES + 6)) + '"').line.endswith(" …")
