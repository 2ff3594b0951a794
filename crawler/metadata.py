"""What a page says of itself: JSON-LD, OpenGraph, meta tags, link elements.

Leaves choosing between what it says and what it shows to `extract`.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from extruct.jsonld import JsonLdExtractor
from lxml.html import HtmlElement

from crawler.page import flat

_log = logging.getLogger(__name__)
MAX_JSONLD_NODES = 2000
ARTICLE_TYPES = frozenset({"newsarticle", "article", "blogposting", "reportagenewsarticle", "webpage"})
_DATE_META = (
    "article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "content_publisheddate",
    "dc.date.issued",
    "dc.date",
    "sailthru.date",
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Everything declared, as written; empty when the page does not say."""

    titles: tuple[str, ...] = ()  # most believable first
    dates: tuple[str, ...] = ()
    author: str = ""
    section: str = ""
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


def text_of(value: object) -> str:
    """Return the text of a JSON-LD value: a string, or the name of an object or of each of a list."""
    if isinstance(value, str):
        return flat(value)
    if isinstance(value, dict):
        return text_of(value.get("name"))
    if isinstance(value, list):
        return ", ".join(filter(None, (text_of(v) for v in value[:5])))
    return ""


def read_metadata(tree: HtmlElement) -> Metadata:
    """Return what the page declares. Never fails: what is malformed counts as not said."""
    meta = _meta_tags(tree)
    articles = [n for n in jsonld(tree) if types_of(n) & ARTICLE_TYPES]
    articles.sort(key=lambda n: "webpage" in types_of(n))
    first = articles[0] if articles else {}
    title_tag = flat(tree.findtext(".//title"))
    robots = f"{meta.get('robots', '')},{meta.get('kentongan', '')}".lower()
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return Metadata(
        titles=_some(
            text_of(first.get("headline")), meta.get("og:title"), meta.get("twitter:title"), title_tag
        ),
        dates=_some(
            *(text_of(n.get("datePublished")) for n in articles),
            *(meta.get(name) for name in _DATE_META),
            *(_itemprop_dates(tree)),
        ),
        author=text_of(first.get("author")) or _byline(tree, meta),
        section=text_of(first.get("articleSection")) or meta.get("article:section", ""),
        site=meta.get("og:site_name", ""),
        canonical=_canonical(tree),
        language=language.lower().split("-")[0],
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


def _itemprop_dates(tree: HtmlElement) -> Iterator[str | None]:
    for element in tree.iterfind(".//*[@itemprop='datePublished']"):
        yield element.get("datetime") or element.get("content")
    for element in tree.iterfind(".//meta[@itemprop='dateCreated']"):
        yield element.get("content")
    for element in tree.iterfind(".//time[@datetime]"):
        if "published" in (element.get("class") or "") or element.get("pubdate") is not None:
            yield element.get("datetime")


def _byline(tree: HtmlElement, meta: dict[str, str]) -> str:
    for name in ("author", "article:author", "dc.creator", "content_author"):
        value = meta.get(name, "")
        if value and not value.startswith(("http://", "https://")):
            return value
    shown = tree.xpath("//a[@rel='author'] | //*[contains(@class, 'vcard')]//a[contains(@class, 'fn')]")
    return flat(shown[0].text_content()) if isinstance(shown, list) and shown else ""


def _canonical(tree: HtmlElement) -> str:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return link.get("href") or ""
    return ""
