"""Case files against those who mean ill: names, contents, sizes, markup, other roles."""

import io
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kentongan.domain import Role
from kentongan.incidents import MAX_FILE_BYTES
from tests.security.test_web_content import PAYLOADS, Parts
from tests.web_city import Browser, Site

PDF = b"%PDF-1.7 "
OWN = {"svg", "rect", "figure", "figcaption", "fieldset", "legend"}


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


@pytest.fixture
def analyst(site: Site) -> Browser:
    return site.client(Role.ANALYST)


@pytest.fixture
def number(analyst: Browser) -> str:
    answer = analyst.post("/kasus/", title="Isu TPS", summary="")
    return (answer.location or "").removeprefix("/kasus/")


def attach(browser: Browser, number: str, name: str, content: bytes) -> TestResponse:
    form: dict[str, Any] = {"csrf_token": browser.token("/kasus/"), "file": (io.BytesIO(content), name)}
    return browser.client.post(f"/kasus/{number}/berkas", data=form)


def kept(site: Site) -> list[Path]:
    return [path for path in (site.home / "case-files").rglob("*") if path.is_file()]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_is_typed_into_a_case_runs(site: Site, analyst: Browser, payload: str) -> None:
    answer = analyst.post("/kasus/", title=payload, summary=payload)
    number = (answer.location or "").removeprefix("/kasus/")
    analyst.post(f"/kasus/{number}/catatan", note=payload)
    analyst.post(
        f"/kasus/{number}/klarifikasi",
        url="https://kpu.example/<script>",
        publisher=payload,
        published_on="2026-03-02",
    )
    attach(analyst, number, f"{payload}.pdf", PDF)
    analyst.post("/kasus/tambah", number=number, claim=str(site.claims()[0]), why=payload)
    analyst.post(f"/kasus/{number}/serahkan", recipient=payload, mandate=payload)
    conflict = analyst.post(f"/kasus/{number}/perihal", version=1, title=payload, summary=payload)
    assert conflict.status_code == 409
    pages = [conflict.text] + [
        analyst.get(path).text
        for path in (f"/kasus/{number}", "/kasus/", f"/kasus/?q={number}", f"/kasus/{number}/serahkan",
                     f"/kasus/tambah?claim={site.claims()[1]}")
    ]  # fmt: skip
    for page in pages:
        problems = [p for p in Parts(page).problems if p.strip("<>") not in OWN]
        assert problems == []
    assert payload.strip() in unescape(pages[1])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("halaman.html", b"<script>alert(1)</script>"),
        ("gambar.svg", b"<svg onload=alert(1)>"),
        ("surat.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("foto.png", b"\x89PNG but not really"),
        ("program.exe", b"MZ"),
        ("surat.pdf.exe", PDF),
        ("makro.docm", b"PK\x03\x04"),
        ("catatan.txt", b"teks\x00biner"),
        ("kosong.pdf", b""),
        ("", PDF),
        ("///", PDF),
    ],
)
def test_what_is_no_file_of_a_kind_that_is_taken_is_refused_and_not_kept(
    site: Site, analyst: Browser, number: str, name: str, content: bytes
) -> None:
    answer = attach(analyst, number, name, content)
    assert answer.status_code == 400
    assert site.store.incidents.case(number).files == ()
    assert kept(site) == []


def test_text_that_is_markup_is_given_back_as_a_file_to_save(
    site: Site, analyst: Browser, number: str
) -> None:
    page = b"<!doctype html><script>alert(document.cookie)</script>"
    assert attach(analyst, number, "kesaksian.txt", page).status_code == 303
    file = site.store.incidents.case(number).files[0]
    answer = analyst.get(f"/kasus/{number}/berkas/{file.id}")
    assert answer.data == page
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "name",
    [
        "../../../lari.pdf",
        "..\\..\\lari.pdf",
        "/etc/lari.pdf",
        "C:\\lari.pdf",
        "a\r\nSet-Cookie: x=1.pdf",
        "\u202efdp.pdf",
    ],
)
def test_no_name_leads_out_of_the_folder_or_into_the_headers(
    site: Site, analyst: Browser, number: str, name: str
) -> None:
    attach(analyst, number, name, PDF)
    assert list(site.home.parent.rglob("*lari*")) == []
    for file in site.store.incidents.case(number).files:
        answer = analyst.get(f"/kasus/{number}/berkas/{file.id}")
        assert "\n" not in answer.headers["Content-Disposition"]
        assert "x=1" not in str(answer.headers.getlist("Set-Cookie"))
        assert "\u202e" not in file.name
    for path in kept(site):
        assert path.name.isalnum()


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(
    site: Site, analyst: Browser, number: str
) -> None:
    assert attach(analyst, number, "a.pdf", PDF + bytes(MAX_FILE_BYTES - len(PDF))).status_code == 303
    assert attach(analyst, number, "b.pdf", PDF + bytes(MAX_FILE_BYTES + 1 - len(PDF))).status_code == 400
    assert attach(analyst, number, "c.pdf", PDF + bytes(MAX_FILE_BYTES + 128 * 1024)).status_code == 413
    assert [file.name for file in site.store.incidents.case(number).files] == ["a.pdf"]
    assert len(kept(site)) == 1


def test_other_forms_stay_small(analyst: Browser, number: str) -> None:
    answer = analyst.post(f"/kasus/{number}/catatan", note="x" * 200_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("role", [Role.LIAISON, Role.FIELD_REPORTER])
def test_who_reads_no_posts_reads_no_case_and_none_of_its_files(
    site: Site, analyst: Browser, number: str, role: Role
) -> None:
    attach(analyst, number, "a.pdf", PDF)
    file = site.store.incidents.case(number).files[0].id
    other = site.client(role)
    for path in (
        "/kasus/",
        f"/kasus/{number}",
        f"/kasus/{number}/berkas/{file}",
        f"/kasus/{number}/serahkan",
    ):
        assert other.get(path).status_code == 403
    assert "/kasus/" not in other.get("/nothing").text


@pytest.mark.parametrize("role", [Role.HEAD, Role.REVIEWER])
def test_who_only_reads_changes_nothing_and_takes_nothing_out(
    site: Site, analyst: Browser, number: str, role: Role
) -> None:
    attach(analyst, number, "a.pdf", PDF)
    before = site.store.incidents.case(number)
    other = site.client(role)
    posts: dict[str, dict[str, Any]] = {
        "/kasus/": {"title": "x"},
        "/kasus/tambah": {"number": number, "claim": str(site.claims()[0])},
        f"/kasus/{number}/catatan": {"note": "x"},
        f"/kasus/{number}/perihal": {"version": before.incident.version, "title": "x"},
        f"/kasus/{number}/keadaan": {"version": before.incident.version, "to": "closed", "why": "x"},
        f"/kasus/{number}/keluarkan": {"kind": "file", "id": str(before.files[0].id), "why": "x"},
        f"/kasus/{number}/serahkan": {"recipient": "x", "mandate": "x"},
    }
    for path, form in posts.items():
        assert other.post(path, **form).status_code == 403, path
    assert attach(other, number, "b.pdf", PDF).status_code == 403
    assert site.store.incidents.case(number) == before


def test_a_file_of_one_case_is_not_given_under_the_number_of_another(
    site: Site, analyst: Browser, number: str
) -> None:
    attach(analyst, number, "a.pdf", PDF)
    file = site.store.incidents.case(number).files[0].id
    other = (analyst.post("/kasus/", title="Lain").location or "").removeprefix("/kasus/")
    assert analyst.get(f"/kasus/{other}/berkas/{file}").status_code == 404
    assert analyst.post(f"/kasus/{other}/keluarkan", kind="file", id=str(file), why="x").status_code == 404
