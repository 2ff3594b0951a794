"""A page as a tree, whatever was sent: bytes to text to elements, within bounds.

Leaves reading the tree to `metadata`, `body` and `page_date`.
"""

import re
from collections.abc import Mapping
from contextlib import suppress

import lxml.etree
import lxml.html
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from w3lib.encoding import html_body_declared_encoding, html_to_unicode, resolve_encoding

from crawler.errors import CrawlError

LINK_START, LINK_END = "\ue000", "\ue001"  # private use: no page means anything by them
# Of Python, not of the web: they fail, take a time that grows with the square, or hide markup.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})
MAX_STRANGE_SHARE = 0.02  # of the first 20,000 characters
_STRANGE = re.compile("[\ufffd\x00-\x08\x0b\x0e-\x1f]")
MAX_PAGE_BYTES = 4 * 1024 * 1024
MAX_TAGS = 100_000  # of a page, ends of elements too; the largest saved page has 1,669
MAX_ATTRIBUTES = 2000  # of an element: a tree of one with 400,000 takes twelve minutes to build
SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "option", "select", "svg", "iframe", "textarea"}
)
_BLOCK_NAMES = (
    "address article aside blockquote body br center dd div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul"
)
BLOCKS = frozenset(_BLOCK_NAMES.split())


def decode(html: bytes, encoding: str | None) -> str:
    """Return the page as text; a wrong or missing encoding never fails, bad bytes become U+FFFD.

    A page that declares none is UTF-8 when it can be, else windows-1252, as browsers read it.
    """
    html = html[:MAX_PAGE_BYTES]
    declared = {resolve_encoding(encoding or "utf-8"), html_body_declared_encoding(html)}
    content_type = f"text/html; charset={encoding}" if encoding else None
    with suppress(LookupError):  # "hex", "rot13", "zlib" are codecs too, and decode no text
        if not declared & _NO_CHARSETS:
            return html_to_unicode(content_type, html, auto_detect_fun=_undeclared)[1]
    return html.decode(_undeclared(html), "replace")


def _undeclared(html: bytes) -> str:
    try:
        html.decode("utf-8")
    except UnicodeDecodeError as exc:
        cut_short = exc.start >= len(html) - 3 and len(html) >= MAX_PAGE_BYTES
        return "utf-8" if cut_short else "cp1252"
    return "utf-8"


def looks_like_text(text: str) -> bool:
    """Whether a decoded page is text: its beginning has next to no undecodable or control characters."""
    head = text[:20_000]
    return len(_STRANGE.findall(head)) <= MAX_STRANGE_SHARE * len(head)


def parse(text: str) -> HtmlElement:
    """Return the tree of a page; raises CrawlError for what is no page at all."""
    if not looks_like_text(text):
        raise CrawlError("not a readable page: not text")
    if text.count("<") > MAX_TAGS:  # before they become a tree, which takes a kilobyte for each
        raise CrawlError(f"not a readable page: more than {MAX_TAGS} tags")
    html = text.encode("utf-8", "replace")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        looking = lxml.etree.HTMLParser(encoding="utf-8", target=_Attributes())  # type: ignore[arg-type]
        lxml.etree.fromstring(html, looking)
        tree = lxml.html.document_fromstring(html, parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError) as exc:
        raise CrawlError(f"not a readable page: {exc}") from exc
    if not isinstance(tree, HtmlElement):
        raise CrawlError("not a readable page")
    return tree


class _Attributes:
    """Looks at the elements of a page one by one, before a tree is made of them."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if len(attributes) > MAX_ATTRIBUTES:
            raise CrawlError(f"not a readable page: an element with more than {MAX_ATTRIBUTES} attributes")

    def close(self) -> None:
        """Nothing is kept."""


def block_text(root: HtmlElement, *, mark_links: bool = False) -> str:
    """Return the visible text of an element, a line for each block, without scripts and lists to choose from.

    `mark_links` puts LINK_START and LINK_END around what is a link, for the caller to take off.
    Walks the tree without recursion: nesting of any depth is read.
    """
    pieces: list[str] = []
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in BLOCKS:
                pieces.append("\n")
            if mark_links and tag == "a":
                pieces.append(LINK_START)
            if tag not in SKIPPED and element.text:
                pieces.append(_spaced(element.text, element))
        else:
            if mark_links and tag == "a":
                pieces.append(LINK_END)
            if tag in BLOCKS:
                pieces.append("\n")
            if element is not root and element.tail and not _inside_skipped(element):
                pieces.append(_spaced(element.tail, element))
    return "".join(pieces)


def _spaced(text: str, element: lxml.etree._Element) -> str:
    text = text.replace(LINK_START, "").replace(LINK_END, "")
    return text if element.tag == "pre" else text.replace("\r", " ").replace("\n", " ")


def _inside_skipped(element: lxml.etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag in SKIPPED


def select(root: HtmlElement, selector: CSSSelector) -> list[HtmlElement]:
    """Return the elements that a selector finds, in order."""
    found: object = selector(root)
    return [e for e in found if isinstance(e, HtmlElement)] if isinstance(found, list) else []


def compile_css(selector: str) -> CSSSelector:
    """Return a selector that reads names as HTML does, without regard to case."""
    return CSSSelector(selector, translator="html")


def flat(text: str | None) -> str:
    """Return the text on one line with single spaces."""
    return " ".join((text or "").split())
