"""Dialogues that the harmony bodies held: what, when, where, by which bodies, and what came of it.

Owns the words and the checks that need no record. By bodies only, from a closed list: nobody is named
(DOMAIN 1.5), and what is written is masked. Leaves keeping to `kentongan.store.dialogues`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from kentongan.domain import ClaimId, NarrativeId, Role
from kentongan.errors import BadInput
from kentongan.private_names import mask_private
from kentongan.text import clean, mask_personal

DialogueId = NewType("DialogueId", UUID)

MAX_TOPIC_CHARACTERS = 200
MAX_TEXT_CHARACTERS = 4_000  # of the outcome, and of the follow-up
MAX_REASON_CHARACTERS = 500
MAX_NARRATIVES, MAX_CLAIMS = 5, 10
EARLIEST = date(2000, 1, 1)


class DialogueKind(StrEnum):
    FORUM = "forum"  # with members of several groups
    MEETING = "meeting"  # of the bodies among themselves
    VISIT = "visit"
    MEDIATION = "mediation"
    SOCIALISATION = "socialisation"
    OTHER = "other"


class Body(StrEnum):
    """Who held it, or sat in it. Bodies only: there is no field for a person."""

    FKUB = "fkub"
    FPK = "fpk"
    FKDM = "fkdm"
    KESBANGPOL = "kesbangpol"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    NEIGHBOURHOOD = "rt_rw"
    RELIGIOUS_AFFAIRS = "kemenag"
    RELIGIOUS_BODIES = "ormas_keagamaan"
    ADAT = "lembaga_adat"
    POLICE = "polri"
    ARMY = "tni"
    BAWASLU = "bawaslu"
    YOUTH = "kepemudaan"


class DialogueStep(StrEnum):
    LOGGED = "logged"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of a dialogue. `place` is a code of the region, empty for the whole city."""

    kind: DialogueKind
    held_on: date
    place: str
    bodies: tuple[Body, ...]
    topic: str
    outcome: str
    follow_up: str = ""
    narratives: tuple[NarrativeId, ...] = ()
    claims: tuple[ClaimId, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue as it stands at a version, and by which step that came. Who took it is in the audit log."""

    id: DialogueId
    version: int
    step: DialogueStep
    role: Role  # of who took it, as it is now
    at: datetime
    reason: str
    told: Told

    @property
    def withdrawn(self) -> bool:
        return self.step is DialogueStep.WITHDRAWN


def check_told(told: Told, places: Collection[str], today: date) -> Told:
    """Return it as it is kept: masked, each body once; raises BadInput, which names the field."""
    if not EARLIEST <= told.held_on <= today:
        raise BadInput(f"held_on: {told.held_on} is not between {EARLIEST} and today")
    if told.place and told.place not in places:
        raise BadInput(f"place: {told.place!r} is no place of this region")
    if not told.bodies:
        raise BadInput("bodies: none is chosen")
    if len(told.narratives) > MAX_NARRATIVES:
        raise BadInput(f"narratives: {len(told.narratives)} chosen, {MAX_NARRATIVES} at most")
    if len(told.claims) > MAX_CLAIMS:
        raise BadInput(f"claims: {len(told.claims)} given, {MAX_CLAIMS} at most")
    return Told(
        told.kind,
        told.held_on,
        told.place,
        tuple(body for body in Body if body in told.bodies),
        _masked("topic", " ".join(told.topic.split()), MAX_TOPIC_CHARACTERS),
        _masked("outcome", told.outcome, MAX_TEXT_CHARACTERS),
        _masked("follow_up", told.follow_up, MAX_TEXT_CHARACTERS, empty=True),
        tuple(dict.fromkeys(told.narratives)),
        tuple(dict.fromkeys(told.claims)),
    )


def check_reason(raw: str) -> str:
    """Return why a dialogue is withdrawn, masked; raises BadInput."""
    return _masked("reason", raw, MAX_REASON_CHARACTERS)


def _masked(field: str, raw: str, most: int, *, empty: bool = False) -> str:
    if len(raw) > most:
        raise BadInput(f"{field}: longer than {most} characters")
    text = mask_private(mask_personal(clean(raw)))
    if not text and not empty:
        raise BadInput(f"{field}: says nothing")
    return text
