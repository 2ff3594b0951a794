"""Atom feeds as XML, for sites whose feeds hold more than a feed reader gives back."""

import lxml.etree

from crawler.errors import CrawlError

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "yt": "http://www.youtube.com/xml/schemas/2015",
    "media": "http://search.yahoo.com/mrss/",
}


def read_entries(body: bytes, site: str) -> list[lxml.etree._Element]:
    """Return the entries of an Atom feed; raises CrawlError when it is none. Entities stay unread."""
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml.etree.fromstring(body, parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as exc:
        raise CrawlError(f"not a feed of {site}") from exc
    if root.tag != f"{{{NAMESPACES['atom']}}}feed":
        raise CrawlError(f"not a feed of {site}")
    return root.findall("atom:entry", NAMESPACES)


def text_at(entry: lxml.etree._Element, path: str) -> str:
    """Return the text of an entry's first element at `path`, '' for none."""
    return entry.findtext(path, default="", namespaces=NAMESPACES).strip()
