"""Who may do what: every route and method in one table, and one gate that keeps to it.

A route that is not in the table is closed to everybody, so forgetting one locks it
rather than opening it. Who has yet to set up a second factor that their role must have gets to
those marked early only. Routes with a scope are opened by a token that has it and whose owner has the
role, and by nothing else. Liaisons and field reporters read no posts (DESIGN 1, R18).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address

from flask import Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import Role
from kentongan.tokens import Scope
from webui import bearer
from webui.sessions import lacks_factor, signed_in


@dataclass(frozen=True, slots=True)
class Access:
    roles: frozenset[Role]
    anonymous: bool = False
    this_machine: bool = False  # also open to a caller on the same computer
    early: bool = False  # also before a second factor that the role must have is set up
    scope: Scope | None = None  # of the token that opens it; no session does

    def by_token(self, scope: Scope) -> "Access":
        """Return the same for a route of the programming interface."""
        return replace(self, scope=scope)


OPEN = Access(frozenset(Role), anonymous=True)
SIGNED_IN = Access(frozenset(Role))
EARLY = Access(frozenset(Role), early=True)
DECIDE = Access(frozenset({Role.ADMINISTRATOR, Role.ANALYST, Role.SECOND_READER}))
READ = Access(DECIDE.roles | {Role.REVIEWER, Role.HEAD})
TRENDS = Access(READ.roles | {Role.LIAISON})  # who of them sees aggregates only: `webui.trends.asking`
CONVENE = Access(DECIDE.roles | {Role.LIAISON})  # who writes down what FKUB and FPK held
SIGN = Access(DECIDE.roles | {Role.HEAD})  # what leaves the office
PUBLISH = Access(frozenset({Role.ADMINISTRATOR, Role.HEAD}))  # what everybody may read
ADMINISTER = Access(frozenset({Role.ADMINISTRATOR}))
OVERSEE = Access(frozenset({Role.REVIEWER}))  # who decides nothing and lets nobody in (R21, R24)
FIELD = Access(frozenset({Role.FIELD_REPORTER}))
MEASURE = Access(frozenset({Role.ADMINISTRATOR}), this_machine=True)

TABLE: Mapping[tuple[str, str], Access] = {
    ("static", "GET"): OPEN,
    ("auth.login", "GET"): OPEN,
    ("auth.enter", "POST"): OPEN,
    ("auth.code", "GET"): OPEN,
    ("auth.confirm", "POST"): OPEN,
    ("auth.link", "GET"): OPEN,
    ("auth.accept", "POST"): OPEN,
    ("auth.logout", "POST"): EARLY,
    ("account.overview", "GET"): SIGNED_IN,
    ("account.change_password", "POST"): SIGNED_IN,
    ("account.end_session", "POST"): SIGNED_IN,
    ("account.end_others", "POST"): SIGNED_IN,
    ("account.factor", "GET"): EARLY,
    ("account.prepare_factor", "POST"): EARLY,
    ("account.qr", "GET"): EARLY,
    ("account.confirm_factor", "POST"): EARLY,
    ("account.renew_codes", "POST"): SIGNED_IN,
    ("account.remove_factor", "POST"): SIGNED_IN,
    ("account.tokens", "GET"): SIGNED_IN,
    ("account.make_token", "POST"): SIGNED_IN,
    ("account.revoke_token", "POST"): SIGNED_IN,
    ("people.overview", "GET"): ADMINISTER,
    ("people.inviting", "GET"): ADMINISTER,
    ("people.invite", "POST"): ADMINISTER,
    ("people.withdraw", "POST"): ADMINISTER,
    ("people.require_factor", "POST"): ADMINISTER,
    ("people.show", "GET"): ADMINISTER,
    ("people.set_role", "POST"): ADMINISTER,
    ("people.set_active", "POST"): ADMINISTER,
    ("people.unlock", "POST"): ADMINISTER,
    ("people.reset", "POST"): ADMINISTER,
    ("people.remove_factor", "POST"): ADMINISTER,
    ("people.end_sessions", "POST"): ADMINISTER,
    ("people.tokens", "GET"): ADMINISTER,
    ("people.revoke_token", "POST"): ADMINISTER,
    ("audit.overview", "GET"): OVERSEE,
    ("audit.verify", "POST"): OVERSEE,
    ("audit.export", "GET"): OVERSEE,
    ("home.index", "GET"): SIGNED_IN,
    ("home.language", "POST"): OPEN,
    ("keys.overview", "GET"): READ,
    ("keys.change", "POST"): READ,
    ("queue.first", "GET"): READ,
    ("queue.lane", "GET"): READ,
    ("queue.pulse", "GET"): READ,
    ("queue.views", "GET"): READ,
    ("queue.keep_view", "POST"): READ,
    ("queue.change_view", "POST"): READ,
    ("queue.remove_view", "POST"): READ,
    ("queue.preview", "POST"): DECIDE,
    ("queue.confirm", "POST"): DECIDE,
    ("queue.batch", "GET"): DECIDE,
    ("queue.carry_on", "POST"): DECIDE,
    ("queue.undo_batch", "POST"): DECIDE,
    ("claims.show", "GET"): READ,
    ("claims.decide", "POST"): DECIDE,
    ("claims.joining", "GET"): DECIDE,
    ("claims.merge", "POST"): DECIDE,
    ("claims.split", "POST"): DECIDE,
    ("claims.withdraw", "POST"): DECIDE,
    ("claims.referring", "GET"): DECIDE,
    ("claims.refer", "POST"): DECIDE,
    ("claims.judge", "POST"): DECIDE,
    ("claims.mark", "POST"): DECIDE,
    ("claims.answer", "POST"): DECIDE,
    ("claims.renew", "POST"): DECIDE,
    ("claims.give_back", "POST"): DECIDE,
    ("claims.take_over", "POST"): DECIDE,
    ("claims.ask", "POST"): DECIDE,
    ("claims.take_back", "POST"): DECIDE,
    ("claims.past", "GET"): READ,
    ("claims.add_note", "POST"): READ,
    ("claims.mentions", "GET"): READ,
    ("evidence.show", "GET"): READ,
    ("field.overview", "GET"): FIELD,
    ("field.asked", "GET"): FIELD,
    ("field.answer", "POST"): FIELD,
    ("field.report", "GET"): FIELD,
    ("field.hand_in", "POST"): FIELD,
    ("field.areas", "GET"): ADMINISTER,
    ("field.area", "GET"): ADMINISTER,
    ("field.set_area", "POST"): ADMINISTER,
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
    ("alerts.overview", "GET"): READ,
    ("alerts.add", "POST"): READ,
    ("alerts.remove", "POST"): READ,
    ("alerts.send_test", "POST"): READ,
    ("trends.overview", "GET"): TRENDS,
    ("trends.export", "GET"): TRENDS,
    ("trends.map", "GET"): TRENDS,
    ("trends.export_map", "GET"): TRENDS,
    ("dialogues.overview", "GET"): TRENDS,
    ("dialogues.export", "GET"): TRENDS,
    ("dialogues.show", "GET"): TRENDS,
    ("dialogues.new", "GET"): CONVENE,
    ("dialogues.log", "POST"): CONVENE,
    ("dialogues.edit", "GET"): CONVENE,
    ("dialogues.amend", "POST"): CONVENE,
    ("dialogues.withdraw", "POST"): CONVENE,
    ("rounds.sheet", "GET"): FIELD,  # one's own place: `store.submissions`
    ("rounds.save", "POST"): FIELD,
    ("rounds.received", "GET"): FIELD,
    ("rounds.settle_below", "POST"): FIELD,
    ("rounds.reminders", "GET"): FIELD,
    ("rounds.add_reminder", "POST"): FIELD,
    ("rounds.remove_reminder", "POST"): FIELD,
    ("rounds.overview", "GET"): READ,
    ("rounds.begin", "GET"): SIGN,
    ("rounds.open_round", "POST"): SIGN,
    ("rounds.stop", "POST"): SIGN,
    ("rounds.show", "GET"): READ,
    ("rounds.export", "GET"): READ,
    ("rounds.end", "POST"): SIGN,
    ("rounds.submission", "GET"): READ,
    ("rounds.settle", "POST"): SIGN,
    ("rounds.report", "POST"): DECIDE,
    ("reports.overview", "GET"): READ,
    ("reports.begin", "GET"): DECIDE,
    ("reports.create", "POST"): DECIDE,
    ("reports.show", "GET"): READ,
    ("reports.write", "POST"): DECIDE,
    ("reports.refresh", "POST"): DECIDE,
    ("reports.read", "POST"): DECIDE,
    ("reports.sign", "POST"): SIGN,
    ("reports.download", "GET"): READ,
    ("sharing.overview", "GET"): READ,
    ("sharing.begin", "GET"): DECIDE,
    ("sharing.prepare", "POST"): DECIDE,
    ("sharing.show", "GET"): READ,
    ("sharing.reword", "POST"): DECIDE,
    ("sharing.release", "POST"): SIGN,
    ("sharing.refuse", "POST"): SIGN,
    ("sharing.withdraw", "POST"): SIGN,
    ("sharing.download", "GET"): SIGN,
    ("sharing.asking", "GET"): DECIDE,
    ("sharing.take", "POST"): DECIDE,
    ("sharing.received", "GET"): READ,
    ("sharing.partners", "GET"): ADMINISTER,
    ("sharing.add_partner", "POST"): ADMINISTER,
    ("sharing.withdraw_partner", "POST"): ADMINISTER,
    ("sharing.schema", "GET"): OPEN,
    ("statements.overview", "GET"): OPEN,
    ("statements.show", "GET"): OPEN,
    ("statements.download", "GET"): OPEN,
    ("statements.prepare", "GET"): PUBLISH,
    ("statements.publish", "POST"): PUBLISH,
    ("work.overview", "GET"): READ,
    ("work.export", "GET"): READ,
    ("sources.public", "GET"): OPEN,
    ("sources.health", "GET"): READ,
    ("check.form", "GET"): READ,
    ("check.look", "POST"): READ,
    ("api.check", "POST"): READ,
    ("v1.list_claims", "GET"): READ.by_token(Scope.CLAIMS_READ),
    ("v1.read_claim", "GET"): READ.by_token(Scope.CLAIMS_READ),
    ("v1.decide", "POST"): DECIDE.by_token(Scope.CLAIMS_DECIDE),
    ("v1.undo", "POST"): DECIDE.by_token(Scope.CLAIMS_DECIDE),
    ("v1.take_back_vote", "DELETE"): DECIDE.by_token(Scope.CLAIMS_DECIDE),
    ("v1.add_note", "POST"): READ.by_token(Scope.NOTES_WRITE),
    ("v1.search_archive", "GET"): READ.by_token(Scope.ARCHIVE_READ),
    ("v1.read_item", "GET"): READ.by_token(Scope.ARCHIVE_READ),
    ("v1.check_text", "POST"): READ.by_token(Scope.CHECK),
    ("v1.check_page", "POST"): READ.by_token(Scope.CHECK),
    ("v1.list_sources", "GET"): READ.by_token(Scope.SOURCES_READ),
    ("v1.list_saved_searches", "GET"): READ.by_token(Scope.SAVED_READ),
    ("v1.read_saved_search", "GET"): READ.by_token(Scope.SAVED_READ),
    ("v1.hand_in_report", "POST"): FIELD.by_token(Scope.FIELD_REPORT),
    ("v1.hand_in_bundle", "POST"): DECIDE.by_token(Scope.BUNDLES_WRITE),
    ("v1.read_bundle", "GET"): SIGN.by_token(Scope.BUNDLES_READ),
    ("reference.overview", "GET"): OPEN,
    ("reference.as_document", "GET"): OPEN,
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


def scopes_of(role: Role) -> frozenset[Scope]:
    """Return what a token of somebody in this role may be for."""
    return frozenset(access.scope for access in TABLE.values() if access.scope and role in access.roles)


def _gate() -> Response | None:
    if request.endpoint is None:  # no such page, or not by this method: no view will run
        return None
    method = "GET" if request.method == "HEAD" else request.method
    access = TABLE.get((request.endpoint, method))
    if access is not None and access.scope is not None:
        bearer.admit(access.roles, access.scope)
        return None
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
    if lacks_factor() and not access.early:
        return redirect(url_for("account.factor"), 303)
    return None


def _from_this_machine() -> bool:
    """True for a direct caller on loopback; behind a proxy everybody would look like one."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
