"""Groups are found by neutral names; places, things and those in office are none."""

import pytest

from kentongan.errors import FormatError
from kentongan.groups import find_groups, groups_of, read_groups
from kentongan.yaml_file import read_fields


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Umat Islam dan Kristen hidup rukun.", ("islam", "kristen")),
        ("Orang Cina dan Madura jangan dipilih!", ("tionghoa", "madura")),
        ("suku Jawa, Bugis, serta Bali", ("jawa", "bugis", "bali")),
        ("Kota ini milik putra daerah. Pendatang pulang saja.", ("putra-daerah", "pendatang")),
        ("Barang Cina murah, jalan ke Bali macet, sate Madura enak.", ()),
        ("Warga Bangka Barat dan warga Jawa Tengah mengungsi.", ()),
        ("Pemain pendatang baru itu mencetak gol.", ()),
        ("Pemkot lambat, wali kota dan polisi harus menjelaskan korupsi itu.", ()),
        ("Warga Mekarjaya memilih kotak kosong.", ()),
    ],
)
def test_a_group_is_found_where_it_is_meant(text: str, found: tuple[str, ...]) -> None:
    assert find_groups(read_groups(), text) == tuple(f"group:{key}" for key in found)


def test_every_group_has_a_key_that_the_record_holds_and_a_name() -> None:
    groups = read_groups()
    assert len(groups.all) > 30
    assert all(len(group.key) <= 80 and group.name for group in groups.all)
    assert groups.name_of("group:tionghoa") == "Tionghoa"
    assert groups.name_of("group:gone") == "group:gone"


@pytest.mark.parametrize(
    "text",
    [
        "religions:\n  - {id: a, name: A}\n  - {id: a, name: B}",
        "religions:\n  - {id: a, name: A}\n  - {id: b, name: A}",
        "religions:\n  - {id: a, name: A, score: 1}",
        "slurs:\n  - {id: a, name: A}",
    ],
)
def test_a_list_with_a_mistake_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        groups_of(read_fields(text, "groups.yaml"))
