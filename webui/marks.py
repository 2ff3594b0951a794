"""Cutting a text into pieces, marked or plain, so that a template can show evidence or words in common.

The pieces joined give back the text, whatever the spans are: they may overlap, touch,
lie outside the text or be empty.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import escape

from kentongan.domain import Label, Span

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    labels: tuple[Label, ...] = ()  # in the order of `Label`; empty for plain text


def mark(text: str, spans: Iterable[Span], start: int = 0, end: int | None = None) -> list[Piece]:
    """Return `text[start:end]` in pieces. Spans are positions in the whole `text`, in characters."""
    end = len(text) if end is None else min(end, len(text))
    inside = [(max(s.start, start), min(s.end, end), s.label) for s in spans]
    inside = [span for span in inside if span[0] < span[1]]
    cuts = sorted({start, end, *(c for left, right, _ in inside for c in (left, right))})
    pieces: list[Piece] = []
    for left, right in pairwise(cuts):
        over = {label for a, b, label in inside if a <= left and right <= b}
        labels = tuple(label for label in Label if label in over)
        if pieces and pieces[-1].labels == labels:
            pieces[-1] = Piece(pieces[-1].text + text[left:right], labels)
        else:
            pieces.append(Piece(text[left:right], labels))
    return pieces


def mark_words(text: str, shared: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """Return `text` in pieces, True for the words that are among `shared`, in whichever case."""
    wanted = {word.lower() for word in shared}
    pieces: list[tuple[str, bool]] = []
    last = 0
    for found in _WORD.finditer(text):
        if found.group().lower() in wanted:
            pieces += [(text[last : found.start()], False), (found.group(), True)]
            last = found.end()
    return tuple(piece for piece in (*pieces, (text[last:], False)) if piece[0])


def fitting(text: str, most_bytes: int) -> tuple[str, bool]:
    """Return as much of the beginning as takes up to `most_bytes` in a page, and whether it was cut.

    Counts what escaping makes of it: five bytes for "&", four for an emoji. Cut between words if it can.
    """
    if weight(text) <= most_bytes:
        return text, False
    low, high = 0, min(len(text), most_bytes)
    while low < high:
        middle = (low + high + 1) // 2
        if weight(text[:middle]) <= most_bytes:
            low = middle
        else:
            high = middle - 1
    space = text.rfind(" ", low // 2, low)
    return text[: space if space > 0 else low], True


def weight(text: str) -> int:
    """Return how many bytes a text takes in a page, escaped."""
    return len(escape(text).encode("utf-8", "replace"))


def shorten(text: str, limit: int) -> str:
    """Return one line of at most `limit` characters, cut between words, with an ellipsis if cut."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head).rstrip(" ,;:.-–") + "…"
