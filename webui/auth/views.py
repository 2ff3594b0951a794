"""Logging in and out. The answer to a failed attempt never says what was wrong."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webui import sessions
from webui.links import inside
from webui.parts import the_parts

blueprint = Blueprint("auth", __name__, template_folder="templates")


@blueprint.get("/login")
def login() -> str | Response:
    if sessions.signed_in() is not None:
        return redirect(_onward(request.args.get("next")), 303)
    return render_template("auth/login.html", back=inside(request.args.get("next")), name="", failed=False)


@blueprint.post("/login")
def enter() -> tuple[str, int] | Response:
    """Success answers 303; anything else counts as a failed attempt."""
    store = the_parts().store
    name = request.form.get("name", "").strip().lower()
    user = store.users.check_password(name, request.form.get("password", ""))
    back = request.form.get("next")
    if user is None:
        store.audit.add("nobody", "login failed", name[:60], address=request.remote_addr or "")
        return render_template("auth/login.html", back=inside(back), name=name[:60], failed=True), 422
    store.audit.add(user.name, "login", user.name, address=request.remote_addr or "")
    sessions.begin(user)
    return redirect(_onward(back), 303)


@blueprint.post("/logout")
def logout() -> Response:
    user = sessions.current()
    the_parts().store.audit.add(user.name, "logout", user.name)
    sessions.end()
    flash(gettext("You are logged out."), "notice")
    return redirect(url_for("auth.login"), 303)


def _onward(raw: str | None) -> str:
    return inside(raw) or url_for("home.index")
