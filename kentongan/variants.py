"""How the texts of one claim differ: which say the same words, and what each changed.

Owns: grouping texts by their words, and the differences to the first of them. Leaves which
texts there are to `store`, and showing to templates. Words compare without case and
punctuation; what is shown keeps both.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from kentongan.text import normalise

MAX_WORDS = 400
"""Of a text: what comes after is not compared."""

MAX_CHARACTERS = 6_000
_MAX_WORD = 60  # characters
_NO_LETTERS = re.compile(r"[\W_]+")
_ALIKE = 0.35
"""Below this share of common words a list of differences reads like noise."""

_MAX_PAIRS = 6_000
"""Equal words, each with each: ordinary texts of MAX_WORDS have 1,500. Texts made of a few words
over and over have more, and would take seconds; at this bound 0.2."""

_KEPT = 6  # words of an equal stretch, at either side of a change


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    LEFT_OUT = "left_out"  # equal words that are not shown


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words in a row with one fate; those of the later text where both have them."""

    words: tuple[str, ...]
    change: Change

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Telling:
    """One distinct text of a claim, and how often it was seen."""

    text: str
    count: int
    first_seen_at: datetime
    source: str  # title of the source that had it first


@dataclass(frozen=True, slots=True)
class Variant:
    """All tellings with the same words. `changes` is against the first variant; empty for it,
    and where too little is alike for a comparison to be read."""

    words: tuple[str, ...]  # as written where first seen, at most MAX_WORDS
    cut: bool  # there is more of it
    count: int
    first_seen_at: datetime
    source: str
    changes: tuple[Stretch, ...]

    @property
    def text(self) -> str:
        return " ".join(self.words)


def variants(tellings: Iterable[Telling], limit: int) -> tuple[tuple[Variant, ...], int]:
    """Return the first variant and the most frequent others, `limit` at most, and how many
    variants there are in all. The first seen comes first, then the most frequent."""
    groups: dict[tuple[str, ...], list[Telling]] = {}
    for telling in sorted(tellings, key=lambda t: (t.first_seen_at, t.text)):
        groups.setdefault(tuple(map(_key, cut_words(telling.text)[0])), []).append(telling)
    if not groups:
        return (), 0
    first, *others = groups.values()
    others.sort(key=lambda group: -sum(t.count for t in group))
    base = cut_words(first[0].text)[0]
    shown = [_variant(first, ()), *(_variant(group, base) for group in others[: limit - 1])]
    return tuple(shown), len(groups)


def differences(old: Sequence[str], new: Sequence[str]) -> tuple[Stretch, ...]:
    """Return how `new` came from `old`, word by word.

    Its equal and added words are `new`; its equal and removed words say what `old` does.
    """
    pairs = SequenceMatcher(None, list(map(_key, old)), list(map(_key, new)), autojunk=False)
    found: list[Stretch] = []
    for tag, left, right, start, end in pairs.get_opcodes():
        if tag == "equal":
            found.append(Stretch(tuple(new[start:end]), Change.SAME))
            continue
        if left < right:
            found.append(Stretch(tuple(old[left:right]), Change.REMOVED))
        if start < end:
            found.append(Stretch(tuple(new[start:end]), Change.ADDED))
    return tuple(found)


def elided(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Return the same with the middle of long equal stretches left out; changes stay whole."""
    found: list[Stretch] = []
    for number, stretch in enumerate(stretches):
        before = _KEPT if number else 0
        after = _KEPT if number < len(stretches) - 1 else 0
        if stretch.change is not Change.SAME or len(stretch.words) <= before + after + 2:
            found.append(stretch)
            continue
        head, tail = stretch.words[:before], stretch.words[len(stretch.words) - after :]
        middle = stretch.words[before : len(stretch.words) - after]
        pieces = [Stretch(head, Change.SAME), Stretch(middle, Change.LEFT_OUT), Stretch(tail, Change.SAME)]
        found += [piece for piece in pieces if piece.words]
    return tuple(found)


def cut_words(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the words of a text as written, marks at the word before them, and whether there
    are more than those MAX_WORDS."""
    head = normalise(text[:MAX_CHARACTERS])
    found: list[str] = []
    for piece in head.split():
        if not _key(piece) and found:
            found[-1] += f" {piece}"
        elif len(found) == MAX_WORDS:
            return tuple(found), True
        else:
            found.append(piece)
    return tuple(found), len(text) > MAX_CHARACTERS


def _key(word: str) -> str:
    return _short_key(word) if len(word) <= _MAX_WORD else _make_key(word)


def _make_key(word: str) -> str:
    return _NO_LETTERS.sub("", word.casefold())[:_MAX_WORD]


_short_key = lru_cache(maxsize=32_768)(_make_key)  # the texts of one claim say the same words


def _quick(old: Sequence[str], new: Sequence[str]) -> bool:
    counts = Counter(map(_key, old))
    return sum(counts[_key(word)] for word in new) <= _MAX_PAIRS


def _variant(group: Sequence[Telling], base: Sequence[str]) -> Variant:
    first = group[0]
    words, cut = cut_words(first.text)
    changes = differences(base, words) if _quick(base, words) else ()
    same = sum(len(s.words) for s in changes if s.change is Change.SAME)
    alike = 2 * same > _ALIKE * (len(base) + len(words))
    return Variant(
        words=words,
        cut=cut,
        count=sum(t.count for t in group),
        first_seen_at=first.first_seen_at,
        source=first.source,
        changes=elided(changes) if alike else (),
    )
