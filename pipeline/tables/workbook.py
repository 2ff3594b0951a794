"""A table as a workbook of Excel: real dates, texts that are never formulas, limits that are told.

Rows go to disk as they come. The sheets of data are followed by one, "Keterangan", that says what
the file is; each printed page bears the watermark.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from lxml.etree import SerialisationError
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from pipeline.tables.cells import EXCEL_CELL, Tally, is_formula
from pipeline.tables.notice import Notice
from pipeline.tables.rows import COLUMNS, Row

EXCEL_ROWS = 1_048_576  # of a sheet, the header among them
XLSX_COLUMNS = (*COLUMNS, "cut", "notice")
_WIDTHS = {"title": 50, "text": 90, "url": 40, "link": 40, "places": 30, "source_title": 22, "notice": 30}
_WIDTH, _TIME_WIDTH = 16, 20  # characters
_TIMES = ("published_at", "first_seen_at", "decided_at")
_FIRST_YEAR = 1900  # of Excel's calendar; what is older is written as text
_IN_MEMORY = 8 * 1024 * 1024  # bytes of the finished file; what is larger lies on disk
_BLOCK = 64 * 1024


def xlsx_chunks(
    rows: Iterable[Row], notice: Notice, tally: Tally, *, sheet_rows: int = EXCEL_ROWS
) -> Iterator[bytes]:
    """Yield the file, once all rows are in: trouble in `rows` is raised before the first byte."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        _build(file, rows, notice, tally, sheet_rows)
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block


def _build(file: IO[bytes], rows: Iterable[Row], notice: Notice, tally: Tally, sheet_rows: int) -> None:
    book = Workbook(write_only=True)
    book.properties.creator = "Kentongan"
    book.properties.title = f"Kentongan {notice.id}"
    book.properties.description = tally.cut(Tally().clean(notice.text()))
    try:
        sheet, filled = _new_sheet(book, notice), 1
        for row in rows:
            if filled == sheet_rows:
                sheet.close()
                sheet, filled = _new_sheet(book, notice), 1
            sheet.append(_cells(sheet, row, notice, tally))
            filled += 1
            tally.rows += 1
        _add_notice(book, notice, tally)
        book.save(file)
    except SerialisationError as exc:  # lxml's own word for trouble with the disk: "IO_ENOSPC"
        _discard(book)
        code = getattr(errno, str(exc).removeprefix("IO_"), errno.EIO)
        raise OSError(code, os.strerror(code)) from exc
    except BaseException:
        _discard(book)
        raise


def _new_sheet(book: Workbook, notice: Notice) -> Any:
    number = len(book.worksheets) + 1
    sheet = book.create_sheet("Data" if number == 1 else f"Data {number}")
    sheet.freeze_panes = "A2"
    sheet.oddFooter.left.text = notice.mark
    for column, name in enumerate(XLSX_COLUMNS, start=1):
        width = _TIME_WIDTH if name in _TIMES else _WIDTHS.get(name, _WIDTH)
        sheet.column_dimensions[get_column_letter(column)].width = width
    heads = [f"{name} ({notice.zone.key})" if name in _TIMES else name for name in XLSX_COLUMNS]
    sheet.append([_bold(sheet, head) for head in heads])
    return sheet


def _cells(sheet: Any, row: Row, notice: Notice, tally: Tally) -> list[Any]:
    cells: list[Any] = []
    cut: list[str] = []
    for name, value in zip(COLUMNS, row.values(), strict=True):
        if isinstance(value, datetime):
            local = value.astimezone(notice.zone)
            naive = local.replace(tzinfo=None, microsecond=0)
            cells.append(naive if local.year > _FIRST_YEAR else local.isoformat())
            continue
        text = tally.clean(value or "")
        kept = tally.cut(text)
        if kept != text:
            cut.append(f"{name}: {len(kept)}/{len(text)}")
        cells.append(_text(sheet, kept, tally))
    return [*cells, "; ".join(cut) or None, notice.mark]


def _text(sheet: Any, text: str, tally: Tally) -> Any:
    """Return what to write for a text: as it is, unless a program could take it for something else."""
    if not text:
        return None
    if is_formula(text):
        tally.cells_disarmed += 1
    elif not text.startswith("#"):  # openpyxl reads "#N/A" as an error of a sheet
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True  # it stays text when somebody edits the cell
    return cell


def _add_notice(book: Workbook, notice: Notice, tally: Tally) -> None:
    sheet = book.create_sheet("Keterangan")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 110
    told = (
        *notice.lines(),
        ("Baris / rows", str(tally.rows)),
        ("Karakter kendali dihapus / control characters removed", str(tally.characters_removed)),
        (
            "Sel mirip rumus, ditulis sebagai teks / cells like formulas, as text",
            str(tally.cells_disarmed),
        ),
        (f"Sel dipotong pada {EXCEL_CELL} karakter / cells cut there", str(tally.cells_cut)),
    )
    own = Tally()
    for name, value in told:
        sheet.append([_bold(sheet, name) if name else None, _text(sheet, own.cut(own.clean(value)), own)])


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _discard(book: Workbook) -> None:
    """Take away the files that openpyxl leaves lying until the process ends: they hold the texts."""
    for sheet in book.worksheets:
        writer = sheet._writer
        if writer is None:
            continue
        with suppress(Exception):
            if not sheet.closed:
                sheet.close()
        with suppress(OSError):
            os.remove(writer.out)
