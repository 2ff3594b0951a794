"""The election calendar of a region: which stage of which election a day lies in.

Owns: reading the stages and what can be asked of them. Facts only, as the electoral commission
sets them; a stage that is not written down is not guessed. Leaves what a stage means to those
who ask: the archive's filter, and when a saved search that names a candidate ends (R17).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kentongan.errors import BadInput
from kentongan.region import open_region
from kentongan.yaml_file import Fields, read_fields

CALENDAR_FILE = "tahapan.yaml"  # of a deployment, in its data folder


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of an election, both days included. `election` "Pilkada 2024", `name` "masa tenang"."""

    election: str
    name: str
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Calendar:
    """All stages, the earliest first."""

    stages: tuple[Stage, ...] = ()

    def on(self, day: date) -> tuple[Stage, ...]:
        """Return the stages that the day lies in; counting may overlap the day of voting."""
        return tuple(stage for stage in self.stages if stage.holds(day))

    def elections_on(self, day: date) -> tuple[str, ...]:
        """Return the elections under way: from the first day of their stages to the last."""
        names = dict.fromkeys(stage.election for stage in self.stages)
        return tuple(name for name in names if self.first_day(name) <= day <= self.last_day(name))

    def first_day(self, election: str) -> date:
        """Return the first day of an election's stages; ValueError for one that has none."""
        return min(stage.first for stage in self.stages if stage.election == election)

    def last_day(self, election: str) -> date:
        """Return the last day of an election's stages; ValueError for one that has none."""
        return max(stage.last for stage in self.stages if stage.election == election)

    def stage_ends(self, day: date) -> date | None:
        """Return the last day of the stage that the day lies in, the latest of several; None for none."""
        return max((stage.last for stage in self.on(day)), default=None)

    def next_after(self, day: date) -> Stage | None:
        """Return the stage that begins next after the day."""
        return next((stage for stage in self.stages if stage.first > day), None)


def read_calendar(region_name: str, extra: Path | None) -> Calendar:
    """Return the stages of the region, and those in `extra`, a file of the deployment.

    A stage of the deployment's stands instead of the region's of the same election and name. A file that
    is not there says nothing. Raises SettingError for an unknown region, BadInput for a file that cannot
    be read, FormatError naming file, line and field for one that is malformed.
    """
    lists = [_stages_only(open_region(region_name))]
    if extra is not None and extra.exists():
        lists.append(_open(extra))
    return calendar_of(lists)


def calendar_of(lists: Sequence[Fields]) -> Calendar:
    """Return the calendar in files that hold `stages`; a later file's word counts."""
    found: dict[tuple[str, str], Stage] = {}
    for fields in lists:
        found.update({(s.election.casefold(), s.name.casefold()): s for s in _read_stages(fields)})
        fields.refuse_unknown()
    return Calendar(tuple(sorted(found.values(), key=lambda s: (s.first, s.last, s.election, s.name))))


def stages_of(calendar: Calendar, day: date) -> tuple[str, ...]:
    """Return what a document of that day of the region bears: "pilkada 2024", "masa tenang".

    The elections under way, then their stages, lower case, each once; nothing outside elections.
    """
    said = [*calendar.elections_on(day), *(stage.name for stage in calendar.on(day))]
    return tuple(dict.fromkeys(value.casefold() for value in said))


def _read_stages(fields: Fields) -> Iterator[Stage]:
    given: set[tuple[str, str]] = set()
    for part in fields.mappings("stages"):
        stage = Stage(part.text("election"), part.text("stage"), part.day("from"), part.day("to"))
        part.refuse_unknown()
        if stage.last < stage.first:
            part.fail("to", f"{stage.last} is before {stage.first}")
        key = (stage.election.casefold(), stage.name.casefold())
        if key in given:
            part.fail("stage", f"{stage.name!r} of {stage.election!r} is given twice")
        given.add(key)
        yield stage


def _open(path: Path) -> Fields:
    try:
        return read_fields(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as exc:
        raise BadInput(f"{path}: cannot be read: {exc}") from exc


def _stages_only(region: Fields) -> Fields:
    only = {name: node for name, node in region.values.items() if name == "stages"}
    return Fields(region.path, region.prefix, region.line, only)
