"""What an item says beside its claim: the agency it is credited to, its places, the parties and
candidates it names, the groups it speaks of.

Owns: asking each finder, with what this deployment knows of the region. Targets and groups are for
fairness panels, saved searches and alerts: no score looks at them (R16, R17).
"""

from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path

from kentongan.domain import Item
from kentongan.gazetteer import read_gazetteer
from kentongan.groups import find_groups, read_groups
from kentongan.places import find_places
from kentongan.region import Region
from kentongan.store.copies import Traits
from kentongan.targets import find_targets, read_targets
from pipeline.wire import find_wire

TARGETS_FILE = "sasaran.yaml"


class TraitReader:
    """Reads the traits of items of one region. `regions` gives the region of each source, by name.

    Raises SettingError and FormatError for a region or a file `sasaran.yaml` in `home` that cannot be read.
    """

    def __init__(self, region: Region, home: Path, regions: Callable[[], Mapping[str, str]]) -> None:
        self._gazetteer = read_gazetteer(region.name)
        self._targets = read_targets(region.name, home / TARGETS_FILE)
        self._groups = read_groups()
        self._zone, self._regions = region.time_zone, regions
        self._region_of: dict[str, str] = {}
        places = self._gazetteer.places.values()
        self.everyday = (region.title, *chain.from_iterable((p.name, *p.also) for p in places))
        """Names that much of what is collected here bears."""

    def __call__(self, item: Item) -> Traits:
        """Return the traits of one item."""
        if item.source not in self._region_of:
            self._region_of = dict(self._regions())
        region = self._region_of.setdefault(item.source, "")
        found = find_places(self._gazetteer, item.title, item.text, outlet_region=region)
        seen = (item.published_at or item.first_seen_at).astimezone(self._zone).date()
        return Traits(
            wire=find_wire(item),
            places={code: found.votes[code] for code in found.codes} if found.local else {},
            targets=(
                *find_targets(self._targets, item.full_text, seen),
                *find_groups(self._groups, item.full_text),
            ),
        )
