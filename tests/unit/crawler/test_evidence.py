"""Evidence: written once, found again, and never believed when it changed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import CrawlError
from crawler.evidence import EvidenceWriter, read_evidence

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
HEADERS = {"Content-Type": ["text/html"], "Set-Cookie": ["sid=1"], "Content-Encoding": ["gzip"]}


def test_a_kept_response_is_read_back_by_file_and_offset(tmp_path: Path) -> None:
    writer = EvidenceWriter(tmp_path)
    kept = [writer.keep(f"https://k.example/{n}", 200, HEADERS, f"isi {n}".encode(), AT) for n in range(5)]
    writer.close()

    assert [read_evidence(tmp_path, e) for e in kept] == [f"isi {n}".encode() for n in range(5)]
    assert len({e.warc_path for e in kept}) == 1
    assert not Path(kept[0].warc_path).is_absolute()


def test_the_file_is_a_warc_that_others_can_read_without_cookies(tmp_path: Path) -> None:
    writer = EvidenceWriter(tmp_path)
    kept = writer.keep("https://k.example/a", 200, HEADERS, b"isi", AT)
    writer.close()

    with (tmp_path / kept.warc_path).open("rb") as file:
        [record] = [
            (r.rec_headers["WARC-Target-URI"], r.http_headers.get_header("Content-Type"), r.http_headers)
            for r in ArchiveIterator(file)
        ]

    assert record[:2] == ("https://k.example/a", "text/html")
    assert record[2].get_header("Set-Cookie") is None


def test_the_same_payload_of_the_same_address_is_written_once(tmp_path: Path) -> None:
    first = EvidenceWriter(tmp_path)
    one = first.keep("https://k.example/a", 200, HEADERS, b"isi", AT)
    first.close()
    second = EvidenceWriter(tmp_path)
    again = second.keep("https://k.example/a", 200, HEADERS, b"isi", datetime(2027, 1, 1, tzinfo=UTC))
    second.close()

    assert again == one
    assert len(list((tmp_path / "evidence").glob("*.warc.gz"))) == 1


def test_files_are_rotated_by_size(tmp_path: Path) -> None:
    writer = EvidenceWriter(tmp_path, rotate_bytes=300)
    kept = [writer.keep(f"https://k.example/{n}", 200, HEADERS, b"isi %d" % n, AT) for n in range(4)]
    writer.close()

    assert len({e.warc_path for e in kept}) > 1
    assert all(read_evidence(tmp_path, e) for e in kept)


def test_a_changed_or_missing_file_is_an_error(tmp_path: Path) -> None:
    writer = EvidenceWriter(tmp_path)
    kept = writer.keep("https://k.example/a", 200, HEADERS, b"isi", AT)
    other = writer.keep("https://k.example/b", 200, HEADERS, b"lain", AT)
    writer.close()
    path = tmp_path / kept.warc_path
    swapped = path.read_bytes()
    path.write_bytes(swapped[other.warc_offset :] + swapped[: other.warc_offset])

    with pytest.raises(CrawlError, match="hash does not match"):
        read_evidence(tmp_path, kept)
    path.unlink()
    with pytest.raises(CrawlError):
        read_evidence(tmp_path, kept)
