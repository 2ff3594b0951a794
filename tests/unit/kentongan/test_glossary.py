"""The list of words that pages explain: what it finds, and that it agrees with the other lists."""

from importlib.resources import files

import pytest
import yaml

from classifier.cues import find_cues
from kentongan.glossary import read_glossary
from webui.words import CUES

LIST = yaml.safe_load((files("kentongan") / "glossary.yaml").read_text(encoding="utf-8"))
CHAIN = "INFO A1 dari orang dalam! Semua TPS ditutup. Sebarkan, SEBARKAN sebelum dihapus!"


def test_marks_are_found_once_each_in_their_order_with_their_group() -> None:
    found = read_glossary().marks_in(CHAIN)
    assert [(one.word, one.meaning.group) for one in found] == [
        ("INFO A1", "sumber kabur"),
        ("orang dalam", "sumber kabur"),
        ("Sebarkan", "ajakan sebar"),
        ("sebelum dihapus", "desakan waktu"),
    ]
    assert all("en" in one.meaning.said for one in found)


def test_what_is_read_first_comes_first() -> None:
    found = read_glossary().marks_in("Sebarkan!", CHAIN)
    assert [one.word for one in found][:2] == ["Sebarkan", "INFO A1"]


def test_local_words_are_those_of_the_region() -> None:
    glossary, text = read_glossary(), "Kate urang dalem dak usah percaya. Bubuhan itu bote!"
    pangkalpinang = {one.meaning.said["id"] for one in glossary.local_in("pangkalpinang", text)}
    balikpapan = {one.meaning.said["id"] for one in glossary.local_in("balikpapan", text)}
    assert pangkalpinang == {"kata", "orang", "tidak"}
    assert balikpapan == {"kelompok", "bohong"}
    assert glossary.local_in("kota lain", text) == []


def test_whole_words_only_are_found() -> None:
    assert read_glossary().local_in("balikpapan", "botex kadang pianis") == []
    assert read_glossary().terms_in("Bawaslunya tpst") == []


def test_every_mark_is_one_for_the_classifier_too_in_the_same_group() -> None:
    for group, entries in LIST["marks"].items():
        for entry in entries:
            for word in entry["words"]:
                assert group in find_cues(word), (group, word)


def test_every_group_of_the_classifier_has_words_and_a_name() -> None:
    text = " ".join(word for entries in LIST["marks"].values() for e in entries for word in e["words"])
    assert set(find_cues(text)) == set(LIST["marks"]) == set(CUES)


@pytest.mark.parametrize("register", list(LIST["local"]))
def test_local_words_mean_what_the_search_takes_them_for(register: str) -> None:
    variants = yaml.safe_load((files("search") / "language" / "variants.yaml").read_text(encoding="utf-8"))
    canonical = {form: word for word, forms in variants["forms"].items() for form in forms}
    for entry in LIST["local"][register]["words"]:
        for word in entry["words"]:
            meant = entry["id"].replace(" ", "").lower()
            assert canonical.get(word, meant) == meant, word
