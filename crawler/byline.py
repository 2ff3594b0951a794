"""Who signs an article: what the page shows as its byline where it declares none.

Reads "Penulis: …", "Reporter: … | Editor: …", "Oleh … - Jum'at, …" and elements that call
themselves the author's. Leaves declared authors to `metadata`.
"""

import re
from itertools import islice

from lxml.html import HtmlElement

from crawler.dates import written_dates
from crawler.page import flat
from crawler.prose import read_lines

MAX_NAME_CHARACTERS, MAX_LINE_CHARACTERS = 60, 160
MAX_CALLERS, MAX_LINES = 50, 5  # elements looked at; lines that a byline takes at most
MAX_WITHIN = 100  # elements in one: a larger one is no byline, and fifty of them may hold the page each
_LABEL = re.compile(
    r"(?:\b(?:di)?(?:tulis|posting|kirim|unggah)(?:kan)? oleh|\b(?:posted|written|published) by"
    r"|\b(?:teks|naskah)(?:\s+(?:dan|&)\s+foto)?\s+oleh\b|\b(?:penulis|reporter|pewarta|wartawan|jurnalis|kontributor|laporan)\s*:|^\W*(?:oleh|by)\b)\s*:?\s*",
    re.I,
)
_AUTHORS = re.compile(
    r"(?:^|[\s_-])(?:author|writer|penulis|byline|reporter|pewarta|wartawan|oleh)(?=$|[\s_-])", re.I
)
_OTHER_ROLE = re.compile(r"\b(?:editor|redaktur|fotografer|penyunting)\b", re.I)
_END = re.compile(
    r"\s*(?:[|•·,;/()]|\s[-–—]\s|\bpada\b|\bon\b|\beditor\b|\d"
    r"|\b(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad)\b).*$",
    re.I,
)
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?:\s+[\w.'’-]+){0,5}\.?")
_NO_NAME = frozenset({"penulis", "reporter", "editor", "author", "redaksi", "by", "oleh", "tim redaksi"})


def read_byline(tree: HtmlElement, site: str = "") -> str:
    """Return the name that the page shows as its author's; '' when it shows none for certain.

    `site` is the outlet's name, which often stands beside.
    """
    name = _shown_name(tree)
    return name.removesuffix(site).rstrip() if site and name != site else name


def _shown_name(tree: HtmlElement) -> str:
    for own in tree.xpath("//*[@itemprop='author']//*[@itemprop='name'] | //a[@rel='author']"):
        if isinstance(own, HtmlElement) and (name := _name(flat(own.text_content()))):
            return name
    for line in (line.text for line in read_lines(tree)):
        label = _LABEL.search(line) if len(line) <= MAX_LINE_CHARACTERS else None
        if label is not None and (name := _name(line[label.start() :])):
            return name
    callers = (e for e in tree.iter() if isinstance(e, HtmlElement) and _calls_itself_author(e))
    for element in islice(callers, MAX_CALLERS):
        small = sum(1 for _ in islice(element.iter(), MAX_WITHIN + 1)) <= MAX_WITHIN
        own = read_lines(element) if small else ()
        if own and len(own) <= MAX_LINES and (name := _name(own[0].text[:MAX_LINE_CHARACTERS])):
            return name
    return ""


def _calls_itself_author(element: HtmlElement) -> bool:
    return bool(_AUTHORS.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _name(line: str) -> str:
    """Return the name at the head of a byline, without its label and what follows."""
    if _OTHER_ROLE.match(line):
        return ""
    label = _LABEL.match(line)
    rest = line[label.end() :] if label else line
    name = _END.sub("", rest).strip(" :-–—.")
    known = len(name) <= MAX_NAME_CHARACTERS and _NAME.fullmatch(name) and name.casefold() not in _NO_NAME
    return name if known and name[0].isupper() and not any(written_dates(name)) else ""
