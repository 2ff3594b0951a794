"""Names within an export: every one that we give is one that we take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.incidents import FILE_TYPES, MAX_FILES, clean_name
from pipeline.casefile import names


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("surat edaran “asli”.pdf", "files/007-surat-edaran-asli.pdf"),
        ("برقية.pdf", "files/007-berkas.pdf"),
        ("é.TXT", "files/007-e.TXT"),
        ("..a...pdf", "files/007-a.pdf"),
    ],
)
def test_what_is_plain_of_a_name_stays(name: str, place: str) -> None:
    assert names.attachment(7, name) == place


@given(st.text(max_size=200), st.sampled_from(sorted(FILE_TYPES)), st.integers(1, MAX_FILES))
def test_every_place_is_safe(stem: str, extension: str, number: int) -> None:
    name = clean_name(f"{stem}.{extension}")
    if name.endswith(f".{extension}"):
        assert names.SAFE.fullmatch(names.attachment(number, name))


def test_the_own_files_are_safe() -> None:
    for name in (*names.ALWAYS, names.warc("2026-014")):
        assert names.SAFE.fullmatch(name)
