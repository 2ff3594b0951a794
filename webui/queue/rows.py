"""A claim of the queue as its row shows it: what is said, why, how far it went, where, and who is at it.

Owns: the words and the small chart of a row. Leaves what may be decided and the buttons to `webui.cards`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from flask_babel import gettext, ngettext

from kentongan.bands import Band
from kentongan.domain import Claim, ClaimId, Decision, Label, Lane, Stance
from kentongan.leases import Lease
from kentongan.queueing import SPREAD_DAYS
from kentongan.store.queue_rows import QueueRow
from webui import bars, cards, reasons, words
from webui.marks import Piece
from webui.parts import the_parts
from webui.queue.saying import Phrase, quote_once
from webui.times import clock, today

CHECK_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Days:
    """The items of the last days; `text` stands beside the chart, `told` is the chart in words."""

    chart: bars.Chart[date]
    text: str
    told: str


@dataclass(frozen=True, slots=True)
class Holder:
    text: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A claim as the queue shows it; `following` is the claim to look at once it is decided."""

    claim: Claim
    press: bool
    priority: Band
    priority_text: str  # empty where nothing is flagged
    headline: tuple[Piece, ...]
    chips: tuple[cards.Chip, ...]
    stance: str
    reason: str
    phrases: tuple[Phrase, ...]
    check: cards.Check | None
    days: Days
    facts: tuple[str, ...]  # how many items and sources, which source, and where
    holder: Holder | None
    needs_two: bool
    buttons: tuple[cards.Button, ...]
    following: str


def make_rows(found: Sequence[QueueRow], held: Mapping[ClaimId, Lease], user_name: str) -> list[Row]:
    """Return the rows of a page, each knowing the claim that follows it."""
    keys = [str(row.claim.id) for row in found]
    following = [*keys[1:], keys[-2] if len(keys) > 1 else ""]
    said = _Words()
    return [
        _row(row, key, held.get(row.claim.id), user_name, said)
        for row, key in zip(found, following, strict=bool(found))
    ]


def say_holder(lease: Lease, user_name: str) -> Holder:
    """Return who works on a claim, in words; that is shown while it lasts and never counted (R15)."""
    if lease.user_name == user_name:
        return Holder(gettext("you work on this, until %(time)s", time=clock(lease.until)), True)
    said = gettext("%(name)s works on this, until %(time)s", name=lease.user_name, time=clock(lease.until))
    return Holder(said, False)


class _Words:
    """What many rows of one page say alike, looked up once."""

    def __init__(self) -> None:
        self.bands = {band: str(words.BANDS[band]) for band in Band}
        self.stances = {stance: str(words.STANCES[stance]) for stance in Stance}
        self.days = gettext("%(num)s in %(days)s days, today %(today)s")
        self.told = gettext("Items a day over %(days)s days, today last: %(counts)s")
        self.chips, self.buttons = cache(self._chips), cache(self._buttons)
        self.articles = cache(lambda n: str(ngettext("%(num)s article", "%(num)s articles", n)))
        self.items = cache(lambda n: str(ngettext("%(num)s item", "%(num)s items", n)))
        self.sources = cache(lambda n: str(ngettext("%(num)s source", "%(num)s sources", n)))

    @staticmethod
    def _chips(labels: frozenset[Label], press: bool, refuted: bool) -> tuple[cards.Chip, ...]:
        found = cards.chips(labels, press=press, refuted=refuted)
        return tuple(cards.Chip(chip.name, str(chip.text)) for chip in found)

    @staticmethod
    def _buttons(offered: frozenset[Decision]) -> tuple[cards.Button, ...]:
        return tuple(replace(button, text=str(button.text)) for button in cards.buttons(offered))


def _row(row: QueueRow, following: str, lease: Lease | None, user_name: str, said: _Words) -> Row:
    claim, press = row.claim, cards.is_press(row.decisions)
    checked = [row.checked] if row.checked else []
    found = cards.checks(checked, press=press, characters=CHECK_CHARACTERS)
    headline, phrases = quote_once(claim.headline, row.lead, press=press)
    region, priority = the_parts().region.name, words.priority_band(claim.priority)
    places = [(words.place_name(code, region), items) for code, items in row.places]
    return Row(
        claim=claim,
        press=press,
        priority=priority,
        priority_text=said.bands[priority] if claim.priority else "",
        headline=headline,
        chips=said.chips(claim.labels, press, row.refuted),
        stance=said.stances[row.lead.assessment.stance] if row.lead.assessment else "",
        reason=reasons.row_reason(
            row.lead, row.checked, press=press, refuted=row.refuted, drawn=claim.lane is Lane.SAMPLE
        ),
        phrases=phrases,
        check=found[0] if found else None,
        days=_days(row.days, said),
        facts=(
            (said.articles if press else said.items)(claim.item_count),
            said.sources(claim.source_count),
            row.lead.source_title,
            *(f"{name} ({items})" if items > 1 else name for name, items in places),
        ),
        holder=say_holder(lease, user_name) if lease else None,
        needs_two=row.needs_two,
        buttons=said.buttons(row.decisions),
        following=following,
    )


def _days(counts: Sequence[int], said: _Words) -> Days:
    last = today()
    starts = [last - timedelta(days=SPREAD_DAYS - 1 - number) for number in range(len(counts))]
    told = said.told % {"days": SPREAD_DAYS, "counts": ", ".join(str(count) for count in counts)}
    text = said.days % {"num": sum(counts), "days": SPREAD_DAYS, "today": counts[-1]}
    return Days(bars.draw(starts, counts), text, told)
