"""Records: whatever became of a file, what comes out is what went in, or an error."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawler.warc import EvidenceError, Kept, Response, make_response, read_record, write_record

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
URL = "https://k.example/a"
SAME_FILE = settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def written(payload: bytes, **changes: object) -> bytes:
    response = make_response(200, {"Content-Type": ["text/html"]}, payload)
    return write_record(URL, AT, response, sha256(payload).hexdigest(), **{"known": None, **changes})  # type: ignore[arg-type]


@given(
    payload=st.binary(max_size=400),
    names=st.lists(st.from_regex(r"X-[A-Za-z]{1,8}", fullmatch=True), max_size=3, unique_by=str.lower),
    value=st.text(
        st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f\x85\xa0"), max_size=20
    ),
)
@example(payload=b"", names=["X-A"], value=";\x80=0")
@SAME_FILE
def test_a_record_gives_back_any_payload_and_any_header(
    tmp_path: Path, payload: bytes, names: list[str], value: str
) -> None:
    response = make_response(418, {name: [value] for name in names}, payload)
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"before" + write_record(URL, AT, response, sha256(payload).hexdigest(), None))

    record = read_record(path, 6, "x")
    assert (record.url, record.response.status, record.response.payload) == (URL, 418, payload)
    assert [name for name, _ in record.response.headers] == [*names, "Content-Length"]
    assert record.revisit_of is None


@given(
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4),
    cut=st.integers(0, 3) | st.integers(0, 500),
)
@SAME_FILE
def test_a_damaged_record_is_an_error_or_the_same_payload(
    tmp_path: Path, changes: list[tuple[int, int]], cut: int
) -> None:
    payload = b"<p>" + b"banjir di Arunika " * 20
    raw = bytearray(written(payload))
    for place, byte in changes:
        raw[place % len(raw)] = byte
    path = tmp_path / "x.warc.gz"
    path.write_bytes(bytes(raw[:-cut] if cut else raw))
    try:
        read = read_record(path, 0, "x.warc.gz, byte 0")
    except EvidenceError as exc:
        assert str(exc).startswith("x.warc.gz, byte 0: ")  # noqa: PT017
    else:
        assert read.response.payload == payload


@pytest.mark.parametrize("offset", [1, 50, 10_000])
def test_a_wrong_place_is_damage_and_names_the_place(tmp_path: Path, offset: int) -> None:
    (tmp_path / "x.warc.gz").write_bytes(written(b"isi"))
    with pytest.raises(EvidenceError, match=r"^x, byte: no whole record"):
        read_record(tmp_path / "x.warc.gz", offset, "x, byte")


def test_a_record_that_unzips_without_end_is_not_unzipped(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(written(bytes(10_000)))
    with pytest.raises(EvidenceError, match="more than 10000 bytes"):
        read_record(tmp_path / "x.warc.gz", 0, "x", 10_000)


def test_times_are_written_in_utc(tmp_path: Path) -> None:
    local = AT.astimezone(timezone(timedelta(hours=7)))
    path = tmp_path / "x.warc.gz"
    path.write_bytes(write_record(URL, local, Response(200, [], b""), "0", Kept(URL, local, "y.warc.gz", 7)))

    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as file:
        headers = next(iter(ArchiveIterator(file))).rec_headers
    assert headers["WARC-Date"] == headers["WARC-Refers-To-Date"] == "2026-11-21T10:00:00Z"
    assert read_record(path, 0, "x").revisit_of == ("y.warc.gz", 7)
