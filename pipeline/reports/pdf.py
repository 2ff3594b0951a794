"""A report as PDF, with the fonts that come with the library: the same on every machine."""

from io import BytesIO

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, Image, Paragraph, SimpleDocTemplate

from kentongan.reports.values import Report
from pipeline.casefile.printing import BOLD, FONT, letters, markup
from pipeline.reports.document import Kind, Letterhead, Setting, lines

_MARGIN = 20 * mm
_LOGO = 20 * mm


def to_pdf(report: Report, setting: Setting) -> bytes:
    """Return the report as a PDF; the same report gives the same bytes."""
    letters()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=report.number or "Draf laporan",
        author=setting.letterhead.name,
        lang="id-ID",
        invariant=1,
    )
    story = _letterhead(setting.letterhead)
    story += [Paragraph(markup(line.text), _STYLES[line.kind]) for line in lines(report, setting)]
    left = f"{report.number or 'DRAF'} · petunjuk, bukan putusan"

    def footed(canvas: Canvas, _document: object) -> None:
        canvas.setFont(FONT, 7)
        canvas.drawString(_MARGIN, 10 * mm, left)
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, str(canvas.getPageNumber()))

    document.build(story, onFirstPage=footed, onLaterPages=footed)
    return out.getvalue()


def _letterhead(letterhead: Letterhead) -> list[Flowable]:
    story: list[Flowable] = []
    if letterhead.logo:
        story.append(Image(str(letterhead.logo), width=_LOGO, height=_LOGO, kind="proportional"))
    story.append(Paragraph(markup(letterhead.name), _NAME))
    if letterhead.address:
        story.append(Paragraph(markup(letterhead.address), _ADDRESS))
    story.append(HRFlowable(width="100%", thickness=1, spaceBefore=4, spaceAfter=10, color="black"))
    return story


def _style(name: str, size: float, *, font: str = FONT, **more: float) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=font,
        fontSize=size,
        leading=size * 1.4,
        splitLongWords=1,
        keepWithNext=font == BOLD,
        **more,
    )


_NAME = _style("name", 14, font=BOLD, alignment=TA_CENTER)
_ADDRESS = _style("address", 9, alignment=TA_CENTER)
_STYLES = {
    Kind.TITLE: _style("title", 15, font=BOLD, spaceAfter=6),
    Kind.HEADING: _style("heading", 11, font=BOLD, spaceBefore=9),
    Kind.TEXT: _style("text", 9.5, spaceBefore=2),
    Kind.SMALL: _style("small", 7.5, spaceBefore=1, leftIndent=4 * mm),
}
