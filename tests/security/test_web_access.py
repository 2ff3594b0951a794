"""Every route and method for every role, walked from the application's own map."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from kentongan.domain import Role
from kentongan.tokens import Scope
from tests.web_city import Browser, Site
from webui.access import TABLE

NOBODY: frozenset[Role] = frozenset()
ALL = frozenset(Role)
DECIDERS = frozenset({Role.ADMINISTRATOR, Role.ANALYST, Role.SECOND_READER})
REPORTERS = frozenset({Role.FIELD_REPORTER})
READERS = DECIDERS | {Role.REVIEWER, Role.HEAD}
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
OVERSEERS = frozenset({Role.REVIEWER})

# Said again here on purpose: a change of who may do what must be made twice.
EXPECTED: dict[tuple[str, str], tuple[bool, frozenset[Role]]] = {  # open to strangers, roles
    ("static", "GET"): (True, ALL),
    ("auth.login", "GET"): (True, ALL),
    ("auth.enter", "POST"): (True, ALL),
    ("auth.code", "GET"): (True, ALL),
    ("auth.confirm", "POST"): (True, ALL),
    ("auth.link", "GET"): (True, ALL),
    ("auth.accept", "POST"): (True, ALL),
    ("auth.logout", "POST"): (False, ALL),
    ("account.overview", "GET"): (False, ALL),
    ("account.change_password", "POST"): (False, ALL),
    ("account.end_session", "POST"): (False, ALL),
    ("account.end_others", "POST"): (False, ALL),
    ("account.factor", "GET"): (False, ALL),
    ("account.prepare_factor", "POST"): (False, ALL),
    ("account.qr", "GET"): (False, ALL),
    ("account.confirm_factor", "POST"): (False, ALL),
    ("account.renew_codes", "POST"): (False, ALL),
    ("account.remove_factor", "POST"): (False, ALL),
    ("account.tokens", "GET"): (False, ALL),
    ("account.make_token", "POST"): (False, ALL),
    ("account.revoke_token", "POST"): (False, ALL),
    ("people.overview", "GET"): (False, ADMINISTRATORS),
    ("people.inviting", "GET"): (False, ADMINISTRATORS),
    ("people.invite", "POST"): (False, ADMINISTRATORS),
    ("people.withdraw", "POST"): (False, ADMINISTRATORS),
    ("people.require_factor", "POST"): (False, ADMINISTRATORS),
    ("people.show", "GET"): (False, ADMINISTRATORS),
    ("people.set_role", "POST"): (False, ADMINISTRATORS),
    ("people.set_active", "POST"): (False, ADMINISTRATORS),
    ("people.unlock", "POST"): (False, ADMINISTRATORS),
    ("people.reset", "POST"): (False, ADMINISTRATORS),
    ("people.remove_factor", "POST"): (False, ADMINISTRATORS),
    ("people.end_sessions", "POST"): (False, ADMINISTRATORS),
    ("people.tokens", "GET"): (False, ADMINISTRATORS),
    ("people.revoke_token", "POST"): (False, ADMINISTRATORS),
    ("audit.overview", "GET"): (False, OVERSEERS),
    ("audit.verify", "POST"): (False, OVERSEERS),
    ("audit.export", "GET"): (False, OVERSEERS),
    ("home.index", "GET"): (False, ALL),
    ("home.language", "POST"): (True, ALL),
    ("keys.overview", "GET"): (False, READERS),
    ("keys.change", "POST"): (False, READERS),
    ("alerts.overview", "GET"): (False, READERS),
    ("alerts.add", "POST"): (False, READERS),
    ("alerts.remove", "POST"): (False, READERS),
    ("alerts.send_test", "POST"): (False, READERS),
    ("queue.first", "GET"): (False, READERS),
    ("queue.lane", "GET"): (False, READERS),
    ("queue.pulse", "GET"): (False, READERS),
    ("queue.views", "GET"): (False, READERS),
    ("queue.keep_view", "POST"): (False, READERS),
    ("queue.change_view", "POST"): (False, READERS),
    ("queue.remove_view", "POST"): (False, READERS),
    ("queue.preview", "POST"): (False, DECIDERS),
    ("queue.confirm", "POST"): (False, DECIDERS),
    ("queue.batch", "GET"): (False, DECIDERS),
    ("queue.carry_on", "POST"): (False, DECIDERS),
    ("queue.undo_batch", "POST"): (False, DECIDERS),
    ("claims.show", "GET"): (False, READERS),
    ("claims.decide", "POST"): (False, DECIDERS),
    ("claims.joining", "GET"): (False, DECIDERS),
    ("claims.merge", "POST"): (False, DECIDERS),
    ("claims.split", "POST"): (False, DECIDERS),
    ("claims.withdraw", "POST"): (False, DECIDERS),
    ("claims.referring", "GET"): (False, DECIDERS),
    ("claims.refer", "POST"): (False, DECIDERS),
    ("claims.judge", "POST"): (False, DECIDERS),
    ("claims.mark", "POST"): (False, DECIDERS),
    ("claims.answer", "POST"): (False, DECIDERS),
    ("claims.renew", "POST"): (False, DECIDERS),
    ("claims.give_back", "POST"): (False, DECIDERS),
    ("claims.take_over", "POST"): (False, DECIDERS),
    ("claims.ask", "POST"): (False, DECIDERS),
    ("claims.take_back", "POST"): (False, DECIDERS),
    ("claims.past", "GET"): (False, READERS),
    ("claims.add_note", "POST"): (False, READERS),
    ("claims.mentions", "GET"): (False, READERS),
    ("evidence.show", "GET"): (False, READERS),
    ("field.overview", "GET"): (False, REPORTERS),
    ("field.asked", "GET"): (False, REPORTERS),
    ("field.answer", "POST"): (False, REPORTERS),
    ("field.report", "GET"): (False, REPORTERS),
    ("field.hand_in", "POST"): (False, REPORTERS),
    ("field.areas", "GET"): (False, frozenset({Role.ADMINISTRATOR})),
    ("field.area", "GET"): (False, frozenset({Role.ADMINISTRATOR})),
    ("field.set_area", "POST"): (False, frozenset({Role.ADMINISTRATOR})),
    ("archive.search", "GET"): (False, READERS),
    ("archive.item", "GET"): (False, READERS),
    ("archive.export", "GET"): (False, READERS),
    ("archive.similar", "GET"): (False, READERS),
    ("check.form", "GET"): (False, READERS),
    ("trends.overview", "GET"): (False, READERS | {Role.LIAISON}),
    ("trends.export", "GET"): (False, READERS | {Role.LIAISON}),
    ("trends.map", "GET"): (False, READERS | {Role.LIAISON}),
    ("trends.export_map", "GET"): (False, READERS | {Role.LIAISON}),
    ("work.overview", "GET"): (False, READERS),
    ("work.export", "GET"): (False, READERS),
    ("narratives.overview", "GET"): (False, READERS),
    ("narratives.show", "GET"): (False, READERS),
    ("check.look", "POST"): (False, READERS),
    ("api.check", "POST"): (False, READERS),
    ("reference.overview", "GET"): (True, ALL),
    ("reference.as_document", "GET"): (True, ALL),
    ("saved.overview", "GET"): (False, READERS),
    ("saved.show", "GET"): (False, READERS),
    ("saved.new", "GET"): (False, READERS),
    ("saved.create", "POST"): (False, READERS),
    ("saved.edit", "GET"): (False, READERS),
    ("saved.change", "POST"): (False, READERS),
    ("saved.pause", "POST"): (False, READERS),
    ("saved.remove", "POST"): (False, READERS),
    ("dialogues.overview", "GET"): (False, READERS | {Role.LIAISON}),
    ("dialogues.export", "GET"): (False, READERS | {Role.LIAISON}),
    ("dialogues.show", "GET"): (False, READERS | {Role.LIAISON}),
    ("dialogues.new", "GET"): (False, DECIDERS | {Role.LIAISON}),
    ("dialogues.log", "POST"): (False, DECIDERS | {Role.LIAISON}),
    ("dialogues.edit", "GET"): (False, DECIDERS | {Role.LIAISON}),
    ("dialogues.amend", "POST"): (False, DECIDERS | {Role.LIAISON}),
    ("dialogues.withdraw", "POST"): (False, DECIDERS | {Role.LIAISON}),
    ("rounds.sheet", "GET"): (False, REPORTERS),
    ("rounds.save", "POST"): (False, REPORTERS),
    ("rounds.received", "GET"): (False, REPORTERS),
    ("rounds.settle_below", "POST"): (False, REPORTERS),
    ("rounds.reminders", "GET"): (False, REPORTERS),
    ("rounds.add_reminder", "POST"): (False, REPORTERS),
    ("rounds.remove_reminder", "POST"): (False, REPORTERS),
    ("rounds.overview", "GET"): (False, READERS),
    ("rounds.begin", "GET"): (False, DECIDERS | {Role.HEAD}),
    ("rounds.open_round", "POST"): (False, DECIDERS | {Role.HEAD}),
    ("rounds.stop", "POST"): (False, DECIDERS | {Role.HEAD}),
    ("rounds.show", "GET"): (False, READERS),
    ("rounds.export", "GET"): (False, READERS),
    ("rounds.end", "POST"): (False, DECIDERS | {Role.HEAD}),
    ("rounds.submission", "GET"): (False, READERS),
    ("rounds.settle", "POST"): (False, DECIDERS | {Role.HEAD}),
    ("rounds.report", "POST"): (False, DECIDERS),
    ("reports.overview", "GET"): (False, READERS),
    ("reports.begin", "GET"): (False, DECIDERS),
    ("reports.create", "POST"): (False, DECIDERS),
    ("reports.show", "GET"): (False, READERS),
    ("reports.write", "POST"): (False, DECIDERS),
    ("reports.refresh", "POST"): (False, DECIDERS),
    ("reports.read", "POST"): (False, DECIDERS),
    ("reports.sign", "POST"): (False, DECIDERS | {Role.HEAD}),
    ("reports.download", "GET"): (False, READERS),
    ("incidents.overview", "GET"): (False, READERS),
    ("incidents.begin", "GET"): (False, DECIDERS),
    ("incidents.open_case", "POST"): (False, DECIDERS),
    ("incidents.show", "GET"): (False, READERS),
    ("incidents.edit", "POST"): (False, DECIDERS),
    ("incidents.settle", "POST"): (False, DECIDERS),
    ("incidents.add_note", "POST"): (False, DECIDERS),
    ("incidents.add_clarification", "POST"): (False, DECIDERS),
    ("incidents.add_file", "POST"): (False, DECIDERS),
    ("incidents.file", "GET"): (False, READERS),
    ("incidents.remove", "POST"): (False, DECIDERS),
    ("incidents.choose", "GET"): (False, DECIDERS),
    ("incidents.add", "POST"): (False, DECIDERS),
    ("incidents.giving", "GET"): (False, DECIDERS),
    ("incidents.give", "POST"): (False, DECIDERS),
    ("sharing.overview", "GET"): (False, READERS),
    ("sharing.begin", "GET"): (False, DECIDERS),
    ("sharing.prepare", "POST"): (False, DECIDERS),
    ("sharing.show", "GET"): (False, READERS),
    ("sharing.reword", "POST"): (False, DECIDERS),
    ("sharing.release", "POST"): (False, DECIDERS | {Role.HEAD}),
    ("sharing.refuse", "POST"): (False, DECIDERS | {Role.HEAD}),
    ("sharing.withdraw", "POST"): (False, DECIDERS | {Role.HEAD}),
    ("sharing.download", "GET"): (False, DECIDERS | {Role.HEAD}),
    ("sharing.asking", "GET"): (False, DECIDERS),
    ("sharing.take", "POST"): (False, DECIDERS),
    ("sharing.received", "GET"): (False, READERS),
    ("sharing.partners", "GET"): (False, frozenset({Role.ADMINISTRATOR})),
    ("sharing.add_partner", "POST"): (False, frozenset({Role.ADMINISTRATOR})),
    ("sharing.withdraw_partner", "POST"): (False, frozenset({Role.ADMINISTRATOR})),
    ("sharing.schema", "GET"): (True, ALL),
    ("statements.overview", "GET"): (True, ALL),
    ("statements.show", "GET"): (True, ALL),
    ("statements.download", "GET"): (True, ALL),
    ("statements.prepare", "GET"): (False, frozenset({Role.ADMINISTRATOR, Role.HEAD})),
    ("statements.publish", "POST"): (False, frozenset({Role.ADMINISTRATOR, Role.HEAD})),
    ("sources.public", "GET"): (True, ALL),
    ("sources.health", "GET"): (False, READERS),
    ("health.live", "GET"): (True, ALL),
    ("health.ready", "GET"): (True, ALL),
    ("health.metrics", "GET"): (False, frozenset({Role.ADMINISTRATOR})),
}
BY_TOKEN: dict[tuple[str, str], tuple[Scope, frozenset[Role]]] = {  # no session opens these
    ("v1.list_claims", "GET"): (Scope.CLAIMS_READ, READERS),
    ("v1.read_claim", "GET"): (Scope.CLAIMS_READ, READERS),
    ("v1.decide", "POST"): (Scope.CLAIMS_DECIDE, DECIDERS),
    ("v1.undo", "POST"): (Scope.CLAIMS_DECIDE, DECIDERS),
    ("v1.take_back_vote", "DELETE"): (Scope.CLAIMS_DECIDE, DECIDERS),
    ("v1.add_note", "POST"): (Scope.NOTES_WRITE, READERS),
    ("v1.search_archive", "GET"): (Scope.ARCHIVE_READ, READERS),
    ("v1.read_item", "GET"): (Scope.ARCHIVE_READ, READERS),
    ("v1.check_text", "POST"): (Scope.CHECK, READERS),
    ("v1.check_page", "POST"): (Scope.CHECK, READERS),
    ("v1.list_sources", "GET"): (Scope.SOURCES_READ, READERS),
    ("v1.list_saved_searches", "GET"): (Scope.SAVED_READ, READERS),
    ("v1.read_saved_search", "GET"): (Scope.SAVED_READ, READERS),
    ("v1.hand_in_report", "POST"): (Scope.FIELD_REPORT, REPORTERS),
    ("v1.hand_in_bundle", "POST"): (Scope.BUNDLES_WRITE, DECIDERS),
    ("v1.read_bundle", "GET"): (Scope.BUNDLES_READ, DECIDERS | {Role.HEAD}),
}
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture(scope="module")
def site(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path_factory.mktemp("access") / "home")))
    yield site
    site.close()


def routes(site: Site) -> Iterator[tuple[Rule, str]]:
    for rule in site.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address(site: Site, rule: Rule) -> str:
    claim = site.claims()[0]
    values = {
        "claim_id": claim,
        "narrative_id": claim,
        "search_id": claim,
        "request_id": claim,
        "proposal_id": claim,
        "part": 1,
        "other_id": site.claims()[1],
        "item_id": site.store.claims.view(claim).items[0].item.id,
        "name": "new",
        "filename": "style.css",
        "number": "2026-001",
        "file_id": claim,
        "report_id": claim,
        "form": "pdf",
        "token": "of-no-link",
        "session_id": claim,
        "user_id": claim,
        "link_id": claim,
        "view_id": claim,
        "batch_id": claim,
        "token_id": claim,
        "rule_id": claim,
        "dialogue_id": claim,
        "round_id": claim,
        "standing_id": claim,
        "place": "00.00.05.1001",
        "bundle_id": claim,
        "partner_id": claim,
        "statement_id": claim,
    }
    with site.app.test_request_context():
        built = site.app.url_map.bind("localhost").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}
        )
    return str(built)


def outcome(browser: Browser, method: str, path: str) -> str:
    form = {"csrf_token": browser.token("/no-such-page")} if method == "POST" else None
    answer = browser.client.open(path, method=method, data=form, environ_overrides=ELSEWHERE)
    if answer.status_code == 401:
        return "asked for a token"
    if answer.status_code == 303 and (answer.location or "").startswith("/login"):
        # Logging out leads to the login page too, but says what was done.
        done = path == "/logout" and "Anda sudah keluar" in browser.get("/login").text
        return "let in" if done else "asked to log in"
    return "refused" if answer.status_code == 403 else "let in"


def test_every_route_is_in_both_tables_and_nothing_else_is(site: Site) -> None:
    found = {(rule.endpoint, method) for rule, method in routes(site)}
    assert found == {*EXPECTED, *BY_TOKEN} == set(TABLE)


@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_gets_through_exactly_its_doors(site: Site, role: Role | None) -> None:
    browser = site.client(role)
    for rule, method in sorted(routes(site), key=lambda pair: pair[0].endpoint == "auth.logout"):
        strangers, roles = EXPECTED.get((rule.endpoint, method), (False, NOBODY))
        if (rule.endpoint, method) in BY_TOKEN:
            wanted = "asked for a token"
        elif role is None:
            wanted = "let in" if strangers else "asked to log in"
        else:
            wanted = "let in" if role in roles else "refused"
        assert outcome(browser, method, address(site, rule)) == wanted, (rule.endpoint, method, role)


def test_a_new_route_is_closed_until_the_table_names_it(tmp_path: Path, site: Site) -> None:
    other = Site(Path(shutil.copytree(site.home, tmp_path / "home")))
    other.app.add_url_rule("/new", "new", lambda: "open")
    assert other.client().get("/new").status_code == 303
    assert other.client(Role.ADMINISTRATOR).get("/new").status_code == 403
    other.close()


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
def test_no_other_method_opens_a_door(site: Site, method: str) -> None:
    for rule, _ in routes(site):
        if EXPECTED.get((rule.endpoint, "GET"), (True, ALL))[0]:
            continue
        answer = site.client().client.open(address(site, rule), method=method, environ_overrides=ELSEWHERE)
        assert answer.status_code in (303, 401, 404, 405), (rule.endpoint, method)
        assert not answer.data or answer.status_code != 200


def test_metrics_are_open_to_this_machine_but_not_to_whoever_comes_through_a_proxy(site: Site) -> None:
    stranger = site.client()
    assert stranger.get("/metrics").status_code == 200
    assert stranger.get("/metrics", environ_overrides=ELSEWHERE).status_code == 303
    assert stranger.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 303
