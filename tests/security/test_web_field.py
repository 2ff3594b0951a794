"""The field against those who mean ill: other areas, other reporters, markup, pictures, other sites' forms."""

import io
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from kentongan.domain import Label, Role
from pipeline.field_work import FOLDER
from tests.factories import PASSWORD
from tests.field_work import (
    BENING,
    JATIWENING,
    MEKARJAYA,
    ORIGIN,
    SAID,
    ask,
    assign,
    form,
    hand_in,
    screenshot,
    work,
)
from tests.security.test_web_content import PAYLOADS, Parts
from tests.web_city import Browser, Site

OWN = {"blockquote", "optgroup"}


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


@pytest.fixture
def reporter(site: Site) -> Browser:
    return assign(site)


@pytest.fixture
def analyst(site: Site) -> Browser:
    return site.client(Role.ANALYST)


def another(site: Site, *places: str) -> Browser:
    """Return a second reporter, logged in."""
    site.store.users.add("wati", Role.FIELD_REPORTER, PASSWORD, by="test")
    site.store.areas.set("wati", places, by="test")
    browser = Browser(site.app.test_client())
    assert browser.post("/login", page="/login", name="wati", password=PASSWORD).status_code == 303
    return browser


@pytest.mark.parametrize("place", [BENING, MEKARJAYA, "00.00.05.1002"])
def test_a_question_for_another_area_is_not_there(site: Site, reporter: Browser, place: str) -> None:
    request = ask(site, place)
    path = f"/lapangan/permintaan/{request.id}"
    assert reporter.get(path).status_code == 404
    for said in ({"finding": "true", "text": "Benar."}, {"finding": ""}, {"finding": "true", "fax": "x"}):
        answer = reporter.post(f"{path}/jawaban", page="/lapangan/", **said)
        assert answer.status_code == 404
        assert request.question not in answer.text
    answer = reporter.client.post(f"{path}/jawaban", data={"csrf_token": "stale"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 404
    assert request.question not in answer.text + reporter.get("/lapangan/").text
    assert site.store.requests.of_claim(request.claim_id)[0].answers == ()
    assert reporter.get(f"/lapangan/permintaan/{uuid4()}").status_code == 404


def test_a_reporter_reads_neither_reports_nor_answers_of_another(site: Site, reporter: Browser) -> None:
    other = another(site, MEKARJAYA)
    request = ask(site)
    path = f"/lapangan/permintaan/{request.id}"
    other.post(f"{path}/jawaban", page=path, finding="true", text="Hanya untuk tim.")
    hand_in(other, text="Kabar rahasia dari pelapor yang lain.")
    for page in ("/lapangan/", path):
        assert "Hanya untuk tim" not in reporter.get(page).text
        assert "Kabar rahasia" not in reporter.get(page).text
    assert "Hanya untuk tim" in other.get(path).text


def test_no_page_of_the_team_names_the_reporter(site: Site, analyst: Browser) -> None:
    other = another(site, JATIWENING)
    hand_in(other)
    work(site, Label.HOAX)
    item = next(
        v for v in site.store.items.views(list(site.store.items.all_ids())) if v.item.source == "lapangan"
    )
    request = ask(site)
    path = f"/lapangan/permintaan/{request.id}"
    other.post(f"{path}/jawaban", page=path, finding="true", text="Saya melihatnya.")
    for page in (f"/claims/{item.item.claim_id}", f"/claims/{request.claim_id}", f"/archive/items/{item.item.id}",
                 "/queue/new", "/archive/?q=tps"):  # fmt: skip
        answer = analyst.get(page)
        assert answer.status_code == 200, page
        assert not re.search(r"\bwati\b", answer.text), page


def panel_of(page: str) -> str:
    """Return the panel of a claim's page: what is around it has tests of its own."""
    found = re.search(r'<section class="panel" aria-labelledby="field">.*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_comes_from_the_field_or_goes_there_runs(
    site: Site, reporter: Browser, analyst: Browser, payload: str
) -> None:
    claim = site.claims()[0]
    page = f"/claims/{claim}"
    wrong = analyst.post(
        f"{page}/permintaan", page=page, place="x", statement=payload, question=payload, wait="4"
    )
    asked = analyst.post(f"{page}/permintaan", page=page, place=JATIWENING, statement=payload[:200],
                         question=f"tanya {payload}"[:300], wait="4")  # fmt: skip
    assert asked.status_code in (303, 422)
    request = ask(site, JATIWENING) if asked.status_code == 422 else site.store.requests.of_claim(claim)[0]
    path = f"/lapangan/permintaan/{request.id}"
    reporter.post(f"{path}/jawaban", page=path, finding="true", text=f"jawab {payload}")
    back = hand_in(reporter, text=f"kata {payload}", where="", link=payload, seen=payload, place=payload)
    assert back.status_code == 422
    hand_in(reporter, text=f"tiga kata dari {payload}")
    work(site, Label.HOAX)
    item = next(
        v for v in site.store.items.views(list(site.store.items.all_ids())) if v.item.source == "lapangan"
    )
    own = [wrong.text, back.text, reporter.get(path).text, reporter.get("/lapangan/").text]
    panels = [panel_of(analyst.get(where).text) for where in (page, f"/claims/{item.item.claim_id}")]
    for shown in own + panels:
        assert [p for p in Parts(shown).problems if p.strip("<>") not in OWN] == []
    assert payload.strip()[:20] in unescape(back.text)


def test_a_screenshot_is_drawn_anew_and_nothing_else_of_the_file_is_kept(
    site: Site, reporter: Browser
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Siti di rumah"  # description
    exif[0x8825] = {1: "S", 2: (3.0, 7.0, 12.0)}  # where it was taken
    raw = screenshot(kind="JPEG", quality=95, exif=exif, comment=b"RAHASIA") + b"PK\x03\x04 zip <script>"
    assert b"Siti" in raw
    assert hand_in(reporter, picture=raw).status_code == 303
    (file,) = (path for path in (site.home / FOLDER).rglob("*") if path.is_file())
    kept = file.read_bytes()
    for hidden in (b"Siti", b"RAHASIA", b"PK\x03\x04", b"script", b"Exif", b"Screenshot_2026"):
        assert hidden not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.format == "WEBP"
        assert not picture.getexif()
    assert file.stat().st_mode & 0o077 == 0


def test_no_route_gives_a_picture_out(site: Site, reporter: Browser, analyst: Browser) -> None:
    hand_in(reporter, picture=screenshot())
    work(site, Label.HOAX)
    item = next(
        v for v in site.store.items.views(list(site.store.items.all_ids())) if v.item.source == "lapangan"
    )
    (file,) = (path for path in (site.home / FOLDER).rglob("*") if path.is_file())
    pages = [
        analyst.get(f"/claims/{item.item.claim_id}").text,
        analyst.get(f"/archive/items/{item.item.id}").text,
    ]
    sources = {src for page in pages for src in re.findall(r'(?:src|href)="([^"]+)"', page)}
    assert not [src for src in sources if file.name in src]
    assert {src for page in pages for src in re.findall(r'<img[^>]+src="([^"]+)"', page)} == {
        "/static/mark.svg"
    }


def test_a_picture_that_explodes_is_refused_and_the_text_comes_back(site: Site, reporter: Browser) -> None:
    bomb = io.BytesIO()
    Image.new("1", (6_000, 6_000)).save(bomb, "PNG")
    answer = hand_in(reporter, picture=bomb.getvalue())
    assert answer.status_code == 422
    assert SAID in unescape(answer.text)


@pytest.mark.parametrize("origin", ["https://jahat.example", "null", "http://localhost.jahat.example", None])
def test_another_sites_form_is_not_put_before_anybody(
    site: Site, reporter: Browser, origin: str | None
) -> None:
    sent = form(reporter, text="Tulisan orang lain yang harus dikirim.")
    headers = {"Origin": origin} if origin else {}
    stranger = site.client().client
    answer = stranger.post("/lapangan/lapor", data=sent, headers=headers)
    assert (answer.status_code, "Tulisan orang lain" in answer.text) == (303, False)
    answer = reporter.client.post("/lapangan/lapor", data=sent | {"csrf_token": "x"}, headers=headers)
    assert (answer.status_code, "Tulisan orang lain" in answer.text) == (400, False)


def test_a_stranger_gets_their_own_words_back_and_nothing_is_kept(site: Site) -> None:
    stranger = site.client().client
    request = ask(site)
    for path in ("/lapangan/lapor", f"/lapangan/permintaan/{request.id}/jawaban"):
        answer = stranger.post(path, data={"text": "<b>tebal</b>"}, headers={"Origin": ORIGIN})
        assert answer.status_code == 401
        assert "<b>" not in answer.text
        assert request.question not in answer.text
    assert site.store.requests.of_claim(request.claim_id)[0].answers == ()


def test_personal_data_is_masked_on_its_way_out_and_on_its_way_in(
    site: Site, reporter: Browser, analyst: Browser
) -> None:
    secret = "0812-3456-7890, siti@contoh.example, rekening BCA 1234567890 a.n. Siti Rahayu"
    page = f"/claims/{site.claims()[0]}"
    analyst.post(f"{page}/permintaan", page=page, place=JATIWENING, statement=f"Hubungi {secret}",
                 question=f"Benar {secret}?", wait="4")  # fmt: skip
    request = site.store.requests.of_claim(site.claims()[0])[0]
    path = f"/lapangan/permintaan/{request.id}"
    reporter.post(f"{path}/jawaban", page=path, finding="true", text=f"Kata {secret}")
    hand_in(reporter, text=f"Transfer ke {secret}", link="https://wa.me/6281234567890")
    work(site, Label.HOAX)
    item = next(
        v for v in site.store.items.views(list(site.store.items.all_ids())) if v.item.source == "lapangan"
    )
    for browser, where in ((reporter, path), (reporter, "/lapangan/"), (analyst, page),
                           (analyst, f"/claims/{item.item.claim_id}")):  # fmt: skip
        shown = browser.get(where).text
        for hidden in ("7890", "siti@", "Siti", "81234567890"):
            assert hidden not in shown, (where, hidden)
