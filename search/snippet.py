"""The lines of a text that show why it was found, as plain pieces with marks.

Owns: which words are marked and where the cut falls, always between words. Gives pieces
of plain text, never markup: escaping is the page's job and happens once, there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

from search.analysis import located_terms, read_terms
from search.tree import Node, Phrase, Prefix, Word, leaves

WIDTH = 240  # characters, about; words are never cut
_LEAD = 40
_READ = 20_000  # characters of a text that are looked at

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    leaf: int


def snippet(text: str, node: Node) -> Pieces:
    """Return (piece, matched) pairs, the part of `text` with the most different words found.

    The pieces joined are that part of the text, with "…" where it was cut.
    """
    text = text[:_READ]
    marks = _marks(text, list(leaves(node)))
    start, end = _window(text, marks)
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for mark in marks:
        if mark.start < at or mark.end > end:
            continue
        if mark.start > at:
            pieces.append((text[at : mark.start], False))
        pieces.append((text[mark.start : mark.end], True))
        at = mark.end
    if at < end:
        pieces.append((text[at:end], False))
    if end < len(text):
        pieces.append((" …", False))
    return tuple(pieces)


def _marks(text: str, looked_for: Sequence[Word | Phrase | Prefix]) -> list[_Mark]:
    if not looked_for:
        return []
    tokens = list(located_terms(text))
    exact = [token for _, _, token in tokens]
    stems = {leaf.stem: n for n, leaf in enumerate(looked_for) if isinstance(leaf, Word)}
    prefixes = [(leaf.exact, n) for n, leaf in enumerate(looked_for) if isinstance(leaf, Prefix)]
    found: list[_Mark] = []
    for term in read_terms(exact):
        number = stems.get(term.stem)
        if number is not None:
            found.append(_Mark(tokens[term.start][0], tokens[term.end - 1][1], number))
        elif any(part in stems for part in term.parts):
            for at, part in enumerate(term.parts):
                if part in stems:
                    found.append(_Mark(tokens[term.start + at][0], tokens[term.start + at][1], stems[part]))
    for start, end, token in tokens:
        found.extend(_Mark(start, end, n) for prefix, n in prefixes if token.startswith(prefix))
    for number, leaf in enumerate(looked_for):
        if isinstance(leaf, Phrase):
            size = len(leaf.exact)
            for at in range(len(exact) - size + 1):
                if tuple(exact[at : at + size]) == leaf.exact:
                    found.append(_Mark(tokens[at][0], tokens[at + size - 1][1], number))
    return _without_overlaps(found)


def _without_overlaps(found: list[_Mark]) -> list[_Mark]:
    kept: list[_Mark] = []
    for mark in sorted(found, key=lambda m: (m.start, -m.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _window(text: str, marks: Sequence[_Mark]) -> tuple[int, int]:
    """Return the (start, end) of about WIDTH characters that hold the most different leaves."""
    if len(text) <= WIDTH:
        return 0, len(text)
    best = 0
    most = (0, 0)
    for number, first in enumerate(marks):
        limit = first.start - _LEAD + WIDTH
        inside = list(takewhile(partial(_ends_by, limit), marks[number : number + WIDTH]))
        score = (len({m.leaf for m in inside}), len(inside))
        if score > most:
            most, best = score, first.start
    start = 0 if best <= _LEAD else _after_space(text, best - _LEAD, best)
    end = len(text) if start + WIDTH >= len(text) else _before_space(text, start + WIDTH, start)
    for mark in marks:
        if mark.start < end < mark.end:
            end = mark.end
    return start, end


def _ends_by(limit: int, mark: _Mark) -> bool:
    return mark.end <= limit


def _after_space(text: str, at: int, limit: int) -> int:
    """Return where a word begins, from `at` on; `limit` begins one."""
    while at < limit and not text[at - 1].isspace():
        at += 1
    return at


def _before_space(text: str, at: int, low: int) -> int:
    """Return where a word ends, from `at` back; `at` itself when one word fills everything."""
    back = at
    while back > low and not text[back].isspace():
        back -= 1
    return back if back > low else at
