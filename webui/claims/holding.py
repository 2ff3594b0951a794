"""Who works on a claim, as its page tells the one who looks. Opening the page takes the lease.

Leaves the rules to `kentongan.leases`, keeping to the record, and the forms to `leasing`.
"""

from contextlib import suppress
from dataclasses import dataclass

from flask import request, session

from kentongan.domain import ClaimId, User
from kentongan.errors import Conflict
from kentongan.leases import MAX_NOTE_CHARACTERS, RENEW_EVERY, Lease, TakeOver
from webui.access import may
from webui.parts import the_parts

_DONE = "claim_done"


@dataclass(frozen=True, slots=True)
class Holding:
    lease: Lease
    mine: bool
    began: TakeOver | None  # where the lease began by taking the claim over
    may_take: bool
    renew_seconds: int = int(RENEW_EVERY.total_seconds())
    note_limit: int = MAX_NOTE_CHARACTERS


def open_claim(key: ClaimId, user: User, *, take: bool = True) -> Holding | None:
    """Audit that somebody opens a claim's page (R21), and lease it to them if they `take` it, their role
    decides and it is free; return who holds it.

    The page that a decision leads back to takes none: that work is done.
    """
    store, done = the_parts().store, session.pop(_DONE, None) == str(key)
    if take and not done and request.method == "GET" and may("claims.decide", "POST", user.role):
        with suppress(Conflict):  # merged away this moment: the page still shows what it was
            return _told(store.leases.open(key, user.id), user)
    store.audit.add(user.name, "view claim", str(key))
    return holding(key, user)


def holding(key: ClaimId, user: User) -> Holding | None:
    """Return who holds a claim now, or None."""
    lease = the_parts().store.leases.holders([key]).get(key)
    return _told(lease, user) if lease else None


def done_with(key: ClaimId) -> None:
    """Keep the next look at a claim, just decided on, from leasing it again."""
    session[_DONE] = str(key)


def _told(lease: Lease, user: User) -> Holding:
    newest = the_parts().store.leases.last_take_over(lease.claim_id)
    return Holding(
        lease,
        mine=lease.user_id == user.id,
        began=newest if newest and newest.taken_at == lease.since else None,
        may_take=may("claims.take_over", "POST", user.role),
    )
