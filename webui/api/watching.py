"""Sources with their health, and the searches that are watched: reading only."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from flask import current_app
from pydantic import Field

from kentongan.domain import Permission, SourceKind, User
from kentongan.errors import BadInput
from kentongan.health.values import State, Trouble
from kentongan.saved import SavedId, SavedSearch
from pipeline.health import Examined
from webui.api.item_shapes import Item, item_of
from webui.api.operations import Answer, Link, caller, operation
from webui.api.problems import Code, invalid
from webui.api.shapes import ROWS, Cursor, Limit, Next, Shape
from webui.parts import the_parts
from webui.sources.views import outlook_of


class Finding(Shape):
    trouble: Trouble
    since: datetime
    detail: str


class SourceHealth(Shape):
    name: str
    title: str
    kind: SourceKind
    home: str
    permission: Permission
    press_council: bool
    state: State
    findings: list[Finding]
    last_crawl_at: datetime | None
    last_success_at: datetime | None
    newest_at: datetime | None
    found_day: Annotated[int, Field(description="New items of the last 24 hours.")]
    expected_day: Annotated[float, Field(description="Of the same hours, as the source's own rhythm has it.")]


class SourceList(Shape):
    sources: list[SourceHealth]


class Saved(Shape):
    id: UUID
    title: str
    query: str
    filters: dict[str, list[str]]
    route: Annotated[str, Field(description="Whom such a matter may be handed to.")]
    whose: Literal["own", "region", "shared"]
    paused: bool
    over: Annotated[bool, Field(description="Its time is over, as it names a candidate.")]
    expires_at: datetime | None
    today: Annotated[int, Field(description="Found today that still match.")]
    week: Annotated[int, Field(description="Likewise in seven days.")]


class SavedList(Shape):
    searches: list[Saved]


class HitsAsked(Shape):
    limit: Limit = ROWS
    cursor: Cursor = ""


class Hit(Shape):
    found_at: datetime
    left_at: Annotated[datetime | None, Field(description="Since when it matches no more.")]
    item: Item


class SavedPage(Shape):
    search: Saved
    hits: list[Hit]
    next: Next


@operation("GET", "/sources", tag="sources", answers={200: Answer("The sources.", SourceList)})
def list_sources() -> SourceList:
    """List the sources with their health, by name, as of two minutes ago at most."""
    examined = outlook_of(current_app).examine(datetime.now(UTC))
    return SourceList(sources=[_source(one) for one in examined])


@operation(
    "GET",
    "/saved-searches",
    tag="saved searches",
    answers={
        200: Answer(
            "The searches.",
            SavedList,
            {"first": Link("read_saved_search", {"search_id": "$response.body#/searches/0/id"})},
        )
    },
)
def list_saved_searches() -> SavedList:
    """List the watched searches that you may see: yours, the region's and those shared by others."""
    parts, user = the_parts(), caller()
    parts.store.audit.add(user.name, "list saved searches")
    return SavedList(searches=_saved(parts.store.saved.visible_to(user), user))


@operation(
    "GET",
    "/saved-searches/<uuid:search_id>",
    tag="saved searches",
    query=HitsAsked,
    answers={200: Answer("The search and a page of what it found.", SavedPage)},
    troubles=(Code.NOT_FOUND, Code.INVALID),
)
def read_saved_search(search_id: UUID, asked: HitsAsked) -> SavedPage:
    """Read a watched search and what it found, the newest first. Nothing is marked as seen."""
    parts, user = the_parts(), caller()
    search = parts.store.saved.get_for(SavedId(search_id), user)
    parts.store.audit.add(user.name, "view saved search", str(search.id))
    try:
        page = parts.store.saved_hits.newest(search.id, limit=asked.limit, cursor=asked.cursor)
    except BadInput as exc:
        raise invalid("cursor", "not one that a page of this search gave") from exc
    views = {view.item.id: view for view in parts.store.items.views([hit.item_id for hit in page.hits])}
    hits = [
        Hit(found_at=hit.found_at, left_at=hit.left_at, item=item_of(views[hit.item_id]))
        for hit in page.hits
        if hit.item_id in views
    ]
    return SavedPage(search=_saved([search], user)[0], hits=hits, next=page.cursor or None)


def _source(one: Examined) -> SourceHealth:
    source, health = one.source, one.health
    return SourceHealth(
        name=source.name,
        title=source.title,
        kind=source.kind,
        home=source.home,
        permission=source.permission,
        press_council=source.press_council,
        state=health.state,
        findings=[Finding(trouble=f.trouble, since=f.since, detail=f.detail) for f in health.findings],
        last_crawl_at=health.last_crawl_at,
        last_success_at=health.last_success_at,
        newest_at=health.newest_at,
        found_day=health.found_day,
        expected_day=health.expected_day,
    )


def _saved(searches: list[SavedSearch], user: User) -> list[Saved]:
    """Return searches with what they found lately. Whose they are is told as a kind, never by name."""
    parts, at = the_parts(), datetime.now(UTC)
    counts = parts.store.saved_hits.counts([one.id for one in searches], parts.region.time_zone, None)
    return [
        Saved(
            id=one.id,
            title=one.wanted.title,
            query=one.wanted.query,
            filters={name: list(values) for name, values in one.wanted.filters.items()},
            route=one.wanted.route,
            whose="own" if one.owner == user.name else "shared" if one.owner else "region",
            paused=one.paused,
            over=one.is_over(at),
            expires_at=one.expires_at,
            today=counts[one.id].today,
            week=counts[one.id].week,
        )
        for one in searches
    ]
