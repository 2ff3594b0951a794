"""`kentongan watch`: the saved searches from the terminal, those of the region and of people alike."""

from dataclasses import asdict
from datetime import UTC, datetime
from getpass import getuser
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.asking import known_sources
from cli.output import AsJson, errors, print_json, print_table
from cli.parts import Parts, open_parts
from kentongan.domain import ClaimState, Label, Platform, Stance, User
from kentongan.errors import BadInput, NotFound
from kentongan.saved import SavedId, SavedSearch, Wanted, read_topics
from kentongan.store.saved_hits import Counts
from pipeline.saving import read_rules, save
from search.fields import ALIASES, fold, read_value
from search.index import FIELDS

MAX_HITS = 500
_VALUES = {
    "label": tuple(Label),
    "stance": tuple(Stance),
    "state": tuple(ClaimState),
    "platform": tuple(Platform),
}

watch_app = typer.Typer(no_args_is_help=True, help="Saved searches that every new item is held against.")
Which = Annotated[str, typer.Argument(metavar="SEARCH", help="Its id, or the name of a topic.")]


def register(app: typer.Typer) -> None:
    app.add_typer(watch_app, name="watch")


@watch_app.command("list")
def list_searches(as_json: AsJson = False) -> None:
    """List every saved search with how much it found today and in seven days."""
    with open_parts() as parts:
        parts.store.saved.keep_topics(read_topics())
        searches = parts.store.saved.all()
        keys = [search.id for search in searches]
        counts = parts.store.saved_hits.counts(keys, parts.region.time_zone, None)
        at = datetime.now(UTC)
        if as_json:
            print_json([_as_dict(search, counts[search.id], at) for search in searches])
            return
        print_table(
            "Saved searches",
            ("search", "title", "owner", "state", "today", "7 days"),
            [
                (
                    search.topic or search.id,
                    search.wanted.title,
                    search.owner or "region",
                    _state(search, at),
                    counts[search.id].today,
                    counts[search.id].week,
                )
                for search in searches
            ],
        )


@watch_app.command("add")
def add_search(
    title: str,
    query: Annotated[str, typer.Argument(help='Words, "phrase", -not, OR, prefix*, field:value.')],
    only: Annotated[list[str] | None, typer.Option(help="A filter, as field=value; may be repeated.")] = None,
    owner: Annotated[str, typer.Option(help="A user's name; without one it is the region's own.")] = "",
    share: Annotated[bool, typer.Option("--share", help="Let the owner's team see it.")] = False,
    route: Annotated[str, typer.Option(help="Whom such a matter may be handed to.")] = "",
    note: Annotated[str, typer.Option()] = "",
    as_json: AsJson = False,
) -> None:
    """Save a search. One that names a declared candidate ends with the stage of the election."""
    with open_parts() as parts:
        rules = read_rules(parts.region, parts.settings.home)
        wanted = Wanted(title, query, _filters(parts, only or []), route, note, share)
        person = _user(parts, owner) if owner else None
        search = save(parts.store, rules, wanted, owner=person, by=f"cli:{getuser()}")
    if as_json:
        print_json(_as_dict(search, Counts(), datetime.now(UTC)))
    else:
        ends = f"; ends {search.expires_at:%Y-%m-%d}: it names a candidate" if search.expires_at else ""
        errors.print(f"saved: {search.id}{ends}", markup=False)


@watch_app.command("remove")
def remove_search(search: Which) -> None:
    """Remove a saved search with what it found; a topic of the region can only be paused, on its page."""
    with open_parts() as parts:
        parts.store.saved.remove(_find(parts, search).id, by=f"cli:{getuser()}")


@watch_app.command("hits")
def list_hits(
    search: Which,
    limit: Annotated[int, typer.Option(min=1, max=MAX_HITS)] = 25,
    cursor: Annotated[str, typer.Option(help="From the page before.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what a saved search found, the newest first."""
    with open_parts() as parts:
        found = _find(parts, search)
        page = parts.store.saved_hits.newest(found.id, limit=limit, cursor=cursor)
        views = {view.item.id: view for view in parts.store.items.views([h.item_id for h in page.hits])}
        parts.store.audit.add(f"cli:{getuser()}", "view saved search", str(found.id))
        rows = [(hit, views[hit.item_id]) for hit in page.hits if hit.item_id in views]
        if as_json:
            hits = [
                asdict(hit) | {"title": view.item.title, "url": view.item.url, "source": view.item.source}
                for hit, view in rows
            ]
            print_json({"search": found.id, "hits": hits, "cursor": page.cursor or None})
            return
        zone = parts.region.time_zone
        print_table(
            found.wanted.title,
            ("found", "source", "text", "fits"),
            [
                (
                    f"{hit.found_at.astimezone(zone):%Y-%m-%d %H:%M}",
                    view.source_title,
                    (view.item.title or view.item.text)[:160],
                    "no longer" if hit.left_at else "yes",
                )
                for hit, view in rows
            ],
        )
        if page.cursor:
            errors.print(f"more: --cursor {page.cursor}", markup=False)


def _find(parts: Parts, name: str) -> SavedSearch:
    for search in parts.store.saved.all():
        if search.topic == name:
            return search
    try:
        return parts.store.saved.get(SavedId(UUID(name)))
    except ValueError as exc:
        raise NotFound("saved search", name) from exc


def _user(parts: Parts, name: str) -> User:
    for user in parts.store.users.all():
        if user.name == name and user.active:
            return user
    raise BadInput(f"--owner: no active user {name!r}")


def _filters(parts: Parts, raw: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in raw:
        typed, equals, value = one.partition("=")
        name = ALIASES.get(typed.strip().casefold())
        if not equals or name is None or not value.strip():
            raise BadInput(f"--only: {one!r} is not field=value; the fields are {', '.join(FIELDS)}")
        found.setdefault(name, []).append(_value(name, value.strip()))
    known_sources(parts, found.get("source", []))
    return {name: tuple(values) for name, values in found.items()}


def _value(name: str, typed: str) -> str:
    """Return the value as the index holds it; raises BadInput where no item ever has it."""
    if name not in _VALUES:
        return typed
    for value in _VALUES[name]:
        if fold(value) == read_value(name, typed):
            return value
    raise BadInput(f"--only: {name} {typed!r} is none of {', '.join(_VALUES[name])}")


def _state(search: SavedSearch, at: datetime) -> str:
    if search.is_over(at):
        return "over"
    if search.paused:
        return "paused"
    return f"until {search.expires_at:%Y-%m-%d}" if search.expires_at else "watching"


def _as_dict(search: SavedSearch, counts: Counts, at: datetime) -> dict[str, Any]:
    return {
        "id": search.id,
        "topic": search.topic or None,
        "owner": search.owner or None,
        **asdict(search.wanted),
        "filters": {name: list(values) for name, values in search.wanted.filters.items()},
        "paused": search.paused,
        "expires_at": search.expires_at,
        "over": search.is_over(at),
        "today": counts.today,
        "week": counts.week,
    }
