"""The Indonesian of an export: it is read by offices that have no Kentongan, in the language of the files.

Owns: words for closed sets, times with their zone. The pages have words of their own, in two languages.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from kentongan.domain import Decision, Verdict
from kentongan.incidents import IncidentState, PartKind
from kentongan.timeline import Event, EventKind

EVENTS: Mapping[EventKind, str] = {
    EventKind.PUBLISHED: "Diterbitkan",
    EventKind.FIRST_SEEN: "Pertama kali terlihat",
    EventKind.PEAK: "Puncak sebaran",
    EventKind.EDITED: "Diubah oleh sumbernya",
    EventKind.GONE: "Dihapus oleh sumbernya",
    EventKind.FACT_CHECK: "Cek fakta terbit",
    EventKind.CLARIFICATION: "Klarifikasi terbit",
    EventKind.MERGED: "Klaim digabungkan",
    EventKind.SPLIT: "Klaim dipisahkan",
    EventKind.DECISION: "Keputusan",
    EventKind.OPENED: "Kasus dibuka",
    EventKind.RENAMED: "Perihal kasus diubah",
    EventKind.ADDED: "Dimasukkan ke kasus",
    EventKind.REMOVED: "Dikeluarkan dari kasus",
    EventKind.NOTE: "Catatan",
    EventKind.CLOSED: "Kasus ditutup",
    EventKind.REOPENED: "Kasus dibuka kembali",
    EventKind.HANDED_OUT: "Diserahkan (ekspor)",
}
DECISIONS: Mapping[Decision, str] = {
    Decision.DISMISS: "Bukan masalah",
    Decision.WATCH: "Pantau",
    Decision.VERIFY: "Perlu verifikasi",
    Decision.ESCALATE: "Eskalasi",
    Decision.ASK_CLARIFICATION: "Minta klarifikasi",
    Decision.RIGHT_OF_REPLY: "Hak jawab / hak koreksi",
    Decision.PRESS_COUNCIL: "Dewan Pers",
    Decision.NOTE: "Catat",
    Decision.REOPEN: "Buka kembali",
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.REFUTED: "dibantah",
    Verdict.MISLEADING: "menyesatkan",
    Verdict.UNPROVEN: "tidak terbukti",
    Verdict.TRUE: "benar",
    Verdict.CLARIFICATION: "bantahan pihak terkait – belum diuji pihak independen",
    Verdict.SCAM: "penipuan",
    Verdict.SATIRE: "satire",
}
STATES: Mapping[IncidentState, str] = {IncidentState.OPEN: "terbuka", IncidentState.CLOSED: "ditutup"}
PARTS: Mapping[PartKind, str] = {
    PartKind.CLAIM: "klaim",
    PartKind.ITEM: "unggahan/artikel",
    PartKind.FILE: "berkas",
    PartKind.CLARIFICATION: "klarifikasi",
}
CAPTURES: Mapping[str, str] = {
    "ok": "utuh",
    "missing": "TIDAK ADA",
    "damaged": "RUSAK",
    "different": "BERBEDA DARI YANG DICATAT",
}
_ZONES = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def day(at: date) -> str:
    """Return a day as an office writes it, such as '2 Maret 2026'."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def moment(at: datetime) -> str:
    """Return a time in the zone it is in, such as '2 Maret 2026 07.31 WIB'."""
    zone = _ZONES.get(at.utcoffset() or timedelta(), at.tzname() or "")
    return f"{day(at)} {at:%H.%M} {zone}"


def when(event: Event) -> str:
    return day(event.at) if event.whole_day else moment(event.at)


def what(event: Event) -> str:
    """Return what an event was, with its decision, verdict, count or kind."""
    named = EVENTS[event.kind]
    match event.kind:
        case EventKind.DECISION:
            return f"{named}: {DECISIONS[Decision(event.code)]}"
        case EventKind.FACT_CHECK:
            return f"{named}: {event.note or VERDICTS[Verdict(event.code)]}"
        case EventKind.PEAK:
            step = "dalam sehari" if event.whole_day else "dalam satu jam"
            return f"{named}: {event.count} unggahan {step}"
        case EventKind.EDITED:
            return f"{named}: versi {event.count}"
        case EventKind.MERGED | EventKind.SPLIT:
            return f"{named}: {event.count} unggahan berpindah"
        case EventKind.ADDED | EventKind.REMOVED:
            return f"{named}: {PARTS[PartKind(event.code)]}"
        case _:
            return named
