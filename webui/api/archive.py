"""Searching the archive and reading one item: the same language, filters and facets as its page.

Each is audited. Nothing can be searched by who posted it (R5): no field of the index knows.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kentongan.domain import ClaimState, ItemId, Label, Platform, SourceKind, Stance, Verdict
from pipeline.checking import CheckerUnavailable
from search.index import BadCursor, Hit, Kind, Page, Sort
from webui.api.item_shapes import ItemPage, captures_of, checks_of, item_of, outside_url
from webui.api.operations import Answer, Link, caller, operation
from webui.api.problems import Code, invalid
from webui.api.shapes import ROWS, Cursor, Day, Limit, Next, Nothing, Piece, Shape
from webui.archive.asking import FILTERS, MAX_CHARACTERS, Asked
from webui.parts import the_parts

_FIRST, _LAST = date(1970, 1, 1), date(9000, 1, 1)  # as far as days are told apart
Values = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=10)]


class SearchAsked(Shape):
    """Words and filters; a filter given several times means any of its values."""

    q: Annotated[
        str,
        Field(
            max_length=MAX_CHARACTERS,
            description='Words, "a phrase", -not, OR, prefix*, (groups), field:value; as on the page.',
        ),
    ] = ""
    kind: Annotated[Kind | Nothing, Field(description="Items or fact-checks; both where it is left out.")] = (
        None
    )
    label: Annotated[list[Label], Field(default_factory=list)]
    state: Annotated[
        list[ClaimState | Verdict],
        Field(default_factory=list, description="Of an item's claim; the verdict of a fact-check."),
    ]
    stance: Annotated[list[Stance], Field(default_factory=list)]
    platform: Annotated[list[Platform], Field(default_factory=list)]
    place: Values = Field(default_factory=list)
    source: Values = Field(default_factory=list)
    stage: Values = Field(default_factory=list)
    claim: Annotated[UUID | Nothing, Field(description="Items of this claim only.")] = None
    since: Annotated[Day | Nothing, Field(description="The first day, of the region.")] = None
    until: Annotated[Day | Nothing, Field(description="The last day, of the region.")] = None
    sort: Sort = Sort.RELEVANCE
    meaning: Annotated[bool, Field(description="Rank by meaning too, where this server has a model.")] = False
    facets: Annotated[bool, Field(description="Count the values of each filter.")] = False
    limit: Limit = ROWS
    cursor: Cursor = ""


class HitShape(Shape):
    id: UUID
    kind: Kind
    claim_id: UUID | None
    title: str
    snippet: list[Piece]
    url: str | None
    source: str
    platform: str
    published_at: datetime
    labels: list[Label]
    stance: str
    state: Annotated[str, Field(description="Of its claim; the verdict of a fact-check.")]


class Count(Shape):
    value: str
    count: int


class SearchPage(Shape):
    hits: list[HitShape]
    total: int
    next: Next
    understood: Annotated[str, Field(description="The query as it was read.")]
    by_meaning: bool
    facets: dict[str, list[Count]]


@operation(
    "GET",
    "/archive",
    tag="archive",
    query=SearchAsked,
    answers={
        200: Answer(
            "A page of what was found; empty where there is nothing.",
            SearchPage,
            {"item": Link("read_item", {"item_id": "$response.body#/hits/0/id"})},
        )
    },
    troubles=(Code.INVALID, Code.SEARCH_DOWN),
)
def search_archive(asked: SearchAsked) -> SearchPage:
    """Search the archive.

    The query is read as in the archive's own box: every text is legal, and `understood` says how it was
    read. The press bears no labels here.
    """
    parts, put = the_parts(), _put(asked)
    vector = _meaning(asked)
    query = replace(
        put.query(parts.region.time_zone.key, vector), limit=asked.limit, facets=asked.facets, histogram=None
    )
    page: Page | None = None
    try:
        page = parts.index.search(query)
    except BadCursor as exc:
        raise invalid("cursor", "not one that a page of this search gave") from exc
    finally:
        parts.store.audit.add(
            caller().name, "search", put.text, filters=put.filters, kind=put.kind, claim=put.claim,
            page_after=put.cursor, total=page.total if page else None,
        )  # fmt: skip
    return SearchPage(
        hits=[_hit(hit) for hit in page.hits],
        total=page.total,
        next=page.cursor or None,
        understood=page.understood,
        by_meaning=bool(vector),
        facets={
            name: [Count(value=value, count=count) for value, count in counts.items()]
            for name, counts in page.facets.items()
        },
    )


@operation(
    "GET",
    "/items/<uuid:item_id>",
    tag="archive",
    answers={
        200: Answer(
            "The item.",
            ItemPage,
            {"claim": Link("read_claim", {"claim_id": "$response.body#/item/claim_id"})},
        )
    },
    troubles=(Code.NOT_FOUND,),
)
def read_item(item_id: UUID) -> ItemPage:
    """Read one item with the checks beside it and the captures behind it."""
    store, key = the_parts().store, ItemId(item_id)
    view = store.items.view(key)
    store.audit.add(caller().name, "view item", str(item_id))
    return ItemPage(
        item=item_of(view),
        checks=checks_of([view], press=view.item.source_kind is SourceKind.PRESS),
        captures=captures_of(store.items.evidence(key)),
    )


def _put(asked: SearchAsked) -> Asked:
    """Return the search as the archive's page has it."""
    filters = {name: sorted({str(value) for value in getattr(asked, name)}) for name in FILTERS}
    return Asked(
        text=asked.q.strip(),
        kind=asked.kind.value if asked.kind else "all",
        filters={name: values for name, values in filters.items() if values},
        claim=str(asked.claim) if asked.claim else "",
        since=max(asked.since, _FIRST) if asked.since else None,
        until=min(max(asked.until, _FIRST), _LAST) if asked.until else None,
        sort=asked.sort,
        by_meaning=asked.meaning,
        cursor=asked.cursor,
    )


def _meaning(asked: SearchAsked) -> bytes:
    """Return the meaning of the words where it was asked for and can be had."""
    embed = the_parts().embed
    if embed is None or not asked.meaning or not asked.q.strip():
        return b""
    try:
        return embed(asked.q)
    except CheckerUnavailable:
        return b""


def _hit(hit: Hit) -> HitShape:
    return HitShape(
        id=UUID(hit.id),
        kind=hit.kind,
        claim_id=UUID(hit.claim_id) if hit.claim_id else None,
        title=hit.title,
        snippet=[Piece(text=text, found=found) for text, found in hit.snippet],
        url=outside_url(hit.url),
        source=hit.source,
        platform=hit.platform,
        published_at=hit.published_at,
        labels=[Label(name) for name in hit.labels],
        stance=hit.stance,
        state=hit.state,
    )
