"""`ringkasan.pdf`: what an office reads of a case, and what it can hold against the other files.

Owns: what is printed, in which order. Long lists end with how much more the data files hold: a summary
of a thousand pages is none. Labels are not printed at all: they are leads of this office, not findings.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from kentongan.incidents import CaseFile
from kentongan.region import Region
from kentongan.timeline import Event, EventKind
from pipeline.casefile import wording
from pipeline.casefile.custody import FileLine, ItemLine, Making, Order
from pipeline.casefile.printing import BOLD, FONT, LACKING, letters, markup
from pipeline.casefile.reading import CaseView

ITEMS_PRINTED = 300  # about 40 pages
EVENTS_PRINTED = 500
EVENT_CHARACTERS = 400  # of what an event is about, and of its note, which stands whole among the notes
_MARGIN = 20 * mm


def summary(
    view: CaseView,
    region: Region,
    items: Sequence[ItemLine],
    files: Sequence[FileLine],
    order: Order,
    making: Making,
) -> bytes:
    """Return the summary as a PDF."""
    letters()
    out, incident = BytesIO(), view.case.incident
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"Berkas kasus {incident.number}",
        author=f"Kentongan {region.title}",
        subject="Ringkasan",
        lang="id-ID",
        invariant=1,
    )
    story = [
        *_head(view.case, region, order, making),
        *_claims(view),
        *_clarifications(view.case),
        *_events(view.events),
        *custody_of_items(items, making.at),
        *_files(files),
        *_notes(view.case, making.at),
        *_hand_outs(view.case, making.at),
        *_verifying(making),
    ]

    def footed(canvas: Canvas, _document: object) -> None:
        canvas.setFont(FONT, 7)
        left = f"Kentongan {region.title} · berkas kasus {incident.number} · petunjuk, bukan putusan"
        canvas.drawString(_MARGIN + 6, 10 * mm, left)
        canvas.drawRightString(A4[0] - _MARGIN - 6, 10 * mm, str(canvas.getPageNumber()))

    document.build(story, onFirstPage=footed, onLaterPages=footed)
    return out.getvalue()


def _style(
    name: str, size: float, *, font: str = FONT, before: float = 0, indent: float = 0
) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=font, fontSize=size, leading=size * 1.4, spaceBefore=before, leftIndent=indent,
        splitLongWords=1, keepWithNext=font == BOLD,
    )  # fmt: skip


_TITLE = _style("title", 16, font=BOLD)
_HEADING = _style("heading", 11.5, font=BOLD, before=12)
_TEXT = _style("text", 9, before=2)
_SMALL = _style("small", 7.5, before=1, indent=4 * mm)


def _line(text: str, style: ParagraphStyle = _TEXT) -> Paragraph:
    return Paragraph(markup(" ".join(text.split())), style)


def _block(text: str, style: ParagraphStyle = _TEXT) -> Iterator[Paragraph]:
    """Yield a paragraph for each line: in one paragraph of many, the library's time grows with the
    square of their number."""
    return (_line(line, style) for line in text.splitlines() if line.strip())


def _short(text: str) -> str:
    return text if len(text) <= EVENT_CHARACTERS else f"{text[:EVENT_CHARACTERS]} …"


def _pair(name: str, value: str) -> Paragraph:
    return Paragraph(f"<b>{markup(name)}:</b> {markup(value or '–')}", _TEXT)


def _head(case: CaseFile, region: Region, order: Order, making: Making) -> Iterator[Flowable]:
    incident = case.incident
    zone = making.at.tzinfo
    yield _line(f"Berkas kasus {incident.number}", _TITLE)
    yield Spacer(0, 2 * mm)
    yield _line(incident.title, _HEADING)
    yield _pair("Wilayah", f"{region.title} ({region.code})")
    yield _pair("Keadaan", wording.STATES[incident.state])
    yield _pair("Dibuka", f"{wording.moment(incident.opened_at.astimezone(zone))} oleh {incident.opened_by}")
    yield _pair("Diekspor", f"{wording.moment(making.at)} oleh {order.actor}, dengan {making.software}")
    yield _pair("Untuk", order.recipient or "tidak dicatat")
    yield _pair("Dasar / mandat", order.mandate or "tidak dicatat")
    yield _line("Ringkasan", _HEADING)
    yield from _block(incident.summary or "Belum ditulis.")
    yield _line(
        "Isi berkas ini adalah bahan keterangan. Tanda dari mesin hanyalah petunjuk yang harus diperiksa "
        "orang; karya pers dijawab lewat hak jawab dan hak koreksi.",
        _SMALL,
    )
    yield _line(
        f"{LACKING} berarti: huruf yang tidak dimiliki fonta PDF ini. Teks utuhnya ada di items.jsonl.",
        _SMALL,
    )


def _claims(view: CaseView) -> Iterator[Flowable]:
    yield _line(f"Klaim ({len(view.facts.claims)})", _HEADING)
    for number, claim in enumerate(view.facts.claims, 1):
        yield _line(f"{number}. {claim.headline}")
        merged = (
            "" if claim.put_in == claim.standing else f"; dimasukkan sebagai {claim.put_in}, lalu digabungkan"
        )
        press = "; seluruhnya dari pers" if claim.press_only else ""
        yield _line(f"{claim.item_count} unggahan{press}; id {claim.standing}{merged}", _SMALL)
    if not view.facts.claims:
        yield _line("Tidak ada.")


def _clarifications(case: CaseFile) -> Iterator[Flowable]:
    yield _line("Klarifikasi dan koreksi", _HEADING)
    standing = [said for said in case.clarifications if said.removed_at is None]
    for said in standing:
        yield _line(f"{said.publisher}, {wording.day(said.published_on)}")
        yield _line(f"{said.url}; dicatat oleh {said.added_by}", _SMALL)
    if not standing:
        yield _line("Belum ada yang dicatat.")


def _events(events: Sequence[Event]) -> Iterator[Flowable]:
    yield _line("Linimasa", _HEADING)
    for event in events[:EVENTS_PRINTED]:
        by = f" – {event.by}" if event.by else ""
        yield _line(f"{wording.when(event)} · {wording.what(event)}{by}")
        if event.about:
            yield _line(_short(event.about), _SMALL)
        if event.note and event.kind is not EventKind.FACT_CHECK:  # whose verdict stands above
            yield _line(f"“{_short(event.note)}”", _SMALL)
    if len(events) > EVENTS_PRINTED:
        yield _line(f"Masih ada {len(events) - EVENTS_PRINTED} peristiwa lagi: lihat timeline.csv.")


def custody_of_items(items: Sequence[ItemLine], at: datetime) -> Iterator[Flowable]:
    """Yield the lines of the chain of custody, times in the zone of `at`."""
    yield _line(f"Rantai penguasaan bukti ({len(items)} unggahan dan artikel)", _HEADING)
    for number, item in enumerate(items[:ITEMS_PRINTED], 1):
        yield _line(f"{number}. {item.title}")
        through = f" bersama klaim {item.with_claim}" if item.with_claim else ""
        added = wording.moment(item.added_at.astimezone(at.tzinfo)) if item.added_at else "?"
        yield _line(f"{item.source}; {item.url or 'tanpa alamat'}", _SMALL)
        yield _line(f"id {item.id}; dimasukkan {added} oleh {item.added_by}{through}", _SMALL)
        for capture in item.captures:
            seen = wording.moment(capture.captured_at.astimezone(at.tzinfo))
            state = wording.CAPTURES[capture.state]
            yield _line(f"ditangkap {seen}; SHA-256 {capture.sha256}; bukti {state}", _SMALL)
        if not item.captures:
            yield _line("TANPA TANGKAPAN HALAMAN: teksnya diserahkan, tidak diambil dari alamatnya.", _SMALL)
    if len(items) > ITEMS_PRINTED:
        yield _line(f"Masih ada {len(items) - ITEMS_PRINTED} lagi: lihat chain_of_custody.json.")
    if not items:
        yield _line("Tidak ada.")


def _files(files: Sequence[FileLine]) -> Iterator[Flowable]:
    yield _line(f"Berkas lampiran ({sum(one.file.removed_at is None for one in files)})", _HEADING)
    for one in files:
        yield _line(one.file.name)
        out = "; dikeluarkan dari kasus" if one.file.removed_at else f"; {one.place}" if one.place else ""
        trouble = f"; {one.problem}" if one.problem else ""
        yield _line(
            f"SHA-256 {one.file.sha256}; {one.file.size} byte; dari {one.file.added_by}{out}{trouble}", _SMALL
        )
    if not files:
        yield _line("Tidak ada.")


def _notes(case: CaseFile, at: datetime) -> Iterator[Flowable]:
    yield _line(f"Catatan ({len(case.notes)})", _HEADING)
    for note in case.notes:
        yield _line(f"{wording.moment(note.at.astimezone(at.tzinfo))} – {note.by}")
        yield from _block(note.text, _SMALL)
    if not case.notes:
        yield _line("Tidak ada.")


def _hand_outs(case: CaseFile, at: datetime) -> Iterator[Flowable]:
    yield _line(f"Penyerahan sebelumnya ({len(case.hand_outs)})", _HEADING)
    for given in case.hand_outs:
        yield _line(f"{wording.moment(given.at.astimezone(at.tzinfo))} – {given.by}")
        yield _line(
            f"untuk: {given.recipient or 'tidak dicatat'}; dasar: {given.mandate or 'tidak dicatat'}; "
            f"SHA-256 {given.sha256}",
            _SMALL,
        )
    if not case.hand_outs:
        yield _line("Ini yang pertama.")


def _verifying(making: Making) -> Iterator[Flowable]:
    yield _line("Memeriksa keaslian", _HEADING)
    yield _line("BACA-SAYA.txt memuat perintah pemeriksaan. Sidik jari kunci yang menandatangani (SHA-256):")
    yield _line(making.fingerprint, _SMALL)
    yield _line(
        "Bandingkan dengan sidik jari yang disampaikan kantor ini lewat jalan lain, misalnya telepon atau "
        "surat. Sidik jari di dalam paket ini saja tidak membuktikan siapa yang membuatnya.",
        _SMALL,
    )
