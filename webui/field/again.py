"""A form that could not be taken, once more: with all that was typed, and what is wrong with it."""

from flask import request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError

from kentongan.errors import NotFound
from kentongan.field import NotTaken
from pipeline.screenshots import OcrMissing, PictureNotRead
from webui import sessions
from webui.errors import explain, stale_form
from webui.field import reports, views
from webui.field.drafts import from_our_page, read_draft
from webui.field.views import blueprint
from webui.field.wording import PictureBusy, Trouble, trouble_of


@blueprint.errorhandler(NotTaken)
@blueprint.errorhandler(PictureNotRead)
@blueprint.errorhandler(OcrMissing)
@blueprint.errorhandler(PictureBusy)
@blueprint.errorhandler(RateLimitExceeded)
def _refused(exc: Exception) -> tuple[str, int]:
    trouble = trouble_of(exc)
    assert trouble is not None
    return _again(trouble)


@blueprint.errorhandler(CSRFError)
def _logged_in_again(exc: CSRFError) -> tuple[str, int]:
    """Whoever logged in again sends what they typed before with the old session's token."""
    if sessions.signed_in() is None or not from_our_page():
        return stale_form(exc)
    said = gettext(
        "You are logged in again and your text is still here. Press the button once more to send it."
    )
    return _again(Trouble(said, 400))


def _again(trouble: Trouble) -> tuple[str, int]:
    asked, draft = (request.view_args or {}).get("request_id"), read_draft()
    try:
        page = reports.page(draft, trouble) if asked is None else views.page(asked, draft, trouble)
    except NotFound as exc:
        return explain(exc)
    return page, trouble.status
