"""The article of a page, and nothing else of it.

First the element that sources or common publishing systems name as the article, if it holds
what `prose` finds; else what that finds; trafilatura (comments off) where the page has no prose.
Furniture that stands inside the article is cut by line. Leaves cleaning of characters to
`kentongan.text`.
"""

import re
from collections.abc import Sequence
from itertools import islice, pairwise

import lxml.etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from crawler.found_text import found_text
from crawler.furniture import is_insert_line
from crawler.page import LINK_END, LINK_START, block_text, compile_css, flat, select
from crawler.prose import (
    Line,
    article_lines,
    drop,
    drop_inserts,
    main_element,
    read_lines,
    weigh,
)
from kentongan.text import body_end, clean

MIN_BODY_CHARACTERS = 80
MIN_KNOWN_SHARE = 0.6  # of the prose found, for an element with a known name to be believed
MAX_ELEMENTS = 20_000  # reading takes seconds for more; the largest saved page has 909
MAX_NESTING = (
    300_000  # trafilatura weighs each element once for all around it; the deepest saved page has 7,132
)
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
_LINK_LINE = re.compile(
    rf"[\W\d]*(?:{LINK_START}(?!https?:|www\.)[^{LINK_START}{LINK_END}]{{15,}}{LINK_END}[\W\d]*)+"
)
_LINKS = re.compile(rf"[\W\d]*(?:{LINK_START}(?!https?:|www\.)[^{LINK_START}{LINK_END}]*{LINK_END}[\W\d]*)+")
_LINK_MARKS = str.maketrans("", "", LINK_START + LINK_END)


def _compiled(selectors: Sequence[str]) -> tuple[CSSSelector, ...]:
    return tuple(compile_css(s) for s in selectors)


_CONTAINERS = _compiled(CONTAINERS)


def article_text(tree: HtmlElement, selector: str = "", remove: Sequence[str] = (), title: str = "") -> str:
    """Return the article's text, cleaned, a line for each paragraph; '' when there is none.

    `selector` names the article's element, `remove` what to leave out; both may be empty. A
    selector that finds nothing gives '': a site that changed is noticed, not guessed at. `title`
    is the headline, from which on the article of an unknown page is looked for.
    The tree is changed: what is left out is taken off.
    """
    for chosen in _compiled(remove):
        drop(select(tree, chosen), tree)
    if selector:
        container = _longest(tree, compile_css(selector))
        if container is None:
            return ""
        drop_inserts(container)
        return _text(container)
    if is_huge(tree):
        return _text(known) if (known := _known(tree)) is not None else ""
    drop_inserts(tree, title)
    lines = article_lines(read_lines(tree), title)
    known, found = _known(tree), main_element(tree, lines)
    if known is not None and (found is None or _holds(known, found, lines)):
        drop_inserts(known)
        if len(text := _text(known)) >= MIN_BODY_CHARACTERS:
            return text
    if found is not None:
        return tidy(_without_link_lists(found_text(found, lines)))
    return tidy(_by_trafilatura(tree))


def is_huge(tree: HtmlElement) -> bool:
    """Whether a page has more elements than reading it by its prose may cost."""
    return sum(1 for _ in islice(tree.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS


def _known(tree: HtmlElement) -> HtmlElement | None:
    return next((e for c in _CONTAINERS if (e := _longest(tree, c, MIN_BODY_CHARACTERS)) is not None), None)


def _longest(tree: HtmlElement, selector: CSSSelector, least: int = 0) -> HtmlElement | None:
    """Return the element found that shows the most text, if that is at least `least` characters."""
    found = max(select(tree, selector), key=lambda e: len(e.text_content()), default=None)
    return found if found is not None and len(found.text_content().strip()) >= least else None


def _holds(known: HtmlElement, found: HtmlElement, lines: Sequence[Line]) -> bool:
    """Whether an element with a known name has the article: broken markup may close it too early."""
    prose = weigh(found, lines).get(found, 0)
    return len(flat(known.text_content())) >= MIN_KNOWN_SHARE * prose


def _text(container: HtmlElement) -> str:
    return tidy(_without_link_lists(block_text(container, mark_links=True)))


def _without_link_lists(marked: str) -> str:
    """Leave out two lines or more in a row that are nothing but links, and such lines at the end:
    lists of other articles, of tags, of pages."""
    lines = marked.splitlines()
    linked = [bool(_LINK_LINE.fullmatch(line.strip())) for line in lines]
    solid = [i for i, line in enumerate(lines) if line.strip()]
    dropped: set[int] = set()
    for before, after in pairwise(solid):
        if linked[before] and linked[after]:
            dropped.update((before, after))
    for i in reversed(solid):
        if not _LINKS.fullmatch(lines[i].strip()):
            break
        dropped.add(i)
    return "\n".join(line for i, line in enumerate(lines) if i not in dropped)


def _by_trafilatura(tree: HtmlElement) -> str:
    if _nesting_exceeds(tree, MAX_NESTING):
        return ""
    try:
        document = bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    except (RecursionError, ValueError, TypeError, AttributeError, lxml.etree.LxmlError):
        return ""  # a page that breaks the library has no article we could vouch for
    text = getattr(document, "text", None)
    return text if isinstance(text, str) else ""


def _nesting_exceeds(tree: HtmlElement, most: int) -> bool:
    """Whether the depths of all elements come to more than `most`."""
    depth = total = 0
    for event, _ in lxml.etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        total += depth if event == "start" else 0
        if total > most:
            return True
    return False


def tidy(raw: str) -> str:
    """Return the text cleaned, without inserted lines, ended before comments and related posts."""
    text = clean(raw.translate(_LINK_MARKS))
    text = text[: body_end(text)]
    return "\n".join(line for line in text.splitlines() if not is_insert_line(line)).strip()
