"""Logging in, by password and perhaps a code; one-time links; logging out.

The answer to a failed attempt never says what was wrong, nor whether there is such a name.
"""

from datetime import timedelta
from math import ceil

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response

from kentongan.domain import User
from kentongan.errors import BadInput, NotFound
from kentongan.sealing import SealBroken
from kentongan.store.attempts import NO_WAIT
from kentongan.store.users import MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS
from webui import sessions
from webui.auth.passwords import new_password_problem
from webui.errors import Page
from webui.known_browsers import known_browser, remember_browser
from webui.links import inside
from webui.parts import the_parts
from webui.seals import factor_seal

blueprint = Blueprint("auth", __name__, template_folder="templates")

_NO_LINK = Page(
    lazy_gettext("This link does not hold"),
    lazy_gettext(
        "It was used already, is older than three days, or was withdrawn. Ask the administrator of your "
        "office for another one."
    ),
)


@blueprint.get("/login")
def login() -> str | Response:
    if sessions.signed_in() is not None:
        return redirect(_onward(request.args.get("next")), 303)
    return render_template("auth/login.html", back=inside(request.args.get("next")), name="", failed=False)


@blueprint.post("/login")
def enter() -> tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """Success answers 303, to go on or to give a code; anything else counts as a failed attempt."""
    store = the_parts().store
    name = _name()
    wait = store.attempts.admit(name, known_browser(name))
    if wait > NO_WAIT:
        return too_many(wait)
    user = store.users.check_password(name, request.form.get("password", ""))
    back = inside(request.form.get("next")) or ""
    if user is None:
        _tell_failure("login failed", name)
        return render_template("auth/login.html", back=back, name=name[:60], failed=True), 422
    if store.factors.state(user.id).since is not None:
        sessions.await_code(user, back)
        return redirect(url_for("auth.code"), 303)
    return _come_in(user, back)


@blueprint.get("/login/kode")
def code() -> str:
    return render_template("auth/code.html", problem="") if sessions.awaited() else _again()


@blueprint.post("/login/kode")
def confirm() -> tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """The second step. Its attempts count with those at the password, and only coming in forgives them."""
    awaited, store = sessions.awaited(), the_parts().store
    if awaited is None:
        return _again(), 422
    user = awaited.user
    wait = store.attempts.admit(user.name, known_browser(user.name))
    if wait > NO_WAIT:
        return too_many(wait)
    try:
        right = store.factors.check(user, request.form.get("code", "")[:100], factor_seal())
    except SealBroken:
        said = gettext(
            "Codes of the app cannot be checked now. Use a recovery code, or ask the administrator."
        )
        return render_template("auth/code.html", problem=said), 422
    if not right:
        _tell_failure("login code failed", user.name)
        said = gettext("This code does not fit, or was used already. Wait for the next one.")
        return render_template("auth/code.html", problem=said), 422
    return _come_in(user, awaited.back)


@blueprint.post("/logout")
def logout() -> Response:
    user = sessions.current()
    the_parts().store.audit.add(user.name, "logout", user.name)
    sessions.end()
    flash(gettext("You are logged out."), "notice")
    return redirect(url_for("auth.login"), 303)


@blueprint.get("/tautan/<token>")
def link(token: str) -> str | tuple[str, int]:
    """Whom the link is for, and a form. Looking uses nothing up: messengers look at links too."""
    return _link_page(token)


@blueprint.post("/tautan/<token>")
def accept(token: str) -> str | tuple[str, int] | Response:
    """Set the password that the person chose; they then log in with it."""
    password, store = request.form.get("password", ""), the_parts().store
    problem = new_password_problem(password, request.form.get("again", ""))
    if problem:
        return _link_page(token, problem)
    try:
        user = store.invitations.accept(token, password)
    except NotFound:
        return _link_page(token)
    except BadInput:
        return _link_page(token, gettext("Somebody has this name already. Ask for another invitation."))
    sessions.forget()
    flash(gettext("Your password is set, %(name)s. Log in with it.", name=user.name), "notice")
    return redirect(url_for("auth.login"), 303)


def is_known_here() -> bool:
    """Tell whether whoever tries to come in, by either step, did so with this browser before."""
    awaited = sessions.awaited()
    return bool(known_browser(_name() or (awaited.user.name if awaited else "")))


def too_many(wait: timedelta) -> tuple[str, int, dict[str, str]]:
    """Return the page that says how long to wait; the same for names that nobody has."""
    minutes = ceil(wait / timedelta(minutes=1))
    page = Page(
        gettext("Too many attempts"),
        ngettext(
            "Wait %(num)s minute, then try again. If this was not you, tell the administrator.",
            "Wait %(num)s minutes, then try again. If this was not you, tell the administrator.",
            minutes,
        ),
    )
    html = render_template("error.html", code=429, page=page, said="")
    return html, 429, {"Retry-After": str(ceil(wait.total_seconds()))}


def _name() -> str:
    return request.form.get("name", "").strip().lower()


def _come_in(user: User, back: str) -> Response:
    store = the_parts().store
    known = known_browser(user.name)
    store.attempts.forgive(user.name, known)
    store.audit.add(user.name, "login", user.name, address=request.remote_addr or "")
    sessions.begin(user)
    response = redirect(_onward(back), 303)
    remember_browser(response, user.name)
    return response


def _tell_failure(action: str, name: str) -> None:
    """Keep a failure. Of a name that nobody has only that: people type passwords into the wrong field."""
    known = the_parts().store.users.named(name)
    subject = known.name if known else ""
    the_parts().store.audit.add("nobody", action, subject, address=request.remote_addr or "")


def _link_page(token: str, problem: str = "") -> str | tuple[str, int]:
    found = the_parts().store.invitations.find(token)
    if found is None:
        return render_template("error.html", code=404, page=_NO_LINK, said=""), 404
    html = render_template(
        "auth/link.html",
        link=found,
        problem=problem,
        least=MIN_PASSWORD_CHARACTERS,
        most=MAX_PASSWORD_CHARACTERS,
    )
    return (html, 422) if problem else html


def _again() -> str:
    flash(gettext("That took too long, or the password was changed. Please log in again."), "notice")
    return render_template("auth/login.html", back="", name="", failed=False)


def _onward(raw: str | None) -> str:
    return inside(raw) or url_for("home.index")
