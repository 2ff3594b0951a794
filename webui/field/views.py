"""What is asked of a reporter's own area, and their answers. Each view is audited (R21).

A reporter sees a neutral wording and a question: never the claim, its items, the queue, or who asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.errors import Conflict
from kentongan.field import (
    MAX_ANSWER_CHARACTERS,
    Fault,
    Finding,
    NotTaken,
    Request,
    RequestId,
    RequestState,
)
from kentongan.ids import new_id
from pipeline.field_work import answer as keep_answer
from pipeline.screenshots import FORMATS, MAX_IMAGE_BYTES
from webui import sessions, tiers
from webui.field import wording
from webui.field.drafts import TRAP, Draft, check_trap, read_draft, read_seen
from webui.field.pictures import read_picture
from webui.field.wording import Trouble
from webui.parts import the_parts

blueprint = Blueprint("field", __name__, url_prefix="/lapangan", template_folder="templates")

Answered = Response | tuple[str, int]
PICTURES = {
    "accept": ",".join(f"image/{name.lower()}" for name in FORMATS),
    "megabytes": MAX_IMAGE_BYTES // 1024 // 1024,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A request with how it stands now."""

    request: Request
    state: RequestState


@blueprint.get("/")
def overview() -> str:
    """Show the requests of one's own area, open ones first, and what one handed in oneself."""
    parts, user = the_parts(), sessions.current()
    shown = _shown(parts.store.requests.for_reporter(user.id, datetime.now(UTC)))
    waiting = [one for one in shown if one.state is RequestState.OPEN]
    parts.store.audit.add(user.name, "view field requests", open=len(waiting))
    return render_template(
        "field/overview.html",
        places=sorted(parts.store.areas.of(user.id)),
        waiting=waiting,
        settled=[one for one in shown if one.state is not RequestState.OPEN],
        reports=parts.store.field_reports.own(user.id),
        owed=[tiers.owe(one, held) for one, held in parts.store.submissions.owed(user.id, datetime.now(UTC))],
        tiers=tiers,
        wording=wording,
        region_name=parts.region.name,
    )


@blueprint.get("/permintaan/<uuid:request_id>")
def asked(request_id: UUID) -> str:
    """Show one request of one's own area; any other is not there."""
    the_parts().store.audit.add(sessions.current().name, "view field request", str(request_id))
    return page(request_id, Draft(new_id()))


@blueprint.post("/permintaan/<uuid:request_id>/jawaban")
def answer(request_id: UUID) -> Answered:
    """Keep an answer; what cannot be taken comes back with all that was typed."""
    parts, user, draft = the_parts(), sessions.current(), read_draft()
    parts.store.requests.one_for_reporter(RequestId(request_id), user.id)
    check_trap()
    try:
        keep_answer(
            parts.store, parts.settings.home, user.id, RequestId(request_id), _finding(draft.finding),
            draft.text, read_seen(draft.seen), read_picture(),
        )  # fmt: skip
    except Conflict:
        flash(gettext("The question was taken back meanwhile; no answer is needed any more."), "notice")
        return redirect(url_for("field.overview"), 303)
    flash(gettext("Your answer was received. Thank you."), "notice")
    return redirect(url_for("field.overview"), 303)


def _finding(raw: str) -> Finding:
    try:
        return Finding(raw)
    except ValueError as exc:
        raise NotTaken(Fault.NO_FINDING, "finding") from exc


def page(request_id: UUID, draft: Draft, trouble: Trouble | None = None) -> str:
    """Return a request with its form, filled in; raises NotFound outside one's own area."""
    parts, user = the_parts(), sessions.current()
    found = parts.store.requests.one_for_reporter(RequestId(request_id), user.id)
    return render_template(
        "field/request.html",
        shown=_shown([found])[0],
        draft=draft,
        trouble=trouble,
        trap=TRAP,
        wording=wording,
        region_name=parts.region.name,
        pictures=PICTURES,
        most=MAX_ANSWER_CHARACTERS,
    )


def _shown(requests: Sequence[Request]) -> list[Shown]:
    at = datetime.now(UTC)
    return [Shown(one, one.state(at)) for one in requests]
