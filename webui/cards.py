"""From the record's values to what a template shows: chips, phrases, checks, decisions.

Owns: which words go with what, press or not. Leaves layout to templates. Nothing here
knows the poster: authors are shown for press articles only (R5, R6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from kentongan.triage import state_after
from webui import reasons, words
from webui.links import outside, without_phones
from webui.marks import Piece, mark, mark_words, shorten
from webui.words import Band, probability_band

PHRASES_SHOWN, PHRASE_CHARACTERS = 2, 180


@dataclass(frozen=True, slots=True)
class Chip:
    name: str  # for the style sheet
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Button:
    decision: Decision
    text: str
    key: str  # that presses it; empty for none


@dataclass(frozen=True, slots=True)
class Check:
    """A published check beside what it may refute."""

    said: str  # by the item that matches it best
    claim: str
    publisher: str
    verdict: str  # the publisher's own word; a neutral one beside press
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


def phrases(view: ItemView, *, press: bool) -> tuple[Phrase, ...]:
    """Return the sentences that weighed most, heaviest first."""
    if view.assessment is None:
        return ()
    text = view.item.full_text
    heaviest: dict[tuple[int, int], Span] = {}
    for span in sorted(view.assessment.spans, key=lambda s: -s.contribution):
        heaviest.setdefault((span.start, span.end), span)
    found = [
        Phrase(shorten(text[s.start : s.end], PHRASE_CHARACTERS), label_words(s.label, press=press))
        for s in heaviest.values()
    ]
    return tuple(p for p in found if p.text)[:PHRASES_SHOWN]


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


def buttons(offered: frozenset[Decision]) -> tuple[Button, ...]:
    """Return what may be decided, mildest first; the first four have the keys 1 to 4."""
    steps = [d for d in words.DECISIONS if d in offered and d is not Decision.REOPEN]
    made = [Button(d, words.DECISIONS[d], str(number)) for number, d in enumerate(steps, 1)]
    if Decision.REOPEN in offered:
        made.append(Button(Decision.REOPEN, words.DECISIONS[Decision.REOPEN], ""))
    return tuple(made)


def undoing(review: Review, offered: frozenset[Decision]) -> Decision | None:
    """Return the decision that brings a claim back to where it stood before `review`, if there is one."""
    back = [d for d in words.DECISIONS if d in offered and state_after(d) is review.state_before]
    return back[0] if back else None


def item_card(view: ItemView, *, characters: int, press: bool = False) -> ItemCard:
    """Return an item ready to be shown, its body cut to about `characters`.

    In the words of the press where it is an article, or its claim is one of the `press`.
    """
    item, assessment = view.item, view.assessment
    article = item.source_kind is SourceKind.PRESS
    press = press or article
    spans = assessment.spans if assessment else ()
    text, title_end = item.full_text, len(item.title)
    body_start = title_end + 1 if item.title else 0
    end = (
        len(text)
        if len(text) - body_start <= characters
        else text.rfind(" ", body_start, body_start + characters)
    )
    end = body_start + characters if end < 0 else end
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
        body=mark(text, spans, body_start, end),
        whole=end >= len(text),
        address=address,
        link=outside(address) if address == item.url else None,
        author=mask_personal(item.author) if article and item.platform is not Platform.POST else "",
        seen_at=item.published_at or item.first_seen_at,
        readings=_readings(view, press),
        cues=assessment.cues if assessment else (),
        model=assessment.model if assessment else "",
    )


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
    own_word = "" if press else check.verdict_text
    return Check(
        said=said,
        claim=check.claim,
        publisher=check.publisher,
        verdict=own_word or words.VERDICTS[check.verdict],
        independent=check.verdict is not Verdict.CLARIFICATION,
        link=outside(check.url),
        published_at=check.published_at,
        confirmed=match.confirmed,
        band=probability_band(match.probability),
        shared_words=match.shared_words,
    )
