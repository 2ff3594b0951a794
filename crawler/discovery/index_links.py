"""A CSS selector for the links to articles of a page that lists them, guessed from the page.

A guess: whoever proposes it has to try it on the articles themselves.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.discovery.page_hints import MAX_LINKS, fetchable
from crawler.page import flat
from crawler.source_file import host_of

MIN_LINKS = 5  # fewer are a menu or a box
MIN_PRECISION = 0.8  # of what a selector finds, look like articles
MIN_TITLE_WORDS = 4
MAX_CANDIDATES = 60
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,60}")
_LISTS = re.compile(
    r"/(?:category|kategori|kanal|rubrik|tag|topik|author|penulis|page|search|indeks?)(?:/|$)", re.I
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})


def guess_selector(tree: HtmlElement, url: str) -> str:
    """Return the selector that finds the most links to what look like articles; '' when none is sure."""
    here = host_of(url)
    links = [
        (a, href) for a in islice(tree.iter("a"), MAX_LINKS) if (href := fetchable(a.get("href") or "", url))
    ]
    likely = {href for a, href in links if _is_article(a, href, here)}
    found: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for a, href in links:
        for selector in _selectors(a):
            if (selector, href) not in seen:
                seen.add((selector, href))
                (found if href in likely else wrong)[selector] += 1
    sure = [
        (found[s], -len(s), s)
        for s, _ in found.most_common(MAX_CANDIDATES)
        if found[s] >= MIN_LINKS and found[s] >= MIN_PRECISION * (found[s] + wrong[s])
    ]
    return max(sure)[2] if sure else ""


def _selectors(a: HtmlElement) -> Iterator[str]:
    """Yield the selectors of a link: by a heading, an article or a class that it stands in, or its own."""
    for name in islice((a.get("class") or "").split(), 3):
        if _NAME.fullmatch(name):
            yield f"a.{name}"
    for above in islice(a.iterancestors(), 4):
        if not isinstance(above.tag, str) or above.tag in ("body", "html"):
            return
        if above.tag in _HEADINGS or above.tag == "article":
            yield f"{above.tag} a"
        for name in islice((above.get("class") or "").split(), 3):
            if _NAME.fullmatch(name):
                yield f".{name} a"


def _is_article(a: HtmlElement, href: str, here: str) -> bool:
    """Whether a link looks like one to an article: a headline for its text, a long name or a number."""
    path = urlsplit(href).path.rstrip("/")
    last = path.rpartition("/")[2]
    if host_of(href) != here or not last or _LISTS.search(path):
        return False
    told = len(flat(a.text_content()[:500]).split()) >= MIN_TITLE_WORDS
    return told and (last.count("-") >= 3 or bool(re.search(r"\d{3,}", path)))
