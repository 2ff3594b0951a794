"""The places of the cities: all there, checked, and the words that find them."""

import csv
from pathlib import Path

import pytest

from kentongan.errors import FormatError, SettingError
from kentongan.gazetteer import Doubt, Gazetteer, Sense, gazetteer_of, read_gazetteer
from kentongan.lexicon import Lexicon
from kentongan.region import open_region, read_region
from kentongan.yaml_file import Fields, read_fields

CITY = """
title: Kota Contoh
time_zone: Asia/Jakarta
code: "00.09"
centre: [-3.0, 105.0]
names: [Contoh]
candidates: []
places:
  "00.09.01": {name: Hulu, centre: [-3.0, 105.0]}
  "00.09.01.1001": {name: Damar, centre: [-3.0, 105.0], also: [Damar Tua]}
"""


def outside(text: str = "names: [Bandung]\ncapital: [Malang]") -> Fields:
    return read_fields(text, "outside.yaml")


def read(text: str) -> Gazetteer:
    return gazetteer_of("contoh", read_fields(text, "contoh.yaml"), outside())


@pytest.mark.parametrize(
    ("name", "code", "kecamatan", "kelurahan"),
    [("pangkalpinang", "19.71", 7, 42), ("balikpapan", "64.71", 6, 34), ("arunika", "00.00", 5, 14)],
)
def test_every_city_has_all_its_places_under_its_code(
    name: str, code: str, kecamatan: int, kelurahan: int
) -> None:
    city = read_gazetteer(name)
    places = list(city.places.values())
    assert city.code == code == read_region(name).code
    assert sum(not p.is_kelurahan for p in places) == kecamatan
    assert sum(p.is_kelurahan for p in places) == kelurahan
    assert all(p.code.startswith(p.kecamatan) and p.kecamatan in city.places for p in places)
    known = {p.code for p in places if not p.is_kelurahan}
    assert sum(p.kecamatan in known for p in places if p.is_kelurahan) == kelurahan
    for place in places:
        assert abs(place.centre[0] - city.centre[0]) < 0.3
        assert abs(place.centre[1] - city.centre[1]) < 0.3


def test_the_names_of_the_domain_notes_that_are_words_or_other_places_are_doubted() -> None:
    both = {**read_gazetteer("pangkalpinang").places, **read_gazetteer("balikpapan").places}
    doubted = {p.name for p in both.values() if p.doubt is not Doubt.NONE}
    assert {
        "Damai",
        "Damai Bahagia",
        "Damai Baru",
        "Bintang",
        "Asam",
        "Melintang",
        "Kejaksaan",
        "Keramat",
    } < doubted
    assert {
        "Gajah Mada",
        "Sriwijaya",
        "Ketapang",
        "Bacang",
        "Sinar Bulan",
        "Manggar",
        "Balikpapan Kota",
    } < doubted
    assert not {"Gerunggang", "Rangkui", "Selindung", "Karang Joang", "Klandasan Ulu"} & doubted


def test_a_kelurahan_belongs_to_the_kecamatan_of_its_code() -> None:
    city = read_gazetteer("balikpapan")
    damai = next(p for p in city.places.values() if p.name == "Damai")
    assert city.places[damai.kecamatan].name == "Balikpapan Kota"


def test_our_own_names_are_not_among_the_other_cities() -> None:
    for name in ("pangkalpinang", "balikpapan"):
        city = read_gazetteer(name)
        (hit,) = city.lexicon.find(city.title, 9)
        assert hit.value.sense is Sense.CITY
    (hit,) = read_gazetteer("arunika").lexicon.find("Balikpapan", 9)
    assert hit.value.sense is Sense.OUTSIDE


def test_the_places_of_the_public_table_are_ours(shared_data: Path) -> None:
    with (shared_data / "region" / "areas.csv").open(encoding="utf-8") as file:
        theirs = {row["code"]: row["name"] for row in csv.DictReader(file) if row["level"] != "kota"}
    ours = {**read_gazetteer("pangkalpinang").places, **read_gazetteer("balikpapan").places}
    assert {code: place.name for code, place in ours.items()} == theirs


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("names: [Contoh]", "", "names: must list"),
        ("name: Hulu", "nama: Hulu", r"places\.00\.09\.01\.name: is missing"),
        ("name: Hulu", "name: '--'", "has no letters"),
        ("also: [Damar Tua]", "juga: [Damar Tua]", r"juga: no such field"),
        ("also: [Damar Tua]", "doubt: maybe", r"doubt: 'maybe' is not one of word, elsewhere"),
        ("also: [Damar Tua]", "unless: [Atlantis]", "unless: atlantis is neither"),
        ("also: [Damar Tua]", "also: [Hulu]", "'Hulu' is the name of 00.09.01 too"),
        ("[-3.0, 105.0], also", "[105.0, -3.0], also", r"centre: must be \[latitude, longitude\]"),
        ('"00.09.01.1001"', '"00.08.01.1001"', "must be a code of 00.09"),
        ('"00.09.01.1001"', '"00.09.02.1001"', "its kecamatan 00.09.02 is not listed"),
        ("title: Kota Contoh", "judul: Kota Contoh", "title: is missing"),
        ("time_zone: Asia/Jakarta", "time_zone: Asia/Nowhere", "time_zone: 'Asia/Nowhere' is not"),
        ("candidates: []", "calon: []", "calon: no such field"),
        ("centre: [-3.0, 105.0]\nnames", "names", "centre: is missing"),
    ],
)
def test_a_mistake_in_a_city_names_file_line_and_field(old: str, new: str, problem: str) -> None:
    assert old in CITY
    with pytest.raises(FormatError, match=rf"^contoh\.yaml, line \d+: .*{problem}"):
        read(CITY.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", "[a, b]", "a: [", "a: 1\na: 2", "? [x]\n: 1", "a: *b"])
def test_a_file_that_is_no_mapping_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(FormatError, match=r"^contoh\.yaml, line \d+: "):
        read(text)


def test_an_unknown_region_names_the_cities_and_not_the_other_lists() -> None:
    for name in ("atlantis", "groups", "outside", "parties", "../regions/arunika"):
        with pytest.raises(SettingError, match=r"there are arunika, balikpapan, pangkalpinang$"):
            open_region(name)


def test_the_longest_name_wins_and_names_are_whole_words_in_any_case() -> None:
    names = Lexicon([("Damai", 1), ("Damai Baru", 2), ("Gunung Samarinda Baru", 3), ("Damai", 4)])
    text = "DAMAI  baru, damai-baru, Damai, kedamaian, Damai\nBaru, gunung samarinda"
    assert [(text[h.start : h.end], h.value) for h in names.find(text, 9)] == [
        ("DAMAI  baru", 2),
        ("damai-baru", 2),
        ("Damai", 1),
        ("Damai", 1),
    ]
    assert len(list(names.find(text, 2))) == 2
