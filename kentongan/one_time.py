"""One-time secrets: codes of a generator app (RFC 6238), recovery codes, and the tokens of links.

Owns how they are made and compared. Leaves keeping, and that none counts twice, to `store`.
"""

import base64
import re
import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import pyotp

STEP_SECONDS = 30
RECOVERY_CODES = 10
_DRIFT_STEPS = 1  # a phone's clock may be half a minute off, either way (RFC 6238, 5.2)
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_RECOVERY = re.compile(r"[A-Z2-7]{16}", re.ASCII)


def new_token() -> str:
    """Return a token of 256 random bits that may stand in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is kept of a token or recovery code: enough to know it again."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def new_key() -> str:
    """Return the key of a code generator: 160 random bits in base32."""
    return pyotp.random_base32()


def key_address(key: str, name: str, issuer: str) -> str:
    """Return the otpauth address that a generator app reads from a QR code."""
    return pyotp.TOTP(key).provisioning_uri(name=name, issuer_name=issuer)


def step_at(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def matching_step(key: str, code: str, at: datetime) -> int | None:
    """Return the time step whose code this is, at most one beside the present, or None."""
    typed = re.sub(r"\s", "", code)
    if not _CODE.fullmatch(typed):
        return None
    now, totp = step_at(at), pyotp.TOTP(key)
    steps = range(now - _DRIFT_STEPS, now + _DRIFT_STEPS + 1)
    found = [step for step in steps if compare_digest(totp.generate_otp(step), typed)]
    return found[-1] if found else None


def new_recovery_codes() -> list[str]:
    """Return ten codes of 80 random bits, as people copy them: four groups of four."""
    made = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    return ["-".join(code[n : n + 4] for n in range(0, 16, 4)) for code in made]


def recovery_digest(typed: str) -> str | None:
    """Return what is kept of a recovery code, however it was typed; None when it is none."""
    plain = re.sub(r"[\s-]", "", typed).upper()
    return digest(plain) if _RECOVERY.fullmatch(plain) else None
