"""What happened in an incident and when, in one order. A pure function of values.

Owns: which event each thing gives, when its spread was at its height, and the order. Leaves reading
the record to `kentongan.store.incident_facts`, words to whoever shows it.

A peak is decided so: the sightings of a claim (publication, or first sight where that is unknown) are
counted by the hour while all of them lie within PEAK_HOURS, else by the day of the region; a peak is
each step with the most of them, where that is at least LEAST_PEAK. Where more than MOST_PEAKS steps
are equally high, none stands out and there is no peak.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from kentongan.domain import ClaimEdit, EditKind, FactCheck, Review
from kentongan.incidents import CaseFile, Change, ChangeKind
from kentongan.text import mask_personal

PEAK_HOURS = timedelta(hours=72)  # as long as the page of a claim draws hours
LEAST_PEAK = 3  # items: two sightings are a pair, not a wave
MOST_PEAKS = 2


class EventKind(StrEnum):
    """What an event is. At one moment they stand in this order."""

    PUBLISHED = "published"
    FIRST_SEEN = "first_seen"
    PEAK = "peak"
    EDITED = "edited"  # upstream: a further revision was seen
    GONE = "gone"  # upstream: its source took it away
    FACT_CHECK = "fact_check"
    CLARIFICATION = "clarification"
    MERGED = "merged"
    SPLIT = "split"
    DECISION = "decision"
    OPENED = "opened"
    RENAMED = "renamed"
    ADDED = "added"
    REMOVED = "removed"
    NOTE = "note"
    CLOSED = "closed"
    REOPENED = "reopened"
    HANDED_OUT = "handed_out"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `table` and `row` name where the record has it from."""

    at: datetime  # aware, in the region's zone
    kind: EventKind
    about: str  # a headline, a title, a file's name
    table: str
    row: UUID
    by: str = ""  # the person, or the source
    note: str = ""  # their own words
    code: str = ""  # the decision, the kind of part, the verdict
    count: int = 0  # items of a peak, of a merge or split; the number of a version
    whole_day: bool = False  # the hour is not known, or it is a peak of a day


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What the record says of a claim of the case, those merged into it included."""

    id: UUID
    headline: str
    hours: Mapping[datetime, int]  # sightings by the beginning of their hour, UTC
    reviews: Sequence[Review]
    edits: Sequence[ClaimEdit]


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the record says of an item that stands in the timeline by itself."""

    id: UUID
    title: str
    source: str  # its title; never who posted it
    published_at: datetime | None
    first_seen_at: datetime
    gone_at: datetime | None
    revisions: Sequence[tuple[int, datetime]]  # number and sight of each after the first
    begins: bool = True  # a first one of its claim, or put into the case by itself


def timeline(
    case: CaseFile,
    claims: Sequence[ClaimFacts],
    items: Sequence[ItemFacts],
    checks: Sequence[FactCheck],
    zone: ZoneInfo,
) -> tuple[Event, ...]:
    """Return every event of a case, oldest first, times in `zone`. The same values give the same order."""
    found = [
        *(event for claim in claims for event in _of_claim(claim, zone)),
        *(event for item in items for event in _of_item(item, zone)),
        *(_of_check(check, zone) for check in checks),
        *_of_case(case, zone),
    ]
    once = {(e.kind, e.table, e.row, e.at, e.count): e for e in found}  # two claims may share a merge
    return tuple(sorted(once.values(), key=_place))


def _place(event: Event) -> tuple[datetime, int, str, int, int]:
    return event.at, list(EventKind).index(event.kind), event.table, event.row.int, event.count


def peaks(hours: Mapping[datetime, int], zone: ZoneInfo) -> list[tuple[datetime, int, bool]]:
    """Return when a spread was at its height, how many items then, and whether that is a day."""
    seen = {at.astimezone(zone): count for at, count in hours.items() if count}
    if not seen:
        return []
    daily = max(seen) - min(seen) >= PEAK_HOURS
    counts: Counter[datetime] = Counter()
    for at, count in seen.items():
        counts[_midnight(at) if daily else at] += count
    most = max(counts.values())
    highest = sorted(at for at, count in counts.items() if count == most)
    if most < LEAST_PEAK or len(highest) > MOST_PEAKS:
        return []
    return [(at, most, daily) for at in highest]


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _of_claim(claim: ClaimFacts, zone: ZoneInfo) -> Iterator[Event]:
    for at, count, daily in peaks(claim.hours, zone):
        yield Event(at, EventKind.PEAK, claim.headline, "claims", claim.id, count=count, whole_day=daily)
    for review in claim.reviews:
        yield Event(
            review.decided_at.astimezone(zone), EventKind.DECISION, claim.headline, "reviews", review.id,
            by=", ".join(review.people), note=mask_personal(review.note), code=review.decision.value,
        )  # fmt: skip
    for edit in claim.edits:
        kind = EventKind.MERGED if edit.kind is EditKind.MERGE else EventKind.SPLIT
        yield Event(
            edit.edited_at.astimezone(zone), kind, claim.headline, "claim_edits", edit.id,
            by=edit.user_name, note=mask_personal(edit.note), count=len(edit.item_ids),
        )  # fmt: skip


def _of_item(item: ItemFacts, zone: ZoneInfo) -> Iterator[Event]:
    def event(at: datetime, kind: EventKind, table: str = "items", count: int = 0) -> Event:
        return Event(at.astimezone(zone), kind, item.title, table, item.id, by=item.source, count=count)

    if item.begins:
        if item.published_at:
            yield event(item.published_at, EventKind.PUBLISHED)
        yield event(item.first_seen_at, EventKind.FIRST_SEEN)
    for number, at in item.revisions:
        yield event(at, EventKind.EDITED, "revisions", number)
    if item.gone_at:
        yield event(item.gone_at, EventKind.GONE)


def _of_check(check: FactCheck, zone: ZoneInfo) -> Event:
    at = (check.published_at or check.first_seen_at).astimezone(zone)
    return Event(
        at, EventKind.FACT_CHECK, check.claim, "fact_checks", check.id,
        by=check.publisher, note=check.verdict_text, code=check.verdict.value,
    )  # fmt: skip


def _of_case(case: CaseFile, zone: ZoneInfo) -> Iterator[Event]:
    for change in case.changes:
        yield _of_change(change, zone)
    for note in case.notes:
        yield Event(
            note.at.astimezone(zone),
            EventKind.NOTE,
            "",
            "incident_notes",
            note.id,
            by=note.by,
            note=note.text,
        )
    for said in case.clarifications:
        if said.removed_at is not None:
            continue  # when it was taken out stands among the changes
        at = datetime.combine(said.published_on, time(), zone)
        yield Event(
            at, EventKind.CLARIFICATION, said.url, "incident_clarifications", said.id,
            by=said.publisher, whole_day=True,
        )  # fmt: skip
    for given in case.hand_outs:
        yield Event(
            given.at.astimezone(zone), EventKind.HANDED_OUT, given.recipient, "incident_hand_outs", given.id,
            by=given.by, note=given.mandate,
        )  # fmt: skip


def _of_change(change: Change, zone: ZoneInfo) -> Event:
    return Event(
        change.at.astimezone(zone), _KINDS[change.kind], change.about, "incident_changes", change.id,
        by=change.by, note=change.why, code=change.part.value if change.part else "",
    )  # fmt: skip


_KINDS: Mapping[ChangeKind, EventKind] = {
    ChangeKind.OPENED: EventKind.OPENED,
    ChangeKind.RENAMED: EventKind.RENAMED,
    ChangeKind.CLOSED: EventKind.CLOSED,
    ChangeKind.REOPENED: EventKind.REOPENED,
    ChangeKind.ADDED: EventKind.ADDED,
    ChangeKind.REMOVED: EventKind.REMOVED,
}
