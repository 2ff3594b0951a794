"""Items and fact-checks from a file into the record.

The whole file is read and checked first: a bad line leaves the record as it was.
Importing the same file again changes nothing.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from kentongan.domain import Label, NewFactCheck, NewItem, Permission, Platform, Source, SourceKind, Verdict
from kentongan.errors import FormatError
from kentongan.pseudonym import pseudonym
from kentongan.store import Store
from kentongan.store.collect import SavedFactCheck, SavedItem
from kentongan.store.database import now
from kentongan.text import clean
from pipeline.formats import ItemRecord, read_items

T = TypeVar("T")

UNNAMED_SOURCE = "import"
BATCH = 500  # items a transaction: short enough for the others who write

_KIND_OF = {
    Platform.NEWS: SourceKind.PRESS,
    Platform.POST: SourceKind.PUBLIC_CHANNEL,
    Platform.REPORT: SourceKind.PUBLIC_CHANNEL,
    Platform.FACTCHECK: SourceKind.FACT_CHECKER,
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    created: int
    revised: int
    unchanged: int
    fact_checks: int
    new_sources: tuple[str, ...]
    authors_dropped: int  # posts whose author could not be pseudonymised: no key is set


def import_items(
    store: Store, path: Path, *, region: str, time_zone: str, pseudonym_key: str | None
) -> ImportReport:
    """Put every item of `path` into the record and return what became of them.

    Items of platform `factcheck` become fact-checks. A source the record does not know is
    added, as press where the platform is news. Raises BadInput and FormatError before
    anything is kept: what the record would refuse is refused here, by its line.
    """
    records = _tell_apart(path, list(read_items(path)))
    checks = [read_fact_check(path, r) for r in records if r.platform is Platform.FACTCHECK]
    dropped = 0
    items: list[tuple[NewItem, dict[str, Any]]] = []
    for record in records:
        if record.platform is Platform.FACTCHECK:
            continue
        item = make_item(record, pseudonym_key)
        dropped += bool(record.author) and not item.author
        items.append((item, _given(record)))
    wanted = {r.source or UNNAMED_SOURCE: r.platform or Platform.POST for r in reversed(records)}
    new_sources = add_sources(store, wanted, region=region, time_zone=time_zone)
    saved = [s for batch in _batches(items) for s in store.collector.save_items(batch)]
    saved_checks = [s for batch in _batches(checks) for s in store.collector.save_fact_checks(batch)]
    outcomes: list[SavedItem | SavedFactCheck] = [*saved, *saved_checks]
    return ImportReport(
        created=sum(s.created for s in outcomes),
        revised=sum(s.revised for s in outcomes),
        unchanged=sum(not (s.created or s.revised) for s in outcomes),
        fact_checks=len(saved_checks),
        new_sources=new_sources,
        authors_dropped=dropped,
    )


def _tell_apart(path: Path, records: Sequence[ItemRecord]) -> list[ItemRecord]:
    """Return the records, those that say different things at one address told apart by a mark.

    A fact-checker's page quotes many posts: each is kept, at the page's address and `#` with
    its id, or with a hash of what it says. Raises FormatError where two lines give different
    texts to one id: kept one after the other, no import of the file could settle them.
    """
    by_id: dict[Hashable, ItemRecord] = {}
    said_at: dict[Hashable, set[Hashable]] = defaultdict(set)
    verdicts: dict[Hashable, ItemRecord] = {}
    for record in records:
        is_check = record.platform is Platform.FACTCHECK
        said_at[is_check, record.url].add(_said(record))
        other = by_id.setdefault((is_check, record.source, record.id), record) if record.id else record
        if _said(other) != _said(record):
            problem = f"id: {record.id[:60]!r} is line {other.line}'s too, with another text"
            raise FormatError(str(path), record.line, problem)
        if is_check:
            twin = verdicts.setdefault((record.url, _said(record)), record)
            if twin.labels.get(Label.HOAX) != record.labels.get(Label.HOAX):
                problem = f"labels.hoax: line {twin.line} gives this very check another verdict"
                raise FormatError(str(path), record.line, problem)
    return [
        replace(record, url=f"{record.url}#{_mark(record)}")
        if record.url and len(said_at[record.platform is Platform.FACTCHECK, record.url]) > 1
        else record
        for record in records
    ]


def _mark(record: ItemRecord) -> str:
    return quote(record.id, safe="") or sha256(repr(_said(record)).encode()).hexdigest()[:12]


def _said(record: ItemRecord) -> Hashable:
    return clean(record.title), clean(record.text)


def make_item(record: ItemRecord, key: str | None) -> NewItem:
    """Return the item of a record; a post's author becomes a pseudonym, and is dropped without a key."""
    platform = record.platform or Platform.POST
    author = record.author
    if author and platform is not Platform.NEWS:
        author = pseudonym(author, key, record.published_at or now()) if key else ""
    return NewItem(
        source=record.source or UNNAMED_SOURCE,
        platform=platform,
        text=record.text,
        url=record.url,
        title=record.title,
        author=author,
        published_at=record.published_at,
        external_id=record.id,
    )


def read_fact_check(path: Path, record: ItemRecord) -> NewFactCheck:
    """Return the fact-check that a line of platform `factcheck` states.

    The verdict is read from `labels.hoax`; a line without it, or without an address, is
    refused with FormatError: a verdict is never guessed. Text and lengths `read_items` has checked.
    """
    hoax = record.labels.get(Label.HOAX)
    if hoax is None:
        raise FormatError(str(path), record.line, "labels.hoax: a fact-check needs 1 (refuted) or 0 (true)")
    if not record.url:
        raise FormatError(str(path), record.line, "url: a fact-check needs its address")
    return NewFactCheck(
        url=record.url,
        publisher=record.source or UNNAMED_SOURCE,
        claim=record.text,
        verdict=Verdict.REFUTED if hoax else Verdict.TRUE,
        verdict_text=f"hoax={hoax}",
        title=record.title,
        published_at=record.published_at,
        source=record.source or UNNAMED_SOURCE,
    )


def _given(record: ItemRecord) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if record.labels:
        given["labels"] = {label.value: mark for label, mark in record.labels.items()}
    if record.stance:
        given["stance"] = record.stance.value
    if record.claim_id:
        given["claim_id"] = record.claim_id
    if record.fact_check_url:
        given["fact_check_url"] = record.fact_check_url
    return given


def add_sources(
    store: Store, wanted: Mapping[str, Platform], *, region: str, time_zone: str
) -> tuple[str, ...]:
    """Add the sources that the record does not know, each by what it publishes; return their names."""
    known = {source.name for source in store.items.sources()}
    missing = sorted(set(wanted) - known)
    for name in missing:
        store.collector.save_source(
            Source(
                name=name,
                title=name,
                kind=_KIND_OF[wanted[name]],
                permission=Permission.WRITTEN,
                home="",
                region=region,
                time_zone=time_zone,
            )
        )
    return tuple(missing)


def _batches(rows: list[T]) -> list[list[T]]:
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
