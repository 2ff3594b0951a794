"""What a row quotes of the text, each word once: the headline with its evidence marked, then what it lacks.

Owns: finding the sentences that weighed most in the headline. Leaves cutting a text into pieces to
`webui.marks`, what else there is to say of why to `webui.reasons`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kentongan.domain import Label, Span
from kentongan.store.items import ItemView
from kentongan.text import normalise
from webui.cards import label_words
from webui.marks import Piece, mark, shorten

PHRASES_SHOWN, PHRASE_CHARACTERS = 2, 180
_EDGES = " \t.,;:!?…\"'“”()-–"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence, or what the headline leaves out of it; `why` names its label where there are several."""

    text: str
    why: str


def quote_once(headline: str, view: ItemView, *, press: bool) -> tuple[tuple[Piece, ...], tuple[Phrase, ...]]:
    """Return the headline in pieces, marked where a sentence that weighed most stands in it, and the rest.

    At most PHRASES_SHOWN sentences, the heaviest first.
    """
    marked: list[Span] = []
    left: list[tuple[str, Label]] = []
    for text, label in _heaviest(view):
        core = text.strip(_EDGES)
        if found := _find(core, headline):
            marked.append(Span(found.start(), found.end(), label, 0.0))
        elif found := _find(headline.strip(_EDGES), core):  # the headline is its beginning
            marked.append(Span(0, len(headline), label, 0.0))
            if rest := core[found.end() :].strip(_EDGES):
                left.append((f"… {rest}", label))
        else:
            left.append((text, label))
    several = len(view.labels) > 1
    phrases = tuple(
        Phrase(shorten(text, PHRASE_CHARACTERS), str(label_words(label, press=press)) if several else "")
        for text, label in left
    )
    return tuple(mark(headline, marked)), phrases


def _heaviest(view: ItemView) -> Iterable[tuple[str, Label]]:
    """Return the sentences that weighed most, as a headline would write them."""
    if view.assessment is None:
        return ()
    text, heaviest = view.item.full_text, dict[tuple[int, int], Span]()
    for span in sorted(view.assessment.spans, key=lambda s: -s.contribution):
        heaviest.setdefault((span.start, span.end), span)
    found = ((normalise(text[s.start : s.end]), s.label) for s in heaviest.values())
    return [(said, label) for said, label in found if said.strip(_EDGES)][:PHRASES_SHOWN]


def _find(part: str, whole: str) -> re.Match[str] | None:
    return re.search(re.escape(part), whole, re.IGNORECASE) if part else None
