"""Parties and declared candidates in a text: found where meant, and nobody else."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.errors import BadInput, FormatError, SettingError
from kentongan.targets import Targets, find_targets, read_targets

DAY = date(2026, 1, 1)
TARGETS = read_targets("arunika", None)


def found_in(text: str, targets: Targets = TARGETS, on: date = DAY) -> list[str]:
    return [found.split(":")[1] for found in find_targets(targets, text, on)]


@pytest.fixture
def declared(tmp_path: Path) -> Path:
    path = tmp_path / "sasaran.yaml"
    path.write_text(
        "candidates:\n"
        "  - {name: Suci Ranggawarsita, aliases: [Bu Suci, Suci], office: wali kota, until: 2026-03-31}\n"
        "parties:\n"
        "  - {id: bahari, name: Partai Bahari}\n",
        encoding="utf-8",
    )
    return path


def test_all_parties_of_2024_are_known_by_their_full_names() -> None:
    parties = [t for t in TARGETS.all if t.id.startswith("party:")]
    assert len(parties) == 25  # and Berkarya of 2019
    for party in parties:
        assert find_targets(TARGETS, f"kata {party.name.lower()} tadi", DAY) == (party.id,)


@pytest.mark.parametrize("name", ["balikpapan", "pangkalpinang"])
def test_a_real_city_declares_no_candidate(name: str) -> None:
    assert all(t.id.startswith("party:") for t in read_targets(name, None).all)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Golkar, PAN dan PBB satu suara, kata kader NasDem", ["golkar", "pan", "pbb", "nasdem"]),
        ("caleg pan dari dapil dua", ["pan"]),
        ("Ketua DPC PBB mengundurkan diri", ["pbb"]),
        ("PDI-P, pdip, PDI Perjuangan", ["pdip"]),
        ("kader Garuda dan politisi Gelora bertemu", ["garuda", "gelora"]),
        ("Partai Ummat dan partai buruh", ["ummat", "buruh"]),
        ("Partai Keadilan Sejahtera (PKS)", ["pks"]),
        ("demokrat menang di TPS itu", ["demokrat"]),
    ],
)
def test_a_party_is_found(text: str, expected: list[str]) -> None:
    assert found_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "masak pakai pan anti lengket",
        "WAJAN DAN PAN ANTI LENGKET, BELI SEKARANG SEBELUM KEHABISAN",
        "bayar PBB di kantor kelurahan",
        "sidang umum PBB di New York",
        "burung garuda di dada kita, naik Garuda Indonesia",
        "Stadion Gelora Bung Karno penuh",
        "mari berkarya untuk ummat dan buruh",
        "kubu Demokrat di Senat AS kalah tipis",
        "PKS atau perjanjian kerja sama diteken pemkot",
        "tekanan ban 32 PSI",
        "di bawah bulan dan bintang",
        "papan panjang, pankreas, golkarindo",
    ],
)
def test_what_only_looks_like_a_party_is_not_found(text: str) -> None:
    assert found_in(text) == []


def test_nobody_but_parties_and_declared_candidates_is_found() -> None:
    people = "Presiden Joko Widodo, Wali Kota Prasetya Rumbaka, dan Badra Hanindita dari Bawaslu hadir."
    assert found_in(people) == []


def test_a_candidate_is_found_by_name_in_any_case_and_by_one_word_only_with_its_capital() -> None:
    assert found_in("tegar lesmono ijazahnya palsu") == ["tegar-lesmono"]
    assert found_in("TEGAR menang") == found_in("kata Tegar") == ["tegar-lesmono"]
    assert found_in("hati yang tegar") == []


def test_a_candidate_is_not_looked_for_after_the_stage(declared: Path) -> None:
    targets = read_targets("balikpapan", declared)
    assert found_in("Bu Suci hadir", targets, date(2026, 3, 31)) == ["suci-ranggawarsita"]
    assert found_in("Bu Suci hadir", targets, date(2026, 4, 1)) == []


def test_the_file_of_a_deployment_adds_to_the_lists_and_need_not_be_there(declared: Path) -> None:
    targets = read_targets("balikpapan", declared)
    assert found_in("Partai Bahari dan Golkar", targets) == ["bahari", "golkar"]
    assert (
        read_targets("balikpapan", declared.with_name("none.yaml")).all
        == read_targets("balikpapan", None).all
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "office: wali kota",
            "office: wali kota, jabatan: x",
            r"line 2: candidates\[1\]\.jabatan: no such field",
        ),
        ("office: wali kota, ", "", r"line 2: candidates\[1\]\.office: is missing"),
        ("name: Suci Ranggawarsita, ", "", r"line 2: candidates\[1\]\.name: is missing"),
        ("2026-03-31", "31/3/2026", r"line 2: candidates\[1\]\.until: must be a date"),
        ("2026-03-31", "2026-02-31", r"line 2: candidates\[1\]\.until: "),
        ("Bu Suci, Suci", "Suci, Suci", r"line 2: candidates\[1\]\.name: 'Suci' is given twice"),
        ("Bu Suci, Suci", "Golkar", "'Golkar' is given twice: it is party:golkar already"),
        ("Bu Suci, Suci", "'!!'", "'!!' has no letters"),
        ("Bu Suci, Suci", "3", r"candidates\[1\]\.aliases: must be a list of texts"),
        ("id: bahari", "id: golkar", r"line 4: parties\[1\]\.name: party:golkar is declared twice"),
        ("id: bahari", "id: Partai B", r"line 4: parties\[1\]\.id: 'Partai B' must be"),
        ("parties:", "partai:", r"line 4: partai: no such field"),
    ],
)
def test_a_mistake_in_the_file_names_file_line_and_field(
    declared: Path, old: str, new: str, problem: str
) -> None:
    text = declared.read_text(encoding="utf-8")
    assert old in text
    declared.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormatError, match=rf"sasaran\.yaml, {problem}" if "line" in problem else problem):
        read_targets("balikpapan", declared)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sasaran.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match=r"sasaran\.yaml: cannot be read"):
        read_targets("balikpapan", path)
    with pytest.raises(SettingError, match="no region"):
        read_targets("atlantis", None)


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    found = find_targets(TARGETS, text, DAY)
    assert len(found) == len(set(found))
    assert set(found) <= {t.id for t in TARGETS.all}
