"""How text becomes terms: one Indonesian analysis, the same for every engine.

Owns: tokens, spelling and slang variants, reduplication, protected names, stems and
stop words. Leaves masking and drawn-out letters to `kentongan.text`, what a searcher
typed to `query`, and storing to the engines, which keep these terms as they are.

Two forms of each text exist: the exact terms (lower case, no accents, no apostrophes)
and the stems. The word lists lie in `language/`; where they come from is said there.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from typing import Any, NamedTuple

import Stemmer
import yaml

from kentongan.text import flatten, is_drawn_out, normalise
from search.derived import forms_of

# Grows when this module or `kentongan.text.normalise` gives other terms: indexes must then be rebuilt.
RULES = 3
MAX_TERM_CHARACTERS = 64
_KEPT_WORDS = 131_072  # of each kind in memory: about 20 MB; an archive's running text has fewer

_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
_APOSTROPHES = re.compile(r"['’ʼ`]")
_NOT_LINKS = re.compile(r"(?:https?://|www\.)\S+|" + f"(?P<token>{_TOKEN.pattern})", re.I)
_DOUBLED = re.compile(r"([a-z]{3,})2(?:an|nya|lah)?")  # orang2, hati2nya
# h0ax, k4mpr3t, t3rim4: letters, at least three, and single digits that look like some, one of them between
# two letters; not h1n1, covid19, g30spki
_LEET = re.compile(r"(?=(?:[0-9]?[a-z]){3})(?!.*[0-9]{2})[a-z0134578]*[a-z][0134578][a-z][a-z0134578]*")
_LEET_LETTERS = str.maketrans("0134578", "oieastb")
_ASCII_WORDS = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_DRAWN_OUT = " "  # no term is so: the token is first shortened within its text
_CLITICS = ("nya", "lah", "kah", "pun", "ku", "mu")


class Term(NamedTuple):
    """One word of meaning: `exact[start:end]` of the tokens it was read from."""

    start: int
    end: int
    word: str  # canonical spelling, not stemmed
    stem: str
    parts: tuple[str, ...] = ()  # stems of the single words, where several stand for one


@dataclass(frozen=True, slots=True)
class _Language:
    words: dict[str, str]
    phrases: dict[str, dict[tuple[str, ...], str]]  # by first word
    stems: dict[str, str]
    protected: frozenset[str]
    stop: frozenset[str]
    fingerprint: str


class _Kept(dict[str, str]):
    """What a function gives for each word, kept while there is room."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, word: str) -> str:
        made = self._make(word)
        if len(word) <= MAX_TERM_CHARACTERS:
            if len(self) >= _KEPT_WORDS:
                self.clear()
            self[word] = made
        return made


def exact_terms(text: str) -> list[str]:
    """Return the exact terms in order; personal data is masked before, so never a term."""
    flat = flatten(text)
    exact = list(map(_undrawn_forms.__getitem__, _tokens(flat))) if "&" not in flat else [_DRAWN_OUT]
    if _DRAWN_OUT in exact:
        exact = list(map(_exact_forms.__getitem__, _tokens(normalise(text))))
    return list(filter(None, exact)) if "" in exact else exact  # an apostrophe alone is no term


def located_terms(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, exact term) with positions in `text` itself; links are left out."""
    for match in _NOT_LINKS.finditer(text):
        if match.group("token") and (exact := _exact_forms[match.group()]):
            yield match.start(), match.end(), exact


def exact_form(token: str) -> str:
    """Return the exact term of one token."""
    token = _APOSTROPHES.sub("", normalise(token)).casefold()
    if not token.isascii():
        token = "".join(c for c in unicodedata.normalize("NFKD", token) if c.isalnum())
    return token[:MAX_TERM_CHARACTERS]


def read_terms(exact: Sequence[str]) -> list[Term]:
    """Return the terms of meaning in these exact terms, left to right, none overlapping.

    "wali kota" is one term like "walikota"; "orang orang" is one like "orang".
    """
    phrases = _language().phrases
    terms: list[Term] = []
    position = 0
    while position < len(exact):
        first = exact[position]
        term = _read_phrase(phrases[first], exact, position) if first in phrases else None
        if term is None:
            term = Term(position, position + 1, _canonical_words[first], _word_stems[first])
        position = term.end
        if terms and _is_doubled(exact, terms[-1], term):
            term = Term(terms[-1].start, term.end, terms[-1].word, term.stem, terms[-1].parts)
            terms.pop()
        terms.append(term)
    return terms


def stem_terms(exact: Sequence[str]) -> list[str]:
    """Return what the stemmed column holds: each term's stem, and its parts where it has some."""
    stems = list(map(_word_stems.__getitem__, exact))
    phrases = _language().phrases
    found: list[str] = []
    done = alone = 0  # words told of; where the last that may be one of a pair begins
    for position in _notable(exact, stems):
        if position < done:
            continue
        term = _read_phrase(phrases[exact[position]], exact, position) if exact[position] in phrases else None
        if term is not None:
            found.extend(stems[done:position])
            found.append(term.stem)
            found.extend(part for part in term.parts if part != term.stem)
            done = alone = term.end
        elif (
            position > alone
            and stems[position - 1] == stems[position]
            and _is_twice(exact[position - 1], exact[position])
        ):
            found.extend(stems[done:position])
            done = alone = position + 1
    found.extend(stems[done:])
    return found


def _notable(exact: Sequence[str], stems: Sequence[str]) -> list[int]:
    """Return where a name of several words may begin, and where a stem stands a second time."""
    phrases = _language().phrases
    return [
        at
        for at, (word, stem, before) in enumerate(zip(exact, stems, ("", *stems), strict=False))
        if word in phrases or stem == before
    ]


def terms_of(text: str) -> tuple[list[str], list[str]]:
    """Return the exact terms of a text, and what its stemmed column holds."""
    exact = exact_terms(text)
    return exact, stem_terms(exact)


def is_stop_word(term: Term) -> bool:
    """Return whether the term says too little to search for. A negation never is."""
    return term.word in _language().stop


def fingerprint() -> str:
    """Return what identifies this analysis: rules, word lists and stemmer. An index made
    with another one must be rebuilt."""
    return _language().fingerprint


def _is_doubled(exact: Sequence[str], first: Term, second: Term) -> bool:
    """Return whether the two are one word said twice: "orang-orang", "berlari-lari"."""
    if first.stem != second.stem or first.end - first.start != 1 or second.end - second.start != 1:
        return False
    return _is_twice(exact[first.start], exact[second.start])


def _is_twice(first: str, second: str) -> bool:
    return second in first or first in second


def _read_phrase(phrases: dict[tuple[str, ...], str], exact: Sequence[str], position: int) -> Term | None:
    for words, canonical in phrases.items():
        end = position + len(words)
        if tuple(exact[position:end]) == words:
            parts = tuple(_stem(_canonical(word)) for word in words)
            return Term(position, end, canonical, _stem(canonical), parts)
    return None


def _canonical(word: str) -> str:
    words = _language().words
    if word in words:
        return words[word]
    if doubled := _DOUBLED.fullmatch(word):
        word = doubled.group(1)
    elif _LEET.fullmatch(word):
        plain = word.translate(_LEET_LETTERS)
        word = plain if plain.isalpha() else word
    return words.get(word, word)


def _stem(word: str) -> str:
    language = _language()
    if word in language.stems:
        return language.stems[word]
    if word in language.protected:
        return word
    for clitic in _CLITICS:
        base = word.removesuffix(clitic)
        if base == word or len(base) < 3:
            continue
        known = base in language.protected or base in language.stems or base in language.words
        if known or clitic == "nya":  # the other endings belong to too many words: "masalah", "perilaku"
            return _stem(language.words.get(base, base))
    stemmed: str = Stemmer.Stemmer("indonesian").stemWord(word)
    if len(stemmed) > 3 and stemmed in language.words:  # dipake, ditangkep
        stemmed = language.words[stemmed]
        return language.stems.get(stemmed, stemmed)
    return language.stems.get(stemmed, stemmed)


def _tokens(text: str) -> list[str]:
    if text.isascii() and "'" not in text and "`" not in text:
        return text.translate(_ASCII_WORDS).split()  # a third of the time
    return _TOKEN.findall(text)


_exact_forms = _Kept(exact_form)
_undrawn_forms = _Kept(lambda token: _DRAWN_OUT if is_drawn_out(token) else exact_form(token))
_canonical_words = _Kept(_canonical)
_word_stems = _Kept(lambda exact: _stem(_canonical(exact)))


def _stems(lists: dict[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """Return form -> stem. What is listed goes before what is made; a form of two roots is no form."""
    made: dict[str, str] = {}
    of_two: set[str] = set()
    for root in lists["roots"]:
        for form in forms_of(root):
            if made.setdefault(form, root) != root:
                of_two.add(form)
    for form in (*of_two, *lists["protected"], *lists["whole"], *words):
        made.pop(form, None)
    made |= {root: root for root in lists["roots"]}
    return made | {form: stem for stem, forms in lists["stems"].items() for form in (stem, *forms)}


@cache
def _language() -> _Language:
    folder = files("search") / "language"
    raw = {name: (folder / f"{name}.yaml").read_bytes() for name in ("variants", "stems")}
    variants: dict[str, Any] = yaml.safe_load(raw["variants"])
    stems: dict[str, Any] = yaml.safe_load(raw["stems"])
    words: dict[str, str] = {}
    phrases: dict[str, dict[tuple[str, ...], str]] = {}
    for canonical, forms in variants["forms"].items():
        for form in (tuple(form.split()) for form in forms):
            if len(form) == 1:
                words[form[0]] = canonical
            else:
                phrases.setdefault(form[0], {})[form] = canonical
    digest = blake2b(digest_size=8)
    for piece in (f"{RULES} {version('PyStemmer')} {unicodedata.unidata_version}".encode(), *raw.values()):
        digest.update(piece)
    return _Language(
        words=words,
        phrases={k: dict(sorted(v.items(), key=lambda pair: -len(pair[0]))) for k, v in phrases.items()},
        stems=_stems(stems, words),
        protected=frozenset([*stems["protected"], *stems["whole"]]),
        stop=frozenset(variants["stop"]) - frozenset(variants["negations"]),
        fingerprint=digest.hexdigest(),
    )
