"""The forms a table can have, each as bytes to be sent or saved as they come."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from pipeline.tables.cells import Tally
from pipeline.tables.delimited import csv_chunks
from pipeline.tables.lines import jsonl_chunks
from pipeline.tables.notice import Notice
from pipeline.tables.rows import Row
from pipeline.tables.workbook import xlsx_chunks


class Form(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"

    @property
    def mimetype(self) -> str:
        return _MIMETYPES[self]


_MIMETYPES = {
    Form.CSV: "text/csv; charset=utf-8; header=present",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.JSONL: "application/x-ndjson; charset=utf-8",
}


def write_table(form: Form, rows: Iterable[Row], notice: Notice, tally: Tally) -> Iterator[bytes]:
    """Yield the file piece by piece, counting in `tally`.

    CSV and JSON lines come as the rows do, so trouble half-way comes after a part: its last line
    then says that the file is not whole, and what happened is raised. XLSX comes when all rows are in.
    """
    match form:
        case Form.CSV:
            return csv_chunks(rows, notice, tally)
        case Form.JSONL:
            return jsonl_chunks(rows, notice, tally)
        case Form.XLSX:
            return xlsx_chunks(rows, notice, tally)
