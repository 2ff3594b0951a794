"""The places of a region as pages offer them: read once, grouped under their kecamatan."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from kentongan.gazetteer import Place, read_gazetteer


@cache
def region_places(region: str) -> Mapping[str, Place]:
    """Return the places of a region by code, in its file's order: they are part of the installation."""
    return read_gazetteer(region).places


def by_kecamatan(region: str, wanted: Callable[[Place], bool]) -> Mapping[str, Sequence[Place]]:
    """Return the wanted places under the names of their kecamatan."""
    places = region_places(region)
    found: dict[str, list[Place]] = {}
    for place in places.values():
        if wanted(place):
            found.setdefault(places[place.kecamatan].name, []).append(place)
    return found
