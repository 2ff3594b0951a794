"""Taking back one's own vote, and what the pages of claims and the queue ask about votes."""

from uuid import UUID

from flask import flash
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId
from kentongan.opinions import VoteClosed
from webui import sessions
from webui.claims import wording
from webui.claims.opinions import back_to, opinions_on, waiting_words
from webui.claims.views import blueprint
from webui.parts import the_parts


@blueprint.post("/<uuid:claim_id>/suara/tarik")
def withdraw(claim_id: UUID) -> Response:
    """Take back a vote that no second one has met yet."""
    key = ClaimId(claim_id)
    try:
        the_parts().store.reviews.withdraw(key, sessions.current().id)
        flash(gettext("Your vote was taken back."), "notice")
    except VoteClosed:
        flash(gettext("Your vote cannot be taken back any more: another person has voted."), "notice")
    return back_to(key, "decision")


@blueprint.app_context_processor
def _for_the_pages() -> dict[str, object]:
    return {"opinions_on": opinions_on, "waiting_words": waiting_words, "two_people_words": wording}
