"""How much of something, told without a number that looks more exact than it is (R11)."""

from enum import StrEnum

_HIGH_PROBABILITY, _MEDIUM_PROBABILITY = 0.8, 0.5


class Band(StrEnum):
    """How much of something, without a number that looks more exact than it is (R11)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def probability_band(probability: float) -> Band:
    """Return the band of a calibrated probability, 0 to 1."""
    return band_of(probability, _HIGH_PROBABILITY, _MEDIUM_PROBABILITY)


def band_of(value: float, high: float, medium: float) -> Band:
    """Return the band of a value, given from where it is high and medium."""
    if value >= high:
        return Band.HIGH
    return Band.MEDIUM if value >= medium else Band.LOW
