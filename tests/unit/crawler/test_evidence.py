"""Evidence: written once, found again, and never believed when it changed."""

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from crawler.evidence import FOLDER, EvidenceWriter, read_evidence, read_response
from crawler.warc import EvidenceError, Flaw
from kentongan.domain import Evidence

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
HEADERS = {"Content-Type": ["text/html"], "Set-Cookie": ["sid=1"], "Content-Encoding": ["gzip"]}
PAGE, OTHER = "https://k.example/a", "https://k.example/a?amp=1"


@contextmanager
def writing(home: Path, rotate_bytes: int = 1_000_000) -> Iterator[EvidenceWriter]:
    writer = EvidenceWriter(home, rotate_bytes)
    yield writer
    writer.close()


def keep(writer: EvidenceWriter, url: str, payload: bytes, at: datetime = AT) -> Evidence:
    return writer.keep(url, 200, HEADERS, payload, at)


def files(home: Path) -> list[Path]:
    return sorted((home / FOLDER).glob("*.warc.gz"))


def records(path: Path) -> list[tuple[str, str, str]]:
    """Return type, address and payload digest of each record, as warcio reads them."""
    with path.open("rb") as file:
        return [
            tuple(r.rec_headers[n] for n in ("WARC-Type", "WARC-Target-URI", "WARC-Payload-Digest"))
            for r in ArchiveIterator(file)
        ]


def check_passes(home: Path) -> bool:
    with pytest.raises(SystemExit) as ended:
        warcio(["check", *map(str, files(home))])
    return not ended.value.code


def test_a_kept_response_is_read_back_by_file_and_offset(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        kept = [keep(writer, f"https://k.example/{n}", f"isi {n}".encode()) for n in range(5)]

    assert [read_evidence(tmp_path, e) for e in kept] == [f"isi {n}".encode() for n in range(5)]
    assert len({e.warc_path for e in kept}) == 1
    assert not Path(kept[0].warc_path).is_absolute()


def test_the_file_is_a_warc_that_others_read_and_check_without_cookies(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        kept = keep(writer, PAGE, b"isi")

    assert records(tmp_path / kept.warc_path) == [("response", PAGE, f"sha256:{sha256(b'isi').hexdigest()}")]
    assert check_passes(tmp_path)
    headers = dict(read_response(tmp_path, kept).headers)
    assert headers == {"Content-Type": "text/html", "Content-Length": "3"}


def test_the_judge_sees_a_payload_that_is_not_the_one_of_its_digest(tmp_path: Path) -> None:
    from crawler.warc import Response, write_record

    (tmp_path / FOLDER).mkdir()
    wrong = write_record(PAGE, AT, Response(200, [], b"isi"), sha256(b"lain").hexdigest(), None)
    (tmp_path / FOLDER / "x.warc.gz").write_bytes(wrong)
    assert not check_passes(tmp_path)


def test_the_same_payload_of_the_same_address_is_written_once(tmp_path: Path) -> None:
    with writing(tmp_path) as first:
        one = keep(first, PAGE, b"isi")
    with writing(tmp_path) as second:
        again = keep(second, PAGE, b"isi", LATER)

    assert again == one
    assert len(files(tmp_path)) == 1


def test_a_payload_under_another_address_is_a_revisit_that_says_where_it_lies(tmp_path: Path) -> None:
    payload = Random(1).randbytes(50_000)
    with writing(tmp_path) as first:
        one = keep(first, PAGE, payload)
    with writing(tmp_path) as second:
        other = second.keep(OTHER, 203, {"X-Amp": ["ya"]}, payload, LATER)
        third = keep(second, "https://k.example/b", payload, LATER)

    size = (tmp_path / other.warc_path).stat().st_size
    assert [row[0] for row in records(tmp_path / other.warc_path)] == ["revisit", "revisit"]
    assert size < 2_000
    assert (other.url, other.sha256, other.fetched_at) == (OTHER, one.sha256, LATER)
    assert read_evidence(tmp_path, other) == read_evidence(tmp_path, third) == payload
    assert read_response(tmp_path, other).status == 203
    assert ("X-Amp", "ya") in read_response(tmp_path, other).headers
    assert check_passes(tmp_path)


def test_a_revisit_whose_payload_is_gone_is_missing_and_names_the_other_file(tmp_path: Path) -> None:
    with writing(tmp_path, rotate_bytes=1) as writer:
        one, other = keep(writer, PAGE, b"isi"), keep(writer, OTHER, b"isi")
    (tmp_path / one.warc_path).unlink()

    with pytest.raises(EvidenceError, match=one.warc_path) as told:
        read_evidence(tmp_path, other)
    assert told.value.flaw is Flaw.MISSING


@pytest.mark.parametrize("url", [PAGE, OTHER, "https://k.example/baru"])
def test_a_payload_whose_file_has_gone_is_written_again(tmp_path: Path, url: str) -> None:
    with writing(tmp_path, rotate_bytes=1) as writer:
        one, _ = keep(writer, PAGE, b"isi"), keep(writer, OTHER, b"isi")
        (tmp_path / one.warc_path).unlink()
        again = keep(writer, url, b"isi", LATER)

    assert read_evidence(tmp_path, again) == b"isi"
    assert again.fetched_at == LATER


def test_a_revisit_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    from crawler.warc import Kept, make_response, write_record

    (tmp_path / FOLDER).mkdir()
    answer, digest = make_response(200, {}, b"rahasia"), sha256(b"rahasia").hexdigest()
    (tmp_path / "luar.warc.gz").write_bytes(write_record(PAGE, AT, answer, digest, None))
    lure = write_record(PAGE, AT, answer, digest, Kept(PAGE, AT, "../luar.warc.gz", 0))
    (tmp_path / FOLDER / "x.warc.gz").write_bytes(lure)

    with pytest.raises(EvidenceError, match="no record of a response"):
        read_evidence(tmp_path, Evidence(PAGE, digest, AT, f"{FOLDER}/x.warc.gz", 0))


def test_files_are_rotated_by_size(tmp_path: Path) -> None:
    with writing(tmp_path, rotate_bytes=300) as writer:
        kept = [keep(writer, f"https://k.example/{n}", b"isi %d" % n) for n in range(4)]

    assert len({e.warc_path for e in kept}) > 1
    assert all(read_evidence(tmp_path, e) for e in kept)
    assert check_passes(tmp_path)


def test_a_changed_or_missing_file_is_an_error(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        kept, other = keep(writer, PAGE, b"isi"), keep(writer, "https://k.example/b", b"lain")
    path = tmp_path / kept.warc_path
    swapped = path.read_bytes()
    path.write_bytes(swapped[other.warc_offset :] + swapped[: other.warc_offset])

    with pytest.raises(EvidenceError, match="hash does not match") as told:
        read_evidence(tmp_path, kept)
    assert told.value.flaw is Flaw.DIFFERENT
    path.unlink()
    with pytest.raises(EvidenceError) as told:
        read_evidence(tmp_path, kept)
    assert told.value.flaw is Flaw.MISSING


def test_a_record_of_another_address_is_no_proof_though_the_payload_is_the_same(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        one, other = keep(writer, PAGE, b"isi"), keep(writer, OTHER, b"isi")
    exchanged = Evidence(other.url, other.sha256, other.fetched_at, one.warc_path, one.warc_offset)
    with pytest.raises(EvidenceError, match="another address"):
        read_evidence(tmp_path, exchanged)


def test_a_torn_last_record_hurts_no_other_wherever_it_was_torn(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with writing(tmp_path) as writer:
        kept = [keep(writer, f"https://k.example/{n}", b"isi %d" % n * 40) for n in range(3)]
    path, last = tmp_path / kept[0].warc_path, kept[2]
    whole = path.read_bytes()
    for length in range(last.warc_offset, len(whole)):
        path.write_bytes(whole[:length])
        assert [read_evidence(tmp_path, e) for e in kept[:2]] == [b"isi 0" * 40, b"isi 1" * 40]
        with pytest.raises(EvidenceError) as told:
            read_evidence(tmp_path, last)
        assert told.value.flaw is Flaw.DAMAGED
        with path.open("rb") as file:
            first = [r.rec_headers["WARC-Target-URI"] for r in islice(ArchiveIterator(file), 2)]
        assert first == [e.url for e in kept[:2]]
    with writing(tmp_path) as writer:
        after = keep(writer, "https://k.example/3", b"isi 3")
    assert after.warc_path != kept[0].warc_path


def test_what_cannot_be_written_leaves_a_file_that_is_whole(tmp_path: Path) -> None:
    payload = Random(2).randbytes(200_000)
    with writing(tmp_path) as writer:
        before = keep(writer, PAGE, b"isi")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            with pytest.raises(OSError, match="too large"):
                keep(writer, OTHER, payload)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        after = keep(writer, OTHER, payload)

    assert after.warc_path != before.warc_path
    assert [read_evidence(tmp_path, e) for e in (before, after)] == [b"isi", payload]
    assert check_passes(tmp_path)


WRITE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from crawler.evidence import EvidenceWriter
home, seed = Path(sys.argv[1]), int(sys.argv[2])
writer, random = EvidenceWriter(home, rotate_bytes=60_000), Random(seed)
for n in range(int(sys.argv[3])):
    payload = b"sama" * 500 if n % 3 == 0 else random.randbytes(20_000)
    e = writer.keep(f"https://k{seed}.example/{n}", 200, {}, payload, datetime.now(UTC))
    print(e.url, e.sha256, e.warc_path, e.warc_offset, flush=True)
"""


def start_writer(home: Path, seed: int, count: int) -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", WRITE, str(home), str(seed), str(count)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def told_by(lines: list[str]) -> list[Evidence]:
    rows = [line.split() for line in lines if line.endswith("\n")]
    return [Evidence(url, digest, AT, path, int(offset)) for url, digest, path, offset in rows]


def test_two_processes_at_once_share_no_file(tmp_path: Path) -> None:
    writers = [start_writer(tmp_path, seed, 12) for seed in (1, 2)]
    kept = [told_by(w.communicate()[0].splitlines(keepends=True)) for w in writers]

    assert [len(ours) for ours in kept] == [12, 12]
    assert not {e.warc_path for e in kept[0]} & {e.warc_path for e in kept[1]}
    assert all(read_evidence(tmp_path, e) for ours in kept for e in ours)
    assert check_passes(tmp_path)


@pytest.mark.parametrize("seed", [3, 4])
def test_all_that_a_killed_writer_said_it_kept_is_kept(tmp_path: Path, seed: int) -> None:
    writer = start_writer(tmp_path, seed, 100_000)
    assert writer.stdout is not None
    lines = [writer.stdout.readline() for _ in range(10 + seed)]
    writer.send_signal(signal.SIGKILL)
    lines += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()

    kept = told_by(lines)
    assert len(kept) >= 10
    assert all(read_evidence(tmp_path, e) for e in kept)
    left = set(files(tmp_path))
    with writing(tmp_path) as next_one:
        after = keep(next_one, PAGE, b"sama" * 500)
    assert tmp_path / after.warc_path not in left
    assert read_evidence(tmp_path, after) == b"sama" * 500
