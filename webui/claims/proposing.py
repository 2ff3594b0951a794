"""Referrals, verdicts and the mark KHUSUS: proposed by one person, agreed to by another (R10, R12).

Nothing is sent anywhere: what is agreed is a record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId, Label, Verdict
from kentongan.errors import BadInput, Conflict
from kentongan.opinions import VoteClosed
from kentongan.proposals import Proposal, ProposalKind, ProposalState
from kentongan.referrals import MAX_TEXT_CHARACTERS, Addressee, Rabat, Referral, referral_of
from kentongan.store.proposals import last_verdict
from kentongan.verdicts import MAX_PUBLISHER_CHARACTERS, Basis, ClaimVerdict, Making, verdict_of
from webui import cards, sessions
from webui.claims import wording
from webui.claims.opinions import back_to
from webui.claims.views import blueprint, conflict, read_note
from webui.links import outside
from webui.parts import read_uuid, the_parts

LIMITS = {"text": MAX_TEXT_CHARACTERS, "publisher": MAX_PUBLISHER_CHARACTERS}


@dataclass(frozen=True, slots=True)
class VerdictShown:
    """A verdict beside the proposal that set it."""

    proposal: Proposal
    verdict: ClaimVerdict
    link: str | None


@dataclass(frozen=True, slots=True)
class ReferralShown:
    proposal: Proposal
    referral: Referral


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page of a claim shows of all this."""

    referrals: Sequence[ReferralShown]  # newest first
    verdict: VerdictShown | None  # that stands
    waiting: VerdictShown | None  # for another person
    earlier: Sequence[VerdictShown]  # newest first
    seen: str  # the id of the newest one agreed, empty for none
    lift: Proposal | None  # of the mark, waiting
    marks: Sequence[Proposal]  # newest first, what waits left out


def panel(found: Sequence[Proposal]) -> Panel:
    """Return what a page shows of the proposals on a claim, newest first."""
    verdicts = [_verdict(one) for one in found if one.kind is ProposalKind.VERDICT]
    marks = [one for one in found if one.kind in (ProposalKind.MARK, ProposalKind.LIFT)]
    last = last_verdict(found)
    stands = next(
        (one for one in verdicts if last and one.proposal.id == last.id and one.verdict.found), None
    )
    waiting = next((one for one in verdicts if one.proposal.pending), None)
    return Panel(
        referrals=[
            ReferralShown(p, referral_of(p.content)) for p in found if p.kind is ProposalKind.REFERRAL
        ],
        verdict=stands,
        waiting=waiting,
        earlier=[one for one in verdicts if one is not stands and one is not waiting],
        seen=str(last.id) if last else "",
        lift=next((one for one in marks if one.pending), None),
        marks=[one for one in marks if not one.pending],
    )


def standing(judged: Proposal | None) -> VerdictShown | None:
    """Return the verdict that `judged`, the last one agreed on a claim, set; None where it took one back."""
    shown = _verdict(judged) if judged else None
    return shown if shown and shown.verdict.found else None


@blueprint.get("/<uuid:claim_id>/rujukan")
def referring(claim_id: UUID) -> str:
    """Ask what is needed to hand a claim on, the mildest office first."""
    return _referral_page(ClaimId(claim_id), {})


@blueprint.post("/<uuid:claim_id>/rujukan")
def refer(claim_id: UUID) -> Response | tuple[str, int]:
    """Propose a referral; what is missing comes back with all that was typed."""
    key, form = ClaimId(claim_id), {name: _clean(said) for name, said in request.form.items()}
    try:
        referral = Referral(
            _addressee(form.get("to", "")),
            form.get("reason", ""),
            form.get("necessity", ""),
            "danger" in form,
            {question: form.get(question.value, "") for question in Rabat},
        )
        the_parts().store.proposals.refer(key, sessions.current().id, referral)
    except BadInput as exc:
        return _referral_page(key, form, trouble=wording.trouble_of(exc)), 422
    except Conflict:
        said = gettext("It is referred there already, or that waits for another person.")
        return conflict(key, said, form.get("reason", ""))
    flash(
        gettext("The referral is kept. It takes effect when a second person agrees; nothing is sent."),
        "notice",
    )
    return redirect(f"{url_for('claims.show', claim_id=claim_id)}#referrals", 303)


@blueprint.post("/<uuid:claim_id>/putusan")
def judge(claim_id: UUID) -> Response | tuple[str, int]:
    """Set the verdict of an outside check, or take the one before back."""
    key, form, note = ClaimId(claim_id), request.form, read_note()
    try:
        verdict = ClaimVerdict(
            Verdict(form["found"]) if form.get("found") else None,
            form.get("url", ""),
            form.get("publisher", ""),
            Basis(form.get("basis") or Basis.FACT_CHECKER),
            Making(form["making"]) if form.get("making") else None,
            note,
        )
    except ValueError:
        abort(400)
    seen = read_uuid(form.get("seen", ""))
    try:
        kept = the_parts().store.proposals.judge(
            key, sessions.current().id, verdict, seen=seen, own_hosts=_own_hosts()
        )
    except BadInput as exc:
        claim = the_parts().store.claims.get(key)
        page = render_template(
            "claims/verdict.html", claim=claim, trouble=wording.trouble_of(exc), form=form, seen=seen or ""
        )
        return page, 422
    except Conflict:
        return conflict(key, gettext("Your verdict was not kept: another one came between."), note)
    said = (
        gettext("The verdict waits for a second person.") if kept.pending else gettext("The verdict is kept.")
    )
    flash(said, "notice")
    return back_to(key, "verdict")


@blueprint.post("/<uuid:claim_id>/khusus")
def mark(claim_id: UUID) -> Response | tuple[str, int]:
    """Mark a claim KHUSUS, or propose to lift the mark."""
    key, note, special = ClaimId(claim_id), read_note(), request.form.get("special") == "1"
    try:
        the_parts().store.proposals.mark(key, sessions.current().id, special, note)
    except BadInput:
        flash(gettext("Nothing was changed: say why in the note."), "notice")
        return back_to(key, "special")
    except Conflict:
        return conflict(key, gettext("The mark was not changed."), note)
    said = (
        gettext("Marked KHUSUS: from now on nothing is settled on it by one person.")
        if special
        else gettext("Lifting the mark waits for a second person.")
    )
    flash(said, "notice")
    return back_to(key, "special")


@blueprint.post("/<uuid:claim_id>/usulan/<uuid:proposal_id>")
def answer(claim_id: UUID, proposal_id: UUID) -> Response | tuple[str, int]:
    """Agree to a proposal, refuse it, or take one's own back."""
    key, note, proposals = ClaimId(claim_id), read_note(), the_parts().store.proposals
    user = sessions.current().id
    try:
        match request.form.get("answer"):
            case "yes" | "no" as said:
                kept = proposals.answer(key, proposal_id, user, said == "yes", note)
            case "withdraw":
                kept = proposals.withdraw(key, proposal_id, user)
            case _:
                abort(400)
    except BadInput as exc:
        flash(f"{gettext('Nothing was changed.')} {wording.trouble_of(exc)}", "notice")
        return back_to(key, "decision")
    except VoteClosed:
        flash(gettext("You have spoken on this already: another person has to answer."), "notice")
        return back_to(key, "decision")
    except Conflict:
        return conflict(key, gettext("Your answer was not kept: it was settled meanwhile."), note)
    flash(_settled(kept), "notice")
    return back_to(key, "decision")


@blueprint.context_processor
def _for_the_page() -> dict[str, object]:
    return {"proposal_panel": panel, "proposal_limits": LIMITS, "verdict_of": standing}


def _settled(kept: Proposal) -> str:
    said: Mapping[ProposalState, str] = {
        ProposalState.WAITING: gettext("Kept; waits for a second person."),
        ProposalState.DIVIDED: gettext("Your answer is kept. Two differ: a third person decides."),
        ProposalState.AGREED: gettext("Agreed: it takes effect now."),
        ProposalState.REFUSED: gettext("Not agreed: nothing changes."),
        ProposalState.WITHDRAWN: gettext("Your proposal was taken back."),
    }
    return said[kept.state]


def _verdict(proposal: Proposal) -> VerdictShown:
    verdict = verdict_of(proposal.content)
    return VerdictShown(proposal, verdict, outside(verdict.url))


def _referral_page(key: ClaimId, form: Mapping[str, str], trouble: str = "") -> str:
    view = the_parts().store.claims.view(key)
    if not view.items:
        raise Conflict("the claim was merged into another")
    if cards.is_press(view.decisions):
        abort(404)
    return render_template(
        "claims/referral.html",
        claim=view.claim,
        form=form,
        trouble=trouble,
        hate=Label.IDENTITY_POLITICS in view.claim.labels,
        limit=MAX_TEXT_CHARACTERS,
    )


def _addressee(raw: str) -> Addressee:
    try:
        return Addressee(raw)
    except ValueError as exc:
        raise BadInput("to: no such addressee") from exc


def _clean(said: str) -> str:
    return said.replace("\r\n", "\n").strip()


def _own_hosts() -> list[str]:
    """Return the names by which this site is known: as it is asked now, as people come to it, and as it is
    told to listen."""
    settings = the_parts().settings
    known = (urlsplit(url).hostname or "" for url in (request.host_url, settings.public_url or ""))
    return [*known, settings.host]
