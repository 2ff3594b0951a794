"""Lines and cells of an export: nothing a spreadsheet runs, nothing that stamps the press."""

import csv
import io
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import (
    FactCheck,
    FactCheckId,
    Item,
    ItemId,
    Label,
    Match,
    Platform,
    SourceKind,
    Stage,
    Verdict,
)
from kentongan.store.items import ItemView
from pipeline.casefile import rows
from pipeline.formats import make_record
from pipeline.tables.cells import is_formula
from tests.factories import make_assessment

AT = datetime(2026, 3, 2, tzinfo=UTC)
POSTER = "p0123456789abcdef"
OWN = ("pseudonym", "first_seen_at", "gone_at", "revision", "content_hash", "earlier_versions", "decisions")


def view(kind: SourceKind = SourceKind.PUBLIC_CHANNEL, **changes: object) -> ItemView:
    platform = Platform.NEWS if kind is SourceKind.PRESS else Platform.POST
    fields: dict[str, object] = {"author": POSTER, "title": "", **changes}
    item = Item(
        id=ItemId(UUID(int=1)), source="kanal", source_kind=kind, platform=platform, url="https://kanal.example/1",
        text="TPS ditutup, hubungi NOMOR", published_at=AT, first_seen_at=AT, language="id", content_hash="a" * 64,
        revision=1, stage=Stage.LINKED, **fields,  # type: ignore[arg-type]
    )  # fmt: skip
    check = FactCheck(
        FactCheckId(UUID(int=2)),
        "https://periksa.example/1",
        "Periksa",
        "c",
        Verdict.REFUTED,
        "SALAH",
        "",
        AT,
        "",
        AT,
    )
    return ItemView(
        item,
        "Kanal",
        make_assessment(Label.HOAX),
        frozenset({Label.HOAX}),
        True,
        ((Match(check.id, 0.9, True), check),),
    )


def test_a_post_has_its_pseudonym_and_labels_in_the_interchange_format() -> None:
    row = rows.item_row(view(), (), (), str)
    assert (row["author"], row["pseudonym"]) == ("", POSTER)
    assert row["labels"] == {"hoax": 1, "black_campaign": 0, "identity_politics": 0}
    assert row["fact_check_url"] == "https://periksa.example/1"
    plain = {name: value for name, value in row.items() if name not in OWN}
    assert make_record(1, plain).text == "TPS ditutup, hubungi NOMOR"
    assert json.loads(rows.line(row)) == row


def test_an_article_of_the_press_bears_no_label_no_stance_and_no_check() -> None:
    press = view(SourceKind.PRESS, author="Sinta Lestari, 0812-3456-7890", title="Kotak suara")
    row = rows.item_row(press, (), (), str)
    assert row["labels"] == dict.fromkeys(Label, None)
    assert (row["stance"], row["fact_check_url"], row["pseudonym"]) == (None, "", "")
    assert row["author"] == "Sinta Lestari, NOMOR"


def test_the_name_of_a_poster_that_is_no_pseudonym_does_not_get_out() -> None:
    assert "budi" not in str(rows.item_row(view(author="budi_s"), (), (), str))


@pytest.mark.parametrize("text", ["=1+1", "+62", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/c calc'!A0"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert rows.cell(text).startswith("'")
    assert rows.cell("a " + text.strip()) == "a " + text.strip()


@given(st.lists(st.one_of(st.text(), st.booleans(), st.none(), st.integers(0)), min_size=1, max_size=6))
def test_no_cell_of_a_table_begins_as_a_formula_does(values: list[object]) -> None:
    names = [f"c{n}" for n in range(len(values))]
    text = b"".join(rows.table(names, [dict(zip(names, values, strict=True))])).decode(
        "utf-8", "surrogatepass"
    )
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(read) == 2
    for row in read:
        for found in row:
            assert not found.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert not is_formula(found)
