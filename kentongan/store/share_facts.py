"""What the record says of claims that are to leave the office: the values that a bundle is made of.

Owns: reading and counting. Leaves what of it leaves, and how it is masked, to `kentongan.sharing.composing`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from kentongan.bands import Band, probability_band
from kentongan.domain import Claim, ClaimId, Decision, Label, Reason, SourceKind
from kentongan.sharing.composing import SHAREABLE, Counts, OutsideCheck, SharedClaim
from kentongan.sharing.values import MAX_CLAIMS, BundleRefused
from kentongan.store.claims import Claims, ClaimView
from kentongan.store.database import Database
from kentongan.store.edited import merged_here
from kentongan.store.edits import Edits
from kentongan.store.first_decisions import seconds_of
from kentongan.store.history import standing_verdicts
from kentongan.store.items import ItemView
from kentongan.store.lessons import Vote, teach
from kentongan.store.marks import bit_of
from kentongan.store.reviewed import reviews_of
from kentongan.store.schema import ClaimRow, ItemPlaceRow, ItemRow, ReviewRow, SourceRow
from kentongan.store.spread import SEEN
from kentongan.store.summary import sightings_of
from kentongan.trends.values import Cell
from kentongan.triage import needs_two
from kentongan.verdicts import verdict_of

MAX_CHECKS = 5
_MOST_NAMES = 2_000  # accounts of one claim whose names are masked
_KECAMATAN = 8  # characters of its code
_WEEK = 7 * 86_400
_MONDAY = date(2001, 1, 1)
_POSTS = (SourceKind.PUBLIC_CHANNEL.value, SourceKind.FIELD.value)
_NO_NAMES = frozenset(
    {"watch", "posts", "status", "reel", "reels", "video", "videos", "story.php", "channel", "shorts"}
)


def read_shared(database: Database, keys: Sequence[ClaimId], zone: ZoneInfo) -> tuple[SharedClaim, ...]:
    """Return what is known of these claims, each once; one that was merged as the one it went into.

    Raises NotFound; BundleRefused for too many, and for a claim that nobody decided on, that was found to be
    no problem, or that still waits for a second person.
    """
    edits, claims = Edits(database), Claims(database)
    standing = list(dict.fromkeys(edits.standing(key) for key in keys))
    if len(standing) > MAX_CLAIMS:
        raise BundleRefused("claims", f"{len(standing)} chosen, {MAX_CLAIMS} at most in one bundle")
    return tuple(_shared(database, claims.view(key), zone) for key in standing)


def two_needed(session: Session, keys: Iterable[UUID]) -> bool:
    """Tell whether a bundle of these claims takes two people now. Raises BundleRefused for one that may not
    leave any more."""
    found = False
    for key in keys:
        row = session.get(ClaimRow, key)
        if (
            row is None
            or row.merged_into is not None
            or row.state not in {s.value for s in SHAREABLE}
            or row.waits
        ):
            raise BundleRefused(
                "claims", "one of them was decided otherwise meanwhile: prepare the bundle anew"
            )
        found |= needs_two(sightings_of(session, key), special=row.special)
    return found


def read_names(database: Database, key: ClaimId) -> frozenset[str]:
    """Return the names of the accounts that posted items of a claim: only to be masked."""
    with database.read() as session:
        return _names(session, key)


def _shared(database: Database, view: ClaimView, zone: ZoneInfo) -> SharedClaim:
    claim = view.claim
    if claim.state not in SHAREABLE or claim.waits or not view.items:
        raise _undecided(claim)
    press = view.items[0].item.source_kind is SourceKind.PRESS
    with database.read() as session:
        reviews = session.scalars(
            select(ReviewRow)
            .where(ReviewRow.claim_id.in_(merged_here(session, claim.id)))
            .where(ReviewRow.decision != Decision.REOPEN.value)
            .order_by(ReviewRow.claim_id == claim.id, ReviewRow.decided_at)
        ).all()
        if not reviews:  # parted from one that was decided on, and never decided on itself
            raise _undecided(claim)
        last = reviews[-1]  # its own newest; where its state came with a merge, that of the other claim
        review = next(one for one in reviews_of(session, last.claim_id) if one.id == last.id)
        sightings, special = sightings_of(session, claim.id), session.get_one(ClaimRow, claim.id).special
        counts, names = _counts(session, claim.id, zone), _names(session, claim.id)
    upheld = _upheld(last, claim.labels)
    return SharedClaim(
        id=claim.id,
        press=press,
        headline=claim.headline,
        state=claim.state,
        first_seen_on=_day(claim.first_seen_at, zone),
        last_seen_on=_day(claim.last_seen_at, zone),
        decision=Decision(last.decision),
        reason=Reason(last.reason) if last.reason in set(Reason) else Reason.UNSTATED,
        decided_on=_day(last.decided_at, zone),
        people=min(3, len(set(review.people))),
        upheld=upheld,
        leads=_leads(view.items, claim.labels - upheld),
        stance=view.items[0].assessment.stance if view.items[0].assessment else None,
        verdict=None if press else _verdict(database, claim.id),
        checks=() if press else tuple(_checks(view, zone))[:MAX_CHECKS],
        counts=counts,
        names=names,
        needs_two=needs_two(sightings, special=special),
        hate=needs_two(sightings, special=False),
    )


def _undecided(claim: Claim) -> BundleRefused:
    return BundleRefused("claims", f"“{claim.headline[:60]}”: only a claim that was decided on leaves")


def _upheld(review: ReviewRow, borne: frozenset[Label]) -> frozenset[Label]:
    """Return the labels that people stood by: watching or asking for verification says nothing yet."""
    if review.decision != Decision.ESCALATE.value:
        return frozenset()
    seen = borne if review.marks is None else frozenset(la for la in Label if review.marks & bit_of(la))
    reason = Reason(review.reason) if review.reason in set(Reason) else Reason.UNSTATED
    taught = teach([Vote(Decision.ESCALATE, reason)], seen)
    return frozenset(label for label in seen if label.value in taught and taught[label.value].value > 0)


def _leads(items: Sequence[ItemView], labels: frozenset[Label]) -> Mapping[Label, Band]:
    public = [v.assessment for v in items if v.assessment and v.item.source_kind is not SourceKind.PRESS]
    found = {}
    for label in labels:
        likeliest = max((a.probabilities.get(label, 0.0) for a in public), default=0.0)
        found[label] = probability_band(likeliest)
    return found


def _verdict(database: Database, key: ClaimId) -> OutsideCheck | None:
    agreed = standing_verdicts(database, [key]).get(key)
    verdict = verdict_of(agreed.content) if agreed else None
    if verdict is None or verdict.shown is None:
        return None
    return OutsideCheck(verdict.url, verdict.publisher, verdict.shown, None, verdict.basis)


def _checks(view: ClaimView, zone: ZoneInfo) -> Iterator[OutsideCheck]:
    told: set[str] = set()
    for one in (view.checked, *view.items):
        if one is None or one.item.source_kind is SourceKind.PRESS:
            continue
        for match, check in one.matches:
            if match.confirmed and check.url not in told:
                told.add(check.url)
                at = check.published_at
                yield OutsideCheck(check.url, check.publisher, check.verdict, _day(at, zone) if at else None)


def _counts(session: Session, key: UUID, zone: ZoneInfo) -> Counts:
    begins = int(datetime(_MONDAY.year, _MONDAY.month, _MONDAY.day, tzinfo=zone).timestamp())
    own = select(ItemRow.id).where(ItemRow.claim_id == key)
    number = (seconds_of(SEEN) - begins) // _WEEK
    placed = own.join(ItemPlaceRow, ItemPlaceRow.item_id == ItemRow.id)
    kinds = own.join(SourceRow, SourceRow.name == ItemRow.source)
    weeks = _cells(session, own, number)
    return Counts(
        Cell(*session.execute(own.with_only_columns(*_counted())).one()),
        {(_MONDAY + timedelta(weeks=int(n))).isoformat(): cell for n, cell in weeks.items()},
        _cells(session, placed, func.substr(ItemPlaceRow.place, 1, _KECAMATAN)),
        _cells(session, kinds, SourceRow.kind),
    )


def _cells(session: Session, which: Any, key: Any) -> dict[str, Cell]:
    named = key.label("key")
    rows = session.execute(which.with_only_columns(named, *_counted()).group_by(named))
    return {str(found): Cell(*counts) for found, *counts in rows}


def _counted() -> tuple[Any, ...]:
    return tuple(func.count(distinct(one)) for one in (ItemRow.id, ItemRow.claim_id, ItemRow.source))


def _names(session: Session, key: UUID) -> frozenset[str]:
    """Return titles, names and bylines of the accounts of a claim, and what their addresses call them."""
    rows = session.execute(
        select(SourceRow.name, SourceRow.title, SourceRow.home, ItemRow.author, ItemRow.url)
        .join(SourceRow, SourceRow.name == ItemRow.source)
        .where(ItemRow.claim_id == key, SourceRow.kind.in_(_POSTS))
        .distinct()
        .limit(_MOST_NAMES)
    )
    found: set[str] = set()
    for name, title, home, author, url in rows:
        found |= {name, title, author, *_called(home), *_called(url)}
    return frozenset(one for one in found if one)


def _called(url: str) -> set[str]:
    """Return the parts of an address that may be the name of an account."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return set()
    pieces = [piece.lstrip("@") for piece in parts.path.split("/") if piece][:3]
    return {p for p in pieces if p.lower() not in _NO_NAMES and any(c.isalpha() for c in p)}


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
