"""What may be changed in a report, when and by whom. Pure functions of values.

A person may reword or leave out a sentence of fact; its sources and status stay the record's. Nobody adds
one without a source: what people think stands in the parts that they write.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from kentongan.domain import UserId
from kentongan.errors import BadInput, Conflict
from kentongan.reports.kinds import Field, Grade, ReportKind
from kentongan.reports.values import (
    Content,
    FactSection,
    Question,
    Report,
    ReportState,
    Sentence,
    Step,
    WrittenSection,
)
from kentongan.text import mask_personal

MAX_SENTENCE_CHARACTERS = 1_000
MAX_WRITTEN_CHARACTERS = 8_000  # two printed pages
MAX_SUBJECT_CHARACTERS = 200
MAX_NOTE_CHARACTERS = 1_000
MAX_CLAIMS = 40
REQUIRED = (
    WrittenSection.SUBJECT,
    WrittenSection.ANALYSIS,
    WrittenSection.PREDICTION,
    WrittenSection.STEPS,
    WrittenSection.ADVICE,
)
"""What is not signed empty; "nihil" is an answer."""

_VALUE = re.compile(r"[A-F][1-6]")
_STAMP = re.compile(r"\b(?:hoaks?|hoax(?:es)?|bohong|palsu|fitnah|disinformasi|misinformasi)\w*", re.I)
_HANDLE_LINK = re.compile(r"https?://|www\.|\bt\.me/|\bwa\.me/", re.I)


def must_be_editable(report: Report) -> None:
    """Raise Conflict unless its text may be changed now."""
    if report.state is ReportState.FROZEN:
        raise Conflict("this report is signed: nothing in it changes any more")
    if report.state is ReportState.SECOND_READING:
        raise Conflict("this report is with its second reader")


def write_section(content: Content, section: WrittenSection, text: str) -> Content:
    """Return the content with a part as a person wrote it, personal data masked. Raises BadInput."""
    limit = MAX_SUBJECT_CHARACTERS if section is WrittenSection.SUBJECT else MAX_WRITTEN_CHARACTERS
    text = _clean(section.value, text, limit)
    if section is WrittenSection.SUBJECT:
        text = " ".join(text.split())
    if text != content.written.get(section, "") and _stamps_press(content, text):
        raise BadInput(f"{section.value}: articles of the press are not called hoaxes or lies here")
    return replace(content, written={**content.written, section: text})


def reword(content: Content, section: FactSection, texts: Sequence[str]) -> Content:
    """Return the content with the sentences of a part reworded, in their order; empty ones are left out.

    Raises BadInput for another number of them than there is, for one too long, for a word about the press
    that stamps it, and for an address as an answer to "who".
    """
    standing = content.facts[section]
    if len(texts) != len(standing):
        raise BadInput(f"{section.value}: {len(standing)} sentences are in it, {len(texts)} came")
    kept = [_reworded(section, one, text) for one, text in zip(standing, texts, strict=True) if text.strip()]
    return replace(content, facts={**content.facts, section: tuple(kept)})


def set_head(content: Content, grade: Grade, field: Field, value: str) -> Content:
    """Return the content with its head as a person set it. Raises BadInput for a value that is none."""
    value = value.strip().upper()
    if value and not _VALUE.fullmatch(value):
        raise BadInput("value: a letter A to F and a digit 1 to 6, such as B2")
    return replace(content, grade=grade, field=field, value=value)


def next_state(report: Report, step: Step, user: UserId) -> ReportState:
    """Return the state after a step. Raises Conflict where it cannot be taken now or by this person."""
    special, state = report.kind is ReportKind.SPECIAL, report.state
    match step:
        case Step.SENT if special and state is ReportState.DRAFT:
            _must_be_complete(report.content)
            return ReportState.SECOND_READING
        case Step.AGREED | Step.RETURNED if state is ReportState.SECOND_READING:
            if user in report.writers:
                raise Conflict("who wrote in a report is not its second reader")
            return ReportState.READ if step is Step.AGREED else ReportState.DRAFT
        case Step.SIGNED if state is (ReportState.READ if special else ReportState.DRAFT):
            _must_be_complete(report.content)
            return ReportState.FROZEN
        case Step.EDITED:
            must_be_editable(report)
            return ReportState.DRAFT
    raise Conflict(f"{step.value}: not while a report of this kind is {state.value}")


def missing(content: Content) -> tuple[WrittenSection, ...]:
    """Return the parts that have to be written before it can be signed."""
    return tuple(section for section in REQUIRED if not content.written.get(section, "").strip())


def _must_be_complete(content: Content) -> None:
    lacking = missing(content)
    if lacking:
        raise BadInput(f"not written yet: {', '.join(section.value for section in lacking)}")


def _reworded(section: FactSection, sentence: Sentence, text: str) -> Sentence:
    text = " ".join(_clean(section.value, text, MAX_SENTENCE_CHARACTERS).split())
    if text == sentence.text:
        return sentence
    if sentence.press and _stamps(text) - _stamps(sentence.text):
        raise BadInput(f"{section.value}: articles of the press are not called hoaxes or lies here")
    if sentence.question is Question.WHO and _HANDLE_LINK.search(text):
        raise BadInput(f"{section.value}: who is told by role, never by an account or its address")
    return replace(sentence, text=text)


def _stamps_press(content: Content, text: str) -> bool:
    """Tell whether a text in a report on the press alone stamps it with a word that its facts do not have."""
    sentences = [one for section in content.facts.values() for one in section]
    if not sentences or not all(one.press for one in sentences):
        return False
    return bool(_stamps(text) - _stamps(" ".join(one.text for one in sentences)))


def _stamps(text: str) -> set[str]:
    return {word.lower() for word in _STAMP.findall(text)}


def _clean(field: str, raw: str, limit: int) -> str:
    text = mask_personal(raw.replace("\r\n", "\n").replace("\x00", "").strip())
    if len(text) > limit:
        raise BadInput(f"{field}: longer than {limit} characters")
    return text
