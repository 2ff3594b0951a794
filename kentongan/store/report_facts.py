"""What the record says of the claims that go into a report: the values that its draft is made of."""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from kentongan.domain import ClaimId, SourceKind
from kentongan.errors import BadInput
from kentongan.reports.drafting import REPORTABLE, Denial, ReportedClaim, Seen
from kentongan.reports.values import SourceLink
from kentongan.store.card import read_card
from kentongan.store.claims import Claims, ClaimView
from kentongan.store.database import Database
from kentongan.store.edits import Edits
from kentongan.store.history import standing_verdicts
from kentongan.store.items import Items, ItemView
from kentongan.verdicts import verdict_of

MAX_SEEN = 3  # items named as sources of one claim
MAX_PLACES = 5
MAX_DENIALS = 3
_NAMED = frozenset({SourceKind.PRESS, SourceKind.GOVERNMENT, SourceKind.FACT_CHECKER})


def read_reported(
    database: Database, keys: Sequence[ClaimId], places: Mapping[str, str], zone: ZoneInfo
) -> tuple[ReportedClaim, ...]:
    """Return what is known of these claims, each once; one that was merged as the one it went into.

    `places` are names by code. Raises NotFound, BadInput for a claim that nobody decided on yet, or that was
    found to be no problem.
    """
    edits, claims = Edits(database), Claims(database)
    standing = list(dict.fromkeys(edits.standing(key) for key in keys))
    return tuple(_reported(database, claims.view(key), places, zone) for key in standing)


def _reported(
    database: Database, view: ClaimView, places: Mapping[str, str], zone: ZoneInfo
) -> ReportedClaim:
    claim = view.claim
    if claim.state not in REPORTABLE or not view.items:
        raise BadInput(f"claim “{claim.headline[:60]}”: only a claim that was decided on goes into a report")
    press = view.items[0].item.source_kind is SourceKind.PRESS
    card, record = (
        read_card(database, claim.id, zone=zone),
        SourceLink(f"/claims/{claim.id}", "catatan klaim"),
    )
    return ReportedClaim(
        id=claim.id,
        headline=claim.headline,
        state=claim.state,
        press=press,
        record=record,
        seen=tuple(_seen(database, one, record) for one in view.items[:MAX_SEEN]),
        first_seen_at=claim.first_seen_at,
        last_seen_at=claim.last_seen_at,
        items=card.items,
        sources=card.source_count,
        voices=card.voice_count,
        platforms=card.platforms,
        places=tuple(places[code] for code in card.places if code in places)[:MAX_PLACES],
        hours=card.hours,
        denials=() if press else tuple(_denials(database, view))[:MAX_DENIALS],
    )


def _seen(database: Database, view: ItemView, record: SourceLink) -> Seen:
    """Return an item as a source: by its address where an office answers for it, else by our own record.

    The address of a post holds its poster's handle.
    """
    item, captured = view.item, Items(database).evidence(view.item.id)
    last = captured[-1] if captured else None
    named = item.source_kind in _NAMED
    return Seen(
        SourceLink(
            item.url if named and item.url else f"/archive/items/{item.id}",
            item.title or view.source_title if named else f"rekaman {str(item.id)[-8:]}",
            last.fetched_at if last else item.first_seen_at,
            last.sha256 if last else "",
        ),
        item.source_kind,
        view.source_title if named else "",
    )


def _denials(database: Database, view: ClaimView) -> Iterator[Denial]:
    agreed = standing_verdicts(database, [view.claim.id]).get(view.claim.id)
    told: set[str] = set()
    if agreed:
        verdict = verdict_of(agreed.content)
        if verdict.shown:
            told.add(verdict.url)
            yield Denial(verdict.url, verdict.publisher, verdict.shown, None, agreed=True)
    for one in (view.checked, *view.items):
        if one is None or one.item.source_kind is SourceKind.PRESS:
            continue
        for match, check in one.matches:
            if match.confirmed and check.url not in told:
                told.add(check.url)
                yield Denial(check.url, check.publisher, check.verdict, check.published_at)
