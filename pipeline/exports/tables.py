"""Tables and lines of JSON as tools write them: rows with their numbers, one at a time.

Commas, semicolons (Zeeschuimer's CSV) or tabs. Leaves what the columns mean to each export.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from kentongan.errors import FormatError
from pipeline.formats import json_rows, open_lines

DELIMITERS = ",;\t"
TABLE_SUFFIXES = (".csv", ".tsv", ".tab")
Columns = frozenset[str]


def is_table(path: Path) -> bool:
    return path.suffix.lower() in TABLE_SUFFIXES


def read_json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the objects of a file of JSON lines with their numbers; raises BadInput and FormatError."""
    with open_lines(path) as lines:
        yield from json_rows(path, lines)


def read_table(
    path: Path, knows: Callable[[Columns], bool], escape: Callable[[Columns], str | None], whose: str
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the rows of a table with the line each ends on; raises BadInput and FormatError.

    `knows` tells whether the columns are those of `whose` tables; `escape` which sign stands before
    a quotation mark in them, besides another such mark.
    """
    with open_lines(path) as lines:
        head = next(lines, "")
        delimiter = delimiter_of(head)
        columns = frozenset(_names(path, head, delimiter))
        if not knows(columns):
            raise FormatError(str(path), 1, f"not the columns of an export of {whose}")
        reader = csv.DictReader(
            chain([head], lines), delimiter=delimiter, escapechar=escape(columns), strict=True
        )
        try:
            for row in reader:
                if None in row or None in row.values():
                    raise FormatError(str(path), reader.line_num, "another number of columns than the header")
                yield reader.line_num, row
        except csv.Error as exc:
            raise FormatError(str(path), reader.line_num, f"not CSV: {exc}") from exc


def read_columns(path: Path) -> Columns:
    """Return the names in a table's first line; raises BadInput and FormatError."""
    with open_lines(path) as lines:
        head = next(lines, "")
        return frozenset(_names(path, head, delimiter_of(head)))


def delimiter_of(head: str) -> str:
    return max(DELIMITERS, key=head.count)


def _names(path: Path, head: str, delimiter: str) -> list[str]:
    try:
        names = next(csv.reader([head], delimiter=delimiter), [])
    except csv.Error as exc:
        raise FormatError(str(path), 1, f"not CSV: {exc}") from exc
    for place, name in enumerate(names):
        if name in names[:place]:
            raise FormatError(str(path), 1, f"column {name[:60]!r} twice")
    return names
