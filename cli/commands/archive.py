"""Commands about the archive: search it, rebuild its index, look the installation over."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from getpass import getuser
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.asking import (
    Labels,
    OfClaim,
    Places,
    Platforms,
    Since,
    Sources,
    Stages,
    Stances,
    States,
    Until,
    Words,
    filters_of,
    moment_of,
)
from cli.doctoring import examine
from cli.output import AsJson, errors, print_json, print_pairs, print_table
from cli.parts import Parts, open_parts
from kentongan.errors import KentonganError
from pipeline.documents import RecordDocuments
from pipeline.index_check import compare_index
from pipeline.reindexing import reindex_record
from pipeline.saving import read_rules
from pipeline.watching import watched_loader
from search.index import Interval, Page, Query, Sort
from search.wider import also_some

MAX_LIMIT = 500
_TOLD = 20  # refused documents named one by one


class Unwell(KentonganError):
    """The doctor found something that must be mended."""


def register(app: typer.Typer) -> None:
    app.command()(search)
    app.command()(reindex)
    app.command()(doctor)


def search(
    query: Words = "",
    label: Labels = None,
    state: States = None,
    stance: Stances = None,
    source: Sources = None,
    platform: Platforms = None,
    place: Places = None,
    stage: Stages = None,
    claim: OfClaim = None,
    since: Since = None,
    until: Until = None,
    sort: Annotated[Sort, typer.Option()] = Sort.RELEVANCE,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT)] = 20,
    cursor: Annotated[str, typer.Option(help="From the page before.")] = "",
    meaning: Annotated[bool, typer.Option("--meaning", help="Also what means the same.")] = False,
    facets: Annotated[bool, typer.Option("--facets", help="Count the values of each field.")] = False,
    histogram: Annotated[Interval | None, typer.Option(help="Count the results of each.")] = None,
    as_json: AsJson = False,
) -> None:
    """Search the archive."""
    with open_parts() as parts:
        asked = Query(
            text=query,
            filters=filters_of(
                parts,
                label=label,
                state=state,
                stance=stance,
                source=source,
                platform=platform,
                place=place,
                stage=stage,
                claim=claim,
            ),
            since=moment_of(parts, "--since", since),
            until=moment_of(parts, "--until", until),
            sort=sort,
            limit=limit,
            cursor=cursor,
            vector=parts.assessor.embed([query])[0] if meaning and query else b"",
            facets=facets,
            histogram=histogram,
            zone=parts.region.time_zone.key,
        )
        page = parts.index.search(asked)
        some = also_some(parts.index, asked, page)
        parts.store.audit.add(
            f"cli:{getuser()}", "search", query, filters=asked.filters, page_after=cursor, total=page.total
        )
        if as_json:
            print_json(_as_dict(page) | {"some_of_the_words": _as_dict(some) if some else None})
        else:
            zone = parts.region.time_zone
            _print_page(page, zone)
            if some and some.hits:
                errors.print("Few hold all of the words; with some of them:")
                _print_page(replace(some, cursor=""), zone)


def _as_dict(page: Page) -> dict[str, Any]:
    return {
        "understood": page.understood,
        "total": page.total,
        "cursor": page.cursor or None,
        "hits": [
            asdict(hit) | {"snippet": _pieces(hit.snippet)} | {"title_pieces": _pieces(hit.title_pieces)}
            for hit in page.hits
        ],
        "facets": page.facets,
        "histogram": [{"first_day": str(day), "count": count} for day, count in page.histogram],
    }


def _pieces(pieces: Sequence[tuple[str, bool]]) -> list[dict[str, Any]]:
    return [{"text": text, "match": match} for text, match in pieces]


def _print_page(page: Page, zone: ZoneInfo) -> None:
    errors.print(f"{page.total} found for: {page.understood or 'everything'}", markup=False)
    if page.hits:
        print_table(
            "Archive",
            ("date", "source", "labels", "state", "text"),
            [
                (
                    f"{hit.published_at.astimezone(zone):%Y-%m-%d}",
                    hit.source,
                    ", ".join(hit.labels),
                    hit.state,
                    hit.title or "".join(text for text, _ in hit.snippet),
                )
                for hit in page.hits
            ],
        )
    for name, counts in page.facets.items():
        if counts:
            print_table(name, (name, "results"), [(value, str(number)) for value, number in counts.items()])
    if page.histogram:
        rows = [(str(day), str(number)) for day, number in page.histogram]
        print_table("Over time", ("from", "results"), rows)
    if page.cursor:
        errors.print(f"more: --cursor {page.cursor}", markup=False)


def reindex(
    check: Annotated[bool, typer.Option("--check", help="Only compare the index with the record.")] = False,
    as_json: AsJson = False,
) -> None:
    """Rebuild the index from the record, beside a running worker; searches see the old one until then."""
    with open_parts() as parts:
        if check:
            _check(parts, as_json)
            return
        rules = read_rules(parts.region, parts.settings.home)
        rebuilt = reindex_record(
            parts.store,
            parts.index,
            RecordDocuments(parts.store, rules.calendar, rules.zone),
            watched_loader(parts.store, rules),
            _tell,
        )
    if as_json:
        print_json({"documents": rebuilt.held, "refused": [asdict(one) for one in rebuilt.refused]})
    else:
        errors.print(f"{rebuilt.held} documents indexed")
        for one in rebuilt.refused[:_TOLD]:
            errors.print(f"refused: {one.kind} {one.id}: {one.reason}", markup=False)
        if len(rebuilt.refused) > _TOLD:
            errors.print(f"{len(rebuilt.refused)} refused in all; `kentongan doctor` tells of them")


def _check(parts: Parts, as_json: bool) -> None:
    compared = compare_index(parts.store, parts.index)
    if as_json:
        print_json(asdict(compared))
    else:
        print_pairs("Index", {"missing": compared.missing, "too many": compared.extra})
    if not compared.same:
        raise Unwell("the index does not hold what the record does: run `kentongan reindex`")


def _tell(done: int) -> None:
    if errors.is_terminal:
        errors.print(f"{done} documents handed over", end="\r", markup=False)


def doctor(as_json: AsJson = False) -> None:
    """Look the installation over: settings, record, audit chain, index, model. Exit 1 when unwell."""
    with open_parts() as parts:
        findings = examine(parts)
    if as_json:
        print_json([asdict(f) for f in findings])
    else:
        print_table(
            "Doctor",
            ("part", "well", "finding", "mend"),
            [(f.part, "yes" if f.well else "NO", f.finding, f.mend) for f in findings],
        )
    sick = [f.part for f in findings if not f.well]
    if sick:
        raise Unwell(f"unwell: {', '.join(sick)}")
