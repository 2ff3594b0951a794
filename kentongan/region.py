"""The profile of one city: its name, time zone and Kemendagri code."""

from dataclasses import dataclass
from importlib.resources import files
from zoneinfo import ZoneInfo

import yaml

from kentongan.errors import SettingError


@dataclass(frozen=True, slots=True)
class Region:
    name: str
    title: str
    time_zone: ZoneInfo
    code: str


def read_region(name: str) -> Region:
    """Return the profile of `name`; raises SettingError naming those there are."""
    folder = files("kentongan") / "regions"
    path = folder / f"{name}.yaml"
    if not path.is_file():
        known = sorted(p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml"))
        raise SettingError("KENTONGAN_REGION", f"no region {name!r}; there are {', '.join(known)}")
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Region(name, raw["title"], ZoneInfo(raw["time_zone"]), raw["code"])
