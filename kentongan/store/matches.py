"""Matches of items to fact-checks, and the labels that items bear because of them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session

from kentongan.domain import FactCheck, Item, ItemId, Label, Match, Verdict
from kentongan.store.database import Database, now
from kentongan.store.edits import hold_grouping
from kentongan.store.rows import assessment_of, fact_check_of
from kentongan.store.schema import AssessmentRow, FactCheckRow, ItemRow, MatchRow
from kentongan.store.summary import refresh_and_tell
from kentongan.triage import REFUTING, hoax_risk, labels_of


class Matches:
    """Looking back: a check is often published after the posts it looks into were collected."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def to_look_back(self, model: str, limit: int) -> list[FactCheck]:
        """Return checks that this model embedded and older items were not yet held against."""
        with self._database.read() as session:
            rows = session.scalars(
                select(FactCheckRow)
                .where(FactCheckRow.embedded_by == model, FactCheckRow.looked_back.is_(False))
                .order_by(FactCheckRow.id)
                .limit(limit)
            )
            return [fact_check_of(row) for row in rows]

    def save_look_back(self, check: FactCheck, found: Mapping[ItemId, Match], seen: Sequence[Item]) -> None:
        """Keep which of the items in `seen` a check fits, in one transaction with their labels,
        claims and index jobs. Items revised since are left: the conveyor matches them anew."""
        revisions = {item.id: item.revision for item in seen}
        with self._database.write() as session:
            hold_grouping(session, self._database)  # or joining claims could wait for us, and we for it
            row = session.scalar(
                select(FactCheckRow).where(FactCheckRow.id == check.id).with_for_update(key_share=True)
            )
            if row is None or row.claim != check.claim:
                return
            touched = set(revisions)
            before = select(MatchRow.item_id).where(MatchRow.fact_check_id == check.id)
            touched |= {ItemId(key) for key in session.scalars(before)}
            session.execute(delete(MatchRow).where(MatchRow.fact_check_id == check.id))
            rows = list(
                session.scalars(
                    select(ItemRow).where(ItemRow.id.in_(touched)).order_by(ItemRow.id).with_for_update()
                )
            )
            for item in rows:
                key = ItemId(item.id)
                if key in found and revisions.get(key) == item.revision:
                    session.add(match_row(key, found[key]))
            session.flush()
            for item in rows:
                bear_labels(session, item)
            session.flush()
            for claim_id in sorted({item.claim_id for item in rows if item.claim_id}):
                refresh_and_tell(session, claim_id, *(item.id for item in rows if item.claim_id == claim_id))
            row.looked_back = True


def match_row(item_id: ItemId, match: Match) -> MatchRow:
    return MatchRow(
        item_id=item_id,
        fact_check_id=match.fact_check_id,
        probability=match.probability,
        confirmed=match.confirmed,
        shared_words=list(match.shared_words),
        matched_at=now(),
    )


def bear_labels(session: Session, item: ItemRow) -> None:
    """Set the labels an item bears, its risk and its surest match, from its assessment and its matches."""
    found = session.get(AssessmentRow, item.assessment_id) if item.assessment_id else None
    assessment = assessment_of(found) if found else None
    confirmed = session.execute(
        select(FactCheckRow.verdict, MatchRow.probability)
        .join(MatchRow, MatchRow.fact_check_id == FactCheckRow.id)
        .where(MatchRow.item_id == item.id, MatchRow.confirmed)
    )
    matches = [(Verdict(verdict), probability) for verdict, probability in confirmed]
    text = f"{item.title}\n{item.text}"
    labels, item.refuted = labels_of(assessment, text, [verdict for verdict, _ in matches])
    for label in Label:
        setattr(item, label.value, label in labels)
    risks = {label: assessment.probabilities[label] for label in labels} if assessment else {}
    if item.refuted:
        refuting = [probability for verdict, probability in matches if verdict in REFUTING]
        risks[Label.HOAX] = hoax_risk(risks[Label.HOAX], refuting)
    item.risk = max(risks.values(), default=0.0)
    sure = MatchRow.probability + case((MatchRow.confirmed, 1.0), else_=0.0)
    item.surest = session.scalar(select(func.max(sure)).where(MatchRow.item_id == item.id)) or 0.0
