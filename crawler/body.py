"""The article of a page, and nothing else of it.

First the element that sources or common publishing systems name as the article, then
trafilatura (comments off). Furniture that stands inside the article is cut by line.
Leaves cleaning of characters to `kentongan.text`.
"""

import re
from collections.abc import Sequence
from itertools import islice, pairwise

import lxml.etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from crawler.page import LINK_END, LINK_START, block_text, compile_css, select
from kentongan.text import body_end, clean

MIN_BODY_CHARACTERS = 80
MAX_ELEMENTS = 20_000  # trafilatura takes seconds for more; the largest saved page has 909
# Where publishing systems put the article. Seen in saved pages and in DOMAIN 4: schema.org
# microdata, WordPress themes, ANTARA, Tribun, Kompas, detik, Disway, RRI.
CONTAINERS = (
    "[itemprop=articleBody]",
    ".entry-content",
    ".post-content",
    ".td-post-content",
    ".single-content",
    ".article-content",
    ".article-body",
    ".content-article",
    ".read__content",
    ".kcm-read-text",
    ".kcmread1114",
    ".div-read",
    ".detail__body-text",
    ".text_detail",
    ".text_gal",
    ".side-article.txt-article",
    "#content_news",
    ".post_details_inner",
    ".entertainment-detail-news",
    ".v7-music-detail-news",
)
# Inside an article these are never the article.
INSERTS = (
    "aside",
    "form",
    "nav",
    "button",
    "figure",
    "#comments",
    ".comments-area",
    ".comment-respond",
    ".sharedaddy",
    ".jp-relatedposts",
    ".baca-juga",
    ".bacajuga",
    ".related",
    ".related-posts",
    ".share",
    ".social-share",
    ".addtoany_share_save_container",
    ".text-muted",
)
_INSERT_LINE = re.compile(
    r"^\W*(?:baca (?:juga|selengkapnya)|(?:simak|lihat|tonton) (?:juga|pula)|jangan lewatkan|bacaan lainnya"
    r"|advertisement|iklan|scroll to continue|lanjutkan membaca|ikuti (?:kami|berita)|bagikan|share"
    r"|copyright\s*©|copyright\s*\(c\)"
    r"|dilarang (?:keras )?(?:mengambil|menyalin|mengutip)|halaman\s+\d+\s*(?:/|dari)\s*\d+"
    r"|(?:editor|pewarta|reporter|penulis|redaktur|uploader|fotografer)\s*:)",
    re.I,
)
MAX_INSERT_CHARACTERS = 240
_LINK_LINE = re.compile(
    rf"[\W\d]*(?:{LINK_START}(?!https?:|www\.)[^{LINK_START}{LINK_END}]{{15,}}{LINK_END}[\W\d]*)+"
)
_LINK_MARKS = str.maketrans("", "", LINK_START + LINK_END)


def _compiled(selectors: Sequence[str]) -> tuple[CSSSelector, ...]:
    return tuple(compile_css(s) for s in selectors)


_CONTAINERS, _INSERTS = _compiled(CONTAINERS), _compiled(INSERTS)


def article_text(tree: HtmlElement, selector: str = "", remove: Sequence[str] = ()) -> str:
    """Return the article's text, cleaned, a line for each paragraph; '' when there is none.

    `selector` names the article's element, `remove` what to leave out; both may be empty. A
    selector that finds nothing gives '': a site that changed is noticed, not guessed at.
    The tree is changed: what is left out is taken off.
    """
    for chosen in _compiled(remove):
        _drop(tree, chosen)
    if selector:
        container = _longest(tree, compile_css(selector))
        if container is None:
            return ""
    else:
        container = next(
            (e for c in _CONTAINERS if (e := _longest(tree, c, MIN_BODY_CHARACTERS)) is not None), None
        )
    if container is not None:
        for insert in _INSERTS:
            _drop(container, insert)
        text = tidy(_without_link_lists(block_text(container, mark_links=True)))
        if selector or len(text) >= MIN_BODY_CHARACTERS:
            return text
    return tidy(_general(tree))


def _longest(tree: HtmlElement, selector: CSSSelector, least: int = 0) -> HtmlElement | None:
    """Return the element found that shows the most text, if that is at least `least` characters."""
    found = max(select(tree, selector), key=lambda e: len(e.text_content()), default=None)
    return found if found is not None and len(found.text_content().strip()) >= least else None


def _drop(root: HtmlElement, selector: CSSSelector) -> None:
    for element in select(root, selector):
        if element is not root and element.getparent() is not None:
            element.drop_tree()


def _without_link_lists(marked: str) -> str:
    """Leave out two lines or more in a row that are nothing but links: lists of other articles."""
    lines = marked.splitlines()
    linked = [bool(_LINK_LINE.fullmatch(line.strip())) for line in lines]
    solid = [i for i, line in enumerate(lines) if line.strip()]
    dropped: set[int] = set()
    for before, after in pairwise(solid):
        if linked[before] and linked[after]:
            dropped.update((before, after))
    return "\n".join(line for i, line in enumerate(lines) if i not in dropped)


def _general(tree: HtmlElement) -> str:
    if sum(1 for _ in islice(tree.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        return ""
    try:
        document = bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    except (RecursionError, ValueError, TypeError, AttributeError, lxml.etree.LxmlError):
        return ""  # a page that breaks the library has no article we could vouch for
    text = getattr(document, "text", None)
    return text if isinstance(text, str) else ""


def tidy(raw: str) -> str:
    """Return the text cleaned, without inserted lines, ended before comments and related posts."""
    text = clean(raw.translate(_LINK_MARKS))
    text = text[: body_end(text)]
    lines = (line for line in text.splitlines() if not _is_insert(line))
    return "\n".join(lines).strip()


def _is_insert(line: str) -> bool:
    return len(line) <= MAX_INSERT_CHARACTERS and bool(_INSERT_LINE.match(line))
