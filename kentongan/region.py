"""The profile of one city: its name, time zone and Kemendagri code.

Owns: finding and opening the file of a city. Its places are read by `gazetteer`, its
candidates by `targets`.
"""

from dataclasses import dataclass
from importlib.resources import files
from zoneinfo import ZoneInfo

from kentongan.errors import SettingError
from kentongan.yaml_file import Fields, read_fields

_LISTS = ("groups", "outside", "parties", "watch_topics")  # files beside the cities that are none


@dataclass(frozen=True, slots=True)
class Region:
    name: str
    title: str
    time_zone: ZoneInfo
    code: str


def read_region(name: str) -> Region:
    """Return the profile of `name`; raises SettingError naming those there are, FormatError
    naming file, line and field."""
    return region_of(name, open_region(name))


def region_of(name: str, fields: Fields) -> Region:
    """Return the profile in the fields of a city's file."""
    zone = fields.text("time_zone")
    try:
        time_zone = ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        fields.fail("time_zone", f"{zone!r} is not a time zone such as Asia/Jakarta")
    return Region(name, fields.text("title"), time_zone, fields.text("code"))


def open_region(name: str) -> Fields:
    """Return the fields of a city's file; raises SettingError naming the cities there are."""
    folder = files("kentongan") / "regions"
    known = sorted(p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml"))
    cities = [city for city in known if city not in _LISTS]
    if name not in cities:
        raise SettingError("KENTONGAN_REGION", f"no region {name!r}; there are {', '.join(cities)}")
    return open_list(name)


def open_list(name: str) -> Fields:
    """Return the fields of a file among the regions."""
    path = files("kentongan") / "regions" / f"{name}.yaml"
    return read_fields(path.read_text(encoding="utf-8"), f"kentongan/regions/{name}.yaml")
