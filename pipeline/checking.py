"""One text, looked at now: what the model says, which checks fit, what is like it."""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.assess import Assessor
from kentongan.domain import Assessment, FactCheck, Match
from kentongan.store import Store
from pipeline.matching import Matcher
from search.index import Hit, Kind, Query, SearchError, SearchIndex

SIMILAR = 5


@dataclass(frozen=True, slots=True)
class CheckedText:
    """`archive_problem` is empty when the archive was asked; else matches and similar are unknown."""

    assessment: Assessment
    matches: Sequence[tuple[Match, FactCheck]]
    similar: Sequence[Hit]
    archive_problem: str


def check_text(
    text: str, assessor: Assessor, store: Store, index: SearchIndex, matcher: Matcher
) -> CheckedText:
    """Return what is known of `text`; nothing is kept. A dead index is told, not hidden."""
    assessment = assessor.assess([text])[0]
    try:
        matches = matcher.find(text, assessment.embedding)
        similar = index.search(Query(kind=Kind.ITEM, vector=assessment.embedding, limit=SIMILAR)).hits
    except SearchError as exc:
        return CheckedText(assessment, (), (), str(exc))
    checks = {check.id: check for check in store.fact_checks.get_many([m.fact_check_id for m in matches])}
    found = [(m, checks[m.fact_check_id]) for m in matches if m.fact_check_id in checks]
    return CheckedText(assessment, found, similar, "")
