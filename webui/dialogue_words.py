"""How dialogues are said: kinds, bodies, steps and places in the reader's language."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext, lazy_gettext

from kentongan.dialogues import Body, DialogueKind, DialogueStep
from webui.parts import the_parts
from webui.places import region_places

KINDS: Mapping[DialogueKind, str] = {
    DialogueKind.FORUM: lazy_gettext("dialogue forum"),
    DialogueKind.MEETING: lazy_gettext("meeting of the bodies"),
    DialogueKind.VISIT: lazy_gettext("visit"),
    DialogueKind.MEDIATION: lazy_gettext("mediation"),
    DialogueKind.SOCIALISATION: lazy_gettext("briefing of residents"),
    DialogueKind.OTHER: lazy_gettext("something else"),
}
BODIES: Mapping[Body, str] = {
    Body.FKUB: "FKUB",
    Body.FPK: "FPK",
    Body.FKDM: "FKDM",
    Body.KESBANGPOL: "Kesbangpol",
    Body.KECAMATAN: lazy_gettext("kecamatan office"),
    Body.KELURAHAN: lazy_gettext("kelurahan office"),
    Body.NEIGHBOURHOOD: "RT/RW",
    Body.RELIGIOUS_AFFAIRS: "Kemenag",
    Body.RELIGIOUS_BODIES: lazy_gettext("religious organisations"),
    Body.ADAT: lazy_gettext("adat bodies"),
    Body.POLICE: "Polri",
    Body.ARMY: "TNI",
    Body.BAWASLU: "Bawaslu",
    Body.YOUTH: lazy_gettext("youth organisations"),
}
STEPS: Mapping[DialogueStep, str] = {
    DialogueStep.LOGGED: lazy_gettext("written down"),
    DialogueStep.AMENDED: lazy_gettext("amended"),
    DialogueStep.WITHDRAWN: lazy_gettext("withdrawn"),
}
FIELDS: Mapping[str, str] = {
    "held_on": lazy_gettext("Day"),
    "place": lazy_gettext("Place"),
    "bodies": lazy_gettext("Held by"),
    "topic": lazy_gettext("Of what"),
    "outcome": lazy_gettext("Outcome"),
    "follow_up": lazy_gettext("What follows"),
    "narratives": lazy_gettext("Narratives"),
    "claims": lazy_gettext("Claims"),
    "reason": lazy_gettext("Why"),
    "kind": lazy_gettext("Kind"),
}
"""By the name that a refusal begins with."""


def bodies(some: Sequence[Body]) -> str:
    return ", ".join(str(BODIES[body]) for body in some)


def place(code: str) -> str:
    """Return what a place is called, with its kecamatan."""
    if not code:
        return str(gettext("the whole city"))
    places = region_places(the_parts().region.name)
    found = places.get(code)
    if found is None:
        return code
    return f"{found.name}, {places[found.kecamatan].name}" if found.is_kelurahan else found.name


def problem(message: str) -> str:
    """Return a refusal in the reader's words: the field it names, and what may be wrong there."""
    field, _, _ = message.partition(":")
    name = FIELDS.get(field)
    if name is None:
        return str(gettext("This cannot be kept as it is."))
    said = {
        "held_on": gettext("a day from the year 2000 to today"),
        "place": gettext("a place of this region"),
        "bodies": gettext("at least one body"),
        "topic": gettext("some words, at most 200 characters"),
        "outcome": gettext("some words, at most 4,000 characters"),
        "follow_up": gettext("at most 4,000 characters"),
        "narratives": gettext("at most five that are there"),
        "claims": gettext("addresses of at most ten claims, one a line"),
        "reason": gettext("some words, at most 500 characters"),
        "kind": gettext("one of the kinds"),
    }[field]
    return str(
        gettext("%(field)s: please give %(what)s. Nothing of what you wrote is lost.", field=name, what=said)
    )
