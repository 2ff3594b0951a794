"""Why an item is flagged, left open or neither: the parts that a sentence about it is made of.

Owns: choosing the labels, the quoted sentence, the cues and the check. Leaves the words, and
making a quotation fit to be shown, to `webui.reasons`. Nothing is generated: every part stands
in the text, in its assessment or in a published check.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kentongan.domain import Assessment, FactCheck, Ground, Label, Match, Stance
from kentongan.triage import REFUTING, hoax_grounds


class Finding(StrEnum):
    FLAGGED = "flagged"
    LEFT_OPEN = "left_open"  # too close to call
    REPORTS = "reports"  # not flagged: the text tells of it, and does not put it forward
    CLEAR = "clear"  # not flagged: nothing strong enough was found


@dataclass(frozen=True, slots=True)
class Why:
    """What was found of one item, and what carried it."""

    finding: Finding
    labels: tuple[Label, ...] = ()  # borne, or left open; in the order of `Label`
    quote: str = ""  # the sentence that weighed most for them, as the text has it; empty for none
    share: float = 0.0  # how much of its label's probability that sentence carries, 0 to 1
    grounds: tuple[Ground, ...] = ()  # of `HOAX`; empty unless it is among the labels borne
    cues: tuple[str, ...] = ()  # empty unless they are a ground
    check: FactCheck | None = None  # the likeliest of those that refute it; only of one that bears `HOAX`
    of_copy: bool = False  # True when the check fits another item of the same claim, not this one


def find_why(
    assessment: Assessment,
    text: str,
    labels: frozenset[Label],
    refuted: bool,
    matches: Iterable[tuple[Match, FactCheck]],
) -> Why:
    """Return why an item bears its `labels`, or none.

    `text` is what the assessment read; `labels` and `refuted` are as `labels_of` says.
    """
    if labels:
        grounds = hoax_grounds(assessment, refuted) if Label.HOAX in labels else ()
        quote, share = _strongest(assessment, text, labels)
        return Why(
            Finding.FLAGGED,
            _in_order(labels),
            quote,
            share,
            grounds,
            assessment.cues if Ground.CUES in grounds else (),
            refuting_check(matches) if Ground.MATCH in grounds else None,
        )
    if assessment.abstained:
        quote, share = _strongest(assessment, text, assessment.abstained)
        return Why(Finding.LEFT_OPEN, _in_order(assessment.abstained), quote, share)
    read = any(assessment.probabilities.values())  # a text without content reports nothing
    return Why(Finding.REPORTS if read and assessment.stance is Stance.REPORTS else Finding.CLEAR)


def refuting_check(matches: Iterable[tuple[Match, FactCheck]]) -> FactCheck | None:
    """Return the check of the likeliest confirmed match that refutes; None where none does."""
    found = [(m, check) for m, check in matches if m.confirmed and check.verdict in REFUTING]
    return max(found, key=lambda pair: pair[0].probability)[1] if found else None


def _in_order(labels: frozenset[Label]) -> tuple[Label, ...]:
    return tuple(label for label in Label if label in labels)


def _strongest(assessment: Assessment, text: str, labels: frozenset[Label]) -> tuple[str, float]:
    """Return the sentence that weighed most for any of the labels, and its share of that label."""
    spans = [s for s in assessment.spans if s.label in labels and text[s.start : s.end].strip()]
    if not spans:
        return "", 0.0
    span = max(spans, key=lambda s: s.contribution)
    whole = assessment.probabilities.get(span.label, 0.0)
    return text[span.start : span.end], min(1.0, max(0.0, span.contribution / whole)) if whole else 0.0
