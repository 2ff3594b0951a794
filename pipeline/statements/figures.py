"""The figures of a public statement, as one JSON document: each with how it was counted.

Owns: what is counted and what is too small to be told. Nothing in it is of one person: of posters, of
reporters or of the team (R15). What is withheld is null, and cannot be had by subtraction.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kentongan.domain import Label, SourceKind
from kentongan.errors import BadInput
from kentongan.referrals import Addressee
from kentongan.region import Region
from kentongan.sharing.values import Period
from kentongan.store import Store
from kentongan.store.statement_counts import Count
from kentongan.teamwork.estimates import Share
from kentongan.teamwork.periods import Between
from kentongan.trends.anonymity import K, withheld
from kentongan.trends.values import Cell

FORMAT, VERSION = "kentongan-statement", 1
MAX_DAYS = 366
NOT_RECORDED = "belum dicatat oleh versi ini"
_FIRST_YEAR = 2000
_HOW: Mapping[str, str] = {
    "collected": "Butir (artikel atau unggahan publik) yang pertama kali terlihat dalam periode, menurut "
    "jenis sumber.",
    "flagged": "Butir bukan pers di antaranya yang oleh model diberi indikasi. Satu butir dapat memuat "
    "lebih dari satu "
    "indikasi. Indikasi adalah petunjuk, bukan putusan; karya pers tidak pernah diberi indikasi.",
    "dismissed": "Klaim yang dalam periode diputuskan orang sebagai bukan masalah; keputusan yang ditarik "
    "kembali dalam "
    "satu jam tidak dihitung. Satu klaim dapat memuat beberapa indikasi dan jenis sumber.",
    "referred": "Rujukan ke instansi lain yang dalam periode disetujui dua orang. Tidak ada yang dirujuk "
    "otomatis.",
    "missed": "Sampel acak 5 % dari klaim tanpa indikasi diperiksa orang. Bagian yang ternyata bermasalah, "
    "dengan "
    "selang Wilson 95 %, dan taksiran jumlahnya di antara semua klaim tanpa indikasi.",
    "precision": "Indikasi model yang diputuskan orang untuk pertama kali dalam periode: bagian yang "
    "dibenarkan, dengan "
    "selang Wilson 95 %. Yang ditutup karena alasan lain, misalnya usang, tidak dihitung.",
    "escrow_openings": "Entri log audit tentang pembukaan identitas akun yang disamarkan.",
    "data_requests": "Permintaan menurut UU 27/2022 tentang Pelindungan Data Pribadi.",
    "coverage": "Hari sumber terbaca, di antara hari sumber seharusnya terbaca. Sumber yang tidak terbaca "
    "tidak berarti "
    "tenang.",
}


def half_year(today: date) -> Period:
    """Return the last half of a year that is over on a day (R22)."""
    if today.month <= 6:
        return Period(date(today.year - 1, 7, 1), date(today.year - 1, 12, 31))
    return Period(date(today.year, 1, 1), date(today.year, 6, 30))


def read_period(since: str, until: str, today: date) -> Period:
    """Return the days that are named, the last half-year for none. Raises BadInput naming the field."""
    if not since and not until:
        return half_year(today)
    if not since or not until:
        raise BadInput(f"{'until' if since else 'since'}: give both days or neither")
    found = Period(_day("since", since), _day("until", until))
    if found.until < found.since:
        raise BadInput("until: is before since")
    if (found.until - found.since).days >= MAX_DAYS:
        raise BadInput(f"until: more than {MAX_DAYS} days after since")
    if found.until > today or found.since.year < _FIRST_YEAR:
        raise BadInput("until: lies in the future" if found.until > today else "since: is too early")
    return found


def statement_of(store: Store, region: Region, period: Period) -> dict[str, Any]:
    """Return the figures of a period, both days included, as plain JSON."""
    zone = region.time_zone
    begins, ends = _midnight(period.since, zone), _midnight(period.until + timedelta(days=1), zone)
    counts, between = store.statements.counts, Between(begins, ends)
    missed, rulings = store.teamwork.missed(between), store.teamwork.rulings(between)
    coverage = store.trends.coverage(period.since, period.until, zone)
    figures = {
        "collected": _counted(counts.collected(begins, ends), parts=True),
        "flagged": _counted(counts.flagged(begins, ends), parts=True),
        "dismissed": _counted(counts.dismissed(begins, ends), parts=False),
        "referred": _counted(counts.referred(begins, ends), parts=False),
        "missed": _share(missed.share)
        | {
            "drawn": missed.drawn,
            "undecided": missed.undecided,
            "estimated": missed.count,
            "estimated_low": missed.least,
            "estimated_high": missed.most,
        },
        "precision": {
            "rows": [
                {"label": one.label.value if one.label else "any"}
                | _share(Share(one.upheld, one.upheld + one.overruled))
                for one in rulings
            ]
        },
        "escrow_openings": {"total": counts.escrow_openings(begins, ends)},
        "data_requests": {"total": None, "note": NOT_RECORDED},
        "coverage": {
            "sources": coverage.sources,
            "sources_whole": coverage.whole,
            "days_due": coverage.due,
            "days_read": coverage.read,
            "percent": round(100 * coverage.share) if coverage.due else None,
        },
    }
    return {
        "format": FORMAT,
        "version": VERSION,
        "region": {"name": region.name, "title": region.title, "code": region.code},
        "period": {
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
            "time_zone": zone.key,
        },
        "least_told": K,
        "figures": {name: {"counted": _HOW[name], **found} for name, found in figures.items()},
    }


def _counted(count: Count, *, parts: bool) -> dict[str, Any]:
    """Return a count with its rows; `parts`: each counts under one kind of source at most."""
    enough = not count.total or count.total >= K
    found: dict[str, Any] = {"total": count.total if enough else None}
    known: tuple[tuple[str, Mapping[str, int], list[str], bool], ...] = (
        ("labels", count.labels, [label.value for label in Label], False),
        ("source_kinds", count.kinds, [kind.value for kind in SourceKind], parts),
        ("offices", count.offices, [office.value for office in Addressee], True),
    )
    for name, numbers, every, adds_up in known:
        if numbers:
            found[name] = _rows({key: numbers.get(key, 0) for key in every}, count.total, parts=adds_up)
    return found


def _rows(numbers: Mapping[str, int], total: int, *, parts: bool) -> list[dict[str, Any]]:
    hidden = withheld({key: _cell(n) for key, n in numbers.items()}, _cell(total), parts=parts)
    return [{"of": key, "count": None if key in hidden else n} for key, n in numbers.items()]


def _cell(number: int) -> Cell:
    return Cell(number, number, number)


def _share(share: Share) -> dict[str, Any]:
    """Return a share in tenths of a percent, so that the document holds whole numbers only."""
    told = {"of": share.of, "hits": share.hits} if share.told else {"of": None, "hits": None}
    ends = {"per_mille": share.value, "low": share.low, "high": share.high}
    return told | {name: None if value is None else round(1000 * value) for name, value in ends.items()}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _day(field: str, raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError as exc:
        raise BadInput(f"{field}: {raw[:40]!r} is not a date such as 2026-06-30") from exc
