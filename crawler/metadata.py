"""What a page says of itself: JSON-LD, OpenGraph, meta tags, link elements.

Leaves choosing between what it says and what it shows to `extract`.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from extruct.jsonld import JsonLdExtractor
from lxml.html import HtmlElement

from crawler.byline import read_byline
from crawler.page import flat

_log = logging.getLogger(__name__)
MAX_JSONLD_NODES, MAX_HEADINGS = 2000, 5
MAX_TAGS, MAX_TAG_CHARACTERS = 20, 60
MAX_DEPTH = 4  # of a name within names: a list of objects has three
MAX_DATES = 20  # declared ones; words among them ("kemarin") take milliseconds each to read
_ARTICLE_TYPES = (
    "article newsarticle blogposting liveblogposting reportagenewsarticle analysisnewsarticle"
    " opinionnewsarticle backgroundnewsarticle reviewnewsarticle askpublicnewsarticle report webpage"
)
ARTICLE_TYPES = frozenset(_ARTICLE_TYPES.split())
MIN_SAME_WORDS = 0.5  # of the shorter of two headlines, when both are of this page
_DATE_META = (
    "article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "content_publisheddate",
    "dcterms.date",
    "dcterms.created",
    "dcterms.issued",
    "og:published_time",
    "article:published",
    "article.published",
    "parsely-pub-date",
    "publication_date",
    "publish_date",
    "published_at",
    "dc.date.issued",
    "dc.date",
    "sailthru.date",
)


_PUBLISHED = re.compile(r"published|(?:entry|post|publish|posted)[-_]?(?:date|on)", re.I)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Everything declared, as written; empty when the page does not say."""

    titles: tuple[str, ...] = ()  # most believable first
    dates: tuple[str, ...] = ()
    author: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    site: str = ""
    canonical: str = ""
    language: str = ""
    noindex: bool = False


def jsonld(tree: HtmlElement) -> list[dict[str, object]]:
    """Return every JSON-LD object of a page, nested ones too; broken scripts are passed over."""
    extractor = JsonLdExtractor()
    found: list[object] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            try:
                found.extend(extractor._extract_items(script))
            except (ValueError, RecursionError):
                _log.debug("unreadable JSON-LD")
    return list(_objects(found))


def _objects(values: list[object]) -> Iterator[dict[str, object]]:
    waiting, seen = list(reversed(values)), 0
    while waiting and seen < MAX_JSONLD_NODES:
        value = waiting.pop()
        seen += 1
        if isinstance(value, dict):
            yield value
            waiting.extend(v for v in reversed(list(value.values())) if isinstance(v, dict | list))
        elif isinstance(value, list):
            waiting.extend(v for v in reversed(value) if isinstance(v, dict | list))


def types_of(node: dict[str, object]) -> frozenset[str]:
    """Return the lower-case `@type`s of a JSON-LD object."""
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return frozenset(k.rsplit("/", 1)[-1].lower() for k in kinds if isinstance(k, str))


def text_of(value: object, depth: int = MAX_DEPTH) -> str:
    """Return the text of a JSON-LD value: a string, or the name of an object or of each of a list."""
    if not depth:
        return ""
    if isinstance(value, str):
        return flat(value)
    if isinstance(value, dict):
        return text_of(value.get("name"), depth - 1)
    if isinstance(value, list):
        return ", ".join(filter(None, (text_of(v, depth - 1) for v in value[:5])))
    return ""


def read_metadata(tree: HtmlElement) -> Metadata:
    """Return what the page declares. Never fails: what is malformed counts as not said."""
    meta = _meta_tags(tree)
    title_tag = flat(tree.findtext(".//title"))
    objects = jsonld(tree)
    headings = (flat(h.text_content()) for h in islice(tree.iter("h1"), MAX_HEADINGS))
    told = _some(meta.get("og:title"), meta.get("twitter:title"), title_tag, *headings)
    articles = [n for n in objects if types_of(n) & ARTICLE_TYPES and _is_of_this_page(n, told)]
    articles.sort(key=lambda n: (not n.get("headline"), "webpage" in types_of(n)))
    first = articles[0] if articles else {}
    robots = f"{meta.get('robots', '')},{meta.get('kentongan', '')}".lower()
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    code = language.lower().split("-")[0].strip()
    return Metadata(
        titles=_some(
            text_of(first.get("headline")), meta.get("og:title"), meta.get("twitter:title"), title_tag
        ),
        dates=_some(
            *(text_of(n.get("datePublished")) for n in articles),
            *(meta.get(name) for name in _DATE_META),
            *(_itemprop_dates(tree)),
        )[:MAX_DATES],
        author=text_of(first.get("author"))
        or _declared_author(meta)
        or read_byline(tree, meta.get("og:site_name", "")),
        section=text_of(first.get("articleSection"))
        or meta.get("article:section", "")
        or _breadcrumb(objects, told),
        tags=_tags(tree, first, meta),
        site=meta.get("og:site_name", ""),
        canonical=_canonical(tree),
        language=code if len(code) in (2, 3) and code.isascii() and code.isalpha() else "",
        noindex=any(word in ("noindex", "none") for word in (w.strip() for w in robots.split(","))),
    )


def _some(*values: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flat(v) for v in values if v and v.strip()))


def _meta_tags(tree: HtmlElement) -> dict[str, str]:
    """The first value of each meta tag of the head; pages glued into the body have no say."""
    found: dict[str, str] = {}
    body = tree.find("body")
    for tag in tree.iter("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop")
        robots_in_body = (
            name is not None and name.lower() == "robots" and body is not None and body in tag.iterancestors()
        )
        if name and not robots_in_body:
            found.setdefault(name.strip().lower(), flat(tag.get("content")))
    return found


def _is_of_this_page(article: dict[str, object], told: tuple[str, ...]) -> bool:
    """Whether an article of the JSON-LD is the page's own and not one it lists: by its headline."""
    headline = _word_set(text_of(article.get("headline")))
    others = [words for title in told if (words := _word_set(title))]
    return (
        not headline
        or not others
        or any(len(headline & o) >= MIN_SAME_WORDS * min(len(headline), len(o)) for o in others)
    )


def _word_set(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _itemprop_dates(tree: HtmlElement) -> Iterator[str | None]:
    for element in tree.iterfind(".//*[@itemprop='datePublished']"):
        yield element.get("datetime") or element.get("content")
    for element in tree.iterfind(".//meta[@itemprop='dateCreated']"):
        yield element.get("content")
    for element in tree.iter("time", "abbr"):
        stamp = element.get("datetime") or element.get("title")
        parent = element.getparent()
        names = f"{element.get('class') or ''} {parent.get('class') or '' if parent is not None else ''}"
        if stamp and (_PUBLISHED.search(names) or element.get("pubdate") is not None):
            yield stamp


def _declared_author(meta: dict[str, str]) -> str:
    for name in ("author", "article:author", "dc.creator", "dcterms.creator", "content_author"):
        value = meta.get(name, "")
        if value and not value.startswith(("http://", "https://")):
            return value
    label = meta.get("twitter:label1", "").casefold()
    return meta.get("twitter:data1", "") if label in ("ditulis oleh", "written by", "penulis", "oleh") else ""


def _breadcrumb(objects: list[dict[str, object]], told: tuple[str, ...]) -> str:
    """Return the name of the last list that the page says it lies in, below the front page."""
    for node in objects:
        crumbs = node.get("itemListElement")
        if "breadcrumblist" in types_of(node) and isinstance(crumbs, list):
            names = [text_of(c) or text_of(c.get("item")) for c in crumbs[:10] if isinstance(c, dict)]
            within = [name for name in names[1:] if name and name not in told]
            return within[-1] if within else ""
    return ""


def _tags(tree: HtmlElement, article: dict[str, object], meta: dict[str, str]) -> tuple[str, ...]:
    """Return the keywords of the article, each once, as written."""
    declared = [t.get("content") or "" for t in tree.iterfind(".//meta[@property='article:tag']")]
    keywords = article.get("keywords")
    listed = keywords if isinstance(keywords, list) else [keywords]
    words = [*declared, *(w for w in listed if isinstance(w, str)), meta.get("news_keywords", "")]
    if not any(words):
        words = [flat(a.text_content()) for a in tree.iterfind(".//a[@rel='tag']")]
    tags = dict.fromkeys(flat(tag).strip("# ") for word in words for tag in word.split(","))
    return tuple(tag for tag in tags if 0 < len(tag) <= MAX_TAG_CHARACTERS)[:MAX_TAGS]


def _canonical(tree: HtmlElement) -> str:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return link.get("href") or ""
    return ""
