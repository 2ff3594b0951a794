"""The forms that Indonesian makes of a root: me-, pe-, di-, ber-, ter-, ke-an and their endings.

Owns: the sound changes (tulis: menulis, penulisan; kejar: mengejar; mati: mematikan), and the short
forms of talk (nulis, ngejar). A stemmer that only takes letters away cannot know whether "menolak" is
tolak or olak; made the other way round, from the root, it is sure. Clitics (-nya, -lah) are taken off
before. Leaves which roots to `language/stems.yaml`.
"""

from collections.abc import Iterator

_ENDINGS = ("", "kan", "an", "i")
_VERB_ENDINGS = ("", "kan", "i")
_SPOKEN_ENDINGS = ("", "in")
_VOWELS = "aeiou"
_NASALS = {"p": "m", "t": "n", "s": "ny", "k": "ng"}  # these letters melt into the nasal


def forms_of(root: str) -> Iterator[str]:
    """Yield the forms of a root of two syllables or more, itself first; some are never used."""
    nasal, rest = _nasal(root)
    for ending in _ENDINGS:
        yield root + ending
        yield f"di{root}{ending}"
        yield f"ter{root}{ending}"
        yield f"per{root}{ending}"
        yield ("be" if root.startswith("r") else "ber") + root + ending
        yield f"pe{nasal}{rest}{ending}"
        yield f"pe{root}{ending}"
    for ending in _VERB_ENDINGS:
        yield f"me{nasal}{rest}{ending}"
        yield f"memper{root}{ending}"
        yield f"diper{root}{ending}"
    yield f"ke{root}an"
    if root.startswith("p"):
        yield from (f"mem{root}{ending}" for ending in _VERB_ENDINGS)
    for ending in _SPOKEN_ENDINGS:
        yield _spoken(root) + ending
        yield f"di{root}{ending}"
    yield f"{root}in"


def _nasal(root: str) -> tuple[str, str]:
    """Return what stands between me- and the rest, and the rest of the root."""
    first = root[0]
    if first in _NASALS and root[1] in _VOWELS:
        return _NASALS[first], root[1:]
    if first in "bfvp":
        return "m", root
    if first in "dcjzts":
        return "n", root
    if first in "lmnrwy":
        return "", root
    return "ng", root


def _spoken(root: str) -> str:
    nasal, rest = _nasal(root)
    if root.startswith("c"):
        return f"ny{root[1:]}"
    if rest != root or root[0] in _VOWELS:
        return nasal + rest
    return f"nge{root}"
