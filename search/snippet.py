"""The lines of a text that show why it was found, as plain pieces with marks.

Owns: which words are marked and where the cut falls, always between words. Gives pieces
of plain text, never markup: escaping is the page's job and happens once, there.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import takewhile
from unicodedata import combining

from search.analysis import located_terms, read_terms, stem_terms
from search.tree import Node, Phrase, Prefix, Word, leaves

WIDTH = 240  # characters, about; words are never cut
_LEAD = 40
# Characters looked at, and how far before that is enough to have found every word close together.
_READ = 20_000
_ENOUGH_FOR_ONE = (1_200, _READ)
_ENOUGH = (5_000, _READ)  # several words are seldom all in the first lines, and looking again costs

Pieces = tuple[tuple[str, bool], ...]
_Leaves = Sequence[Word | Phrase | Prefix]


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    leaf: int


def snippet(text: str, node: Node) -> Pieces:
    """Return (piece, matched) pairs, the part of `text` with the most different words found.

    The pieces joined are that part of the text, with "…" where it was cut.
    """
    looked_for = list(leaves(node))
    for most in _ENOUGH_FOR_ONE if len(looked_for) == 1 else _ENOUGH:
        read = len(text) if len(text) <= most else _before_space(text, most, 0)
        marks = _marks(text[:read], looked_for)
        best, different = _best(marks)
        if read == len(text) or (different == len(looked_for) and best < read - 2 * WIDTH):
            break
    start, end = _window(text, marks, best)
    before = [("… ", False)] if start else []
    after = [(" …", False)] if end < len(text) else []
    return (*before, *_cut(text, start, end, marks), *after)


def mark(text: str, node: Node) -> Pieces:
    """Return (piece, matched) pairs of the whole text, as of a title."""
    return tuple(_cut(text, 0, len(text), _marks(text[:_READ], list(leaves(node)))))


def _cut(text: str, start: int, end: int, marks: Sequence[_Mark]) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    at = start
    for found in marks:
        if found.start < at or found.end > end:
            continue
        if found.start > at:
            pieces.append((text[at : found.start], False))
        at = _whole(text, found.end)
        pieces.append((text[found.start : at], True))
    if at < end:
        pieces.append((text[at:end], False))
    return pieces


def _marks(text: str, looked_for: _Leaves) -> list[_Mark]:
    if not looked_for:
        return []
    tokens = list(located_terms(text))
    exact = [token for _, _, token in tokens]
    stems = {leaf.stem: n for n, leaf in enumerate(looked_for) if isinstance(leaf, Word)}
    spans = _words(exact, stems) if stems else []
    for number, leaf in enumerate(looked_for):
        if isinstance(leaf, Prefix):
            spans += [(at, at + 1, number) for at, token in enumerate(exact) if token.startswith(leaf.exact)]
        elif isinstance(leaf, Phrase):
            spans += [(at, at + len(leaf.exact), number) for at in _starts(exact, leaf.exact)]
    return _without_overlaps([_Mark(tokens[start][0], tokens[end - 1][1], n) for start, end, n in spans])


def _words(exact: Sequence[str], stems: Mapping[str, int]) -> list[tuple[int, int, int]]:
    """Return (start, end, number) of the tokens whose stem, alone or with others, is one of `stems`."""
    alone = [(at, at + 1, stems[stem]) for at, stem in enumerate(map(_stem_alone, exact)) if stem in stems]
    counted = Counter(number for _, _, number in alone)
    every = Counter(stem_terms(exact))
    if all(every[stem] == counted[number] for stem, number in stems.items()):
        return alone  # no name of several words, and none said twice: half the time
    spans: list[tuple[int, int, int]] = []
    for term in read_terms(exact):
        number = stems.get(term.stem)
        if number is not None:
            spans.append((term.start, term.end, number))
        else:
            parts = enumerate(term.parts, start=term.start)
            spans += [(at, at + 1, stems[part]) for at, part in parts if part in stems]
    return spans


@lru_cache(maxsize=100_000)  # words: some 15 MB
def _stem_alone(exact: str) -> str:
    return read_terms([exact])[0].stem


def _starts(exact: Sequence[str], phrase: Sequence[str]) -> Iterator[int]:
    for at, token in enumerate(exact):
        if token == phrase[0] and tuple(exact[at : at + len(phrase)]) == phrase:
            yield at


def _without_overlaps(found: list[_Mark]) -> list[_Mark]:
    kept: list[_Mark] = []
    for mark in sorted(found, key=lambda m: (m.start, -m.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _best(marks: Sequence[_Mark]) -> tuple[int, int]:
    """Return where the marks begin of which about WIDTH characters hold the most different
    leaves, and how many."""
    best = 0
    most = (0, 0)
    for number, first in enumerate(marks):
        limit = first.start - _LEAD + WIDTH
        inside = list(takewhile(partial(_ends_by, limit), marks[number : number + WIDTH]))
        score = (len({m.leaf for m in inside}), len(inside))
        if score > most:
            most, best = score, first.start
    return best, most[0]


def _window(text: str, marks: Sequence[_Mark], best: int) -> tuple[int, int]:
    """Return the (start, end) of about WIDTH characters around `best`."""
    if len(text) <= WIDTH:
        return 0, len(text)
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
    return back if back > low else _whole(text, at)


def _whole(text: str, at: int) -> int:
    """Return where the character before `at` ends, with the accents that follow it."""
    while at < len(text) and combining(text[at]):
        at += 1
    return at
