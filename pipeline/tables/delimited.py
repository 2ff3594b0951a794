"""A table as CSV: RFC 4180, UTF-8 with a byte order mark so that Excel reads it as such.

CSV knows no comments. So every row ends with the watermark, and the file ends with one record more,
whose id is `#`: its kind says `whole`, or `incomplete` where the export broke off, and its notice
says the rest. A file without that record was cut.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from itertools import islice

from pipeline.tables.cells import Tally
from pipeline.tables.notice import Notice
from pipeline.tables.rows import COLUMNS, Row

CSV_COLUMNS = (*COLUMNS, "notice")
_ROWS_A_CHUNK = 100


def csv_chunks(rows: Iterable[Row], notice: Notice, tally: Tally) -> Iterator[bytes]:
    """Yield the file; trouble in `rows` is raised after a last record that tells of it."""
    yield b"\xef\xbb\xbf" + _records([CSV_COLUMNS])
    mark = notice.mark
    rest = iter(rows)
    try:
        while batch := list(islice(rest, _ROWS_A_CHUNK)):
            tally.rows += len(batch)
            yield _records([[*_cells(row, notice, tally), mark] for row in batch])
    except Exception:
        yield _closing("incomplete", "TIDAK LENGKAP / INCOMPLETE", notice, tally)
        raise
    yield _closing("whole", "Lengkap / whole", notice, tally)


def _cells(row: Row, notice: Notice, tally: Tally) -> Iterator[str]:
    for value in row.values():
        if isinstance(value, datetime):
            yield value.astimezone(notice.zone).isoformat(timespec="seconds")
        else:
            yield tally.disarm(tally.clean(value)) if value else ""


def _closing(kind: str, said: str, notice: Notice, tally: Tally) -> bytes:
    told = f"{said}: {tally.rows} baris / rows. {notice.text()}"
    told = Tally().disarm(Tally().clean(told))
    return _records([["#", kind, *[""] * (len(COLUMNS) - 2), told]])


def _records(records: Iterable[Iterable[str]]) -> bytes:
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(records)
    return out.getvalue().encode()
