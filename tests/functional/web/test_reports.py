"""Reports over HTTP: from a decided claim to a signed page, by forms without script."""

import re
import sqlite3
from html import unescape
from io import BytesIO
from uuid import UUID

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import text, update

from kentongan.domain import ClaimId, Decision, Lane, Role, Verdict
from kentongan.gazetteer import read_gazetteer
from kentongan.reports.drafting import Denial
from kentongan.reports.kinds import ReportKind, period_of
from kentongan.reports.rules import REQUIRED, write_section
from kentongan.reports.values import FactSection, ReportId, ReportState
from kentongan.store.schema import ItemPlaceRow, ItemRow
from tests.unit.kentongan.reports.test_reports import AT, make_content, make_reported
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
    short = analyst.get(f"/laporan/{key}/unduh/txt").text
    assert report.number in short
    assert len(short) <= 1000
    actions = [entry.action for entry in site.store.audit.latest(12)]
    assert {"report signed", "report given out", "view report"} <= set(actions)


def test_a_claim_that_nobody_decided_on_goes_into_no_report(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    assert "report-choice" not in analyst.get(f"/laporan/baru?claim={claim}").text
    answer = analyst.post("/laporan/", kind="daily", claim=str(claim))
    assert answer.status_code == 400


@pytest.mark.parametrize("kind", ReportKind)
def test_every_kind_offers_the_claims_of_its_days_and_area(
    site: Site, analyst: Browser, kind: ReportKind
) -> None:
    claim, noted = decide(site, one_person_claim(site), Decision.WATCH), site.claims(Lane.PRESS)[0]
    decide(site, noted, Decision.NOTE)
    zone = site.app.extensions["kentongan"].region.time_zone
    for key in (claim, noted):
        day = site.store.claims.get(key).last_seen_at.astimezone(zone).date()
        seen = period_of(kind, day)
        inside = seen.since <= day <= seen.until
        offered = analyst.get(f"/laporan/baru?kind={kind}&day={day}").text
        assert (f'value="{key}"' in offered) == inside
        assert f'value="{key}"' not in analyst.get(f"/laporan/baru?kind={kind}&day=2020-03-04").text
        made = site.store.reports.get(begin(analyst, key, kind=kind, day=day.isoformat()))
        assert (made.kind, made.period) == (kind, seen)


def test_only_claims_of_the_area_are_offered_and_others_stand_apart(site: Site, analyst: Browser) -> None:
    claim = decide(site, one_person_claim(site), Decision.WATCH)
    parts = site.app.extensions["kentongan"]
    here, elsewhere = [
        p.code for p in read_gazetteer(parts.region.name).places.values() if not p.is_kelurahan
    ][:2]
    with site.store.database.write() as session:
        item = site.store.claims.view(claim).items[0].item.id
        session.execute(text("DELETE FROM item_places WHERE item_id = :i"), {"i": item.hex})
        session.add(ItemPlaceRow(item_id=item, place=here, votes=1.0))
    assert f'value="{claim}"' in analyst.get(f"/laporan/baru?place={here}").text
    assert f'value="{claim}"' not in analyst.get(f"/laporan/baru?place={elsewhere}").text
    asked = analyst.get(f"/laporan/baru?place={elsewhere}&claim={claim}").text
    assert f'id="claim-{claim}"' in asked.partition("di luar wilayah")[2]
    assert not re.search(rf'value="{claim}" checked', asked)


def test_a_claim_set_aside_after_the_draft_is_not_signed_until_its_facts_are_drafted_anew(
    site: Site, analyst: Browser
) -> None:
    claim = decide(site, one_person_claim(site), Decision.VERIFY)
    key = begin(analyst, claim)
    decide(site, claim, Decision.DISMISS)
    version = fill(site, analyst, key)
    page = page_of(analyst, key)
    assert "tanda-tangan" not in page
    assert f"/laporan/{key}/segarkan" in page
    answer = analyst.post(f"/laporan/{key}/tanda-tangan", version=version)
    assert answer.status_code == 400
    assert analyst.post(f"/laporan/{key}/segarkan", version=version - 1).status_code == 409
    assert analyst.post(f"/laporan/{key}/segarkan", version=version).status_code == 303
    content = site.store.reports.get(key).content
    assert content.claims == ()
    assert content.written[REQUIRED[1]] == f"Isi {REQUIRED[1].value}."
    assert analyst.post(f"/laporan/{key}/tanda-tangan", version=version + 1).status_code == 303


def test_a_claim_that_is_the_presss_now_is_not_signed_as_a_post(site: Site, analyst: Browser) -> None:
    claim = decide(site, one_person_claim(site), Decision.VERIFY)
    key = begin(analyst, claim)
    with site.store.database.write() as session:
        item = site.store.claims.view(claim).items[0].item.id
        session.execute(update(ItemRow).where(ItemRow.id == item).values(press=True))
    version = fill(site, analyst, key)
    assert analyst.post(f"/laporan/{key}/tanda-tangan", version=version).status_code == 400


def test_a_merged_claim_is_told_and_taken_as_what_it_is_now(site: Site, analyst: Browser) -> None:
    claim = decide(site, one_person_claim(site), Decision.VERIFY)
    key, user = begin(analyst, claim), site.store.users.named("analyst")
    assert user is not None
    other = next(one for one in site.claims() if one != claim)
    decide(site, other, Decision.WATCH)
    versions = {one: site.store.claims.get(one).version for one in (other, claim)}
    site.store.edits.merge(other, claim, user.id, keep_version=versions[other], other_version=versions[claim])
    assert "digabung" in page_of(analyst, key)
    assert f'value="{claim}"' not in analyst.get(f"/laporan/baru?claim={claim}").text
    version = fill(site, analyst, key)
    assert analyst.post(f"/laporan/{key}/tanda-tangan", version=version).status_code == 303


def test_a_signed_report_stays_when_its_items_are_gone(site: Site, analyst: Browser) -> None:
    claim = decide(site, one_person_claim(site), Decision.VERIFY)
    key = begin(analyst, claim)
    analyst.post(f"/laporan/{key}/tanda-tangan", version=fill(site, analyst, key))
    before = analyst.get(f"/laporan/{key}/unduh/pdf").data
    with sqlite3.connect(site.home / "record.db") as record:  # as retention will, whatever hangs on them
        gone = record.execute("DELETE FROM items WHERE claim_id = ?", [claim.hex]).rowcount
    record.close()
    assert gone == 1
    assert site.store.reports.verify(key)
    assert 'role="alert"' not in page_of(analyst, key)
    assert analyst.get(f"/laporan/{key}/unduh/pdf").data == before


def test_a_long_report_is_shown_in_parts_and_edited_in_each(site: Site, analyst: Browser) -> None:
    user = site.store.users.named("analyst")
    assert user is not None
    seen = make_reported().seen * 3
    claims = [
        make_reported(
            id=ClaimId(UUID(int=n)), headline=f"{n} " + "kabar panjang " * 9, seen=seen,
            denials=tuple(Denial(f"https://p.example/{d}", "Periksa " * 5, Verdict.REFUTED, AT) for d in range(3)),
        )
        for n in range(1, 41)
    ]  # fmt: skip
    content = make_content(*claims)
    for section in REQUIRED[1:]:
        content = write_section(content, section, "kata " * 600)
    kind = ReportKind.MONTHLY
    report = site.store.reports.draft(user.id, kind, "", period_of(kind, AT.date()), content)
    for piece in (1, 5, 10):
        answer = analyst.get(f"/laporan/{report.id}?bagian={piece}")
        assert len(answer.data) < 100_000, len(answer.data)
    assert analyst.get(f"/laporan/{report.id}?bagian=0").status_code == 400
    place = next(at for at, one in enumerate(content.facts[FactSection.FACTS]) if one.text.count("“40 "))
    answer = analyst.post(
        f"/laporan/{report.id}/isi",
        part="facts",
        at=str(place),
        sentence="Beredar kabar.",
        version=1,
        bagian="10",
    )
    assert (answer.location or "").endswith("?bagian=10#part-facts")
    facts = site.store.reports.get(report.id).content.facts[FactSection.FACTS]
    assert (facts[place].text, facts[place].links) == (
        "Beredar kabar.",
        content.facts[FactSection.FACTS][place].links,
    )
    assert len(facts) == len(content.facts[FactSection.FACTS])
    assert "disunting" in analyst.get(f"/laporan/{report.id}?bagian=10").text
    for form in (
        {"at": "x", "sentence": "a"},
        {"sentence": "a"},
        {"at": "9" * 5000, "sentence": "a"},
        {"at": "9999", "sentence": "Tanpa sumber."},
    ):
        answer = analyst.post(f"/laporan/{report.id}/isi", part="facts", version=2, **form)
        assert answer.status_code == 400


def test_the_press_is_cited_and_not_stamped(site: Site, analyst: Browser) -> None:
    claim = decide(site, site.claims(Lane.PRESS)[0], Decision.NOTE)
    key = begin(analyst, claim)
    content = site.store.reports.get(key).content
    every = [one for section in FactSection for one in content.facts[section]]
    assert {one.status.value for one in every} == {"press"}
    assert "hoaks" not in page_of(analyst, key).partition("<main")[2].lower()
    printed = "\n".join(
        p.text for p in Document(BytesIO(analyst.get(f"/laporan/{key}/unduh/docx").data)).paragraphs
    )
    assert "hoaks" not in printed.lower()
    answer = analyst.post(f"/laporan/{key}/isi", part="facts", at="0", sentence="Hoaks.", version=1)
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
    assert f"/laporan/baru?case={number}" in analyst.get(f"/kasus/{number}").text
    other = decide(site, next(key for key in site.claims() if key != claim), Decision.WATCH)
    item = site.store.claims.view(other).items[0].item.id
    assert analyst.post("/kasus/tambah", item=str(item), number=number, why="Serupa").status_code == 303
    assert f'id="claim-{other}"' in analyst.get(f"/laporan/baru?case={number}").text


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
