"""Links that may be followed: back into our own pages, or out to the public web.

Also how an address is shown: without the phone numbers in it (R6).
"""

import re
from urllib.parse import quote, unquote, urlsplit

from kentongan.settings import Settings
from kentongan.text import PHONE_MASK

_UNQUOTED = 4  # times: "%2536" is a number written to hide
_KEPT = ":/?#[]@!$&'()*+,;=~"  # what an address may hold as it is
_GAP = r"[\s.()-]"
# Where only a phone number stands, whatever its country; and Indonesian ones anywhere.
_PHONE = re.compile(
    rf"(?:(?<=wa\.me/)|(?<=phone=)|(?<=tel:)|(?<=t\.me/)(?=\+))[+\s]*\d(?:{_GAP}?\d){{7,14}}(?!\d)"
    rf"|(?<!\d)(?:\+?62|0){_GAP}{{0,2}}8[1-9](?:{_GAP}?\d){{7,10}}(?!\d)",
    re.I,
)


def inside(raw: str | None) -> str | None:
    """Return `raw` when it is a path on this site, else None: never a way out to another host."""
    if not raw or not raw.startswith("/") or raw.startswith("//") or "\\" in raw or not raw.isprintable():
        return None
    try:
        parts = urlsplit(raw)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else raw


def outside(raw: str) -> str | None:
    """Return `raw` when it is an http(s) address with a host, else None: never javascript: or data:."""
    if not raw.isprintable():
        return None
    try:
        parts = urlsplit(raw)
    except ValueError:
        return None
    return raw if parts.scheme in ("http", "https") and parts.hostname else None


def one_time_address(settings: Settings, token: str) -> str:
    """Return the address of a one-time link: with the configured site before it, else the path alone.

    Never made of a request's Host header, which its sender chooses.
    """
    return f"{settings.public_url or ''}/tautan/{quote(token, safe='')}"


def without_phones(raw: str) -> str:
    """Return the address with phone numbers masked, and just as it is where it holds none.

    Reads it as a server would: what is written as %36%32 is a number too. Idempotent.
    """
    plain = raw
    for _ in range(_UNQUOTED):
        plain = unquote(plain)
    masked = _PHONE.sub(PHONE_MASK, plain)
    return raw if masked == plain else quote(masked, safe=_KEPT)
