"""Case files over HTTP: opened, filled from claim and item pages, closed, handed out."""

import io
import json
import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from kentongan.domain import Decision, Lane, Role
from kentongan.incidents import MAX_NOTE_CHARACTERS
from pipeline.casefile import names
from pipeline.casefile.verifying import verify_export
from tests.factories import make_fact_check
from tests.web_city import Browser, Site
from webui.incidents.giving import PER_USER

PDF = b"%PDF-1.7 kesaksian"


def begin(browser: Browser, title: str = "Isu TPS Mekarjaya ditutup") -> str:
    answer = browser.post("/kasus/", title=title, summary="Pesan berantai sejak pagi.")
    assert answer.status_code == 303, answer.text
    return (answer.location or "").removeprefix("/kasus/")


def attach(browser: Browser, number: str, name: str, content: bytes) -> TestResponse:
    form: dict[str, Any] = {"csrf_token": browser.token("/kasus/"), "file": (io.BytesIO(content), name)}
    return browser.client.post(f"/kasus/{number}/berkas", data=form)


def page_of(browser: Browser, number: str) -> str:
    answer = browser.get(f"/kasus/{number}")
    assert answer.status_code == 200
    return unescape(answer.text)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section class="panel" aria-labelledby="{name}">.*?</section>', page, re.S)
    assert found is not None, name
    return found[0]


def actions(site: Site, limit: int = 20) -> list[tuple[str, str]]:
    return [(entry.action, entry.subject) for entry in site.store.audit.latest(limit)]


def test_a_case_is_opened_filled_from_claim_and_item_and_shows_what_happened(
    site: Site, analyst: Browser
) -> None:
    claim = site.claims()[0]
    item = site.store.claims.view(site.claims(Lane.PRESS)[0]).items[0].item.id
    number = begin(analyst)
    for path, what in ((f"/claims/{claim}", f"claim={claim}"), (f"/archive/items/{item}", f"item={item}")):
        link = f'href="/kasus/tambah?{what}"'
        assert link in analyst.get(path).text
        choice = unescape(analyst.get(f"/kasus/tambah?{what}").text)
        assert f'value="{number}"' in choice
        name, _, key = what.partition("=")
        answer = analyst.post("/kasus/tambah", number=number, why="Pokok perkara", **{name: key})
        assert answer.location == f"/kasus/{number}"
    analyst.post(f"/kasus/{number}/catatan", note="Camat menyangkal <b>ini</b>.")
    analyst.post(
        f"/kasus/{number}/klarifikasi",
        url="https://kpu.example/1",
        publisher="KPU Arunika",
        published_on="2026-03-02",
    )
    assert attach(analyst, number, "surat.pdf", PDF).status_code == 303
    site.store.reviews.decide(
        claim, site.store.users.all()[1].id, Decision.ESCALATE, version_seen=1, note="Ramai sekali."
    )

    page = page_of(analyst, number)
    timeline = section(page, "timeline")
    assert timeline.count("<rect ") == 4
    assert "SALAH" in timeline
    for said in (
        "Pokok perkara",
        "KPU Arunika",
        "surat.pdf",
        "Ramai sekali.",
        "Camat menyangkal <b>ini</b>.",
    ):
        assert said in timeline
    assert 'href="/archive/items/' in timeline
    assert f'href="/claims/{claim}"' in section(page, "claims")
    assert f'href="/archive/items/{item}"' in section(page, "items")
    assert "surat.pdf" in section(page, "files")
    assert "https://kpu.example/1" in section(page, "clarifications")
    assert ("view case", number) in actions(site)
    assert unescape(analyst.get(f"/kasus/tambah?claim={claim}").text).count(number) == 2  # it is in already


def test_an_article_of_the_press_bears_no_mark_in_a_case(site: Site, analyst: Browser) -> None:
    number = begin(analyst, "Kotak suara")
    claim = site.claims(Lane.PRESS)[0]
    analyst.post("/kasus/tambah", number=number, claim=str(claim))
    page = page_of(analyst, number)
    assert "hoaks" not in page.lower().replace("cek fakta", "")
    assert "chip-" not in page


def test_a_new_case_can_be_opened_for_what_is_added(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    answer = analyst.post("/kasus/tambah", number="new", title="Baru", claim=str(claim))
    number = (answer.location or "").removeprefix("/kasus/")
    assert [row.title for row in site.store.incidents.page().rows] == ["Baru"]
    assert site.store.incidents.case(number).held[0].claim_id == claim
    again = analyst.post("/kasus/tambah", number=number, claim=str(claim))
    assert again.status_code == 303
    assert len(site.store.incidents.case(number).parts) == 1


@pytest.mark.parametrize("query", ["", "?claim=x", "?claim=&item=", "?item=1"])
def test_only_one_claim_or_item_can_be_added(analyst: Browser, query: str) -> None:
    assert analyst.get(f"/kasus/tambah{query}").status_code == 400
    unknown = "?claim=00000000-0000-7000-8000-000000000000"
    assert analyst.get(f"/kasus/tambah{unknown}").status_code == 404


def test_the_list_tells_open_from_closed_and_finds_by_number_and_title(site: Site, analyst: Browser) -> None:
    first, second = begin(analyst, "Isu TPS"), begin(analyst, "Surat palsu")
    version = site.store.incidents.find(second).version
    analyst.post(f"/kasus/{second}/keadaan", to="closed", version=version, why="Reda.")

    def listed(query: str) -> list[str]:
        return re.findall(r'<h3><a href="/kasus/([^"]+)"', analyst.get(f"/kasus/{query}").text)

    assert listed("") == [first]
    assert listed("?state=closed") == [second]
    assert listed("?state=all") == [second, first]
    assert listed("?state=all&q=surat") == [second]
    assert listed(f"?state=all&q={first}") == [first]
    assert listed("?state=all&q=%25") == []
    assert analyst.get("/kasus/?state=x").status_code == 400
    assert analyst.get("/kasus/?before=x").status_code == 400
    assert ("list cases", "surat") in actions(site)


def test_many_cases_are_shown_a_page_at_a_time(site: Site, analyst: Browser) -> None:
    user = site.store.users.all()[1]
    for n in range(33):
        site.store.incidents.open(user.id, f"Kasus {n}", "", zone=ZoneInfo("Asia/Jakarta"))
    found: list[str] = []
    path = "/kasus/"
    while path:
        page = unescape(analyst.get(path).text)
        found += re.findall(r'<h3><a href="/kasus/([^"]+)"', page)
        more = re.search(r'href="(/kasus/\?[^"]*before=[^"]+)"', page)
        path = more[1] if more else ""
    assert len(found) == len(set(found)) == 33


def test_taking_out_needs_a_reason_and_is_never_silent(site: Site, analyst: Browser) -> None:
    claim, number = site.claims()[0], begin(analyst)
    analyst.post("/kasus/tambah", number=number, claim=str(claim))
    form = {"kind": "claim", "id": str(claim)}
    assert analyst.post(f"/kasus/{number}/keluarkan", **form, why=" ").status_code == 400
    assert analyst.post(f"/kasus/{number}/keluarkan", **form, why="Perkara lain.").status_code == 303
    assert "Perkara lain." in section(page_of(analyst, number), "timeline")
    late = analyst.post(f"/kasus/{number}/keluarkan", **form, why="Saya juga.")
    assert late.status_code == 409
    assert "Saya juga." in late.text
    for bad in ({"kind": "note", "id": str(claim)}, {"kind": "claim", "id": "x"}, {}):
        assert analyst.post(f"/kasus/{number}/keluarkan", why="x", **bad).status_code == 400


def test_whoever_comes_second_is_told_and_gets_back_what_was_typed(site: Site, analyst: Browser) -> None:
    number, other = begin(analyst), site.client(Role.ADMINISTRATOR)
    mine: dict[str, Any] = {"version": 1, "title": "Judul saya", "summary": "Ringkasan <saya>"}
    assert (
        other.post(f"/kasus/{number}/perihal", version=1, title="Judul mereka", summary="").status_code == 303
    )
    answer = analyst.post(f"/kasus/{number}/perihal", **mine)
    assert answer.status_code == 409
    told = unescape(answer.text)
    assert "Ringkasan <saya>" in told
    assert "administrator" in told
    assert site.store.incidents.find(number).title == "Judul mereka"
    assert analyst.post(f"/kasus/{number}/perihal", version="x", title="a").status_code == 400


def test_a_closed_case_takes_no_note_and_gives_the_note_back(site: Site, analyst: Browser) -> None:
    number, claim = begin(analyst), site.claims()[0]
    assert analyst.post(f"/kasus/{number}/keadaan", to="closed", version=1, why="").status_code == 400
    assert analyst.post(f"/kasus/{number}/keadaan", to="x", version=1, why="a").status_code == 400
    assert (
        analyst.post(f"/kasus/{number}/keadaan", to="closed", version=1, why="Sudah reda.").status_code == 303
    )
    late = analyst.post(f"/kasus/{number}/catatan", note="Catatan yang terlambat.")
    assert late.status_code == 409
    assert "Catatan yang terlambat." in late.text
    assert analyst.post("/kasus/tambah", number=number, claim=str(claim)).status_code == 409
    assert attach(analyst, number, "a.pdf", PDF).status_code == 409
    page = page_of(analyst, number)
    assert f"/kasus/{number}/catatan" not in page
    assert "Sudah reda." in page
    assert (
        analyst.post(f"/kasus/{number}/keadaan", to="open", version=2, why="Muncul lagi.").status_code == 303
    )
    assert f"/kasus/{number}/catatan" in page_of(analyst, number)


@pytest.mark.parametrize(
    "form",
    [
        {"url": "javascript:alert(1)", "publisher": "KPU", "published_on": "2026-03-02"},
        {"url": "https://kpu.example/1", "publisher": " ", "published_on": "2026-03-02"},
        {"url": "https://kpu.example/1", "publisher": "KPU", "published_on": "2 Maret"},
        {"url": "https://kpu.example/1", "publisher": "KPU", "published_on": "0001-01-01"},
    ],
)
def test_a_clarification_names_the_field_that_cannot_be_used(
    site: Site, analyst: Browser, form: dict[str, str]
) -> None:
    number = begin(analyst)
    assert analyst.post(f"/kasus/{number}/klarifikasi", **form).status_code == 400
    assert site.store.incidents.case(number).clarifications == ()


def test_a_file_comes_back_as_it_was_to_be_saved_and_never_shown(site: Site, analyst: Browser) -> None:
    number = begin(analyst)
    attach(analyst, number, "../surat “asli”.pdf", PDF)
    link = re.search(rf'href="(/kasus/{number}/berkas/[^"]+)"', page_of(analyst, number))
    assert link is not None
    answer = site.client(Role.REVIEWER).get(link[1])
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/pdf"
    assert answer.content_length == len(PDF)
    assert ("case file read", number) in actions(site)
    for wrong in ("x", "../../record.db", "00000000-0000-7000-8000-000000000000"):
        assert analyst.get(f"/kasus/{number}/berkas/{wrong}").status_code == 404


def test_the_same_file_twice_lies_on_disk_once(site: Site, analyst: Browser) -> None:
    number = begin(analyst)
    attach(analyst, number, "a.pdf", PDF)
    attach(analyst, number, "b.pdf", PDF)
    assert [f.name for f in site.store.incidents.case(number).files] == ["a.pdf", "b.pdf"]
    kept = [p for p in (site.home / "case-files").rglob("*") if p.is_file()]
    assert len(kept) == 1
    assert kept[0].stat().st_mode & 0o777 == 0o600


def test_a_case_is_handed_out_as_one_file_that_verifies(site: Site, analyst: Browser) -> None:
    number, claim = begin(analyst), site.claims()[0]
    analyst.post("/kasus/tambah", number=number, claim=str(claim))
    attach(analyst, number, "surat.pdf", PDF)
    asked = analyst.get(f"/kasus/{number}/serahkan")
    assert asked.status_code == 200
    answer = analyst.post(f"/kasus/{number}/serahkan", recipient="Bawaslu <Arunika>", mandate="Surat 12")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=kasus-{number}.zip"
    assert answer.headers["Cache-Control"] == "no-store"
    path = site.home / "given.zip"
    path.write_bytes(answer.data)
    found = verify_export(path)
    assert found.problems == []
    shown = re.sub(r"\s", "", re.search(r"<code>([^<]+)</code>", asked.text)[1])  # type: ignore[index]
    assert shown == found.fingerprint
    with ZipFile(path) as archive:
        chain = json.loads(archive.read(names.CUSTODY))
    assert (chain["export"]["by"], chain["export"]["recipient"]) == ("analyst", "Bawaslu <Arunika>")
    assert ("case exported", number) in actions(site)
    assert "Bawaslu <Arunika>" in page_of(analyst, number)
    assert [p.name for p in site.home.iterdir() if p.name.startswith("tmp")] == []


def test_who_only_reads_sees_the_case_but_no_form_to_change_it(site: Site, analyst: Browser) -> None:
    number = begin(analyst)
    page = page_of(site.client(Role.HEAD), number)
    assert "Isu TPS Mekarjaya ditutup" in page
    assert re.findall(r'action="(/kasus[^"]*)"', page) == []
    assert "/serahkan" not in page
    assert "/kasus/tambah" not in site.client(Role.HEAD).get(f"/claims/{site.claims()[0]}").text


def test_a_case_whose_claim_was_merged_goes_on_with_the_claim_that_stands(
    site: Site, analyst: Browser
) -> None:
    first, second = site.claims()[:2]
    number = begin(analyst)
    analyst.post("/kasus/tambah", number=number, claim=str(second))
    site.store.edits.merge(
        first, second, site.store.users.all()[1].id, keep_version=1, other_version=1, note="Satu pesan."
    )
    page = page_of(analyst, number)
    assert f'href="/claims/{first}"' in section(page, "claims")
    assert "Satu pesan." in section(page, "timeline")
    form = {"kind": "claim", "id": str(second), "why": "Bukan."}
    assert analyst.post(f"/kasus/{number}/keluarkan", **form).status_code == 303


def test_an_unknown_case_is_not_found(analyst: Browser) -> None:
    for path in ("/kasus/2026-999", "/kasus/x", "/kasus/2026-999/serahkan", "/kasus/2026-999/berkas/x"):
        assert analyst.get(path).status_code == 404
    assert analyst.post("/kasus/2026-999/catatan", note="x").status_code == 404


def test_a_check_published_later_joins_the_timeline(site: Site, analyst: Browser) -> None:
    site.store.collector.save_fact_check(
        make_fact_check(url="https://periksa.example/9", claim="Lain sama sekali")
    )
    number = begin(analyst)
    analyst.post("/kasus/tambah", number=number, claim=str(site.claims()[0]))
    timeline = section(page_of(analyst, number), "timeline")
    assert "Semua TPS di Kecamatan Mekarjaya" in timeline
    assert "Lain sama sekali" not in timeline  # no item of the case matches it


def test_whoever_comes_second_is_told_who_wrote_meanwhile_not_that_they_opened_it_themselves(
    site: Site, analyst: Browser
) -> None:
    number = begin(analyst)
    version = site.store.incidents.find(number).version
    site.client(Role.ADMINISTRATOR).post(f"/kasus/{number}/catatan", note="Camat menyangkal.")
    answer = analyst.post(f"/kasus/{number}/keadaan", to="closed", version=version, why="Reda.")
    assert answer.status_code == 409
    assert "<strong>administrator</strong>: Catatan ditulis" in answer.text
    assert "Camat menyangkal." in answer.text
    assert "Kasus dibuka" not in answer.text


def test_nothing_was_published_tomorrow(site: Site, analyst: Browser) -> None:
    number = begin(analyst)
    today = datetime.now(ZoneInfo("Asia/Jakarta")).date()
    said = {"url": "https://kpu.example/1", "publisher": "KPU"}
    for day, code in ((today, 303), (today + timedelta(days=1), 400), (date(1989, 12, 31), 400)):
        answer = analyst.post(f"/kasus/{number}/klarifikasi", published_on=day.isoformat(), **said)
        assert answer.status_code == code
    assert [one.published_on for one in site.store.incidents.case(number).clarifications] == [today]


def test_a_case_has_one_address(site: Site, analyst: Browser) -> None:
    number = begin(analyst)
    assert analyst.get(f"/kasus/{number}").status_code == 200
    for other in (number.replace("-", "-0"), number.translate({48 + n: 0xFF10 + n for n in range(10)})):
        assert analyst.get(f"/kasus/{other}").status_code == 404


@pytest.mark.parametrize("letter", ["x", "”", "\n", "🔥"])
def test_a_note_may_be_as_long_as_its_field_lets_it_be_in_any_script(
    site: Site, analyst: Browser, letter: str
) -> None:
    """A browser counts UTF-16 units; a typographic quote is nine bytes of a form, a flame twelve."""
    number = begin(analyst)
    note = "a" + letter * ((MAX_NOTE_CHARACTERS - 2) // (len(letter.encode("utf-16-le")) // 2)) + "b"
    assert analyst.post(f"/kasus/{number}/catatan", note=note).status_code == 303
    assert site.store.incidents.case(number).notes[0].text == note


def test_a_case_is_handed_out_only_so_often_by_one_user(site: Site, analyst: Browser) -> None:
    number = begin(analyst)
    limit = int(PER_USER.split()[0])

    def give(browser: Browser) -> int:
        with browser.post(f"/kasus/{number}/serahkan", recipient="KPU", mandate="Surat") as answer:
            return answer.status_code

    assert [give(analyst) for _ in range(limit + 1)] == [*[200] * limit, 429]
    assert give(site.client(Role.ADMINISTRATOR)) == 200
    assert len(site.store.incidents.case(number).hand_outs) == limit + 1
    assert analyst.get(f"/kasus/{number}/serahkan").status_code == 200


def test_the_size_of_a_file_is_written_as_the_reader_writes_numbers(site: Site, analyst: Browser) -> None:
    number = begin(analyst)
    attach(analyst, number, "a.pdf", PDF + bytes(1536 * 1024))
    assert "1,5 MB" in page_of(analyst, number)
