"""What a cell may hold: nothing a spreadsheet runs, nothing that breaks a file."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tables.cells import EXCEL_CELL, Tally, is_formula

DANGEROUS = (
    '=HYPERLINK("https://jahat.example","klik")',
    "+62 jangan ditelepon",
    "-5 derajat",
    "-5",
    "@SUM(A1:A9)",
    "\tTAB di depan",
    "\rCR di depan",
    "\nLF di depan",
    "   =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "﹦1+1",
    '"=1+1',
    ";=1+1",
)


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    tally = Tally()
    safe = tally.disarm(text)
    assert not is_formula(safe)
    assert "'" in safe
    assert safe.replace("'", "") == text  # nothing else is changed
    assert tally.cells_disarmed == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "biasa",
        "a = b",
        "1-5",
        "naik 5%",
        "a, -b",
        "surel@kantor",
        "'=1+1",
        "#tagar",
        "2026-03-01T00:00:00+08:00",
    ],
)
def test_what_no_spreadsheet_runs_stays_as_it_is(text: str) -> None:
    tally = Tally()
    assert tally.disarm(text) == text
    assert tally.cells_disarmed == 0


@pytest.mark.parametrize("between", [";", "; ", "\n", "\r\n", "\t", '";"', "\n\n  ", "\u2028"])
def test_a_formula_is_disarmed_where_a_semicolon_or_a_line_break_begins_a_cell(between: str) -> None:
    assert Tally().disarm(f"Warga{between}=1+1") == f"Warga{between}'=1+1"


@given(st.text(st.sampled_from("=+-@＝ ;\t\r\n\"',ab\u200b"), max_size=30))
def test_no_row_of_csv_gives_a_formula_however_columns_are_parted(text: str) -> None:
    safe = Tally().disarm(text)
    out = StringIO(newline="")
    csv.writer(out).writerow(["satu", safe, "tiga"])
    (row,) = csv.reader(StringIO(out.getvalue(), newline=""))
    assert row == ["satu", safe, "tiga"]
    assert not is_formula(safe)
    for line in safe.replace("\r", "\n").replace("\t", "\n").replace(";", "\n").split("\n"):
        assert line.lstrip('"\u200b ')[:1] not in tuple("=+-@＝") or not line


def test_control_characters_and_lone_surrogates_are_taken_away_and_counted() -> None:
    tally = Tally()
    assert tally.clean("a\x00b\x1b[31mc\x0bd\ud800e\uffff\tf\r\ng\x85h") == "ab[31mcd\ufffde\tf\r\ng\x85h"
    assert tally.characters_removed == 5


def test_a_text_is_cut_as_excel_counts_and_no_character_is_cut_in_two() -> None:
    tally = Tally()
    assert tally.cut("a" * EXCEL_CELL) == "a" * EXCEL_CELL
    assert tally.cells_cut == 0
    assert tally.cut("a" * (EXCEL_CELL + 1)) == "a" * EXCEL_CELL
    drums = tally.cut("🥁" * 20_000)  # two units each
    assert drums == "🥁" * (EXCEL_CELL // 2)
    assert tally.cells_cut == 2


def test_a_megabyte_of_line_breaks_is_read_once() -> None:
    text = "\n" * 1_000_000 + "=1"
    assert Tally().disarm(text).endswith("\n'=1")  # a square of time would run into the limit of the test
