"""The bytes of handed-in files, and the key: kept once, safe, and told when they are not sound."""

import io
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kentongan.errors import BadInput
from kentongan.incidents import MAX_FILE_BYTES
from pipeline.casefile.attachments import FOLDER, AttachmentLost, Attachments
from pipeline.casefile.signing import (
    KEY_FILE,
    SigningKeyError,
    fingerprint,
    public_pem,
    read_public,
    signing_key,
)

PDF = b"%PDF-1.7 surat"


def files(home: Path) -> list[Path]:
    return [path for path in (home / FOLDER).rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_hash_for_this_user_alone(tmp_path: Path) -> None:
    stored = Attachments(tmp_path).keep(io.BytesIO(PDF), "../Surat.PDF")
    assert (stored.name, stored.sha256, stored.size) == ("Surat.PDF", sha256(PDF).hexdigest(), len(PDF))
    (path,) = files(tmp_path)
    assert path.name == stored.sha256
    assert path.stat().st_mode & 0o777 == 0o600
    with Attachments(tmp_path).open(stored.sha256) as found:
        assert found.read() == PDF


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.pdf"), (b"x", "a.pdf"), (PDF, "a.exe"), (PDF + bytes(MAX_FILE_BYTES), "a.pdf")],
)
def test_what_is_refused_leaves_no_file(tmp_path: Path, content: bytes, name: str) -> None:
    with pytest.raises(BadInput):
        Attachments(tmp_path).keep(io.BytesIO(content), name)
    assert files(tmp_path) == []


def test_a_file_that_is_gone_or_changed_is_never_given(tmp_path: Path) -> None:
    kept = Attachments(tmp_path)
    stored = kept.keep(io.BytesIO(PDF), "a.pdf")
    (path,) = files(tmp_path)
    path.write_bytes(PDF + b"!")
    with pytest.raises(AttachmentLost, match="not what was handed in"):
        kept.open(stored.sha256)
    path.unlink()
    with pytest.raises(AttachmentLost, match="No such file"):
        kept.open(stored.sha256)


def test_those_who_make_the_key_at_once_all_get_the_same(tmp_path: Path) -> None:
    start = Barrier(8)

    def one(_: int) -> str:
        start.wait()
        return fingerprint(signing_key(tmp_path).public_key())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(8)))) == 1
    path = tmp_path / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_damaged_key_stops_with_its_file(tmp_path: Path, content: bytes) -> None:
    signing_key(tmp_path)
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(SigningKeyError, match=KEY_FILE.name):
        signing_key(tmp_path)


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    signing_key(tmp_path)
    other = generate_private_key(65537, 2048)
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / KEY_FILE).write_bytes(pem)
    with pytest.raises(SigningKeyError, match="not an Ed25519 key"):
        signing_key(tmp_path)


def test_a_public_key_is_read_back_and_nothing_else_is_one(tmp_path: Path) -> None:
    public = signing_key(tmp_path).public_key()
    found = read_public(public_pem(public))
    assert found is not None
    assert fingerprint(found) == fingerprint(public)
    for bad in (b"", b"x", (tmp_path / KEY_FILE).read_bytes()):
        assert read_public(bad) is None
