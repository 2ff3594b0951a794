"""What became of the claims in a report since its facts were drafted: merged, of the press now, set aside.

A frozen report stays what it is. A draft whose facts no longer hold is not signed: its sentences are taken
out, or drafted anew from the record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, ClaimState
from kentongan.reports.drafting import REPORTABLE
from kentongan.reports.values import Content
from kentongan.store.schema import ClaimRow, ItemRow


class Turn(StrEnum):
    """What happened to a claim."""

    MERGED = "merged"  # into another that may be reported too, whose page its address leads to
    PRESS = "press"  # what speaks for it is of the press now, or no longer
    SET_ASIDE = "set aside"  # found to be no problem, or opened again
    GONE = "gone"  # out of the record


HINDERS = frozenset({Turn.PRESS, Turn.SET_ASIDE})
"""With these a report is not signed: what it says of the claim would be wrong."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A claim that is no longer what a report says it is."""

    claim_id: ClaimId
    headline: str
    turn: Turn


def turned(session: Session, content: Content) -> tuple[Turned, ...]:
    """Return the claims in a report's facts that turned since, in the order of the report."""
    said = _said(content)
    rows = {row.id: row for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(said)))}
    now = {key: _standing(session, row) for key, row in rows.items()}
    press = _press(session, [row.lead_id for row in now.values() if row.lead_id])
    found: list[Turned] = []
    for key, was_press in said.items():
        row = rows.get(key)
        if row is None:
            turn: Turn | None = Turn.GONE
        else:
            one = now[key]
            turn = _turn(one, press.get(one.lead_id or key, was_press), was_press)
            turn = turn or (Turn.MERGED if one is not row else None)
        if turn is not None:
            found.append(Turned(key, row.headline if row else "", turn))
    return tuple(found)


def _said(content: Content) -> dict[ClaimId, bool]:
    """Return whether each claim with a sentence in a report is told of as the press's."""
    found: dict[ClaimId, bool] = {}
    for sentences in content.facts.values():
        for one in sentences:
            if one.claim_id is None:  # what a tier handed in: no claim can turn
                continue
            if one.question or one.claim_id not in found:  # 5W1H tell it for sure
                found[one.claim_id] = one.press
    return found


def _press(session: Session, leads: Sequence[UUID]) -> Mapping[UUID, bool]:
    rows = session.execute(select(ItemRow.id, ItemRow.press).where(ItemRow.id.in_(leads)))
    return {row.id: row.press for row in rows}


def _standing(session: Session, row: ClaimRow) -> ClaimRow:
    """Return what holds the items of a claim now: what a merged one went into counts, not how it stood."""
    while row.merged_into is not None:
        row = session.get_one(ClaimRow, row.merged_into)
    return row


def _turn(row: ClaimRow, press: bool, was_press: bool) -> Turn | None:
    if press != was_press:
        return Turn.PRESS
    return None if ClaimState(row.state) in REPORTABLE else Turn.SET_ASIDE
