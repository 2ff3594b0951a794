"""What is handed to another office and what came from one, as values. The document itself is plain JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from kentongan.domain import ClaimId, UserId
from kentongan.errors import BadInput
from kentongan.referrals import Rabat

BundleId = NewType("BundleId", UUID)
PartnerId = NewType("PartnerId", UUID)

FORMAT, VERSION = "kentongan-bundle", 1
MAX_CLAIMS = 100
MAX_WEEKS = 53
MAX_RECIPIENT_CHARACTERS = 200
MAX_TEXT_CHARACTERS = 300  # of a claim, as it leaves
NOTICE = "Petunjuk untuk diperiksa manusia, bukan putusan."

Document = Mapping[str, Any]
"""A bundle as JSON; its form is in `bundle.schema.json`."""


class BundleRefused(BadInput):
    """A bundle is not taken, or not made: nothing was kept. Names the field."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


class State(StrEnum):
    PREPARED = "prepared"  # its content is settled; nothing has left
    RELEASED = "released"
    REFUSED = "refused"  # by a second person, or given up by who prepared it
    WITHDRAWN = "withdrawn"  # released once, and taken back by a later bundle


@dataclass(frozen=True, slots=True)
class Ground:
    """Why it may leave: as with a referral (R12)."""

    reason: str
    necessity: str
    rabat: Mapping[Rabat, str]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle of our own. `content` is all that leaves but its date and key; `document` what left."""

    id: BundleId
    state: State
    version: int
    recipient: str
    partner_id: PartnerId | None
    ground: Ground
    needs_second: bool
    user_id: UserId
    user_name: str
    prepared_at: datetime
    content: Document
    settled_by: str  # who released or refused it; empty until then
    settled_at: datetime | None
    note: str
    document: str
    sha256: str
    withdraws: BundleId | None

    @property
    def claims(self) -> Sequence[Mapping[str, Any]]:
        return tuple(self.content["claims"])


@dataclass(frozen=True, slots=True)
class Partner:
    """Another office: whose bundles are believed by its key, or to whom ours are pushed, or both."""

    id: PartnerId
    name: str
    public_key: str  # PEM; empty where nothing is taken from it
    fingerprint: str
    pushes: bool  # it has an address
    added_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReceivedClaim:
    """A lead of another office: kept apart, never part of our own decisions."""

    id: UUID
    bundle_id: BundleId
    sender: str
    text: str
    press: bool
    content: Mapping[str, Any]
    likely: Mapping[ClaimId, str]  # headlines of our own claims that say the same, likest first


@dataclass(frozen=True, slots=True)
class ReceivedBundle:
    id: BundleId
    sender: str
    released_at: datetime
    received_at: datetime
    sha256: str
    claims: int
    withdrawn_at: datetime | None
    withdraws: BundleId | None
    document: Document


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the region, both included."""

    since: date
    until: date
