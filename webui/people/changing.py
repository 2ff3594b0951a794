"""What an administrator may change about an account. Each change is in the audit log; nobody is deleted."""

from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import User
from kentongan.errors import BadInput
from kentongan.store.users import LastAdministrator, OwnRole
from webui import sessions
from webui.parts import the_parts
from webui.people.views import blueprint, person_of, read_role, show_link, show_person


@blueprint.post("/aturan")
def require_factor() -> Response:
    """Say which roles must have a second factor."""
    raw = request.form.getlist("role")
    roles = [role for role in map(read_role, raw) if role is not None]
    if len(roles) != len(raw):
        abort(400)
    the_parts().store.factors.require(roles, by=sessions.current().name)
    flash(gettext("Saved. It counts from everybody's next page on."), "notice")
    return redirect(url_for("people.overview"), 303)


@blueprint.post("/<uuid:user_id>/peran")
def set_role(user_id: UUID) -> tuple[str, int] | Response:
    user, role = person_of(user_id), read_role(request.form.get("role", ""))
    if role is None:
        abort(400)
    try:
        the_parts().store.users.set_role(user.name, role, by=sessions.current().name)
    except (LastAdministrator, OwnRole) as refused:
        return _refused(user, refused)
    return _done(user, gettext("The role is changed; it counts from the next page on."))


@blueprint.post("/<uuid:user_id>/akun")
def set_active(user_id: UUID) -> tuple[str, int] | Response:
    """Close or open an account, as the form's `active` is 0 or 1."""
    user, wish = person_of(user_id), request.form.get("active")
    if wish not in ("0", "1"):
        abort(400)
    try:
        the_parts().store.users.set_active(user.name, wish == "1", by=sessions.current().name)
    except (LastAdministrator, OwnRole) as refused:
        return _refused(user, refused)
    opened, closed = (
        gettext("The account is open again."),
        gettext("The account is closed; its sessions have ended."),
    )
    return _done(user, opened if wish == "1" else closed)


@blueprint.post("/<uuid:user_id>/buka-kunci")
def unlock(user_id: UUID) -> Response:
    user = person_of(user_id)
    the_parts().store.attempts.unlock(user.name, by=sessions.current().name)
    return _done(user, gettext("Unlocked: nobody has to wait any more."))


@blueprint.post("/<uuid:user_id>/sandi-baru")
def reset(user_id: UUID) -> str | tuple[str, int]:
    """Show the link by which the person chooses a new password: here, once."""
    user = person_of(user_id)
    try:
        token = the_parts().store.invitations.reset(user.name, by=sessions.current().name)
    except (OwnRole, BadInput) as refused:
        return _refused(user, refused)
    return show_link(user.name, token, invited=False)


@blueprint.post("/<uuid:user_id>/langkah-kedua/hapus")
def remove_factor(user_id: UUID) -> tuple[str, int] | Response:
    """Let somebody in without the phone they lost. One's own is taken away with the password, elsewhere."""
    user = person_of(user_id)
    if user.id == sessions.current().id:
        return _refused(user, OwnRole(""))
    the_parts().store.factors.remove(user, by=sessions.current().name)
    return _done(user, gettext("The second step is off for %(name)s.", name=user.name))


@blueprint.post("/<uuid:user_id>/sesi/akhiri")
def end_sessions(user_id: UUID) -> Response:
    user = person_of(user_id)
    own = sessions.current_id() if user.id == sessions.current().id else None
    the_parts().store.sessions.revoke_all(user, but=own, by=sessions.current().name)
    return _done(user, gettext("The sessions of %(name)s have ended.", name=user.name))


def _done(user: User, said: str) -> Response:
    flash(said, "notice")
    return redirect(url_for("people.show", user_id=user.id), 303)


def _refused(user: User, why: BadInput) -> tuple[str, int]:
    if isinstance(why, LastAdministrator):
        said = gettext("This is the last administrator. Make another one first.")
    elif isinstance(why, OwnRole):
        said = gettext(
            "This is your own account: another administrator has to do that, or you on “Your account”."
        )
    else:
        said = gettext("The account is closed. Open it first.")
    return show_person(user, said), 422
