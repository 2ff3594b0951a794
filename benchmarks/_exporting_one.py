"""One export in a process of its own, so that its memory is its own: `FOLDER FORM ours|found|plain OUT`.

Prints what it took as one JSON document. `ours` takes everything along, `found` what a search for words
finds: nearly everything. `plain` is what one writes in ten lines: one SELECT of the same texts, every row
handed to the writer, nothing cleaned, disarmed, joined or told.
"""

import csv
import json
import sqlite3
import sys
import time
from pathlib import Path

from openpyxl import Workbook

from kentongan.ids import new_id
from kentongan.region import read_region
from kentongan.store import open_store
from kentongan.store.database import now
from pipeline.tables import Addresses, Form, Notice, Tally, Walk, write_table
from pipeline.tables.saving import save
from search.embedded import EmbeddedIndex
from search.index import Query, Sort
from webui.links import without_phones

_TYPED = {"ours": "", "found": "warga banjir"}  # in nearly all of the invented texts
_SELECT = (
    "SELECT i.id, i.claim_id, i.source, s.title, s.kind, i.platform, i.published_at, i.first_seen_at,"
    " i.title, i.text, i.url, i.hoax, a.model, a.stance, c.state"
    " FROM items i JOIN sources s ON s.name = i.source JOIN claims c ON c.id = i.claim_id"
    " JOIN assessments a ON a.id = i.assessment_id ORDER BY i.published_at DESC"
)


def ours(folder: Path, form: Form, out: Path, typed: str) -> int:
    store, index, region = (
        open_store(f"sqlite:///{folder / 'record.db'}"),
        EmbeddedIndex(folder / "index"),
        read_region("arunika"),
    )
    addresses = Addresses(without_phones, lambda key: f"http://127.0.0.1:8080/archive/items/{key}")
    walk = Walk(store, index, Query(typed, sort=Sort.NEWEST), places={}, addresses=addresses)
    notice = Notice(new_id(), "bench", now(), region.title, region.time_zone, walk.understood, "")
    tally = Tally()
    save(out, write_table(form, walk, notice, tally), force=True)
    index.close()
    store.close()
    return tally.rows


def plain(folder: Path, form: Form, out: Path) -> int:
    rows = sqlite3.connect(folder / "record.db").execute(_SELECT)
    names = [column[0] for column in rows.description]
    count = 0
    if form is Form.XLSX:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(names)
        for row in rows:
            sheet.append(row)
            count += 1
        book.save(out)
        return count
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if form is Form.CSV:
            writer.writerow(names)
        for row in rows:
            if form is Form.CSV:
                writer.writerow(row)
            else:
                file.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n")
            count += 1
    return count


def main(folder: Path, form: Form, which: str, out: Path) -> None:
    """Print rows, processor seconds, and how far the peak of memory rose."""
    before = _peak_kb()
    began = time.process_time()
    rows = plain(folder, form, out) if which == "plain" else ours(folder, form, out, _TYPED[which])
    seconds = time.process_time() - began
    peak = _peak_kb()
    print(
        json.dumps(
            {
                "rows": rows,
                "seconds": seconds,
                "grown_mb": (peak - before) / 1024,
                "peak_mb": peak / 1024,
                "file_mb": out.stat().st_size / 1e6,
            }
        )
    )


def _peak_kb() -> int:
    """Return the peak of this process alone; what getrusage gives begins at that of its parent."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Form(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
