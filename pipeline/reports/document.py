"""What stands in a report, line by line: one order of words for DOCX and PDF.

Owns: the lines and their kinds. Leaves how they look to `docx` and `pdf`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from kentongan.reports.drafting import moment_text, period_text, title_of
from kentongan.reports.kinds import ReportKind
from kentongan.reports.values import FactSection, Report, Sentence, SourceLink, WrittenSection
from pipeline.reports import wording


class Kind(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Line:
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above everything an office writes."""

    name: str
    address: str = ""
    logo: Path | None = None  # PNG or JPEG
    template: Path | None = None  # DOCX of the office; takes its place there


@dataclass(frozen=True, slots=True)
class Setting:
    """What a report needs besides itself to be written out."""

    letterhead: Letterhead
    area: str  # how its place is called, with its code
    site: str  # the address of this installation; empty where it has none
    zone: ZoneInfo


def lines(report: Report, setting: Setting) -> tuple[Line, ...]:
    """Return every line of a report below its letterhead."""
    return (*_head(report, setting), *_body(report, setting), *_foot(report, setting))


def _head(report: Report, setting: Setting) -> Iterator[Line]:
    content = report.content
    yield Line(Kind.TITLE, title_of(report.kind))
    yield Line(Kind.TEXT, f"Nomor: {report.number or wording.DRAFT}")
    yield Line(Kind.TEXT, f"Klasifikasi: {wording.GRADES[content.grade]}")
    yield Line(Kind.TEXT, f"Wilayah: {setting.area}")
    yield Line(Kind.TEXT, f"Periode: {period_text(report.period)}")
    yield Line(Kind.TEXT, f"Bidang: {wording.FIELDS[content.field]}")


def _body(report: Report, setting: Setting) -> Iterator[Line]:
    content = report.content
    for number, (section, title) in enumerate(wording.SECTIONS, 1):
        yield Line(Kind.HEADING, f"{number}. {title}")
        if isinstance(section, WrittenSection):
            paragraphs = [p for p in content.written[section].splitlines() if p.strip()]
            yield from (Line(Kind.TEXT, p) for p in paragraphs or ["–"])
            continue
        if section is FactSection.SOURCES:
            yield Line(Kind.TEXT, f"Nilai informasi: {content.value or 'belum dinilai'}")
        for sentence in content.facts[section]:
            yield from _sentence(sentence, setting)
        if not content.facts[section]:
            yield Line(Kind.TEXT, "Nihil.")


def _sentence(sentence: Sentence, setting: Setting) -> Iterator[Line]:
    yield Line(Kind.TEXT, sentence.text)
    edited = f"; {wording.REWORDED}" if sentence.reworded else ""
    yield Line(Kind.SMALL, f"Status: {wording.STATUSES[sentence.status]}{edited}")
    for link in sentence.links:
        yield Line(Kind.SMALL, f"Sumber: {_link(link, setting)}")


def _link(link: SourceLink, setting: Setting) -> str:
    address = urljoin(f"{setting.site}/", link.url) if link.url.startswith("/") and setting.site else link.url
    captured = f"; ditangkap {moment_text(link.captured_at, setting.zone)}" if link.captured_at else ""
    proof = f"; SHA-256 {link.sha256}" if link.sha256 else ""
    return f"{link.title}, {address}{captured}{proof}"


def _foot(report: Report, setting: Setting) -> Iterator[Line]:
    yield Line(Kind.HEADING, "Pengesahan")
    yield Line(Kind.TEXT, f"Dibuat oleh: {report.made_by}")
    if report.kind is ReportKind.SPECIAL:
        yield Line(Kind.TEXT, f"Diperiksa oleh (pembaca kedua): {report.read_by or 'belum'}")
    if report.signed_at:
        at = moment_text(report.signed_at, setting.zone)
        yield Line(Kind.TEXT, f"Ditandatangani oleh: {report.signed_by}, {at}")
        yield Line(Kind.SMALL, f"SHA-256 isi laporan: {report.sha256}")
    else:
        yield Line(Kind.TEXT, wording.DRAFT)
    yield Line(Kind.SMALL, wording.CAUTION)
