"""A public statement as people read it: Indonesian, as Markdown. What it says is all in its document."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kentongan.reports.drafting import period_text
from kentongan.reports.kinds import Period

LABELS: Mapping[str, str] = {
    "hoax": "indikasi hoaks",
    "black_campaign": "indikasi kampanye hitam",
    "identity_politics": "indikasi politik identitas",
    "any": "semua indikasi",
}
KINDS: Mapping[str, str] = {
    "press": "pers",
    "government": "instansi pemerintah",
    "fact_checker": "pemeriksa fakta",
    "public_channel": "kanal publik",
    "field": "laporan petugas lapangan",
}
OFFICES: Mapping[str, str] = {
    "diskominfo": "Diskominfo",
    "bawaslu": "Bawaslu",
    "komdigi": "Komdigi",
    "polri": "Polri",
}
TITLES: Mapping[str, str] = {
    "collected": "Butir yang dikumpulkan",
    "flagged": "Butir dengan indikasi",
    "dismissed": "Klaim yang ditutup sebagai bukan masalah",
    "referred": "Rujukan ke instansi lain",
    "missed": "Yang terlewat (taksiran negatif palsu)",
    "precision": "Ketepatan indikasi",
    "escrow_openings": "Pembukaan identitas akun",
    "data_requests": "Permintaan menurut UU Pelindungan Data Pribadi",
    "coverage": "Cakupan sumber",
}
_WORDS = {"labels": LABELS, "source_kinds": KINDS, "offices": OFFICES}
_HEADS = {"labels": "Indikasi", "source_kinds": "Jenis sumber", "offices": "Instansi"}
Table = tuple[str, list[tuple[str, str]]]  # its head, and its rows


def title_of(document: Mapping[str, Any]) -> str:
    return f"Pernyataan publik {document['region']['title']}, {_period(document)}"


def parts_of(document: Mapping[str, Any]) -> Iterator[tuple[str, list[str], list[Table]]]:
    """Yield each figure: its title, sentences and tables."""
    least = document["least_told"]
    for name, title in TITLES.items():
        figure = document["figures"][name]
        yield title, [*_sentences(name, figure, least), figure["counted"]], _tables(name, figure, least)


def to_markdown(document: Mapping[str, Any], sha256: str = "") -> str:
    """Return the statement as Markdown."""
    lines = [f"# {title_of(document)}", ""]
    lines += [
        "Dibuat dari catatan sistem peringatan dini. Semua indikasi adalah petunjuk untuk diperiksa "
        "manusia, bukan "
        f"putusan. Angka 1 sampai {document['least_told'] - 1} tidak disebut bila dapat menunjuk "
        "seseorang, begitu pula "
        "angka lain yang akan membukanya. Tidak ada angka per petugas.",
        "",
    ]
    for title, sentences, tables in parts_of(document):
        lines += [f"## {title}", ""]
        for head, rows in tables:
            lines += [
                f"| {head} | Jumlah |",
                "|---|---|",
                *(f"| {what} | {told} |" for what, told in rows),
                "",
            ]
        for sentence in sentences:
            lines += [sentence, ""]
    if sha256:
        lines += [f"SHA-256 isi: `{sha256}`", ""]
    return "\n".join(lines)


def _sentences(name: str, figure: Mapping[str, Any], least: int) -> list[str]:
    if name == "missed":
        return [_missed(figure)]
    if name == "data_requests":
        return [f"Jumlah: {figure['note']}."]
    if name == "coverage":
        if figure["percent"] is None:
            return ["Tidak ada sumber yang dijadwalkan dibaca dalam periode ini."]
        return [
            f"{figure['percent']} % terbaca: {figure['days_read']} dari {figure['days_due']} hari sumber, "
            f"{figure['sources']} sumber, {figure['sources_whole']} di antaranya tanpa satu hari pun "
            "terlewat."
        ]
    return [f"Jumlah: {_number(figure['total'], least)}."] if "total" in figure else []


def _missed(figure: Mapping[str, Any]) -> str:
    if figure["per_mille"] is None:
        return (
            f"Terlalu sedikit untuk ditaksir: {figure['drawn']} klaim diambil, {figure['undecided']} "
            "belum diperiksa."
        )
    return (
        f"{_percent(figure['per_mille'])} % ({_percent(figure['low'])} sampai {_percent(figure['high'])} "
        "%) dari "
        f"{figure['of']} klaim yang diperiksa ternyata bermasalah; taksiran yang terlewat: "
        f"{figure['estimated']} klaim "
        f"({figure['estimated_low']} sampai {figure['estimated_high']})."
    )


def _tables(name: str, figure: Mapping[str, Any], least: int) -> list[Table]:
    if name == "precision":
        return [("Indikasi", [(LABELS[row["label"]], _share(row)) for row in figure["rows"]])]
    return [
        (_HEADS[kind], [(words[row["of"]], _number(row["count"], least)) for row in figure[kind]])
        for kind, words in _WORDS.items()
        if kind in figure
    ]


def _share(row: Mapping[str, Any]) -> str:
    if row["per_mille"] is None:
        return "terlalu sedikit untuk disebut"
    return (
        f"{_percent(row['per_mille'])} % ({_percent(row['low'])} sampai {_percent(row['high'])} %) dari "
        f"{row['of']}"
    )


def _number(number: int | None, least: int) -> str:
    return f"tidak disebut (kurang dari {least}, atau akan membukanya)" if number is None else str(number)


def _percent(per_mille: int) -> str:
    return f"{per_mille / 10:.1f}".replace(".", ",")


def _period(document: Mapping[str, Any]) -> str:
    since, until = (date.fromisoformat(document["period"][name]) for name in ("since", "until"))
    return period_text(Period(since, until))
