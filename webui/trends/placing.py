"""The map: places as circles at their centres, or with the outlines that the administrator supplied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask import abort, current_app, request

from kentongan.errors import BadInput
from kentongan.gazetteer import Place
from kentongan.trends.anonymity import K, is_enough
from kentongan.trends.boundaries import Ring, outline, read_boundaries
from kentongan.trends.mapping import Frame, frame_of, move_apart, radius_of
from kentongan.trends.values import NOTHING, Cell, Point, State, point_of
from kentongan.trends.weeks import CHOICES, Weeks, finished_weeks
from webui import times
from webui.parts import the_parts
from webui.places import region_places
from webui.trends import asking
from webui.trends.counting import the_counts

__all__ = ["Drawn", "K", "Spot", "draw_map"]

_BANDS = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: `cell` is None where it is withheld or nothing is known; `band` 0 to 4 of its filling."""

    number: int  # which the table and the map bear
    code: str
    name: str
    cell: Cell | None
    rate: float | None  # items per 10,000 collected
    band: int
    x: float
    y: float
    radius: float
    at: tuple[float, float]  # its centre, from which the circle was moved
    shape: str  # outline; empty without a file

    def numbers(self) -> tuple[object, object, object]:
        """Return items, claims and rate; words where there are none."""
        if self.cell is None:
            return "withheld", "withheld", "withheld"
        return self.cell.items, self.cell.claims, "" if self.rate is None else round(self.rate, 1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """`collected` is what all counts are of; a hole where the sources were not read."""

    level: str
    weeks: Weeks
    choice: int
    collected: Point
    frame: Frame
    spots: tuple[Spot, ...]
    counted_at: datetime


def draw_map() -> Drawn:
    """Return the map of what is asked for. Who sees aggregates only gets kecamatan of one week (R18):
    the same cells as in the trends, for from totals of several weeks a withheld week could be worked out."""
    aggregates = asking.sees_aggregates_only()
    level = request.args.get("tingkat", "kecamatan")
    raw = request.args.get("periode", str(1 if aggregates else CHOICES[0]))
    allowed = (1,) if aggregates else (1, *CHOICES)
    levels = ("kecamatan",) if aggregates else ("kecamatan", "kelurahan")
    if level not in levels or raw not in map(str, allowed):
        abort(400)
    weeks = finished_weeks(times.today(), int(raw), the_parts().region.time_zone)
    counted = the_counts().places(weeks)
    cells, total = counted.cells, counted.total
    collected = point_of(total, counted.coverage)
    if aggregates and not is_enough(total):
        collected = Point(State.WITHHELD, None, None, 0.0)
    places = region_places(the_parts().region.name)
    wanted = {code: place for code, place in places.items() if place.is_kelurahan == (level == "kelurahan")}
    known = collected.cell is not None
    shown = {
        code: cells.get(code, NOTHING)
        for code in wanted
        if known and not (aggregates and not is_enough(cells.get(code, NOTHING)))
    }
    shapes = _boundaries()
    rings = [point for code in wanted for ring in shapes.get(code, ()) for point in ring]
    frame = frame_of(rings or [place.centre for place in wanted.values()])
    spots = _spots(wanted, shown, total.items, frame, shapes)
    return Drawn(level, weeks, int(raw), collected, frame, spots, counted.at)


def _spots(
    wanted: Mapping[str, Place],
    shown: Mapping[str, Cell],
    total: int,
    frame: Frame,
    shapes: Mapping[str, list[Ring]],
) -> tuple[Spot, ...]:
    most = max((cell.items for cell in shown.values()), default=0)
    radii = {code: radius_of(shown[code].items if code in shown else 0, most) for code in wanted}
    centres = {code: frame.place(*place.centre) for code, place in wanted.items()}
    moved = move_apart(centres, radii)
    spots = []
    for number, (code, place) in enumerate(wanted.items(), 1):
        cell = shown.get(code)
        rate = None if cell is None or not total else 10_000 * cell.items / total
        band = 0 if cell is None or not most else -(-cell.items * _BANDS // most)
        shape = outline(shapes[code], frame) if code in shapes else ""
        spots.append(
            Spot(number, code, place.name, cell, rate, band, *moved[code], radii[code], centres[code], shape)
        )
    return tuple(spots)


def _boundaries() -> Mapping[str, list[Ring]]:
    parts = the_parts()
    path = parts.settings.boundaries
    if path is None:
        return {}
    try:
        return _read(parts.region.name, path, path.stat().st_mtime_ns)
    except (OSError, BadInput) as exc:
        current_app.logger.warning("the map has no outlines: %s", exc)
        return {}


@lru_cache(maxsize=2)
def _read(region: str, path: Path, _changed: int) -> Mapping[str, list[Ring]]:
    found = read_boundaries(path, frozenset(region_places(region)))
    return {code: list(rings) for code, rings in found.items()}
