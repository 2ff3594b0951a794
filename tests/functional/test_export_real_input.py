"""Exports of real posts and real articles: every text comes back whole, nothing of it runs."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kentongan.ids import new_id
from kentongan.region import read_region
from kentongan.store import Store, open_store
from kentongan.store.database import now
from pipeline.documents import RecordDocuments
from pipeline.importing import import_items
from pipeline.tables import Addresses, Form, Notice, Tally, Walk, write_table
from pipeline.tables.cells import EXCEL_CELL, is_formula
from search.embedded import EmbeddedIndex
from search.index import Query, Sort
from tests.exported import cells_of_semicolons, read_csv
from tests.factories import work_all
from webui.links import without_phones

POSTS = 200


@pytest.fixture
def home(shared_data: Path, tmp_path: Path) -> Path:
    with gzip.open(shared_data / "posts.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [str(json.loads(line)["text"]) for line in islice(file, POSTS)]
    texts += [path.read_text(encoding="utf-8") for path in sorted((shared_data / "local_news").glob("*.txt"))]
    path = tmp_path / "items.jsonl"
    path.write_text(
        "\n".join(json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts) if text.strip())
    )
    store = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    import_items(store, path, region="arunika", time_zone="Asia/Jakarta", pseudonym_key=None)
    while any(not view.item.claim_id for view in store.items.views(list(store.items.all_ids()))):
        work_all(store)
    store.close()
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[tuple[Store, EmbeddedIndex]]:
    store, index = open_store(f"sqlite:///{home / 'record.db'}"), EmbeddedIndex(home / "index")
    index.rebuild(replace(document, vector=b"") for document in RecordDocuments(store).everything())
    yield store, index
    index.close()
    store.close()


def exported(store: Store, index: EmbeddedIndex, form: Form) -> bytes:
    region = read_region("arunika")
    walk = Walk(store, index, Query(sort=Sort.NEWEST), places={}, addresses=Addresses(without_phones, str))
    notice = Notice(new_id(), "sari", now(), region.title, region.time_zone, walk.understood, "")
    return b"".join(write_table(form, walk, notice, Tally()))


def test_real_texts_come_back_from_every_form(opened: tuple[Store, EmbeddedIndex], tmp_path: Path) -> None:
    store, index = opened
    views = store.items.views(list(store.items.all_ids()))
    kept = {str(view.item.id): view.item.text for view in views}
    assert len(kept) > POSTS

    raw = exported(store, index, Form.CSV)
    rows = read_csv(raw)[:-1]
    assert {row["id"]: row["text"].replace("'", "") for row in rows} == {
        key: text.replace("'", "") for key, text in kept.items()
    }
    assert not [cell for cell in cells_of_semicolons(raw) if is_formula(cell)]

    sheet = load_workbook(BytesIO(exported(store, index, Form.XLSX)))["Data"]
    found = {row[0]: row[10] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert found == {key: text[:EXCEL_CELL] for key, text in kept.items()}

    (tmp_path / "again.jsonl").write_bytes(exported(store, index, Form.JSONL))
    again = import_items(
        store, tmp_path / "again.jsonl", region="arunika", time_zone="Asia/Jakarta", pseudonym_key=None
    )
    assert (again.created, again.revised, again.unchanged) == (0, 0, len(kept))
