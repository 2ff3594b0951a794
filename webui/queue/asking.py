"""The address of a queue page: from its arguments to what is wanted, and back, each filter with its words.

Owns: the names of the filters and what each may be. Leaves which of them go together to `kentongan.queueing`.
What is not a choice of the form is answered with 400, never guessed or left out: a silent cut would look like
an empty queue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import abort, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from kentongan.domain import Label, Lane, Platform, SourceKind, Stance, UserId
from kentongan.gazetteer import read_gazetteer
from kentongan.queueing import Age, Clash, Holding, Illegal, Wanted
from webui import words
from webui.parts import the_parts
from webui.sources.wording import KINDS

YES, NO = "yes", "no"
TITLES: Mapping[str, str] = {
    "label": lazy_gettext("Indication"),
    "stance": lazy_gettext("Stance"),
    "platform": lazy_gettext("Platform"),
    "kind": lazy_gettext("Kind of source"),
    "place": lazy_gettext("Place"),
    "check": lazy_gettext("Fact-check"),
    "election": lazy_gettext("Election"),
    "age": lazy_gettext("Age"),
    "held": lazy_gettext("Worked on"),
}
AGES: Mapping[Age, str] = {
    Age.DAY: lazy_gettext("up to 24 hours"),
    Age.THREE_DAYS: lazy_gettext("up to 3 days"),
    Age.WEEK: lazy_gettext("up to 7 days"),
    Age.OLDER: lazy_gettext("more than 7 days"),
}
_CHECKED = {YES: lazy_gettext("a published check fits"), NO: lazy_gettext("no check fits yet")}
_ELECTION = {YES: lazy_gettext("about an election"), NO: lazy_gettext("not about an election")}
_HELD: Mapping[Holding, str] = {
    Holding.ME: lazy_gettext("by me"),
    Holding.NOBODY: lazy_gettext("by nobody"),
}
_CLASHES: Mapping[Clash, str] = {
    Clash.SAMPLE_LABEL: lazy_gettext(
        "The sample holds only what nothing flagged: it cannot be narrowed to an indication."
    ),
    Clash.NOBODY_ASKS: lazy_gettext("Your role works on no claims: nothing can be narrowed to yours."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    inside: bool = False  # a kelurahan, under its kecamatan


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    title: str
    choices: tuple[Choice, ...]
    value: str  # chosen; empty for none
    without: str  # the address without it

    @property
    def text(self) -> str:
        """What the chosen value is called."""
        return next((choice.text for choice in self.choices if choice.value == self.value), "")


@dataclass(frozen=True, slots=True)
class Address:
    """A lane and the filters that narrow it, as its address says them."""

    lane: Lane
    values: Mapping[str, str]
    wanted: Wanted

    def url(self, **more: str) -> str:
        return lane_url(self.lane, {**self.values, **more})

    def filters(self) -> list[Filter]:
        """Return every filter that can be chosen here, with what is chosen."""
        return [
            Filter(
                name,
                TITLES[name],
                tuple(_choices(name, self.lane)),
                self.values.get(name, ""),
                lane_url(self.lane, _but(self.values, name)),
            )
            for name in TITLES
            if name != "label" or self.lane is not Lane.SAMPLE
        ]


def lane_url(lane: Lane, values: Mapping[str, Any]) -> str:
    """Return the address of a lane with these filters."""
    return url_for("queue.lane", name=lane.value, **values)


def read_lane(name: str) -> Lane:
    """Return the lane of that name; answers 404 for one that the queue does not have."""
    found = next((lane for lane in words.LANES if lane.value == name), None)
    if found is None:
        abort(404)
    return found


def read_address(
    lane: Lane, args: MultiDict[str, str], user_id: UserId | None, *, beside: Iterable[str] = ("cursor",)
) -> Address:
    """Return what an address asks for; answers 400, saying why, for what is no choice or does not go
    together. `user_id`: of who may work on claims; `beside`: further arguments that the page takes."""
    for name in args:
        if name not in TITLES and name not in beside:
            abort(400, gettext("There is no filter “%(name)s”.", name=name[:40]))
        if len(args.getlist(name)) > 1:
            abort(400, gettext("The filter “%(name)s” is given twice.", name=TITLES.get(name, name)))
    values = {name: args[name] for name in TITLES if args.get(name)}
    for name, value in values.items():
        if value not in {choice.value for choice in _choices(name, lane)}:
            said = {"name": TITLES[name], "value": value[:40]}
            abort(400, gettext("“%(value)s” is no choice of the filter “%(name)s”.", **said))
    wanted = wanted_of(values)
    try:
        wanted.check(lane, user_id)
    except Illegal as exc:
        abort(400, str(_CLASHES[exc.clash]))
    return Address(lane, values, wanted)


def wanted_of(values: Mapping[str, str]) -> Wanted:
    """Return what filters, each one a choice, narrow a lane to."""

    def chosen(name: str) -> bool | None:
        return values[name] == YES if name in values else None

    return Wanted(
        label=Label(values["label"]) if "label" in values else None,
        stance=Stance(values["stance"]) if "stance" in values else None,
        platform=Platform(values["platform"]) if "platform" in values else None,
        kind=SourceKind(values["kind"]) if "kind" in values else None,
        places=_within(the_parts().region.name, values["place"]) if "place" in values else (),
        checked=chosen("check"),
        election=chosen("election"),
        age=Age(values["age"]) if "age" in values else None,
        held=Holding(values["held"]) if "held" in values else None,
    )


def _choices(name: str, lane: Lane) -> Iterable[Choice]:
    if name == "place":
        return _places(the_parts().region.name)
    texts: Mapping[str, str]
    match name:
        case "label":
            labels = words.PRESS_LABELS if lane is Lane.PRESS else words.LABEL_NAMES
            texts = {label.value: labels[label] for label in Label}
        case "stance":
            texts = {stance.value: words.STANCES[stance] for stance in Stance}
        case "platform":
            texts = {platform.value: words.PLATFORMS[platform] for platform in Platform}
        case "kind":
            texts = {kind.value: KINDS[kind] for kind in SourceKind}
        case "check":
            texts = _CHECKED
        case "election":
            texts = _ELECTION
        case "age":
            texts = {age.value: AGES[age] for age in Age}
        case _:
            texts = {holding.value: _HELD[holding] for holding in Holding}
    return [Choice(value, text) for value, text in texts.items()]


@cache
def _places(region: str) -> tuple[Choice, ...]:
    """Return the kecamatan, each with its kelurahan after it; read once: they come with the installation."""
    places = read_gazetteer(region).places
    return tuple(
        Choice(code, words.place_name(code, region), places[code].is_kelurahan) for code in sorted(places)
    )


@cache
def _within(region: str, code: str) -> tuple[str, ...]:
    """Return a place's code, and for a kecamatan those of its kelurahan too."""
    places = read_gazetteer(region).places
    return (code, *(p.code for p in places.values() if p.is_kelurahan and p.kecamatan == code))


def _but(values: Mapping[str, str], left_out: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if name != left_out}
