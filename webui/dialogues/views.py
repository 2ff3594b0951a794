"""The list of dialogues, one of them, and all of them as a file. Each look is audited (`webui.looks`).

Liaisons see the dialogues whole, for they are the bodies' own; narratives by the names that trends tell them,
and no claim (R18).
"""

import csv
from collections.abc import Mapping
from io import StringIO
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request

from kentongan.dialogues import Dialogue, DialogueId
from webui import dialogue_words, sessions
from webui.access import may
from webui.parts import the_parts
from webui.trends.asking import sees_aggregates_only
from webui.trends.counting import narratives_shown

blueprint = Blueprint("dialogues", __name__, url_prefix="/dialog", template_folder="templates")

ROWS = 30
_MOST_PAGES = 1_000
_FILE_ROWS = 10_000


@blueprint.get("/")
def overview() -> str:
    page = _page_number()
    found = the_parts().store.dialogues.page(limit=ROWS + 1, skip=ROWS * page)
    return render_template(
        "dialogues/overview.html",
        found=found[:ROWS],
        page=page,
        more=len(found) > ROWS,
        say=dialogue_words,
        named=named_narratives(found),
    )


@blueprint.get("/<uuid:dialogue_id>")
def show(dialogue_id: UUID) -> str:
    steps = the_parts().store.dialogues.steps(DialogueId(dialogue_id))
    return render_template(
        "dialogues/dialogue.html",
        dialogue=steps[-1],
        steps=steps,
        say=dialogue_words,
        named=named_narratives(steps),
        sees_claims=may("claims.show", "GET", sessions.current().role),
        claims=_headlines(steps[-1]),
    )


@blueprint.get("/berkas.csv")
def export() -> Response:
    """The dialogues as they stand, a row each."""
    found = the_parts().store.dialogues.page(limit=_FILE_ROWS)
    named = named_narratives(found)
    out = StringIO(newline="")
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(("id", "held_on", "kind", "place", "bodies", "topic", "outcome", "follow_up", "narratives"))
    for one in found:
        told = one.told
        bodies = ", ".join(body.value for body in told.bodies)
        narratives = "; ".join(named[key] for key in map(str, told.narratives) if key in named)
        cells = (told.place, bodies, told.topic, told.outcome, told.follow_up, narratives)
        rows.writerow((one.id, told.held_on.isoformat(), told.kind.value, *map(_plain, cells)))
    the_parts().store.audit.add(sessions.current().name, "export dialogues", rows=len(found))
    response = Response(b"\xef\xbb\xbf" + out.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="dialog.csv"'
    return response


def named_narratives(dialogues: list[Dialogue]) -> Mapping[str, str]:
    """Return what the linked narratives are called, without those that this person is not told of."""
    keys = {key for one in dialogues for key in one.told.narratives}
    if keys and sees_aggregates_only():
        shown = narratives_shown()
        keys = {key for key in keys if str(key) in shown}
    return the_parts().store.trends.narrative_labels(keys)


def _headlines(dialogue: Dialogue) -> list[tuple[UUID, str]]:
    if not may("claims.show", "GET", sessions.current().role):
        return []
    claims = the_parts().store.claims
    return [(key, claims.get(key).headline) for key in dialogue.told.claims]


def _page_number() -> int:
    raw = request.args.get("halaman", "0")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 6 or int(raw) > _MOST_PAGES:
        abort(400)
    return int(raw)


def _plain(cell: str) -> str:
    """Return a cell that no program takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
