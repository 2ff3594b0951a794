"""From a checked text to what its page shows: marked text, readings, checks, the nearest items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kentongan.bands import Band, probability_band
from kentongan.domain import Decision, Label, Stance
from pipeline.checking import CheckedText
from pipeline.given import Given, GivenKind
from search.index import Hit
from webui import cards, reasons, words
from webui.checked import PRESS_STEPS, reason_of
from webui.links import outside, without_phones
from webui.marks import Piece, mark


@dataclass(frozen=True, slots=True)
class Result:
    kind: GivenKind
    title: str
    address: str  # as it may be shown
    link: str | None
    outlet: str  # of the press, or empty
    steps: tuple[Decision, ...]  # what may be done about an article
    chips: tuple[cards.Chip, ...]
    readings: tuple[cards.LabelReading, ...]
    stance: Stance
    stance_band: Band
    reason: str
    grounds: tuple[str, ...]
    cues: tuple[str, ...]
    text: Sequence[Piece]
    checks: tuple[cards.Check, ...]
    similar: tuple[tuple[Hit, str], ...]  # with the source's title
    archive_down: bool
    model: str


def make_result(given: Given, found: CheckedText, titles: Mapping[str, str]) -> Result:
    """Return what is shown; `titles` are those of the record's sources, by name."""
    a, press = found.assessment, bool(given.outlet)
    address = without_phones(given.url)
    asserts = a.stance is Stance.ASSERTS
    return Result(
        kind=given.kind,
        title=given.title,
        address=address,
        link=outside(address) if address == given.url else None,
        outlet=given.outlet,
        steps=PRESS_STEPS if press else (),
        chips=cards.chips(found.labels, press=press, refuted=found.refuted),
        readings=tuple(
            cards.LabelReading(
                cards.label_words(label, press=press),
                probability_band(a.probabilities[label]),
                label in found.labels,
                label in a.abstained - found.labels,
            )
            for label in Label
        ),
        stance=a.stance,
        stance_band=probability_band(a.stance_probability if asserts else 1 - a.stance_probability),
        reason=reason_of(found, press=press),
        grounds=() if press else reasons.ground_words(found.grounds),
        cues=() if press else tuple(map(words.cue_name, a.cues)),
        text=mark(found.text, a.spans),
        checks=tuple(cards.beside("", match, check, press) for match, check in found.matches),
        similar=tuple((hit, titles.get(hit.source, hit.source)) for hit in found.similar),
        archive_down=bool(found.archive_problem),
        model=a.model,
    )
