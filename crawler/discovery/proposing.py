"""From what was found to what is proposed: name, kind, zone, and a basis that says what was seen.

The words of the file are Indonesian, as those of the shipped sources. Decides nothing for the
person: the proposal is not active, and says that adding a source takes a reason and two people (R2).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date

from crawler.discovery.bans import BanKind
from crawler.discovery.draft import Draft
from crawler.discovery.findings import Findings, Wish
from crawler.discovery.page_hints import one_line
from crawler.discovery.trials import FUTURE, How, Trial
from crawler.source_file import DEFAULT_DELAY_SECONDS, MAX_DELAY_SECONDS, MAX_EXPECTED, IndexPages, host_of
from kentongan.domain import Permission, SourceKind

MAX_NAME_CHARACTERS = 60
MAX_BASIS_CHARACTERS = 4_000  # five bans with their quotes and addresses fit
# Under these, names are given at the third level; co.id, go.id and so on (PANDI), and com.xx.
_SECOND_LEVEL = frozenset(
    {"co", "com", "go", "or", "ac", "sch", "web", "my", "biz", "desa", "net", "org", "mil"}
)
_GOVERNMENT = (".go.id", ".desa.id")  # given to state bodies and villages only (PANDI)
_LISTS: Mapping[How, str] = {
    How.FEED: "Umpan",
    How.WORDPRESS: "API WordPress",
    How.SITEMAP: "Peta situs",
    How.INDEX: "Halaman daftar",
    How.POSTS: "Kiriman publik",
}
_BANS: Mapping[BanKind, str] = {
    BanKind.NOTICE: "situs memuat pemberitahuan",
    BanKind.TAG: "halaman bertanda noai",
    BanKind.ROBOTS: "robots.txt menutup perayap AI",
    BanKind.SIGNAL: "robots.txt memuat Content-Signal",
    BanKind.TDM: "situs mencadangkan hak penambangan teks dan data",
}


def draft_of(found: Findings, wish: Wish) -> Draft:
    """Return the proposal that the findings allow."""
    chosen, kind = found.chosen, kind_of(found, wish)
    zone = wish.time_zone or found.time_zone or wish.region_zone
    index = IndexPages((chosen.url,), chosen.selector) if chosen.how is How.INDEX else None
    is_list = kind is not SourceKind.PUBLIC_CHANNEL
    return Draft(
        name=wish.name or free_name(slug_of(found), wish.taken),
        title=one_line(found.title, 80) or host_of(found.home),
        kind=kind,
        permission=wish.permission if is_list else Permission.FEED_ONLY,
        home=found.home,
        region=wish.region,
        time_zone=zone,
        basis=basis_of(found, wish, kind),
        delay_seconds=min(MAX_DELAY_SECONDS, max(DEFAULT_DELAY_SECONDS, found.delay_seconds)),
        expected_daily=_expected(chosen.per_day),
        feeds=(chosen.url,) if chosen.how is How.FEED else (),
        wordpress=chosen.url if chosen.how is How.WORDPRESS else "",
        sitemaps=(chosen.url,) if chosen.how is How.SITEMAP else (),
        index=index,
        channel=found.channel,
        posts=found.posts,
        notes=_notes(found, wish, kind, zone),
    )


def kind_of(found: Findings, wish: Wish) -> SourceKind:
    """Return the kind by address and articles; a fact-checker is read by its pages, so with permission."""
    if found.channel or found.posts:
        return SourceKind.PUBLIC_CHANNEL
    if wish.may_read_pages and found.samples and all(sample.has_check for sample in found.samples):
        return SourceKind.FACT_CHECKER
    host = f".{urlsplit(found.home).hostname or ''}"
    return SourceKind.GOVERNMENT if host.endswith(_GOVERNMENT) else SourceKind.PRESS


def slug_of(found: Findings) -> str:
    """Return a name for a source: the site and what it is asked for, the channel's, or the host's."""
    if found.posts:
        return _slug(f"{found.posts.site.value}-{found.posts.names[0]}")
    if found.channel:
        return _slug(urlsplit(found.channel).path.rstrip("/").rpartition("/")[2])
    host = (urlsplit(found.home).hostname or "").removeprefix("www.")
    labels = host.split(".")
    if not re.fullmatch(r"[\d.]+", host) and ":" not in host and len(labels) > 1:
        labels = labels[:-1]
        if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels = labels[:-1]
    return _slug("-".join(labels))


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return slug[:MAX_NAME_CHARACTERS].strip("-") or "sumber"


def free_name(slug: str, taken: Collection[str]) -> str:
    """Return the name, with a number where there is such a source already."""
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(name for name in numbered if name not in taken)


def warnings_of(found: Findings, wish: Wish) -> list[str]:
    """Return what a person has to know beside the proposal, in English as all that commands tell."""
    told = list(found.warnings)
    told += [f"{ban.url}: {ban.kind.value}: {one_line(ban.said, 240)}" for ban in found.bans]
    if found.bans and wish.permission is Permission.FULL:
        told.append("the site forbids machines: penuh contradicts it, only tertulis (a letter) would do")
    if _checks_unread(found, wish):
        told.append(
            "ClaimReview was seen: a fact-checker is read by its pages, with --permission penuh or tertulis"
        )
    if found.chosen.newest and found.chosen.newest > wish.now + FUTURE:
        told.append("the newest entry is dated in the future: the site's zone may be told wrongly")
    if found.language not in ("", "id"):
        told.append(f"the language seems to be {one_line(found.language, 8)!r}, not Indonesian")
    for sample in found.samples:
        if sample.problem:
            told.append(f"{sample.url}: {sample.problem}")
        elif sample.withheld:
            told.append(f"{sample.url}: the page asks not to be indexed and will not be kept")
    return told


def basis_of(found: Findings, wish: Wish, kind: SourceKind) -> str:
    """Return what was seen and when, and what people still have to decide, in Indonesian."""
    return one_line(" ".join(_sentences(found, wish, kind)), MAX_BASIS_CHARACTERS)


def _sentences(found: Findings, wish: Wish, kind: SourceKind) -> Iterator[str]:
    chosen = found.chosen
    yield f"Usulan otomatis, dilihat {_day(wish.now, wish)}."
    yield f"{_LISTS[chosen.how]} terbaca: {_measured(chosen, wish)}."
    for ban in found.bans:
        yield f"Larangan: {_BANS[ban.kind]} “{one_line(ban.said, 240)}” ({one_line(ban.url, 300)})."
    if kind is SourceKind.PUBLIC_CHANNEL:
        yield "Pastikan ini kanal lembaga, media, atau warga bersama, bukan milik perorangan."
    elif wish.may_read_pages:
        good = [sample for sample in found.samples if not sample.problem]
        yield f"{len(good)} dari {len(found.samples)} artikel contoh terbaca."
        yield "Sebutkan di sini izin atau surat yang membolehkan halamannya dibaca."
    else:
        yield (
            "Izin membaca halaman belum diminta, jadi artikel tidak dibaca dan larangan yang hanya tertulis"
            " di sana belum terlihat."
        )
    yield (
        "Belum diaktifkan: menambah sumber perlu alasan dan persetujuan orang kedua; ganti kalimat ini dengan"
        " alasan dan nama penyetujunya."
    )


def _measured(trial: Trial, wish: Wish) -> str:
    told = [f"{trial.entries} butir"]
    if trial.newest:
        told.append(f"terbaru {_day(trial.newest, wish)}")
    if trial.per_day is not None:
        told.append(f"kira-kira {_number(trial.per_day)} sehari")
    elif not trial.newest:
        told.append("tanpa tanggal")
    return ", ".join(told)


def _expected(per_day: float | None) -> float | None:
    """Return a pace as it is written down: two figures are all that a list of some days can tell."""
    if per_day is None:
        return None
    rounded = min(float(f"{per_day:.2g}"), float(MAX_EXPECTED))
    return int(rounded) if rounded.is_integer() else rounded


def _number(per_day: float) -> str:
    shown = f"{per_day:.0f}" if per_day >= 10 else f"{per_day:.1f}" if per_day >= 0.1 else f"{per_day:.3f}"
    return shown.replace(".", ",")


def _day(moment: datetime, wish: Wish) -> str:
    local = moment.astimezone(ZoneInfo(wish.time_zone or wish.region_zone))
    return str(format_date(local.date(), format="long", locale="id"))


def _checks_unread(found: Findings, wish: Wish) -> bool:
    return found.has_checks and not wish.may_read_pages


def _notes(found: Findings, wish: Wish, kind: SourceKind, zone: str) -> dict[str, tuple[str, ...]]:
    notes: dict[str, tuple[str, ...]] = {"": (f"Usulan: kentongan sources add {one_line(wish.url, 300)}",)}
    notes["home"] = ("Tambahkan owner: perusahaan atau kantor yang bertanggung jawab.",)
    if found.chosen.per_day is not None:
        notes["expected_daily"] = ("Diukur dari tanggal daftarnya.",)
    if kind is SourceKind.PRESS:
        notes["press_council"] = ("Periksa sendiri daftar Dewan Pers sebelum menulis true.",)
    if _checks_unread(found, wish):
        notes["kind"] = (
            "ClaimReview terlihat: bila ini pemeriksa fakta, halamannya perlu izin (penuh/tertulis).",
        )
    if wish.time_zone == "":
        seen = "jam di halamannya" if found.time_zone else "wilayah"
        notes["time_zone"] = (f"Dari {seen}; periksa.",)
    others = [t.url for t in found.trials if t.usable and t != found.chosen]
    if others:
        notes["delay_seconds"] = tuple(f"Terbaca juga: {url}" for url in others[:5])
    return notes
