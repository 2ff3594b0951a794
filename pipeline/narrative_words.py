"""The words of a theme: read from its claims, chosen to tell it from the rest, never invented.

Owns: which words may stand in a label, and which do. Leaves what a word and its stem are to
`search.analysis`. A label names what is spoken of: no verdict, no insult, no handle, no address.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import ceil, log
from typing import TypeAlias

import yaml

from kentongan.private_names import ACCOUNT_MASK, NAME_MASK, mask_private
from kentongan.text import EMAIL_MASK, ID_MASK, PHONE_MASK, PLATE_MASK, URL_MASK, normalise
from search.analysis import Term, is_stop_word, located_terms, read_terms

Stems: TypeAlias = tuple[str, ...]  # of one word, or of two that stand together

WORDS_KEPT = 8
LABEL_TERMS, LABEL_WORDS = 3, 4
SEPARATOR = " · "
_PAIR_GAIN = 1.5  # two words that stand together say more than either
_LEAST_SHARE = 0.15  # of the claims of a theme: below it a word is not the theme's
_MIN_LETTERS = 3
_ABBREVIATION = 4  # letters: what is longer and in capitals is a shout

_MASKS = frozenset({URL_MASK, "USER", PHONE_MASK, EMAIL_MASK, ID_MASK, PLATE_MASK, NAME_MASK, ACCOUNT_MASK})
_BARE_ADDRESS = re.compile(
    r"\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|id|co|me|ly|xyz|site|online|top|club|link|shop|app|gg|news|tv)"
    r"\b(?:/\S*)?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """What a claim says, as words: all its telling stems, and what could stand in a label."""

    stems: frozenset[str]
    terms: Mapping[Stems, str]  # by stems: as the claim writes it


def read_words(text: str) -> ClaimWords:
    """Return the words of a claim; masks, addresses, numbers, stop words and names of private people, which
    the press gives, are left out."""
    plain = mask_private(_BARE_ADDRESS.sub(" ", normalise(text)))
    located = [
        (start, end, word) for start, end, word in located_terms(plain) if plain[start:end] not in _MASKS
    ]
    read = read_terms([word for _, _, word in located])
    stems = frozenset(t.stem for t in read if len(t.word) > 1 and not is_stop_word(t))
    terms: dict[Stems, str] = {}
    before: Term | None = None
    for term in read:
        if not _may_stand(term):
            before = None
            continue
        start, end = located[term.start][0], located[term.end - 1][1]
        terms.setdefault((term.stem,), plain[start:end])
        if before is not None and before.stem != term.stem:
            began = located[before.start][0]
            if plain[located[before.end - 1][1] : start].strip() in ("", "-"):
                terms.setdefault((before.stem, term.stem), plain[began:end])
        before = term
    return ClaimWords(stems, terms)


def telling_words(group: Sequence[ClaimWords], used: Mapping[Stems, int], claims: int) -> list[Stems]:
    """Return the terms most telling of a group, best first, no word twice: at most WORDS_KEPT.

    `used` says in how many of all `claims` each term stands. A term counts by its share in the
    group times how rare it is outside (class-based tf-idf: Grootendorst 2022, arXiv:2203.05794).
    """
    inside = Counter(term for said in group for term in said.terms)
    least = max(2, ceil(_LEAST_SHARE * len(group)))

    def weight(term: Stems) -> float:
        gain = _PAIR_GAIN if len(term) > 1 else 1.0
        return gain * inside[term] / len(group) * log(1 + claims / used[term])

    chosen: list[Stems] = []
    taken: set[str] = set()
    for term in sorted((t for t, n in inside.items() if n >= least), key=lambda t: (-weight(t), t)):
        if taken.isdisjoint(term):
            chosen.append(term)
            taken.update(term)
    return chosen[:WORDS_KEPT]


def written(terms: Sequence[Stems], group: Sequence[ClaimWords]) -> tuple[str, ...]:
    """Return each term as the group's claims write it most often."""
    return tuple(_most_written([said.terms[term] for said in group if term in said.terms]) for term in terms)


def label_of(words: Sequence[str]) -> str:
    """Return the first of the words as one line: at most LABEL_TERMS of them, LABEL_WORDS in all."""
    taken: list[str] = []
    for word in words[:LABEL_TERMS]:
        if taken and sum(len(w.split()) for w in (*taken, word)) > LABEL_WORDS:
            break
        taken.append(word)
    return SEPARATOR.join(taken)


def still_fits(label: str, terms: Sequence[Stems]) -> bool:
    """Tell whether most of a label's words are still among a theme's terms: then it is kept."""
    among = {stem for term in terms for stem in term}
    stems = [stem for part in label.split(SEPARATOR) for stem in _stems(part)]
    return 2 * sum(stem in among for stem in stems) > len(stems)


def alike(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether half of the stems of the shorter list stand in the other."""
    a, b = ({stem for word in some for stem in _stems(word)} for some in (words, others))
    return bool(a and b) and 2 * len(a & b) >= min(len(a), len(b))


def _stems(text: str) -> Iterator[str]:
    return (term.stem for term in read_terms([word for _, _, word in located_terms(text)]))


def _may_stand(term: Term) -> bool:
    return (
        len(term.word) >= _MIN_LETTERS
        and term.word.isalpha()
        and not is_stop_word(term)
        and term.stem not in _left_out()
        and term.word not in _left_out()
    )


@cache
def _left_out() -> frozenset[str]:
    raw: dict[str, list[str]] = yaml.safe_load(
        (files("pipeline") / "narrative_words.yaml").read_text(encoding="utf-8")
    )
    listed = [word for words in raw.values() for word in words]
    return frozenset(listed) | frozenset(stem for word in listed for stem in _stems(word))


def _most_written(forms: Sequence[str]) -> str:
    folded = Counter(form.casefold() for form in forms)
    best = min(folded, key=lambda form: (-folded[form], form))
    ways = [form.split() for form in forms if form.casefold() == best]
    return " ".join(_cased([way[place] for way in ways]) for place in range(len(ways[0])))


def _cased(forms: Sequence[str]) -> str:
    """Return one word in the letters that fit it: an abbreviation large, a shout not, a name as a name."""
    low, shouted = forms[0].casefold(), sum(form.isupper() for form in forms)
    if len(low) <= _ABBREVIATION and 2 * shouted >= len(forms):
        return low.upper()
    spoken = Counter(form for form in forms if not form.isupper())
    if not spoken or 5 * spoken[low] >= spoken.total():
        return low  # a large letter is what sentences begin with
    return min(spoken, key=lambda form: (-spoken[form], form))
