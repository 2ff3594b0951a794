"""Rows and notices of exports for tests, and a reader that reads as an Indonesian spreadsheet does."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

from kentongan.domain import Label, Platform, SourceKind
from pipeline.tables import Form, Notice, Tally, write_table
from pipeline.tables.rows import Row
from search.index import IndexUnavailable, Kind, Page, Query, SearchIndex

SEEN = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)


def make_row(number: int = 1, **changes: Any) -> Row:
    row = Row(
        id=str(UUID(int=number)),
        kind=Kind.ITEM,
        source="kanal-warga",
        source_title="Kanal Warga",
        source_kind=SourceKind.PUBLIC_CHANNEL,
        platform=Platform.POST,
        published_at=SEEN,
        first_seen_at=SEEN,
        title="",
        text=f"Kabar ke-{number} dari Mekarjaya.",
        url=f"https://kanal.example/{number}",
        labels=(Label.HOAX,),
        model="model-1",
    )
    return replace(row, **changes)


def make_notice(**changes: Any) -> Notice:
    notice = Notice(
        UUID(int=77), "sari", SEEN, "Kota Arunika", ZoneInfo("Asia/Makassar"), "mekarjaya", "sort: newest"
    )
    return replace(notice, **changes)


def written(form: Form, rows: Iterable[Row], tally: Tally | None = None, **notice: Any) -> bytes:
    return b"".join(write_table(form, rows, make_notice(**notice), tally or Tally()))


def read_csv(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))


def read_sheet(raw: bytes, sheet: str = "Data") -> list[list[Any]]:
    return [list(row) for row in load_workbook(BytesIO(raw))[sheet].iter_rows()]


def cells_of_semicolons(raw: bytes) -> list[str]:
    """Return the cells that a program sees which parts columns at semicolons and minds no quotes."""
    text = raw.decode("utf-8-sig")
    for mark in ("\r", "\t", "\u0085", "\u2028", "\u2029", ";"):
        text = text.replace(mark, "\n")
    return [cell.strip('"').strip() for cell in text.split("\n")]


class BreaksAfter:
    """A real index that is gone after so many pages."""

    def __init__(self, index: SearchIndex, pages: int) -> None:
        self._index, self._pages = index, pages

    def search(self, query: Query) -> Page:
        if not self._pages:
            raise IndexUnavailable("the index is gone")
        self._pages -= 1
        return self._index.search(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)
