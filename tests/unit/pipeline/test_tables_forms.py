"""The files of an export, read back by real readers: csv, openpyxl and our own import."""

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir

import pytest
from openpyxl import load_workbook

from kentongan.domain import Label, SourceKind
from kentongan.errors import FormatError
from pipeline.formats import read_items
from pipeline.tables import Form, Tally, write_table
from pipeline.tables.cells import EXCEL_CELL, is_formula
from pipeline.tables.rows import COLUMNS, Row
from pipeline.tables.workbook import xlsx_chunks
from search.index import IndexUnavailable, Kind
from tests.exported import cells_of_semicolons, make_notice, make_row, read_csv, read_sheet, written
from tests.unit.pipeline.test_tables_cells import DANGEROUS

HOSTILE = "Kata dia, \"buktinya\"\r\nada;\n=cmd|' /C calc'!A0\x00\ud800, titik."


def broken(rows: int) -> Iterator[Row]:
    yield from (make_row(n) for n in range(1, rows + 1))
    raise IndexUnavailable("the index is gone")


def test_csv_begins_with_a_mark_for_excel_and_ends_lines_as_rfc_4180_says() -> None:
    raw = written(Form.CSV, [make_row()])
    assert raw.startswith(b"\xef\xbb\xbfid,kind,claim,")
    assert raw.endswith(b"\r\n")
    row, end = read_csv(raw)
    assert list(row) == [*COLUMNS, "notice"]
    assert row["published_at"] == "2026-03-02T01:30:00+08:00"
    assert (row["labels"], row["model"]) == ("hoax", "model-1")
    assert (end["id"], end["kind"]) == ("#", "whole")


def test_every_row_of_csv_bears_the_watermark_and_the_last_record_the_whole_notice() -> None:
    *rows, end = read_csv(written(Form.CSV, [make_row(1), make_row(2)]))
    assert all("bukan vonis" in row["notice"] and "00004d" in row["notice"] for row in rows)
    for said in ("2 baris", "sari", "mekarjaya", "partai politik", "Kota Arunika", "not verdicts"):
        assert said in end["notice"]


def test_hostile_texts_come_back_from_csv_whole_but_for_what_was_counted() -> None:
    tally = Tally()
    row, _ = read_csv(written(Form.CSV, [make_row(text=HOSTILE)], tally))
    assert row["text"] == HOSTILE.replace("\x00", "").replace("\ud800", "\ufffd").replace("=cmd", "'=cmd")
    assert (tally.rows, tally.characters_removed, tally.cells_disarmed) == (1, 2, 1)


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_csv_is_a_formula_whether_commas_or_semicolons_part_columns(text: str) -> None:
    raw = written(Form.CSV, [make_row(title=text, text=f"Kata; {text}\n{text}", source_title=text)])
    assert not any(is_formula(cell) for row in read_csv(raw) for cell in row.values())
    assert not any(is_formula(cell) for cell in cells_of_semicolons(raw))


def test_a_query_that_is_a_formula_is_harmless_in_the_notice() -> None:
    raw = written(Form.CSV, [], understood="=1+1", by="=sari")
    assert not any(is_formula(cell) for row in read_csv(raw) for cell in row.values())
    sheet = read_sheet(written(Form.XLSX, [], understood="=1+1"), "Keterangan")
    (cell,) = [row[1] for row in sheet if row[1].value == "=1+1"]
    assert cell.data_type == "s"


def test_a_csv_that_broke_off_says_so_in_its_last_record_and_raises() -> None:
    got: list[bytes] = []
    with pytest.raises(IndexUnavailable):
        got.extend(write_table(Form.CSV, broken(3), make_notice(), Tally()))
    assert read_csv(b"".join(got))[-1]["kind"] == "incomplete"


def test_an_excel_file_has_real_dates_a_frozen_header_and_addresses_as_text() -> None:
    raw = written(Form.XLSX, [make_row(title="Judul")])
    sheet = load_workbook(BytesIO(raw))["Data"]
    cells = dict(zip([str(c.value).split(" ")[0] for c in sheet[1]], sheet[2], strict=True))
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["K"].width == 90
    assert sheet["H1"].value == "published_at (Asia/Makassar)"
    assert cells["published_at"].value == datetime(2026, 3, 2, 1, 30)
    assert cells["published_at"].is_date
    assert (cells["url"].value, cells["url"].hyperlink) == ("https://kanal.example/1", None)
    assert "bukan vonis" in cells["notice"].value
    assert "bukan vonis" in sheet.oddFooter.left.text


@pytest.mark.parametrize("text", [*DANGEROUS, "#N/A", "#REF!", "=A1", "={1}"])
def test_no_cell_of_an_excel_file_is_a_formula_or_an_error(text: str) -> None:
    rows = read_sheet(written(Form.XLSX, [make_row(title=text, text=text, source_title=text)]))
    assert {cell.data_type for cell in rows[1]} <= {"s", "d", "n"}
    found = [cell for cell in rows[1] if cell.value == text]
    assert len(found) == 3
    assert all(cell.data_type == "s" for cell in found)
    assert all(cell.quotePrefix or not text.startswith(("=", "+", "-", "@")) for cell in found)


def test_what_excel_cannot_hold_is_cut_cleaned_and_told() -> None:
    tally = Tally()
    raw = written(Form.XLSX, [make_row(text="\x07a" * 40_000), make_row(2, text=HOSTILE)], tally)
    rows = read_sheet(raw)
    names = [str(cell.value).split(" ")[0] for cell in rows[0]]
    first, second = ({n: c.value for n, c in zip(names, row, strict=True)} for row in rows[1:])
    assert len(first["text"]) == EXCEL_CELL
    assert first["cut"] == f"text: {EXCEL_CELL}/40000"
    assert second["cut"] is None
    assert second["text"] == HOSTILE.replace("\x00", "").replace("\ud800", "\ufffd")
    assert (tally.cells_cut, tally.characters_removed) == (1, 40_002)
    told = {row[0].value: row[1].value for row in read_sheet(raw, "Keterangan")}
    assert told["Karakter kendali dihapus / control characters removed"] == "40002"
    assert told["Dibuat oleh / made by"] == "sari"


def test_rows_beyond_one_sheet_go_on_on_the_next() -> None:
    rows = [make_row(n) for n in range(1, 8)]
    raw = b"".join(xlsx_chunks(rows, make_notice(), Tally(), sheet_rows=4))
    book = load_workbook(BytesIO(raw))
    assert book.sheetnames == ["Data", "Data 2", "Data 3", "Keterangan"]
    ids = [r[0] for name in book.sheetnames[:3] for r in book[name].iter_rows(min_row=2, values_only=True)]
    assert ids == [row.id for row in rows]
    assert all(book[name]["A1"].value == "id" for name in book.sheetnames[:3])


def test_an_excel_file_that_breaks_off_gives_no_byte_and_leaves_nothing_lying() -> None:
    def lying() -> set[Path]:
        return set(Path(gettempdir()).glob("openpyxl.*"))

    before = lying()
    with pytest.raises(IndexUnavailable):
        next(xlsx_chunks(broken(3), make_notice(), Tally()))
    assert lying() <= before


def test_json_lines_are_items_that_our_import_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    marks = {Label.HOAX: 1, Label.BLACK_CAMPAIGN: 0, Label.IDENTITY_POLITICS: None}
    row = make_row(title="Judul", text='"a"\n=b\ud800', marks=marks, stance="asserts", claim="c1")
    path.write_bytes(written(Form.JSONL, [row]))
    (item,) = read_items(path)
    assert (item.id, item.url, item.source, item.title) == (row.id, row.url, row.source, "Judul")
    assert item.text == '"a"\n=b\ufffd'  # nothing is disarmed here: no spreadsheet reads it
    assert (item.labels, item.stance, item.claim_id) == (marks, "asserts", "c1")
    assert item.published_at == row.published_at


def test_an_item_without_an_address_keeps_the_id_that_a_file_gave_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [make_row(url="", external_id="p1"), make_row(2, url="javascript:alert(1)"), make_row(3)]
    path.write_bytes(written(Form.JSONL, rows))
    assert [(item.id, item.url) for item in read_items(path)] == [
        ("p1", ""),
        ("", ""),
        (rows[2].id, rows[2].url),
    ]


@pytest.mark.parametrize(
    "given", ["6281234567890-1610000000", "true_6281234567890@c.us_3EB0", "@budi_jaya/7"]
)
def test_an_id_that_tells_who_posted_does_not_leave(tmp_path: Path, given: str) -> None:
    path = tmp_path / "a.jsonl"
    row = make_row(url="", external_id=given)
    path.write_bytes(written(Form.JSONL, [row]))
    assert [item.id for item in read_items(path)] == [row.id]


def test_a_check_whose_verdict_the_item_format_cannot_say_is_left_out_and_counted() -> None:
    tally = Tally()
    check = make_row(kind=Kind.FACT_CHECK, source_kind=SourceKind.FACT_CHECKER, state="misleading", marks={})
    assert written(Form.JSONL, [check, make_row(2)], tally).count(b"\n") == 1
    assert (tally.rows, tally.left_out) == (1, 1)
    assert read_csv(written(Form.CSV, [check]))[0]["state"] == "misleading"


def test_json_lines_that_broke_off_are_refused_by_import(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file, pytest.raises(IndexUnavailable):
        file.writelines(write_table(Form.JSONL, broken(2), make_notice(), Tally()))
    assert "incomplete" in json.loads(path.read_text().splitlines()[-1])
    with pytest.raises(FormatError, match="unknown field 'incomplete'"):
        list(read_items(path))
