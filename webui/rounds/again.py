"""A sheet or the form of a round that could not be taken, once more: with all that was typed."""

from uuid import UUID

from flask import request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError

from kentongan.errors import NotFound
from kentongan.field import NotTaken
from webui import sessions
from webui.errors import explain, explain_http, stale_form
from webui.field.drafts import from_our_page
from webui.field.wording import Trouble, trouble_of
from webui.rounds import asking, sheets
from webui.rounds.forms import read_typed
from webui.rounds.views import Answer, blueprint


@blueprint.errorhandler(NotTaken)
def _refused(exc: NotTaken) -> Answer:
    trouble = trouble_of(exc)
    assert trouble is not None
    return _sheet(trouble) if request.endpoint == "rounds.save" else (asking.page(trouble), trouble.status)


@blueprint.errorhandler(RateLimitExceeded)
def _too_much(exc: RateLimitExceeded) -> Answer:
    trouble = trouble_of(exc)
    assert trouble is not None
    return _sheet(trouble) if request.endpoint == "rounds.save" else explain_http(exc)


@blueprint.errorhandler(CSRFError)
def _logged_in_again(exc: CSRFError) -> Answer:
    """Whoever logged in again sends what they typed before with the old session's token."""
    if request.endpoint != "rounds.save" or sessions.signed_in() is None or not from_our_page():
        return stale_form(exc)
    said = gettext(
        "You are logged in again and your text is still here. Press the button once more to send it."
    )
    return _sheet(Trouble(said, 400))


def _sheet(trouble: Trouble) -> Answer:
    where = request.view_args or {}
    key: UUID = where["round_id"]
    try:
        return sheets.page(key, where["place"], read_typed(), trouble), trouble.status
    except NotFound as exc:
        return explain(exc)
