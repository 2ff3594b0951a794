"""Links that may be followed: back into our own pages, or out to the public web."""

from urllib.parse import urlsplit


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
