"""Which religious, ethnic and origin groups a text speaks of, for counting in alerts only.

Owns: reading the committed list, and finding its names in a text. Never a score, never a label, never a
place in the queue (R16). Governments, offices and officials are on no such list, so what is said of them is
about no group (R4); nobody is found, only groups are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kentongan.lexicon import Hit, Lexicon
from kentongan.region import open_list
from kentongan.yaml_file import Fields

PREFIX = "group:"
"""What the key of a group begins with, beside those of parties and candidates."""
KINDS = ("religions", "peoples", "origins")

_MAX_CHARACTERS = 200_000
_MAX_NAMES = 1_000
_NEAR = 40  # characters around a name
_GROUP_WORD = re.compile(
    r"\b(?:suku|sukunya|etnis|etnik|ras|orang|warga|kaum|umat|masyarakat|keturunan|bangsa|puak|bubuhan|komunitas"
    r"|kelompok|golongan|anak|putra|perantau|keluarga)\s+(?:asli\s+)?$",
    re.I,
)
_JOINED = re.compile(r"\s*(?:,|/|&|,?\s*\b(?:dan|atau|serta|maupun)\b)\s*", re.I)


@dataclass(frozen=True, slots=True)
class Group:
    """A group as the list names it. `key`: such as "group:tionghoa"."""

    key: str
    name: str
    also: tuple[str, ...] = ()  # other ways to write it
    never_near: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class _Spelling:
    group: Group
    needs_word: bool


@dataclass(frozen=True, slots=True)
class Groups:
    all: tuple[Group, ...]
    lexicon: Lexicon[_Spelling]

    def name_of(self, key: str) -> str:
        """Return what a group is called; the key itself where it is on the list no more."""
        return next((group.name for group in self.all if group.key == key), key)


@cache
def read_groups() -> Groups:
    """Return the committed list. Raises FormatError naming file, line and field."""
    return groups_of(open_list("groups"))


def groups_of(fields: Fields) -> Groups:
    """Return the groups of a file with religions, peoples and origins; raises FormatError."""
    found: dict[str, Group] = {}
    spellings: dict[str, _Spelling] = {}
    for kind in KINDS:
        for part in fields.mappings(kind):
            group = _group(part)
            if group.key in found:
                part.fail("id", f"{group.key} is listed twice")
            found[group.key] = group
            for text, spelling in _spellings(part, group):
                if text.lower() in spellings:
                    part.fail("name", f"{text!r} is given twice")
                spellings[text.lower()] = spelling
            part.refuse_unknown()
    fields.refuse_unknown()
    return Groups(tuple(found.values()), Lexicon(spellings.items()))


def find_groups(groups: Groups, text: str) -> tuple[str, ...]:
    """Return the keys of the groups that a text speaks of, in order of first mention."""
    found: dict[str, None] = {}
    last: Hit[_Spelling] | None = None
    read = text[:_MAX_CHARACTERS]
    for hit in groups.lexicon.find(read, _MAX_NAMES):
        listed = last is not None and _JOINED.fullmatch(read, last.end, hit.start) is not None
        if _is_meant(hit, read, listed):
            found.setdefault(hit.value.group.key)
            last = hit
    return tuple(found)


def _group(part: Fields) -> Group:
    never = part.texts("never_near")
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, never))})\b", re.I) if never else None
    also = (*part.texts("also"), *part.texts("with_word"))
    return Group(PREFIX + part.text("id"), part.text("name"), also, pattern)


def _spellings(part: Fields, group: Group) -> Iterator[tuple[str, _Spelling]]:
    needing = part.texts("with_word")
    if group.name not in needing:
        yield group.name, _Spelling(group, needs_word=False)
    for text in part.texts("also"):
        yield text, _Spelling(group, needs_word=False)
    for text in needing:
        yield text, _Spelling(group, needs_word=True)


def _is_meant(hit: Hit[_Spelling], text: str, listed: bool) -> bool:
    group = hit.value.group
    if group.never_near and group.never_near.search(text[max(0, hit.start - _NEAR) : hit.end + _NEAR]):
        return False
    before = text[max(0, hit.start - _NEAR) : hit.start]
    return not hit.value.needs_word or listed or _GROUP_WORD.search(before) is not None
