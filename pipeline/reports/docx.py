"""A report as DOCX: in the office's own document, or with a letterhead made in code.

Of a template everything is kept; the report goes where a paragraph says MARK, else after what is there. A
template changes how a report looks, never what stands in it: no line can be left out.
"""

from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as Made
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Cm, Pt
from docx.styles.style import ParagraphStyle

from kentongan.errors import SettingError
from kentongan.reports.plain import plain
from kentongan.reports.values import Report
from pipeline.reports.document import Kind, Letterhead, Setting, lines

_STYLES = {Kind.TITLE: "Title", Kind.HEADING: "Heading 1", Kind.TEXT: "Normal", Kind.SMALL: "Sumber"}
_LOGO = Cm(2)
_MOST_LETTERS = 255  # of a property of a document
MARK = "{{laporan}}"


def to_docx(report: Report, setting: Setting) -> bytes:
    """Return the report as a DOCX. Raises SettingError for a template that cannot be opened, and what
    `docx` raises for a logo that is no picture."""
    template = setting.letterhead.template
    document = _open(template) if template else Document()
    if template is None:
        _set_up(document)
        _letterhead(document, setting.letterhead)
    styles = _styles(document)
    mark = next((one for one in document.paragraphs if one.text.strip() == MARK), None)
    add = mark.insert_paragraph_before if mark else document.add_paragraph
    for line in lines(report, setting):
        add(plain(line.text), style=styles[line.kind])
    if mark is not None:
        document.element.body.remove(mark._element)
    document.core_properties.title = report.number or "Draf laporan"
    document.core_properties.author = setting.letterhead.name[:_MOST_LETTERS]
    document.core_properties.language = "id-ID"
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _open(template: Path) -> Made:
    try:
        return Document(str(template))
    except (PackageNotFoundError, BadZipFile, SyntaxError, KeyError, ValueError) as exc:  # XML: SyntaxError
        raise SettingError("KENTONGAN_OFFICE_TEMPLATE", f"{template} cannot be opened") from exc


def _styles(document: Made) -> dict[Kind, ParagraphStyle]:
    """Return the style of each kind of line; those that a template lacks are made."""
    found: dict[Kind, ParagraphStyle] = {}
    for kind, name in _STYLES.items():
        style = document.styles[name] if name in document.styles else _make(document, name)
        assert isinstance(style, ParagraphStyle)
        found[kind] = style
    return found


def _make(document: Made, name: str) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    if "Normal" in document.styles:
        style.base_style = document.styles["Normal"]
    if name == "Sumber":
        style.font.size = Pt(8.5)
        style.paragraph_format.left_indent = Cm(0.7)
    else:
        style.font.bold = True
    return style


def _set_up(document: Made) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    normal.paragraph_format.space_after = Pt(3)
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
