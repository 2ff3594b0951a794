"""An invented office at work: claims that come in and are decided on at stated moments, by invented people."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import select

from kentongan.domain import ClaimId, Decision, Label, Platform, Reason, Review, SourceKind, User
from kentongan.ids import new_id
from kentongan.opinions import Waiting
from kentongan.sampling import is_drawn
from kentongan.store import Store, reviews, samples, summary, voting
from kentongan.store.schema import ClaimRow, ItemRow
from kentongan.store.summary import refresh_and_tell
from tests.factories import claim_of, make_item, make_source, make_user, work_all


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let the record believe that it is another time."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (reviews, samples, summary, voting):
            patch.setattr(module, "now", lambda: moment)
        yield


class Office:
    """A record, and the people who decide."""

    def __init__(self, store: Store, people: Sequence[User] = ()) -> None:
        self.store = store
        self.people = people or [make_user(store, name) for name in ("sari", "tono", "uli", "wati")]
        store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
        store.collector.save_source(make_source("warta", SourceKind.PRESS))

    def comes(self, at: datetime, *labels: Label, press: bool = False) -> ClaimId:
        """Return a fresh claim of one item, unlike any other, that came in then."""
        words = " ".join(f"kata{uuid4().hex[:8]}" for _ in range(12))
        source, platform = ("warta", Platform.NEWS) if press else ("suara", Platform.POST)
        item = make_item(f"Rumor {words}.", source, platform=platform, seen_at=at)
        with clock_at(at):
            saved = self.store.collector.save_item(item)
            work_all(self.store, *labels)
        return claim_of(self.store, saved.id)

    def draws(self, at: datetime) -> ClaimId:
        """Return a fresh claim that nothing flags and that the sample drew then."""
        drawn = next(key for key in iter(new_id, None) if is_drawn(key))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(summary, "new_id", lambda: drawn)
            return self.comes(at)

    def decides(
        self,
        claim: ClaimId,
        at: datetime,
        decision: Decision = Decision.WATCH,
        *,
        person: int = 0,
        reason: Reason = Reason.UNSTATED,
    ) -> Review | Waiting:
        version = self.store.claims.get(claim).version
        with clock_at(at):
            return self.store.reviews.decide(
                claim, self.people[person].id, decision, version_seen=version, reason=reason
            )

    def relabels(self, claim: ClaimId, at: datetime, *labels: Label) -> None:
        """Let every item of a claim bear other labels, as a newer model would."""
        with clock_at(at), self.store.database.write() as session:
            for row in session.scalars(select(ItemRow).where(ItemRow.claim_id == claim)):
                for label in Label:
                    setattr(row, label.value, label in labels)
                row.risk = 0.9 if labels else 0.0
            session.flush()
            refresh_and_tell(session, claim)

    def forgets_when(self, *claims: ClaimId) -> None:
        """Make these claims of a record from before it was kept when they came."""
        with self.store.database.write() as session:
            for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(claims))):
                row.queued_at = row.laned_at = None


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def utc(text: str) -> datetime:
    """Return a moment of UTC, such as '2026-03-02 01:00'."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fill_weeks(office: Office, until: datetime, weeks: int = 4, seed: int = 5) -> None:
    """Let some weeks pass: mornings noted but for two, claims decided by three people, a sample, and votes."""
    chance, day = Random(seed), timedelta(days=1)
    first = (until - weeks * 7 * day).replace(hour=0, minute=30, second=0, microsecond=0)  # 07:30 in Arunika
    for number in range(weeks * 7):
        at, waiting = first + number * day, []
        for _ in range(chance.randint(2, 4)):
            labels = chance.choice(
                ((Label.HOAX,), (Label.HOAX, Label.BLACK_CAMPAIGN), (Label.IDENTITY_POLITICS,))
            )
            waiting.append(office.comes(at - hours(chance.randint(1, 12)), *labels))
        if number not in (3, 9):
            office.store.mornings.note(at.date(), at, waiting, len(waiting))
        for claim in waiting[: None if number < weeks * 7 - 3 else 1]:
            decision = chance.choice((Decision.DISMISS, Decision.WATCH, Decision.VERIFY, Decision.ESCALATE))
            for person in chance.sample(range(3), 3):
                at += timedelta(minutes=chance.randint(1, 200))
                if isinstance(office.decides(claim, min(at, until), decision, person=person), Review):
                    break
                decision = decision if chance.random() < 0.8 else Decision.WATCH
        drawn, seen = office.draws(at), chance.choice((Decision.DISMISS,) * 7 + (Decision.VERIFY,))
        if number % 9 != 1:
            office.decides(drawn, min(at + hours(2), until), seen)
