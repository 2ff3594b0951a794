"""What on a page is never its article: comments, other articles, sharing, forms, advertising.

Tells such elements by their tag, by the words of their class and id, and by headings that are
links; tells such lines by how they begin. Leaves finding the article to `prose` and `body`.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.page import flat

MAX_INSERT_CHARACTERS = 240
MAX_PROMOTION_CHARACTERS = 420
MAX_TEASER_CHARACTERS, MAX_CARD_DEPTH = 400, 6
BESIDE_TAGS = frozenset({"aside", "nav", "footer", "dialog", "menu", "amp-sidebar", "amp-list"})
INSERT_TAGS = frozenset({"form", "button", "figcaption", "amp-ad", "amp-social-share"})
# Words of class and id names, as whole words: "td-post-related_posts" has "related".
_BEGIN, _END = r"(?:^|[\s-])", r"(?=$|[\s-])"
_DISCUSSION = re.compile(
    rf"{_BEGIN}(?<!no-)(?<!has-)(?<!with-)(?:comments?(?!-(?:open|closed|off|disabled))|commentlist|komentar"
    rf"|tanggapan|respond|disqus){_END}"
)
_BESIDE = re.compile(
    rf"{_BEGIN}(?<!no-)(?<!has-)(?<!with-)(?:related|relatedposts?|terkait|more-news|newsletter|sign-?up|subscribe"
    r"|langganan|berlangganan|sidebar|cookies?|gdpr|consent|popup|modal|populer|terpopuler|popular|trending"
    r"|recommended|recommendations?|rekomendasi|author-?box(?:-wrap)?|author-?bio|tentang-penulis|about-author"
    rf"|polls?|polling|next-prev|post-navigation){_END}"
)
_INSERT = re.compile(
    rf"{_BEGIN}(?<!no-)(?<!has-)(?<!with-)(?:lainnya|toc|toc-container|daftar-isi|baca-?juga|read-?also|shares?|share-?box|sharing|sharedaddy"
    r"|addtoany|addthis|socials?|sosmed|breadcrumbs?|pagination|paging|pager|ads|adsense|adsbygoogle|advert"
    r"|advertisement|iklan|banner|sponsor|sponsored|promo|tags|tagcloud|captions?|wp-caption-text"
    rf"|screen-reader-text|sr-only|text-muted){_END}"
)
_WIDGET = re.compile(r"(?:^|\s)(?:widget|widget-area|moduletable)(?=$|\s)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})

_INSERT_LINE = re.compile(
    r"^\W*(?:baca (?:juga|pula|selengkapnya)|(?:simak|lihat|tonton) (?:juga|pula)|jangan lewatkan"
    r"|bacaan lainnya|advertisement|iklan|scroll to continue|lanjutkan membaca|ikuti (?:kami|berita)|bagikan"
    r"|share(?: this)?\W*$"
    r"|salin tautan|muat pembaruan|muat lebih|(?:print|cetak|e-?mail)\W*$"
    r"|copyright\s*©|copyright\s*\(c\)|gambas:video|tags?\s*:|sumber\s*:\s*$|post views\s*:"
    r"|dilarang (?:keras )?(?:mengambil|menyalin|mengutip)|halaman\s+\d+\s*(?:/|dari)\s*\d+"
    r"|(?:editor|pewarta|reporter|penulis|redaktur|uploader|fotografer|laporan)\s*:)",
    re.I,
)
_PROMOTION = re.compile(
    r"^\W*(?:dapatkan|ikuti|simak|cek|baca|follow|join|gabung|bergabung|mari|yuk|ayo|update|temukan|unduh"
    r"|download|klik)\b.*\b(?:google news|whats\s?app|telegram|saluran|channel|kanal|newsletter|aplikasi"
    r"|notifikasi|breaking news)\b",
    re.I,
)


def is_insert_line(line: str) -> bool:
    """Whether a line of an article is not of it: "Baca juga: …", "Editor: …", an invitation to a channel."""
    return (len(line) <= MAX_INSERT_CHARACTERS and bool(_INSERT_LINE.match(line))) or (
        len(line) <= MAX_PROMOTION_CHARACTERS and bool(_PROMOTION.match(line))
    )


def is_discussion(element: HtmlElement) -> bool:
    """Whether an element calls itself readers' comments."""
    return bool(_DISCUSSION.search(_names(element)))


def is_beside(element: HtmlElement) -> bool:
    """Whether an element is by its tag or name about something else: other articles, the outlet."""
    if element.tag in BESIDE_TAGS:
        return True
    names = _names(element)
    return bool(names) and bool(_BESIDE.search(names) or _WIDGET.search(names))


def is_insert(element: HtmlElement) -> bool:
    """Whether an element within an article is by its tag or name not of its text: sharing, captions, tags."""
    if element.tag in INSERT_TAGS or is_beside(element):
        return True
    if element.tag == "figure":
        return not any(True for _ in element.iter("table", "blockquote", "pre"))
    return bool(_INSERT.search(_names(element)))


def _names(element: HtmlElement) -> str:
    told = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _CAMEL.sub("-", told).replace("_", "-").lower() if told != " " else ""


def teasers(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield what leads to other articles: headings that are links, with the card around each."""
    for heading in root.iter(*_HEADINGS):
        if not _is_link(heading):
            continue
        card = heading
        for parent in islice(heading.iterancestors(), MAX_CARD_DEPTH):
            headings = sum(1 for _ in islice(parent.iter("h1", *_HEADINGS), 2))
            if headings > 1 or len(flat(parent.text_content())) > MAX_TEASER_CHARACTERS:
                break
            card = parent
        yield card


def _is_link(heading: HtmlElement) -> bool:
    text = len(flat(heading.text_content()))
    if text > MAX_TEASER_CHARACTERS:
        return False
    if text and any(a.tag == "a" and _leads_away(a) for a in heading.iterancestors("a")):
        return True
    linked = sum(len(flat(a.text_content())) for a in heading.iter("a") if _leads_away(a))
    return text > 0 and linked >= 0.8 * text


def _leads_away(link: HtmlElement) -> bool:
    return not (link.get("href") or "#").startswith("#")
