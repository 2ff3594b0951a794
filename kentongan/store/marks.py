"""What the queue filters claims by, as one number a claim: a bit for each thing that may be asked.

Owns: which bit means what; `migrations/versions/0010_queue.py` fills them for an older record, so a bit never
changes its meaning. Leaves what a claim bears to `summary`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from zlib import crc32

from kentongan.domain import Label, Platform, SourceKind, Stance

PRESS = 1 << 3  # only the press speaks for it
CHECKED = 1 << 6  # an item that speaks for it matches a published check

_PLACE_BITS = 62  # both databases have signed numbers of 64

_LABELS = {Label.HOAX: 1 << 0, Label.BLACK_CAMPAIGN: 1 << 1, Label.IDENTITY_POLITICS: 1 << 2}
_STANCES = {Stance.ASSERTS: 1 << 4, Stance.REPORTS: 1 << 5}
_PLATFORMS = {
    Platform.NEWS: 1 << 7,
    Platform.POST: 1 << 8,
    Platform.FACTCHECK: 1 << 9,
    Platform.REPORT: 1 << 10,
}
_KINDS = {
    SourceKind.PRESS: 1 << 11,
    SourceKind.GOVERNMENT: 1 << 12,
    SourceKind.FACT_CHECKER: 1 << 13,
    SourceKind.PUBLIC_CHANNEL: 1 << 14,
    SourceKind.FIELD: 1 << 15,
}
Value = Label | Stance | Platform | SourceKind

_BIT_OF: dict[Value, int] = dict(
    chain[tuple[Value, int]](_LABELS.items(), _STANCES.items(), _PLATFORMS.items(), _KINDS.items())
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Claims whose marks `& mask` are `value`; all of them when both are 0."""

    mask: int = 0
    value: int = 0

    def having(self, bit: int) -> "Wanted":
        return Wanted(self.mask | bit, self.value | bit)

    def lacking(self, bit: int) -> "Wanted":
        return Wanted(self.mask | bit, self.value & ~bit)


def place_bits(codes: Iterable[str]) -> int:
    """Return a bit for each of these places. Several share one: what bears none of these bits speaks of none
    of the places, what bears one has to be looked at."""
    bits = 0
    for code in codes:
        bits |= 1 << (crc32(code.encode()) % _PLACE_BITS)
    return bits


def bit_of(value: Value) -> int:
    """Return the bit of one value."""
    return _BIT_OF[value]


def marks_of(values: Iterable[Value], *, press: bool, checked: bool) -> int:
    """Return the marks of a claim that bears `values`."""
    marks = (PRESS if press else 0) | (CHECKED if checked else 0)
    for value in values:
        marks |= _BIT_OF[value]
    return marks
