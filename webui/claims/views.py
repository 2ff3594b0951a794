"""The page of one claim, and the one door through which decisions go."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId, Decision, Reason, Review, SourceKind
from kentongan.errors import Conflict
from kentongan.opinions import Opinions, VoteClosed, Waiting
from kentongan.store.claims import ClaimView
from kentongan.store.reviews import MAX_NOTE_CHARACTERS
from webui import cards, reasons, sessions
from webui.access import may
from webui.claims.card import claim_card, similar
from webui.claims.history import SHOWN, entries_of, last_done, read_newest
from webui.claims.holding import Holding, done_with, holding, open_claim
from webui.claims.opinions import opinions_on, tell_closed, tell_vote
from webui.claims.timeline import claim_timeline
from webui.glosses import glosses_of
from webui.links import inside
from webui.marks import shorten, weight
from webui.parts import read_uuid, the_parts
from webui.words import DECISIONS, REASONS, priority_band

blueprint = Blueprint("claims", __name__, url_prefix="/claims", template_folder="templates")

CHARACTERS_SHOWN = 6_000  # of all items together, as they are sent: a page stays under 100 KB
LEAD_CHARACTERS = 2_400  # of the item that speaks for the claim: its check and the decision stay in sight
ITEMS_SHOWN = 10  # the others are one link away in the archive
LEAST_CHARACTERS = 240  # of each item, whatever the others took
SAID_CHARACTERS = 600  # of an item, beside a check
CHECKS_SHOWN = 5
SPLIT_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Wish:
    """What a decision form asks for."""

    decision: Decision
    version_seen: int
    reason: Reason
    note: str
    back: str | None
    following: UUID | None
    undo: bool


@blueprint.get("/<uuid:claim_id>")
def show(claim_id: UUID) -> str | Response:
    """Show a claim; one that was merged leads on to the claim that holds its items now."""
    store, user, key = the_parts().store, sessions.current(), ClaimId(claim_id)
    with store.database.reading():
        view = store.claims.view(key)
        if view.claim.merged_into:
            return redirect(url_for("claims.show", claim_id=store.edits.standing(key)), 303)
        opinions = opinions_on(view.claim)
    # Who has voted leaves the claim free: another person is needed.
    held = open_claim(key, user, take=not opinions.own)
    with store.database.reading():
        return _page(view, opinions, held)


def _page(view: ClaimView, opinions: Opinions, held: Holding | None) -> str:
    store, user, key = the_parts().store, sessions.current(), view.claim.id
    found = read_newest(key)
    done = entries_of(key, found)
    press = cards.is_press(view.decisions)
    speaking = [item for item in view.items if (item.item.source_kind is SourceKind.PRESS) == press]
    checked = [view.checked] if view.checked else []
    shown, left = list[cards.ItemCard](), CHARACTERS_SHOWN
    for item in view.items[:ITEMS_SHOWN]:
        room = min(left, LEAD_CHARACTERS) if not shown else max(left, LEAST_CHARACTERS)
        shown.append(cards.item_card(item, characters=room, press=press))
        left -= min(room, weight(item.item.full_text))
    card = claim_card(key) if view.items else None
    checks = cards.checks([*checked, *speaking], press=press, characters=SAID_CHARACTERS)
    return render_template(
        "claims/claim.html",
        claim=view.claim,
        press=press,
        chips=cards.chips(view.claim.labels, press=press, refuted=view.refuted),
        grounds=reasons.grounds(speaking, press=press, refuted=view.refuted),
        priority=priority_band(view.claim.priority),
        items=[card for card in shown if press or not card.press],
        articles=[card for card in shown if not press and card.press],
        checks=checks[:CHECKS_SHOWN],
        checks_differ=not press and cards.differ(checks),
        more_checks=len(checks[CHECKS_SHOWN:]),
        glosses=glosses_of(view.items[0], the_parts().region.name, press=press) if view.items else None,
        timeline=claim_timeline(view.claim, card.counted if card else None, checks, done),
        buttons=cards.buttons(view.decisions),
        reasons=REASONS,
        note_limit=MAX_NOTE_CHARACTERS,
        history=done[:SHOWN],
        older=found.more or len(done) > SHOWN,
        found=found,
        deciding=may("claims.decide", "POST", user.role),
        opinions=opinions,
        held=held,
        captures=len(store.items.evidence(view.items[0].item.id)) if view.items else 0,
        card=card,
        similar=similar(view.claim, view.items),
        elsewhere=store.received.like(key),
        splittable=view.items[:SPLIT_SHOWN] if len(view.items) > 1 and not view.claim.waits else (),
    )


@blueprint.post("/<uuid:claim_id>/decisions")
def decide(claim_id: UUID) -> Response | tuple[str, int]:
    """Keep a decision, then go on with the next claim; the answer offers to undo it."""
    store, user, wish, key = the_parts().store, sessions.current(), _read_wish(), ClaimId(claim_id)
    try:
        kept = store.reviews.decide(
            key, user.id, wish.decision, version_seen=wish.version_seen, reason=wish.reason, note=wish.note
        )
    except VoteClosed as exc:
        tell_closed(exc)
        return redirect(wish.back or url_for("claims.show", claim_id=claim_id), 303)
    except Conflict:
        said = gettext(
            "Your decision (%(decision)s) was not saved, and theirs was not overwritten.",
            decision=DECISIONS[wish.decision],
        )
        return conflict(key, said, wish.note, back=wish.back)
    if isinstance(kept, Waiting):
        tell_vote(kept, headline=store.claims.get(key).headline)
    else:
        _tell(kept, undone=wish.undo)
    if not wish.back:
        done_with(key)
    back = wish.back or url_for("claims.show", claim_id=claim_id)
    return redirect(f"{back.partition('#')[0]}{_fragment(claim_id, wish)}", 303)


def conflict(key: ClaimId, said: str, note: str, back: str | None = None) -> tuple[str, int]:
    """Return the page for whoever came second: who was first, what was not done, and their note."""
    claim = the_parts().store.claims.get(key)
    latest, held = last_done(key), holding(key, sessions.current())
    page = render_template(
        "claims/conflict.html", claim=claim, latest=latest, held=held, said=said, note=note, back=back
    )
    return page, 409


def read_note() -> str:
    """Return the note of the form."""
    return request.form.get("note", "").replace("\r\n", "\n").strip()


def _read_wish() -> Wish:
    form = request.form
    try:
        decision, version = Decision(form.get("decision", "")), int(form.get("version", ""))
        reason = Reason(form.get("reason") or Reason.UNSTATED)
    except ValueError:
        abort(400)
    return Wish(
        decision=decision,
        version_seen=version,
        reason=reason,
        note=read_note(),
        back=inside(form.get("back")),
        following=read_uuid(form.get("following", "")),
        undo="undo" in form,
    )


def _tell(review: Review, *, undone: bool) -> None:
    if undone:
        flash(gettext("Undone: the claim is back where it was."), "notice")
        return
    claim, offered = the_parts().store.claims.offered(review.claim_id)
    undo = cards.undoing(review, offered)
    told: Any = {  # Flask keeps any JSON; base.html makes the words and the undo button of it
        "claim": str(review.claim_id),
        "headline": shorten(claim.headline, 90),
        "decision": review.decision.value,
        "undo": undo.value if undo else "",
        "version": claim.version,
    }
    flash(told, "decided")


def _fragment(claim_id: UUID, wish: Wish) -> str:
    """Return where to go on: the claim itself when undone, else the one that follows it."""
    if wish.undo:
        return f"#claim-{claim_id}"
    return f"#claim-{wish.following}" if wish.following else ""
