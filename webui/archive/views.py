"""Searching, and one item with its history. Each search and each view is audited (R21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext

from kentongan.domain import ClaimState, ItemId, Label, Platform, SourceKind, Stance, Verdict
from search.index import Hit, IndexNotReady, IndexUnavailable, Kind, Page
from webui import cards, sessions, words
from webui.archive.asking import FILTERS, Asked, read_asked
from webui.archive.history import earlier_versions
from webui.links import outside, without_phones
from webui.parts import the_parts

blueprint = Blueprint("archive", __name__, url_prefix="/archive", template_folder="templates")

ITEM_CHARACTERS = 60_000
SAID_CHARACTERS = 200  # beside a check; the whole text stands above it
CHOICES_SHOWN = 12  # of a filter, beside those that are ticked

_FILTER_TITLES: Mapping[str, str] = {
    "label": lazy_gettext("Indication"),
    "state": lazy_gettext("State of the claim"),
    "stance": lazy_gettext("Stance"),
    "platform": lazy_gettext("Kind of source"),
    "source": lazy_gettext("Source"),
}
KINDS: Mapping[str, str] = {
    Kind.ITEM.value: lazy_gettext("items"),
    Kind.FACT_CHECK.value: lazy_gettext("fact-checks"),
    "all": lazy_gettext("items and fact-checks"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    count: int | None
    ticked: bool


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as the page shows it."""

    hit: Hit
    is_check: bool
    source: str
    chips: tuple[cards.Chip, ...]
    stance: str
    state: str
    link: str | None


@blueprint.get("/")
def search() -> str | tuple[str, int]:
    """Results, or that there are none, or with 503 that search is down: three different pages."""
    parts, asked = the_parts(), read_asked(request.args)
    trouble, page = "", None
    try:
        page = parts.index.search(asked.query())
    except IndexUnavailable:
        trouble = "down"
    except IndexNotReady:
        trouble = "not ready"
    parts.store.audit.add(
        sessions.current().name,
        "search",
        asked.text,
        filters=asked.filters,
        kind=asked.kind,
        page_after=asked.cursor,
        total=page.total if page else None,
    )
    titles = {source.name: source.title for source in parts.store.items.sources()}
    html = render_template(
        "archive/search.html",
        asked=asked,
        page=page,
        trouble=trouble,
        found=[_found(hit, titles) for hit in page.hits] if page else [],
        filters=_filters(asked, page, titles),
        kinds=KINDS,
        next_page=asked.link(page.cursor) if page and page.cursor else "",
        first_page=asked.link() if asked.cursor else "",
    )
    return (html, 503) if trouble else html


@blueprint.get("/items/<uuid:item_id>")
def item(item_id: UUID) -> str:
    store, key = the_parts().store, ItemId(item_id)
    view = store.items.view(key)
    store.audit.add(sessions.current().name, "view item", str(item_id))
    earlier, older = earlier_versions(store.items.revisions(key))
    press = view.item.source_kind is SourceKind.PRESS
    return render_template(
        "archive/item.html",
        card=cards.item_card(view, characters=ITEM_CHARACTERS),
        checks=cards.checks([view], press=press, characters=SAID_CHARACTERS),
        earlier=earlier,
        older=older,
        evidence=store.items.evidence(key),
        without_phones=without_phones,
    )


def _found(hit: Hit, titles: Mapping[str, str]) -> Found:
    is_check = hit.kind is Kind.FACT_CHECK
    labels = frozenset(label for label in Label if label.value in hit.labels)
    return Found(
        hit=hit,
        is_check=is_check,
        source=titles.get(hit.source, hit.source),
        chips=cards.chips(labels, press=False, refuted=False),
        stance=_word("stance", hit.stance, titles),
        state=_word("state", hit.state, titles),
        link=outside(hit.url),
    )


def _filters(asked: Asked, page: Page | None, titles: Mapping[str, str]) -> list[Filter]:
    made = []
    for name in FILTERS:
        counts = page.facets.get(name, {}) if page else {}
        ticked = asked.filters.get(name, [])
        likely = sorted(counts, key=lambda value: (-counts[value], value))[:CHOICES_SHOWN]
        values = [*likely, *(value for value in ticked if value not in likely)]
        choices = tuple(
            Choice(v, _word(name, v, titles), counts.get(v) if page else None, v in ticked)
            for v in values
            if v
        )
        made.append(Filter(name, _FILTER_TITLES[name], choices))
    return [f for f in made if f.choices]


def _word(field: str, value: str, titles: Mapping[str, str]) -> str:
    """Return what a value of the index is called; a value we have no word for as it is."""
    if not value:
        return ""
    if field == "source":
        return titles.get(value, value)
    return str(_WORDS[field].get(value, value))


def _by_value(
    *tables: Mapping[Label, str]
    | Mapping[Stance, str]
    | Mapping[Platform, str]
    | Mapping[ClaimState, str]
    | Mapping[Verdict, str],
) -> dict[str, str]:
    return {key.value: text for table in tables for key, text in table.items()}


_WORDS: Mapping[str, Mapping[str, str]] = {
    "label": _by_value(words.LABEL_NAMES),
    "stance": _by_value(words.STANCES),
    "platform": _by_value(words.PLATFORMS),
    "state": _by_value(words.STATES, words.VERDICTS),
}
