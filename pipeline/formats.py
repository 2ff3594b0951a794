"""Files of items, JSONL or CSV, checked line by line before anything is kept.

Owns: the form of one item in a file, and the reading of lines that may be hostile. Leaves what
to do with items to `importing` and `evaluation`, and other tools' forms to `exports`. Only `text`
is required; an unknown field is refused with its line. What passes here, the record can keep:
addresses are in the crawler's form, times in UTC.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from crawler.urls import clean_url
from kentongan.domain import Label, Platform, Stance
from kentongan.errors import BadInput, FormatError
from kentongan.store.collect import MAX_URL_BYTES
from kentongan.text import clean

MAX_LINE_CHARACTERS = 8 * 1024 * 1024  # a text of the length below, with every letter escaped
MAX_TEXT_CHARACTERS = 1_000_000
MAX_NAME_CHARACTERS = 100  # 400 bytes at most: within the record's limit for an id
YEARS = range(1990, 2101)


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One line of an item file. What the file did not say is empty or None."""

    line: int
    text: str
    id: str = ""
    url: str = ""
    source: str = ""
    platform: Platform | None = None
    title: str = ""
    author: str = ""
    published_at: datetime | None = None
    labels: Mapping[Label, int | None] = field(default_factory=dict)
    stance: Stance | None = None
    claim_id: str = ""
    fact_check_url: str = ""


def read_items(path: Path) -> Iterator[ItemRecord]:
    """Yield the items of a `.csv` file, or of any other file as JSON lines.

    Raises BadInput when the file cannot be read, FormatError naming line and field for
    the first line that is not an item.
    """
    with open_lines(path) as lines:
        rows = _csv_rows(path, lines) if path.suffix.lower() == ".csv" else json_rows(path, lines)
        for line, row in rows:
            try:
                yield make_record(line, row)
            except ValueError as exc:
                raise FormatError(str(path), line, str(exc)) from exc


@contextmanager
def open_lines(path: Path) -> Iterator[Iterator[str]]:
    """Give the lines of a UTF-8 file, none without end; raises BadInput when it cannot be read."""
    if path.is_dir():
        raise BadInput(f"{path}: a folder, not a file")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield _bounded(path, file)
    except OSError as exc:
        raise BadInput(f"{path}: {exc.strerror or exc}") from exc
    except UnicodeDecodeError as exc:
        raise BadInput(f"{path}: not UTF-8 ({exc.reason} at byte {exc.start})") from exc


def _bounded(path: Path, file: TextIO) -> Iterator[str]:
    """Yield the lines of a file, which may be one without end."""
    number = 0
    while line := file.readline(MAX_LINE_CHARACTERS + 1):
        number += 1
        if len(line) > MAX_LINE_CHARACTERS:
            raise FormatError(str(path), number, f"longer than {MAX_LINE_CHARACTERS} characters")
        yield line


def json_rows(path: Path, lines: Iterator[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield each line's number and object; raises FormatError for a line that is no JSON object."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as exc:
            raise FormatError(str(path), number, f"not JSON: {exc.msg}") from exc
        except RecursionError as exc:
            raise FormatError(str(path), number, "not JSON: nested too deeply") from exc
        except ValueError as exc:  # Python's own limit on the digits of an integer
            raise FormatError(str(path), number, "not JSON: a number of too many digits") from exc
        if not isinstance(row, dict):
            raise FormatError(str(path), number, "not a JSON object")
        yield number, row


def _csv_rows(path: Path, lines: Iterator[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Read a header of the same field names; labels are the columns `labels.hoax` and so on."""
    reader = csv.DictReader(lines, strict=True)
    try:
        if reader.fieldnames is not None:
            _check_header(path, reader.line_num, reader.fieldnames)
        for row in reader:
            if None in row or None in row.values():
                raise FormatError(str(path), reader.line_num, "another number of columns than the header")
            plain: dict[str, Any] = {}
            labels: dict[str, int | None] = {}
            for name, value in row.items():
                if name.startswith("labels."):
                    labels[name.removeprefix("labels.")] = _csv_label(path, reader.line_num, name, value)
                elif value != "":
                    plain[name] = value
            yield reader.line_num, plain | ({"labels": labels} if labels else {})
    except csv.Error as exc:
        raise FormatError(str(path), reader.line_num, f"not CSV: {exc}") from exc


def is_item_field(name: str) -> bool:
    """Tell whether an item file may have a field, or a column, of this name."""
    return name in _PARSERS or name in {f"labels.{label}" for label in Label}


def _check_header(path: Path, line: int, names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if name == "labels" or not is_item_field(name):
            raise FormatError(str(path), line, f"unknown field {name!r}")
        if name in names[:place]:
            raise FormatError(str(path), line, f"field {name!r} twice")
    if "text" not in names:
        raise FormatError(str(path), line, "text: no such column")


def _csv_label(path: Path, line: int, name: str, value: str) -> int | None:
    if value not in ("", "0", "1"):
        raise FormatError(str(path), line, f"{name}: {value!r} is not 0, 1 or empty")
    return int(value) if value else None


def make_record(line: int, row: Mapping[str, Any]) -> ItemRecord:
    """Return the item that a row's fields state; raises ValueError naming the field that is none."""
    for name in row:
        if name not in _PARSERS:
            raise ValueError(f"unknown field {name!r}")
    values = {name: _PARSERS[name](name, value) for name, value in row.items() if value is not None}
    if not clean(values.get("text", "")):
        raise ValueError("text: missing or empty")
    return ItemRecord(line=line, **values)


def _string(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name}: not a string")
    if len(value) > MAX_TEXT_CHARACTERS:
        raise ValueError(f"{name}: longer than {MAX_TEXT_CHARACTERS} characters")
    return value


def _name(name: str, value: Any) -> str:
    text = _string(name, value).strip()
    if len(text) > MAX_NAME_CHARACTERS or not text.isprintable():
        raise ValueError(f"{name}: not one line of at most {MAX_NAME_CHARACTERS} characters")
    return text


def _url(name: str, value: Any) -> str:
    """Return the address as the crawler writes it, so that both name one thing alike."""
    text = _string(name, value).strip()
    url = clean_url(text)
    longest = url or text
    if len(longest.encode(errors="replace")) > MAX_URL_BYTES:
        raise ValueError(f"{name}: longer than {MAX_URL_BYTES} bytes")
    if text and not url:
        raise ValueError(f"{name}: {text[:60]!r} is not an http(s) address")
    return url


def _time(name: str, value: Any) -> datetime:
    text = _string(name, value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ValueError(f"{name}: {text[:40]!r} is not an RFC 3339 time") from exc
    if moment.tzinfo is None:
        raise ValueError(f"{name}: {text[:40]!r} has no time zone (RFC 3339 asks for one)")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as exc:
        raise ValueError(f"{name}: {text[:40]!r} is not between {YEARS[0]} and {YEARS[-1]}") from exc
    if moment.year not in YEARS:
        raise ValueError(f"{name}: {text[:40]!r} is not between {YEARS[0]} and {YEARS[-1]}")
    return moment


def _choice(kind: type[Platform] | type[Stance]) -> Callable[[str, Any], Any]:
    def parse(name: str, value: Any) -> Any:
        try:
            return kind(value)
        except ValueError as exc:
            raise ValueError(f"{name}: {value!r} is not one of {', '.join(kind)}") from exc

    return parse


def _labels(name: str, value: Any) -> Mapping[Label, int | None]:
    if not isinstance(value, dict):
        raise ValueError(f"{name}: not an object")
    labels: dict[Label, int | None] = {}
    for key, mark in value.items():
        if key not in list(Label):
            raise ValueError(f"{name}: unknown label {key!r}")
        if mark is not None and (isinstance(mark, bool) or mark not in (0, 1)):
            raise ValueError(f"{name}.{key}: {mark!r} is not 0, 1 or null")
        labels[Label(key)] = None if mark is None else int(mark)  # 1.0 is how some programs write 1
    return labels


_PARSERS: Mapping[str, Callable[[str, Any], Any]] = {
    "id": _name,
    "url": _url,
    "source": _name,
    "platform": _choice(Platform),
    "title": _string,
    "text": _string,
    "author": _string,
    "published_at": _time,
    "labels": _labels,
    "stance": _choice(Stance),
    "claim_id": _name,
    "fact_check_url": _url,
}
