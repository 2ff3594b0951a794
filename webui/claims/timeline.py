"""How a claim went: when it was first seen and by whom, its peak, its return, what was checked and done.

Owns: what stands in the list, oldest first, and the strip that draws it. Leaves when a spread was at its
height to `kentongan.timeline`, as case files have it, and what was done to `history`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from kentongan.domain import Claim
from kentongan.store.card import ClaimCard
from kentongan.store.spread import LENGTH
from kentongan.timeline import peaks
from webui.cards import Check
from webui.claims.history import Entry
from webui.marks import shorten
from webui.parts import the_parts

SOURCES_SHOWN, EVENTS_SHOWN = 6, 15
NOTE_CHARACTERS = 160
WIDTH, HEIGHT, BASE = 1000, 60, 40  # of the strip; bars stand on BASE, events hang below it
_LEAST = 4  # of anything that is drawn


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    title: str
    said: str
    by: str
    whole_day: bool = False
    done: bool = False  # by people, not seen in the world


@dataclass(frozen=True, slots=True)
class Strip:
    """Sightings as bars and events as marks on one axis of time, in the units of its view box."""

    begins: datetime
    ends: datetime
    bars: Sequence[tuple[int, int, int, int]]  # x, y, width, height
    seen: Sequence[int]  # x of each thing that happened in the world
    done: Sequence[int]  # x of each thing that people did


@dataclass(frozen=True, slots=True)
class Timeline:
    moments: Sequence[Moment]  # oldest first
    left_out: int
    strip: Strip | None  # None where all was seen in one step


def claim_timeline(
    claim: Claim, card: ClaimCard | None, checks: Iterable[Check], entries: Iterable[Entry]
) -> Timeline:
    """Return how a claim went. Of many sources the first ones, of many events the first and newest."""
    world = [*_seen(claim, card), *_checked(checks)]
    done = [_done(entry) for entry in entries if entry.kind != "lease"]
    moments = sorted([*world, *done], key=lambda moment: moment.at)
    left_out = max(0, len(moments) - EVENTS_SHOWN)
    head = EVENTS_SHOWN // 2
    shown = moments if not left_out else [*moments[:head], *moments[head + left_out :]]
    return Timeline(shown, left_out, _strip(card, moments) if card else None)


def _seen(claim: Claim, card: ClaimCard | None) -> Iterator[Moment]:
    if card is None:
        return
    firsts, zone = card.firsts, the_parts().region.time_zone
    for number, (source, at) in enumerate(firsts[:SOURCES_SHOWN]):
        title = gettext("First seen") if number == 0 else gettext("First seen at another source")
        yield Moment(at, title, "", source)
    others = card.source_count - len(firsts[:SOURCES_SHOWN])
    if others > 0 and len(firsts) > SOURCES_SHOWN:
        said = ngettext("%(num)s more source followed", "%(num)s more sources followed", others)
        yield Moment(firsts[SOURCES_SHOWN][1], said, "", "")
    for at, count, daily in peaks(card.hours, zone):
        said = ngettext("%(num)s item in this hour", "%(num)s items in this hour", count)
        if daily:
            said = ngettext("%(num)s item on this day", "%(num)s items on this day", count)
        yield Moment(at, gettext("Most of it seen"), said, "", whole_day=daily)
    if claim.resurfaced_at and card.silence:
        days = card.silence.days
        said = ngettext("after %(num)s day of silence", "after %(num)s days of silence", days)
        yield Moment(claim.resurfaced_at, gettext("Seen again"), said, "")


def _checked(checks: Iterable[Check]) -> Iterator[Moment]:
    for check in checks:
        if check.published_at:
            said = f"{check.verdict} ({check.meaning})" if check.meaning else str(check.verdict)
            if not check.confirmed:
                said += f" – {gettext('only a suggestion, please compare')}"
            yield Moment(check.published_at, gettext("Check published"), said, check.publisher)


def _done(entry: Entry) -> Moment:
    said = " – ".join(part for part in (entry.detail, shorten(entry.note, NOTE_CHARACTERS)) if part)
    return Moment(entry.at, entry.title, said, entry.user_name, done=True)


def _strip(card: ClaimCard, moments: Sequence[Moment]) -> Strip | None:
    spread = card.spread
    if len(spread.counts) < 2:
        return None
    length = LENGTH[spread.step]
    begins = min([spread.starts[0], *(moment.at for moment in moments)])
    ends = max([spread.starts[-1] + length, *(moment.at for moment in moments)])
    whole, most = ends - begins, max(spread.counts)

    def at(moment: datetime) -> int:
        return _share(moment - begins, whole)

    width = max(_LEAST, _share(length, whole) - 1)
    bars = []
    for start, count in zip(spread.starts, spread.counts, strict=True):
        height = max(_LEAST, round(BASE * count / most)) if count else 0
        if height:
            bars.append((at(start), BASE - height, width, height))
    return Strip(
        begins,
        ends,
        bars,
        seen=sorted({at(moment.at) for moment in moments if not moment.done}),
        done=sorted({at(moment.at) for moment in moments if moment.done}),
    )


def _share(part: timedelta, whole: timedelta) -> int:
    return round((WIDTH - _LEAST) * (part / whole))
