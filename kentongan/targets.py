"""Which parties and declared candidates a text names, for fairness panels and saved searches only.

Owns: reading the lists of parties and candidates, and finding them in a text. Never a
score, never a label, never a place in the queue: neither whether a text is flagged nor
where its claim stands depends on what is found here (DOMAIN 7.2, R16). Nobody is ever
found but parties and candidates that the region's file or the deployment's own declares,
and a candidate only until the end of the stage (R5, R17).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kentongan.errors import BadInput
from kentongan.lexicon import Hit, Lexicon, key_of
from kentongan.region import open_list, open_region
from kentongan.yaml_file import Fields, read_fields

_MAX_CHARACTERS = 200_000
_MAX_NAMES = 1_000
_NEAR = 60  # characters around a name
_SHOUTED = 20  # letters, nearly all capitals: a capital tells nothing
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PARTY_WORD = re.compile(
    r"\b(?:partai|parpol|dpp|dpd|dpw|dpc|dpac|fraksi|kader|caleg|bacaleg|politikus|politisi|legislator|ketum"
    r"|ketua umum|simpatisan|pengurus)\b[\s(\"'“]+(?:[^\W_]+\s+){0,1}$",
    re.I,
)
_JOINED = re.compile(r"\s*(?:,|/|&|,?\s*\b(?:dan|serta|maupun|plus)\b)\s*", re.I)


class Letters(StrEnum):
    """How a name must be written, or what must stand before it."""

    ANY = "any"
    EXACT = "exact"
    DOUBTED = "doubted"


@dataclass(frozen=True, slots=True)
class Target:
    """A party or candidate. `until`: the last day on which a candidate is looked for."""

    id: str  # "party:pdip", "candidate:first-last"
    name: str
    office: str = ""
    until: date | None = None
    never_near: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a target's name."""

    target: Target
    text: str
    letters: Letters


@dataclass(frozen=True, slots=True)
class Targets:
    """All that are declared; a name stands for one target only."""

    all: tuple[Target, ...]
    lexicon: Lexicon[tuple[Spelling, ...]]


def read_targets(region_name: str, extra: Path | None) -> Targets:
    """Return the parties of the country, the candidates of the region, and those in `extra`.

    `extra` is a file of the deployment with the same lists, or None; one that is not there
    declares nobody. Raises SettingError for an unknown region, FormatError naming file, line and
    field for an unknown or missing field, a malformed date, or a name that is given twice.
    """
    lists = [open_list("parties"), _candidates_only(open_region(region_name))]
    if extra is not None and extra.exists():
        lists.append(_open(extra))
    return targets_of(lists)


def targets_of(lists: Sequence[Fields]) -> Targets:
    """Return the targets in files that hold `parties`, `candidates` or both."""
    spellings: dict[str, list[Spelling]] = {}
    found: dict[str, Target] = {}
    for fields in lists:
        for part, given in _declared(fields):
            target = given[0].target
            if target.id in found:
                part.fail("name", f"{target.id} is declared twice")
            found[target.id] = target
            for spelling in given:
                same = spellings.setdefault(key_of(spelling.text), [])
                if not key_of(spelling.text):
                    part.fail("name", f"{spelling.text!r} has no letters")
                if any(s.target.id != target.id or s.text == spelling.text for s in same):
                    part.fail("name", f"{spelling.text!r} is given twice: it is {same[0].target.id} already")
                same.append(spelling)
        fields.refuse_unknown()
    return Targets(tuple(found.values()), Lexicon((key, tuple(given)) for key, given in spellings.items()))


def find_targets(targets: Targets, text: str, on: date) -> tuple[str, ...]:
    """Return the ids of the parties and candidates that `text` names, in order of first mention.

    Candidates whose stage ended before `on` are not looked for.
    """
    found: dict[str, None] = {}
    last: Hit[tuple[Spelling, ...]] | None = None
    read = text[:_MAX_CHARACTERS]
    for hit in targets.lexicon.find(read, _MAX_NAMES):
        target = hit.value[0].target
        if target.until is not None and target.until < on:
            continue
        listed = last is not None and _JOINED.fullmatch(read, last.end, hit.start) is not None
        if _is_named(hit, read, listed):
            found.setdefault(target.id)
            last = hit
    return tuple(found)


def _is_named(hit: Hit[tuple[Spelling, ...]], text: str, listed: bool) -> bool:
    before, after = text[max(0, hit.start - _NEAR) : hit.start], text[hit.end : hit.end + _NEAR]
    never_near = hit.value[0].target.never_near
    if never_near is not None and never_near.search(f"{before}|{after}"):
        return False
    vouched = listed or _PARTY_WORD.search(before) is not None
    written = text[hit.start : hit.end]
    tells_by_case = not _is_shouting(before + after)
    for spelling in hit.value:
        match spelling.letters:
            case Letters.ANY:
                return True
            case Letters.EXACT if written == spelling.text and (tells_by_case or vouched):
                return True
            case Letters.DOUBTED if vouched:
                return True
    return False


def _is_shouting(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= _SHOUTED and sum(c.isupper() for c in letters) > 0.8 * len(letters)


def _open(path: Path) -> Fields:
    try:
        return read_fields(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as exc:
        raise BadInput(f"{path}: cannot be read: {exc}") from exc


def _candidates_only(region: Fields) -> Fields:
    only = {name: node for name, node in region.values.items() if name == "candidates"}
    return Fields(region.path, region.prefix, region.line, only)


def _declared(fields: Fields) -> Iterator[tuple[Fields, tuple[Spelling, ...]]]:
    """Yield each declared target as its ways to be written, with where it stands."""
    for part in fields.mappings("parties"):
        yield part, tuple(_party(part))
        part.refuse_unknown()
    for part in fields.mappings("candidates"):
        yield part, tuple(_candidate(part))
        part.refuse_unknown()


def _party(part: Fields) -> Iterator[Spelling]:
    slug, name, never = part.text("id"), part.text("name"), part.texts("never_near")
    if not _SLUG.fullmatch(slug):
        part.fail("id", f"{slug!r} must be lower-case letters, digits and dashes")
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, never))})\b", re.I) if never else None
    party = Target(f"party:{slug}", name, never_near=pattern)
    yield Spelling(party, name, Letters.ANY)
    for field, letters in (("also", Letters.ANY), ("exact", Letters.EXACT), ("doubted", Letters.DOUBTED)):
        for spelling in part.texts(field):
            yield Spelling(party, spelling, letters)


def _candidate(part: Fields) -> Iterator[Spelling]:
    name, office, until = part.text("name"), part.text("office"), part.day("until")
    candidate = Target(f"candidate:{key_of(name).replace(' ', '-')}", name, office, until)
    for spelling in (name, *part.texts("aliases")):
        if " " in spelling:
            yield Spelling(candidate, spelling, Letters.ANY)
        else:  # "Tegar" is a word too: only with its capital
            yield Spelling(candidate, spelling, Letters.EXACT)
            if not spelling.isupper():
                yield Spelling(candidate, spelling.upper(), Letters.EXACT)
