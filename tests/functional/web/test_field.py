"""The field's page, and what the analyst asks and reads: over HTTP, as a phone without scripts sees it."""

import io
import re
from html import unescape
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from kentongan.domain import ClaimState, Label, Lane, Role
from kentongan.field import MAX_REPORT_CHARACTERS, Finding
from pipeline import screenshots
from pipeline.field_work import FOLDER
from tests.factories import PASSWORD
from tests.field_work import (
    BENING,
    JATIWENING,
    MEKARJAYA,
    ORIGIN,
    QUESTION,
    SAID,
    STATEMENT,
    ask,
    assign,
    form,
    hand_in,
    photograph,
    screenshot,
    work,
)
from tests.web_city import Browser, Site

OTHERS = (
    "/queue/new",
    "/archive/?q=tps",
    "/kasus/",
    "/periksa",
    "/narasi/",
    "/pantauan/",
    "/lapangan/wilayah",
)


@pytest.fixture
def reporter(site: Site) -> Browser:
    return assign(site)


def kept(site: Site) -> list[Path]:
    return [path for path in (site.home / FOLDER).rglob("*") if path.is_file()]


def text_of(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def typed(answer: TestResponse, name: str) -> str:
    """Return what stands in a field of the form that came back."""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)
    field = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', answer.text)
    found = area or field
    assert found is not None, f"no {name} in the form"
    return unescape(found[1])


def test_a_reporter_begins_at_the_field_and_finds_nothing_else_there(site: Site, reporter: Browser) -> None:
    assert reporter.get("/").location == "/lapangan/"
    page = reporter.get("/lapangan/")
    assert page.status_code == 200
    nav = page.text[page.text.index("<nav") : page.text.index("</nav>")]
    assert re.findall(r'href="([^"]+)"', nav) == ["/lapangan/"]
    for path in (*OTHERS, f"/claims/{site.claims()[0]}"):
        assert reporter.get(path).status_code == 403, path


def test_a_reporter_without_an_area_is_told_whom_to_ask(site: Site) -> None:
    reporter = site.client(Role.FIELD_REPORTER)
    for path in ("/lapangan/", "/lapangan/lapor"):
        answer = reporter.get(path)
        assert answer.status_code == 200
        assert 'class="problem"' in answer.text
    assert hand_in(reporter).status_code == 422


def test_a_question_is_asked_answered_and_read_on_the_claim(
    site: Site, reporter: Browser, analyst: Browser
) -> None:
    claim = site.claims()[0]
    page = f"/claims/{claim}"
    asked = analyst.post(
        f"{page}/permintaan", page=page, place=JATIWENING, statement=f"{STATEMENT} 0812-3456-7890",
        question=QUESTION, wait="4", verify="1",
    )  # fmt: skip
    assert (asked.status_code, asked.location) == (303, f"{page}#field")
    assert site.store.claims.get(claim).state is ClaimState.NEEDS_VERIFICATION
    shown = analyst.get(page)
    assert QUESTION in shown.text
    assert f"{STATEMENT} NOMOR" in shown.text

    overview = reporter.get("/lapangan/")
    link = re.search(r'href="(/lapangan/permintaan/[^"]+)"', overview.text)
    assert link is not None
    seen = reporter.get(link[1])
    assert QUESTION in seen.text
    assert STATEMENT in seen.text
    for hidden in ("dicoblos", "3456", "analyst", "kanal-warga", str(claim)):
        assert hidden not in seen.text + overview.text
    sent = reporter.post(f"{link[1]}/jawaban", page=link[1], finding="not_true", text="Saya ke TPS 4, sepi.")
    assert (sent.status_code, sent.location) == (303, "/lapangan/")
    assert reporter.get("/lapangan/").text.count(QUESTION) == 1

    read = text_of(analyst.get(page))
    assert "Saya ke TPS 4, sepi." in read
    assert "field_reporter" not in read
    assert site.store.claims.get(claim).answered_at is not None


def test_an_answer_may_be_corrected_and_bring_a_screenshot(
    site: Site, reporter: Browser, analyst: Browser
) -> None:
    request = ask(site)
    path = f"/lapangan/permintaan/{request.id}"
    reporter.post(f"{path}/jawaban", page=path, finding="true", text="Antrean panjang.")
    data = {
        "csrf_token": reporter.token(path), "finding": "not_true", "text": "",
        "picture": (io.BytesIO(screenshot()), "a.png"),
    }  # fmt: skip
    assert reporter.client.post(f"{path}/jawaban", data=data).status_code == 303
    (found,) = site.store.requests.of_claim(request.claim_id)
    assert [(a.finding, a.corrected) for a in found.answers] == [
        (Finding.TRUE, True), (Finding.NOT_TRUE, False),
    ]  # fmt: skip
    picture = found.answers[1].picture
    assert picture is not None
    assert [path.name for path in kept(site)] == [picture.sha256]
    shown = text_of(analyst.get(f"/claims/{request.claim_id}"))
    assert "Besok pagi semua TPS ditutup" in shown
    assert picture.sha256 in shown


def test_a_report_with_a_screenshot_becomes_an_item_of_the_record(
    site: Site, reporter: Browser, analyst: Browser
) -> None:
    answer = hand_in(reporter, picture=screenshot(), link="warta.example/berita/9", where="social_media")
    assert (answer.status_code, answer.location) == (303, "/lapangan/")
    assert SAID in reporter.get("/lapangan/").text
    work(site)
    item = next(
        v for v in site.store.items.views(list(site.store.items.all_ids())) if v.item.source == "lapangan"
    )
    assert item.item.text.startswith(f"{SAID}\nBesok pagi semua TPS ditutup")
    assert item.item.author == ""
    assert item.places == (JATIWENING,)
    shown = analyst.get(f"/claims/{item.item.claim_id}")
    assert "https://warta.example/berita/9" in shown.text
    assert "Kel. Jatiwening" in shown.text
    (file,) = kept(site)
    assert file.name in shown.text
    sources = site.client().get("/sumber/").text
    assert "Laporan lapangan" in sources
    assert "lapangan" not in analyst.get("/sumber/kesehatan").text.split("<main")[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": "hoaks"},
        {"text": "kata " * MAX_REPORT_CHARACTERS},
        {"where": ""},
        {"where": "grup keluarga"},
        {"place": BENING},
        {"place": ""},
        {"seen": "kemarin"},
        {"seen": "2099-01-01T10:00"},
        {"seen": "2026-01-01T10:00+07:00"},
        {"link": "http://192.168.1.1/"},
        {"link": "https://chat.whatsapp.com/AbC"},
        {"fax": "filled"},
        {"picture": b"no picture at all"},
        {"picture": photograph()},
        {"picture": screenshot() + b"\0" * screenshots.MAX_IMAGE_BYTES},
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_taken_says_why_and_no_word_is_lost(
    site: Site, reporter: Browser, changes: dict[str, object]
) -> None:
    answer = hand_in(reporter, **changes)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    text = str(changes.get("text", SAID))
    assert typed(answer, "text") == text.strip()[: 2 * MAX_REPORT_CHARACTERS]
    for name in ("seen", "link"):
        assert typed(answer, name) == changes.get(name, "")
    assert kept(site) == []
    assert (
        site.store.field_reports.own(next(u.id for u in site.store.users.all() if u.name == "field_reporter"))
        == []
    )


def test_a_report_is_taken_without_its_picture_where_pictures_cannot_be_read(
    site: Site, reporter: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    screenshots.find_tesseract.cache_clear()
    answer = hand_in(reporter, picture=screenshot())
    screenshots.find_tesseract.cache_clear()
    assert answer.status_code == 503
    assert typed(answer, "text") == SAID
    assert kept(site) == []
    assert hand_in(reporter).status_code == 303


def test_the_same_again_and_the_same_form_again_are_two_things(site: Site, reporter: Browser) -> None:
    sent = form(reporter, key="01890000-0000-7000-8000-000000000001")
    for _ in range(2):
        answer = reporter.client.post("/lapangan/lapor", data=sent)
        assert answer.status_code == 303
    again = hand_in(reporter)
    assert again.status_code == 422
    assert typed(again, "text") == SAID


def test_a_session_that_ended_gives_the_text_back_and_the_report_still_gets_in(
    site: Site, reporter: Browser
) -> None:
    sent = form(reporter, place=JATIWENING, link="https://warta.example/1")
    reporter.client.delete_cookie(site.app.config["SESSION_COOKIE_NAME"])
    lost = reporter.client.post("/lapangan/lapor", data=sent, headers={"Origin": ORIGIN})
    assert lost.status_code == 401
    assert typed(lost, "text") == SAID
    assert "/login" in lost.text

    def send(page: TestResponse) -> TestResponse:
        names = ("csrf_token", "key", "text", "link", "where", "place", "seen")
        hidden = {
            n: (re.findall(rf'<input[^>]*name="{n}"[^>]*value="([^"]*)"', page.text) or [""])[0]
            for n in names
        }
        hidden["text"] = typed(page, "text")
        chosen = re.findall(r'<option value="([^"]+)" selected', page.text)
        if chosen:
            hidden["where"], hidden["place"] = chosen
        return reporter.client.post("/lapangan/lapor", data=hidden, headers={"Origin": ORIGIN})

    reporter.post("/login", page="/login", name="field_reporter", password=PASSWORD)
    once_more = send(lost)
    assert once_more.status_code == 400
    assert typed(once_more, "text") == SAID
    assert send(once_more).status_code == 303
    ((report, said),) = site.store.field_reports.own(
        next(user.id for user in site.store.users.all() if user.name == "field_reporter")
    )
    assert (said, report.link) == (SAID, "https://warta.example/1")


def test_too_much_at_once_is_slowed_down_and_the_text_comes_back(
    site: Site, reporter: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(20):
        hand_in(reporter, text="")
    answer = hand_in(reporter)
    assert answer.status_code == 429
    assert typed(answer, "text") == SAID


def test_pages_are_small_and_bring_no_script(site: Site, reporter: Browser) -> None:
    request = ask(site)
    for path in ("/lapangan/", "/lapangan/lapor", f"/lapangan/permintaan/{request.id}"):
        answer = reporter.get(path)
        assert len(answer.data) < 15_000, path
        assert "<script" not in answer.text


def test_a_question_that_cannot_be_asked_comes_back_as_it_was_typed(
    site: Site, reporter: Browser, analyst: Browser
) -> None:
    page = f"/claims/{site.claims()[0]}"
    for changes in ({"question": ""}, {"wait": "7"}, {"wait": "²"}, {"place": "x"}, {"statement": " "}):
        said = {"place": JATIWENING, "statement": STATEMENT, "question": QUESTION, "wait": "4"} | changes
        answer = analyst.post(f"{page}/permintaan", page=page, **said)
        assert answer.status_code == 422, changes
        assert 'role="alert"' in answer.text
        assert typed(answer, "question") == said["question"]
    assert site.store.requests.of_claim(site.claims()[0]) == []


def test_places_of_the_claim_are_suggested_first_and_those_without_reporter_cannot_be_chosen(
    site: Site, reporter: Browser, analyst: Browser
) -> None:
    hand_in(reporter)
    work(site, Label.HOAX)
    item = next(
        v for v in site.store.items.views(list(site.store.items.all_ids())) if v.item.source == "lapangan"
    )
    page = analyst.get(f"/claims/{item.item.claim_id}").text
    options = re.findall(r'<option value="(00\.[^"]+)"([^>]*)>', page)
    assert options[0] == (JATIWENING, " selected")
    assert {code for code, marks in options if "disabled" not in marks} == {JATIWENING}


def test_a_question_is_taken_back(site: Site, reporter: Browser, analyst: Browser) -> None:
    request = ask(site)
    page = f"/claims/{request.claim_id}"
    answer = analyst.post(f"{page}/permintaan/{request.id}/tarik", page=page)
    assert (answer.status_code, answer.location) == (303, f"{page}#field")
    assert QUESTION not in reporter.get("/lapangan/").text
    assert reporter.get(f"/lapangan/permintaan/{request.id}").status_code == 404


def test_asking_about_the_press_decides_nothing(site: Site, reporter: Browser, analyst: Browser) -> None:
    claim = site.claims(Lane.PRESS)[0]
    page = f"/claims/{claim}"
    assert 'name="verify"' not in analyst.get(page).text
    analyst.post(
        f"{page}/permintaan", page=page, place=JATIWENING, statement=STATEMENT, question=QUESTION, wait="4",
        verify="1",
    )  # fmt: skip
    assert site.store.claims.get(claim).state is ClaimState.NEW


def test_an_administrator_sets_the_places_of_a_reporter(site: Site) -> None:
    admin = site.client(Role.ADMINISTRATOR)
    page = "/lapangan/wilayah/field_reporter"
    assert admin.get("/lapangan/wilayah").status_code == 200
    answer = admin.post(page, page=page, place=[MEKARJAYA, BENING, "99.99.99"])
    assert answer.status_code == 303
    user = next(user for user in site.store.users.all() if user.name == "field_reporter")
    assert site.store.areas.of(user.id) == {MEKARJAYA, BENING}
    shown = admin.get(page).text
    assert len(re.findall(r"checked", shown)) == 2
    assert "Kec. Mekarjaya" in admin.get("/lapangan/wilayah").text
    assert admin.get("/lapangan/wilayah/analyst").status_code == 404
