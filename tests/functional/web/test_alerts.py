"""One's own alerts: why, where the evidence is, and ways of being told that nobody else sees."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.routing import RequestRedirect

from kentongan.alerting.rules import NewAlert
from kentongan.alerting.values import About, Kind
from kentongan.domain import Role
from kentongan.store.alert_counts import SubjectDays
from pipeline.alerting.looking import link_of
from tests.web_city import Browser, Site
from webui.access import may
from webui.parts import Parts

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
FIGURES = {
    "items": 9.0,
    "voices": 4.0,
    "expected": 0.9,
    "chance": 1e-6,
    "days": 28.0,
    "watched": 0.8,
    "hours": 24.0,
}
PATH = "/peringatan/"
FORM: dict[str, Any] = {
    "kind": ["burst", "source"], "channel": "webhook", "address": "https://hook.example/a", "when": "digest",
    "digest_at": "07:30", "quiet": "1", "quiet_from": "21:00", "quiet_until": "06:00",
}  # fmt: skip


@pytest.fixture
def open_site(site: Site) -> Site:
    """A city that may send: what people type to come here is set."""
    parts: Parts = site.app.extensions["kentongan"]
    site.app.extensions["kentongan"] = _with(parts)
    return site


def _with(parts: Parts) -> Parts:
    return replace(parts, settings=replace(parts.settings, public_url="https://kentongan.kota.example"))


def told(site: Site, **changes: Any) -> None:
    values = {
        "title": "Surat <b>suara</b>",
        "link": "/narasi/x",
        "kind": Kind.BURST,
        "owner": None,
        **changes,
    }
    alert = NewAlert(about=About.NARRATIVE, subject="n-1", figures=FIGURES, **values)
    site.store.alerts.raise_all([alert], AT, site.app.extensions["kentongan"].region.time_zone)


def test_an_alert_says_why_and_leads_to_its_evidence(site: Site, analyst: Browser) -> None:
    told(site)
    page = analyst.get(PATH).text
    assert 'href="/narasi/x">Surat &lt;b&gt;suara&lt;/b&gt;</a>' in page
    assert "9" in page
    assert "80 %" in page


def test_what_may_not_be_sent_has_no_words_here_either(site: Site, analyst: Browser) -> None:
    told(site, title="")
    assert 'href="/narasi/x">' in analyst.get(PATH).text


def test_without_a_way_out_the_page_says_so_and_refuses(site: Site, analyst: Browser) -> None:
    assert 'name="channel"' not in analyst.get(PATH).text
    assert analyst.post(PATH, page="/akun/", **FORM).status_code == 422
    assert site.store.alert_rules.of(analyst_of(site)) == []


def test_a_way_is_kept_shown_to_its_owner_alone_and_removed(open_site: Site, analyst: Browser) -> None:
    assert analyst.post(PATH, page=PATH, **FORM).location == PATH
    page = analyst.get(PATH).text
    assert "https://hook.example/a" in page
    assert "07.30" in page
    assert re.search(r'<code class="one-time">[0-9a-f]{64}</code>', page)
    (rule,) = open_site.store.alert_rules.of(analyst_of(open_site))
    assert rule.kinds == {Kind.BURST, Kind.SOURCE}
    administrator = open_site.client(Role.ADMINISTRATOR)
    assert "hook.example" not in administrator.get(PATH).text
    for what in ("hapus", "uji"):
        assert administrator.post(f"{PATH}{rule.id}/{what}", page=PATH).status_code == 404
    assert analyst.post(f"{PATH}{rule.id}/hapus", page=PATH).location == PATH
    assert open_site.store.alert_rules.of(analyst_of(open_site)) == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"kind": []}, 422), ({"address": "http://hook.example/"}, 422), ({"address": "x"}, 422),
        ({"channel": "email"}, 422), ({"channel": "pigeon"}, 400), ({"digest_at": "late"}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(
    open_site: Site, analyst: Browser, changed: dict[str, Any], status: int
) -> None:
    assert analyst.post(PATH, page=PATH, **(FORM | changed)).status_code == status
    assert open_site.store.alert_rules.of(analyst_of(open_site)) == []


def test_a_test_message_says_what_came_of_it(open_site: Site, analyst: Browser) -> None:
    analyst.post(PATH, page=PATH, **(FORM | {"address": "https://10.0.0.1/a"}))
    (rule,) = open_site.store.alert_rules.of(analyst_of(open_site))
    analyst.post(f"{PATH}{rule.id}/uji", page=PATH)
    assert "webhook: internal" in analyst.get(PATH).text


def test_every_link_of_an_alert_is_a_page_of_ours_that_its_readers_may_see(site: Site) -> None:
    key = str(site.store.saved.all()[0].id)
    links = ["/sumber/kesehatan", f"/pantauan/{key}"]
    zone = site.app.extensions["kentongan"].region.time_zone
    for about in (About.NARRATIVE, About.PLACE, About.TARGET, About.GROUP):
        subject = SubjectDays(about, key, "", False, {}, 0, 0, None)
        links.append(link_of(subject, {key: "Partai Arunika"}, AT, zone))
    for link in links:
        try:
            endpoint, _ = site.app.url_map.bind("localhost").match(link.partition("?")[0])
        except RequestRedirect:
            pytest.fail(link)
        assert may(str(endpoint), "GET", Role.HEAD), link


def analyst_of(site: Site) -> Any:
    return next(user.id for user in site.store.users.all() if user.name == "analyst")
