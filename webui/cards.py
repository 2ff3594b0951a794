"""From the record's values to what a template shows: chips, checks, decisions.

Owns: which words go with what, press or not. Leaves layout to templates. Nothing here
knows the poster: authors are shown for press articles only (R5, R6).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kentongan.bands import Band, probability_band
from kentongan.domain import (
    Decision,
    FactCheck,
    Item,
    Label,
    Match,
    Platform,
    Review,
    SourceKind,
    Span,
    Stance,
    Verdict,
)
from kentongan.store.items import ItemView
from kentongan.text import mask_personal
from kentongan.triage import REFUTING, state_after
from webui import reasons, words
from webui.links import outside, without_phones
from webui.marks import Piece, fitting, mark, mark_words, shorten

BEYOND_SHOWN, BEYOND_CHARACTERS = 3, 400  # marked sentences of a text, after the cut
BEYOND_FROM = 1_000  # characters shown: of a copy that is only named, its beginning is enough


@dataclass(frozen=True, slots=True)
class Chip:
    name: str  # for the style sheet
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    decision: Decision
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """A published check beside what it may refute."""

    said: str  # by the item that matches it best
    claim: str
    publisher: str
    verdict: str  # the publisher's own word; a neutral one beside press
    meaning: str  # of that word, for who reads another language; empty where it needs none
    found: Verdict
    independent: bool
    link: str | None
    published_at: datetime | None
    confirmed: bool
    band: Band
    shared_words: tuple[str, ...]

    @property
    def said_pieces(self) -> tuple[tuple[str, bool], ...]:
        """What is said, the words that the check's claim has too marked."""
        return mark_words(self.said, self.shared_words)

    @property
    def claim_pieces(self) -> tuple[tuple[str, bool], ...]:
        return mark_words(self.claim, self.shared_words)


@dataclass(frozen=True, slots=True)
class LabelReading:
    text: str
    band: Band
    flagged: bool
    abstained: bool


@dataclass(frozen=True, slots=True)
class ItemCard:
    item: Item
    source: str
    press: bool
    chips: tuple[Chip, ...]
    grounds: tuple[str, ...]  # of an indication of a hoax; empty for press
    reason: str  # one sentence; empty before the item is assessed
    stance: Stance | None
    title: Sequence[Piece]
    body: Sequence[Piece]
    whole: bool  # False when the body shown is only its beginning
    address: str  # as it may be shown
    link: str | None  # None where it leads to no web page, or to somebody's phone
    author: str
    seen_at: datetime
    readings: tuple[LabelReading, ...]
    cues: tuple[str, ...]
    model: str


def is_press(decisions: Iterable[Decision]) -> bool:
    """Tell from what is offered whether a claim takes the press route."""
    return Decision.NOTE in decisions


def label_words(label: Label, *, press: bool) -> str:
    """Return what a mark of this label is called."""
    return words.PRESS_LABELS[label] if press else words.LABEL_NAMES[label]


def chips(labels: frozenset[Label], *, press: bool, refuted: bool) -> tuple[Chip, ...]:
    """Return one chip a label, in the order of `Label`."""
    found = []
    for label in Label:
        if label not in labels:
            continue
        text = words.PRESS_LABELS[label] if press else words.LABELS[label]
        if label is Label.HOAX and refuted and not press:
            text = words.REFUTED_HOAX
        found.append(Chip("press" if press else label.value, text))
    return tuple(found)


def checks(views: Iterable[ItemView], *, press: bool, characters: int) -> tuple[Check, ...]:
    """Return the checks that items match, each once: confirmed before suggested, likeliest first.

    Each stands beside the first `characters` of the item that matches it best, so `views` are
    either the press or the others, as `press` says (R9).
    """
    found = [(view, match, check) for view in views for match, check in view.matches]
    best: dict[object, Check] = {}
    for view, match, check in sorted(found, key=lambda f: (not f[1].confirmed, -f[1].probability)):
        if check.id not in best:
            best[check.id] = beside(shorten(view.item.full_text, characters), match, check, press)
    return tuple(best.values())


def differ(found: Iterable[Check]) -> bool:
    """Tell whether checks that count as the same claim found different things of it.

    False, misleading and scam are one: each says that the claim must not be passed on as true.
    """
    kinds = {
        Verdict.REFUTED if check.found in REFUTING else check.found for check in found if check.confirmed
    }
    return len(kinds) > 1


def buttons(offered: frozenset[Decision]) -> tuple[Button, ...]:
    """Return what may be decided, mildest first."""
    return tuple(Button(d, words.DECISIONS[d]) for d in words.DECISIONS if d in offered)


def undoing(review: Review, offered: frozenset[Decision]) -> Decision | None:
    """Return the decision that brings a claim back to where it stood before `review`, if there is one."""
    back = [d for d in words.DECISIONS if d in offered and state_after(d) is review.state_before]
    return back[0] if back else None


def item_card(view: ItemView, *, characters: int, press: bool = False) -> ItemCard:
    """Return an item ready to be shown, its body cut to about `characters`, counted as a page sends them.

    Of what lies beyond the cut the sentences that weighed most are shown too. In the words of the press
    where it is an article, or its claim is one of the `press`.
    """
    item, assessment = view.item, view.assessment
    article = item.source_kind is SourceKind.PRESS
    press = press or article
    spans = assessment.spans if assessment else ()
    text, title_end = item.full_text, len(item.title)
    body_start = title_end + 1 if item.title else 0
    shown, cut = fitting(text[body_start:], characters)
    end = body_start + len(shown)
    beyond = _beyond(text, spans, end) if cut and characters >= BEYOND_FROM else ()
    address = without_phones(item.url)
    return ItemCard(
        item=item,
        source=view.source_title,
        press=press,
        chips=chips(view.labels, press=press, refuted=view.refuted),
        grounds=reasons.grounds([view], press=press, refuted=view.refuted),
        reason=reasons.item_reason(view, press=press),
        stance=assessment.stance if assessment else None,
        title=mark(text, spans, 0, title_end) if item.title else (),
        body=[*mark(text, spans, body_start, end), *beyond],
        whole=not cut,
        address=address,
        link=outside(address) if address == item.url else None,
        author=mask_personal(item.author) if article and item.platform is not Platform.POST else "",
        seen_at=item.published_at or item.first_seen_at,
        readings=_readings(view, press),
        cues=tuple(map(words.cue_name, assessment.cues)) if assessment else (),
        model=assessment.model if assessment else "",
    )


def _beyond(text: str, spans: Sequence[Span], end: int) -> Iterator[Piece]:
    """Yield the heaviest marked sentences that begin after a text was cut, in their order."""
    after = sorted((span for span in spans if span.start >= end), key=lambda span: -span.contribution)
    last = end
    for span in sorted(after[:BEYOND_SHOWN], key=lambda span: span.start):
        if span.start >= last:
            last = min(span.end, span.start + BEYOND_CHARACTERS)
            yield Piece("… ")
            yield from mark(text, spans, span.start, last)
            yield Piece(" ")


def _readings(view: ItemView, press: bool) -> tuple[LabelReading, ...]:
    found = view.assessment
    if found is None:
        return ()
    return tuple(
        LabelReading(
            label_words(label, press=press),
            probability_band(found.probabilities.get(label, 0.0)),
            label in view.labels,
            label in found.abstained,
        )
        for label in Label
    )


def beside(said: str, match: Match, check: FactCheck, press: bool) -> Check:
    """Return a check as it is shown beside what is `said`."""
    verdict, meaning = words.verdict_words("" if press else check.verdict_text, check.verdict)
    return Check(
        said=said,
        claim=check.claim,
        publisher=check.publisher,
        verdict=verdict,
        meaning=meaning,
        found=check.verdict,
        independent=check.verdict is not Verdict.CLARIFICATION,
        link=outside(check.url),
        published_at=check.published_at,
        confirmed=match.confirmed,
        band=probability_band(match.probability),
        shared_words=match.shared_words,
    )
