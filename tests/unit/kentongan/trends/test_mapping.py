"""Places on a plane, and outlines from a file that somebody supplied."""

import json
from math import hypot
from pathlib import Path

import pytest

from kentongan.errors import BadInput
from kentongan.trends.boundaries import outline, read_boundaries
from kentongan.trends.mapping import LARGEST, MARGIN, SMALLEST, frame_of, move_apart, radius_of

SQUARE = [[106.0, -2.0], [106.1, -2.0], [106.1, -2.1], [106.0, -2.1], [106.0, -2.0]]


def feature(code: str = "99.01.01", kind: str = "Polygon", coordinates: object = None) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates},
    }


def save(path: Path, *features: object) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_north_is_up_east_is_right_and_all_lies_within_the_frame() -> None:
    frame = frame_of([(-2.0, 106.0), (-2.1, 106.2)])
    assert frame.place(-2.0, 106.0) == (MARGIN, MARGIN)
    x, y = frame.place(-2.1, 106.2)
    assert (x, y) == pytest.approx((frame.width - MARGIN, frame.height - MARGIN))
    assert x > y
    assert frame_of([(-2.0, 106.0)]).width == 2 * MARGIN


def test_the_area_of_a_circle_goes_with_the_count() -> None:
    assert radius_of(400, 400) == LARGEST
    assert radius_of(100, 400) == LARGEST / 2
    assert radius_of(0, 400) == radius_of(0, 0) == SMALLEST


def test_circles_are_moved_until_none_covers_another() -> None:
    points = {name: (100.0 + number, 100.0) for number, name in enumerate("abcdef")}
    moved = move_apart(points, dict.fromkeys(points, 20.0))
    for one in points:
        for other in points:
            if one < other:
                assert hypot(moved[one][0] - moved[other][0], moved[one][1] - moved[other][1]) > 38
    assert move_apart({"a": (5.0, 5.0)}, {"a": 20.0}) == {"a": (5.0, 5.0)}


def test_only_places_of_the_region_are_taken_from_the_file(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.geojson", feature(), feature("00.00"), feature("99.01.02", "MultiPolygon", [[SQUARE]])
    )
    found = read_boundaries(path, frozenset({"99.01.01", "99.01.02"}))
    assert set(found) == {"99.01.01", "99.01.02"}
    drawn = outline(found["99.01.01"], frame_of(list(found["99.01.01"][0])))
    assert drawn.startswith("M90 90L910 90")
    assert drawn.endswith("z")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "no FeatureCollection"),
        ('{"type": "FeatureCollection"}', "no list"),
        ('{"type": "FeatureCollection", "features": [1]}', "feature 0"),
        (json.dumps({"type": "FeatureCollection", "features": [feature(kind="Point")]}), "no polygon"),
        (
            json.dumps({"type": "FeatureCollection", "features": [feature(coordinates=[[[500, 1]]])]}),
            "no place on the globe",
        ),
        (
            json.dumps({"type": "FeatureCollection", "features": [feature(coordinates=[[["a", "b"]]])]}),
            "feature 0",
        ),
        (json.dumps({"type": "FeatureCollection", "features": [feature("00.00")]}), "no feature bears"),
        (
            json.dumps({"type": "FeatureCollection", "features": [feature(coordinates=[SQUARE * 21_000])]}),
            "more than",
        ),
        (" " * 5_000_001, "larger than"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused_with_what_is_wrong(
    tmp_path: Path, content: str, problem: str
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(content)
    with pytest.raises(BadInput, match=problem):
        read_boundaries(path, frozenset({"99.01.01"}))
