"""Results to stdout: one JSON document with `--json`, else a table; everything else to stderr."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TextIO
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

errors = Console(stderr=True)


def print_json(value: Any) -> None:
    """Print one JSON document; times as RFC 3339, ids as strings."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID | Path):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    raise TypeError(f"cannot print {type(value).__name__} as JSON")


@contextmanager
def new_file(path: Path) -> Iterator[TextIO]:
    """Yield a new text file; raises FileExistsError, and leaves no file where the block fails."""
    with path.open("x", encoding="utf-8") as file:
        try:
            yield file
        except BaseException:
            path.unlink()
            raise


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table. Cells are plain text: nothing in them is read as markup."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(_printable(str(cell))) for cell in row))
    Console().print(table)


def print_line(text: str) -> None:
    """Print one line of plain text, as long as it is."""
    Console().print(Text(_printable(text)), soft_wrap=True)


def print_pairs(title: str, pairs: Mapping[str, object]) -> None:
    """Print names and values, a line each."""
    print_table(title, ("", ""), [(name, value) for name, value in pairs.items()])


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
