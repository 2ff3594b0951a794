"""Tokens of the programming interface, as values: what one may be for, how one is made and known again.

A token is `ktg_`, twelve characters by which it is found, and a secret of 256 random bits. Leaves keeping to
`store.tokens`, and which role may use which scope to the table of access.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import NewType
from uuid import UUID

from kentongan.domain import User
from kentongan.one_time import digest, new_token

TokenId = NewType("TokenId", UUID)

PREFIX = "ktg_"
LONGEST_LIFE = timedelta(days=365)
MAX_NAME_CHARACTERS = 60
MAX_OWN = 20  # of one person, that still hold
_KEY_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that are mistaken for one another
_KEY_CHARACTERS = 12
_SPELT = re.compile(rf"{PREFIX}([{_KEY_LETTERS}]{{{_KEY_CHARACTERS}}})_([A-Za-z0-9_-]{{43}})", re.ASCII)


class Scope(StrEnum):
    """What a token may be used for; never more than its owner's role may."""

    CLAIMS_READ = "claims:read"
    CLAIMS_DECIDE = "claims:decide"
    NOTES_WRITE = "notes:write"
    ARCHIVE_READ = "archive:read"
    CHECK = "check"
    SOURCES_READ = "sources:read"
    SAVED_READ = "saved:read"
    FIELD_REPORT = "field:report"
    BUNDLES_READ = "bundles:read"
    BUNDLES_WRITE = "bundles:write"


class Stopped(StrEnum):
    """Why a token opens nothing."""

    UNKNOWN = "unknown"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ACCOUNT = "account"  # closed, or its password was changed or reset since
    LOCKED = "locked"  # its owner has to wait after many wrong passwords or codes
    FACTOR = "factor"  # the owner's role must have a second factor and has none


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner and administrators see it: never its secret."""

    id: TokenId
    key: str  # by which it is found; the beginning of what was shown
    name: str
    user: User
    scopes: frozenset[Scope]
    made_by: str
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    stopped: Stopped | None  # None while it opens what its scopes and its owner's role open

    @property
    def beginning(self) -> str:
        """Return how the token begins, enough to tell it from others."""
        return PREFIX + self.key


@dataclass(frozen=True, slots=True)
class Made:
    """A token just made; `text` is shown once and kept nowhere."""

    token: Token
    text: str


def new_secret() -> tuple[str, str]:
    """Return a fresh key and secret."""
    return "".join(secrets.choice(_KEY_LETTERS) for _ in range(_KEY_CHARACTERS)), new_token()


def spell(key: str, secret: str) -> str:
    """Return the token as it is handed out."""
    return f"{PREFIX}{key}_{secret}"


def read(text: str) -> tuple[str, str] | None:
    """Return key and secret of what looks like a token, else None."""
    found = _SPELT.fullmatch(text)
    return (found[1], found[2]) if found else None


def fits(secret: str, kept: str) -> bool:
    """Tell whether a secret is the one whose digest is kept, taking as long whichever it is."""
    return compare_digest(digest(secret), kept)
