"""The same weeks by election stage: the mean of the weeks in which a day of the stage lies.

Made of weeks that are told already, so that it tells nothing that they do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kentongan.elections import Calendar
from kentongan.trends.tables import Table
from kentongan.trends.values import Point
from kentongan.trends.weeks import stages_in


@dataclass(frozen=True, slots=True)
class StageMean:
    """`election` and `stage` are empty for the weeks outside any. `weeks` are all of its weeks.

    `collected` and `rows`: items a week over those that are known; None where none is.
    """

    election: str
    stage: str
    weeks: int
    collected: float | None
    rows: Mapping[str, float | None]


def by_stage(table: Table, calendar: Calendar) -> list[StageMean]:
    """Return the stages in these weeks as they come, and the rest of the weeks; nothing without a stage."""
    found: dict[tuple[str, str], list[int]] = {}
    for number, monday in enumerate(table.weeks.mondays()):
        names = [(stage.election, stage.name) for stage in stages_in(calendar, monday)] or [("", "")]
        for name in names:
            found.setdefault(name, []).append(number)
    if list(found) == [("", "")]:
        return []
    return [
        StageMean(
            election,
            stage,
            len(numbers),
            _mean([table.collected[number] for number in numbers]),
            {row.key: _mean([row.points[number] for number in numbers]) for row in table.rows},
        )
        for (election, stage), numbers in found.items()
    ]


def _mean(points: list[Point]) -> float | None:
    known = [point.rate for point in points if point.rate is not None]
    return sum(known) / len(known) if known else None
