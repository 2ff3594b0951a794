"""The places of one city, as its region file lists them, and the names that speak against it.

Owns: reading and checking the lists, and the lexicon made of them. Leaves which mention
counts to `places`. The kecamatan of a kelurahan is always its code's prefix: centres of
polygons fall outside their own kecamatan (DOMAIN 5).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kentongan.lexicon import Lexicon, key_of
from kentongan.region import open_list, open_region, region_of
from kentongan.yaml_file import Fields

_PLACE_CODE = re.compile(r"\d\d\.\d\d\.\d\d(?:\.\d{4})?")
_KECAMATAN_CHARACTERS = 8  # "64.71.06" of "64.71.06.1005"


class Doubt(StrEnum):
    """What else a name may be when it stands alone."""

    NONE = ""
    WORD = "word"
    ELSEWHERE = "elsewhere"


class Sense(StrEnum):
    """What a name says about where a text is from."""

    AREA = "area"
    CITY = "city"
    ABBREVIATION = "abbreviation"  # of the city: only after "di", "ke", "warga"
    LANDMARK = "landmark"
    OUTSIDE = "outside"
    OUTSIDE_CAPITAL = "outside_capital"  # a word too
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Place:
    """A kecamatan or kelurahan. `centre` is latitude and longitude in degrees."""

    code: str
    name: str
    centre: tuple[float, float]
    also: tuple[str, ...] = ()
    doubt: Doubt = Doubt.NONE
    unless: frozenset[str] = frozenset()  # keys of names that say the other place is meant

    @property
    def is_kelurahan(self) -> bool:
        return len(self.code) > _KECAMATAN_CHARACTERS

    @property
    def kecamatan(self) -> str:
        """The code of its kecamatan; its own when it is one."""
        return self.code[:_KECAMATAN_CHARACTERS]


@dataclass(frozen=True, slots=True)
class Term:
    """What a name stands for; `place` is set for an area only."""

    sense: Sense
    key: str
    place: Place | None = None
    names_city: bool = False  # "Balikpapan Kota" bears the city's name


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """`name` is the region's; `code` the city's; `places` are by code, in the file's order."""

    name: str
    code: str
    title: str
    centre: tuple[float, float]
    places: Mapping[str, Place]
    lexicon: Lexicon[Term]


def read_gazetteer(name: str) -> Gazetteer:
    """Return the places of the region `name`.

    Raises SettingError when there is no such region, FormatError naming file, line and field.
    """
    return gazetteer_of(name, open_region(name), open_list("outside"))


def gazetteer_of(name: str, city: Fields, outside: Fields) -> Gazetteer:
    """Return the places in the fields of a city's file and of the list of other cities."""
    region = region_of(name, city)
    listed = city.mapping("places")
    places = {place.code: place for place in (_place(listed, code, region.code) for code in listed.values)}
    for place in places.values():
        if place.kecamatan not in places:
            listed.fail(place.code, f"its kecamatan {place.kecamatan} is not listed")
    terms = [*_own_terms(city, places.values()), *_other_terms(city, outside)]
    _refuse_same_names(listed, places)
    known = {term.key for term in terms}
    for place in places.values():
        if not place.unless <= known:
            missing = ", ".join(sorted(place.unless - known))
            listed.fail(
                place.code, f"unless: {missing} is neither a neighbour nor another city in outside.yaml"
            )
    centre = city.point("centre")
    city.known.update(("candidates", "stages"))  # read by `targets` and `elections`
    city.refuse_unknown()
    outside.refuse_unknown()
    return Gazetteer(name, region.code, region.title, centre, places, Lexicon((t.key, t) for t in terms))


def _place(listed: Fields, code: str, city: str) -> Place:
    if not _PLACE_CODE.fullmatch(code) or not code.startswith(f"{city}."):
        listed.fail(code, f"must be a code of {city} such as {city}.01 or {city}.01.1001")
    fields = listed.mapping(code)
    raw = fields.text("doubt", required=False)
    if raw not in set(Doubt):
        fields.fail("doubt", f"{raw!r} is not one of {', '.join(d for d in Doubt if d)}")
    name, also = fields.text("name"), fields.texts("also")
    for spelling in (name, *also):
        if not key_of(spelling):
            fields.fail("name", f"{spelling!r} has no letters")
    place = Place(
        code,
        name,
        fields.point("centre"),
        also,
        Doubt(raw),
        frozenset(key_of(other) for other in fields.texts("unless")),
    )
    fields.refuse_unknown()
    return place


def _refuse_same_names(listed: Fields, places: Mapping[str, Place]) -> None:
    seen: dict[str, str] = {}
    for place in places.values():
        for spelling in (place.name, *place.also):
            other = seen.setdefault(key_of(spelling), place.code)
            if other != place.code:
                listed.fail(place.code, f"{spelling!r} is the name of {other} too")


def _own_terms(city: Fields, places: Iterable[Place]) -> Iterator[Term]:
    names = city.texts("names")
    if not names:
        city.fail("names", "must list the city's name")
    for place in places:
        bears = any(key_of(name) in key_of(place.name) for name in names)
        for spelling in (place.name, *place.also):
            yield Term(Sense.AREA, key_of(spelling), place, bears)
    for name in names:
        yield Term(Sense.CITY, key_of(name))
        yield Term(Sense.CITY, key_of(f"kota {name}"))  # "Kota Balikpapan kota yang" is not Balikpapan Kota
    for name in city.texts("abbreviations"):
        yield Term(Sense.ABBREVIATION, key_of(name))


def _other_terms(city: Fields, outside: Fields) -> Iterator[Term]:
    """What is ours comes first, for the first entry of a name stays."""
    for fields, listed, sense in (
        (city, "landmarks", Sense.LANDMARK),
        (city, "not_places", Sense.NEITHER),
        (city, "province", Sense.NEITHER),
        (city, "neighbours", Sense.OUTSIDE),
        (outside, "names", Sense.OUTSIDE),
        (outside, "capital", Sense.OUTSIDE_CAPITAL),
    ):
        for name in fields.texts(listed):
            yield Term(sense, key_of(name))
