"""One text, looked at now: what the model says, which checks fit, what is like it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from classifier.assess import Assessor
from kentongan.domain import Assessment, FactCheck, Ground, Label, Match
from kentongan.errors import KentonganError
from kentongan.store import Store
from kentongan.triage import hoax_grounds, labels_of
from pipeline.matching import Matcher
from search.index import Hit, Kind, Query, SearchError, SearchIndex

SIMILAR = 5


@dataclass(frozen=True, slots=True)
class CheckedText:
    """What is known of a text, and what it would bear as an item of the record.

    `archive_problem` is empty when the archive was asked; else matches and similar are unknown.
    """

    text: str
    assessment: Assessment
    labels: frozenset[Label]
    refuted: bool
    grounds: tuple[Ground, ...]
    matches: Sequence[tuple[Match, FactCheck]]
    similar: Sequence[Hit]
    archive_problem: str


Checker = Callable[[str], CheckedText]
"""Looks at one text; raises CheckerUnavailable. Any thread may call it."""


Embed = Callable[[str], bytes]
"""Returns the meaning of words as the index compares it, in any thread; raises CheckerUnavailable."""


class CheckerUnavailable(KentonganError):
    """There is no model that could look at a text now."""


def check_text(
    text: str, assessor: Assessor, store: Store, index: SearchIndex, matcher: Matcher
) -> CheckedText:
    """Return what is known of `text`; nothing is kept. A dead index is told, not hidden."""
    assessment = assessor.assess([text])[0]
    found: list[tuple[Match, FactCheck]] = []
    similar: Sequence[Hit] = ()
    problem = ""
    try:
        matches = matcher.find(text, assessment.embedding)
        similar = index.search(Query(kind=Kind.ITEM, vector=assessment.embedding, limit=SIMILAR)).hits
        checks = {c.id: c for c in store.fact_checks.get_many([m.fact_check_id for m in matches])}
        found = [(m, checks[m.fact_check_id]) for m in matches if m.fact_check_id in checks]
    except SearchError as exc:
        problem = str(exc)
    labels, refuted = labels_of(assessment, text, [c.verdict for m, c in found if m.confirmed])
    grounds = hoax_grounds(assessment, refuted)
    return CheckedText(text, assessment, labels, refuted, grounds, found, similar, problem)
