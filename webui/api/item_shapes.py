"""Items and the checks beside them, as the interface shows them.

Nobody who posted or wrote is in them: no author, no account, no byline (R5). Beside the press no label is
named, only what its pages say (R9). Probabilities are bands, never numbers (R11).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kentongan.bands import Band, probability_band
from kentongan.domain import Evidence, Label, Platform, SourceKind, Stance, Verdict
from kentongan.store.items import ItemView
from webui import cards, reasons, words
from webui.api.shapes import Place, Shape
from webui.links import outside, without_phones
from webui.parts import the_parts

SAID_CHARACTERS = 600  # of an item, beside a check

Labels = Annotated[
    list[Label],
    Field(description="Indications that a person has to check, never verdicts. Empty for the press."),
]
Indications = Annotated[
    list[str], Field(description="The same in words; for the press, in words of its own.")
]


class Source(Shape):
    name: str
    title: str
    kind: SourceKind


class Reading(Shape):
    """How the model read one label; never of the press."""

    label: Label
    band: Band
    flagged: bool
    abstained: Annotated[bool, Field(description="Too close to call.")]


class Mark(Shape):
    """A sentence that carried a label: characters of `full_text`, the title, a line break and the text."""

    start: int
    end: int
    label: Label


class Item(Shape):
    id: UUID
    claim_id: UUID | None
    source: Source
    platform: Platform
    press: bool
    url: Annotated[str, Field(description="Phone numbers in it masked; empty where there is none.")]
    title: str
    text: Annotated[str, Field(description="Personal data in it masked.")]
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    revision: int
    edited: bool
    gone_at: datetime | None
    views: int | None
    labels: Labels
    indications: Indications
    stance: Stance | None
    reason: Annotated[str, Field(description="Why it bears its labels, or none, in a sentence.")]
    readings: list[Reading]
    marks: list[Mark]
    places: list[Place]
    model: Annotated[str, Field(description="Name and version of the model that read it.")]


class Check(Shape):
    """A published check beside what it may refute."""

    claim: Annotated[str, Field(description="What was checked.")]
    said: Annotated[str, Field(description="What is said here, its beginning.")]
    publisher: str
    url: str | None
    published_at: datetime | None
    verdict: Verdict
    verdict_text: Annotated[
        str, Field(description="The publisher's own word; a neutral one beside the press.")
    ]
    independent: bool
    confirmed: Annotated[bool, Field(description="Counts as the same claim; else it is only suggested.")]
    likeness: Band
    shared_words: list[str]


class Capture(Shape):
    """A captured response behind an item."""

    url: str
    sha256: str
    fetched_at: datetime


class ItemPage(Shape):
    item: Item
    checks: list[Check]
    captures: list[Capture]


def source_of(view: ItemView) -> Source:
    return Source(name=view.item.source, title=view.source_title, kind=view.item.source_kind)


def item_of(view: ItemView, *, press: bool = False) -> Item:
    """Return an item; in the words of the press where it is an article, or its claim is `press`."""
    item, found = view.item, view.assessment
    article = item.source_kind is SourceKind.PRESS
    press = press or article
    spans = found.spans if found and not press else ()
    return Item(
        id=item.id,
        claim_id=item.claim_id,
        source=source_of(view),
        platform=item.platform,
        press=article,
        url=without_phones(item.url),
        title=item.title,
        text=item.text,
        language=item.language,
        published_at=item.published_at,
        first_seen_at=item.first_seen_at,
        revision=item.revision,
        edited=item.edited,
        gone_at=item.gone_at,
        views=item.views,
        labels=labels_of(view.labels, press=press),
        indications=indications(view.labels, press=press, refuted=view.refuted),
        stance=found.stance if found else None,
        reason=reasons.item_reason(view, press=press),
        readings=[] if press else _readings(view),
        marks=[Mark(start=span.start, end=span.end, label=span.label) for span in spans],
        places=places_of(view.places),
        model=found.model if found else "",
    )


def labels_of(labels: frozenset[Label], *, press: bool) -> list[Label]:
    return [] if press else [label for label in Label if label in labels]


def indications(labels: frozenset[Label], *, press: bool, refuted: bool) -> list[str]:
    return [str(chip.text) for chip in cards.chips(labels, press=press, refuted=refuted)]


def places_of(codes: Iterable[str]) -> list[Place]:
    region = the_parts().region.name
    return [Place(code=code, name=words.place_name(code, region)) for code in codes]


def checks_of(views: Iterable[ItemView], *, press: bool) -> list[Check]:
    """Return the checks that items match, each once, as the pages put them beside one another."""
    return [
        Check(
            claim=check.claim,
            said=check.said,
            publisher=check.publisher,
            url=check.link,
            published_at=check.published_at,
            verdict=check.found,
            verdict_text=check.verdict,
            independent=check.independent,
            confirmed=check.confirmed,
            likeness=check.band,
            shared_words=list(check.shared_words),
        )
        for check in cards.checks(views, press=press, characters=SAID_CHARACTERS)
    ]


def captures_of(found: Sequence[Evidence]) -> list[Capture]:
    return [
        Capture(url=without_phones(one.url), sha256=one.sha256, fetched_at=one.fetched_at) for one in found
    ]


def outside_url(raw: str) -> str | None:
    """Return an address as it may be handed out, or None where it leads to no web page."""
    return outside(without_phones(raw))


def _readings(view: ItemView) -> list[Reading]:
    found = view.assessment
    if found is None:
        return []
    return [
        Reading(
            label=label,
            band=probability_band(found.probabilities.get(label, 0.0)),
            flagged=label in view.labels,
            abstained=label in found.abstained,
        )
        for label in Label
    ]
