"""Asking the field about a claim, and what it answered and handed in: the claim page's panel.

Owns: which places are suggested, and what is said before anything goes out. Leaves masking and limits to
`kentongan.field`. Who in the field it was is not shown: that stands in the audit log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import Claim, ClaimId, ClaimState, Decision, Lane
from kentongan.errors import BadInput, Conflict
from kentongan.field import (
    MAX_QUESTION_CHARACTERS,
    MAX_STATEMENT_CHARACTERS,
    NotTaken,
    Report,
    Request,
    RequestId,
    RequestState,
    masked,
)
from kentongan.gazetteer import Place
from kentongan.opinions import Waiting
from webui import sessions
from webui.claims.views import blueprint
from webui.field import wording
from webui.links import outside
from webui.parts import the_parts
from webui.places import by_kecamatan, region_places

WAITS = (2, 4, 8, 24, 48, 72)  # hours that may be given for an answer
USUAL_WAIT = 24
SUGGESTED = 5  # places of the claim's items, the most named first
LIMITS = {"statement": MAX_STATEMENT_CHARACTERS, "question": MAX_QUESTION_CHARACTERS}


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form that asks."""

    place: str
    statement: str
    question: str = ""
    wait: int = USUAL_WAIT
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    request: Request
    state: RequestState


@dataclass(frozen=True, slots=True)
class Reported:
    report: Report
    link: str | None  # where it may be followed


@dataclass(frozen=True, slots=True)
class Panel:
    claim: Claim
    requests: Sequence[Asked]
    reports: Sequence[Reported]
    suggested: Sequence[Place]
    places: Mapping[str, Sequence[Place]]  # under their kecamatan's names
    reached: frozenset[str]  # codes that some reporter answers for
    form: Form
    verifiable: bool  # asking may put the claim among those waiting for verification
    region: str


def panel(claim: Claim, requests: Sequence[Request] = (), form: Form | None = None) -> Panel:
    """Return what the panel of a claim shows, with what was asked before, newest first."""
    parts, at = the_parts(), datetime.now(UTC)
    key, region, store = claim.id, parts.region.name, parts.store
    known = region_places(region)
    suggested = [known[code] for code in store.requests.named_places(key, SUGGESTED) if code in known]
    reached = store.areas.reached(list(known))
    first = next((place.code for place in suggested if place.code in reached), "")
    statement = masked(claim.headline)[:MAX_STATEMENT_CHARACTERS]
    return Panel(
        claim=claim,
        requests=[Asked(one, one.state(at)) for one in requests],
        reports=[Reported(one, outside(one.link)) for one in store.field_reports.of_claim(key)],
        suggested=suggested,
        places=by_kecamatan(region, lambda _: True),
        reached=reached,
        form=form or Form(first, statement),
        verifiable=_verifiable(claim),
        region=region,
    )


@blueprint.post("/<uuid:claim_id>/permintaan")
def ask(claim_id: UUID) -> Response | tuple[str, int]:
    """Ask the field of a place; what cannot be asked comes back with all that was typed."""
    store, user, key, said = the_parts().store, sessions.current(), ClaimId(claim_id), request.form
    raw = said.get("wait", "")
    wait = int(raw) if raw.isascii() and raw.isdigit() and int(raw) in WAITS else 0
    form = Form(
        said.get("place", ""), said.get("statement", ""), said.get("question", ""), wait, "verify" in said
    )
    claim = store.claims.get(key)
    try:
        asked = store.requests.ask(
            key, user.id,
            place=form.place, statement=form.statement, question=form.question,
            due_at=datetime.now(UTC) + timedelta(hours=wait),
        )  # fmt: skip
    except NotTaken as exc:
        trouble = wording.trouble_of(exc)
        page = render_template(
            "claims/ask.html",
            field=panel(claim, form=form),
            trouble=trouble,
            waits=WAITS,
            limits=LIMITS,
            wording=wording,
        )
        return page, 422
    told = [gettext("The question is sent to the field.")]
    if (asked.statement, asked.question) != (
        " ".join(form.statement.split()),
        " ".join(form.question.split()),
    ):
        told.append(gettext("It was tidied and personal data was masked: see below what went out."))
    if form.verify and _verifiable(claim):
        told.append(_verify(claim))
    flash(" ".join(told), "notice")
    return _back(key)


@blueprint.post("/<uuid:claim_id>/permintaan/<uuid:request_id>/tarik")
def take_back(claim_id: UUID, request_id: UUID) -> Response:
    """Take a request back; one that was answered meanwhile stays."""
    store, key = the_parts().store, ClaimId(claim_id)
    try:
        store.requests.withdraw(RequestId(request_id), sessions.current().id)
        flash(gettext("The question was taken back: the field sees it no more."), "notice")
    except Conflict:
        flash(gettext("It was answered or taken back meanwhile."), "notice")
    return _back(key)


@blueprint.context_processor
def _for_the_page() -> dict[str, object]:
    return {"field_panel": panel, "field_words": wording, "field_waits": WAITS, "field_limits": LIMITS}


def _verifiable(claim: Claim) -> bool:
    """Of the press nothing is decided but its four steps (R9)."""
    return claim.state is ClaimState.NEW and claim.lane is not Lane.PRESS


def _verify(claim: Claim) -> str:
    """Put a new claim among those that wait for verification, unless somebody else decided meanwhile."""
    try:
        kept = the_parts().store.reviews.decide(
            claim.id, sessions.current().id, Decision.VERIFY, version_seen=claim.version
        )
    except (BadInput, Conflict):
        return str(gettext("The claim stays where it is: somebody else works on it, or decided."))
    if isinstance(kept, Waiting):
        return str(gettext("Your vote for verification is kept; it waits for another person."))
    return str(gettext("The claim waits in the lane of verification."))


def _back(key: ClaimId) -> Response:
    return redirect(f"{url_for('claims.show', claim_id=key)}#field", 303)
