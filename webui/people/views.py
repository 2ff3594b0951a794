"""The list of people, inviting one more, and one account. Nothing here says how much anybody did (R15)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import Role, User, UserId
from kentongan.errors import BadInput, NotFound
from kentongan.store.invitations import LinkId
from kentongan.store.users import check_name
from webui import sessions, words
from webui.links import one_time_address
from webui.parts import the_parts

blueprint = Blueprint("people", __name__, url_prefix="/orang", template_folder="templates")


@dataclass(frozen=True, slots=True)
class Person:
    """An account as the pages show it; `waits_until`: when guessing at it may go on."""

    user: User
    has_factor: bool
    waits_until: datetime | None


@blueprint.get("/")
def overview() -> str:
    store = the_parts().store
    users = store.users.all()
    return render_template(
        "people/overview.html",
        people=persons(users),
        links=store.invitations.waiting(),
        roles=list(words.ROLES),
        required=store.factors.required(),
    )


@blueprint.get("/undang")
def inviting() -> str:
    return _form()


@blueprint.post("/undang")
def invite() -> str | tuple[str, int]:
    """Show the link of the new invitation: here, once."""
    name, role = request.form.get("name", "").strip().lower(), _role()
    problem = _problem(name, role)
    if problem or role is None:
        return _form(problem), 422
    try:
        token = the_parts().store.invitations.invite(
            name, role, by=sessions.current().name, stands_apart="apart" in request.form
        )
    except BadInput:
        return _form(gettext("Somebody has this name already, or is invited by it.")), 422
    return show_link(name, token, invited=True)


@blueprint.post("/tautan/<uuid:link_id>/tarik")
def withdraw(link_id: UUID) -> Response:
    link = the_parts().store.invitations.revoke(LinkId(link_id), by=sessions.current().name)
    flash(gettext("Withdrawn: the link for %(name)s.", name=link.name), "notice")
    return redirect(url_for("people.overview"), 303)


@blueprint.get("/<uuid:user_id>")
def show(user_id: UUID) -> str:
    return show_person(person_of(user_id))


def show_person(user: User, problem: str = "") -> str:
    """Return the page of one account."""
    store = the_parts().store
    (person,) = persons([user])
    return render_template(
        "people/person.html",
        person=person,
        problem=problem,
        roles=list(words.ROLES),
        own=user.id == sessions.current().id,
        sessions=len(store.sessions.of(user.id)),
        required=user.role in store.factors.required(),
    )


def show_link(name: str, token: str, *, invited: bool) -> str:
    """Return the page that shows a one-time link, once."""
    settings = the_parts().settings
    return render_template(
        "people/link.html",
        name=name,
        address=one_time_address(settings, token),
        whole=settings.public_url is not None,
        invited=invited,
    )


def person_of(user_id: UUID) -> User:
    """Return the user of an address; raises NotFound."""
    user = the_parts().store.users.get(UserId(user_id))
    if user is None:
        raise NotFound("user", user_id)
    return user


def persons(users: list[User]) -> list[Person]:
    store = the_parts().store
    holders, waiting = store.factors.holders(), store.attempts.waiting(user.name for user in users)
    return [Person(user, user.id in holders, waiting.get(user.name)) for user in users]


def read_role(raw: str) -> Role | None:
    """Return the role of a form, or None."""
    return next((role for role in Role if role.value == raw), None)


def _role() -> Role | None:
    return read_role(request.form.get("role", ""))


def _problem(name: str, role: Role | None) -> str:
    said = ""
    try:
        check_name(name)
    except BadInput:
        said = gettext(
            "A name has 2 to 59 small letters, digits, dots or dashes, such as “sari” or “budi.santoso”."
        )
    else:
        if role is None:
            said = gettext("Choose a role.")
        elif "apart" not in request.form:
            said = gettext(
                "Confirm that this person is neither the incumbent nor of a campaign: such people have no "
                "account."
            )
    return said


def _form(problem: str = "") -> str:
    return render_template(
        "people/inviting.html",
        problem=problem,
        name=request.form.get("name", "")[:60],
        role=request.form.get("role", ""),
        roles=list(words.ROLES),
    )
