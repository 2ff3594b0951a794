"""What fact-checkers' words mean: the table of DOMAIN 4.4, and reading a word off a title.

A word that is not in the table is an error, never a guess; the publisher's own word is kept
beside ours by whoever asks.
"""

import re

from crawler.errors import UnknownVerdict
from kentongan.domain import Verdict

_WORDS = {
    Verdict.REFUTED: (
        "salah|hoaks|hoax|keliru|false|fake|tidak benar|bohong|berita bohong|palsu|disinformasi|fabricated"
        "|fabricated content|konten palsu|konten yang salah|imposter|imposter content|impostor content"
        "|konten tiruan|manipulated|manipulated content|konten yang dimanipulasi|konten dimanipulasi"
        "|dimanipulasi|rekayasa|konten buatan|fitnah"
    ),
    Verdict.MISLEADING: (
        "sesat|menyesatkan|misleading|misleading content|konten yang menyesatkan|konten menyesatkan"
        "|false context|konteks yang salah|konteks salah|konteks keliru|false connection"
        "|koneksi yang salah|sebagian benar"
        "|sebagian salah|sebagian keliru|half true|partly false|partially false|missing context"
        "|tanpa konteks|konteks hilang|kehilangan konteks|konteks tidak lengkap"
        "|misinformasi|hasut"
    ),
    Verdict.UNPROVEN: (
        "belum terbukti|tidak terbukti|belum dapat dibuktikan|tidak dapat dibuktikan|tanpa bukti"
        "|tidak ada bukti|belum ada bukti|tidak cukup bukti|unproven|unverified"
    ),
    Verdict.TRUE: "benar|fakta|true|real|terbukti",
    Verdict.CLARIFICATION: "klarifikasi|clarification",
    Verdict.SCAM: "penipuan|scam|modus penipuan|phishing",
    Verdict.SATIRE: "satire|satir|parodi|parody|satire or parody",
}
VERDICTS = {word: verdict for verdict, words in _WORDS.items() for word in words.split("|")}
# "[HOAX + HASUT]": the gravest stands for all. Groups that do not go together are no verdict.
_TOGETHER = (
    (Verdict.REFUTED, Verdict.SCAM, Verdict.MISLEADING),
    (Verdict.CLARIFICATION, Verdict.TRUE),
)
_ANY = "|".join(re.escape(word) for word in sorted(VERDICTS, key=len, reverse=True))
VERDICT_WORDS = rf"(?:{_ANY})(?:\s*[+/&,]\s*(?:{_ANY}))*"  # of a regular expression
_PARTS = re.compile(r"[+/&,]")
_BRACKETED = re.compile(r"^\W*[\[(]\s*([^\[\]()]{2,60}?)\s*[!.,:]*\s*[\])]")
# "Salah satu pasar …" begins with no verdict; "Benarkah …" asks.
_LEADING = re.compile(
    r"^\s*(?:(?:cek|periksa)\s*fakta\s*[:,]\s*)?"
    r"(hoaks|hoax|tidak benar|keliru|menyesatkan|sesat|sebagian benar|belum terbukti|tidak terbukti|benar)\b"
    r"(?!-|\s*\?|\s+(?:atau|tidaknya|seputar)\b|\s+tidak(?:kah)?\s*\?)"
    r"\s*[,:!–—-]*\s*(?:klaim\s+(?:bahwa\s+)?)?",
    re.I,
)


def verdict_of(word: str, url: str) -> Verdict:
    """Return what a fact-checker's word means; raises UnknownVerdict for one not in the table."""
    known = VERDICTS.get(_plain(word))
    if known is not None:
        return known
    found = {VERDICTS.get(_plain(part)) for part in _PARTS.split(word)}
    for group in _TOGETHER:
        if found <= set(group):
            return next(verdict for verdict in group if verdict in found)
    raise UnknownVerdict(url, word)


def _plain(word: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", word[:200]).casefold().split())


def bracketed_word(title: str) -> str:
    """Return what a title says in brackets at its head: "[SALAH] Kota ditutup" -> "SALAH"; '' for none."""
    match = _BRACKETED.match(title[:200])
    return match.group(1) if match else ""


def leading_word(title: str) -> tuple[str, str]:
    """Return the verdict that a headline opens with, and the rest; ('', title) when it opens with none.

    "Cek Fakta: Tidak Benar Kota Ditutup" -> ("Tidak Benar", "Kota Ditutup").
    """
    match = _LEADING.match(title[:500])
    return (match.group(1), title[match.end() :]) if match else ("", title)
