"""The development archive: claims and articles of fact-checkers as JSON lines, gzipped or not.

One row: id, text, title, source, url, date, platform, dataset, labels, raw_label, group_id, split.
Of a claim row `text` is the claim; of an article row the title is, its text being debunk prose.
Rows that are no check are counted with their reason, never passed over in silence.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from crawler.dates import parse_date
from crawler.errors import CrawlError
from crawler.factchecks.reading import Outlet, Refusal
from crawler.factchecks.titled import titled_check
from crawler.urls import clean_url
from kentongan.domain import NewFactCheck, Permission, Source, SourceKind, Verdict
from kentongan.errors import BadInput, FormatError
from kentongan.store import Store
from pipeline.importing_checks import CheckImport, keep_checks

NAMES = ("claims.jsonl.gz", "factcheck_articles.jsonl.gz")  # of a folder, in this order
MAX_ROWS = 200_000
MAX_LINE_CHARACTERS = 1024 * 1024
_FIELDS = {"id", "text", "title", "source", "url", "date", "platform", "dataset", "labels", "raw_label"}
_FIELDS |= {"group_id", "split"}
_NO_WORDS = ("hoax=", "factcheck_article_by_outlet", "?", "NAN", "None")  # raw_label knows no verdict
_CLAIM_ROWS = ("claim_title", "title_only")  # in raw_label: the text is the claim


@dataclass(frozen=True, slots=True)
class _Row:
    file: Path
    line: int
    id: str
    claim: str
    source: str
    url: str
    date: str
    word: str  # the publisher's, '' where the set knows only `hoax`
    hoax: int | None


def import_archive(store: Store, path: Path, *, region: str, time_zone: str) -> CheckImport:
    """Put a development archive, one file or a folder of both, into the record.

    A row without an address gets its publisher's front page with the row's id as a mark; rows
    that share an address are told apart by the same mark. Raises BadInput and FormatError
    (file, line, field) before anything is kept.
    """
    files = [path]
    if path.is_dir():
        files = [path / name for name in NAMES if (path / name).exists()]
        if not files:
            raise BadInput(f"{path}: neither {NAMES[0]} nor {NAMES[1]} in this folder")
    rows = [row for file in files for row in _rows(file)]
    if len(rows) > MAX_ROWS:
        raise BadInput(f"{path}: more than {MAX_ROWS} rows")
    source = Source(
        "arsip-pengembangan",
        "Arsip pengembangan",
        SourceKind.FACT_CHECKER,
        Permission.WRITTEN,
        "",
        region,
        time_zone,
    )
    checks, refused = _checks(rows, source.name, ZoneInfo(time_zone))
    return keep_checks(store, source, checks, refused)


def _checks(rows: Sequence[_Row], source: str, zone: ZoneInfo) -> tuple[list[NewFactCheck], list[Refusal]]:
    rows_at = Counter((row.file, row.url) for row in rows if row.url)
    said: set[tuple[str, str]] = set()
    files_at: dict[str, Path] = {}
    checks: list[NewFactCheck] = []
    refused: list[Refusal] = []
    for row in rows:
        where = f"{row.file}, line {row.line}"
        try:
            if row.url and files_at.setdefault(row.url, row.file) != row.file:
                raise CrawlError(f"{where}: the check of an earlier file's row")
            check = _check(row, where, source, zone, shared=rows_at[row.file, row.url] > 1)
            if row.url and (row.url, check.claim) in said:
                raise CrawlError(f"{where}: an earlier row again: the same claim at the same address")
            said.add((row.url, check.claim))
            checks.append(check)
        except CrawlError as exc:
            refused.append(Refusal(where, exc))
    return checks, refused


def _check(row: _Row, where: str, source: str, zone: ZoneInfo, *, shared: bool) -> NewFactCheck:
    check = titled_check(
        row.claim,
        row.url or f"https://{row.source}/",
        Outlet(source, row.source, zone),
        word=row.word,
        words=({1: "hoax", 0: "benar"}.get(row.hoax, "") if row.hoax is not None else "",),
        published_at=parse_date(row.date, zone) if row.date else None,
    )
    told_true = check.verdict in (Verdict.TRUE, Verdict.CLARIFICATION)
    if (row.hoax == 1 and check.verdict is Verdict.TRUE) or (row.hoax == 0 and not told_true):
        raise CrawlError(f"{where}: labels.hoax contradicts the publisher's word {check.verdict_text!r}")
    if row.url and not shared:
        return check
    return replace(check, url=f"{check.url}#{quote(row.id, safe='')}")


def _rows(path: Path) -> Iterator[_Row]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        if number > MAX_ROWS:
            raise FormatError(str(path), number, f"more than {MAX_ROWS} lines")
        try:
            raw = json.loads(line)
        except (ValueError, RecursionError) as exc:
            raise FormatError(str(path), number, "not JSON") from exc
        if not isinstance(raw, dict):
            raise FormatError(str(path), number, "not a JSON object")
        for name in raw:
            if name not in _FIELDS:
                raise FormatError(str(path), number, f"unknown field {name!r}")
        try:
            yield _row(path, number, raw)
        except ValueError as exc:
            raise FormatError(str(path), number, str(exc)) from exc


def _row(path: Path, line: int, raw: dict[str, Any]) -> _Row:
    told = _text(raw, "raw_label").split("|")
    source, address = _text(raw, "source", needed=True), _text(raw, "url")
    url = clean_url(address)
    if (address and not url) or not clean_url(f"https://{source}/"):
        raise ValueError(f"{'url' if address else 'source'}: no address in it")
    labels = raw.get("labels") or {}
    hoax = labels.get("hoax") if isinstance(labels, dict) else "?"
    if hoax not in (None, 0, 1):
        raise ValueError("labels.hoax: not 0, 1 or null")
    is_claim = any(mark in told for mark in _CLAIM_ROWS)
    return _Row(
        file=path,
        line=line,
        id=_text(raw, "id", needed=True),
        claim=_text(raw, "text" if is_claim else "title", needed=True),
        source=source,
        url=url,
        date=_text(raw, "date"),
        word="" if told[0].startswith(_NO_WORDS) else told[0],
        hoax=hoax,
    )


def _text(raw: dict[str, Any], name: str, *, needed: bool = False) -> str:
    value = raw.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise ValueError(f"{name}: not a text")
    return value.strip()


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, unzipped if need be, which may be one without end."""
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            source: IO[bytes] = gzip.open(raw) if zipped else raw  # type: ignore[assignment]  # noqa: SIM115
            with TextIOWrapper(source, encoding="utf-8-sig") as file:
                number = 0
                while line := file.readline(MAX_LINE_CHARACTERS + 1):
                    number += 1
                    if len(line) > MAX_LINE_CHARACTERS:
                        raise FormatError(str(path), number, f"longer than {MAX_LINE_CHARACTERS} characters")
                    yield line
    except (OSError, EOFError, zlib.error) as exc:
        raise BadInput(f"{path}: {getattr(exc, 'strerror', None) or exc}") from exc
    except UnicodeDecodeError as exc:
        raise BadInput(f"{path}: not UTF-8 ({exc.reason} at byte {exc.start})") from exc
