"""Reading proposals within a transaction: apart from `proposals`, which writes them, because a claim's
lane needs it."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, UserId
from kentongan.proposals import Answer, Proposal, ProposalKind, state_of
from kentongan.store.schema import UserRow
from kentongan.store.schema_opinions import ProposalAnswerRow, ProposalRow


def proposals_of(session: Session, claim_ids: Iterable[UUID]) -> list[Proposal]:
    """Return all proposals on these claims with everything about them, oldest first.

    For the rules and for what is settled; what a person may see of them is `Proposal.seen_by`.
    """
    rows = session.execute(
        select(ProposalRow, UserRow.name)
        .join(UserRow, UserRow.id == ProposalRow.user_id)
        .where(ProposalRow.claim_id.in_(list(claim_ids)))
        .order_by(ProposalRow.proposed_at, ProposalRow.id)
    ).all()
    answers: dict[UUID, list[Answer]] = {}
    if rows:
        said = session.execute(
            select(ProposalAnswerRow, UserRow.name)
            .join(UserRow, UserRow.id == ProposalAnswerRow.user_id)
            .where(ProposalAnswerRow.proposal_id.in_([row.id for row, _ in rows]))
            .order_by(ProposalAnswerRow.answered_at, ProposalAnswerRow.id)
        )
        for row, name in said:
            answer = Answer(UserId(row.user_id), name, row.agrees, row.note, row.answered_at)
            answers.setdefault(row.proposal_id, []).append(answer)
    return [_proposal_of(row, name, tuple(answers.get(row.id, ()))) for row, name in rows]


def any_waiting(session: Session, claim_id: UUID) -> bool:
    """Tell whether a proposal on the claim waits for another person."""
    return any(proposal.pending for proposal in proposals_of(session, [claim_id]))


def _proposal_of(row: ProposalRow, name: str, answers: tuple[Answer, ...]) -> Proposal:
    return Proposal(
        id=row.id,
        claim_id=ClaimId(row.claim_id),
        kind=ProposalKind(row.kind),
        content=row.content,
        needs_second=row.needs_second,
        user_id=UserId(row.user_id),
        user_name=name,
        proposed_at=row.proposed_at,
        answers=answers,
        state=state_of(row.needs_second, answers),
    )
