"""The draft of a report: sentences of fact from the record, and prompts where people must think.

Owns: the Indonesian of those sentences. What the record does not say is said to be unknown. "Who" is a role,
never an account (DOMAIN 1.3); what the press wrote is reporting, and no check is held against it (R9).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kentongan.domain import ClaimId, ClaimState, Platform, SourceKind, Verdict
from kentongan.reports.kinds import CODES, Field, Grade, Period, ReportKind
from kentongan.reports.plain import plain
from kentongan.reports.values import (
    Content,
    FactSection,
    Question,
    Sentence,
    SourceLink,
    Status,
    WrittenSection,
)
from kentongan.text import mask_personal

UNKNOWN = "tidak diketahui"
REPORTABLE = frozenset(
    {ClaimState.WATCHING, ClaimState.NEEDS_VERIFICATION, ClaimState.ESCALATED, ClaimState.NOTED}
)
"""A lead enters a report only once a person has decided on it (DOMAIN 1.3)."""
ROLES: Mapping[SourceKind, str] = {
    SourceKind.PRESS: "media pers",
    SourceKind.GOVERNMENT: "instansi pemerintah",
    SourceKind.FACT_CHECKER: "pemeriksa fakta",
    SourceKind.PUBLIC_CHANNEL: f"pengunggah {UNKNOWN}",
    SourceKind.FIELD: "petugas lapangan",
}
PLATFORMS: Mapping[Platform, str] = {
    Platform.NEWS: "berita",
    Platform.POST: "unggahan publik",
    Platform.FACTCHECK: "cek fakta",
    Platform.REPORT: "laporan lapangan",
}
_STATUS: Mapping[Verdict, Status] = {
    Verdict.REFUTED: Status.REFUTED,
    Verdict.SCAM: Status.REFUTED,
    Verdict.MISLEADING: Status.MISLEADING,
    Verdict.UNPROVEN: Status.UNPROVEN,
    Verdict.TRUE: Status.TRUE,
    Verdict.SATIRE: Status.SATIRE,
    Verdict.CLARIFICATION: Status.DENIED,
}
_WORDS: Mapping[Verdict, str] = {
    Verdict.REFUTED: "dibantah",
    Verdict.SCAM: "penipuan",
    Verdict.MISLEADING: "menyesatkan",
    Verdict.UNPROVEN: "tidak terbukti",
    Verdict.TRUE: "benar",
    Verdict.SATIRE: "satire",
    Verdict.CLARIFICATION: "bantahan pihak terkait, belum diuji pihak independen",
}
_WEEK = timedelta(days=7)
_ZONES = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}


@dataclass(frozen=True, slots=True)
class Denial:
    """A published check or correction that somebody confirmed to be about the claim."""

    url: str
    publisher: str
    verdict: Verdict
    published_at: datetime | None
    agreed: bool = False  # people agreed on it as the claim's verdict; else a confirmed match


@dataclass(frozen=True, slots=True)
class Seen:
    """An item that stands for the claim: by role, never by who posted it."""

    link: SourceLink
    kind: SourceKind
    title: str  # the outlet's; empty for a public channel, whose title may be a handle


@dataclass(frozen=True, slots=True)
class ReportedClaim:
    """What the record says of a claim that goes into a report."""

    id: ClaimId
    headline: str
    state: ClaimState
    press: bool  # what speaks for it is of the press
    record: SourceLink  # the claim's own page
    seen: tuple[Seen, ...]  # the one that speaks for it first
    first_seen_at: datetime
    last_seen_at: datetime
    items: int
    sources: int
    voices: int  # independent sources
    platforms: Mapping[Platform, int]
    places: tuple[str, ...]  # names, most spoken of first
    hours: Mapping[datetime, int]  # sightings by their hour, UTC
    denials: tuple[Denial, ...]  # none for the press


def draft(
    kind: ReportKind, area: str, period: Period, claims: Sequence[ReportedClaim], zone: ZoneInfo
) -> Content:
    """Return the first content of a report: facts from the record, a neutral subject, and nothing else.

    `area` is how the place is called. Analysis, prediction, steps and advice are for people to write.
    """
    facts: dict[FactSection, tuple[Sentence, ...]] = {
        FactSection.SOURCES: tuple(s for claim in claims for s in _sources(claim, zone)),
        FactSection.FACTS: tuple(s for claim in claims for s in _facts(claim, zone)),
        FactSection.SPREAD: tuple(s for claim in claims for s in _spread(claim, period, zone)),
        FactSection.DENIALS: tuple(s for claim in claims for s in _denials(claim, zone)),
    }
    subject = f"Perkembangan informasi publik di {area}, {period_text(period)}"
    if len(claims) == 1 and kind in (ReportKind.INFORMATION, ReportKind.ATTENTION, ReportKind.SPECIAL):
        subject = f"Informasi publik di {area} yang perlu perhatian, {period_text(period)}"
    return Content(
        Grade.RESTRICTED if kind is ReportKind.SPECIAL else Grade.ORDINARY,
        Field.POLITICS,
        "",
        tuple(claim.id for claim in claims),
        facts,
        {section: subject if section is WrittenSection.SUBJECT else "" for section in WrittenSection},
    )


def status_of(claim: ReportedClaim) -> Status:
    """Return how far a claim has been verified: by an agreed verdict, else a confirmed check, else not."""
    if claim.press:
        return Status.PRESS
    for denial in sorted(claim.denials, key=lambda one: not one.agreed):
        return _STATUS[denial.verdict]
    verifying = claim.state is ClaimState.NEEDS_VERIFICATION
    return Status.IN_VERIFICATION if verifying else Status.UNVERIFIED


def period_text(period: Period) -> str:
    """Return the days of a period, such as '1 s.d. 7 Desember 2026'."""
    if period.since == period.until:
        return day_text(period.since)
    since = day_text(period.since)
    if period.since.year == period.until.year:
        since = since.rpartition(" ")[0]
        if period.since.month == period.until.month:
            since = since.partition(" ")[0]
    return f"{since} s.d. {day_text(period.until)}"


def day_text(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as an office writes it, such as '1 Desember 2026 pukul 07.31 WIB'."""
    local = moment.astimezone(zone)
    name = _ZONES.get(local.utcoffset() or timedelta(), local.tzname() or "")
    return f"{day_text(local.date())} pukul {local:%H.%M} {name}".rstrip()


def title_of(kind: ReportKind) -> str:
    return f"LAPORAN {CODES[kind]}"


def _sources(claim: ReportedClaim, zone: ZoneInfo) -> Iterator[Sentence]:
    for one in claim.seen:
        press = one.kind is SourceKind.PRESS
        name = f"{ROLES[one.kind]} ({one.title})" if one.title else _CHANNEL
        at = one.link.captured_at
        how = (
            f"dibaca dari halaman publik, ditangkap {moment_text(at, zone)}"
            if at
            else "tanpa tangkapan halaman"
        )
        if one.kind is SourceKind.FIELD:
            how = "disampaikan petugas lapangan"
        status = Status.PRESS if press else status_of(claim)
        yield Sentence(plain(f"Sumber: {name}; {how}."), (one.link,), status, claim.id, press=press)


def _facts(claim: ReportedClaim, zone: ZoneInfo) -> Iterator[Sentence]:
    status, first = status_of(claim), claim.seen[0]
    links = (first.link,) if first.link == claim.record else (first.link, claim.record)

    def says(question: Question, text: str) -> Sentence:
        return Sentence(mask_personal(plain(text)), links, status, claim.id, question, claim.press)

    headline = plain(claim.headline).rstrip(".")
    what = "Pemberitaan pers memuat" if claim.press else "Beredar informasi yang menyatakan"
    yield says(Question.WHAT, f"{what}: “{headline}”.")
    yield says(Question.WHO, f"Yang menyampaikan: {ROLES[first.kind]}.")
    seen = f"Pertama terlihat {moment_text(claim.first_seen_at, zone)}"
    if claim.last_seen_at != claim.first_seen_at:
        seen = f"{seen}, terakhir {moment_text(claim.last_seen_at, zone)}"
    yield says(Question.WHEN, f"{seen}.")
    where = f"Tempat yang disebut: {', '.join(claim.places)}." if claim.places else f"Tempat {UNKNOWN}."
    yield says(Question.WHERE, where)
    yield says(Question.WHY, f"Alasan atau maksud {UNKNOWN}: tidak dapat dibaca dari teks.")
    ways = ", ".join(f"{count} {PLATFORMS[platform]}" for platform, count in claim.platforms.items())
    yield says(Question.HOW, f"Disampaikan lewat {ways}.")


def _spread(claim: ReportedClaim, period: Period, zone: ZoneInfo) -> Iterator[Sentence]:
    end = datetime(period.until.year, period.until.month, period.until.day, tzinfo=zone) + timedelta(days=1)
    last = sum(count for at, count in claim.hours.items() if end - _WEEK <= at < end)
    before = sum(count for at, count in claim.hours.items() if end - 2 * _WEEK <= at < end - _WEEK)
    yield Sentence(
        f"“{_short(mask_personal(plain(claim.headline)))}”: {claim.items} kali terlihat dari "
        f"{claim.sources} sumber, {claim.voices} di antaranya mandiri; "
        f"{last} dalam 7 hari sampai {day_text(period.until)}, "
        f"{before} dalam 7 hari sebelumnya. Hanya yang terkumpul yang terhitung.",
        (claim.record,),
        Status.PRESS if claim.press else Status.COUNTED,
        claim.id,
        press=claim.press,
    )


def _denials(claim: ReportedClaim, zone: ZoneInfo) -> Iterator[Sentence]:
    for denial in claim.denials:
        on = f", {day_text(denial.published_at.astimezone(zone).date())}" if denial.published_at else ""
        yield Sentence(
            plain(f"{denial.publisher}{on}: {_WORDS[denial.verdict]}."),
            (SourceLink(denial.url, denial.publisher),),
            _STATUS[denial.verdict],
            claim.id,
        )


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rsplit(' ', 1)[0]} …"


_SHORT = 90  # of a headline that is only named again
_CHANNEL = "unggahan di kanal publik"
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
    "November", "Desember",
)  # fmt: skip
