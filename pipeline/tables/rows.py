"""One row of a table: an item or a fact-check with what is known of it.

The press bears no labels here (R9). There is no author in it, under whatever name: a table that
can be sorted by poster is a list of persons (R5).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kentongan.domain import Claim, FactCheck, Label, Platform, SourceKind, Verdict
from kentongan.store.decided import Decided
from kentongan.store.items import ItemView
from search.index import Kind

COLUMNS = (
    "id",
    "kind",
    "claim",
    "source",
    "source_title",
    "source_kind",
    "platform",
    "published_at",
    "first_seen_at",
    "title",
    "text",
    "url",
    "labels",
    "model",
    "stance",
    "state",
    "decision",
    "decided_at",
    "places",
    "link",
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """How addresses are written: `shown` masks telephone numbers, `of_item` leads into Kentongan."""

    shown: Callable[[str], str]
    of_item: Callable[[UUID], str]


@dataclass(frozen=True, slots=True)
class Row:
    """Empty where nothing is known. `marks` and what follows are for the item format alone."""

    id: str
    kind: Kind
    source: str
    source_title: str
    source_kind: SourceKind
    platform: Platform
    published_at: datetime | None
    first_seen_at: datetime
    title: str
    text: str
    url: str
    claim: str = ""
    labels: tuple[Label, ...] = ()
    model: str = ""
    stance: str = ""
    state: str = ""  # of its claim; the verdict of a fact-check
    decision: str = ""
    decided_at: datetime | None = None
    places: tuple[str, ...] = ()
    link: str = ""
    external_id: str = ""
    marks: Mapping[Label, int | None] = field(default_factory=dict)
    fact_check_url: str = ""

    def values(self) -> Sequence[str | datetime | None]:
        """Return the row in the order of `COLUMNS`."""
        return (
            self.id,
            self.kind.value,
            self.claim,
            self.source,
            self.source_title,
            self.source_kind.value,
            self.platform.value,
            self.published_at,
            self.first_seen_at,
            self.title,
            self.text,
            self.url,
            ", ".join(label.value for label in self.labels),
            self.model,
            self.stance,
            self.state,
            self.decision,
            self.decided_at,
            "; ".join(self.places),
            self.link,
        )


def row_of_item(
    view: ItemView,
    claim: Claim | None,
    decided: Decided | None,
    places: Mapping[str, str],
    addresses: Addresses,
) -> Row:
    """Return an item's row; `places` names the codes of the region."""
    item, assessment = view.item, view.assessment
    press = item.source_kind is SourceKind.PRESS
    return Row(
        id=str(item.id),
        kind=Kind.ITEM,
        source=item.source,
        source_title=view.source_title,
        source_kind=item.source_kind,
        platform=item.platform,
        published_at=item.published_at,
        first_seen_at=item.first_seen_at,
        title=item.title,
        text=item.text,
        url=addresses.shown(item.url),
        claim=str(item.claim_id or ""),
        labels=() if press else tuple(label for label in Label if label in view.labels),
        model="" if press or assessment is None else assessment.model,
        stance=assessment.stance.value if assessment else "",
        state=claim.state.value if claim else "",
        decision=decided.decision.value if decided else "",
        decided_at=decided.at if decided else None,
        places=tuple(places.get(code, code) for code in view.places),
        link=addresses.of_item(item.id),
        external_id=item.external_id,
        marks=_marks(view, press=press),
        fact_check_url="" if press else _confirmed(view),
    )


def row_of_check(check: FactCheck) -> Row:
    """Return a fact-check's row: its text is the claim that was looked into."""
    marks = {Verdict.REFUTED: 1, Verdict.TRUE: 0}
    return Row(
        id=str(check.id),
        kind=Kind.FACT_CHECK,
        source=check.publisher,
        source_title=check.publisher,
        source_kind=SourceKind.FACT_CHECKER,
        platform=Platform.FACTCHECK,
        published_at=check.published_at,
        first_seen_at=check.first_seen_at,
        title=check.title,
        text=check.claim,
        url=check.url,
        state=check.verdict.value,
        marks={Label.HOAX: marks[check.verdict]} if check.verdict in marks else {},
    )


def _marks(view: ItemView, *, press: bool) -> Mapping[Label, int | None]:
    found = view.assessment
    if press or found is None:
        return dict.fromkeys(Label)
    return {label: 1 if label in view.labels else None if label in found.abstained else 0 for label in Label}


def _confirmed(view: ItemView) -> str:
    return next((check.url for match, check in view.matches if match.confirmed), "")
