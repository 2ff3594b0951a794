"""Finding many names of one or more words in a text, in one pass.

Owns: word bounds, letter case and which of two overlapping names wins. Leaves what a
name means to those who look for it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
_WORD = re.compile(r"[^\W_]+")
_GAP = r"(?:[ \t\u00a0]{1,2}|[-'’])"


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A name in a text: `text[start:end]`."""

    start: int
    end: int
    value: T


def key_of(name: str) -> str:
    """Return the form under which two spellings of a name are the same one."""
    return " ".join(_WORD.findall(name.lower()))


class Lexicon(Generic[T]):
    """Names and what each stands for. A later entry never replaces an earlier one."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        known: dict[str, T] = {}
        for name, value in entries:
            known.setdefault(key_of(name), value)
        self._by_first: dict[str, list[tuple[re.Pattern[str], T]]] = {}
        for key in sorted(known, key=len, reverse=True):
            first, *rest = key.split(" ")
            pattern = "".join(_GAP + re.escape(word) for word in rest) + r"(?![^\W_])"
            self._by_first.setdefault(first, []).append((re.compile(pattern, re.I), known[key]))

    def find(self, text: str, limit: int) -> Iterator[Hit[T]]:
        """Yield up to `limit` names in order: whole words in any case, the longest first, none
        overlapping. Takes time in proportion to the text."""
        position = count = 0
        for word in _WORD.finditer(text):
            if word.start() < position:
                continue
            for pattern, value in self._by_first.get(word.group().lower(), ()):
                match = pattern.match(text, word.end())
                if match is not None:
                    yield Hit(word.start(), match.end(), value)
                    position = match.end()
                    count += 1
                    break
            if count >= limit:
                return
