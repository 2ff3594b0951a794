"""What is watched: the region's topics, one's own searches and the shared ones, and what each found.

A hit says that a topic is spoken of. No page here bears a label's name beside an item: it is no flag.
Another's private search answers as one that does not exist.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from kentongan.saved import MAX_NOTE, MAX_QUERY, MAX_ROUTE, MAX_TITLE, NotSaved, SavedId, SavedSearch, Wanted
from kentongan.store.items import ItemView
from kentongan.store.saved_hits import NEW_COUNTED, Counts, HitPage, SavedHit
from pipeline.saving import change as change_search
from pipeline.saving import may_change, may_remove, read_rules
from pipeline.saving import save as save_search
from search.query import understand
from webui import sessions
from webui.marks import shorten
from webui.parts import the_parts
from webui.saved.asking import FIELD_NAMES, read_wanted, value_text, why_not

blueprint = Blueprint("saved", __name__, url_prefix="/pantauan", template_folder="templates")

HITS_SHOWN = 25
CHARACTERS_SHOWN = 220  # of a post, which has no title
LIMITS = {"title": MAX_TITLE, "query": MAX_QUERY, "route": MAX_ROUTE, "note": MAX_NOTE}


@dataclass(frozen=True, slots=True)
class Listed:
    search: SavedSearch
    counts: Counts
    over: bool


@dataclass(frozen=True, slots=True)
class Shown:
    hit: SavedHit
    view: ItemView
    text: str
    new: bool


@dataclass(frozen=True, slots=True)
class Value:
    field: str
    value: str
    text: str


@blueprint.get("/")
def overview() -> str:
    parts, user = the_parts(), sessions.current()
    searches = parts.store.saved.visible_to(user)
    keys = [search.id for search in searches]
    counts = parts.store.saved_hits.counts(keys, parts.region.time_zone, user.id)
    at = datetime.now(UTC)
    listed = [Listed(search, counts[search.id], search.is_over(at)) for search in searches]
    return render_template(
        "saved/overview.html",
        groups=(
            (gettext("My searches"), [one for one in listed if one.search.owner == user.name]),
            (gettext("Topics of the region"), [one for one in listed if not one.search.owner]),
            (gettext("Shared by others"), [one for one in listed if one.search.owner not in ("", user.name)]),
        ),
        many=NEW_COUNTED,
    )


@blueprint.get("/<uuid:search_id>")
def show(search_id: UUID) -> str:
    """Show what a search found. Its first page counts as a look: what is there is new no longer."""
    parts, user = the_parts(), sessions.current()
    search = parts.store.saved.get_for(SavedId(search_id), user)
    page = parts.store.saved_hits.newest(search.id, limit=HITS_SHOWN, cursor=request.args.get("cursor", ""))
    later = "cursor" in request.args
    if request.method == "HEAD":  # nobody reads it
        return ""
    before = (
        _moment(request.args.get("before", "")) if later else parts.store.saved_hits.look(search.id, user.id)
    )
    parts.store.audit.add(user.name, "view saved search", str(search.id))
    return render_template(
        "saved/search.html",
        search=search,
        over=search.is_over(datetime.now(UTC)),
        hits=_shown(page, before, later),
        understood=understand(search.wanted.query).line,
        filters=_values(search.wanted),
        field_names=FIELD_NAMES,
        next_page=_page(search.id, page.cursor, before) if page.cursor else "",
        later=later,
        in_archive=_in_archive(search.wanted),
        changing=may_change(search, user),
        removing=may_remove(search, user),
    )


@blueprint.get("/baru")
def new() -> str:
    """Offer to save the search of the archive's address: its words and filters, not its days or order."""
    wanted = read_wanted(request.args, query="q")
    return _form(replace(wanted, title=wanted.title or shorten(wanted.query, 60)))


@blueprint.post("/baru")
def create() -> Response | tuple[str, int]:
    parts, user, wanted = the_parts(), sessions.current(), read_wanted(request.form, query="query")
    rules = read_rules(parts.region, parts.settings.home)
    try:
        search = save_search(parts.store, rules, wanted, owner=user, by=user.name)
    except NotSaved as refused:
        return _form(wanted, problem=why_not(refused)), 400
    flash(_told(search), "notice")
    return redirect(url_for("saved.show", search_id=search.id), 303)


@blueprint.get("/<uuid:search_id>/ubah")
def edit(search_id: UUID) -> str:
    search = _own(search_id)
    return _form(search.wanted, search)


@blueprint.post("/<uuid:search_id>/ubah")
def change(search_id: UUID) -> Response | tuple[str, int]:
    parts, user, search = the_parts(), sessions.current(), _own(search_id)
    wanted = read_wanted(request.form, query="query")
    try:
        version = int(request.form.get("version", ""))
    except ValueError:
        abort(400)
    rules = read_rules(parts.region, parts.settings.home)
    try:
        changed = change_search(parts.store, rules, search, wanted, version_seen=version, by=user.name)
    except NotSaved as refused:
        return _form(wanted, search, problem=why_not(refused)), 400
    flash(_told(changed), "notice")
    return redirect(url_for("saved.show", search_id=search.id), 303)


@blueprint.post("/<uuid:search_id>/jeda")
def pause(search_id: UUID) -> Response:
    search, paused = _own(search_id), request.form.get("paused") == "1"
    try:
        the_parts().store.saved.pause(search.id, paused, by=sessions.current().name)
    except NotSaved as refused:
        flash(why_not(refused), "notice")
    return redirect(url_for("saved.show", search_id=search.id), 303)


@blueprint.post("/<uuid:search_id>/hapus")
def remove(search_id: UUID) -> Response:
    search = _own(search_id)
    try:
        the_parts().store.saved.remove(search.id, by=sessions.current().name)
    except NotSaved as refused:
        flash(why_not(refused), "notice")
        return redirect(url_for("saved.show", search_id=search.id), 303)
    flash(gettext("Removed: %(title)s", title=search.wanted.title), "notice")
    return redirect(url_for("saved.overview"), 303)


def _own(search_id: UUID) -> SavedSearch:
    """Return a search that the user may change; answers 404 where they may not see it, else 403."""
    user = sessions.current()
    search = the_parts().store.saved.get_for(SavedId(search_id), user)
    if not may_change(search, user):
        abort(403)
    return search


def _form(wanted: Wanted, search: SavedSearch | None = None, *, problem: str = "") -> str:
    return render_template(
        "saved/form.html",
        wanted=wanted,
        search=search,
        problem=problem,
        filters=_values(wanted),
        field_names=FIELD_NAMES,
        limits=LIMITS,
    )


def _values(wanted: Wanted) -> list[Value]:
    parts = the_parts()
    sources = {source.name: source.title for source in parts.store.items.sources()}
    return [
        Value(name, value, value_text(name, value, parts.region.name, sources))
        for name in FIELD_NAMES
        for value in wanted.filters.get(name, ())
    ]


def _shown(page: HitPage, before: datetime | None, later: bool) -> Sequence[Shown]:
    views: Mapping[UUID, ItemView] = {
        view.item.id: view for view in the_parts().store.items.views([hit.item_id for hit in page.hits])
    }
    first_look = before is None and not later
    return [
        Shown(
            hit,
            views[hit.item_id],
            views[hit.item_id].item.title or shorten(views[hit.item_id].item.text, CHARACTERS_SHOWN),
            hit.left_at is None and (first_look or (before is not None and hit.found_at > before)),
        )
        for hit in page.hits
        if hit.item_id in views
    ]


def _page(key: SavedId, cursor: str, before: datetime | None) -> str:
    return url_for("saved.show", search_id=key, cursor=cursor, before=before.isoformat() if before else None)


def _moment(raw: str) -> datetime | None:
    with suppress(ValueError):
        found = datetime.fromisoformat(raw)
        return found if found.tzinfo else None
    return None


def _in_archive(wanted: Wanted) -> str:
    asked: dict[str, Any] = {"q": wanted.query or None, **wanted.filters}
    return url_for("archive.search", **asked)


def _told(search: SavedSearch) -> str:
    said = lazy_gettext("Saved. Every new item is held against it from now on.")
    named = lazy_gettext("Saved. It names a candidate, so it ends with this stage of the election.")
    return str(named if search.expires_at else said)
