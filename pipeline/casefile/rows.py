"""The lines of an export: items, events, notes, and the cells of a table.

Owns: which fields there are. Texts are as the record has them, masked. Articles of the press bear no
label, stance or check (R9); who posted is a pseudonym (R6).
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from kentongan.domain import Item, Label, Platform, Review, Revision, SourceKind
from kentongan.incidents import Note
from kentongan.pseudonym import is_pseudonym
from kentongan.store.items import ItemView
from kentongan.text import mask_personal
from kentongan.timeline import Event
from pipeline.casefile import wording
from pipeline.tables.cells import Tally

Address = Callable[[str], str]
EVENT_COLUMNS = (
    "waktu",
    "hari_saja",
    "jenis",
    "peristiwa",
    "tentang",
    "oleh",
    "catatan",
    "jumlah",
    "tabel",
    "id",
)


def line(row: Mapping[str, Any]) -> bytes:
    """Return a row as one line of JSON."""
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def item_row(
    view: ItemView, reviews: Sequence[Review], earlier: Sequence[Revision], address: Address
) -> dict[str, Any]:
    """Return an item in the interchange format, and beside that what the case needs: what it said in
    `earlier` versions, and what was decided on its claim. `address` gives how an address may be written."""
    item, press = view.item, view.item.source_kind is SourceKind.PRESS
    judged = view.assessment is not None and not press
    check = next((check.url for match, check in view.matches if match.confirmed and not press), "")
    return {
        "id": str(item.id),
        "url": address(item.url),
        "source": item.source,
        "platform": item.platform.value,
        "title": item.title,
        "text": item.text,
        "author": mask_personal(item.author) if press and item.platform is not Platform.POST else "",
        "published_at": item.published_at.isoformat() if item.published_at else None,
        "labels": {label.value: int(label in view.labels) if judged else None for label in Label},
        "stance": view.assessment.stance.value if view.assessment and judged else None,
        "claim_id": str(item.claim_id) if item.claim_id else "",
        "fact_check_url": check,
        "pseudonym": _pseudonym(item),
        "first_seen_at": item.first_seen_at.isoformat(),
        "gone_at": item.gone_at.isoformat() if item.gone_at else None,
        "revision": item.revision,
        "content_hash": item.content_hash,
        "earlier_versions": [
            {
                "number": one.number,
                "title": one.title,
                "text": one.text,
                "content_hash": one.content_hash,
                "seen_at": one.seen_at.isoformat(),
            }
            for one in earlier
        ],
        "decisions": [
            {
                "decision": review.decision.value,
                "by": ", ".join(review.people),
                "at": review.decided_at.isoformat(),
                "reason": review.reason,
                "note": mask_personal(review.note),
            }
            for review in reviews
        ],
    }


def _pseudonym(item: Item) -> str:
    return item.author if is_pseudonym(item.author) else ""


def event_row(event: Event) -> dict[str, Any]:
    return {
        "waktu": event.at.isoformat(),
        "hari_saja": event.whole_day,
        "jenis": event.kind.value,
        "peristiwa": wording.what(event),
        "tentang": event.about,
        "oleh": event.by,
        "catatan": event.note,
        "jumlah": event.count or None,
        "tabel": event.table,
        "id": str(event.row),
    }


def note_row(note: Note) -> dict[str, Any]:
    return {"id": str(note.id), "by": note.by, "at": note.at.isoformat(), "text": note.text}


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield a CSV file that spreadsheets read as text: UTF-8 with a mark, no cell a formula."""
    yield "\ufeff".encode()
    for cells in (columns, *([row[name] for name in columns] for row in rows)):
        text = io.StringIO(newline="")
        csv.writer(text).writerow([cell(value) for value in cells])
        yield text.getvalue().encode()


def cell(value: object) -> str:
    """Return a value as the text of a cell: what a spreadsheet would take for a formula gets an
    apostrophe before it."""
    text = "" if value is None else ("ya" if value else "tidak") if isinstance(value, bool) else str(value)
    tally = Tally()
    return tally.disarm(tally.clean(text))
