"""How fast exports are, and how much memory they take, beside a plain script over one SELECT.

Run: `python -m benchmarks.exporting [items]`. The record and the index hold invented items (texts of
40 to 400 words, one in twenty with something a spreadsheet would run). Each export runs in a process
of its own; seconds are its processor time, memory how far its peak rose from before the export. What
a search for words finds is exported too, and a tenth of the items: what does not grow with the items is
held by pages.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from kentongan.domain import Label, SourceKind, Stance
from kentongan.store import Store, open_store
from kentongan.store.schema import AssessmentRow, ClaimRow, ItemRow, ReviewRow, SourceRow, UserRow
from pipeline.documents import RecordDocuments
from pipeline.tables import Form
from search.embedded import EmbeddedIndex

_START = datetime(2026, 1, 1, tzinfo=UTC)
_ITEMS_A_CLAIM = 5
_WORDS = (
    *("warga", "pasar", "banjir", "jembatan", "sekolah", "kelurahan", "rapat", "jalan"),
    *("lampu", "air", "hujan", "malam", "pagi", "tps", "surat"),
)
_BATCH = 1_000


def main(items: int = 20_000) -> dict[str, Any]:
    """Return rows a second, memory and ratios of each form, and print them as a table."""
    result: dict[str, Any] = {"items": items, "forms": {}}
    with tempfile.TemporaryDirectory() as name:
        folder, small = Path(name) / "all", Path(name) / "tenth"
        _fill(folder, items)
        _fill(small, items // 10)
        for form in Form:
            own, found, peer = (_run(folder, form, which) for which in ("ours", "found", "plain"))
            tenth = _run(small, form, "ours")
            assert own["rows"] == peer["rows"] == items
            row = {
                "rows_per_second": round(items / own["seconds"]),
                "rows_per_second_of_words": round(found["rows"] / found["seconds"]),
                "plain_rows_per_second": round(items / peer["seconds"]),
                "times_plain": round(own["seconds"] / peer["seconds"], 1),
                "grown_mb": round(own["grown_mb"], 1),
                "plain_grown_mb": round(peer["grown_mb"], 1),
                "grown_mb_of_a_tenth": round(tenth["grown_mb"], 1),
                "peak_mb": round(own["peak_mb"]),
                "file_mb": round(own["file_mb"], 1),
            }
            result["forms"][form.value] = row
            print(
                f"{form.value:<6}{row['rows_per_second']:>8} rows/s, of words"
                f" {row['rows_per_second_of_words']} {row['times_plain']:>6} x plain"
                f"   memory +{row['grown_mb']} MB (plain +{row['plain_grown_mb']}, a tenth of the items"
                f" +{row['grown_mb_of_a_tenth']})   file {row['file_mb']} MB",
                file=sys.stderr,
            )
    return result


def _run(folder: Path, form: Form, which: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks._exporting_one", str(folder), form.value, which]
    done = subprocess.run([*command, str(folder / f"out.{form.value}")], check=True, capture_output=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _fill(folder: Path, items: int) -> None:
    folder.mkdir()
    store = open_store(f"sqlite:///{folder / 'record.db'}")
    _add_sources(store)
    for start in range(0, items, _BATCH):
        _add_items(store, range(start, min(start + _BATCH, items)))
    index = EmbeddedIndex(folder / "index")
    index.rebuild(RecordDocuments(store).everything())
    index.close()
    store.close()


def _add_sources(store: Store) -> None:
    with store.database.write() as session:
        for number, kind in enumerate(SourceKind):
            session.add(
                SourceRow(
                    name=f"sumber-{number}", title=f"Sumber {number}", kind=kind.value, permission="penuh",
                    home="", region="arunika", time_zone="Asia/Jakarta", press_council=False, owner="",
                    basis="", expected_daily=None, every_minutes=30.0, active=True, updated_at=_START,
                )
            )  # fmt: skip
        session.add(
            UserRow(id=UUID(int=1), name="sari", role="analyst", password_hash="", active=True,
                    session_epoch=0, created_at=_START)
        )  # fmt: skip


def _add_items(store: Store, numbers: range) -> None:
    claims = [n for n in numbers if n % _ITEMS_A_CLAIM == 0]
    with store.database.write() as session:
        session.execute(insert(ClaimRow), [_claim(n) for n in claims])
        session.execute(insert(ReviewRow), [_review(n) for n in claims if n % 2 == 0])
        session.execute(insert(ItemRow), list(_items(numbers)))
        session.execute(insert(AssessmentRow), [_assessment(n) for n in numbers])


def _claim(n: int) -> dict[str, Any]:
    at = _START + timedelta(minutes=n)
    return {
        "id": _key(2, n), "headline": f"Klaim {n}", "lane": "new", "state": "new", "priority": 1.0,
        "hoax": True, "black_campaign": False, "identity_politics": False, "item_count": _ITEMS_A_CLAIM,
        "source_count": 1, "first_seen_at": at, "last_seen_at": at, "version": 1, "voice_count": 1,
        "resurfaced_at": None, "merged_into": None, "narrative_id": None, "parted": False,
    }  # fmt: skip


def _review(n: int) -> dict[str, Any]:
    return {
        "id": _key(3, n), "claim_id": _key(2, n), "user_id": UUID(int=1), "decision": "watch",
        "reason": "unverified", "note": "", "decided_at": _START, "claim_version": 1,
        "state_before": "new", "state_after": "watching",
    }  # fmt: skip


def _items(numbers: range) -> Iterator[dict[str, Any]]:
    for n in numbers:
        chance = Random(n)
        text = " ".join(chance.choices(_WORDS, k=chance.randint(40, 400)))
        if n % 20 == 0:
            text = f'=HYPERLINK("https://a.example/{n}")\n- {text}; +62 "{n}"'
        at = _START + timedelta(minutes=n)
        yield {
            "id": _key(4, n), "identity": f"n:{n}", "source": f"sumber-{n % len(SourceKind)}",
            "platform": "post", "url": f"https://a.example/kabar/{n}", "title": f"Kabar nomor {n}",
            "text": text, "author": "", "language": "id", "external_id": "", "published_at": at,
            "first_seen_at": at, "last_seen_at": at, "content_hash": f"{n:064x}", "revision": 1,
            "stage": "linked", "lease_owner": None, "lease_until": None, "trouble": None,
            "claim_id": _key(2, n - n % _ITEMS_A_CLAIM), "press": n % len(SourceKind) == 0,
            "assessment_id": _key(5, n), "hoax": n % 3 == 0, "black_campaign": False,
            "identity_politics": False, "risk": 0.5, "refuted": False, "surest": 0.0, "voice": "",
            "wire": "", "copy_of": None, "pinned": False, "given": {}, "section": "", "tags": [],
            "views": None, "edited": False, "gone_at": None,
        }  # fmt: skip


def _assessment(n: int) -> dict[str, Any]:
    return {
        "id": _key(5, n), "item_id": _key(4, n), "revision": 1, "model": "model-1",
        "content_hash": f"{n:064x}",
        "probabilities": {label.value: 0.3 for label in Label}, "stance": Stance.ASSERTS.value,
        "stance_probability": 0.9, "flagged": [], "abstained": [], "spans": [], "cues": [],
        "embedding": b"", "assessed_at": _START,
    }  # fmt: skip


def _key(kind: int, n: int) -> UUID:
    return UUID(int=(kind << 64) + n)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)))
