"""What is judged and what comes of it, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an alert says."""

    BURST = "burst"  # far more than was to be expected
    RESURFACED = "resurfaced"  # there again after a long silence
    SAVED = "saved"  # a saved search found something
    SOURCE = "source"  # a source is in trouble
    ROUND = "round"  # a deadline of reporting by tiers


class About(StrEnum):
    """What an alert is of."""

    NARRATIVE = "narrative"
    PLACE = "place"
    TARGET = "target"  # a party or a declared candidate
    GROUP = "group"  # a religious, ethnic or origin group
    SEARCH = "search"
    SOURCE = "source"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Counted:
    """What was seen of one subject: in the newest step, and in each of the steps before, the latest first.

    A step is a day, or a week.
    """

    items: int
    voices: int  # independent ones of the newest step: copies of one agency or group count once
    before: Sequence[int]
    ever: int = 0  # earlier than all these steps


@dataclass(frozen=True, slots=True)
class Watched:
    """What all subjects are held against: items collected and days watched, the same steps.

    A day in which half of the crawling time of all sources was missed counts as half a day.
    """

    items: int
    watched: float
    before: Sequence[int]
    watched_before: Sequence[float]


@dataclass(frozen=True, slots=True)
class Rule:
    """The bounds. `DEFAULT` is what benchmarks/alerts measures."""

    least_items: int = 3
    least_voices: int = 3  # one syndicated text is no burst
    least_times: float = 2.0  # as many as expected
    false_a_week: float = 0.5  # by chance, over all subjects; half of what is left of two is for real heaps
    largest_chance: float = 1e-2  # also where few subjects are watched
    least_days: float = 7.0  # watched before anything can be called unusual
    silent_items: int = 3
    silent_voices: int = 2
    silent_watched: float = 0.5  # of the silence, or it is a broken source and no silence
    silent_days: int = 28  # steps of a day


DEFAULT = Rule()


@dataclass(frozen=True, slots=True)
class Found:
    """Why something is told: the figures of its sentence."""

    kind: Kind
    items: int
    voices: int
    expected: float  # in the same time, after what was collected and which sources were read
    chance: float  # of as many or more by chance
    days: int  # of watching that the expectation rests on, or of silence
    watched: float  # days of the newest step in which the sources were read
