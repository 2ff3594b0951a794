"""A report as DOCX, PDF and message says what the record says, and nothing in it is markup."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from PIL import Image
from pypdf import PdfReader

from kentongan.errors import SettingError
from kentongan.reports.kinds import ReportKind
from kentongan.reports.plain import plain
from kentongan.reports.rules import reword
from kentongan.reports.values import FactSection, Report, ReportState, WrittenSection
from pipeline.reports.brief import MAX_CHARACTERS, brief
from pipeline.reports.document import Letterhead, Setting, lines
from pipeline.reports.docx import MARK, to_docx
from pipeline.reports.pdf import to_pdf
from tests.unit.kentongan.reports.test_reports import (
    AT,
    make_content,
    make_press,
    make_report,
    make_reported,
    written,
)

HEAD = Letterhead("Badan Kesatuan Bangsa Kota Arunika", "Jalan Kentongan 1, Arunika")
SETTING = Setting(HEAD, "Kota Arunika (99.71)", "https://kentongan.arunika.example", ZoneInfo("Asia/Jakarta"))
SIGNED: dict[str, Any] = {
    "state": ReportState.FROZEN, "signed_by": "budi", "signed_at": AT, "year": 2026, "sequence": 7,
    "sha256": "ef" * 32,
}  # fmt: skip


def make_signed(**changes: Any) -> Report:
    return make_report(written(make_content(make_reported(), make_press())), **{**SIGNED, **changes})


def words_of_docx(content: bytes) -> list[str]:
    return [p.text for p in Document(BytesIO(content)).paragraphs]


def words_of_pdf(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_docx_holds_every_line_under_the_letterhead() -> None:
    report = make_signed()
    made = to_docx(report, SETTING)
    assert words_of_docx(made) == [plain(line.text) for line in lines(report, SETTING)]
    head = [p.text for p in Document(BytesIO(made)).sections[0].header.paragraphs]
    assert head == [HEAD.name, HEAD.address]


def test_the_pdf_holds_every_line_too() -> None:
    report = make_signed()
    said = words_of_pdf(to_pdf(report, SETTING)).replace(" ", "")
    for line in lines(report, SETTING):
        assert "".join(line.text.split()) in said, line
    assert "".join(HEAD.name.split()) in said


def test_every_sentence_of_fact_stands_with_its_status_and_source() -> None:
    report = make_signed()
    said = "\n".join(line.text for line in lines(report, SETTING))
    for section in FactSection:
        for sentence in report.content.facts[section]:
            after = said[said.index(sentence.text) :].splitlines()[1:3]
            assert after[0].startswith("Status: ")
            assert after[1].startswith("Sumber: ")
    assert "https://kentongan.arunika.example/claims/7" in said
    assert f"SHA-256 {'ab' * 32}" in said
    for written_section in WrittenSection:
        assert f"Isi {written_section.value}." in said
    assert "Nomor: 007/HARIAN/2026" in said


def test_the_press_is_nowhere_called_a_hoax() -> None:
    report = make_report(written(make_content(make_press())), **SIGNED)
    for said in (
        str(words_of_docx(to_docx(report, SETTING))),
        words_of_pdf(to_pdf(report, SETTING)),
        brief(report, SETTING),
    ):
        assert "hoaks" not in said.lower()
        assert "pemberitaan" in said.lower()


def test_a_draft_says_that_it_is_one() -> None:
    report = make_report(make_content())
    assert any("DRAF" in text for text in words_of_docx(to_docx(report, SETTING)))
    assert "DRAF" in words_of_pdf(to_pdf(report, SETTING))
    assert "(DRAF)" in brief(report, SETTING)


@pytest.mark.parametrize(
    "hostile", ["<b>&amp; {{x}}</b>", "\u202eabc\x07\x00", "🔥" * 50, "kata" * 400, "@x 0812-3456-7890"]
)
def test_any_text_can_be_set(hostile: str) -> None:
    report = make_report(make_content(make_reported(headline=hostile)), **SIGNED)
    texts = words_of_docx(to_docx(report, SETTING))
    assert to_pdf(report, SETTING).startswith(b"%PDF-")
    assert not any("\u202e" in text for text in texts)
    if hostile.startswith("<"):
        assert any("<b>&amp; {{x}}</b>" in text for text in texts)
        assert "<b>&amp;" in words_of_pdf(to_pdf(report, SETTING))


def test_a_logo_stands_in_both(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (40, 60), "navy").save(logo)
    setting = Setting(Letterhead("Kantor", logo=logo), "Arunika", "", SETTING.zone)
    docx, pdf = to_docx(make_signed(), setting), to_pdf(make_signed(), setting)
    assert Document(BytesIO(docx)).sections[0].header.part.package.image_parts
    assert PdfReader(BytesIO(pdf)).pages[0].images


def test_the_same_report_is_the_same_pdf() -> None:
    first, second = (hashlib.sha256(to_pdf(make_signed(), SETTING)).hexdigest() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_the_message_is_short_plain_and_counts_what_it_leaves_out(count: int) -> None:
    claims = [make_reported(headline=f"{n} " + "kabar panjang " * 40) for n in range(count)]
    report = make_report(make_content(*claims) if claims else make_content(make_press()), ReportKind.DAILY)
    report = make_report(written(report.content), **SIGNED)
    text = brief(report, SETTING)
    assert len(text) <= MAX_CHARACTERS
    assert "007/HARIAN/2026" in text
    assert text.endswith("Petunjuk, bukan putusan.")
    if count == 40:
        assert f"https://kentongan.arunika.example/laporan/{report.id}" in text
        told = text.count("[belum diverifikasi]")
        assert f"dan {40 - told} informasi lain" in text


def test_a_restricted_report_says_so_in_its_message_too() -> None:
    report = make_report(make_content(kind=ReportKind.SPECIAL), ReportKind.SPECIAL)
    assert "Klasifikasi: TERBATAS" in brief(report, SETTING)
    assert "Klasifikasi" not in brief(make_report(make_content()), SETTING)


def test_a_reworded_sentence_is_told_to_be_one() -> None:
    content = reword(make_content(), FactSection.FACTS, {0: "Beredar pesan tentang TPS."})
    said = [line.text for line in lines(make_report(content), SETTING)]
    after = said[said.index("Beredar pesan tentang TPS.") + 1]
    assert after == "Status: belum diverifikasi; kalimat disunting pembuat laporan"
    assert sum("disunting" in one for one in said) == 1


@pytest.mark.parametrize("marked", [False, True])
def test_an_offices_own_document_holds_the_report(tmp_path: Path, marked: bool) -> None:
    office, template = Document(), tmp_path / "kop.docx"
    office.sections[0].header.paragraphs[0].text = "PEMERINTAH KOTA ARUNIKA"
    office.add_paragraph("Kepada Yth. Wali Kota Arunika")
    if marked:
        office.add_paragraph(MARK)
        office.add_paragraph("Ruang paraf")
    office.styles["Heading 1"].delete()
    office.save(str(template))
    report = make_signed()
    setting = Setting(Letterhead("Kantor", template=template), "Arunika", "", SETTING.zone)
    made = Document(BytesIO(to_docx(report, setting)))
    told = [plain(line.text) for line in lines(report, setting)]
    expected = ["Kepada Yth. Wali Kota Arunika", *told, *(["Ruang paraf"] if marked else [])]
    assert [p.text for p in made.paragraphs] == expected
    assert [p.text for p in made.sections[0].header.paragraphs] == ["PEMERINTAH KOTA ARUNIKA"]


def test_a_template_that_is_none_is_told_by_its_setting(tmp_path: Path) -> None:
    template = tmp_path / "kop.docx"
    setting = Setting(Letterhead("Kantor", template=template), "Arunika", "", SETTING.zone)
    Document().save(str(template))
    with ZipFile(template) as parts:
        held = {name: parts.read(name) for name in parts.namelist()}
    with ZipFile(template, "w") as parts:
        for name, said in held.items():
            parts.writestr(name, b"<cut" if name == "word/document.xml" else said)
    spoilt = template.read_bytes()
    for raw in (b"PK nothing", spoilt):
        template.write_bytes(raw)
        with pytest.raises(SettingError, match="KENTONGAN_OFFICE_TEMPLATE"):
            to_docx(make_signed(), setting)


def test_a_long_name_of_an_office_is_written_whole() -> None:
    made = Document(BytesIO(to_docx(make_signed(), Setting(Letterhead("K" * 300), "A", "", SETTING.zone))))
    assert "K" * 300 in made.sections[0].header.paragraphs[0].text
