"""The sample of unflagged claims: what was drawn, and what people saw in it.

Owns: the rows that misses are estimated from. Leaves the draw to `kentongan.sampling`, the lane to `summary`.
"""

from sqlalchemy.orm import Session

from kentongan.domain import ClaimState, Lane
from kentongan.sampling import is_drawn
from kentongan.store.database import now
from kentongan.store.schema import ClaimRow
from kentongan.store.schema_queue import SampleRow

_NO_PROBLEM = frozenset({ClaimState.DISMISSED, ClaimState.NOTED})


def keep_draw(session: Session, claim: ClaimRow) -> None:
    """Keep that a claim was drawn, flagged after all, or decided on, whichever it now is."""
    if not is_drawn(claim.id):
        return
    row, state = session.get(SampleRow, claim.id), ClaimState(claim.state)
    if claim.lane == Lane.SAMPLE.value:
        if row is None:
            row = SampleRow(claim_id=claim.id, drawn_at=now())
            session.add(row)
        row.flagged_at = row.decided_at = row.problem = None
    elif row is None or row.flagged_at is not None:
        return
    elif state is not ClaimState.NEW:
        row.decided_at, row.problem = row.decided_at or now(), state not in _NO_PROBLEM
    elif row.decided_at is None and claim.lane in (Lane.NEW.value, Lane.PRESS.value):
        row.flagged_at = now()
