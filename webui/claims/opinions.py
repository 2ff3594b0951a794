"""What a page tells of votes on a claim, to the person who looks, and what is said after voting.

Owns: the words. Leaves what may be known to `store.votes`, the only place that is asked here.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import Claim, ClaimId
from kentongan.opinions import Awaited, Opinions, VoteClosed, Waiting
from webui import sessions
from webui.claims.wording import AWAITED
from webui.links import inside
from webui.marks import shorten
from webui.parts import the_parts

_HEADLINE_CHARACTERS = 90


def opinions_on(claim: Claim) -> Opinions:
    """Return what the person who looks may know of the votes on a claim."""
    return the_parts().store.votes.opinions_for(claim.id, sessions.current().id)


def waiting_words(claims: Iterable[Claim]) -> Mapping[ClaimId, str]:
    """Return for each claim that waits for another person what a row of the queue says of it."""
    waiting = [claim.id for claim in claims if claim.waits]
    if not waiting:
        return {}
    found = the_parts().store.votes.opinions_of(waiting, sessions.current().id)
    return {key: _in_words(found.get(key)) for key in waiting}


def own_vote_words(key: ClaimId) -> str:
    """Return that whoever looks has voted on a claim, and whom it waits for; '' where they have not."""
    found = the_parts().store.votes.opinions_of([key], sessions.current().id).get(key)
    return _in_words(found) if found and found.own else ""


def _in_words(opinions: Opinions | None) -> str:
    if opinions is None or opinions.awaited is None:
        return str(gettext("A proposal waits for another person"))
    if opinions.own is None:
        return str(AWAITED[opinions.awaited])
    if opinions.awaited is Awaited.SECOND:
        return str(gettext("You have voted; waits for a second person"))
    return str(gettext("You have voted; two differ, a third person decides"))


def tell_vote(kept: Waiting, *, headline: str) -> None:
    """Say that a decision was kept as a vote; base.html makes the words and the undo button of it."""
    told: Any = {
        "claim": str(kept.claim_id),
        "headline": shorten(headline, _HEADLINE_CHARACTERS),
        "decision": kept.decision.value,
        "awaited": kept.awaited.value,
        "changed": kept.changed,
    }
    flash(told, "voted")


def tell_closed(_: VoteClosed) -> None:
    """Say that this person's vote is one of two that differ."""
    flash(
        gettext("Two votes are in, and they differ: a third person decides. Yours stays as it is."), "notice"
    )


def back_to(key: ClaimId, fragment: str) -> Response:
    """Return to where the form came from, or to a part of the claim's page."""
    there = inside(request.form.get("back"))
    return redirect(there or f"{url_for('claims.show', claim_id=key)}#{fragment}", 303)
