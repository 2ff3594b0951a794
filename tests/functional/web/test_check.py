"""Checking a text, a page or a screenshot over HTTP, as a page and as an API, with the shipped model."""

import io
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw, ImageFont
from werkzeug.test import TestResponse

from classifier.assess import Assessor
from kentongan.domain import Permission, Role
from pipeline import screenshots
from pipeline.checking import CheckedText, Checker, CheckerUnavailable
from pipeline.documents import RecordDocuments
from search.embedded import EmbeddedIndex
from tests.factories import make_source
from tests.functional.crawl_sites import Answer, serve
from tests.functional.models import city_checker
from tests.web_city import CHAIN, Browser, Site
from webui.app import create_app
from webui.check.limits import MAX_CHARACTERS

STORY = (
    "Seorang sumber mengatakan kotak suara di gudang kecamatan telah dibuka sebelum waktunya kemarin malam."
)


def remake(site: Site, checker: Checker | None) -> Flask:
    assert site.index is not None
    return create_app(site.settings, site.store, site.index, checker)


@pytest.fixture
def checking(site: Site, assessor: Assessor) -> Site:
    """The city with a model, and with pages of this machine allowed."""
    keep = site.store.fact_checks
    checks = keep.without_embedding(assessor.model, 10)
    vectors = assessor.embed([check.claim for check in checks])
    keep.save_embeddings(
        assessor.model,
        {check.id: vector for check, vector in zip(checks, vectors, strict=True)},
        {check.id: check.claim for check in checks},
    )
    assert site.index is not None
    site.index.rebuild(
        replace(d, vector=assessor.embed([d.text])[0]) for d in RecordDocuments(site.store).everything()
    )
    site.settings = replace(site.settings, allow_loopback=True)
    site.app = remake(site, city_checker(site, assessor))
    return site


@pytest.fixture
def analyst(checking: Site) -> Browser:
    return checking.client(Role.ANALYST)


def picture(text: str = "Besok pagi semua TPS ditutup") -> bytes:
    made = Image.new("RGB", (700, 200), "white")
    ImageDraw.Draw(made).text((20, 60), text, "black", ImageFont.load_default(36))
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def said(answer: TestResponse) -> Any:
    """Return what the API said."""
    return answer.get_json()


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_form_takes_a_text_an_address_and_a_picture(analyst: Browser) -> None:
    page = analyst.get("/periksa").text
    assert re.search(r'<form[^>]+method="post"[^>]+enctype="multipart/form-data"', page)
    for name, kind in (("text", "textarea"), ("url", "input"), ("picture", "input")):
        assert re.search(rf'<{kind}[^>]+name="{name}"', page)
    assert 'href="/periksa" aria-current="true"' in page


def test_a_chain_message_is_told_with_bands_spans_checks_and_neighbours(analyst: Browser) -> None:
    answer = analyst.post("/periksa", text=CHAIN)
    shown = text_of(answer.text)
    assert answer.status_code == 200
    assert "indikasi hoaks" in shown
    assert "Ditandai indikasi hoaks" in shown
    assert re.search(r"<mark>.*TPS", answer.text, re.DOTALL)
    assert "tinggi" in shown
    assert not re.search(r"\d ?%|(?<!\d)0[.,]\d\d", shown), "a probability is a band, never a number"
    assert "SALAH" in shown  # the publisher's own word
    assert "<mark>Mekarjaya</mark>" in answer.text  # shared with the check's claim
    assert answer.text.count('href="/archive/items/') >= 3


def test_what_reports_is_not_flagged_and_says_so(analyst: Browser) -> None:
    shown = text_of(analyst.post("/periksa", text="Sekda minta camat mengantisipasi isu hoax.").text)
    assert "Tidak ditandai: teks memberitakan, bukan menyatakan sendiri." in shown


def test_hostile_text_is_shown_as_text(analyst: Browser) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} "><b>Sebarkan</b> ' + CHAIN
    page = analyst.post("/periksa", text=hostile).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>Sebarkan" not in page
    assert "49" not in text_of(page)
    assert "alert(1)" in unescape(page)


def test_personal_data_is_masked_before_anything_is_shown(analyst: Browser) -> None:
    page = analyst.post("/periksa", text=f"{CHAIN} Hubungi 0812-3456-7890 atau raka@arunika.example").text
    assert "3456" not in page
    assert "raka@" not in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Berikan"),
        ({"text": "  \n "}, "Berikan"),
        ({"text": "\u200b\u200b"}, "Berikan"),
        ({"text": "a", "url": "https://kabar.example/"}, "hanya"),
        ({"text": "x" * (MAX_CHARACTERS + 1)}, "20000"),
        ({"url": "file:///etc/passwd"}, "alamat"),
        ({"url": "javascript:alert(1)"}, "alamat"),
        ({"url": "http://169.254.169.254/"}, "jaringan internal"),
    ],
)
def test_what_cannot_be_looked_at_is_told_beside_what_was_entered(
    analyst: Browser, form: dict[str, str], said: str
) -> None:
    answer = analyst.post("/periksa", **form)
    assert answer.status_code == 400
    problem = re.search(r'<p class="problem" role="alert"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert problem
    assert said.lower() in unescape(problem[1]).lower()
    if form.get("url", "").startswith("http"):
        assert f'value="{form["url"]}"' in answer.text


def test_a_page_is_fetched_and_read(analyst: Browser) -> None:
    html = f"<html><title>Kabar <b>Arunika</b></title><body><h1>Kabar Kota Arunika</h1><p>{STORY}</p></body></html>"
    with serve({"/page": Answer(html.encode())}) as kabar:
        answer = analyst.post("/periksa", url=f"{kabar.url}/page")
        assert answer.status_code == 200
        assert STORY in unescape(re.sub(r"<mark>.*?: </span>|<[^>]+>", "", answer.text))
        assert f"{kabar.url}/page" in answer.text
        missing = analyst.post("/periksa", url=f"{kabar.url}/none")
        assert missing.status_code == 400
        assert "none" in missing.text


def test_a_page_of_the_press_is_never_stamped(checking: Site, analyst: Browser) -> None:
    with serve({"/page": Answer(f"<html><body><p>{CHAIN}</p></body></html>".encode())}) as warta:
        checking.store.collector.save_source(make_source("warta", title="Warta Arunika", home=warta.url))
        page = analyst.post("/periksa", url=f"{warta.url}/page").text
        result = said(analyst.post("/api/periksa", url=f"{warta.url}/page"))
    shown = text_of(page)
    assert "Warta Arunika" in shown
    assert "Hak jawab" in shown
    assert "Minta klarifikasi" in shown
    assert "hoaks" not in shown.lower().split("jejak, bukan vonis")[0].replace("hoax", "hoaks")
    assert "SALAH" not in shown
    assert result["given"]["press"] == "Warta Arunika"
    assert result["press_steps"] == ["ask_clarification", "right_of_reply", "press_council", "note"]
    assert result["hoax_grounds"] == []
    assert "hoaks" not in result["reason"]


def test_a_page_of_an_outlet_that_permits_its_feed_only_is_left_alone(
    checking: Site, analyst: Browser
) -> None:
    with serve({"/page": Answer(b"<html></html>")}) as warta:
        checking.store.collector.save_source(
            make_source("warta", home=warta.url, permission=Permission.FEED_ONLY)
        )
        answer = analyst.post("/periksa", url=f"{warta.url}/page")
        assert answer.status_code == 400
        assert warta.asked == []


def test_a_screenshot_is_read(analyst: Browser) -> None:
    try:
        screenshots.find_tesseract()
    except screenshots.OcrMissing as exc:
        pytest.skip(str(exc))
    upload = (io.BytesIO(picture()), "wa.png")
    answer = analyst.post("/periksa", picture=upload)
    assert answer.status_code == 200
    assert "Besok pagi semua TPS ditutup" in text_of(re.sub(r"</?mark>", "", answer.text))


@pytest.mark.parametrize(
    ("raw", "status"), [(b"GIF89a", 400), (b"\x89PNG\r\n\x1a\n", 400), (b"x" * (9 * 1024 * 1024), 413)]
)
def test_a_bad_picture_is_told(analyst: Browser, raw: bytes, status: int) -> None:
    answer = analyst.post("/periksa", picture=(io.BytesIO(raw), "wa.png"))
    assert answer.status_code == status


def test_without_tesseract_the_page_says_how_to_mend_it(
    analyst: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    screenshots.find_tesseract.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = analyst.post("/periksa", picture=(io.BytesIO(picture()), "wa.png"))
    screenshots.find_tesseract.cache_clear()
    assert answer.status_code == 503
    assert "apt install tesseract-ocr tesseract-ocr-ind" in answer.text


def test_large_bodies_are_for_checks_of_those_who_may_only(checking: Site, analyst: Browser) -> None:
    large = {"text": "x" * 100_000, "csrf_token": "none"}
    assert analyst.client.post("/language", data=large).status_code == 413
    liaison = checking.client(Role.LIAISON)
    assert liaison.client.post("/periksa", data=large).status_code == 403
    assert checking.client().client.post("/periksa", data=large).status_code == 303


@pytest.mark.parametrize("path", ["/periksa", "/api/periksa"])
def test_no_check_without_the_sessions_token(analyst: Browser, path: str) -> None:
    assert analyst.client.post(path, data={"text": CHAIN}).status_code == 400
    assert analyst.client.post(path, json={"text": CHAIN}, headers={"X-CSRFToken": "x"}).status_code == 400


@pytest.mark.parametrize("role", Role)
def test_checks_are_for_readers_of_the_queue(checking: Site, role: Role) -> None:
    readers = set(Role) - {Role.LIAISON, Role.FIELD_REPORTER}
    browser = checking.client(role)
    assert browser.get("/periksa").status_code == (200 if role in readers else 403)
    assert ('href="/periksa"' in browser.get("/no-such-page").text) == (role in readers)


def test_the_api_answers_the_same_as_json(analyst: Browser) -> None:
    token = {"X-CSRFToken": analyst.token("/periksa")}
    answer = analyst.client.post("/api/periksa", json={"text": CHAIN}, headers=token)
    found = said(answer)
    assert answer.status_code == 200
    assert set(found) == {
        "model", "given", "stance", "probabilities", "flagged", "abstained", "reason", "hoax_grounds",
        "press_steps", "cues", "spans", "fact_checks", "similar", "archive_problem",
    }  # fmt: skip
    assert found["flagged"] == ["hoax"]
    text = found["given"]["text"]
    assert all(text[s["start"] : s["end"]].strip() for s in found["spans"])
    assert found["fact_checks"][0]["verdict_text"] == "SALAH"
    assert found["given"] | {"text": ""} == {
        "kind": "text",
        "url": None,
        "title": None,
        "press": None,
        "text": "",
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "nothing_given"),
        ([], "unreadable_request"),
        ({"text": 3}, "unreadable_request"),
        ({"text": None}, "unreadable_request"),
        ({"url": "http://10.0.0.1/"}, "internal"),
        ({"url": "ftp://kabar.example/"}, "bad_address"),
        ({"text": "a", "url": "b"}, "several_given"),
    ],
)
def test_the_api_says_what_is_wrong_as_json(analyst: Browser, body: object, code: str) -> None:
    token = {"X-CSRFToken": analyst.token("/periksa")}
    answer = analyst.client.post("/api/periksa", json=body, headers=token)
    assert (answer.status_code, said(answer)["code"]) == (400, code)
    assert said(answer)["error"]


def test_a_request_that_is_no_json_is_told_as_json(analyst: Browser) -> None:
    token = {"X-CSRFToken": analyst.token("/periksa"), "Content-Type": "application/json"}
    answer = analyst.client.post("/api/periksa", data=b"{", headers=token)
    assert (answer.status_code, said(answer)["code"]) == (400, "unreadable_request")
    assert said(analyst.client.post("/api/periksa", json={"text": "a"}))["code"] == "csrf"


def test_too_many_checks_in_a_minute_are_refused_to_that_user_only(
    checking: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.check.limits.CHECKS_PER_USER", "2 per minute")
    checking.app = remake(checking, _unavailable)
    analyst, reviewer = checking.client(Role.ANALYST), checking.client(Role.REVIEWER)
    codes = [analyst.post(path, text="a").status_code for path in ("/periksa", "/api/periksa", "/periksa")]
    assert codes == [503, 503, 429]
    assert said(analyst.post("/api/periksa", text="a"))["code"] == "too_often"
    assert reviewer.post("/periksa", text="a").status_code == 503
    assert analyst.get("/queue/new").status_code == 200


def _unavailable(_text: str) -> CheckedText:
    raise CheckerUnavailable("weights are gone")


def test_without_a_model_the_page_says_so_and_the_others_live_on(site: Site) -> None:
    for checker in (None, _unavailable):
        site.app = remake(site, checker)
        analyst = site.client(Role.ANALYST)
        answer = analyst.post("/periksa", text=CHAIN)
        assert answer.status_code == 503
        assert "kentongan doctor" in answer.text
        assert "weights" not in answer.text
        assert CHAIN in unescape(answer.text)  # what was typed is not lost
        assert analyst.get("/queue/new").status_code == 200
        assert said(analyst.post("/api/periksa", text=CHAIN))["code"] == "no_model"


def test_a_dead_index_is_told_and_the_model_still_speaks(site: Site, assessor: Assessor) -> None:
    site.index = EmbeddedIndex(site.home / "nothing")
    site.app = remake(site, city_checker(site, assessor))
    shown = text_of(site.client(Role.ANALYST).post("/periksa", text=CHAIN).text)
    assert "indikasi hoaks" in shown
    assert "Arsip tidak dapat ditanya" in shown
    assert "Tidak ada cek fakta" not in shown


def test_a_check_is_audited_without_its_text(checking: Site, analyst: Browser) -> None:
    analyst.post("/periksa", text=CHAIN)
    rows = [row for row in checking.store.audit.latest() if row.action == "check"]
    assert [(row.actor, row.subject) for row in rows] == [("analyst", "text")]
    assert "Mekarjaya" not in repr(rows)


def test_an_address_that_is_not_fetched_leaves_its_trace_too(site: Site) -> None:
    site.app = remake(site, _unavailable)
    answer = site.client(Role.ANALYST).post("/periksa", url="http://169.254.169.254/")
    assert answer.status_code == 400
    rows = [row for row in site.store.audit.latest() if row.action == "check"]
    assert [(row.actor, row.subject) for row in rows] == [("analyst", "http://169.254.169.254/")]


def test_a_line_break_counts_as_one_character_however_it_was_sent(site: Site) -> None:
    looked_at: list[int] = []

    def count(text: str) -> CheckedText:
        looked_at.append(len(text))
        raise CheckerUnavailable("only counts")

    site.app = remake(site, count)
    analyst = site.client(Role.ANALYST)
    lines = "\r\n".join(["kabar"] * (MAX_CHARACTERS // 6) + ["a" * (MAX_CHARACTERS % 6)])
    assert len(lines.replace("\r\n", "\n")) == MAX_CHARACTERS < len(lines)
    codes = [analyst.post("/periksa", text=text).status_code for text in (lines, lines + "a")]
    assert (codes, looked_at) == ([503, 400], [MAX_CHARACTERS])


def test_nothing_is_kept(checking: Site, analyst: Browser) -> None:
    before = checking.store.items.counts()
    analyst.post("/periksa", text=CHAIN)
    assert checking.store.items.counts() == before


def test_no_more_than_three_pages_are_read_at_once(analyst: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.check.asking._READING_AT_ONCE", threading.BoundedSemaphore(1))
    from webui.check import asking

    asking._READING_AT_ONCE.acquire()
    assert analyst.post("/periksa", url="https://kabar.example/").status_code == 503
    assert analyst.post("/periksa", text=CHAIN).status_code == 200


@pytest.fixture(autouse=True)
def _fresh_programs() -> Iterator[None]:
    yield
    screenshots.find_tesseract.cache_clear()
