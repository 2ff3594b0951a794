"""Where each role begins, and in which language."""

from flask import Blueprint, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from webui import sessions
from webui.access import may
from webui.language import LANGUAGES, remember
from webui.links import inside

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> Response:
    """Lead readers to the queue, field reporters to their page and liaisons to the trends."""
    if may("queue.first", "GET", sessions.current().role):
        return redirect(url_for("queue.first"), 303)
    if may("field.overview", "GET", sessions.current().role):
        return redirect(url_for("field.overview"), 303)
    return redirect(url_for("trends.overview"), 303)


@blueprint.post("/language")
def language() -> Response:
    choice = request.form.get("language", "")
    if choice not in LANGUAGES:
        abort(400)
    response = redirect(inside(request.form.get("next")) or url_for("home.index"), 303)
    remember(response, choice, secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response
