"""The verdict on a claim: what an outside check found, never what we think (R10).

Owns: its words, and which of them a check of that kind can carry. Leaves the address to
`kentongan.outside_check`, keeping to `store.proposals`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kentongan.domain import Verdict
from kentongan.errors import BadInput
from kentongan.outside_check import check_outside, is_government

MAX_PUBLISHER_CHARACTERS = 200
MAX_NOTE_CHARACTERS = 2_000


class Basis(StrEnum):
    """Who looked into it."""

    FACT_CHECKER = "fact_checker"  # an independent one
    COMPETENT_BODY = "competent_body"  # answers for the matter, and is not what is accused
    PARTY = "party"  # the accused body itself, and nobody else


class Making(StrEnum):
    """The seven types of First Draft (DOMAIN 2.1), as a person sees them. Never set by the machine."""

    SATIRE = "satire"
    MISLEADING = "misleading"
    IMPOSTER = "imposter"
    FABRICATED = "fabricated"
    FALSE_CONNECTION = "false_connection"
    FALSE_CONTEXT = "false_context"
    MANIPULATED = "manipulated"


SETTABLE = tuple(verdict for verdict in Verdict if verdict is not Verdict.CLARIFICATION)
"""What a person may set. `CLARIFICATION` follows from the basis: it is no finding of anybody outside."""


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """What a person read in an outside check. Without a `found` it takes the one before back."""

    found: Verdict | None
    url: str = ""
    publisher: str = ""
    basis: Basis = Basis.FACT_CHECKER
    making: Making | None = None
    note: str = ""

    @property
    def shown(self) -> Verdict | None:
        """What is shown: where only the accused body itself speaks, that and nothing more."""
        return Verdict.CLARIFICATION if self.found and self.basis is Basis.PARTY else self.found

    def as_content(self) -> dict[str, Any]:
        return {
            "found": self.found.value if self.found else None,
            "url": self.url,
            "publisher": self.publisher,
            "basis": self.basis.value,
            "making": self.making.value if self.making else None,
            "note": self.note,
        }


def verdict_of(content: Mapping[str, Any]) -> ClaimVerdict:
    """Return the verdict that was kept."""
    return ClaimVerdict(
        Verdict(content["found"]) if content["found"] else None,
        content["url"],
        content["publisher"],
        Basis(content["basis"]),
        Making(content["making"]) if content["making"] else None,
        content["note"],
    )


def check_verdict(verdict: ClaimVerdict, own_hosts: Collection[str] = ()) -> ClaimVerdict:
    """Return it with its texts trimmed. Raises BadInput, naming the field.

    It needs the public address of an outside check and its publisher; to take one back, a note.
    """
    note, publisher = verdict.note.strip(), verdict.publisher.strip()
    if len(note) > MAX_NOTE_CHARACTERS:
        raise BadInput(f"note: longer than {MAX_NOTE_CHARACTERS} characters")
    if verdict.found is None:
        if not note:
            raise BadInput("note: say why the verdict is taken back")
        return ClaimVerdict(None, note=note)
    if verdict.found not in SETTABLE:
        raise BadInput(f"found: {verdict.found.value} is not for a person to set")
    if not publisher or len(publisher) > MAX_PUBLISHER_CHARACTERS:
        raise BadInput(f"publisher: must be stated, in up to {MAX_PUBLISHER_CHARACTERS} characters")
    url = check_outside(verdict.url, own_hosts)
    if verdict.basis is Basis.FACT_CHECKER and is_government(url):
        raise BadInput("basis: a public body is no independent checker")
    return ClaimVerdict(verdict.found, url, publisher, verdict.basis, verdict.making, note)
