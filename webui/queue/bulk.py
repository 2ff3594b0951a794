"""One decision on the chosen claims of a page: a preview of what will happen, then the result and its undo.

Nothing is changed before it is confirmed; then each claim is decided by itself, so that what somebody else
did meanwhile is left as it is and told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response

from kentongan.batching import MAX_CLAIMS, Batch, BatchClaim, BatchId, Fate, Outcome, Undone, fate_of
from kentongan.domain import Claim, ClaimId, Decision, Lane, Reason
from kentongan.leases import Lease
from kentongan.store.queue_rows import QueueRow
from kentongan.triage import state_after
from webui import sessions
from webui.links import inside
from webui.parts import read_uuid, the_parts
from webui.queue.order import order_for
from webui.queue.rows import say_holder
from webui.queue.views import blueprint

_LEFT_OUT: Mapping[Fate, str] = {
    Fate.HELD: lazy_gettext("somebody else works on it"),
    Fate.CHANGED: lazy_gettext("it was decided on since this page was shown"),
    Fate.PRESS: lazy_gettext("press and public posts take different steps"),
    Fate.NOT_OFFERED: lazy_gettext("this decision is not offered for it now"),
    Fate.ALREADY: lazy_gettext("it stands so already"),
    Fate.GONE: lazy_gettext("its items are in another claim now"),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.DECIDED: lazy_gettext("decided"),
    Outcome.VOTED: lazy_gettext("kept as your vote: a second person is needed"),
    Outcome.HELD: lazy_gettext("left out: somebody else works on it"),
    Outcome.CHANGED: lazy_gettext("left out: somebody was first"),
    Outcome.CLOSED: lazy_gettext("left out: your vote is in already"),
    Outcome.NOT_OFFERED: lazy_gettext("left out: this decision is not offered for it now"),
}
UNDONE: Mapping[Undone, str] = {
    Undone.BACK: lazy_gettext("undone"),
    Undone.VOTED: lazy_gettext("going back takes two people: kept as your vote"),
    Undone.CHANGED: lazy_gettext("not undone: somebody has done something with it since"),
    Undone.HELD: lazy_gettext("not undone: somebody else works on it"),
}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What will happen to a claim, or why it is left out."""

    claim: Claim
    version: int
    fate: Fate
    why: str  # empty where it is not left out


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a claim."""

    claim: Claim
    outcome: str
    undone: str


@blueprint.post("/bersama/pratinjau")
def preview() -> str:
    """Say exactly what the decision would do to which of the chosen claims; nothing is changed."""
    chosen, decision, reason = _chosen(), _decision(), _reason()
    foreseen = _foresee(chosen, decision)
    done = [one for one in foreseen if one.fate.included]
    return render_template(
        "queue/preview.html",
        decision=decision,
        state=state_after(decision),
        reason=reason,
        to_decide=[one for one in foreseen if one.fate is Fate.DECIDE],
        to_vote=[one for one in foreseen if one.fate is Fate.VOTE],
        left_out=[one for one in foreseen if not one.fate.included],
        gone=len(chosen) - len(foreseen),
        chosen=",".join(f"{one.claim.id}:{one.version}" for one in done),
        back=_back(),
    )


@blueprint.post("/bersama")
def confirm() -> Response:
    """Decide on the claims of the preview, one by one, and show what became of each."""
    batches, user = the_parts().store.batches, sessions.current()
    key = batches.begin(user.id, _decision(), _reason(), _chosen())
    batches.carry_on(key, user.id)
    return redirect(url_for("queue.batch", batch_id=key, back=_back()), 303)


@blueprint.get("/bersama/<uuid:batch_id>")
def batch(batch_id: UUID) -> str:
    """Show what became of the claims of a batch of one's own."""
    user = sessions.current()
    found = the_parts().store.batches.get(BatchId(batch_id), user.id)
    told = _tell(found)
    return render_template(
        "queue/batch.html",
        batch=found,
        told=told,
        done=len(found.effective),
        back=_back(),
    )


@blueprint.post("/bersama/<uuid:batch_id>/lanjut")
def carry_on(batch_id: UUID) -> Response:
    """Go on with a batch that was cut off."""
    the_parts().store.batches.carry_on(BatchId(batch_id), sessions.current().id)
    return redirect(url_for("queue.batch", batch_id=batch_id, back=_back()), 303)


@blueprint.post("/bersama/<uuid:batch_id>/urung")
def undo_batch(batch_id: UUID) -> Response:
    """Bring back the claims that still stand as the batch left them, and say which do not."""
    found = the_parts().store.batches.undo(BatchId(batch_id), sessions.current().id)
    back = sum(claim.undone is Undone.BACK for claim in found.claims)
    flash(ngettext("Undone: %(num)s claim.", "Undone: %(num)s claims.", back), "notice")
    return redirect(url_for("queue.batch", batch_id=batch_id, back=_back()), 303)


def _foresee(chosen: list[tuple[ClaimId, int]], decision: Decision) -> list[Foreseen]:
    """Return the fate of each chosen claim that still stands, in their order."""
    store, user = the_parts().store, sessions.current()
    keys = [key for key, _ in chosen]
    found = {row.claim.id: row for row in store.claims.queue_rows(keys, order_for(user.id).asked)}
    claims = {claim.id: claim for claim in store.claims.get_many(keys)}
    held = store.leases.holders(keys)
    return [
        _foreseen(claims[key], found.get(key), version, decision, held.get(key))
        for key, version in chosen
        if key in claims
    ]


def _foreseen(
    claim: Claim, row: QueueRow | None, version: int, decision: Decision, lease: Lease | None
) -> Foreseen:
    if row is None:
        return Foreseen(claim, version, Fate.GONE, str(_LEFT_OUT[Fate.GONE]))
    name = sessions.current().name
    by_other = lease is not None and lease.user_name != name
    fate = fate_of(
        row.claim,
        version,
        decision,
        row.decisions,
        needs_two=row.needs_two,
        held_by_other=by_other,
    )
    why = "" if fate.included else str(_LEFT_OUT[fate])
    if fate is Fate.HELD and lease is not None:
        why = say_holder(lease, name).text
    return Foreseen(row.claim, version, fate, why)


def _tell(found: Batch) -> list[Told]:
    claims = {
        claim.id: claim for claim in the_parts().store.claims.get_many(c.claim_id for c in found.claims)
    }
    return [_told(claims[one.claim_id], one) for one in found.claims]


def _told(claim: Claim, one: BatchClaim) -> Told:
    outcome = str(OUTCOMES[one.outcome]) if one.outcome else gettext("not yet: it was cut off")
    return Told(claim, outcome, str(UNDONE[one.undone]) if one.undone else "")


def _chosen() -> list[tuple[ClaimId, int]]:
    """Return the chosen claims with the versions seen: those that are ticked, or all of the page."""
    form = request.form
    raw = form.get("listed", "").split(",") if "all" in form else form.getlist("claim")
    if "chosen" in form:
        raw = form["chosen"].split(",")
    found = []
    for part in raw:
        key, _, version = part.partition(":")
        claim = read_uuid(key)
        if claim is None or not version.isdecimal() or len(version) > 9:
            abort(400, gettext("Choose at least one claim."))
        found.append((ClaimId(claim), int(version)))
    if not found or len(found) > MAX_CLAIMS or len({key for key, _ in found}) < len(found):
        abort(400, gettext("Choose 1 to %(most)s claims.", most=MAX_CLAIMS))
    return found


def _decision() -> Decision:
    try:
        return Decision(request.form.get("decision", ""))
    except ValueError:
        abort(400, gettext("Choose a decision."))


def _reason() -> Reason:
    reason = request.form.get("reason", "")
    if reason not in {known.value for known in Reason} - {Reason.UNSTATED.value}:
        abort(400, gettext("Choose the reason: it is kept with each claim."))
    return Reason(reason)


def _back() -> str:
    return inside(request.values.get("back")) or url_for("queue.lane", name=Lane.NEW.value)
