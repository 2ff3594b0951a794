"""The key that signs evidence: Ed25519, made on first use, never leaving this machine.

Owns: the key's file and its fingerprint. The fingerprint is the SHA-256 of the public key's DER form,
as `openssl pkey -pubin -outform DER | sha256sum` prints it: whoever receives an export compares it.
"""

import os
import stat
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from kentongan.errors import KentonganError

KEY_FILE = Path("keys") / "evidence-ed25519.pem"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SigningKeyError(KentonganError):
    """The key cannot be made, read or trusted; the message names its file."""


def signing_key(home: Path, file: Path = KEY_FILE) -> Ed25519PrivateKey:
    """Return this deployment's key for evidence, or the one of another `file`, made now where there is none.

    Raises SigningKeyError.

    Of two processes that make it at once, one wins and both use its key.
    """
    path = home / file
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & _OTHERS:
            raise SigningKeyError(f"{path}: others on this machine may read it; chmod 600 {path}")
        found = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as exc:
        raise SigningKeyError(f"{path}: {exc.strerror}") from exc
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        raise SigningKeyError(f"{path}: no private key in PEM form") from exc
    if not isinstance(found, Ed25519PrivateKey):
        raise SigningKeyError(f"{path}: not an Ed25519 key")
    return found


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        Path(part).unlink()


def public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the key's SHA-256 in hex."""
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def read_public(pem: bytes) -> Ed25519PublicKey | None:
    """Return the Ed25519 key of a PEM file, or None where it is none."""
    try:
        found = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return found if isinstance(found, Ed25519PublicKey) else None


def is_signed(key: Ed25519PublicKey, signature: bytes, said: bytes) -> bool:
    try:
        key.verify(signature, said)
    except InvalidSignature:
        return False
    return True
