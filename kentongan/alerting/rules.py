"""What one person wants to be told of and how, and an alert, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import NewType
from uuid import UUID

from kentongan.alerting.timing import Quiet
from kentongan.alerting.values import About, Kind
from kentongan.domain import UserId
from kentongan.errors import BadInput

AlertId = NewType("AlertId", UUID)
RuleId = NewType("RuleId", UUID)

MAX_RULES = 10  # of one person
MAX_ADDRESS = 300  # characters


class Channel(StrEnum):
    """The ways out. Each needs its settings; see docs/settings.md."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    TELEGRAM = "telegram"


class State(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # tried as often as it is tried
    MOOT = "moot"  # what it reminds of was done before it was sent


@dataclass(frozen=True, slots=True)
class Wish:
    """A rule as a person gives it. `subject`: only of this narrative, place, target, search or source."""

    kinds: frozenset[Kind]
    channel: Channel
    address: str
    subject: str = ""
    digest_at: time | None = None
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A rule as it is kept; its address is sealed for the rule's own id."""

    id: RuleId
    user_id: UserId
    kinds: frozenset[Kind]
    subject: str
    channel: Channel
    sealed: bytes
    digest_at: time | None
    quiet: Quiet | None


@dataclass(frozen=True, slots=True)
class NewAlert:
    """Something to tell of. `owner`: nobody else is told; `link`: path of our own page."""

    kind: Kind
    about: About
    subject: str
    title: str
    link: str
    figures: Mapping[str, float]
    owner: UserId | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    id: AlertId
    kind: Kind
    about: About
    subject: str
    title: str  # empty where the words are not to be sent
    link: str
    figures: Mapping[str, float]
    raised_at: datetime


class NotTaken(BadInput):
    """A rule cannot be kept so; `reason` is a closed word that the pages translate."""

    def __init__(self, reason: "Refusal") -> None:
        super().__init__(f"alert rule: {reason.value}")
        self.reason = reason


class Refusal(StrEnum):
    NO_KIND = "no kind"
    ADDRESS = "the address"
    TOO_MANY = "too many"
    NO_CHANNEL = "the channel is not set up"
