"""The outlines of places, from a GeoJSON file that the administrator supplies (RFC 7946).

A feature counts if its property `code` (or `kode`) is the code of a place of the region; others are left out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from kentongan.errors import BadInput
from kentongan.trends.mapping import Frame

MAX_BYTES = 5_000_000
MAX_POINTS = 100_000
_NAMES = ("code", "kode")

Ring = Sequence[tuple[float, float]]  # latitude and longitude


def read_boundaries(path: Path, codes: frozenset[str]) -> Mapping[str, Sequence[Ring]]:
    """Return the rings of each place that the file has, by its code.

    Raises BadInput, which says what is wrong, for a file that is too large or no such file.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path}: larger than {MAX_BYTES} bytes")
        read = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as exc:
        raise BadInput(f"{path}: cannot be read as JSON: {exc}") from exc
    if not isinstance(read, dict) or read.get("type") != "FeatureCollection":
        raise BadInput(f"{path}: is no FeatureCollection")
    features = read.get("features")
    if not isinstance(features, list):
        raise BadInput(f"{path}: has no list of features")
    found: dict[str, list[Ring]] = {}
    points = 0
    for number, feature in enumerate(features):
        try:
            code = _code_of(feature)
            if code in codes:
                rings = [_ring(ring) for ring in _rings(feature["geometry"])]
                points += sum(map(len, rings))
                found.setdefault(code, []).extend(rings)
        except (KeyError, TypeError, ValueError) as exc:
            raise BadInput(f"{path}: feature {number}: {exc}") from exc
        if points > MAX_POINTS:
            raise BadInput(f"{path}: more than {MAX_POINTS} points")
    if not found:
        raise BadInput(f"{path}: no feature bears the code of a place of this region")
    return found


def outline(rings: Sequence[Ring], frame: Frame) -> str:
    """Return the rings as the outline of one path; points that fall on the one before are left out."""
    parts = []
    for ring in rings:
        placed: list[tuple[int, int]] = []
        for latitude, longitude in ring:
            x, y = (round(value) for value in frame.place(latitude, longitude))
            if not placed or placed[-1] != (x, y):
                placed.append((x, y))
        if len(placed) > 2:
            parts.append("M" + "L".join(f"{x} {y}" for x, y in placed) + "z")
    return "".join(parts)


def _code_of(feature: Any) -> str:
    properties = feature["properties"] or {}
    return next((str(properties[name]) for name in _NAMES if name in properties), "")


def _rings(geometry: Any) -> Iterator[Any]:
    if geometry["type"] == "Polygon":
        yield from geometry["coordinates"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon
    else:
        raise ValueError(f"{geometry['type']!r} is no polygon")


def _ring(points: Any) -> Ring:
    ring = []
    for longitude, latitude, *_ in points:
        if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
            raise ValueError(f"{longitude}, {latitude} is no place on the globe")
        ring.append((float(latitude), float(longitude)))
    return ring
