"""Cutting WARC files into their members, whoever made them."""

import gzip
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.warc import MAX_RECORD_BYTES
from pipeline.casefile.members import NotMembers, members


def test_members_come_back_with_their_places_and_their_very_bytes() -> None:
    parts = [gzip.compress(bytes([n]) * n * 70_000) for n in range(5)]
    found = list(members(io.BytesIO(b"".join(parts))))
    assert [member.raw for member in found] == parts
    assert [len(member.plain) for member in found] == [n * 70_000 for n in range(5)]
    assert [member.offset for member in found] == [sum(map(len, parts[:n])) for n in range(5)]


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_whatever_was_packed_is_unpacked(contents: list[bytes]) -> None:
    packed = b"".join(gzip.compress(content) for content in contents)
    assert [member.plain for member in members(io.BytesIO(packed))] == contents


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_members_or_are_said_to_be_none(content: bytes) -> None:
    try:
        found = list(members(io.BytesIO(content)))
    except NotMembers:
        return
    assert b"".join(member.raw for member in found) == content


@pytest.mark.parametrize("cut", [1, 9, 20])
def test_a_member_that_is_cut_short_is_none(cut: int) -> None:
    whole = gzip.compress(b"kotak suara " * 50)
    with pytest.raises(NotMembers, match="cut short"):
        list(members(io.BytesIO(whole + whole[:-cut])))


def test_a_member_that_unpacks_without_end_is_stopped() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(MAX_RECORD_BYTES // 1024 // 1024 + 2))
    bomb += packer.flush()
    assert len(bomb) < MAX_RECORD_BYTES // 500
    with pytest.raises(NotMembers, match="more than"):
        list(members(io.BytesIO(bomb)))
