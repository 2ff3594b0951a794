"""Where each role begins, and in which language."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webui import sessions
from webui.access import may
from webui.language import LANGUAGES, remember
from webui.links import inside

blueprint = Blueprint("home", __name__, template_folder="templates")


@blueprint.get("/")
def index() -> str | Response:
    """Lead readers to the queue and field reporters to their page; others read that there is nothing yet."""
    if may("queue.first", "GET", sessions.current().role):
        return redirect(url_for("queue.first"), 303)
    if may("field.overview", "GET", sessions.current().role):
        return redirect(url_for("field.overview"), 303)
    return render_template("home/nothing_yet.html")


@blueprint.post("/language")
def language() -> Response:
    choice = request.form.get("language", "")
    if choice not in LANGUAGES:
        abort(400)
    response = redirect(inside(request.form.get("next")) or url_for("home.index"), 303)
    remember(response, choice, secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response
