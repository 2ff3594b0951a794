"""What does not fit is found: changed bytes, files too few or too many, lies under a true signature, hostile ZIPs."""

import io
import json
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zlib import crc32

import pytest

from pipeline.casefile import names
from pipeline.casefile.opening import ZipRefused
from pipeline.casefile.packing import Package
from pipeline.casefile.signing import signing_key
from pipeline.casefile.verifying import Findings, verify_export
from tests.commands import Command
from tests.functional.casefile.filed import SCAN, Filed, contents, export, pack, run


def test_our_own_command_verifies_it_with_and_without_the_key(
    package: Path, unpacked: Path, case: Command, copy: Filed, tmp_path: Path
) -> None:
    outcome = case("verify", str(package), "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["genuine"]
    assert (outcome.json["number"], outcome.json["records"], outcome.json["captures"]) == (copy.number, 4, 4)
    assert not outcome.json["known_key"]
    key = unpacked / names.KEY
    assert case("verify", str(package), "--key", str(key), "--json").json["known_key"]
    plain = case("verify", str(package))
    assert plain.code == 0
    assert outcome.json["fingerprint"] in plain.out
    run("openssl", "genpkey", "-algorithm", "ed25519", "-out", "p.pem", cwd=tmp_path)
    run("openssl", "pkey", "-in", "p.pem", "-pubout", "-out", "other.pem", cwd=tmp_path)
    wrong = case("verify", str(package), "--key", str(tmp_path / "other.pem"))
    assert wrong.code == 1
    assert "is not the key that was given" in wrong.err
    assert case("verify", str(package), "--key", str(package)).code == 2
    assert case("verify", str(tmp_path / "none.zip")).code == 2


ENTRIES = [*names.ALWAYS, "warc", "files"]


@pytest.mark.parametrize("place", [0.0, 0.37, 0.999])
@pytest.mark.parametrize("entry", ENTRIES)
def test_one_changed_byte_of_any_file_is_found(
    package: Path, tmp_path: Path, entry: str, place: float
) -> None:
    files = contents(package)
    name = next(name for name in files if name == entry or name.startswith(f"{entry}/"))
    changed = bytearray(files[name])
    at = int(place * len(changed))
    changed[at] ^= 1
    found = verify_export(pack(tmp_path / "changed.zip", files | {name: bytes(changed)}))
    assert found.problems
    blamed = {problem.file for problem in found.problems}
    assert blamed & {name, names.SIGNATURE, names.SUMS}


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_missing_file_is_found(package: Path, tmp_path: Path, entry: str) -> None:
    files = contents(package)
    name = next(name for name in files if name == entry or name.startswith(f"{entry}/"))
    del files[name]
    assert name in {p.file for p in verify_export(pack(tmp_path / "less.zip", files)).problems} | {names.SUMS}


def test_an_extra_file_is_found(package: Path, tmp_path: Path) -> None:
    files = contents(package) | {"files/999-tambahan.pdf": SCAN}
    (problem,) = verify_export(pack(tmp_path / "more.zip", files)).problems
    assert (problem.file, "signed" in problem.what) == ("files/999-tambahan.pdf", True)


def test_the_command_names_the_first_files_that_do_not_fit(
    package: Path, tmp_path: Path, case: Command
) -> None:
    files = {
        name: content + b" " if name.endswith(".jsonl") else content
        for name, content in contents(package).items()
    }
    outcome = case("verify", str(pack(tmp_path / "bad.zip", files)))
    assert outcome.code == 1
    assert "items.jsonl is not what was signed" in outcome.err
    assert "notes.jsonl" in outcome.err
    assert outcome.err.count("\n") == 1


def _other_bytes(chain: dict[str, Any]) -> None:
    next(e for item in chain["items"] for e in item["evidence"])["sha256"] = "0" * 64


def _other_place(chain: dict[str, Any]) -> None:
    next(e for item in chain["items"] for e in item["evidence"])["warc_offset"] = 7


def _other_file(chain: dict[str, Any]) -> None:
    chain["files"][0]["sha256"] = "0" * 64


def _other_form(chain: dict[str, Any]) -> None:
    chain["items"] = [7]


@pytest.mark.parametrize("lie", [_other_bytes, _other_place, _other_file, _other_form])
def test_a_chain_that_does_not_tell_of_the_files_beside_it_is_found(
    copy: Filed, tmp_path: Path, lie: Callable[[dict[str, Any]], None]
) -> None:
    """Signed by the right key, yet not true: hashes alone would not tell."""
    export(copy, tmp_path / "k.zip")
    files = contents(tmp_path / "k.zip")
    chain = json.loads(files[names.CUSTODY])
    lie(chain)
    files[names.CUSTODY] = json.dumps(chain).encode()
    with (tmp_path / "lie.zip").open("w+b") as target:
        package = Package(target, datetime(2026, 3, 3, tzinfo=UTC))
        for name, content in files.items():
            if name not in (names.SUMS, names.SIGNATURE):
                package.add(name, content)
        sums = package.sums()
        package.finish((names.SUMS, sums), (names.SIGNATURE, signing_key(copy.home).sign(sums)))
    found = verify_export(tmp_path / "lie.zip")
    assert found.signed
    assert [p.file for p in found.problems] == [names.CUSTODY]


def _bomb(path: Path) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("SHA256SUMS", b"")
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (0xFFFFFFF0).to_bytes(4, "little")  # what it says it unpacks to
    path.write_bytes(bytes(content))


def _names(*given: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with ZipFile(path, "w") as archive:
            for name in given:
                archive.writestr(name, b"x")

    return make


def _link(path: Path) -> None:
    info = ZipInfo("files/001-tautan")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with ZipFile(path, "w") as archive:
        archive.writestr(info, b"/etc/passwd")


def _flag(path: Path) -> None:
    _names("SHA256SUMS")(path)
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))


def _lzma(path: Path) -> None:
    with ZipFile(path, "w", 14) as archive:
        archive.writestr("SHA256SUMS", b"x")


def _many(path: Path) -> None:
    _names(*(f"f{n}" for n in range(1001)))(path)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_names("../lari.txt"), "out of the folder"),
        (_names("/etc/passwd"), "out of the folder"),
        (_names("files/../../lari"), "out of the folder"),
        (_names("C:\\lari.txt"), "out of the folder"),
        (_names("files\\..\\lari.txt"), "out of the folder"),
        (_names("warc/"), "out of the folder"),
        (_names("a\u202eb"), "out of the folder"),
        (_names("con.txt"), "device"),
        (_names("files/Nul"), "device"),
        (_names("SHA256SUMS", "SHA256SUMS"), "twice"),
        (_names("SHA256SUMS", "sha256sums"), "twice"),
        (_link, "link"),
        (_flag, "encrypted"),
        (_lzma, "compressed"),
        (_bomb, "more than is possible"),
        (_many, "at most"),
        (lambda path: path.write_bytes(b"PK\x05\x06" + b"\x00" * 4), "not a ZIP"),
        (lambda path: path.write_bytes(b"<html>"), "not a ZIP"),
        (lambda path: path.write_bytes(b""), "not a ZIP"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_hostile_zip_is_refused_with_one_clear_line(
    tmp_path: Path, case: Command, make: Callable[[Path], None], told: str
) -> None:
    path = tmp_path / "hostile.zip"
    make(path)
    with pytest.raises(ZipRefused, match=told):
        verify_export(path)
    outcome = case("verify", str(path))
    assert outcome.code == 1
    assert told in outcome.err
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err


def _in_front(content: bytes) -> bytes:
    return b"MZ a program" + content


def _behind(content: bytes) -> bytes:
    return content + b"<script>"


def _comment(content: bytes) -> bytes:
    return content[:-2] + (5).to_bytes(2, "little") + b"palsu"


def _between(content: bytes) -> bytes:
    """Put a file in that the list does not name, as tools that read from the front would find it."""
    at = content.index(b"PK\x01\x02")
    with ZipFile(hidden := io.BytesIO(), "w") as archive:
        archive.writestr("putusan.pdf", SCAN)
    stowed = hidden.getvalue()[: hidden.getvalue().index(b"PK\x01\x02")]
    end = bytearray(content[-22:])
    end[16:20] = (at + len(stowed)).to_bytes(4, "little")
    return content[:at] + stowed + content[at:-22] + bytes(end)


@pytest.mark.parametrize("add", [_in_front, _behind, _comment, _between])
def test_bytes_that_belong_to_no_file_of_the_list_are_refused(
    package: Path, tmp_path: Path, add: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "more.zip"
    path.write_bytes(add(package.read_bytes()))
    assert contents(path) == contents(package)  # the list and all hashes are as they were signed
    with pytest.raises(ZipRefused, match="belongs to no"):
        verify_export(path)


def test_a_second_name_for_a_file_is_refused(package: Path, tmp_path: Path) -> None:
    """Info-ZIP unpacks a file under the name in this field, so that the signed one is not there."""
    path, other = tmp_path / "renamed.zip", b"items-asli.jsonl"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in contents(package).items():
            info = ZipInfo(name)
            if name == names.ITEMS:
                field = struct.pack("<BL", 1, crc32(name.encode())) + other
                info.extra = struct.pack("<HH", 0x7075, len(field)) + field
            archive.writestr(info, content)
    with pytest.raises(ZipRefused, match=r"'items\.jsonl' bears more"):
        verify_export(path)


def test_an_export_beyond_four_gigabytes_is_no_stowaway(
    copy: Filed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zipfile.ZIP64_LIMIT", 1_000)  # what is larger is written as so large a ZIP is
    export(copy, tmp_path / "large.zip")
    assert b"PK\x06\x06" in (tmp_path / "large.zip").read_bytes()
    assert verify_export(tmp_path / "large.zip").problems == []


@pytest.fixture(scope="module")
def damaged(package: Path) -> Callable[[int, int], bytes]:
    content = package.read_bytes()
    return lambda at, bit: bytes(content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :])


def test_no_flipped_bit_of_the_zip_itself_makes_it_crash_or_pass_with_other_contents(
    package: Path, damaged: Callable[[int, int], bytes], tmp_path: Path
) -> None:
    size, honest = package.stat().st_size, contents(package)
    path = tmp_path / "bits.zip"
    for step in range(240):
        at = (
            (step * 7919) % size if step % 2 else size - 1 - (step * 13) % 1500
        )  # the directory at the end too
        path.write_bytes(damaged(at, step % 8))
        try:
            found: Findings = verify_export(path)
        except ZipRefused:
            continue
        if not found.problems:
            assert contents(path) == honest
