"""What comes first in the queue: the priority of a claim, lifted by how near an election stage is.

Owns: whether a text is about an election, how near its next stage is, and by how much that lifts what
is about it. Functions of values; the day is passed in. Leaves risk and spread to `triage`, the order itself
to `store.queue`. The words are those of an election's steps, offices and organisers. Who is named changes
nothing (R16); neither does what people may say of those in office, or of whether and for whom to vote (R4).
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from kentongan.elections import Calendar, Stage

MOST_LIFT = 2.0
"""What the first day of a stage adds to the weight of 1. A proposal, see docs/decisions/0020."""
HALF_DAYS = 14
"""The lift halves for each so many days before a stage begins, and after."""
_CHARACTERS = 20_000

_WORD = re.compile(r"[^\W_]+")
_WORDS = frozenset(
    (
        *("pemilu", "pemilukada", "pilkada", "pilwako", "pilwalkot", "pilbup", "pilgub", "pilpres", "pileg"),
        *("tps", "kpps", "kpu", "kpud", "bawaslu", "panwaslu", "panwascam", "dkpp", "gakkumdu"),
        *("coblos", "coblosan", "nyoblos", "mencoblos", "dicoblos", "tercoblos", "pencoblosan"),
        *("paslon", "paslonnya", "capres", "cawapres", "cagub", "cawagub", "cawalkot", "cabup"),
        *("caleg", "bacaleg", "timses"),
    )
)
_PAIRS = frozenset(
    f"{first} {second}"
    for firsts, seconds in (
        ("pemilihan", "umum ulang walikota wali bupati gubernur kepala presiden legislatif"),
        ("pemungutan penghitungan perhitungan rekapitulasi surat kotak bilik perolehan", "suara"),
        ("calon", "walikota wali bupati gubernur presiden legislatif wakil"),
        ("masa tim juru dana", "kampanye"),
        ("kampanye", "hitam"),
        ("hitung", "cepat"),
        ("quick", "count"),
        ("masa", "tenang"),
        ("serangan", "fajar"),
        ("politik", "uang"),
        ("money", "politic politics"),
        ("pasangan", "calon"),
        ("tim", "sukses"),
        ("black", "campaign"),
    )
    for first in firsts.split()
    for second in seconds.split()
)
"""Two words that stand together; what each of them means alone says nothing."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """The stage that lifts claims about an election today, and by how much.

    `lift` multiplies their priority: 1 to 1 + MOST_LIFT. `days` until the stage begins; 0 on its first day
    and below 0 after. `stage` is None, and the lift 1, where no stage begins or is under way.
    """

    lift: float = 1.0
    stage: Stage | None = None
    days: int = 0


def is_about_election(text: str) -> bool:
    """Tell whether a text speaks of an election: its offices, its steps, its organisers.

    Looks at the first 20,000 characters.
    """
    words = _WORD.findall(text[:_CHARACTERS].lower())
    if not _WORDS.isdisjoint(words):
        return True
    return any(f"{first} {second}" in _PAIRS for first, second in pairwise(words))


def nearness(calendar: Calendar, day: date) -> Nearness:
    """Return how near the day is to the beginning of the stage that is next, or under way.

    Of several the nearest counts, the one to come before the one that began as long ago.
    """
    near = [stage for stage in calendar.stages if stage.last >= day]
    if not near:
        return Nearness()
    stage = min(near, key=lambda s: (abs((s.first - day).days), s.first < day, s.first, s.name))
    days = (stage.first - day).days
    return Nearness(1 + MOST_LIFT * 0.5 ** (abs(days) / HALF_DAYS), stage, days)
