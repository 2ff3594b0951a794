"""Indonesian as people write it becomes the same terms."""

from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import (
    MAX_TERM_CHARACTERS,
    exact_terms,
    fingerprint,
    is_stop_word,
    located_terms,
    read_terms,
    stem_terms,
)


def stems(text: str) -> list[str]:
    return stem_terms(exact_terms(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("menyebarkan disebarkan penyebaran tersebar", ["sebar"] * 4),
        ("hoax hoks HOAK h0ax hoaaaks hoaxnya", ["hoaks"] * 6),
        ("jgn yg gk nggak tdk", ["jangan", "yang", "tidak", "tidak", "tidak"]),
        ("ndak kada ora", ["tidak"] * 3),
        ("orang2 hati²", ["orang", "hati"]),
        ("orang-orang", ["orang"]),
        ("berlari-lari", ["lari"]),
        ("desas-desus", ["desas", "desus"]),
        ("rumahnya bacalah akupun buku", ["rumah", "baca", "saya", "buku"]),
        ("wali kota", ["walikota", "wali", "kota"]),
        ("Komisi Pemilihan Umum", ["kpu", "komisi", "pilih", "umum"]),
        ("covid19 h1n1 5g a1", ["covid19", "h1n1", "5g", "a1"]),
        ("Jum'at ape’ dimane", ["jumat", "apa", "mana"]),
        ("café naïve", ["cafe", "naive"]),
        ("lah", ["lah"]),
    ],
)
def test_forms_of_a_word_share_a_stem(text: str, expected: list[str]) -> None:
    assert stems(text) == expected


# The traps of sastrawi issue 23 and their like: what a naive stemmer makes of them stands right.
@pytest.mark.parametrize(
    ("word", "wrong"),
    [
        ("bali", "bal"), ("nila", "nil"), ("berikan", "ikan"), ("kutai", "kuta"), ("maluku", "malu"),
        ("berau", "au"), ("perindo", "indo"), ("megawati", "gawat"), ("jokowi", "jokow"), ("kepala", "pala"),
        ("sekolah", "seko"), ("menteri", "teri"), ("materi", "mater"), ("melayu", "layu"),
        ("merdeka", "rdeka"),
        ("berita", "ita"), ("menilai", "ila"), ("menipu", "ipu"), ("mengatakan", "ata"), ("pegawai", "gawa"),
        ("toboali", "toboal"), ("balikpapan", "balikpap"), ("kalimantan", "kalimant"), ("sepaku", "sepa"),
        ("perempuan", "empu"), ("selatan", "selat"), ("peluru", "luru"), ("mereka", "reka"),
    ],
)  # fmt: skip
def test_names_and_derived_looking_words_are_protected(word: str, wrong: str) -> None:
    assert stems(word) != [wrong]
    assert stems(f"{word}nya") == stems(word)


@pytest.mark.parametrize("word", ["tidak", "bukan", "belum", "jangan", "dak", "kada", "gk", "tanpa"])
def test_a_negation_is_never_a_stop_word(word: str) -> None:
    assert not any(is_stop_word(term) for term in read_terms(exact_terms(word)))


def test_personal_data_is_never_a_term() -> None:
    terms = exact_terms("Hubungi @budi_santoso di 0812-3456-7890 atau budi@contoh.example")
    assert not {"budi", "santoso", "budi_santoso", "0812", "contoh"} & set(terms)


def test_located_terms_point_into_the_text_and_leave_links_out() -> None:
    text = "Hoaaaks! https://contoh.example/banjir wali-kota"
    found = list(located_terms(text))
    assert [(text[start:end], term) for start, end, term in found] == [
        ("Hoaaaks", "hoaks"), ("wali", "wali"), ("kota", "kota"),
    ]  # fmt: skip


def test_the_word_lists_are_sound() -> None:
    folder = files("search") / "language"
    variants = yaml.safe_load((folder / "variants.yaml").read_text(encoding="utf-8"))
    forms = [form for row in variants["forms"].values() for form in row]
    assert len(forms) >= 300
    assert all(isinstance(form, str) for form in forms), "quote words that YAML reads otherwise, as no"
    assert len(forms) == len(set(forms)), "a form stands in two rows"
    assert not set(forms) & set(variants["forms"]), "a form is canonical elsewhere"
    assert all(exact_terms(form) == form.split() for form in forms), "a form is not as exact terms are"
    assert all(exact_terms(word) == [word] for word in variants["forms"])
    lists = yaml.safe_load((folder / "stems.yaml").read_text(encoding="utf-8"))
    corrected = [word for stem, row in lists["stems"].items() for word in (stem, *row)]
    assert len(corrected) == len(set(corrected))
    assert not set(corrected) & set(lists["protected"])


def test_the_fingerprint_is_stable_within_a_version() -> None:
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 16


@given(st.text(max_size=200))
def test_terms_are_plain_and_cover_what_was_read(text: str) -> None:
    exact = exact_terms(text)
    assert all(term.isalnum() or not term for term in exact)
    assert all(len(term) <= MAX_TERM_CHARACTERS for term in exact)
    terms = read_terms(exact)
    covered = [at for term in terms for at in range(term.start, term.end)]
    assert covered == list(range(len(exact)))
    assert all(" " not in stem for stem in stem_terms(exact))


@given(
    st.lists(
        st.sampled_from(["wali", "kota", "hoax", "orang", "orang2", "komisi", "pemilihan", "umum", "gk"])
    )
)
def test_a_word_typed_alone_is_found_where_it_was_written(words: list[str]) -> None:
    held = set(stem_terms(words))
    for word in words:
        (term,) = read_terms([word])
        assert term.stem in held
