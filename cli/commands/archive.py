"""Commands about the archive: search it, rebuild its index, look the installation over."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from cli.doctoring import examine
from cli.output import AsJson, errors, print_json, print_table
from cli.parts import Parts, open_parts
from kentongan.domain import ClaimState, Label, Platform, Stance
from kentongan.errors import BadInput, KentonganError
from pipeline.documents import RecordDocuments
from pipeline.exclusive import AlreadyWorking, sole_worker
from search.index import Page, Query, Sort
from search.reindex import reindex as rebuild

MAX_LIMIT = 500


class Unwell(KentonganError):
    """The doctor found something that must be mended."""


def register(app: typer.Typer) -> None:
    app.command()(search)
    app.command()(reindex)
    app.command()(doctor)


def search(
    query: Annotated[str, typer.Argument(help='Words, "phrase", -not, OR, prefix*, field:value.')] = "",
    label: Annotated[list[Label] | None, typer.Option(help="Bearing any of these labels.")] = None,
    state: Annotated[list[ClaimState] | None, typer.Option()] = None,
    stance: Annotated[list[Stance] | None, typer.Option()] = None,
    source: Annotated[list[str] | None, typer.Option()] = None,
    platform: Annotated[list[Platform] | None, typer.Option()] = None,
    since: Annotated[str | None, typer.Option(help="RFC 3339 time, or a date of the region.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this RFC 3339 time or date.")] = None,
    sort: Annotated[Sort, typer.Option()] = Sort.RELEVANCE,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT)] = 20,
    cursor: Annotated[str, typer.Option(help="From the page before.")] = "",
    as_json: AsJson = False,
) -> None:
    """Search the archive."""
    with open_parts() as parts:
        filters: dict[str, list[str]] = {
            "label": [v.value for v in label or []],
            "state": [v.value for v in state or []],
            "stance": [v.value for v in stance or []],
            "source": _known_sources(parts, source or []),
            "platform": [v.value for v in platform or []],
        }
        page = parts.index.search(
            Query(
                text=query,
                filters={name: values for name, values in filters.items() if values},
                since=_moment(parts, "--since", since),
                until=_moment(parts, "--until", until),
                sort=sort,
                limit=limit,
                cursor=cursor,
            )
        )
        if as_json:
            print_json(_as_dict(page))
        else:
            _print_page(page)


def _known_sources(parts: Parts, names: list[str]) -> list[str]:
    known = {source.name for source in parts.store.items.sources()} if names else set()
    for name in names:
        if name not in known:
            raise BadInput(f"unknown source {name!r}; there are {', '.join(sorted(known)) or 'none'}")
    return names


def _moment(parts: Parts, option: str, raw: str | None) -> datetime | None:
    if raw is None:
        return None
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as exc:
        raise BadInput(f"{option}: {raw!r} is not an RFC 3339 time or a date") from exc
    return moment if moment.tzinfo else moment.replace(tzinfo=parts.region.time_zone)


def _as_dict(page: Page) -> dict[str, Any]:
    return {
        "understood": page.understood,
        "total": page.total,
        "cursor": page.cursor or None,
        "hits": [
            asdict(hit) | {"snippet": [{"text": text, "match": match} for text, match in hit.snippet]}
            for hit in page.hits
        ],
    }


def _print_page(page: Page) -> None:
    errors.print(f"{page.total} found for: {page.understood or 'everything'}", markup=False)
    if page.hits:
        print_table(
            "Archive",
            ("date", "source", "labels", "state", "text"),
            [
                (
                    f"{hit.published_at:%Y-%m-%d}",
                    hit.source,
                    ", ".join(hit.labels),
                    hit.state,
                    hit.title or "".join(text for text, _ in hit.snippet),
                )
                for hit in page.hits
            ],
        )
    if page.cursor:
        errors.print(f"more: --cursor {page.cursor}", markup=False)


def reindex(as_json: AsJson = False) -> None:
    """Rebuild the index from the record; searches see the old one until the new one is full."""
    with open_parts() as parts, sole_worker(parts.store):
        with parts.store.outbox.exclusive() as ours:
            if not ours:
                raise AlreadyWorking("another worker is telling the index now; try again")
            count = rebuild(parts.index, RecordDocuments(parts.store).everything())
        if as_json:
            print_json({"documents": count})
        else:
            errors.print(f"{count} documents indexed")


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
