"""Reporting by tiers over HTTP: each tier's own form, the city's desk, and what becomes a report of the office."""

import csv
import re
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from kentongan.alerting.rules import Channel, NewAlert, Wish
from kentongan.alerting.values import About, Kind
from kentongan.domain import Role, UserId
from kentongan.field import Finding
from kentongan.ids import new_id
from kentongan.reports.kinds import ReportKind
from kentongan.reports.values import FactSection, Question, Status, WrittenSection
from kentongan.rounds.values import Round, Sheet, Situation, State
from kentongan.sealing import Seal
from kentongan.store.alert_rules import PURPOSE
from tests.factories import PASSWORD
from tests.field_work import ORIGIN, STATEMENT, ask, hand_in
from tests.rounds import BARAT, JATIWENING, KEBUN, MEKARJAYA, RINDANG, soon
from tests.web_city import KEY, Browser, Site
from webui.rounds import limits

MATTER = "Antrean beras di balai kelurahan sampai jalan raya"


def another(site: Site, name: str, *places: str) -> Browser:
    """Return a further field reporter, logged in, with these places."""
    site.store.users.add(name, Role.FIELD_REPORTER, PASSWORD, by="test")
    site.store.areas.set(name, places, by="test")
    browser = Browser(site.app.test_client())
    assert browser.post("/login", page="/login", name=name, password=PASSWORD).status_code == 303
    return browser


@pytest.fixture
def lurah(site: Site) -> Browser:
    site.store.areas.set(Role.FIELD_REPORTER.value, [JATIWENING], by="test")
    return site.client(Role.FIELD_REPORTER)


@pytest.fixture
def one(site: Site) -> Round:
    today, at = datetime.now(UTC).date(), datetime.now(UTC)
    return site.store.rounds.open(
        "sari", new_id(), today, today, soon(at), (BARAT, JATIWENING, KEBUN), at=at
    )  # fmt: skip


def path(one: Round, place: str = JATIWENING, end: str = "") -> str:
    return f"/lapangan/putaran/{one.id}/{place}{end}"


def send(browser: Browser, where: str, **form: object) -> TestResponse:
    """Send the form of a page with the version that stands on it."""
    page = browser.get(where)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert version is not None
    assert token is not None
    data = {"csrf_token": token[1], "version": version[1], **form}
    return browser.client.post(where, data=data, headers={"Origin": ORIGIN})


def said(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_from_a_lurahs_phone_to_a_report_of_the_office(site: Site, lurah: Browser, one: Round) -> None:
    store, analyst = site.store, site.client(Role.ANALYST)
    assert hand_in(lurah).status_code == 303
    asked = ask(site)
    reporter = store.users.named(Role.FIELD_REPORTER.value)
    assert reporter is not None
    store.requests.answer(asked.id, reporter.id, Finding.TRUE, "Saya ke sana pukul sembilan.")
    assert "Kel. Jatiwening" in said(lurah.get("/lapangan/"))
    page = lurah.get(path(one))
    cites = re.findall(r'name="(cite-[^"]+)"', page.text)
    assert len(cites) == 2
    assert 'value=""' in page.text.split('name="fact-0-who"')[1][:20]  # nobody fills "who" in
    text = {"situation": "notable", "fact-0-what": MATTER, "fact-0-who": "warga", "advice": "Tambah meja."}
    assert send(lurah, path(one), do="save", **text).status_code == 303
    answer = send(lurah, path(one), do="send", **text, **dict.fromkeys(cites, "1"))
    assert answer.location == "/lapangan/"
    camat = another(site, "camat", MEKARJAYA)
    overview = said(camat.get(path(one, MEKARJAYA)))
    assert MATTER not in overview  # sent, and not taken in yet
    assert "terkirim" in overview
    received = path(one, JATIWENING, "/terkirim")
    assert MATTER in said(camat.get(received))
    refused = send(camat, path(one, MEKARJAYA), do="send", situation="notable", assessment="Terkendali.")
    assert refused.status_code == 422
    assert "Terkendali." in refused.text  # nothing typed is lost
    assert send(camat, received, do="take").location == path(one, MEKARJAYA)
    assert (
        send(camat, path(one, MEKARJAYA), do="send", situation="safe", assessment="Terkendali.").status_code
        == 303
    )
    desk = f"/laporan/putaran/{one.id}"
    page = analyst.get(f"{desk}/{MEKARJAYA}")
    assert "Belum melapor: Kel. Kebun Selasih." in said(page)
    assert "field_reporter" not in page.text
    assert analyst.post(f"{desk}/laporan", kind="daily").status_code == 400  # nothing was taken in yet
    assert send(analyst, f"{desk}/{MEKARJAYA}", do="take").location == desk
    made = analyst.post(f"{desk}/laporan", kind="daily")
    assert made.status_code == 303
    report = store.reports.page().rows[0]
    assert (report.kind, report.place) == (ReportKind.DAILY, "")
    facts = report.content.facts[FactSection.FACTS]
    assert {s.status for s in facts if s.question is not Question.WHAT} == {Status.UNVERIFIED}
    first = facts[0]
    assert (first.text, first.status) == (
        f"Kelurahan Jatiwening melaporkan: {MATTER}.", Status.UNVERIFIED,
    )  # fmt: skip
    assert first.links[0].url == f"{desk}/{JATIWENING}"
    assert first.links[0].title.startswith("laporan kelurahan Jatiwening, ")
    answered = next(s for s in facts if STATEMENT in s.text)
    assert answered.status is Status.FIELD_TRUE
    (spread,) = report.content.facts[FactSection.SPREAD]
    assert "Belum masuk: Rindang Barat, Kebun Selasih" in spread.text
    assert report.content.written[WrittenSection.ANALYSIS] == "Kecamatan Mekarjaya: Terkendali."
    assert report.content.written[WrittenSection.PREDICTION] == ""
    for form in ("docx", "pdf", "txt"):
        assert analyst.get(f"/laporan/{report.id}/unduh/{form}").status_code == 200
    # Drafting anew from the record leaves what the tiers handed in.
    made_page = f"/laporan/{report.id}"
    assert analyst.post(f"{made_page}/segarkan", page=made_page, version=report.version).status_code == 303
    assert store.reports.get(report.id).content.facts == report.content.facts


def test_nihil_is_one_press_and_counts_as_much(site: Site, lurah: Browser, one: Round) -> None:
    assert send(lurah, path(one), do="nihil").status_code == 303
    held = site.store.submissions.of_round(one.id)[JATIWENING]
    assert held.state is State.SENT
    rows = list(
        csv.DictReader(StringIO(site.client(Role.HEAD).get(f"/laporan/putaran/{one.id}/berkas.csv").text))
    )
    assert [(row["place"], row["state"], row["accounts"]) for row in rows] == [
        (RINDANG, "none", "no"), (BARAT, "none", "no"), (MEKARJAYA, "none", "no"),
        (JATIWENING, "sent", "yes"), (KEBUN, "none", "no"),
    ]  # fmt: skip
    page = said(site.client(Role.REVIEWER).get(f"/laporan/putaran/{one.id}"))
    assert "Belum ada akun" in page
    assert "field_reporter" not in page


def test_another_place_is_not_there_for_reading_or_writing(site: Site, lurah: Browser, one: Round) -> None:
    other = another(site, "jauh", RINDANG, KEBUN)
    assert send(lurah, path(one), do="nihil").status_code == 303
    token = other.token("/lapangan/")
    for where in (
        path(one),
        path(one, MEKARJAYA),
        path(one, JATIWENING, "/terkirim"),
        path(one, "00.00.01.1001"),
    ):
        assert other.get(where).status_code == 404, where
        answer = other.client.post(where, data={"csrf_token": token, "version": "1", "do": "nihil"})
        assert answer.status_code == 404, where
    assert other.get(path(one, KEBUN)).status_code == 200
    site.store.areas.set("jauh", [RINDANG], by="test")
    assert other.get(path(one, KEBUN)).status_code == 404
    assert lurah.get(path(one, MEKARJAYA)).status_code == 404


def test_who_comes_second_keeps_what_they_typed_and_sees_what_stands(
    site: Site, lurah: Browser, one: Round
) -> None:
    colleague = another(site, "seklur", JATIWENING)
    lurah.get(path(one))
    assert send(colleague, path(one), do="save", situation="safe", done="Patroli malam.").status_code == 303
    answer = lurah.client.post(
        path(one),
        data={"csrf_token": lurah.token("/lapangan/"), "version": "0", "do": "send", "situation": "notable",
              "fact-0-what": MATTER},
    )  # fmt: skip
    assert answer.status_code == 409
    assert MATTER in answer.text
    assert "Patroli malam." in said(answer)
    assert 'name="version" value="1"' in answer.text
    assert site.store.submissions.of_round(one.id)[JATIWENING].state is State.DRAFT


def test_what_was_typed_outlives_a_mistake_a_session_and_a_limit(
    site: Site, lurah: Browser, one: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(lurah, path(one), do="send", **{"fact-0-what": MATTER})
    assert (answer.status_code, MATTER in answer.text) == (422, True)
    assert "Pilih satu" in said(answer)
    answer = send(lurah, path(one), do="send", situation="notable", done=MATTER, **{"fact-0-who": "@budi_x"})
    assert (answer.status_code, MATTER in answer.text) == (422, True)
    assert send(lurah, path(one), do="save", situation="safe", fax="x", done=MATTER).status_code == 422
    stranger = site.client()
    token = stranger.token("/login")
    form = {"csrf_token": token, "version": "0", "do": "send", "situation": "safe", "done": MATTER}
    ended = stranger.client.post(path(one), data=form, headers={"Origin": ORIGIN})
    assert (ended.status_code, MATTER in ended.text) == (401, True)
    elsewhere = stranger.client.post(path(one), data=form, headers={"Origin": "https://evil.example"})
    assert MATTER not in elsewhere.text
    again = lurah.client.post(path(one), data=form, headers={"Origin": ORIGIN})  # the old token
    assert (again.status_code, MATTER in again.text) == (400, True)
    form["csrf_token"] = lurah.token("/lapangan/")
    for _ in range(int(limits.PER_REPORTER.split()[0])):
        answer = lurah.client.post(path(one), data=form | {"situation": ""}, headers={"Origin": ORIGIN})
        if answer.status_code == 429:
            break
    assert (answer.status_code, MATTER in answer.text) == (429, True)


def test_the_city_opens_rounds_once_and_by_a_standing_order(site: Site, lurah: Browser) -> None:
    head = site.client(Role.HEAD)
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    form: dict[str, Any] = {
        "key": str(new_id()), "rhythm": "once", "since": day, "until": day, "clock_kelurahan": "10:00",
        "clock_kecamatan": "12:00", "clock_city": "14:00", "place": [JATIWENING, KEBUN],
    }  # fmt: skip
    first = head.post("/laporan/putaran/", **form)
    assert first.status_code == 303
    assert head.post("/laporan/putaran/", **form).location == first.location  # pressed twice
    refused = head.post("/laporan/putaran/", **form | {"key": str(new_id())})
    assert (refused.status_code, day in refused.text) == (422, True)
    wrong: list[dict[str, Any]] = [
        {"clock_city": "11:00"}, {"since": "kemarin"}, {"place": []}, {"clock_kelurahan": "x"},
    ]  # fmt: skip
    for changes in wrong:
        answer = head.post("/laporan/putaran/", **form | {"key": str(new_id())} | changes)
        assert answer.status_code == 422, changes
    assert head.post("/laporan/putaran/", **form | {"rhythm": "daily"}).status_code == 303
    (standing,) = site.store.rounds.standing()
    assert standing.places == (JATIWENING, KEBUN)
    assert "setiap hari" in head.get("/laporan/putaran/").text
    assert head.post(f"/laporan/putaran/tetap/{standing.id}/henti").status_code == 303
    assert head.post(f"{first.location}/tutup").status_code == 303
    assert head.post(f"{first.location}/tutup").status_code == 409
    assert lurah.get("/laporan/putaran/").status_code == 403


def test_without_a_camat_the_city_takes_in_itself_and_a_note_is_needed_to_send_back(
    site: Site, lurah: Browser, one: Round
) -> None:
    analyst, where = site.client(Role.ANALYST), f"/laporan/putaran/{one.id}/{JATIWENING}"
    assert send(lurah, path(one), do="nihil").status_code == 303
    assert send(analyst, where, do="return", note=" ").status_code == 422
    stale = analyst.post(where, do="return", note="Kapan persisnya?", version="9")
    assert (stale.status_code, "Kapan persisnya?" in stale.text) == (409, True)
    assert send(analyst, where, do="return", note="Kapan persisnya?").status_code == 303
    assert "Kapan persisnya?" in said(lurah.get("/lapangan/"))
    assert send(lurah, path(one), do="nihil").status_code == 303
    assert send(analyst, where, do="take").status_code == 303
    page = lurah.get(path(one))
    assert 'name="do"' not in page.text
    assert "sudah diterima" in said(page)


def test_a_reporter_sets_up_reminders_and_nobody_else_sees_the_address(
    city: Path, tmp_path: Path, site: Site, lurah: Browser
) -> None:
    assert "Belum ada jalan" in said(lurah.get("/lapangan/pengingat"))
    form = {
        "channel": "email",
        "address": "wati@kantor.example",
        "quiet_from": "21:00",
        "quiet_until": "06:00",
    }
    assert lurah.post("/lapangan/pengingat", **form).status_code == 422  # no way out is set up
    ready = {
        "PUBLIC_URL": "https://kentongan.example",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "SMTP_FROM": "k@k.example",
    }
    with closing(Site(Path(shutil.copytree(city, tmp_path / "ready")), environ=ready)) as other:
        reporter, head = other.client(Role.FIELD_REPORTER), other.client(Role.HEAD)
        for changes, status in (
            ({"quiet_from": "x"}, 400),
            ({"address": "x"}, 422),
            ({"channel": "webhook"}, 422),
        ):
            assert reporter.post("/lapangan/pengingat", **form | changes).status_code == status
        assert reporter.post("/lapangan/pengingat", **form).status_code == 303
        assert "wati@kantor.example" in reporter.get("/lapangan/pengingat").text
        assert "wati@kantor.example" not in head.get("/peringatan/").text
        (rule,) = other.store.alert_rules.of(_id(other))
        assert rule.kinds == {Kind.ROUND}
        assert reporter.post(f"/lapangan/pengingat/{new_id()}/hapus").status_code == 404
        assert reporter.post(f"/lapangan/pengingat/{rule.id}/hapus").status_code == 303
        assert other.store.alert_rules.of(_id(other)) == []


def test_looks_and_changes_are_in_the_log(site: Site, lurah: Browser, one: Round) -> None:
    analyst, desk = site.client(Role.ANALYST), f"/laporan/putaran/{one.id}"
    assert send(lurah, path(one), do="nihil").status_code == 303
    for where, action in (
        (desk, "view round"), (f"{desk}/berkas.csv", "export round"), (f"{desk}/{JATIWENING}", "view submission"),
    ):  # fmt: skip
        assert analyst.get(where).status_code == 200
        latest = site.store.audit.latest(1)[0]
        assert (latest.actor, latest.action) == ("analyst", action)
    assert "sheet sent" in [entry.action for entry in site.store.audit.latest(9)]
    assert site.store.submissions.own(one.id, JATIWENING, _id(site)).sheet == Sheet(Situation.NIHIL)


def _id(site: Site) -> UserId:
    user = site.store.users.named(Role.FIELD_REPORTER.value)
    assert user is not None
    return user.id


def test_what_is_asked_for_and_not_there_is_not_written_into_the_log(
    site: Site, lurah: Browser, one: Round
) -> None:
    for place in (KEBUN, MEKARJAYA, "Budi 081234567890", "x" * 900):
        assert lurah.get(path(one, place)).status_code == 404
        assert lurah.get(path(one, place, "/terkirim")).status_code == 404
    assert not [entry for entry in site.store.audit.latest(20) if "place" in entry.detail]


def test_who_was_told_of_the_queue_before_reads_nothing_of_it_as_a_reporter(
    site: Site, lurah: Browser
) -> None:
    store, at = site.store, datetime.now(UTC)
    owner, seal = store.users.named(Role.ANALYST.value), Seal(KEY, PURPOSE)
    assert owner is not None
    wish = Wish(frozenset(Kind), Channel.EMAIL, "w@kantor.example")
    store.alert_rules.add(owner, wish, seal)
    new = NewAlert(Kind.SAVED, About.SEARCH, "s", "Klaim rahasia antrean", "/tersimpan/s", {}, owner.id)
    assert store.alerts.raise_all([new], at, ZoneInfo("Asia/Jakarta"))
    store.users.set_role(owner.name, Role.FIELD_REPORTER, by="test")
    moved = site.client(Role.ANALYST)  # by its name
    page = moved.get("/lapangan/pengingat")
    assert page.status_code == 200
    assert "Klaim rahasia" not in page.text
