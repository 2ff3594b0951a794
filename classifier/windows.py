"""Cutting a text into the windows that the encoder reads, with their place in the original.

Owns: window size and shape. Leaves sentences and normalising to `kentongan.text`.
Used alike in training and inference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kentongan.text import Sentence, normalise, sentences

WINDOW_CHARACTERS = 420  # about 100 tokens of Indonesian
HEAD_WINDOWS, END_WINDOWS = 160, 40
MAX_WINDOWS = HEAD_WINDOWS + END_WINDOWS  # about 80,000 characters: no post or article is as long
_LONGEST = 480  # a longer sentence is cut at a space


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive sentences of one text; `start` and `end` are characters of the original."""

    start: int
    end: int
    text: str  # normalised
    sentences: tuple[Sentence, ...]


def cut_windows(text: str) -> list[Window]:
    """Return windows of at most about WINDOW_CHARACTERS, of even length, covering all content.

    A text without content gives none. Of a text of book length only the head and the end
    are read: MAX_WINDOWS in all.
    """
    parts = [part for sentence in sentences(text) for part in _cut_long(sentence)]
    total = sum(len(part.text) + 1 for part in parts)
    if not total:
        return []
    target = total / -(-total // WINDOW_CHARACTERS)
    windows: list[Window] = []
    held: list[Sentence] = []
    length = passed = 0
    for part in parts:
        full = length + len(part.text) > _LONGEST
        if held and (full or passed + len(part.text) / 2 >= target * (len(windows) + 1)):
            windows.append(_window(held))
            held, length = [], 0
        held.append(part)
        length += len(part.text) + 1
        passed += len(part.text) + 1
    windows.append(_window(held))
    if len(windows) <= MAX_WINDOWS:
        return windows
    return windows[:HEAD_WINDOWS] + windows[-END_WINDOWS:]


def _window(parts: Sequence[Sentence]) -> Window:
    text = normalise(" ".join(part.text for part in parts))
    return Window(parts[0].start, parts[-1].end, text, tuple(parts))


def _cut_long(sentence: Sentence) -> list[Sentence]:
    pieces: list[Sentence] = []
    start, text = sentence.start, sentence.text
    while len(text) > _LONGEST:
        cut = text.rfind(" ", WINDOW_CHARACTERS // 2, WINDOW_CHARACTERS)
        cut = WINDOW_CHARACTERS if cut < 0 else cut + 1
        pieces.append(Sentence(start, start + cut, text[:cut]))
        start, text = start + cut, text[cut:]
    pieces.append(Sentence(start, sentence.end, text))
    return pieces
