"""Reports over HTTP: from a decided claim to a signed page, by forms without script."""

import re
from html import unescape
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader

from kentongan.domain import ClaimId, Decision, Lane, Role
from kentongan.reports.rules import REQUIRED
from kentongan.reports.values import FactSection, ReportId, ReportState
from tests.web_city import Browser, Site
from webui.parts import read_uuid


def decide(site: Site, claim: ClaimId, decision: Decision, role: str = "analyst") -> ClaimId:
    user = site.store.users.named(role)
    assert user is not None
    version = site.store.claims.get(claim).version
    site.store.reviews.decide(claim, user.id, decision, version_seen=version)
    return claim


def one_person_claim(site: Site) -> ClaimId:
    """Return the claim about the letter of the mayor: one person may decide on it."""
    return next(key for key in site.claims() if "surat edaran" in site.store.claims.get(key).headline)


def begin(browser: Browser, *claims: ClaimId, kind: str = "information", **form: str) -> ReportId:
    answer = browser.post("/laporan/", kind=kind, claim=[str(claim) for claim in claims], **form)
    assert answer.status_code == 303, answer.text
    key = read_uuid((answer.location or "").rsplit("/", 1)[1])
    assert key is not None
    return ReportId(key)


def page_of(browser: Browser, key: ReportId) -> str:
    answer = browser.get(f"/laporan/{key}")
    assert answer.status_code == 200
    return unescape(answer.text)


def fill(site: Site, browser: Browser, key: ReportId) -> int:
    for section in REQUIRED:
        version = site.store.reports.get(key).version
        answer = browser.post(
            f"/laporan/{key}/isi", part=section.value, text=f"Isi {section.value}.", version=version
        )
        assert answer.status_code == 303, answer.text
    return site.store.reports.get(key).version


def test_from_the_claim_page_to_a_signed_report_in_three_files(site: Site, analyst: Browser) -> None:
    claim = decide(site, one_person_claim(site), Decision.VERIFY)
    assert f'href="/laporan/baru?claim={claim}"' in analyst.get(f"/claims/{claim}").text
    choosing = analyst.get(f"/laporan/baru?claim={claim}").text
    assert re.search(rf'value="{claim}" checked', choosing)
    key = begin(analyst, claim)
    page = page_of(analyst, key)
    headline = site.store.claims.get(claim).headline.rstrip(".")
    assert headline in page
    assert "pengunggah tidak diketahui" in page
    assert "Masih harus ditulis" in page or "Still to be written" in page
    version = fill(site, analyst, key)
    answer = analyst.post(f"/laporan/{key}/tanda-tangan", version=version)
    assert answer.status_code == 303, answer.text
    report = site.store.reports.get(key)
    assert report.state is ReportState.FROZEN
    page = page_of(analyst, key)
    assert report.number in page
    assert report.sha256 in page
    assert f"/laporan/{key}/isi" not in page
    docx = analyst.get(f"/laporan/{key}/unduh/docx")
    said = "\n".join(p.text for p in Document(BytesIO(docx.data)).paragraphs)
    pdf = analyst.get(f"/laporan/{key}/unduh/pdf")
    printed = "".join("".join(p.extract_text() for p in PdfReader(BytesIO(pdf.data)).pages).split())
    for section in FactSection:
        for sentence in report.content.facts[section]:
            assert sentence.text in said
            assert "".join(sentence.text.split()) in printed
    for one in (docx, pdf):
        assert (one.headers["Content-Disposition"] or "").startswith("attachment")
    text = analyst.get(f"/laporan/{key}/unduh/txt").text
    assert report.number in text
    assert len(text) <= 1000
    actions = [entry.action for entry in site.store.audit.latest(12)]
    assert {"report signed", "report given out", "view report"} <= set(actions)


def test_a_claim_that_nobody_decided_on_goes_into_no_report(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    assert "report-choice" not in analyst.get(f"/laporan/baru?claim={claim}").text
    answer = analyst.post("/laporan/", kind="daily", claim=str(claim))
    assert answer.status_code == 400


def test_the_press_is_cited_and_not_stamped(site: Site, analyst: Browser) -> None:
    claim = decide(site, site.claims(Lane.PRESS)[0], Decision.NOTE)
    key = begin(analyst, claim)
    content = site.store.reports.get(key).content
    every = [one for section in FactSection for one in content.facts[section]]
    assert {one.status.value for one in every} == {"press"}
    assert "hoaks" not in page_of(analyst, key).partition("<main")[2].lower()
    text = "\n".join(
        p.text for p in Document(BytesIO(analyst.get(f"/laporan/{key}/unduh/docx").data)).paragraphs
    )
    assert "hoaks" not in text.lower()
    texts = [one.text for one in content.facts[FactSection.FACTS]]
    answer = analyst.post(f"/laporan/{key}/isi", part="facts", sentence=["Hoaks.", *texts[1:]], version=1)
    assert answer.status_code == 400


def test_who_comes_second_sees_who_was_first_and_what_they_typed(site: Site, analyst: Browser) -> None:
    key = begin(analyst)
    assert (
        analyst.post(f"/laporan/{key}/isi", part="analysis", text="Yang pertama.", version=1).status_code
        == 303
    )
    answer = analyst.post(f"/laporan/{key}/isi", part="analysis", text="Yang kedua <b>", version=1)
    assert answer.status_code == 409
    assert "Yang kedua &lt;b&gt;" in answer.text
    assert "analyst" in answer.text
    assert "Yang pertama." in page_of(analyst, key)


def test_a_special_report_is_read_by_somebody_else(site: Site, analyst: Browser) -> None:
    other = site.client(Role.SECOND_READER)
    key = begin(analyst, kind="special")
    version = fill(site, analyst, key)
    assert analyst.post(f"/laporan/{key}/tanda-tangan", version=version).status_code == 409
    assert analyst.post(f"/laporan/{key}/bacaan", step="send", version=version).status_code == 303
    assert 'value="agree"' not in page_of(analyst, key)
    assert analyst.post(f"/laporan/{key}/bacaan", step="agree", version=version + 1).status_code == 409
    assert 'value="agree"' in page_of(other, key)
    assert other.post(f"/laporan/{key}/bacaan", step="return", version=version + 1).status_code == 400
    assert other.post(f"/laporan/{key}/bacaan", step="agree", version=version + 1).status_code == 303
    head = site.client(Role.HEAD)
    assert "unduh/docx" in page_of(head, key)
    assert head.post(f"/laporan/{key}/tanda-tangan", version=version + 2).status_code == 303
    signed = site.store.reports.get(key)
    assert (signed.read_by, signed.signed_by) == ("second_reader", "head")


def test_a_case_brings_its_claims(site: Site, analyst: Browser) -> None:
    claim = decide(site, one_person_claim(site), Decision.WATCH)
    opened = analyst.post("/kasus/", title="Surat edaran", summary="")
    number = (opened.location or "").removeprefix("/kasus/")
    assert analyst.post("/kasus/tambah", claim=str(claim), number=number, why="Surat").status_code == 303
    assert re.search(rf'value="{claim}" checked', analyst.get(f"/laporan/baru?case={number}").text)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/laporan/baru?kind=pagi", 400),
        ("/laporan/baru?day=kemarin", 400),
        ("/laporan/baru?day=0001-01-01", 400),
        ("/laporan/baru?place=99.99.99", 404),
        ("/laporan/?state=selesai", 400),
        ("/laporan/00000000-0000-0000-0000-000000000001", 404),
    ],
)
def test_what_is_asked_wrongly_is_told(analyst: Browser, path: str, status: int) -> None:
    assert analyst.get(path).status_code == status


def test_crawled_and_typed_text_is_escaped(site: Site, analyst: Browser) -> None:
    key = begin(analyst)
    assert (
        analyst.post(
            f"/laporan/{key}/isi", part="subject", text="<script>alert(1)</script>", version=1
        ).status_code
        == 303
    )
    for path in (f"/laporan/{key}", "/laporan/"):
        assert "<script>alert" not in analyst.get(path).text
