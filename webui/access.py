"""Who may do what: every route and method in one table, and one gate that keeps to it.

A route that is not in the table is closed to everybody, so forgetting one locks it
rather than opening it. Liaisons and field reporters read no posts (DESIGN 1, R18).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from flask import Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import Role
from webui.sessions import signed_in


@dataclass(frozen=True, slots=True)
class Access:
    roles: frozenset[Role]
    anonymous: bool = False
    this_machine: bool = False  # also open to a caller on the same computer


OPEN = Access(frozenset(Role), anonymous=True)
SIGNED_IN = Access(frozenset(Role))
READ = Access(frozenset({Role.ADMINISTRATOR, Role.ANALYST, Role.REVIEWER, Role.HEAD}))
DECIDE = Access(frozenset({Role.ADMINISTRATOR, Role.ANALYST}))
MEASURE = Access(frozenset({Role.ADMINISTRATOR}), this_machine=True)

TABLE: Mapping[tuple[str, str], Access] = {
    ("static", "GET"): OPEN,
    ("auth.login", "GET"): OPEN,
    ("auth.enter", "POST"): OPEN,
    ("auth.logout", "POST"): SIGNED_IN,
    ("home.index", "GET"): SIGNED_IN,
    ("home.language", "POST"): OPEN,
    ("queue.first", "GET"): READ,
    ("queue.lane", "GET"): READ,
    ("claims.show", "GET"): READ,
    ("claims.decide", "POST"): DECIDE,
    ("claims.joining", "GET"): DECIDE,
    ("claims.merge", "POST"): DECIDE,
    ("claims.split", "POST"): DECIDE,
    ("narratives.overview", "GET"): READ,
    ("narratives.show", "GET"): READ,
    ("archive.search", "GET"): READ,
    ("archive.item", "GET"): READ,
    ("archive.export", "GET"): READ,
    ("archive.similar", "GET"): READ,
    ("saved.overview", "GET"): READ,
    ("saved.show", "GET"): READ,
    ("saved.new", "GET"): READ,
    ("saved.create", "POST"): READ,
    ("saved.edit", "GET"): READ,
    ("saved.change", "POST"): READ,
    ("saved.pause", "POST"): READ,
    ("saved.remove", "POST"): READ,
    ("incidents.overview", "GET"): READ,
    ("incidents.begin", "GET"): DECIDE,
    ("incidents.open_case", "POST"): DECIDE,
    ("incidents.show", "GET"): READ,
    ("incidents.edit", "POST"): DECIDE,
    ("incidents.settle", "POST"): DECIDE,
    ("incidents.add_note", "POST"): DECIDE,
    ("incidents.add_clarification", "POST"): DECIDE,
    ("incidents.add_file", "POST"): DECIDE,
    ("incidents.file", "GET"): READ,
    ("incidents.remove", "POST"): DECIDE,
    ("incidents.choose", "GET"): DECIDE,
    ("incidents.add", "POST"): DECIDE,
    ("incidents.giving", "GET"): DECIDE,
    ("incidents.give", "POST"): DECIDE,
    ("sources.public", "GET"): OPEN,
    ("sources.health", "GET"): READ,
    ("check.form", "GET"): READ,
    ("check.look", "POST"): READ,
    ("api.check", "POST"): READ,
    ("health.live", "GET"): OPEN,
    ("health.ready", "GET"): OPEN,
    ("health.metrics", "GET"): MEASURE,
}
"""Endpoint and method to who may; HEAD counts as GET."""


def guard_routes(app: Flask) -> None:
    """Put the gate before every view of `app`."""
    app.before_request(_gate)


def may(endpoint: str, method: str, role: Role) -> bool:
    """Tell whether a role may use a route."""
    access = TABLE.get((endpoint, method))
    return access is not None and role in access.roles


def _gate() -> Response | None:
    if request.endpoint is None:  # no such page, or not by this method: no view will run
        return None
    method = "GET" if request.method == "HEAD" else request.method
    access = TABLE.get((request.endpoint, method))
    if access is not None and (access.anonymous or (access.this_machine and _from_this_machine())):
        return None
    user = signed_in()
    if user is None:
        if request.path == "/":
            return redirect(url_for("auth.login"), 303)
        flash(gettext("Please log in first."), "notice")
        back = request.full_path.rstrip("?") if method == "GET" else None
        return redirect(url_for("auth.login", next=back), 303)
    if access is None or user.role not in access.roles:
        abort(403)
    return None


def _from_this_machine() -> bool:
    """True for a direct caller on loopback; behind a proxy everybody would look like one."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
