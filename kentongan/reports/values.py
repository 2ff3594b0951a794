"""What a report holds: sentences with their sources and standing, and what people wrote themselves.

Owns: the values and their form as JSON. Leaves what may change to `rules`, drafting to `drafting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from kentongan.domain import ClaimId, UserId
from kentongan.reports.kinds import Field, Grade, Period, ReportKind, number_text

ReportId = NewType("ReportId", UUID)


class Status(StrEnum):
    """How far a sentence has been verified. Never a word about the press (R9)."""

    UNVERIFIED = "unverified"
    IN_VERIFICATION = "in_verification"
    REFUTED = "refuted"  # by an independent check or the competent body
    MISLEADING = "misleading"
    UNPROVEN = "unproven"
    TRUE = "true"
    SATIRE = "satire"
    DENIED = "denied"  # by the party concerned only; nobody tested it (R10)
    PRESS = "press"  # reporting: not ours to judge
    COUNTED = "counted"  # by this record, of what it collected
    FIELD_TRUE = "field_true"  # said by who was asked on the spot; no outside check (R10)
    FIELD_NOT_TRUE = "field_not_true"


class FactSection(StrEnum):
    """The parts that are made of the record alone, in their order."""

    SOURCES = "sources"
    FACTS = "facts"
    SPREAD = "spread"
    DENIALS = "denials"


class WrittenSection(StrEnum):
    """The parts that people write, in their order."""

    SUBJECT = "subject"
    ANALYSIS = "analysis"
    PREDICTION = "prediction"
    STEPS = "steps"
    ADVICE = "advice"
    COPIES = "copies"


class Question(StrEnum):
    """Which of the 5W1H a sentence answers."""

    NONE = ""
    WHAT = "what"
    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    WHY = "why"
    HOW = "how"


class ReportState(StrEnum):
    DRAFT = "draft"
    SECOND_READING = "second_reading"  # KHUSUS only
    READ = "read"  # by another person, who agreed
    FROZEN = "frozen"  # signed off, numbered, hashed: nothing changes any more


class Step(StrEnum):
    """What was done to a report; each is kept with who and when."""

    DRAFTED = "drafted"
    EDITED = "edited"
    SENT = "sent"  # to second reading
    RETURNED = "returned"  # by the second reader, with a note
    AGREED = "agreed"  # by the second reader
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class SourceLink:
    """Where a sentence has its word from. `url` begins with a slash for a page of this installation."""

    url: str
    title: str
    captured_at: datetime | None = None
    sha256: str = ""  # of what was captured, hex


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of fact. A person may reword it; its sources and status are the record's."""

    text: str
    links: tuple[SourceLink, ...]
    status: Status
    claim_id: ClaimId | None  # None where it is not of a claim
    question: Question = Question.NONE
    press: bool = False
    reworded: bool = False  # by a person: the source may say it otherwise

    def __post_init__(self) -> None:
        if not self.links:
            raise ValueError("a sentence of fact needs a source")


@dataclass(frozen=True, slots=True)
class Content:
    """Everything in a report that may change until it is signed."""

    grade: Grade
    field: Field
    value: str  # nilai informasi, such as B2; a person's word, empty until they say it
    claims: tuple[ClaimId, ...]
    facts: Mapping[FactSection, tuple[Sentence, ...]]
    written: Mapping[WrittenSection, str]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it stands. `place` is the code of a kecamatan; empty for the whole city."""

    id: ReportId
    kind: ReportKind
    place: str
    period: Period
    state: ReportState
    version: int
    made_by: str
    made_at: datetime
    changed_at: datetime
    content: Content
    writers: frozenset[UserId]  # whoever wrote any of it
    read_by: str = ""  # the second reader who agreed to this text
    signed_by: str = ""
    signed_at: datetime | None = None
    year: int | None = None
    sequence: int | None = None
    sha256: str = ""  # of its canonical form

    @property
    def number(self) -> str:
        """Its number; empty until it is signed."""
        return number_text(self.kind, self.year, self.sequence) if self.year and self.sequence else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step in the life of a report, with the content as it was after it. Append-only."""

    version: int
    step: Step
    by: str
    at: datetime
    note: str
    content: Content


def content_json(content: Content) -> dict[str, Any]:
    """Return the content as it is kept and hashed."""
    return {
        "grade": content.grade.value,
        "field": content.field.value,
        "value": content.value,
        "claims": [str(key) for key in content.claims],
        "facts": {
            section.value: [_sentence_json(one) for one in content.facts.get(section, ())]
            for section in FactSection
        },
        "written": {section.value: content.written.get(section, "") for section in WrittenSection},
    }


def content_of(kept: Mapping[str, Any]) -> Content:
    """Return the content that was kept."""
    return Content(
        Grade(kept["grade"]),
        Field(kept["field"]),
        kept["value"],
        tuple(ClaimId(UUID(key)) for key in kept["claims"]),
        {section: tuple(_sentence_of(one) for one in kept["facts"][section]) for section in FactSection},
        {section: kept["written"][section] for section in WrittenSection},
    )


def _sentence_json(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "status": sentence.status.value,
        "claim": str(sentence.claim_id or ""),
        "question": sentence.question.value,
        "press": sentence.press,
        **({"reworded": True} if sentence.reworded else {}),
        "links": [
            {
                "url": link.url,
                "title": link.title,
                "captured_at": link.captured_at.isoformat() if link.captured_at else "",
                "sha256": link.sha256,
            }
            for link in sentence.links
        ],
    }


def _sentence_of(kept: Mapping[str, Any]) -> Sentence:
    return Sentence(
        kept["text"],
        tuple(
            SourceLink(
                link["url"],
                link["title"],
                datetime.fromisoformat(link["captured_at"]) if link["captured_at"] else None,
                link["sha256"],
            )
            for link in kept["links"]
        ),
        Status(kept["status"]),
        ClaimId(UUID(kept["claim"])) if kept["claim"] else None,
        Question(kept["question"]),
        kept["press"],
        kept.get("reworded", False),
    )
