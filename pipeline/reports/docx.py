"""A report as DOCX: the letterhead made in code, styles that an office can change in its own program."""

from io import BytesIO
from unicodedata import category

from docx import Document
from docx.document import Document as Made
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from kentongan.reports.values import Report
from pipeline.reports.document import Kind, Letterhead, Setting, lines

_STYLES = {Kind.TITLE: "Title", Kind.HEADING: "Heading 1", Kind.TEXT: "Normal", Kind.SMALL: "Sumber"}
_LOGO = Cm(2)


def to_docx(report: Report, setting: Setting) -> bytes:
    """Return the report as a DOCX. Raises what `docx` raises for a logo that is no picture."""
    document = Document()
    _set_up(document)
    _letterhead(document, setting.letterhead)
    for line in lines(report, setting):
        document.add_paragraph(plain(line.text), style=_STYLES[line.kind])
    document.core_properties.title = report.number or "Draf laporan"
    document.core_properties.author = setting.letterhead.name
    document.core_properties.language = "id-ID"
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def plain(text: str) -> str:
    """Return the text on one line, without what XML cannot hold and what turns the direction of reading."""
    return " ".join("".join(" " if category(c) in _OUT else c for c in text).split())


_OUT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _set_up(document: Made) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    normal.paragraph_format.space_after = Pt(3)
    small = document.styles.add_style("Sumber", 1)  # of paragraphs
    small.base_style = normal
    small.font.size = Pt(8.5)
    small.paragraph_format.left_indent = Cm(0.7)
    for name, size in (("Title", 16), ("Heading 1", 12)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), None


def _letterhead(document: Made, letterhead: Letterhead) -> None:
    """Put name, address and logo into the head of every page."""
    head = document.sections[0].header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if letterhead.logo:
        head.add_run().add_picture(str(letterhead.logo), height=_LOGO)
        head.add_run().add_break()
    name = head.add_run(plain(letterhead.name))
    name.bold, name.font.size = True, Pt(14)
    if letterhead.address:
        below = document.sections[0].header.add_paragraph(plain(letterhead.address))
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
