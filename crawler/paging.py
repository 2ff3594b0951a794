"""An article in several parts: at which addresses the rest of it is.

Owns: telling a pager of the article from every other pager on the page. Leaves the forms of addresses
to `part_address`, making one of the parts to `joining`, fetching and its order to the spiders. A pager
counts when its links lead to this very article and it stands in it or right beneath: what extraction
takes off as comments, other articles or navigation takes its pagers with it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.body import MIN_BODY_CHARACTERS, is_huge
from crawler.errors import CrawlError
from crawler.extract import choose_title
from crawler.furniture import is_beside, is_discussion, teasers
from crawler.metadata import read_metadata
from crawler.page import BLOCKS, decode, flat, parse
from crawler.part_address import Place, first_address, place_of
from crawler.prose import Line, article_lines, drop_beside, read_lines

MAX_PARTS = 10  # of one article: a site that always has a next part comes to an end
MAX_LINKS = 3000  # of one page; pages of outlets have some hundred
MAX_PAGER_LINKS, MAX_PAGER_DEPTH = 60, 6  # two pagers of thirty; nav, div, ul, li, span, b
MAX_LABEL_CHARACTERS = 60  # "Baca artikel selengkapnya di halaman berikutnya"
MAX_UNLINKED_CHARACTERS = 80  # of a pager: "Halaman 1 dari 3", the number of this part
MAX_GAP_CHARACTERS, MAX_GAP_LINKS = 400, 3  # between article and pager: tags, sharing, "Baca juga"
MIN_HEADLINE_WORDS = 4
_NUMBER = re.compile(r"(?:halaman|hal|page|laman|bagian)?\W*(\d{1,2})\W*", re.I)
_NEXT = re.compile(r"\b(?:selanjutnya|berikutnya|lanjutkan|lanjut|next)\b|^\W*[>»›→]+\W*$", re.I)
_OF = re.compile(r"\b(?:halaman|hal|page|laman)?\W*(\d{1,2})\s*(?:/|dari|of)\s*(\d{1,2})\b", re.I)
_PICTURES = re.compile(r"\b(?:foto|gambar|photo|slide|slideshow|galeri|gallery|video)\b", re.I)
_PICTURE_PATH = re.compile(
    r"/(?:(?:read)?fotos?|photos?|galeri|gallery|slideshow|videos?)(?:-[a-z]+)?/", re.I
)
_PICTURE_TYPE = re.compile(rb'"@type"\s*:\s*"(?:ImageGallery|VideoGallery|MediaGallery)"')
_FILE_KIND = re.compile(r"\.(?:html?|php|aspx?|shtml)$", re.I)
_OTHER_PAGER = re.compile(r"komentar|comment|respond|tanggapan|foto|galeri", re.I)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a page says of its article's other parts; nothing, when it is not paged."""

    whole: str = ""  # the address of all of it on one page, where the page links to it
    rest: tuple[str, ...] = ()  # the parts that follow this one without a gap, in order
    total: int = 0  # how many parts there are by what the page shows


@dataclass(frozen=True, slots=True)
class _Link:
    element: HtmlElement
    address: str
    number: int  # which part; 0 for the whole


def further_parts(
    page: bytes, url: str, encoding: str | None = None, *, first: str = "", number: int = 1
) -> Parts:
    """Return where the rest of the article on this page is.

    `first` is the address of its first part, by default of this page's; `number` tells which part
    this page is. Parts that the pager leaves out ("1 2 … 9") are found by asking the next part.
    A page that cannot be read, a gallery, and the whole article on one page have no further parts.
    """
    first = first or first_address(url)
    here = place_of(url, first)
    if here is None or here.whole or number >= MAX_PARTS:
        return Parts()
    if _PICTURE_PATH.search(urlsplit(first).path) or _PICTURE_TYPE.search(page):
        return Parts()
    try:
        tree = parse(decode(page, encoding))
    except CrawlError:
        return Parts()
    if is_huge(tree):
        return Parts()
    needle = _FILE_KIND.sub("", urlsplit(first).path.rstrip("/").rpartition("/")[2])
    places = {link: _place(link, url, first, needle) for link in islice(tree.iter("a"), MAX_LINKS)}
    links = list(islice(_links(places, url, here, number), MAX_PAGER_LINKS))
    if not links:
        return Parts()
    said = read_metadata(tree)
    boxes = _beneath_article(tree, links, places, choose_title(tree, said, url))
    found = [link for link in links if link.element in boxes]
    following = {link.number: link.address for link in reversed(found) if link.number}
    rest = _without_gap(following, number)
    whole = next((link.address for link in found if not link.number), "")
    canonical = urljoin(url, said.canonical) if said.canonical else ""
    if not whole and rest and (place := place_of(canonical, first)) is not None and place.whole:
        whole = canonical
    if not whole and not rest:
        return Parts()
    told = [int(m[2]) for box in set(boxes.values()) for m in _OF.finditer(flat(box.text_content()))]
    return Parts(whole, rest, max(*following, *told, number, 2 if whole else 0))


def _without_gap(following: dict[int, str], number: int) -> tuple[str, ...]:
    rest: list[str] = []
    while number + len(rest) < MAX_PARTS and (address := following.get(number + len(rest) + 1)):
        rest.append(address)
    return tuple(rest)


def _links(places: Mapping[HtmlElement, Place | None], url: str, here: Place, number: int) -> Iterator[_Link]:
    """Yield the links that by address and words lead to a later part of the article, or to its whole."""
    for element, place in places.items():
        if place is None:
            continue
        if place.whole:
            yield _Link(element, _address(element, url), 0)
        elif place.written > here.written and (which := _which(element, number)) > number:
            yield _Link(element, _address(element, url), which)


def _place(element: HtmlElement, url: str, first: str, needle: str) -> Place | None:
    """Return where in the article a link leads; `needle` is in every full address that does."""
    href = (element.get("href") or "#").strip()
    if needle not in href and href.startswith(("http", "/")):
        return None
    if href.lower().startswith("javascript:"):
        return Place()
    if _OTHER_PAGER.search(href.partition("#")[2]):
        return None
    try:
        return place_of(urljoin(url, href), first)
    except ValueError:
        return None


def _address(element: HtmlElement, url: str) -> str:
    href: str = element.get("href") or ""
    return urljoin(url, href.strip()).partition("#")[0]


def _which(element: HtmlElement, number: int) -> int:
    """Return which part a link says it leads to; 0 when its words are not a pager's."""
    image = element.find(".//img")
    told = (element.get("aria-label"), element.get("title"), image.get("alt") if image is not None else "")
    label = flat(element.text_content()) or next((flat(text) for text in told if flat(text)), "")
    if _PICTURES.search(label) or len(label) > MAX_LABEL_CHARACTERS:
        return 0
    if numbered := _NUMBER.fullmatch(label):
        return int(numbered[1])
    return number + 1 if _NEXT.search(label) or "next" in (element.get("rel") or "").lower().split() else 0


def _beneath_article(
    tree: HtmlElement, links: Sequence[_Link], places: Mapping[HtmlElement, Place | None], title: str
) -> dict[HtmlElement, HtmlElement]:
    """Return the links that stand in the article or right beneath it, each with its pager.

    The tree is changed: pagers lose their names, so that they stay when furniture is taken off.
    """
    known: dict[HtmlElement, bool] = {}
    boxes = {link.element: _pager(link.element, places, known) for link in links}
    order = {element: at for at, element in enumerate(tree.iter())}
    cards = [order[card] for card in teasers(tree)]
    for box in set(boxes.values()):
        if not flat(box.text_content()):
            box.text = "…"  # an icon: what has no text is on no line
        for element in box.iter():
            if isinstance(element, HtmlElement) and element.tag != "a":
                element.attrib.clear()
                if element.tag in BLOCKS:  # lxml reads names that it will not write again
                    element.tag = "div"
    drop_beside(tree, title)
    lines = article_lines(read_lines(tree), title)
    return {
        link: box
        for link, box in boxes.items()
        if not _PICTURES.search(flat(box.text_content())) and _stands_beneath(box, lines, order, cards)
    }


def _pager(
    link: HtmlElement, places: Mapping[HtmlElement, Place | None], known: dict[HtmlElement, bool]
) -> HtmlElement:
    """Return the largest element around a link that is nothing but a pager of the article."""
    box = link
    for parent in islice(link.iterancestors(), MAX_PAGER_DEPTH):
        if parent not in known:
            known[parent] = _is_pager(parent, places)
        if not known[parent]:
            break
        box = parent
    return box


def _is_pager(element: HtmlElement, places: Mapping[HtmlElement, Place | None]) -> bool:
    named = is_discussion(element) or (element.tag != "nav" and is_beside(element))
    if named or element.tag in ("html", "body") or next(element.iter("h1"), None) is not None:
        return False
    links = list(islice(element.iter("a"), MAX_PAGER_LINKS + 1))
    if len(links) > MAX_PAGER_LINKS or any(places.get(a) is None for a in links):
        return False
    unlinked = len(flat(element.text_content())) - sum(len(flat(a.text_content())) for a in links)
    return unlinked <= MAX_UNLINKED_CHARACTERS


def _stands_beneath(
    box: HtmlElement, lines: Sequence[Line], order: Mapping[HtmlElement, int], cards: Sequence[int]
) -> bool:
    within = set(box.iter())
    block = next((e for e in (box, *box.iterancestors()) if e.tag in BLOCKS), box)
    at = next((i for i, line in enumerate(lines) if line.owner in within or line.owner is block), -1)
    if at >= 0 and block is not box:  # a pager that has no block of its own: the last line of its block
        at = max(i for i, line in enumerate(lines) if line.owner is block or line.owner in within)
    before = lines[: at + (block is not box)] if at >= 0 else ()
    told = [i for i, line in enumerate(before) if line.prose]
    if not told or sum(line.prose for line in before) < MIN_BODY_CHARACTERS:
        return False
    gap = before[told[-1] + 1 :]
    links = sum(2 * x.linked > len(x.text) and len(x.text.split()) >= MIN_HEADLINE_WORDS for x in gap)
    links += sum(order[before[told[-1]].owner] < card < order[box] for card in cards)
    return links <= MAX_GAP_LINKS and sum(len(line.text) for line in gap) <= MAX_GAP_CHARACTERS
