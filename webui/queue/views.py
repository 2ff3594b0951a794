"""The lanes of the queue: one row a claim, most urgent first."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kentongan.domain import Claim, Label, Lane, Stance
from kentongan.store.claims import QueueRow
from webui import cards, reasons, sessions, words
from webui.access import may
from webui.parts import the_parts

blueprint = Blueprint("queue", __name__, url_prefix="/queue", template_folder="templates")

ROWS = 25
CHECK_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Row:
    """A claim as the queue shows it; `following` is the claim to look at once it is decided."""

    claim: Claim
    press: bool
    chips: tuple[cards.Chip, ...]
    grounds: tuple[str, ...]
    reason: str
    phrases: tuple[cards.Phrase, ...]
    stance: Stance | None
    check: cards.Check | None
    sources: str
    priority: words.Band
    buttons: tuple[cards.Button, ...]
    following: str


@blueprint.get("/")
def first() -> Response:
    return redirect(url_for("queue.lane", name=Lane.NEW.value), 303)


@blueprint.get("/<name>")
def lane(name: str) -> str:
    shown = next((known for known in words.LANES if known.value == name), None)
    if shown is None:
        abort(404)
    store, label = the_parts().store, _label(request.args.get("label", ""))
    cursor = request.args.get("cursor", "")
    page = store.claims.queue(shown, label=label, cursor=cursor, limit=ROWS)
    return render_template(
        "queue/lane.html",
        lane=shown,
        label=label,
        label_names=words.PRESS_LABELS if shown is Lane.PRESS else words.LABEL_NAMES,
        counts=store.claims.lane_counts(),
        rows=_rows(page.rows),
        total=page.total,
        cursor=page.cursor,
        later=bool(cursor),
        here=request.full_path.rstrip("?"),
        deciding=may("claims.decide", "POST", sessions.current().role),
    )


def _label(raw: str) -> Label | None:
    if not raw:
        return None
    try:
        return Label(raw)
    except ValueError:
        abort(400)


def _rows(found: tuple[QueueRow, ...]) -> list[Row]:
    keys = [str(row.claim.id) for row in found]
    following = [*keys[1:], keys[-2] if len(keys) > 1 else ""]
    return [_row(row, key) for row, key in zip(found, following, strict=bool(found))]


def _row(row: QueueRow, following: str) -> Row:
    press = cards.is_press(row.decisions)
    checked = [row.checked] if row.checked else []
    found = cards.checks(checked, press=press, characters=CHECK_CHARACTERS)
    reason = reasons.lead_reason(row.lead, row.checked, press=press, refuted=row.refuted)
    return Row(
        claim=row.claim,
        press=press,
        chips=cards.chips(row.claim.labels, press=press, refuted=row.refuted),
        grounds=reasons.grounds([row.lead, *checked], press=press, refuted=row.refuted),
        reason=reason,
        phrases=tuple(
            p for p in cards.phrases(row.lead, press=press) if not reasons.is_quoted(p.text, reason)
        ),
        stance=row.lead.assessment.stance if row.lead.assessment else None,
        check=found[0] if found else None,
        sources=row.lead.source_title,
        priority=words.priority_band(row.claim.priority),
        buttons=cards.buttons(row.decisions),
        following=following,
    )
