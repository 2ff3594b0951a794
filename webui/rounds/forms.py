"""A sheet as a form: every field has one name, so that whatever was typed can be given back as it was."""

import re
from collections.abc import Mapping

from flask import request

from kentongan.rounds.rules import MAX_CITES, MAX_FACTS, filled
from kentongan.rounds.values import Cite, CiteKind, Fact, Sheet, Situation
from webui.parts import read_uuid

TEXTS = ("done", "advice", "assessment")
ANSWERS = tuple(Fact.__slots__)
LONGEST = 6_000  # characters kept of any one field that was typed: more than is ever taken
_CITE = re.compile(r"cite-(report|request)-([0-9a-f-]{36})")

Typed = Mapping[str, str]


def typed_of(sheet: Sheet | None) -> Typed:
    """Return a sheet as the fields of its form."""
    if sheet is None:
        return {}
    fields = {"situation": sheet.situation.value if sheet.situation else ""}
    fields |= {name: getattr(sheet, name) for name in TEXTS}
    for number, fact in enumerate(sheet.facts):
        fields |= {f"fact-{number}-{name}": getattr(fact, name) for name in ANSWERS}
    return fields | {f"cite-{cite.kind.value}-{cite.id}": "1" for cite in sheet.cites}


def read_typed() -> Typed:
    """Return the fields of a sheet that this request's form has."""
    known = {"situation", *TEXTS} | {
        f"fact-{number}-{name}" for number in range(MAX_FACTS) for name in ANSWERS
    }
    return {
        name: value.replace("\r\n", "\n").strip()[:LONGEST]
        for name, value in request.form.items()
        if name in known or _CITE.fullmatch(name)
    }


def sheet_in(typed: Typed) -> Sheet:
    """Return the sheet of a form's fields, unchecked."""
    situation = typed.get("situation", "")
    facts = (
        Fact(**{name: typed.get(f"fact-{number}-{name}", "") for name in ANSWERS})
        for number in range(MAX_FACTS)
    )
    found = [match for name in typed if (match := _CITE.fullmatch(name))]
    return Sheet(
        Situation(situation) if situation in set(Situation) else None,
        filled(tuple(facts)),
        done=typed.get("done", ""),
        advice=typed.get("advice", ""),
        assessment=typed.get("assessment", ""),
        cites=tuple(Cite(CiteKind(one[1]), key) for one in found if (key := read_uuid(one[2])))[:MAX_CITES],
    )


def shown_facts(typed: Typed) -> int:
    """Return how many facts a form shows: what is filled in, and one more."""
    last = max(
        (number for number in range(MAX_FACTS) for name in ANSWERS if typed.get(f"fact-{number}-{name}")),
        default=-1,
    )
    return min(last + 2, MAX_FACTS)
