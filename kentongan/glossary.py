"""Words of a text that its reader may not know, each with what it means: our own list, no translation.

Owns: reading the list, and finding its words. Leaves which of them to show, and in which language, to
whoever shows them. A word may mean something else where it stands: what is said of it is said of the word.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from kentongan.lexicon import Lexicon, key_of

_MOST_READ = 40  # words of one kind in one text


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means, by language ('id', 'en'); a language in which it needs no word is left out."""

    key: str  # of the entry: two spellings of a word have one
    said: Mapping[str, str]
    group: str = ""  # of marks of a chain message


@dataclass(frozen=True, slots=True)
class Found:
    """A word as a text has it first, and what it means."""

    word: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Glossary:
    marks: Lexicon[Meaning]
    local: Mapping[str, Lexicon[Meaning]]  # by region
    terms: Lexicon[Meaning]

    def marks_in(self, *texts: str) -> list[Found]:
        """Return the marks of a chain message in the texts, each once, in their order."""
        return _find(self.marks, texts)

    def local_in(self, region: str, *texts: str) -> list[Found]:
        """Return the local words of a region in the texts; none for a region that has no list."""
        lexicon = self.local.get(region)
        return _find(lexicon, texts) if lexicon else []

    def terms_in(self, *texts: str) -> list[Found]:
        """Return the words of offices and elections in the texts."""
        return _find(self.terms, texts)


@cache
def read_glossary() -> Glossary:
    """Return the list, read once: it is part of the installation."""
    raw: Mapping[str, Any] = yaml.safe_load(
        (files("kentongan") / "glossary.yaml").read_text(encoding="utf-8")
    )
    marks = [pair for group, entries in raw["marks"].items() for pair in _entries(entries, group)]
    by_region: dict[str, list[tuple[str, Meaning]]] = {}
    for register in raw["local"].values():
        for region in register["regions"]:
            by_region.setdefault(region, []).extend(_entries(register["words"]))
    return Glossary(
        Lexicon(marks),
        {region: Lexicon(pairs) for region, pairs in by_region.items()},
        Lexicon(_entries(raw["terms"])),
    )


def _entries(entries: Iterable[Mapping[str, Any]], group: str = "") -> list[tuple[str, Meaning]]:
    pairs = []
    for entry in entries:
        said = {language: entry[language] for language in ("id", "en") if language in entry}
        meaning = Meaning(key_of(entry["words"][0]), said, group)
        pairs += [(word, meaning) for word in entry["words"]]
    return pairs


def _find(lexicon: Lexicon[Meaning], texts: Sequence[str]) -> list[Found]:
    found: dict[str, Found] = {}
    for text in texts:
        for hit in lexicon.find(text, _MOST_READ):
            found.setdefault(hit.value.key, Found(text[hit.start : hit.end], hit.value))
    return list(found.values())
