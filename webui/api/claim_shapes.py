"""Claims as the interface shows them.

Leaves items and checks to `item_shapes`, and what was done to `done_shapes`.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic.json_schema import WithJsonSchema

from kentongan.bands import Band
from kentongan.domain import Claim, ClaimState, Decision, Label, Lane, Platform, SourceKind, Stance
from kentongan.opinions import Awaited, Opinions
from kentongan.queueing import Age, Holding
from kentongan.store.claims import ClaimView
from kentongan.store.queue import COUNTED
from kentongan.store.queue_rows import QueueRow
from webui import cards, reasons, words
from webui.api.done_shapes import Done
from webui.api.item_shapes import (
    Check,
    Indications,
    Item,
    Labels,
    checks_of,
    indications,
    item_of,
    labels_of,
    places_of,
)
from webui.api.shapes import ROWS, Cursor, Limit, Next, Nothing, Place, Shape


def _in_queue(lane: Lane) -> Lane:
    if lane not in words.LANES:
        raise ValueError("claims that nothing flags are in the archive only")
    return lane


_LANE_NAMES = {"type": "string", "enum": [lane.value for lane in words.LANES]}
QueueLane = Annotated[
    Lane, AfterValidator(_in_queue), WithJsonSchema(_LANE_NAMES), Field(description="The pile of the queue.")
]


class ClaimsAsked(Shape):
    """A lane of the queue and what narrows it."""

    lane: QueueLane = Lane.NEW
    label: Annotated[Label | Nothing, Field(description="An indication that a public item bears.")] = None
    stance: Annotated[Stance | Nothing, Field(description="Of the item that speaks for the claim.")] = None
    platform: Annotated[Platform | Nothing, Field(description="Of any of its items.")] = None
    kind: Annotated[SourceKind | Nothing, Field(description="Of the source of any of its items.")] = None
    place: Annotated[
        str | Nothing,
        Field(max_length=20, description="Code of a kelurahan, or a kecamatan with all of its."),
    ] = None
    check: Annotated[bool | Nothing, Field(description="Whether a published check fits.")] = None
    election: Annotated[bool | Nothing, Field(description="Whether it is about an election.")] = None
    age: Annotated[Age | Nothing, Field(description="Since it was first seen.")] = None
    held: Annotated[Holding | Nothing, Field(description="Who works on it now: you, or nobody.")] = None
    limit: Limit = ROWS
    cursor: Cursor = ""


class ClaimSummary(Shape):
    id: UUID
    headline: Annotated[str, Field(description="What is said, in a line.")]
    lane: Lane
    state: ClaimState
    version: Annotated[int, Field(description="Grows with each decision; a decision brings the one it saw.")]
    priority: Band
    press: bool
    labels: Labels
    indications: Indications
    stance: Annotated[Stance | None, Field(description="Of the item that speaks for it.")]
    refuted: Annotated[bool, Field(description="A published check refutes an item that speaks for it.")]
    election: bool
    special: Annotated[bool, Field(description="Marked KHUSUS: nothing is settled on it by one person.")]
    items: int
    sources: int
    voices: Annotated[int, Field(description="Independent sources: copies of one agency count once.")]
    first_seen_at: datetime
    last_seen_at: datetime
    places: list[Place]
    reason: Annotated[str, Field(description="Why it is flagged, in a sentence.")]
    needs_two: Annotated[bool, Field(description="A decision is one of two votes.")]
    waits: Annotated[bool, Field(description="For another person.")]
    decisions: Annotated[list[Decision], Field(description="What may be decided now, mildest first.")]


class ClaimPage(Shape):
    claims: list[ClaimSummary]
    total: Annotated[int, Field(description=f"Of all pages; {COUNTED} at most.")]
    next: Next


class Opinion(Shape):
    """What you may know of the votes on a claim: nothing of others' until you have voted and two are in."""

    awaited: Annotated[
        Awaited | None, Field(description="Whose voice it waits for; null where nobody voted.")
    ]
    own: Annotated[Decision | None, Field(description="Your own vote.")]


class ClaimRead(Shape):
    claim: ClaimSummary
    merged_into: Annotated[UUID | None, Field(description="The claim that holds its items now.")]
    held: Annotated[bool, Field(description="Another person works on it now.")]
    opinion: Opinion
    items: Annotated[list[Item], Field(description="The one that speaks for it first; the first fifty.")]
    checks: list[Check]
    history: Annotated[list[Done], Field(description="What was done with it, newest first.")]
    more_history: bool
    captures: Annotated[int, Field(description="Captured responses behind the item that speaks for it.")]


def summary_of_row(row: QueueRow) -> ClaimSummary:
    """Return a claim as its row of the queue tells it."""
    press = cards.is_press(row.decisions)
    return _summary(
        row.claim,
        press=press,
        refuted=row.refuted,
        stance=row.lead.assessment.stance if row.lead.assessment else None,
        reason=reasons.lead_reason(row.lead, row.checked, press=press, refuted=row.refuted),
        places=places_of(code for code, _ in row.places),
        needs_two=row.needs_two,
        decisions=row.decisions,
    )


def summary_of_view(view: ClaimView, opinions: Opinions) -> ClaimSummary:
    """Return the same from all that is known of it."""
    press = cards.is_press(view.decisions)
    lead = view.items[0] if view.items else None
    return _summary(
        view.claim,
        press=press,
        refuted=view.refuted,
        stance=lead.assessment.stance if lead and lead.assessment else None,
        reason=reasons.lead_reason(lead, view.checked, press=press, refuted=view.refuted) if lead else "",
        places=places_of(lead.places if lead else ()),
        needs_two=opinions.two_people,
        decisions=view.decisions,
    )


def _summary(
    claim: Claim,
    *,
    press: bool,
    refuted: bool,
    stance: Stance | None,
    reason: str,
    places: list[Place],
    needs_two: bool,
    decisions: frozenset[Decision],
) -> ClaimSummary:
    return ClaimSummary(
        id=claim.id,
        headline=claim.headline,
        lane=claim.lane,
        state=claim.state,
        version=claim.version,
        priority=words.priority_band(claim.priority),
        press=press,
        labels=labels_of(claim.labels, press=press),
        indications=indications(claim.labels, press=press, refuted=refuted),
        stance=stance,
        refuted=refuted and not press,
        election=claim.election,
        special=claim.special,
        items=claim.item_count,
        sources=claim.source_count,
        voices=claim.voice_count,
        first_seen_at=claim.first_seen_at,
        last_seen_at=claim.last_seen_at,
        places=places,
        reason=reason,
        needs_two=needs_two,
        waits=claim.waits,
        decisions=[button.decision for button in cards.buttons(decisions)],
    )


def items_of(view: ClaimView, *, press: bool) -> list[Item]:
    return [item_of(one, press=press) for one in view.items]


def checks_beside(view: ClaimView, *, press: bool) -> list[Check]:
    """Return the checks beside the items that speak for a claim: the press, or the others (R9)."""
    speaking = [one for one in view.items if (one.item.source_kind is SourceKind.PRESS) == press]
    checked = [view.checked] if view.checked else []
    return checks_of([*checked, *speaking], press=press)
