"""Coming in and people's accounts against those who mean ill: guessing, planting, replaying, redirecting."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from kentongan.domain import Role, User
from kentongan.errors import StoreError
from kentongan.store import factors
from kentongan.store.attempts import FREE
from kentongan.store.audit import Audit
from kentongan.store.database import now
from tests.factories import PASSWORD
from tests.security.test_web_access import address
from tests.web_city import Browser, Site
from webui.access import TABLE
from webui.seals import factor_seal

NEW = "tiga ketukan pelan sekali"
NOW = now()


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are all of one moment, however slow the tests are."""
    monkeypatch.setattr(factors, "now", lambda: NOW)


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


def user(site: Site, name: str = "analyst") -> User:
    found = site.store.users.named(name)
    assert found is not None
    return found


def set_up_factor(site: Site, name: str = "analyst") -> tuple[pyotp.TOTP, list[str]]:
    """Give a user a generator, set up by the code before the present one, and return it."""
    with site.app.app_context():
        site.store.factors.prepare(user(site, name), factor_seal())
        key = site.store.factors.pending_key(user(site, name), factor_seal())
        assert key is not None
        totp = pyotp.TOTP(key)
        codes = site.store.factors.confirm(user(site, name), at(totp, -1), factor_seal())
    assert codes is not None
    return totp, codes


def at(totp: pyotp.TOTP, steps: int = 0) -> str:
    return totp.at(NOW + timedelta(seconds=30 * steps))


def log_in(browser: Browser, name: str = "analyst", password: str = PASSWORD, **form: str) -> str | None:
    return browser.post("/login", page="/login", name=name, password=password, **form).location


def give(browser: Browser, code: str) -> int:
    return browser.post("/login/kode", page="/login/kode", code=code).status_code


def is_in(browser: Browser) -> bool:
    return browser.get("/akun/").status_code == 200


# Two steps


def test_with_a_second_step_the_password_alone_opens_nothing(site: Site) -> None:
    totp, _ = set_up_factor(site)
    browser = site.client()
    assert log_in(browser) == "/login/kode"
    for (endpoint, method), access in TABLE.items():
        if method == "GET" and not access.anonymous and not access.this_machine:
            rule = next(site.app.url_map.iter_rules(endpoint))
            if not rule.arguments:
                answer = browser.get(rule.rule)
                refused = (401, "") if rule.rule.startswith("/api/") else (303, "/login")
                assert (answer.status_code, (answer.location or "")[:6]) == refused, rule.rule
    assert give(browser, "000000") == 422
    assert not is_in(browser)
    assert give(browser, at(totp)) == 303
    assert is_in(browser)


def test_a_code_that_was_seen_over_a_shoulder_does_not_let_a_second_person_in(site: Site) -> None:
    totp, codes = set_up_factor(site)
    first, second = site.client(), site.client()
    for browser, outcome in ((first, 303), (second, 422)):
        log_in(browser)
        assert give(browser, at(totp)) == outcome
    log_in(second)
    assert give(second, codes[0]) == 303
    third = site.client()
    log_in(third)
    assert give(third, codes[0]) == 422


def test_guessing_codes_is_stopped_and_the_right_password_does_not_begin_the_count_anew(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kentongan.store.attempts.FREE", 4)
    totp, _ = set_up_factor(site)
    guesser = site.client()
    log_in(guesser)
    assert [give(guesser, "000000") for _ in range(3)] == [422, 422, 422]
    assert give(guesser, at(totp)) == 429
    assert guesser.post("/login", page="/nothing", name="analyst", password=PASSWORD).status_code == 429
    assert not is_in(guesser)


def test_the_second_step_ends_after_some_minutes_and_with_a_new_password(site: Site) -> None:
    totp, _ = set_up_factor(site)
    late, changed = site.client(), site.client()
    log_in(late)
    with late.client.session_transaction() as session:
        session["awaited"] = [*session["awaited"][:2], session["awaited"][2] - 301, ""]
    assert give(late, at(totp)) == 422
    log_in(changed)
    site.store.users.set_password("analyst", NEW, by="test")
    assert give(changed, at(totp)) == 422
    assert not is_in(late)
    assert not is_in(changed)


def test_what_awaits_a_code_cannot_be_made_up_even_with_the_key_of_the_cookies(site: Site) -> None:
    totp, _ = set_up_factor(site)
    stranger = site.client()
    for proof in ("", "0", user(site).session_epoch, None):
        with stranger.client.session_transaction() as session:
            session["awaited"] = [str(user(site).id), proof, int(now().timestamp()), ""]
        assert give(stranger, at(totp)) == 422
    with stranger.client.session_transaction() as session:
        session["_user_id"] = str(user(site).id)
    assert not is_in(stranger)


def test_a_role_that_must_have_a_second_step_gets_nowhere_without(site: Site) -> None:
    site.store.factors.require([Role.ANALYST], by="test")
    analyst = site.client(Role.ANALYST)
    for path in ("/queue/new", "/archive/", "/akun/", "/periksa"):
        assert analyst.get(path).location == "/akun/langkah-kedua", path
    assert analyst.get("/akun/langkah-kedua").status_code == 200
    assert site.client(Role.REVIEWER).get("/akun/").status_code == 200
    analyst.post("/akun/langkah-kedua", own=PASSWORD)
    with site.app.app_context():
        key = site.store.factors.pending_key(user(site), factor_seal())
    assert key is not None
    assert analyst.post("/akun/langkah-kedua/pastikan", code=at(pyotp.TOTP(key))).status_code == 200
    assert is_in(analyst)
    assert analyst.post("/akun/langkah-kedua/hapus", own=PASSWORD).status_code == 422
    assert site.store.factors.state(user(site).id).since is not None


@pytest.mark.parametrize(
    "path",
    ["/akun/langkah-kedua", "/akun/langkah-kedua/kode-pemulihan", "/akun/langkah-kedua/hapus", "/akun/sandi"],
)
def test_whoever_finds_a_browser_open_changes_nothing_without_the_password(site: Site, path: str) -> None:
    set_up_factor(site)
    analyst = site.client(Role.ANALYST)
    before = site.store.factors.state(user(site).id)
    for own in ("", "wrong password"):
        assert analyst.post(path, own=own, password=NEW, again=NEW).status_code == 422
    assert site.store.factors.state(user(site).id) == before
    assert site.store.users.check_password("analyst", PASSWORD)


def test_nor_do_they_find_the_password_out_by_trying(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kentongan.store.attempts.FREE", 2)
    analyst = site.client(Role.ANALYST)
    for _ in range(2):
        analyst.post("/akun/langkah-kedua/hapus", own="wrong password")
    answer = analyst.post("/akun/langkah-kedua", own=PASSWORD)
    assert answer.status_code == 422
    assert site.store.factors.state(user(site).id).pending is False


def test_the_key_is_shown_until_its_first_code_and_never_again(site: Site) -> None:
    analyst = site.client(Role.ANALYST)
    assert analyst.get("/akun/langkah-kedua/qr.svg").status_code == 404
    analyst.post("/akun/langkah-kedua", own=PASSWORD)
    picture = analyst.get("/akun/langkah-kedua/qr.svg")
    assert picture.content_type == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert "script" not in picture.text
    with site.app.app_context():
        key = site.store.factors.pending_key(user(site), factor_seal())
    assert key is not None
    page = analyst.get("/akun/langkah-kedua").text
    assert " ".join(re.findall("....", key)) in page
    shown = analyst.post("/akun/langkah-kedua/pastikan", code=at(pyotp.TOTP(key))).text
    assert len(re.findall(r"<code>(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}</code>", shown)) == 10
    assert analyst.get("/akun/langkah-kedua/qr.svg").status_code == 404
    for path in ("/akun/langkah-kedua", "/akun/"):
        page = analyst.get(path).text
        assert key not in page.replace(" ", "")
        assert not re.search(r"(?:[A-Z2-7]{4}-){3}", page)


# Sessions


def test_a_planted_session_does_not_become_the_victims(site: Site) -> None:
    planted = site.client(Role.LIAISON).client.get_cookie("kentongan")
    assert planted is not None
    victim, attacker = site.client(), site.client()
    victim.client.set_cookie("kentongan", planted.value)
    log_in(site.client())
    victim.post("/logout")
    victim.client.set_cookie("kentongan", planted.value)
    log_in(victim)
    attacker.client.set_cookie("kentongan", planted.value)
    assert not is_in(attacker)
    after = victim.client.get_cookie("kentongan")
    assert after is not None
    assert after.value != planted.value
    assert "analyst" in victim.get("/akun/").text


def test_a_copied_cookie_ends_with_logging_out(site: Site) -> None:
    analyst = site.client(Role.ANALYST)
    cookie = analyst.client.get_cookie("kentongan")
    assert cookie is not None
    analyst.post("/logout")
    thief = site.client()
    thief.client.set_cookie("kentongan", cookie.value)
    assert not is_in(thief)


def test_a_session_is_revoked_by_its_owner_alone_and_ends_at_the_next_request(site: Site) -> None:
    here, there, other = site.client(), site.client(), site.client(Role.REVIEWER)
    for browser in (here, there):
        log_in(browser)
    keys = [view.id for view in site.store.sessions.of(user(site).id)]
    (theirs,) = (view.id for view in site.store.sessions.of(user(site, "reviewer").id))
    for key in keys:
        assert other.post(f"/akun/sesi/{key}/akhiri").status_code == 404
    assert here.post(f"/akun/sesi/{theirs}/akhiri").status_code == 404
    assert is_in(other)
    here.post("/akun/sesi/akhiri-lainnya")
    assert is_in(here)
    assert not is_in(there)
    assert is_in(other)


def test_a_changed_password_ends_the_other_sessions_and_not_this_one(site: Site) -> None:
    here, there = site.client(), site.client()
    for browser in (here, there):
        log_in(browser)
    before = here.client.get_cookie("kentongan")
    assert here.post("/akun/sandi", own=PASSWORD, password=NEW, again=NEW).status_code == 303
    after = here.client.get_cookie("kentongan")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert is_in(here)
    assert not is_in(there)
    assert site.store.users.check_password("analyst", NEW)


@pytest.mark.parametrize(
    "form", [{"password": NEW, "again": NEW + "x"}, {"password": "pendek", "again": "pendek"}]
)
def test_a_mistyped_or_weak_password_changes_nothing(site: Site, form: dict[str, str]) -> None:
    assert site.client(Role.ANALYST).post("/akun/sandi", own=PASSWORD, **form).status_code == 422
    assert site.store.users.check_password("analyst", PASSWORD)


def test_of_an_address_only_a_network_is_kept(site: Site) -> None:
    for remote, network in (
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("unix", ""),
    ):
        browser = site.client()
        form = {"csrf_token": browser.token("/login"), "name": "analyst", "password": PASSWORD}
        browser.client.post("/login", data=form, environ_overrides={"REMOTE_ADDR": remote})
        assert site.store.sessions.of(user(site).id)[0].network == network


# Waiting


def test_strangers_lock_out_strangers_and_not_who_has_been_here_before(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kentongan.store.attempts.FREE", 2)
    owner, stranger = site.client(), site.client()
    log_in(owner)
    owner.post("/logout")
    for _ in range(2):
        log_in(stranger, password="wrong password")
    assert stranger.post("/login", page="/login", name="analyst", password=PASSWORD).status_code == 429
    assert log_in(owner) == "/"
    known = owner.client.get_cookie("kentongan-known")
    assert known is not None
    assert known.http_only
    assert known.same_site == "Lax"


def test_failures_of_strangers_behind_the_same_address_keep_out_strangers_only(site: Site) -> None:
    totp, _ = set_up_factor(site)
    owner, stranger = site.client(), site.client()
    log_in(owner)
    assert give(owner, at(totp)) == 303
    owner.post("/logout")
    for n in range(30):
        log_in(stranger, f"nobody{n}", "wrong password")
    assert stranger.post("/login", page="/login", name="reviewer", password=PASSWORD).status_code == 429
    assert log_in(owner) == "/login/kode"
    assert give(owner, at(totp, 1)) == 303


def test_a_known_browser_of_one_person_is_a_stranger_to_another(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kentongan.store.attempts.FREE", 1)
    mine = site.client()
    log_in(mine)
    mine.post("/logout")
    assert log_in(mine, "reviewer", "wrong password") is None
    other = site.client()
    assert other.post("/login", page="/login", name="reviewer", password=PASSWORD).status_code == 429
    forged = site.client()
    forged.client.set_cookie("kentongan-known", '["reviewer", "x"]')
    assert forged.post("/login", page="/login", name="reviewer", password=PASSWORD).status_code == 429


@pytest.mark.parametrize("name", ["analyst", "nobody"])
def test_who_waits_is_told_how_long_whether_there_is_such_a_name_or_not(site: Site, name: str) -> None:
    for _ in range(FREE):
        site.store.attempts.admit(name)
    answer = site.client().post("/login", page="/login", name=name, password=PASSWORD)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 15
    assert "Terlalu banyak percobaan" in answer.text
    assert name not in answer.text


def test_a_password_typed_as_the_name_is_not_kept(site: Site) -> None:
    log_in(site.client(), "rahasia saya semua", "x")
    assert "rahasia" not in str(site.store.audit.latest(5))
    log_in(site.client(), "analyst", "x")
    assert site.store.audit.latest(1)[0].subject == "analyst"


def test_closed_accounts_and_awaited_passwords_are_answered_as_wrong_ones(site: Site) -> None:
    site.store.users.set_active("head", False, by="test")
    site.store.invitations.reset("liaison", by="test")
    pages = []
    for name in ("nobody", "head", "liaison"):
        answer = site.client().post("/login", page="/login", name=name, password=PASSWORD)
        pages.append(re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text).replace(f'"{name}"', '"X"'))
    assert pages[0] == pages[1] == pages[2]


# Links


def test_a_link_never_bears_the_host_that_a_request_claims(site: Site) -> None:
    administrator = site.client(Role.ADMINISTRATOR)
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    form = {
        "csrf_token": administrator.token("/orang/undang"),
        "name": "sari",
        "role": "analyst",
        "apart": "1",
    }
    answer = administrator.client.post(
        "/orang/undang", data=form, headers={"X-Forwarded-Host": "evil.example"}
    )
    assert "evil.example" not in answer.text
    assert re.search(r'<code class="one-time">/tautan/[\w-]{43}</code>', answer.text)
    assert "evil.example" not in administrator.get("/orang/undang", headers=evil).text


def test_a_link_bears_the_configured_address(site: Site) -> None:
    site.close()
    other = Site(site.home, environ={"PUBLIC_URL": "https://kentongan.kota.example"})
    form = {"name": "sari", "role": "analyst", "apart": "1"}
    answer = other.client(Role.ADMINISTRATOR).post("/orang/undang", **form)
    assert '<code class="one-time">https://kentongan.kota.example/tautan/' in answer.text
    other.close()


def test_looking_at_a_link_uses_nothing_up_and_a_dead_one_says_nothing(site: Site) -> None:
    token = site.store.invitations.invite("sari", Role.HEAD, by="test", stands_apart=True)
    stranger = site.client()
    for _ in range(3):  # a messenger, then a person, then again
        assert "sari" in stranger.get(f"/tautan/{token}").text
    dead = [stranger.get(f"/tautan/{t}") for t in ("x", token[:-1], "%00")]
    assert [answer.status_code for answer in dead] == [404, 404, 404]
    assert all("sari" not in answer.text for answer in dead)
    page = f"/tautan/{token}"
    for form in ({"password": "pendek", "again": "pendek"}, {"password": NEW, "again": "lain"}):
        assert stranger.post(page, page=page, **form).status_code == 422
    assert stranger.post(page, page=page, password=NEW, again=NEW).location == "/login"
    assert stranger.post(page, page="/login", password=NEW, again=NEW).status_code == 404
    assert stranger.get(page).status_code == 404
    assert log_in(stranger, "sari", NEW) == "/"


def test_who_uses_a_link_in_anothers_browser_does_not_go_on_as_them(site: Site) -> None:
    token = site.store.invitations.invite("sari", Role.HEAD, by="test", stands_apart=True)
    analyst = site.client(Role.ANALYST)
    analyst.post(f"/tautan/{token}", page="/akun/", password=NEW, again=NEW)
    assert not is_in(analyst)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"]
)
def test_the_second_step_sends_nobody_to_another_site(site: Site, target: str) -> None:
    totp, _ = set_up_factor(site)
    browser = site.client()
    log_in(browser, next=target)
    assert browser.post("/login/kode", page="/login/kode", code=at(totp)).location == "/"
    again = site.client()
    log_in(again, next="/archive/?q=banjir")
    assert again.post("/login/kode", page="/login/kode", code=at(totp, 1)).location == "/archive/?q=banjir"


# Administrators


def test_an_administrator_changes_neither_themselves_nor_the_last_of_them(site: Site) -> None:
    administrator, me = site.client(Role.ADMINISTRATOR), user(site, "administrator")
    for path, form in (
        ("peran", {"role": "analyst"}),
        ("akun", {"active": "0"}),
        ("sandi-baru", {}),
        ("langkah-kedua/hapus", {}),
    ):
        assert administrator.post(f"/orang/{me.id}/{path}", **form).status_code == 422, path
    assert user(site, "administrator") == me


def test_every_change_of_an_account_is_in_the_audit_log_under_the_administrators_name(site: Site) -> None:
    administrator, key = site.client(Role.ADMINISTRATOR), user(site).id
    set_up_factor(site)
    site.store.sessions.begin(user(site))
    for path, form in (
        ("sesi/akhiri", {}),
        ("peran", {"role": "second_reader"}),
        ("buka-kunci", {}),
        ("langkah-kedua/hapus", {}),
        ("sandi-baru", {}),
        ("akun", {"active": "0"}),
        ("akun", {"active": "1"}),
    ):
        assert administrator.post(f"/orang/{key}/{path}", **form).status_code in (200, 303), path
    done = [(e.actor, e.action, e.subject) for e in site.store.audit.latest(7)]
    assert done == [
        ("administrator", action, "analyst")
        for action in (
            "activate user", "deactivate user", "reset password", "remove second factor", "unlock user",
            "change role", "end sessions",
        )
    ]  # fmt: skip


# The audit log


def test_only_the_reviewer_reads_the_audit_log_and_nobody_writes_it(site: Site) -> None:
    for role in Role:
        status = 200 if role is Role.REVIEWER else 403
        assert site.client(role).get("/audit/").status_code == status, role
    changing = {key for key in TABLE if key[0].startswith("audit.") and key[1] != "GET"}
    assert changing == {("audit.verify", "POST")}


def test_reading_checking_and_exporting_the_log_are_entries_of_it(site: Site) -> None:
    reviewer = site.client(Role.REVIEWER)
    reviewer.get("/audit/?action=login&actor=analyst&day=2026-01-02")
    reviewer.post("/audit/periksa")
    assert reviewer.get("/audit/export?actor=analyst").status_code == 200
    entries = site.store.audit.latest(3)
    assert [e.action for e in entries] == ["export audit log", "verify audit log", "read audit log"]
    assert entries[2].detail == {
        "wanted": {"action": "login", "actor": "analyst", "day": "2026-01-02"},
        "before": None,
    }
    assert entries[1].detail["broken"] is None
    assert entries[0].detail == {"wanted": {"actor": "analyst"}}


def test_what_an_entry_holds_is_said_in_words_and_what_says_nothing_is_left_out(site: Site) -> None:
    site.store.audit.add("sari", "search", "tps", role="second_reader", wanted={"actor": "budi", "day": ""},
                         whole=True, kind="", skipped=0)  # fmt: skip
    page = site.client(Role.REVIEWER).get("/audit/?actor=sari").text
    assert "peran: pembaca kedua, saringan: siapa: budi, utuh: ya, dilewati: 0<" in page


def test_hostile_entries_are_text_on_the_page_and_no_formula_in_the_file(site: Site) -> None:
    site.store.audit.add("=cmd|' /C calc'!A0", "search", '<script>alert(1)</script>"', note="<img src=x>")
    reviewer = site.client(Role.REVIEWER)
    page = reviewer.get("/audit/").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "'=cmd|" in reviewer.get("/audit/export").text


@pytest.mark.parametrize(
    "query", ["day=x", "day=0001-01-01", "before=x", "before=-1", "before=" + "9" * 30, "before=²"]
)
def test_a_bad_filter_is_said(site: Site, query: str) -> None:
    assert site.client(Role.REVIEWER).get(f"/audit/?{query}").status_code == 400


# Looks (R21)

LOOKED = {
    "queue.lane": "view queue",
    "claims.show": "view claim",
    "claims.joining": "view claim",
    "claims.referring": "view claim",
    "narratives.overview": "list narratives",
    "archive.search": "search",
    "archive.item": "view item",
    "archive.similar": "search",
    "claims.mentions": "view notes",
    "claims.past": "view claim",
    "saved.overview": "list saved searches",
    "alerts.overview": "list alerts",
    "incidents.overview": "list cases",
    "reports.overview": "list reports",
    "rounds.overview": "list rounds",
    "reports.begin": "choose report claims",
    "sharing.overview": "list bundles",
    "sharing.begin": "choose bundle claims",
    "work.export": "export work figures",
    "trends.overview": "view trends",
    "trends.export": "export trends",
    "trends.map": "view map",
    "trends.export_map": "export trends",
    "dialogues.overview": "list dialogues",
    "dialogues.export": "export dialogues",
}
"""What each page of readers leaves in the log."""
LOOKED_AT_ELSEWHERE = {  # with the cases, narratives and files that their own tests make
    "archive.export", "narratives.show", "saved.show", "saved.edit", "incidents.show", "incidents.file",
    "reports.show", "reports.download", "incidents.giving", "incidents.choose", "queue.batch", "evidence.show",
    "dialogues.show", "dialogues.edit",
    "rounds.show", "rounds.export", "rounds.submission",
    "sharing.show", "sharing.download", "sharing.received",
}  # fmt: skip
QUIET = {
    "sharing.asking",
    "queue.first",
    "queue.pulse",
    "queue.views",
    "keys.overview",
    "saved.new",
    "incidents.begin",
    "dialogues.new",
    "rounds.begin",
    "check.form",
    "sources.health",
    "work.overview",
}
"""Pages of readers that show no claim, item, search or case."""


def test_every_page_of_readers_is_known_to_leave_an_entry_or_to_have_nothing_to_tell() -> None:
    readers = {
        endpoint
        for (endpoint, method), access in TABLE.items()
        if method == "GET"
        and Role.ANALYST in access.roles
        and Role.FIELD_REPORTER not in access.roles
        and access.scope is None  # those opened by token: tests/functional/api/test_looks.py
    }
    assert readers == {*LOOKED, *LOOKED_AT_ELSEWHERE, *QUIET}


@pytest.mark.parametrize("endpoint", sorted(LOOKED))
def test_a_page_that_shows_claims_items_or_searches_leaves_an_entry(site: Site, endpoint: str) -> None:
    path = address(site, next(site.app.url_map.iter_rules(endpoint)))
    assert site.client(Role.ANALYST).get(path).status_code == 200
    latest = site.store.audit.latest(1)[0]
    assert (latest.actor, latest.action) == ("analyst", LOOKED[endpoint])


def test_the_same_list_seen_again_after_each_decision_is_one_entry(site: Site) -> None:
    analyst = site.client(Role.ANALYST)

    def looks() -> int:
        return sum(e.action == "view queue" for e in site.store.audit.latest(100))

    for _ in range(5):
        analyst.get("/queue/new")
    assert looks() == 1
    site.client(Role.HEAD).get("/queue/new")
    assert looks() == 2
    site.client().get("/queue/new")
    site.client(Role.LIAISON).get("/queue/new")
    assert looks() == 2


def test_a_look_that_could_not_be_written_down_is_not_taken_for_written(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst, add = site.client(Role.ANALYST), Audit.add

    def broken(*_: object, **__: object) -> None:
        raise StoreError("no room")

    monkeypatch.setattr(Audit, "add", broken)
    assert analyst.get("/queue/new").status_code == 503
    monkeypatch.setattr(Audit, "add", add)
    assert analyst.get("/queue/new").status_code == 200
    assert site.store.audit.latest(1)[0].action == "view queue"


def test_what_was_looked_for_is_not_hidden_behind_a_long_address(site: Site) -> None:
    analyst, long = site.client(Role.ANALYST), "&".join(f"label={'x' * 40}" for _ in range(12))
    for kind in ("hoax", "identity_politics"):
        analyst.get(f"/queue/new?{long}&label={kind}")
        assert site.store.audit.latest(1)[0].subject.endswith(kind)
    assert analyst.get(f"/queue/new?{long * 5}&label=hoax").status_code == 414
