"""Places on a plane: degrees in, units of a view box out. Leaves drawing and words to `webui`.

Equirectangular: over one city, a cosine of the latitude is all there is to the globe. Source: J. P. Snyder,
Map Projections (USGS 1395, 1987), section 12.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sqrt

SIZE = 1000  # units of the longer side
MARGIN = 90
LARGEST, SMALLEST = 58.0, 20.0  # radius of a circle
_ROUNDS, _GAP = 60, 4.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """How degrees become units: `width` and `height` of the view box."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: float
    height: float

    def place(self, latitude: float, longitude: float) -> Point:
        return (
            round(MARGIN + (longitude - self.west) * self.squeeze * self.scale, 1),
            round(MARGIN + (self.north - latitude) * self.scale, 1),
        )


def frame_of(points: Sequence[Point]) -> Frame:
    """Return the frame around points of latitude and longitude; ValueError for none."""
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = cos(radians((south + north) / 2))
    wide, tall = (east - west) * squeeze, north - south
    scale = (SIZE - 2 * MARGIN) / (max(wide, tall) or 1.0)
    return Frame(
        west, north, scale, squeeze, round(wide * scale + 2 * MARGIN, 1), round(tall * scale + 2 * MARGIN, 1)
    )


def radius_of(count: float, most: float) -> float:
    """Return the radius whose area goes with the count, never less than holds a number."""
    return round(max(SMALLEST, LARGEST * sqrt(count / most)), 1) if most else SMALLEST


def move_apart(points: Mapping[str, Point], radii: Mapping[str, float]) -> Mapping[str, Point]:
    """Return the points pushed from each other until their circles do not overlap, or ROUNDS are over."""
    at = {key: list(point) for key, point in sorted(points.items())}
    keys = list(at)
    for _ in range(_ROUNDS):
        moved = False
        for number, one in enumerate(keys):
            for other in keys[number + 1 :]:
                wide, tall = at[other][0] - at[one][0], at[other][1] - at[one][1]
                apart = hypot(wide, tall)
                push = (radii[one] + radii[other] + _GAP - apart) / 2
                if push <= 0:
                    continue
                moved = True
                along = (wide / apart, tall / apart) if apart else (1.0, 0.0)
                for axis in (0, 1):
                    at[one][axis] -= push * along[axis]
                    at[other][axis] += push * along[axis]
        if not moved:
            break
    return {key: (round(x, 1), round(y, 1)) for key, (x, y) in at.items()}
