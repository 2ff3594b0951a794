"""What may be changed in a report, when and by whom. Pure functions of values.

A person may reword or leave out a sentence of fact; its sources and status stay the record's, and it is told
that it was reworded. Nobody adds one without a source: what people think stands in the parts that they write.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kentongan.domain import UserId
from kentongan.errors import BadInput, Conflict
from kentongan.reports.kinds import Field, Grade, ReportKind
from kentongan.reports.plain import paragraphs, plain
from kentongan.reports.stamps import stamps, stamps_press
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
from kentongan.reports.who import names_account
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
_FIGURES = re.compile(r"\d+")
_PRESS_SAID = "articles of the press are not called hoaxes or lies here"


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
        text = plain(text)
    every = [one for sentences in content.facts.values() for one in sentences]
    if text != content.written.get(section, "") and stamps_press(text, every):
        raise BadInput(f"{section.value}: {_PRESS_SAID}")
    return replace(content, written={**content.written, section: text})


def reword(content: Content, section: FactSection, texts: Mapping[int, str]) -> Content:
    """Return the content with sentences of a part reworded, by their place in it from 0; an empty one is
    left out, and what is not given stays.

    Raises BadInput for a place that no sentence has, for one too long, for a word about the press that stamps
    it, for another figure than was counted, and for an account as an answer to "who".
    """
    standing = content.facts[section]
    if not set(texts) <= set(range(len(standing))):
        raise BadInput(f"{section.value}: {len(standing)} sentences are in it, and none is added")
    every = [one for sentences in content.facts.values() for one in sentences]
    said = [(one, texts.get(place, one.text)) for place, one in enumerate(standing)]
    kept = [_reworded(section, one, text, every) for one, text in said if plain(text)]
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
    every = [one for sentences in content.facts.values() for one in sentences]
    for section, text in content.written.items():  # a claim may have become the press's since it was written
        if stamps_press(text, every):
            raise BadInput(f"{section.value}: {_PRESS_SAID}")


def _reworded(section: FactSection, sentence: Sentence, text: str, every: Sequence[Sentence]) -> Sentence:
    text = plain(_clean(section.value, text, MAX_SENTENCE_CHARACTERS))
    if text == sentence.text:
        return sentence
    if stamps(text) - stamps(sentence.text) and (sentence.press or stamps_press(text, every)):
        raise BadInput(f"{section.value}: {_PRESS_SAID}")
    if sentence.question is Question.WHO and names_account(text):
        raise BadInput(f"{section.value}: who is told by role, never by an account or its address")
    if section is FactSection.SPREAD and not _keeps_figures(text, sentence.text):
        raise BadInput(f"{section.value}: its figures are those that the record counted, in their order")
    return replace(sentence, text=text, reworded=True)


def _keeps_figures(text: str, counted: str) -> bool:
    """Tell whether all figures stand in what was counted too, in the same order: what rose has not fallen."""
    left = iter(_FIGURES.findall(counted))
    return all(figure in left for figure in _FIGURES.findall(text))


def _clean(field: str, raw: str, limit: int) -> str:
    text = mask_personal(paragraphs(raw))
    if len(text) > limit:
        raise BadInput(f"{field}: longer than {limit} characters")
    return text
