"""Pseudonyms of posters: keyed, and of no use after the period they were made in (R6)."""

import hmac
import re
from datetime import datetime
from hashlib import sha256

_PSEUDONYM = re.compile(r"p[0-9a-f]{16}")


def pseudonym(handle: str, key: str, at: datetime) -> str:
    """Return the poster's name for the calendar month of `at`: 'p' and 16 hex digits.

    HMAC-SHA256 under the deployment's key; another month gives another name.
    """
    message = f"{at:%Y-%m}:{handle.strip().lstrip('@').lower()}"
    return "p" + hmac.new(key.encode(), message.encode(errors="replace"), sha256).hexdigest()[:16]


def is_pseudonym(name: str) -> bool:
    """Tell whether `name` has the form that `pseudonym` gives."""
    return _PSEUDONYM.fullmatch(name) is not None
