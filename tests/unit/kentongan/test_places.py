"""Which mention of a place counts, and how much."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.gazetteer import Gazetteer, read_gazetteer
from kentongan.places import MAX_PLACES, PlacesFound, find_places

BALIKPAPAN, PANGKALPINANG = read_gazetteer("balikpapan"), read_gazetteer("pangkalpinang")


def names(city: Gazetteer, found: PlacesFound) -> list[str]:
    return [city.places[code].name for code in found.codes]


def found_in(city: Gazetteer, text: str, title: str = "", outlet: str = "") -> list[str]:
    return names(city, find_places(city, title, text, outlet_region=outlet))


def test_a_kelurahan_brings_its_kecamatan_and_stands_before_it() -> None:
    assert found_in(BALIKPAPAN, "Banjir di Kelurahan Damai.") == ["Damai", "Balikpapan Kota"]


@pytest.mark.parametrize(
    "text",
    [
        "Kampanye damai di Balikpapan.",
        "KAMPANYE DAMAI DI BALIKPAPAN",
        "Deklarasi Kelurahan Damai digelar di Balikpapan.",
        "Jalan Damai Balikpapan ditutup.",
        "SMAN 3 Damai, Balikpapan, juara lomba.",
        "Balikpapan aman. Damai selalu.",
        "pak lurah damai dengan warga balikpapan",
    ],
)
def test_peace_is_no_kelurahan(text: str) -> None:
    found = find_places(BALIKPAPAN, "", text)
    assert found.codes == ()
    assert found.local


@pytest.mark.parametrize(
    "text",
    [
        "kel damai",
        "Kel. Damai",
        "lurah Damai",
        "KELURAHAN DAMAI",
        "di Damai, Balikpapan",
        "warga Damai di Balikpapan",
    ],
)
def test_peace_is_a_kelurahan_where_the_text_says_so(text: str) -> None:
    assert found_in(BALIKPAPAN, text)[:1] == ["Damai"]


def test_a_list_of_kelurahan_carries_its_cue_along_and_a_list_of_institutions_does_not() -> None:
    assert "Kejaksaan" in found_in(
        PANGKALPINANG, "Kelurahan Opas Indah, Kejaksaan, dan Batin Tikal terendam."
    )
    assert "Kejaksaan" in found_in(PANGKALPINANG, "kelurahan opas indah, kejaksaan sama batin tikal terendam")
    assert "Kejaksaan" not in found_in(PANGKALPINANG, "Hadir Polresta, Kejaksaan, dan KPU Pangkalpinang.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wali Kota Balikpapan kota yang ramah", []),
        ("Kota Balikpapan Kota Minyak", []),
        ("Balikpapan Kota Minyak", []),
        ("di balikpapan kota besar", []),
        ("Rakor di Balikpapan Kota pada Jumat.", ["Balikpapan Kota"]),
        ("kec balikpapan kota", ["Balikpapan Kota"]),
    ],
)
def test_the_kecamatan_balikpapan_kota_is_not_the_city(text: str, expected: list[str]) -> None:
    found = find_places(BALIKPAPAN, "", text)
    assert names(BALIKPAPAN, found) == expected
    assert found.local


def test_manggar_is_ours_only_with_balikpapan_and_without_belitung() -> None:
    assert found_in(BALIKPAPAN, "Pasar di Manggar ramai.") == []
    assert found_in(BALIKPAPAN, "Pasar di Manggar, Balikpapan, ramai.")[:1] == ["Manggar"]
    assert found_in(BALIKPAPAN, "Pasar di Manggar ramai. Wakil Balikpapan dan Belitung hadir.") == []


def test_a_level_that_does_not_fit_means_another_place() -> None:
    assert found_in(BALIKPAPAN, "Kecamatan Batu Ampar dan wakil Balikpapan hadir.") == []
    assert found_in(BALIKPAPAN, "Kelurahan Batu Ampar dan wakil Balikpapan hadir.")[:1] == ["Batu Ampar"]


def test_a_larger_place_that_is_not_ours_means_another_place() -> None:
    dateline = "PANGKALPINANG – "
    assert found_in(PANGKALPINANG, dateline + "Kelurahan Rejosari, Kecamatan Kotabumi, Lampung Utara.") == []
    assert found_in(PANGKALPINANG, dateline + "Kelurahan Rejosari, Kecamatan Hulu.") == []
    assert found_in(PANGKALPINANG, dateline + "Kelurahan Rejosari, Lampung.") == []
    assert found_in(PANGKALPINANG, dateline + "Kelurahan Rejosari, Kabupaten Bandung.") == []
    assert found_in(PANGKALPINANG, dateline + "Kelurahan Rejosari, Kec. Pangkal Balam.")[0] == "Rejosari"


def test_a_street_or_a_firm_is_not_the_kelurahan_but_speaks_for_the_city() -> None:
    for text in ("Jl. Selindung rusak.", "Jalan Raya Selindung rusak.", "PT Selindung Jaya pailit."):
        found = find_places(PANGKALPINANG, "", text)
        assert found.codes == ()
        assert found.local


def test_the_title_and_the_dateline_weigh_more_than_the_body() -> None:
    text = "Banjir di Selindung dan di Rangkui."
    in_title = find_places(PANGKALPINANG, "Rangkui Siaga", text)
    assert in_title.codes[0] == "19.71.04"
    assert find_places(PANGKALPINANG, "", text).codes[0] == "19.71.06.1001"
    dateline = find_places(PANGKALPINANG, "", "JAKARTA – Wakil Pangkalpinang bertemu menteri.")
    assert not dateline.local


def test_other_cities_named_more_than_ours_take_votes_away() -> None:
    here = find_places(PANGKALPINANG, "", "Rapat di Rangkui, Pangkalpinang.")
    away = find_places(PANGKALPINANG, "", "Rapat di Rangkui, Pangkalpinang, Medan, Bandung, dan Semarang.")
    far = find_places(PANGKALPINANG, "", "Rapat di Rangkui. " + "Surabaya, Bandung, dan Semarang. " * 3)
    assert here.local
    assert not away.local
    assert 0 < away.votes["19.71.04"] < here.votes["19.71.04"]
    assert far.codes == ()
    assert far.share < away.share < here.share == 1.0


def test_an_outlet_speaks_weakly_for_its_city_and_for_no_kecamatan() -> None:
    text = "Harga cabai naik lagi."
    assert not find_places(PANGKALPINANG, "", text).local
    at_home = find_places(PANGKALPINANG, "", text, outlet_region="pangkalpinang")
    assert at_home.local
    assert at_home.codes == ()
    assert not find_places(PANGKALPINANG, "", text + " Medan siaga.", outlet_region="pangkalpinang").local


def test_a_doubted_name_of_a_national_outlet_needs_our_city_beside_it() -> None:
    text = "Kelurahan Mekar Sari membuka posko."
    assert found_in(BALIKPAPAN, text, outlet="balikpapan")[:1] == ["Mekar Sari"]
    assert found_in(BALIKPAPAN, text)[:1] == ["Mekar Sari"]
    assert found_in(BALIKPAPAN, text, outlet="nasional") == []
    assert found_in(BALIKPAPAN, "BALIKPAPAN – " + text, outlet="nasional")[:1] == ["Mekar Sari"]


def test_comments_and_links_below_an_article_count_for_nothing() -> None:
    article = (
        "Pangkalpinang aman. " * 20 + "\nBaca juga: Banjir di Gabek\nTinggalkan Balasan\nwarga rangkui hadir"
    )
    assert found_in(PANGKALPINANG, article) == []


def test_at_most_five_named_places_come_back_with_their_kecamatan() -> None:
    everything = " ".join(f"Kelurahan {p.name}." for p in BALIKPAPAN.places.values() if p.is_kelurahan)
    found = find_places(BALIKPAPAN, "", everything)
    assert sum(BALIKPAPAN.places[c].is_kelurahan for c in found.codes) == MAX_PLACES
    assert list(found.codes) == sorted(found.codes, key=lambda c: -found.votes[c])
    assert {m.code for m in found.mentions} <= set(found.codes)


def test_mentions_are_where_the_names_stand_in_title_and_text() -> None:
    title, text = "Gabek Siaga", "Warga Air Hitam di Bukit Intan bersiap."
    found = find_places(PANGKALPINANG, title, text)
    whole = f"{title}\n{text}"
    assert [whole[m.start : m.end] for m in found.mentions] == ["Gabek", "Air Hitam", "Bukit Intan"]
    (mention,) = find_places(PANGKALPINANG, "", "di gabek").mentions
    assert (mention.start, mention.end) == (3, 8)


TEXT = (
    "Damai damai Kelurahan kel. Kecamatan kec RT 05 TPS 3 Jalan di warga Balikpapan Kota BPP Samarinda Belitung "
    "Manggar Batu Ampar Klandasan Ulu dan , . – Baca juga: Tinggalkan Balasan PT ( ) “ Malang"
)
WORDS = st.sampled_from([*TEXT.split(), "\n"])


@given(
    st.text(max_size=60),
    st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map(" ".join)),
    st.booleans(),
)
def test_any_text_is_read_and_every_mention_lies_in_it(title: str, text: str, outlet: bool) -> None:
    found = find_places(BALIKPAPAN, title, text, outlet_region="balikpapan" if outlet else "")
    whole = f"{title}\n{text}" if title else text
    last = 0
    for mention in found.mentions:
        assert last <= mention.start < mention.end <= len(whole)
        assert mention.code in found.codes
        last = mention.end
    assert set(found.votes) == {*found.codes, BALIKPAPAN.code}
    assert all(vote > 0 for code, vote in found.votes.items() if code != BALIKPAPAN.code)
    assert 0.0 <= found.share <= 1.0
    assert {BALIKPAPAN.places[c].kecamatan for c in found.codes} <= set(found.codes)


@pytest.mark.parametrize(
    "piece",
    [
        "kel damai, ",
        "Damai Baru-",
        "kelurahan ",
        "a",
        " ",
        "\n",
        "RT 01/",
        "di Balikpapan, ",
        "PANGKALPINANG, X.com – ",
        ".!?“",
        "Jl. ",
    ],
)
def test_a_megabyte_of_anything_takes_about_a_second(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.perf_counter()
    find_places(BALIKPAPAN, text, text)
    assert time.perf_counter() - start < 3  # far less alone; the machine may be busy
