"""Looking at one text or page now, as the page of checks does. Nothing is kept; that it was done is audited.

The answer is that of `kentongan check --json`; beside the press its probabilities are left out too (R9).
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from kentongan.domain import Decision, Ground, Label, Verdict
from pipeline.given import GivenKind
from webui.api.operations import Answer, caller, operation
from webui.api.problems import Code
from webui.api.shapes import Shape
from webui.check.asking import check
from webui.check.limits import JSON_BYTES, MAX_CHARACTERS
from webui.checked import as_json
from webui.parts import read_uuid

_MOST_URL = 2_000


class TextGiven(Shape):
    text: Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS)]


class PageGiven(Shape):
    url: Annotated[str, Field(min_length=1, max_length=_MOST_URL, description="Of a public page.")]


class Looked(Shape):
    """What was looked at."""

    kind: GivenKind
    url: str | None
    title: str | None
    press: Annotated[str | None, Field(description="Whose page it is, where it is the press's.")]
    text: Annotated[str, Field(description="Personal data in it masked.")]


class SpanFound(Shape):
    start: int
    end: int
    label: Label
    contribution: Annotated[float, Field(description="By how much the label falls without it.")]


class CheckFound(Shape):
    url: str
    publisher: str
    claim: str
    verdict: Verdict
    verdict_text: str
    probability: float
    confirmed: bool
    shared_words: list[str]


class SimilarFound(Shape):
    id: UUID
    title: str
    url: str
    source: str
    claim_id: UUID | None


class Found(Shape):
    model: str
    given: Looked
    stance: Annotated[dict[str, float], Field(description="`asserts` and `reports`; together 1.")]
    probabilities: Annotated[
        dict[Label, float], Field(description="Calibrated, independent of one another; empty for the press.")
    ]
    flagged: list[Label]
    abstained: Annotated[list[Label], Field(description="Too close to call.")]
    reason: Annotated[str, Field(description="Why it bears its labels, or none, in a sentence.")]
    hoax_grounds: list[Ground]
    press_steps: Annotated[list[Decision], Field(description="What may be done about an article.")]
    cues: Annotated[list[str], Field(description="Marks of a chain message.")]
    spans: Annotated[list[SpanFound], Field(description="Characters of `given.text`.")]
    fact_checks: list[CheckFound]
    similar: list[SimilarFound]
    archive_problem: Annotated[str | None, Field(description="Why checks and similar items are unknown.")]


@operation(
    "POST",
    "/check",
    tag="check",
    body=TextGiven,
    answers={200: Answer("What was found.", Found)},
    troubles=(Code.NOT_NOW,),
    most_bytes=JSON_BYTES,
)
def check_text(given: TextGiven) -> Found:
    """Look at a text: labels, stance, why, checks that fit and similar items.

    Nothing of the text is kept. What is found is a lead for a person, never a verdict.
    """
    return _found({"text": given.text})


@operation(
    "POST",
    "/check/page",
    tag="check",
    body=PageGiven,
    answers={200: Answer("What was found.", Found)},
    troubles=(Code.NOT_NOW,),
)
def check_page(given: PageGiven) -> Found:
    """Fetch a public page and look at its text, as far as its robots.txt allows.

    Addresses inside a network are never fetched. A page that cannot be read is answered with 422 and why.
    """
    return _found({"url": given.url})


def _found(fields: dict[str, str]) -> Found:
    given, checked = check(fields, by=caller().name)
    found = as_json(given, checked)
    if given.outlet:
        found["probabilities"] = {}
    found["similar"] = [one | {"claim_id": read_uuid(one["claim_id"])} for one in found["similar"]]
    return Found.model_validate(found)
