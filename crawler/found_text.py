"""The text of an article whose element was found by its prose and not by its name.

Such an element may be wider than the article, or narrower: what stands in its head is sorted,
and the paragraphs about it are added. Leaves finding it to `prose`, tidying to `body`.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from lxml.html import HtmlElement

from crawler.dates import written_dates
from crawler.page import LINK_END, LINK_START, flat
from crawler.prose import Line

_META_LINE = re.compile(
    r"^(?:oleh|by|ditulis|diposting|dikirim|posted|published|written)\b|\bdibaca\b|\bviews?\b", re.I
)
MAX_META_CHARACTERS, MAX_CAPTION_CHARACTERS = 120, 250
MIN_POINT = 5  # words
MIN_LINKED = 0.8  # of a line that is a link
SUBHEADS = frozenset({"h2", "h3", "h4"})
DATELINE_ENDS = ("-", "–", "—")


def found_text(found: HtmlElement, lines: Sequence[Line]) -> str:
    """Return the lines of an element found by its prose, those that are links marked as such.

    `lines` are those of the page from the headline on. Paragraphs that stand before the element
    and right after it are added; the day, the author and captions are left out.
    """
    within = {*found.iter()}
    inside = [at for at, line in enumerate(lines) if line.owner in within]
    first, last = inside[0], inside[-1]
    lead = [line for line in lines[:first] if line.prose and not _is_meta(line)]
    mine = [lines[at] for at in inside]
    start = next((at for at, line in enumerate(mine) if line.prose and not _is_meta(line)), 0)
    head = [line for line in mine[:start] if _belongs(line)]
    more = takewhile(lambda line: line.prose and line.owner.tag == "p", lines[last + 1 :])
    told = (line for line in [*lead, *head, *mine[start:], *more] if any(map(str.isalpha, line.text)))
    marked = (_marked(line) for line in told if not _is_caption(line, found))
    return "\n".join(marked)


def _belongs(line: Line) -> bool:
    """Whether a line between the headline and the first paragraph is of the article: a dateline, a
    subheading, a point of its summary."""
    if line.text.endswith(DATELINE_ENDS) or line.owner.tag in SUBHEADS:
        return True
    return (
        line.owner.tag == "li"
        and not line.linked
        and len(line.text.split()) >= MIN_POINT
        and not _is_meta(line)
    )


def _marked(line: Line) -> str:
    return f"{LINK_START}{line.text}{LINK_END}" if line.linked >= MIN_LINKED * len(line.text) else line.text


def _is_caption(line: Line, found: HtmlElement) -> bool:
    """Whether a line stands in a box of its own with a picture."""
    if len(line.text) > MAX_CAPTION_CHARACTERS or line.owner is found:
        return False
    parent = line.owner.getparent()
    boxes = [line.owner] if parent is None or parent is found else [line.owner, parent]
    return any(
        len(flat(box.text_content())) <= MAX_CAPTION_CHARACTERS
        for box in boxes
        if next(box.iter("img", "amp-img"), None) is not None
    )


def _is_meta(line: Line) -> bool:
    """Whether a line tells of the article: its day, author or readers."""
    if len(line.text) > MAX_META_CHARACTERS or line.text.endswith("."):
        return False
    return bool(_META_LINE.search(line.text)) or any(True for _ in written_dates(line.text))
