"""Sealing small secrets that the record must give back, with a key made of the deployment's secret key.

Who reads the record alone learns nothing; a seal opened for another purpose or owner does not open.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kentongan.errors import KentonganError

_NONCE_BYTES = 12


class SealBroken(KentonganError):
    """What was sealed does not open: the secret key is another now, or the seal was tampered with."""


class Seal:
    """AES-256-GCM under a key that HKDF-SHA256 derives from `secret_key` for one `purpose`."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=f"kentongan {purpose}".encode())
        self._cipher = AESGCM(derived.derive(secret_key.encode()))

    def close(self, secret: str, owner: bytes) -> bytes:
        """Return the secret sealed for its owner."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), owner)

    def open(self, sealed: bytes, owner: bytes) -> str:
        """Return the secret; raises SealBroken."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], owner).decode()
        except (InvalidTag, ValueError) as exc:
            raise SealBroken("a sealed secret does not open: KENTONGAN_SECRET_KEY is another now") from exc
