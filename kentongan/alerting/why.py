"""Why an alert was raised, in one Indonesian sentence with its figures: what e-mail, webhook and bot say.

The pages have words of their own, in two languages, for the same figures. Where a subject has no title its
words are not to be sent: then only that something waits is said.
"""

from collections.abc import Mapping

from kentongan.alerting.rules import Alert
from kentongan.alerting.values import About, Found, Kind

SUBJECTS: Mapping[About, str] = {
    About.NARRATIVE: "narasi",
    About.PLACE: "wilayah",
    About.TARGET: "sasaran",
    About.GROUP: "kelompok yang disebut",
    About.SEARCH: "pantauan",
    About.SOURCE: "sumber",
    About.ROUND: "berjenjang",
}
KINDS: Mapping[Kind, str] = {
    Kind.BURST: "Lonjakan",
    Kind.RESURFACED: "Muncul kembali",
    Kind.SAVED: "Temuan pantauan",
    Kind.SOURCE: "Gangguan sumber",
    Kind.ROUND: "Laporan",
}


def figures_of(found: Found, days: int) -> dict[str, float]:
    """Return what is kept of a judgement; `days` is the length of its newest step."""
    return {
        "items": found.items,
        "voices": found.voices,
        "expected": round(found.expected, 2),
        "chance": found.chance,
        "days": found.days,
        "watched": round(found.watched / days, 2),
        "hours": 24 * days,
    }


def heading(alert: Alert) -> str:
    """Return what is told of, in a few words."""
    named = f": {alert.title}" if alert.title else ""
    return f"{KINDS[alert.kind]} {SUBJECTS[alert.about]}{named}"


def sentence(alert: Alert) -> str:
    """Return why it is told, with the figures and how much was watched."""
    told = alert.figures
    if alert.kind is Kind.BURST:
        said = (
            f"{_count(told['items'])} unggahan dari {_count(told['voices'])} suara yang saling lepas dalam "
            f"{_count(told['hours'])} jam; biasanya {_number(told['expected'])}, dihitung dari "
            f"{_count(told['days'])} hari yang terpantau"
        )
    elif alert.kind is Kind.RESURFACED:
        said = (
            f"{_count(told['items'])} unggahan dari {_count(told['voices'])} suara setelah tidak terlihat "
            f"{_count(told['days'])} hari"
        )
    elif alert.kind is Kind.SAVED:
        return f"{_count(told['items'])} temuan baru sejak pemberitahuan sebelumnya."
    elif alert.kind is Kind.ROUND:
        if told["late"]:
            return "Batas waktunya sudah lewat; yang terlambat tetap diterima. “Nihil” juga laporan."
        return "Belum selesai. Bila tidak ada apa-apa, cukup tekan “Nihil”."
    else:
        return "Sumber ini tidak terbaca sebagaimana mestinya; angka wilayahnya bisa tampak lebih tenang."
    if told["watched"] < 1:
        said += f"; {_count(100 * told['watched'])} % waktu perayapan terpantau"
    return f"{said}. Indikasi, bukan putusan."


def _count(number: float) -> str:
    return f"{round(number):,}".replace(",", ".")


def _number(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")
