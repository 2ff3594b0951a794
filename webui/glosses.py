"""What words of a text mean, in the reader's language, from our own list: never a translation of the text.

Owns: which words are explained to whom. Leaves the list to `kentongan.glossary`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import get_locale

from kentongan.glossary import Found, read_glossary
from kentongan.store.items import ItemView
from webui import words

_INDONESIAN = frozenset({"", "id", "ms"})  # what the lists of local words and terms are made for
WORDS_SHOWN = 12  # of each kind


@dataclass(frozen=True, slots=True)
class Gloss:
    word: str  # as the text has it
    meaning: str  # empty where the reader's language needs none


@dataclass(frozen=True, slots=True)
class MarkGroup:
    name: str
    glosses: tuple[Gloss, ...]  # empty where the list has none of its words


@dataclass(frozen=True, slots=True)
class Glosses:
    marks: tuple[MarkGroup, ...]  # of a chain message, as the model found them; none beside the press (R9)
    local: tuple[Gloss, ...]
    terms: tuple[Gloss, ...]

    def __bool__(self) -> bool:
        return bool(self.marks or self.local or self.terms)


def glosses_of(view: ItemView, region: str, *, press: bool) -> Glosses:
    """Return what the words of an item mean, those of its marked sentences first."""
    text, assessment = view.item.full_text, view.assessment
    spans = sorted(assessment.spans, key=lambda span: -span.contribution) if assessment else []
    texts = [*(text[span.start : span.end] for span in spans), text]
    glossary, indonesian = read_glossary(), view.item.language in _INDONESIAN
    groups = assessment.cues if assessment and not press else ()
    return Glosses(
        marks=_groups(groups, glossary.marks_in(*texts)),
        local=_glosses(glossary.local_in(region, *texts) if indonesian else ()),
        terms=_glosses(glossary.terms_in(*texts) if indonesian else ()),
    )


def _groups(names: Sequence[str], found: Iterable[Found]) -> tuple[MarkGroup, ...]:
    by_group: dict[str, list[Gloss]] = {}
    for one in found:
        by_group.setdefault(one.meaning.group, []).append(_gloss(one))
    return tuple(
        MarkGroup(words.cue_name(name), tuple(by_group.get(name, ())[:WORDS_SHOWN])) for name in names
    )


def _glosses(found: Iterable[Found]) -> tuple[Gloss, ...]:
    return tuple(gloss for gloss in map(_gloss, found) if gloss.meaning)[:WORDS_SHOWN]


def _gloss(found: Found) -> Gloss:
    language = str(get_locale() or "id")
    return Gloss(found.word, found.meaning.said.get(language, ""))
