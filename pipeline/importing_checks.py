"""Fact-checks from a saved answer or page of a fact-checker into the record.

The whole file is read first. A record that lost its shape ends the import with nothing kept;
one that is no check (a word we do not know, the checker's own prose) is refused, counted and
named, and the others are kept. Importing the same file again changes nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from crawler.errors import CrawlError, ShapeDrift
from crawler.factchecks.names import CheckShape
from crawler.factchecks.reading import Document, Outlet, Reading, Refusal, Shape
from crawler.factchecks.shapes import SHAPES
from crawler.source_file import shipped_sources
from crawler.urls import clean_url
from kentongan.domain import NewFactCheck, Permission, Source, SourceKind
from kentongan.errors import BadInput
from kentongan.store import Store

MAX_FILE_BYTES = 256 * 1024 * 1024
BATCH = 500  # checks a transaction: short enough for the others who write
MAX_TOLD_REFUSALS = 20
UNNAMED = "import"


@dataclass(frozen=True, slots=True)
class CheckImport:
    """What became of a file's fact-checks."""

    created: int
    revised: int
    unchanged: int
    refused: int
    reasons: Mapping[str, int]  # of the refused, the commonest first
    refusals: tuple[str, ...]  # the first of them, each with its record or address


def import_checks(
    store: Store, path: Path, shape: CheckShape, *, url: str, region: str, time_zone: str
) -> CheckImport:
    """Put the fact-checks of a saved answer or page into the record and return what became of them.

    `url` is where a page was saved from; answers that are JSON tell their own addresses. Raises
    BadInput for a file that cannot be read, has lost its shape (record and field are named), or
    holds nothing that can be kept: the record stays as it was.
    """
    address = clean_url(url) if url else ""
    if url and not address:
        raise BadInput(f"--url: {url[:100]!r} is not an http(s) address")
    source = _source_of(shape, region, time_zone)
    outlet = Outlet(source.name, source.title, ZoneInfo(source.time_zone))
    try:
        reading = _read(SHAPES[shape], Document(_bytes_of(path), address or str(path)), outlet, bool(address))
    except CrawlError as exc:
        raise BadInput(f"{path}: {exc}") from exc
    for refusal in reading.refused:
        if isinstance(refusal.error, ShapeDrift):
            raise BadInput(f"{path}: {refusal.error}") from refusal.error
    return keep_checks(store, source, reading.checks, reading.refused)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadInput(f"{path}: longer than {MAX_FILE_BYTES} bytes")
        return path.read_bytes()
    except OSError as exc:
        raise BadInput(f"{path}: {exc.strerror or exc}") from exc


def _source_of(shape: CheckShape, region: str, time_zone: str) -> Source:
    """Return the shipped source of this shape where there is one, else one for what is handed in."""
    known = next((s.source for s in shipped_sources() if s.shape is shape), None)
    if known is not None and shape is not CheckShape.CLAIM_REVIEW:
        return known
    name, title, home = UNNAMED, "Impor", ""
    if shape is CheckShape.YUDISTIRA:
        name, title, home = "yudistira", "Mafindo", "https://yudistira.turnbackhoax.id/"
    return Source(name, title, SourceKind.FACT_CHECKER, Permission.WRITTEN, home, region, time_zone)


def _read(shape: Shape, document: Document, outlet: Outlet, has_address: bool) -> Reading:
    """Return what the file holds: a check's page where it is one, else a list told in full."""
    is_json = document.body.lstrip()[:1] in (b"[", b"{")
    if shape.read_page is None or is_json:
        if shape.read_list is None:
            raise ShapeDrift(document.url, "this shape has pages only, and the file is none")
        return shape.read_list(document, outlet)
    if not has_address:
        raise BadInput("--url: say where the page was saved from")
    try:
        return Reading(checks=(shape.read_page(document, outlet),))
    except ShapeDrift as page_problem:
        try:
            listed = shape.read_list(document, outlet) if shape.read_list else Reading()
        except ShapeDrift:
            listed = Reading()
        if not (listed.checks or listed.refused):
            raise page_problem from None
        return listed
    except CrawlError as exc:
        return Reading(refused=(Refusal(document.url, exc),))


def keep_checks(
    store: Store, source: Source, checks: Sequence[NewFactCheck], refused: Sequence[Refusal]
) -> CheckImport:
    """Keep checks under their source and return what became of them; raises BadInput when all are refused.

    Of two that say different things at one address the later is refused: kept one after the
    other, no import could settle them.
    """
    kept: dict[str, NewFactCheck] = {}
    refusals = list(refused)
    for check in checks:
        if _said(kept.setdefault(check.url, check)) != _said(check):
            problem = CrawlError(f"{check.url}: another check of the file has this address")
            refusals.append(Refusal(check.url, problem))
    told = tuple(_told(refusal) for refusal in refusals[:MAX_TOLD_REFUSALS])
    if not kept:
        raise BadInput(f"nothing to keep: {told[0] if told else 'the file holds no check'}")
    if source.name not in {known.name for known in store.items.sources()}:
        store.collector.save_source(source)
    rows = list(kept.values())
    saved = [
        outcome
        for start in range(0, len(rows), BATCH)
        for outcome in store.collector.save_fact_checks(rows[start : start + BATCH])
    ]
    return CheckImport(
        created=sum(s.created for s in saved),
        revised=sum(s.revised for s in saved),
        unchanged=sum(not (s.created or s.revised) for s in saved),
        refused=len(refusals),
        reasons=dict(Counter(map(_reason, refusals)).most_common()),
        refusals=told,
    )


def _said(check: NewFactCheck) -> tuple[str, str, str]:
    return check.claim, check.verdict.value, check.title


def _told(refusal: Refusal) -> str:
    problem = str(refusal.error)
    told = problem if problem.startswith(refusal.where) else f"{refusal.where}: {problem}"
    return "".join(c if c.isprintable() else " " for c in told)


def _reason(refusal: Refusal) -> str:
    """Return why, without where: what many refusals have in common."""
    return str(refusal.error).rsplit(": ", 1)[-1]
