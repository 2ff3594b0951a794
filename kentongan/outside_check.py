"""What counts as an outside check that a verdict may rest on: a page of the public web, not our own.

Owns: the rule about its address. Looks nothing up and fetches nothing: a person has read the page.
"""

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit, urlunsplit

from kentongan.errors import BadInput

MAX_URL_CHARACTERS = 2_000
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PUBLIC_NAME = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z][a-z0-9-]{{0,61}}[a-z0-9])")
_INTERNAL = ("local", "localhost", "internal", "intranet", "lan", "home", "corp", "private", "onion", "arpa")
# They carry another address, or are of a network's own: no page is published there.
_NOT_PUBLIC = tuple(map(IPv6Network, ("::/96", "64:ff9b::/32", "fec0::/10")))
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|igshid)(?:=|$)", re.I)


def check_outside(url: str, own_hosts: Collection[str] = ()) -> str:
    """Return the address of an outside check, trimmed.

    Raises BadInput for what is no http(s) address of a public host: a name without a dot, one of an
    internal domain, an internal IP address in any spelling, one with a user name, and `own_hosts` with
    all that is below them.
    """
    text = url.strip()
    if not text or len(text) > MAX_URL_CHARACTERS or not text.isprintable() or " " in text or "\\" in text:
        raise BadInput("url: must be the http or https address of the check")
    try:
        parts = urlsplit(text)
        host, _ = _host(text), parts.port
    except (ValueError, UnicodeError) as exc:
        raise BadInput("url: cannot be read") from exc
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise BadInput("url: must be the http or https address of the check")
    if any(host == own or host.endswith(f".{own}") for own in map(_host_of, own_hosts) if own):
        raise BadInput("url: is our own address; a check must come from outside")
    if not _is_public(host):
        raise BadInput("url: is an internal address; a check must be public")
    return text


def is_government(url: str) -> bool:
    """Tell whether the address is one of an Indonesian public body, which is no independent checker."""
    host = _host(url)
    return host == "go.id" or host.endswith((".go.id", ".mil.id"))


def spellings(url: str) -> frozenset[str]:
    """Return the addresses by which the record may know the page at `url`: of either scheme, with and
    without "www." and a last slash; without its fragment and what only tracks. `url` is a checked one."""
    parts = urlsplit(url)
    hosts = {_host(url), (parts.hostname or "").rstrip(".")}
    bare = {f"[{host}]" if ":" in host else host.removeprefix("www.") for host in hosts}
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    query = "&".join(one for one in parts.query.split("&") if one and not _TRACKING.match(one))
    path = parts.path.rstrip("/")
    return frozenset(
        urlunsplit((scheme, f"{www}{host}{port}", f"{path}{end}", query, ""))
        for scheme in ("http", "https")
        for www in ("", "www.")
        for host in bare
        for end in ("", "/")
    ) | {url}


def is_public_address(found: IPv4Address | IPv6Address) -> bool:
    """Tell whether an IP address is one of the public internet, whatever it carries within it."""
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and any(found in network for network in _NOT_PUBLIC):
            return False
        found = inner or found
    return found.is_global and not found.is_multicast


def _host(url: str) -> str:
    """Return the host of an address as it is looked up: in ASCII, whatever letters and dots it is written
    in; '' for none. Raises ValueError."""
    name = urlsplit(url).hostname or ""
    return name if ":" in name else name.encode("idna").decode().lower().rstrip(".")


def _host_of(own: str) -> str:
    """Return the host of `own`, which may bear a port."""
    try:
        return _host(f"//{own}")
    except ValueError:
        return ""


def _is_public(host: str) -> bool:
    try:
        found = ip_address(host)
    except ValueError:
        # Browsers read 2130706433 and 0x7f.1 as addresses: what ends in a number is no name.
        return bool(_PUBLIC_NAME.fullmatch(host)) and host.rpartition(".")[2] not in _INTERNAL
    return is_public_address(found)
