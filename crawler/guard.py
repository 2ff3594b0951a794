"""What we never fetch: internal addresses, other sites, anything but http and https.

Owns: the rule, its check of addresses (by number, after every redirect) and its check of
names at the moment of connecting. Names are resolved once per connection by `GuardedResolver`
and the address it checked is the one connected to, so a name that changes its answer
between check and connection (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.source_file import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ALLOW_LOOPBACK_SETTING = "KENTONGAN_ALLOW_LOOPBACK"


def refusal_of_address(address: str, allow_loopback: bool) -> str:
    """Return why an IP address is not fetched, or '' when it may be.

    Only globally routable unicast addresses may; loopback too where a demo or test allows it.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return f"{address!r} is not an address"
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        found = inner or found
    if found.is_loopback:
        return "" if allow_loopback else f"{address} is this machine itself"
    if (
        not found.is_global
        or getattr(found, "is_site_local", False)
        or found.is_multicast
        or found.is_reserved
        or found.is_unspecified
    ):
        return f"{address} is an internal address"
    return ""


def refusal_of_url(url: str, hosts: frozenset[str], allow_loopback: bool) -> str:
    """Return why an address is not fetched for a source that owns `hosts`, or '' when it may be.

    A host's subdomains are its own. Names are checked again when they are resolved.
    """
    try:
        parts = urlsplit(url)
        host, name = host_of(url), parts.hostname or ""
    except ValueError:
        return "the address cannot be read"
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme or 'no'} scheme: only http and https are fetched"
    if not name or "@" in parts.netloc:
        return "the address cannot be read"
    if _is_literal(name) and (refusal := refusal_of_address(name, allow_loopback)):
        return refusal
    if host not in hosts and not any(host.endswith(f".{own}") for own in hosts if not _is_literal(own)):
        return f"{host} is not one of the source's hosts"
    return ""


def _is_literal(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class InternalAddress(DNSLookupError):
    """A name led to an address we never fetch."""


class GuardedResolver(CachingThreadedResolver):
    """Resolves names; answers that are internal addresses become InternalAddress."""

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, allow_loopback: bool) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allow_loopback = allow_loopback

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        settings = crawler.settings
        return cls(
            reactor,
            settings.getint("DNSCACHE_SIZE"),
            settings.getfloat("DNS_TIMEOUT"),
            settings.getbool(ALLOW_LOOPBACK_SETTING),
        )

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        resolved = super().getHostByName(name, timeout)
        resolved.addCallback(self._checked, name)
        return resolved

    def _checked(self, address: Any, name: str) -> Any:
        if refusal := refusal_of_address(str(address), self._allow_loopback):
            raise InternalAddress(f"{name}: {refusal}")
        return address
