"""Logging in and out, languages, the front door, probes and error pages, over HTTP."""

import re
from pathlib import Path

import pytest

from kentongan.domain import Role
from kentongan.errors import SettingError
from tests.factories import PASSWORD
from tests.web_city import Browser, Site, make_settings
from webui.app import create_app


def test_logging_in_leads_to_the_queue_and_logging_out_ends_the_session(site: Site) -> None:
    browser = site.client()
    assert browser.get("/").location == "/login"
    answer = browser.post("/login", page="/login", name=" Analyst ", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/").location == "/queue/"
    assert browser.get("/queue/").location == "/queue/new"
    assert browser.get("/login").location == "/"
    assert browser.post("/logout", page="/queue/new").location == "/login"
    assert browser.get("/queue/new").location == "/login?next=/queue/new"
    actions = [entry.action for entry in site.store.audit.latest(3)]
    assert actions == ["logout", "view queue", "login"]


def test_after_logging_in_the_page_that_was_asked_for_comes(site: Site) -> None:
    browser = site.client()
    wanted = "/archive/?q=gudang+suara&label=hoax"
    login = browser.get(wanted).location
    form = browser.get(login).text
    back = re.search(r'name="next" value="([^"]+)"', form)
    assert back is not None
    answer = browser.post(
        "/login", page=login, name="analyst", password=PASSWORD, next=back[1].replace("&amp;", "&")
    )
    assert answer.location == wanted


def test_liaisons_who_must_not_read_posts_begin_with_the_trends(site: Site) -> None:
    browser = site.client(Role.LIAISON)
    assert browser.get("/").location == "/tren/"
    page = browser.get("/tren/")
    assert page.status_code == 200
    assert "/queue/" not in page.text
    assert "/archive/" not in page.text


def test_the_language_is_switched_by_a_form_and_survives_logging_out(site: Site, analyst: Browser) -> None:
    assert '<html lang="id">' in analyst.get("/queue/new").text
    answer = analyst.post("/language", language="en", next="/queue/press", page="/queue/new")
    assert answer.location == "/queue/press"
    page = analyst.get("/queue/press").text
    assert '<html lang="en">' in page
    assert "Right of reply / correction" in page
    analyst.post("/logout", page="/queue/new")
    assert "User name" in analyst.get("/login").text
    assert analyst.post("/language", language="xx", page="/login").status_code == 400


def test_every_page_says_where_we_are_and_that_marks_are_leads(analyst: Browser) -> None:
    for path in ("/queue/new", "/archive/", "/nothing-here", "/login"):
        page = analyst.get(path, follow_redirects=True).text
        assert "Kota Arunika" in page
        assert "Petunjuk, bukan putusan" in page


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("get", "/nothing-here", 404, "Halaman tidak ditemukan"),
        ("get", "/logout", 405, "tidak dapat dilakukan di sini"),
        ("get", "/queue/new?label=x", 400, "Isian tidak dapat dibaca"),
        ("get", "/metrics", 403, "bukan untuk peran Anda"),
    ],
)
def test_each_trouble_has_a_page(analyst: Browser, method: str, path: str, status: int, said: str) -> None:
    answer = getattr(analyst.client, method)(path, headers={"X-Forwarded-For": "192.0.2.1"})
    assert answer.status_code == status
    assert said in answer.text
    assert "Traceback" not in answer.text


def test_a_form_that_is_too_long_is_refused(site: Site, analyst: Browser) -> None:
    answer = analyst.post(
        f"/claims/{site.claims()[0]}/decisions", decision="watch", version=1, note="x" * 70_000
    )
    assert answer.status_code == 413
    assert "Isian terlalu panjang" in answer.text


def test_a_record_that_is_gone_gives_a_page_without_asking_it_who_is_looking(
    site: Site, analyst: Browser
) -> None:
    with site.store.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE users RENAME TO nobody")
    answer = analyst.get("/queue/new")
    assert answer.status_code == 503
    assert "Catatan sedang tidak dapat dijangkau" in answer.text
    assert "nobody" not in answer.text
    ready = analyst.get("/healthz/live")
    assert ready.status_code == 200


def test_a_fault_of_ours_gives_a_page_and_no_trace(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    analyst = site.client(Role.ANALYST)

    def burst(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(site.store.claims, "queue", burst)
    answer = analyst.get("/queue/new")
    assert answer.status_code == 500
    assert "Terjadi kesalahan di pihak kami" in answer.text
    assert "secret detail" not in answer.text


def test_metrics_count_answers_and_waiting_work_but_no_person(site: Site, analyst: Browser) -> None:
    analyst.get("/queue/new")
    text = analyst.get("/metrics").text
    assert 'kentongan_http_requests_total{method="GET",route="queue.lane",status="200"}' in text
    assert 'kentongan_claims{lane="new"} 4.0' in text
    assert "kentongan_outbox_jobs" in text
    assert "analyst" not in text


def test_the_application_does_not_start_without_a_key(tmp_path: Path, site: Site) -> None:
    settings = make_settings(tmp_path, SECRET_KEY="")
    assert site.index is not None
    with pytest.raises(SettingError, match="KENTONGAN_SECRET_KEY"):
        create_app(settings, site.store, site.index)
