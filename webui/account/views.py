"""One's own password and sessions. Each person sees their own only."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import User
from kentongan.errors import NotFound
from kentongan.store.attempts import NO_WAIT
from kentongan.store.sessions import SessionId, SessionView
from kentongan.store.users import MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS
from webui import sessions
from webui.auth.passwords import new_password_problem
from webui.devices import in_words
from webui.parts import the_parts

blueprint = Blueprint("account", __name__, url_prefix="/akun", template_folder="templates")


@dataclass(frozen=True, slots=True)
class Device:
    """A session as the page shows it."""

    view: SessionView
    device: str
    this_one: bool


@blueprint.get("/")
def overview() -> str:
    return _overview()


@blueprint.post("/sandi")
def change_password() -> tuple[str, int] | Response:
    """Change the password, given the old one; every other session ends."""
    user, store = sessions.current(), the_parts().store
    password = request.form.get("password", "")
    problem = new_password_problem(password, request.form.get("again", "")) or own_password_problem(user)
    if problem:
        return _overview(problem), 422
    changed = store.users.set_password(user.name, password, by=user.name)
    sessions.begin(changed)
    flash(gettext("Your password is changed. Your other sessions have ended."), "notice")
    return redirect(url_for("account.overview"), 303)


@blueprint.post("/sesi/<uuid:session_id>/akhiri")
def end_session(session_id: UUID) -> Response:
    user, key = sessions.current(), SessionId(session_id)
    if not the_parts().store.sessions.revoke(key, user=user):
        raise NotFound("session", session_id)
    flash(gettext("That session has ended."), "notice")
    return redirect(url_for("account.overview"), 303)


@blueprint.post("/sesi/akhiri-lainnya")
def end_others() -> Response:
    user = sessions.current()
    the_parts().store.sessions.revoke_all(user, but=sessions.current_id(), by=user.name)
    flash(gettext("Every other session has ended."), "notice")
    return redirect(url_for("account.overview"), 303)


def own_password_problem(user: User) -> str:
    """Return what is wrong with the form's `own` password, or ''; guessing it costs waits too."""
    store, counted = the_parts().store, f"own:{user.id}"
    said = ""
    if store.attempts.admit(user.name, counted) > NO_WAIT:
        said = gettext("Too many attempts. Wait a few minutes, then try again.")
    elif store.users.check_password(user.name, request.form.get("own", "")) is None:
        said = gettext("That is not your present password.")
    else:
        store.attempts.forgive(user.name, counted)
    return said


def _overview(problem: str = "") -> str:
    user, store = sessions.current(), the_parts().store
    here = sessions.current_id()
    return render_template(
        "account/overview.html",
        problem=problem,
        least=MIN_PASSWORD_CHARACTERS,
        most=MAX_PASSWORD_CHARACTERS,
        factor=store.factors.state(user.id),
        required=user.role in store.factors.required(),
        devices=[
            Device(view, in_words(view.browser, view.system), view.id == here)
            for view in store.sessions.of(user.id)
        ],
    )
