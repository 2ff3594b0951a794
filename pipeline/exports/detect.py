"""Which tool wrote a file, told by its head alone; an item file of our own form is none's."""

from itertools import islice
from pathlib import Path

from kentongan.errors import BadInput, FormatError
from pipeline.exports.registry import LINES, TABLES, ExportName
from pipeline.exports.tables import is_table, read_columns, read_json_rows
from pipeline.formats import is_item_field, open_lines

HEAD_LINES, HEAD_CHARACTERS = 10, 4_096
_TELEGRAM = ('"messages": [', '"personal_information": {', '"chats": {')


def detect_export(path: Path) -> ExportName | None:
    """Return whose export a file is, None for an item file and for what nobody's head is.

    What can be read only once, as a pipe, is left alone: None. Raises BadInput when the file cannot
    be read, and when two tools write such a head.
    """
    if path.exists() and not path.is_file():
        return None
    found = _of_table(path) if is_table(path) else _of_json(path)
    if len(found) > 1:
        raise BadInput(f"{path}: it may be {' or '.join(found)}: say which with --export")
    return found[0] if found else None


def _of_table(path: Path) -> list[ExportName]:
    columns = read_columns(path)
    if all(is_item_field(name) for name in columns):
        return []
    return [name for name, table in TABLES.items() if table.knows(columns)]


def _of_json(path: Path) -> list[ExportName]:
    if _is_document(path):
        return [ExportName.TELEGRAM]
    try:
        row = next((row for _, row in read_json_rows(path)), {})
    except FormatError:
        return []  # its reader says what is wrong with it
    if all(is_item_field(name) for name in row):
        return []
    return [name for name, export in LINES.items() if export.knows(row)]


def _is_document(path: Path) -> bool:
    """Tell whether the file begins as Telegram Desktop writes its one value: over many lines."""
    with open_lines(path) as lines:
        first = next(lines, "").strip()
        head = "".join(islice(lines, HEAD_LINES))[:HEAD_CHARACTERS]
    return first == "{" and any(mark in head for mark in _TELEGRAM)
