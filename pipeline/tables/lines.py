"""A table as JSON lines, in the item format that `kentongan import` reads; see `pipeline.formats`.

Only that format's fields: a line with another is refused there. So the notice lies beside the
file, and what has no field (state, decision, places) is in the other forms. A file that broke off
ends with a line that no import takes for whole.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from crawler.urls import clean_url
from kentongan.text import mask_personal
from pipeline.formats import MAX_NAME_CHARACTERS
from pipeline.tables.cells import Tally
from pipeline.tables.notice import Notice
from pipeline.tables.rows import Row
from search.index import Kind

_ROWS_A_CHUNK = 100


def jsonl_chunks(rows: Iterable[Row], notice: Notice, tally: Tally) -> Iterator[bytes]:
    """Yield the file; trouble in `rows` is raised after a last line that tells of it.

    A fact-check that neither refutes nor confirms is left out and counted: the format's mark, 1 or 0,
    cannot say its verdict.
    """
    rest = iter(rows)
    try:
        while batch := list(islice(rest, _ROWS_A_CHUNK)):
            yield b"".join(_line(row, notice, tally) for row in batch)
    except Exception:
        yield _encoded({"incomplete": f"TIDAK LENGKAP / INCOMPLETE: {tally.rows} baris / rows"})
        raise


def _line(row: Row, notice: Notice, tally: Tally) -> bytes:
    if row.kind is Kind.FACT_CHECK and not row.marks:
        tally.left_out += 1
        return b""
    tally.rows += 1
    url = row.url if clean_url(row.url) else ""
    fields = {
        # What has no address of its own is known by the id that a file gave it: read in again, it stays one.
        "id": row.id if (url and "#" not in url) or _is_personal(row.external_id) else row.external_id,
        "url": url,
        "source": row.source if _is_name(row.source) else "",
        "platform": row.platform.value,
        "title": tally.clean(row.title),
        "text": tally.clean(row.text),
        "published_at": row.published_at and row.published_at.astimezone(notice.zone).isoformat(),
        "stance": row.stance,
        "claim_id": row.claim,
        "fact_check_url": row.fact_check_url if clean_url(row.fact_check_url) else "",
    }
    labels = {"labels": {label.value: mark for label, mark in row.marks.items()}}
    return _encoded({name: value for name, value in fields.items() if value} | labels)


def _is_name(text: str) -> bool:
    return len(text) <= MAX_NAME_CHARACTERS and text.isprintable()


def _is_personal(given: str) -> bool:
    """Return whether an id tells who posted, as those of messengers do that begin with a telephone number."""
    return mask_personal(given) != given


def _encoded(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode(errors="replace") + b"\n"
