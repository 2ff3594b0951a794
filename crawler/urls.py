"""One address for one article: tracking, fragments and default ports removed.

Leaves which addresses may be fetched to `guard`.
"""

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from crawler.source_file import host_of

MAX_URL_BYTES = 2000  # as the record's (`kentongan.store.collect`)
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|igshid|mc_[ce]id|yclid|_ga|_gl|ref_src|amp_js_v|amp_gsa|usqp|tag_from"
    r"|trackref|medium_source)$",
    re.I,
)


def clean_url(url: str, base: str = "") -> str:
    """Return the address without tracking, fragment and default port; '' when it is no http(s) one.

    `base` completes relative addresses. Order and spelling of the other parameters stay.
    """
    if not url.strip():
        return ""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname  # IPv6
    standard = {"http": 80, "https": 443}[parts.scheme]
    netloc = host if port in (None, standard) else f"{host}:{port}"
    kept = [p for p in parts.query.split("&") if p and not _TRACKING.match(p.split("=", 1)[0])]
    cleaned = urlunsplit((parts.scheme, netloc, parts.path or "/", "&".join(kept), ""))
    return cleaned if cleaned.isprintable() and len(cleaned.encode()) <= MAX_URL_BYTES else ""


def canonical_url(declared: str, fetched: str) -> str:
    """Return the page's own address for itself where it can be believed, else where it was fetched.

    Believed only on the same host, and not when every page of a site claims to be its front page.
    """
    here = clean_url(fetched)
    there = clean_url(declared, fetched) if declared else ""
    if not there or host_of(there) != host_of(here):
        return here
    front = urlsplit(there)
    if front.path == "/" and not front.query and urlsplit(here).path != "/":
        return here
    return there
