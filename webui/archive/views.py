"""Searching, and one item with its history. Each search and each view is audited (R21)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext

from kentongan.domain import ClaimState, ItemId, Label, Platform, SourceKind, Stance, Verdict
from kentongan.store.items import ItemView
from pipeline.checking import CheckerUnavailable
from pipeline.similar import similar_items
from search.index import Hit, IndexNotReady, IndexUnavailable, Kind, Page
from search.wider import also_some
from webui import cards, sessions, words
from webui.archive.asking import FILTERS, Asked, read_asked
from webui.archive.history import earlier_versions
from webui.archive.over_time import over_time
from webui.links import outside, without_phones
from webui.parts import the_parts

blueprint = Blueprint("archive", __name__, url_prefix="/archive", template_folder="templates")

ITEM_CHARACTERS = 60_000
SIMILAR_CHARACTERS = 400
SAID_CHARACTERS = 200  # beside a check; the whole text stands above it
CHOICES_SHOWN = 12  # of a filter, beside those that are ticked

_FILTER_TITLES: Mapping[str, str] = {
    "label": lazy_gettext("Indication"),
    "state": lazy_gettext("State of the claim"),
    "stance": lazy_gettext("Stance"),
    "place": lazy_gettext("Place"),
    "platform": lazy_gettext("Kind of source"),
    "source": lazy_gettext("Source"),
    "stage": lazy_gettext("Election and stage"),
}
KINDS: Mapping[str, str] = {
    Kind.ITEM.value: lazy_gettext("items"),
    Kind.FACT_CHECK.value: lazy_gettext("fact-checks"),
    "all": lazy_gettext("items and fact-checks"),
}


SYNTAX: Sequence[tuple[str, str]] = (
    ("banjir relokasi", lazy_gettext("both words, also as banjirnya, direlokasi, or spelt otherwise")),
    ('"surat suara"', lazy_gettext("these very words in this order")),
    ("banjir OR rob", lazy_gettext("either word")),
    ("hoaks -vaksin", lazy_gettext("without this word")),
    ("(banjir OR rob) (TPS OR logistik)", lazy_gettext("brackets group")),
    ("netral*", lazy_gettext("words that begin so")),
    (
        "sumber:kabar-pasar",
        lazy_gettext("a field; also tempat, kategori, status, sikap, jenis, tahapan, klaim"),
    ),
    ('tahapan:"masa tenang"', lazy_gettext("what was published in a stage of an election")),
    ("sejak:2025-08 sampai:27/8/2025", lazy_gettext("days, months or years; also tanggal:2025-08-27")),
    ("https://kabar.example/berita", lazy_gettext("what was published at an address")),
)


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
    meaning, some = _meaning(asked), None
    query = asked.query(parts.region.time_zone.key, meaning or b"")
    try:
        page = parts.index.search(query)
        some = also_some(parts.index, query, page)
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
        claim=asked.claim,
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
        some=some,
        some_found=[_found(hit, titles) for hit in some.hits] if some else [],
        filters=_filters(asked, page, titles),
        kinds=KINDS,
        syntax=SYNTAX,
        intervals=words.INTERVALS,
        over_time=over_time(page.histogram, asked.interval, asked.between) if page else None,
        can_mean=parts.embed is not None,
        meaning_failed=meaning is None,
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


@blueprint.get("/items/<uuid:item_id>/similar")
def similar(item_id: UUID) -> str | tuple[str, int]:
    """What is like this item, across all claims; with 503 where the index cannot be asked."""
    parts = the_parts()
    view = parts.store.items.view(ItemId(item_id))
    parts.store.audit.add(sessions.current().name, "search", f"similar to {item_id}")
    found: list[ItemView] | None = None
    with suppress(IndexUnavailable, IndexNotReady):
        found = similar_items(view, parts.store, parts.index)
    html = render_template(
        "archive/similar.html",
        card=cards.item_card(view, characters=SAID_CHARACTERS),
        found=None if found is None else [cards.item_card(v, characters=SIMILAR_CHARACTERS) for v in found],
    )
    return (html, 503) if found is None else html


def _meaning(asked: Asked) -> bytes | None:
    """Return the meaning of the words where it was asked for; None where it could not be had."""
    embed = the_parts().embed
    if not asked.by_meaning or not asked.text:
        return b""
    if embed is None:
        return None
    try:
        return embed(asked.text)
    except CheckerUnavailable:
        return None


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
    return str(_WORDS.get(field, {}).get(value, value))


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
