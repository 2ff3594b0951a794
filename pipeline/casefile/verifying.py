"""Whether an export is what was signed: every hash, the signature, every captured payload.

Owns: the checks, in an order in which nothing unsigned is trusted. Needs no record and no network.
A signature says that the files are those that the holder of a key signed; whose key it is, only a
fingerprint that came another way can tell.
"""

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from kentongan.errors import BadInput
from pipeline.casefile import names
from pipeline.casefile.custody import FORMAT
from pipeline.casefile.members import Member, NotMembers, members
from pipeline.casefile.opening import open_export
from pipeline.casefile.packing import digest_of
from pipeline.casefile.signing import fingerprint, is_signed, read_public

_MAX_SUMS = 1024 * 1024
_MAX_SMALL = 16 * 1024  # a signature, a key
_MAX_CUSTODY = 256 * 1024 * 1024  # of ten thousand items it is about 10 MB
_SUM = re.compile(r"([0-9a-f]{64})  (.+)")
_UNREADABLE = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    what: str


@dataclass
class Findings:
    """What was checked of an export, and what does not fit. Sound where there is no problem."""

    number: str = ""  # of the case
    fingerprint: str = ""  # of the key that is said to have signed
    known_key: bool = False  # it is the key that the reader gave
    signed: bool = False
    files: dict[str, str] = field(default_factory=dict)  # name -> SHA-256 as it was signed and found
    records: int = 0
    payloads: int = 0
    captures: int = 0  # that the chain of custody names and the WARC holds
    missing: int = 0  # that the chain of custody says were missing when it was exported
    problems: list[Problem] = field(default_factory=list)

    def blame(self, file: str, what: str) -> None:
        self.problems.append(Problem(file, what))


def read_key(path: Path) -> Ed25519PublicKey:
    """Return the public key in a PEM file; raises BadInput."""
    try:
        found = read_public(path.read_bytes()[:_MAX_SMALL])
    except OSError as exc:
        raise BadInput(f"--key: {path}: {exc.strerror}") from exc
    if found is None:
        raise BadInput(f"--key: {path}: no Ed25519 public key in PEM form")
    return found


def verify_export(path: Path, key: Ed25519PublicKey | None = None) -> Findings:
    """Return what was checked of an export and what does not fit. With `key`, only that one counts.

    Raises BadInput when it cannot be read, ZipRefused for one that could do harm.
    """
    found = Findings()
    with open_export(path) as (archive, entries):
        for name in names.ALWAYS:
            if name not in entries:
                found.blame(name, "is missing")
        sums = _small(archive, entries, names.SUMS, _MAX_SUMS, found)
        _check_signature(archive, entries, sums, key, found)
        listed = _listed(sums, found)
        for name in sorted(entries.keys() - listed.keys() - {names.SUMS, names.SIGNATURE}):
            found.blame(name, "is not among those that were signed")
        for name, digest in listed.items():
            _check_hash(archive, entries, name, digest, found)
        if not found.problems:
            _check_captures(archive, entries, found)
    return found


def _check_signature(
    archive: ZipFile,
    entries: Mapping[str, ZipInfo],
    sums: bytes,
    given: Ed25519PublicKey | None,
    found: Findings,
) -> None:
    own = read_public(_small(archive, entries, names.KEY, _MAX_SMALL, found))
    signature = _small(archive, entries, names.SIGNATURE, _MAX_SMALL, found)
    if own is None:
        found.blame(names.KEY, "is no Ed25519 public key")
        return
    found.fingerprint = fingerprint(own)
    if given is not None and fingerprint(given) != found.fingerprint:
        found.blame(names.KEY, "is not the key that was given")
    found.known_key = given is not None and fingerprint(given) == found.fingerprint
    found.signed = is_signed(given or own, signature, sums)
    if not found.signed:
        found.blame(names.SIGNATURE, f"does not sign {names.SUMS}")


def _listed(sums: bytes, found: Findings) -> dict[str, str]:
    """Return the hashes that were signed, by name."""
    listed: dict[str, str] = {}
    for number, line in enumerate(sums.decode("ascii", "replace").splitlines(), 1):
        match = _SUM.fullmatch(line)
        if match is None or match[2] in listed:
            found.blame(names.SUMS, f"line {number} is not one of a list of hashes")
        else:
            listed[match[2]] = match[1]
    return listed


def _check_hash(
    archive: ZipFile, entries: Mapping[str, ZipInfo], name: str, digest: str, found: Findings
) -> None:
    if name not in entries:
        if name not in names.ALWAYS:  # those were told of already
            found.blame(name, "is missing")
        return
    try:
        with archive.open(entries[name]) as source:
            actual = digest_of(source)
    except _UNREADABLE as exc:
        found.blame(name, f"cannot be unpacked: {exc}")
        return
    if actual != digest:
        found.blame(name, "is not what was signed: another hash")
    else:
        found.files[name] = digest


def _small(archive: ZipFile, entries: Mapping[str, ZipInfo], name: str, limit: int, found: Findings) -> bytes:
    """Return a file that is short by nature; empty, with a problem, where it cannot be read."""
    entry = entries.get(name)
    if entry is None:
        return b""
    if entry.file_size > limit:
        found.blame(name, f"is larger than {limit} bytes")
        return b""
    try:
        return archive.read(entry)
    except _UNREADABLE as exc:
        found.blame(name, f"cannot be unpacked: {exc}")
        return b""


def _check_captures(archive: ZipFile, entries: Mapping[str, ZipInfo], found: Findings) -> None:
    """Hold every payload against its digest, and every capture of the chain against its record."""
    try:
        custody = json.loads(_small(archive, entries, names.CUSTODY, _MAX_CUSTODY, found))
        if custody["format"] != FORMAT:
            raise ValueError(f"another form: {custody['format']!r}")
        found.number = str(custody["case"]["number"])
        warc = str(custody["warc"] or "")
        records = _records(archive, entries, warc, found) if warc else {}
        for capture in [one for item in custody["items"] for one in item["evidence"]]:
            _check_capture(capture, records, found)
        for file in custody["files"]:
            if file["place"] and found.files.get(file["place"]) != file["sha256"]:
                found.blame(names.CUSTODY, f"names a file that is not there: {file['place']}")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
        found.blame(names.CUSTODY, f"cannot be read: {exc}")


def _records(
    archive: ZipFile, entries: Mapping[str, ZipInfo], warc: str, found: Findings
) -> dict[int, tuple[str, str, bool]]:
    """Return address, payload digest and whether the payload is there, of each record by its offset."""
    records: dict[int, tuple[str, str, bool]] = {}
    if warc not in entries:
        found.blame(warc, "is missing")
        return records
    try:
        with archive.open(entries[warc]) as source:
            for member in members(source):
                records[member.offset] = _record(member)
                found.records += 1
    except (NotMembers, ArchiveLoadFailed, StatusAndHeadersParserException, StopIteration, ValueError) as exc:
        found.blame(warc, f"record {found.records + 1}: {exc or 'is none'}")
    found.payloads = sum(whole for _, _, whole in records.values())
    return records


def _record(member: Member) -> tuple[str, str, bool]:
    record = next(iter(ArchiveIterator(BytesIO(member.plain))))
    said = record.rec_headers
    digest = said.get_header("WARC-Payload-Digest") or ""
    whole = record.rec_type == "response"
    if record.rec_type not in ("response", "revisit"):
        raise ValueError(f"is of a kind that exports do not hold: {record.rec_type}")
    if whole and digest != f"sha256:{sha256(record.raw_stream.read()).hexdigest()}":
        raise ValueError("its payload is not what its digest says")
    return said.get_header("WARC-Target-URI") or "", digest.removeprefix("sha256:"), whole


def _check_capture(
    capture: Mapping[str, Any], records: Mapping[int, tuple[str, str, bool]], found: Findings
) -> None:
    if capture["state"] != "ok":
        found.missing += 1
        return
    nothing = ("", "", False)
    url, digest, _ = records.get(capture["warc_offset"], nothing)
    _, kept, whole = records.get(capture["payload_warc_offset"], nothing)
    if (url, digest) != (capture["url"], capture["sha256"]) or kept != digest or not whole:
        found.blame(names.CUSTODY, f"names a capture that the WARC file does not hold: {capture['url']}")
    else:
        found.captures += 1
