"""A feed as XML that feedparser can be trusted with: sound, small, without a DOCTYPE.

feedparser's regular expressions take hours for an author's name of 8 MiB or as many empty lines before
the first element, and nothing can stop them; lxml reads the same bytes in a time that grows with their
number. What no feed needs is cut here. Leaves what a feed says to `listing`.
"""

import re
from codecs import BOM_UTF8
from html.entities import name2codepoint
from io import BytesIO
from itertools import islice

import lxml.etree

from crawler.errors import CrawlError

MAX_ELEMENTS = 100_000  # of a feed; 500 articles of 40 elements are a fifth
MAX_ATTRIBUTES = 50  # of an element
MAX_NAME_CHARACTERS = 500  # of an author: what feedparser looks for an address in
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r")
_NAMES = frozenset(
    ("author", "creator", "publisher", "managingeditor", "webmaster", "owner", "contributor", "name", "email")
)
_OTHER_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding=.(?!utf-?8)", re.I)
_REFERENCE = re.compile(rb"&([A-Za-z]{1,10}[0-9]{0,2});")
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")


def tame_feed(body: bytes, base: str) -> bytes:
    """Return the feed as well-formed XML in UTF-8; raises CrawlError for what is no XML or far too much."""
    body = body.removeprefix(BOM_UTF8).lstrip()
    try:
        root = _parse(body, recover=False)
    except lxml.etree.LxmlError:
        try:
            root = _parse(_mended(body), recover=True)
        except lxml.etree.LxmlError as exc:
            raise CrawlError(f"{base}: not a feed ({exc})") from exc
    if root is None:
        raise CrawlError(f"{base}: not a feed (nothing in it)")
    for element in root.iter(lxml.etree.Element):
        if len(element.attrib) > MAX_ATTRIBUTES:
            element.attrib.clear()
        name = str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
        if name in _NAMES and _characters(element) > MAX_NAME_CHARACTERS:
            element.clear(keep_tail=True)  # type: ignore[call-arg]
    return bytes(lxml.etree.tostring(root, encoding="utf-8", with_tail=False))


def _parse(body: bytes, *, recover: bool) -> lxml.etree._Element | None:
    """Return the root; raises CrawlError when it holds more than `MAX_ELEMENTS`, which are not read."""
    events = lxml.etree.iterparse(
        BytesIO(body),
        events=("start",),
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        encoding=_encoding(body),
    )
    if sum(1 for _ in islice(events, MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        raise CrawlError(f"not a feed (more than {MAX_ELEMENTS} elements)")
    root: lxml.etree._Element | None = events.root
    return root


def _encoding(body: bytes) -> str | None:
    """Return windows-1252 for a feed that is said to be UTF-8, or nothing, and is not; else None."""
    if _OTHER_ENCODING.match(body[:300]) or b"\0" in body[:100]:
        return None
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return None


def _mended(body: bytes) -> bytes:
    """Return a feed without the commonest mistakes: after the first, libxml2 passes over every "&amp;"."""
    if b"\0" in body[:100]:  # UTF-16
        return body
    body = _REFERENCE.sub(_numbered, body.translate(None, _CONTROLS))
    return body if b"<![CDATA[" in body else _BARE_AMPERSAND.sub(b"&#38;", body)  # there it means itself


def _numbered(reference: re.Match[bytes]) -> bytes:
    """Return a reference by its number, which HTML and XML both know, where it has one."""
    number = name2codepoint.get(reference[1].decode("ascii"))
    return reference[0] if number is None else b"&#%d;" % number


def _characters(element: lxml.etree._Element) -> int:
    counted = element.xpath("string-length()")
    return int(counted) if isinstance(counted, float) else 0
