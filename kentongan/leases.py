"""Who works on a claim now: the rules of leases, as functions of values and of a moment that is passed in.

A lease spares two people the same work; that they never both decide is kept by the claim's version.
Leaves keeping to `store.leases`. Who holds what is shown while it lasts and never counted (R15).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kentongan.domain import ClaimId, UserId
from kentongan.errors import BadInput, Conflict

LENGTH = timedelta(minutes=5)
"""How long a lease lasts after the last sign of work. Long enough to read a page, its checks and its
copies without any script; short enough that what somebody left open is free again before it is old."""

RENEW_EVERY = timedelta(minutes=1)
"""How often an open page may renew: four renewals may get lost before the lease does."""

MAX_NOTE_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Lease:
    """That a person works on a claim. `until` grows with each renewal and so tells one from the next."""

    claim_id: ClaimId
    user_id: UserId
    user_name: str
    since: datetime
    until: datetime

    def alive(self, at: datetime) -> bool:
        return at < self.until


@dataclass(frozen=True, slots=True)
class TakeOver:
    """That a person took a claim over from another who held it, and why. Append-only."""

    claim_id: ClaimId
    user_name: str
    holder_name: str  # from whom
    note: str
    taken_at: datetime


class Held(Conflict):
    """Somebody else works on the claim now: `lease` says who and until when."""

    def __init__(self, lease: Lease) -> None:
        super().__init__(f"claim {lease.claim_id} is held by {lease.user_name} until {lease.until:%H:%M} UTC")
        self.lease = lease


def check_free(lease: Lease | None, user_id: UserId, at: datetime) -> None:
    """Raise Held where the lease is another person's and alive."""
    if lease is not None and lease.user_id != user_id and lease.alive(at):
        raise Held(lease)


def lease_for(lease: Lease | None, wanted: Lease) -> Lease:
    """Return the lease of who opens a claim at `wanted.since`: their own renewed, where it is alive, else
    `wanted`. Raises Held."""
    at = wanted.since
    check_free(lease, wanted.user_id, at)
    return replace(wanted, since=lease.since) if lease is not None and lease.alive(at) else wanted


def taken_from(lease: Lease | None, wanted: Lease, seen: UserId) -> Lease | None:
    """Return the lease that `wanted` takes over, None where nobody else holds the claim any more.

    `seen` is the holder whom the person was shown: raises Held where by now it is a third one.
    """
    if lease is None or lease.user_id == wanted.user_id or not lease.alive(wanted.since):
        return None
    if lease.user_id != seen:
        raise Held(lease)
    return lease


def check_note(note: str) -> None:
    """Raise BadInput for a note that says nothing or is too long."""
    if not note.strip():
        raise BadInput("note: say why you take the claim over")
    if len(note) > MAX_NOTE_CHARACTERS:
        raise BadInput(f"note: longer than {MAX_NOTE_CHARACTERS} characters")
