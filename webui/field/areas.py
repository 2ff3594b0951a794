"""Which places each field reporter answers for; set by administrators."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import Role, User
from kentongan.errors import NotFound
from webui import sessions, words
from webui.field.views import blueprint
from webui.parts import the_parts
from webui.places import by_kecamatan, region_places


@dataclass(frozen=True, slots=True)
class Reporter:
    """A field reporter with the names of their places; for this page and the page of people."""

    user: User
    codes: frozenset[str]
    places: tuple[str, ...]


def reporters() -> list[Reporter]:
    """Return every field reporter with their places, by name."""
    parts = the_parts()
    areas = parts.store.areas.all()
    found = [user for user in parts.store.users.all() if user.role is Role.FIELD_REPORTER]
    return [
        Reporter(
            user,
            frozenset(areas.get(user.id, ())),
            tuple(words.place_name(code, parts.region.name) for code in areas.get(user.id, ())),
        )
        for user in found
    ]


@blueprint.get("/wilayah")
def areas() -> str:
    """List the field reporters and their places."""
    return render_template("field/areas.html", reporters=reporters())


@blueprint.get("/wilayah/<name>")
def area(name: str) -> str:
    """Show one reporter's places, to be chosen."""
    region = the_parts().region.name
    return render_template(
        "field/area.html", reporter=_reporter(name), places=by_kecamatan(region, lambda _: True)
    )


@blueprint.post("/wilayah/<name>")
def set_area(name: str) -> Response:
    """Make the chosen places the reporter's own."""
    parts, found = the_parts(), _reporter(name)
    known = region_places(parts.region.name)
    chosen = [code for code in request.form.getlist("place") if code in known]
    parts.store.areas.set(found.user.name, chosen, by=sessions.current().name)
    flash(gettext("The places of %(name)s are saved.", name=found.user.name), "notice")
    return redirect(url_for("field.areas"), 303)


def _reporter(name: str) -> Reporter:
    found = next((one for one in reporters() if one.user.name == name), None)
    if found is None:
        raise NotFound("field reporter", name)
    return found
