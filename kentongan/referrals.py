"""Handing a claim on to another office: who may be asked, and what has to be said (R12, R13).

Owns: the words of a referral and its checks. A referral is a record that two people agreed; nothing is
sent. Leaves keeping to `store.proposals`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from kentongan.errors import BadInput

MAX_TEXT_CHARACTERS = 2_000  # of each answer; half a printed page


class Addressee(StrEnum):
    """Whom a claim may be referred to, in the order of preference: the police last (R12, R13)."""

    DISKOMINFO = "diskominfo"  # publishes a clarification
    BAWASLU = "bawaslu"  # an offence of the election
    KOMDIGI = "komdigi"  # asks a platform
    POLRI = "polri"  # a crime; physical danger before all else


class Rabat(StrEnum):
    """The six questions of the Rabat plan of action, asked where hatred is in question (DOMAIN 2.1)."""

    CONTEXT = "context"
    SPEAKER = "speaker"  # in what standing; never who, where it is no public figure
    INTENT = "intent"
    CONTENT = "content"
    REACH = "reach"
    LIKELIHOOD = "likelihood"  # of harm


@dataclass(frozen=True, slots=True)
class Referral:
    """What two people agree to hand on, and why nothing milder is enough."""

    to: Addressee
    reason: str
    necessity: str  # why this is needed and in proportion
    danger: bool = False  # somebody could get hurt
    rabat: Mapping[Rabat, str] = field(default_factory=dict)  # all six, or none

    def as_content(self) -> dict[str, Any]:
        return asdict(self) | {"rabat": {question.value: said for question, said in self.rabat.items()}}


def referral_of(content: Mapping[str, Any]) -> Referral:
    """Return the referral that was kept."""
    return Referral(
        Addressee(content["to"]),
        content["reason"],
        content["necessity"],
        content["danger"],
        {Rabat(question): said for question, said in content["rabat"].items()},
    )


def check_referral(referral: Referral, *, hate: bool) -> Referral:
    """Return it with its texts trimmed. Raises BadInput, naming the field, for what is missing or too long.

    `hate` tells whether the claim is a case of hatred: then all six questions must be answered. Else
    they may be left out, but not by halves.
    """
    reason, necessity, answers = check_ground(referral.reason, referral.necessity, referral.rabat, hate=hate)
    return Referral(referral.to, reason, necessity, referral.danger, answers)


def check_ground(
    reason: str, necessity: str, rabat: Mapping[Rabat, str], *, hate: bool
) -> tuple[str, str, Mapping[Rabat, str]]:
    """Return why something may leave the office, trimmed: reason, necessity, the card. Raises BadInput."""
    said = {"reason": reason.strip(), "necessity": necessity.strip()}
    answers = {question: text.strip() for question, text in rabat.items() if text.strip()}
    for name, text in said.items():
        if not text:
            raise BadInput(f"{name}: must be stated")
    if (hate or answers) and len(answers) < len(Rabat):
        missing = next(question for question in Rabat if question not in answers)
        raise BadInput(f"{missing.value}: all six questions of the card must be answered")
    for name, text in (said | {q.value: text for q, text in answers.items()}).items():
        if len(text) > MAX_TEXT_CHARACTERS:
            raise BadInput(f"{name}: longer than {MAX_TEXT_CHARACTERS} characters")
    return said["reason"], said["necessity"], answers
