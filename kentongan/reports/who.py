"""An answer to "who" is a role or a public office, never an account (DOMAIN 1.3)."""

import re

_ADDRESS = re.compile(r"https?://|www\.|\bt\.me/|\bwa\.me/|@", re.I)
_ACCOUNT = re.compile(
    r"\b(?:akun|username|nama pengguna)\s+(?!(?:yang|tidak|tak|anonim|publik|tersebut|itu|media|di)\b)\S",
    re.I,
)
_HANDLE = re.compile(r"\w_\w|\b(?:[a-z]|[A-Z]\w*[a-z])\w*\d\w*\b|\b[a-z]{3,}\.[a-z0-9]{3,}\b")


def names_account(text: str) -> bool:
    """Tell whether a text names an account: an address, a handle, or what looks like one."""
    return any(found.search(text) for found in (_ADDRESS, _ACCOUNT, _HANDLE))
