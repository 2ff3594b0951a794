"""The blueprint of rounds, and what its pages share."""

from uuid import UUID

from flask import Blueprint, abort, request

from kentongan.rounds.values import Round, RoundId
from webui import words
from webui.parts import the_parts

blueprint = Blueprint("rounds", __name__, template_folder="templates")

Answer = tuple[str, int]


def the_round(key: UUID) -> Round:
    """Return the round of an address; raises NotFound."""
    return the_parts().store.rounds.get(RoundId(key))


def place_name(code: str) -> str:
    return words.place_name(code, the_parts().region.name)


def seen_version() -> int:
    """Return the version that a form was made of; answers 400 where it has none."""
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        abort(400)
