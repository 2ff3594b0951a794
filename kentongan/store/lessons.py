"""What people decided, as lessons for the classifier: read only.

Owns: which claims teach something, and how votes become soft targets. Leaves learning to
`classifier.train.learn`. No name and no id of a person leaves this module; the press is in no
lesson at all (R9), and nobody's opinion of a text that has changed since is taught.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, Decision, Label, Reason, SourceKind
from kentongan.store.database import Database, batched
from kentongan.store.rows import item_of, labels_in
from kentongan.store.schema import ItemRow, ReviewRow, RevisionRow, SourceRow
from kentongan.store.voted import votes_behind

ASSERTS = "asserts"
MAX_TEXTS = 8  # of one claim
MAX_CLAIMS = 3_000  # the last decided: minutes of reading on two cores

_COUNTS = {Decision.ESCALATE: 1.0, Decision.VERIFY: 1.0, Decision.WATCH: 0.6}
_RAISING = frozenset({Reason.UNSTATED, Reason.REFUTED, Reason.UNVERIFIED, Reason.SPREADING, Reason.DANGER})
_RAISING_STILL = _RAISING | {Reason.OLD, Reason.ELSEWHERE}  # none of our business, but what it seems
_STANCE_OF_DISMISSED = {Reason.REPORTING: 0.0, Reason.SATIRE: 0.0, Reason.OPINION: 1.0}
_NOTHING_IN_IT = frozenset({Reason.UNSTATED, *_STANCE_OF_DISMISSED})


@dataclass(frozen=True, slots=True)
class Vote:
    """The latest decision of one person on one claim, without the person."""

    decision: Decision
    reason: Reason


@dataclass(frozen=True, slots=True)
class Target:
    """What `votes` persons say on average: 0 not at all, 1 certainly."""

    value: float
    votes: int


@dataclass(frozen=True, slots=True)
class LessonText:
    """One text of a decided claim, and what it teaches: by label, and for `ASSERTS`; never empty."""

    text: str
    targets: Mapping[str, Target]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One decided claim. At most MAX_TEXTS texts, no two alike; at least one."""

    claim_id: ClaimId
    votes: tuple[Vote, ...]
    texts: tuple[LessonText, ...]


class Lessons:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, max_claims: int = MAX_CLAIMS, max_texts: int = MAX_TEXTS) -> list[Lesson]:
        """Return the lessons of the claims decided on last, in the order of their ids."""
        with self._database.read() as session:
            claims = session.scalars(
                select(ReviewRow.claim_id)
                .group_by(ReviewRow.claim_id)
                .order_by(func.max(ReviewRow.decided_at).desc(), ReviewRow.claim_id)
                .limit(max_claims)
            ).all()
            return [
                lesson
                for claim_id, votes in _votes(session, sorted(claims))
                if (lesson := _lesson(session, claim_id, votes, max_texts))
            ]


def teach(votes: Sequence[Vote], borne: Iterable[Label]) -> dict[str, Target]:
    """Return what the votes say of a text that bears the labels `borne`.

    To raise a claim speaks for the labels that its text bears and for nothing else; to dismiss
    it speaks against every label, as there is nothing in it, or with `TRUE` only against `HOAX`.
    Dismissed as old or of elsewhere, or with a reason that does not go with the decision, it
    teaches nothing. Labels and stance that nobody spoke of are left out.
    """
    said: dict[str, list[float]] = {}
    own = [label.value for label in borne]
    for vote in votes:
        for name, value in _say(vote, own).items():
            said.setdefault(name, []).append(value)
    return {name: Target(sum(values) / len(values), len(values)) for name, values in said.items()}


def _say(vote: Vote, borne: Sequence[str]) -> dict[str, float]:
    if vote.decision in _COUNTS and vote.reason in _RAISING_STILL and borne:
        stance = {} if vote.decision is Decision.WATCH else {ASSERTS: 1.0}
        return dict.fromkeys(borne, _COUNTS[vote.decision]) | stance
    if vote.decision is Decision.DISMISS and vote.reason is Reason.TRUE:
        return {Label.HOAX.value: 0.0}
    if vote.decision is Decision.DISMISS and vote.reason in _NOTHING_IN_IT:
        stance = {k: v for k, v in [(ASSERTS, _STANCE_OF_DISMISSED.get(vote.reason))] if v is not None}
        return {label.value: 0.0 for label in Label} | stance
    return {}


def _votes(session: Session, claims: Sequence[UUID]) -> Iterator[tuple[UUID, list[Vote]]]:
    """Yield each claim with the latest decision of each person, in the order in which they came.

    Where several voted, each vote is one, those that were outvoted too: that is what soft targets are for.
    """
    for some in batched(claims):
        latest: dict[UUID, dict[UUID, Vote]] = {claim_id: {} for claim_id in some}
        reviews = session.scalars(
            select(ReviewRow).where(ReviewRow.claim_id.in_(some)).order_by(ReviewRow.claim_version)
        ).all()
        behind = votes_behind(session, [row.id for row in reviews])
        for row in reviews:
            latest[row.claim_id][row.user_id] = Vote(Decision(row.decision), Reason(row.reason))
            for vote in behind.get(row.id, ()):
                latest[row.claim_id][vote.user_id] = Vote(vote.decision, vote.reason)
        for claim_id, votes in latest.items():
            yield claim_id, list(votes.values())


def _lesson(session: Session, claim_id: UUID, votes: Sequence[Vote], max_texts: int) -> Lesson | None:
    texts = []
    for row, kind in session.execute(_texts_of(claim_id, max_texts)):
        targets = teach(votes, labels_in(row))
        if targets:
            texts.append(LessonText(item_of(row, kind).full_text, targets))
    return Lesson(ClaimId(claim_id), tuple(votes), tuple(texts)) if texts else None


def _texts_of(claim_id: UUID, limit: int) -> Select[ItemRow, str]:
    """Return a query for the claim's public items, one of each wording, the riskiest first.

    An item revised after the last decision says now what nobody has judged.
    """
    decided = select(func.max(ReviewRow.decided_at)).where(ReviewRow.claim_id == claim_id).scalar_subquery()
    alike = func.row_number().over(
        partition_by=ItemRow.content_hash, order_by=(ItemRow.risk.desc(), ItemRow.id)
    )
    ranked = (
        select(ItemRow.id, SourceRow.kind, alike.label("copy"))
        .join(SourceRow)
        .join(RevisionRow, and_(RevisionRow.item_id == ItemRow.id, RevisionRow.number == ItemRow.revision))
        .where(
            ItemRow.claim_id == claim_id,
            SourceRow.kind != SourceKind.PRESS.value,
            or_(ItemRow.revision == 1, RevisionRow.seen_at <= decided),
        )
        .subquery()
    )
    return (
        select(ItemRow, ranked.c.kind)
        .join(ranked, ranked.c.id == ItemRow.id)
        .where(ranked.c.copy == 1)
        .order_by(ItemRow.risk.desc(), ItemRow.first_seen_at, ItemRow.id)
        .limit(limit)
    )
