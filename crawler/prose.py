"""Where the article of an unknown page lies: the element that holds most of the page's prose.

Prose is what reads as sentences and is not links. Furniture is taken off first, so that sixty
comments or ten teasers do not outweigh a short article. Source: link density and block length
as in Kohlschütter, Fankhauser and Nejdl, "Boilerplate Detection using Shallow Text Features" (2010).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import lxml.etree
from lxml.html import HtmlElement

from crawler.furniture import BESIDE_TAGS, is_beside, is_discussion, is_insert, is_insert_line, teasers
from crawler.page import BLOCKS, SKIPPED, flat
from kentongan.text import body_end

UNSHOWN = SKIPPED | {"title"}
MIN_LINE, MIN_SENTENCE = 60, 20  # characters
MAX_LINKED = 0.5
MAIN_SHARE = 0.6  # of the prose of an element: the child that holds so much is gone into
MAX_BYLINE = 120  # characters that an unclosed heading may hold after the headline
MIN_BEFORE_END = 80  # characters of prose that must stand before the end of an article
PARAGRAPHS = frozenset({"p", "li", "blockquote", "pre", "h1", "h2", "h3", "h4"})
MAX_LOST_SHARE = 0.5  # of a page's prose: a named insert that holds more is a wrapper
_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page with the block it stands in."""

    owner: HtmlElement
    text: str
    linked: int  # characters inside links

    @property
    def prose(self) -> int:
        """How many characters of it read as an article does: 0 for menus, labels and links."""
        length = len(self.text)
        own = length - self.linked
        if own < (1 - MAX_LINKED) * length or is_insert_line(self.text):
            return 0
        return own if length >= MIN_LINE or (length >= MIN_SENTENCE and _SENTENCE.search(self.text)) else 0


def read_lines(root: HtmlElement) -> list[Line]:
    """Return the visible lines of an element in order, each with its innermost block."""
    lines: list[Line] = []
    blocks: list[HtmlElement] = [root]
    pieces: list[str] = []
    links = linked = skipped = 0

    def add(text: str | None) -> None:
        nonlocal linked
        if text and not skipped:
            pieces.append(text)
            linked += len(flat(text)) if links else 0

    def end_line() -> None:
        nonlocal linked
        text = flat("".join(pieces))
        if text:
            lines.append(Line(blocks[-1], text, min(linked, len(text))))
        pieces.clear()
        linked = 0

    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in BLOCKS:
                end_line()
                if element is not root and tag != "br":
                    blocks.append(element)
            skipped += tag in UNSHOWN
            links += tag == "a"
            add(element.text)
        else:
            if tag in BLOCKS:
                end_line()
                if element is not root and tag != "br":
                    blocks.pop()
            skipped -= tag in UNSHOWN
            links -= tag == "a"
            if element is not root:
                add(element.tail)
    end_line()
    return lines


def weigh(root: HtmlElement, lines: Iterable[Line]) -> dict[HtmlElement, int]:
    """Return how much prose each element holds, itself and all within."""
    weights: dict[HtmlElement, int] = {}
    for line in lines:
        weights[line.owner] = weights.get(line.owner, 0) + line.prose
    for _, element in lxml.etree.iterwalk(root, events=("end",)):
        parent = element.getparent()
        if element is not root and parent is not None and (weight := weights.get(element, 0)):
            weights[parent] = weights.get(parent, 0) + weight
    return weights


def drop_beside(root: HtmlElement, title: str) -> None:
    """Take off a page what is about something else: comments, other articles, the outlet.

    Never what holds the headline, nor, by its name alone, what holds most of the prose.
    """
    headline = _headline(root, title)
    kept = {headline, *headline.iterancestors()} if headline is not None else set()
    drop([e for e in _elements(root) if is_discussion(e) and e not in kept], root)
    drop([card for card in teasers(root) if card not in kept], root)
    _drop_named(root, is_beside, BESIDE_TAGS, kept)


def drop_inserts(root: HtmlElement, title: str = "") -> None:
    """Take off an article what stands in it and is not its text, by the same two rules."""
    headline = _headline(root, title)
    _drop_named(
        root, is_insert, BESIDE_TAGS, {headline, *headline.iterancestors()} if headline is not None else ()
    )


def _drop_named(
    root: HtmlElement,
    is_named: Callable[[HtmlElement], bool],
    certain: Collection[str],
    kept: Collection[HtmlElement],
) -> None:
    weights = weigh(root, read_lines(root))
    most = MAX_LOST_SHARE * weights.get(root, 0)
    named = [e for e in _elements(root) if is_named(e) and e not in kept]
    drop([e for e in named if e.tag in certain or weights.get(e, 0) <= most], root)


def _elements(root: HtmlElement) -> Iterator[HtmlElement]:
    return (element for element in root.iter() if isinstance(element, HtmlElement))


def _headline(root: HtmlElement, title: str) -> HtmlElement | None:
    wanted = flat(title).casefold()
    found = [h for h in root.iter("h1", "h2", "h3") if flat(h.text_content()).casefold() == wanted]
    return found[0] if found and wanted else next(root.iter("h1"), None)


def drop(elements: Iterable[HtmlElement], root: HtmlElement) -> None:
    """Take elements off a page, never the whole of it."""
    for element in elements:
        if element is not root and element.tag not in ("html", "body") and element.getparent() is not None:
            try:
                element.drop_tree()
            except ValueError:  # lxml reads "&#6;" beside it but will not write it
                element.clear(keep_tail=True)


def main_element(root: HtmlElement, lines: Iterable[Line]) -> HtmlElement | None:
    """Return the element that holds the article, by the lines of a page without furniture.

    None when none of them is prose.
    """
    telling = [line for line in lines if line.prose]
    weights = weigh(root, telling)
    alone = {line.owner for line in telling if line.prose == weights[line.owner]}
    if not telling:
        return None
    here = root
    while True:
        best = max(here, key=lambda child: weights.get(child, 0), default=None)
        if best is None or best in alone or best.tag in PARAGRAPHS:
            return here
        if weights.get(best, 0) < MAIN_SHARE * weights[here]:
            return here
        here = best


def article_lines(lines: list[Line], title: str) -> list[Line]:
    """Return the lines from the headline on, up to where comments or other articles begin."""
    start = headline_at(lines, title) + 1
    read = 0
    for at in range(start, len(lines)):
        if read >= MIN_BEFORE_END and body_end(f"-\n{lines[at].text}") == len("-\n"):
            return lines[start:at]
        read += lines[at].prose
    return lines[start:]


def headline_at(lines: Sequence[Line], title: str) -> int:
    """Return the place of the line that is the headline, or begins with it; -1 when there is none."""
    wanted = same_form(title)
    forms = [same_form(line.text) if wanted else "" for line in lines]
    if wanted and wanted in forms:
        return forms.index(wanted)
    longest = len(wanted) + MAX_BYLINE
    return next(
        (at for at, form in enumerate(forms) if wanted and form.startswith(wanted) and len(form) <= longest),
        -1,
    )


def same_words(text: str, other: str) -> bool:
    """Whether two lines differ in nothing but signs, spaces and case."""
    return same_form(text) == same_form(other)


def same_form(text: str) -> str:
    """Return the words of a line, lower case, with single spaces."""
    return re.sub(r"\W+", " ", text.casefold()).strip()
