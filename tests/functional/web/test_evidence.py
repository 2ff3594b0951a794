"""What was kept of an item, replayed as text: sound, damaged, missing, hostile or huge."""

import gzip
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from crawler.evidence import EvidenceWriter
from kentongan.domain import Evidence, ItemId, Lane, Role
from kentongan.store.evidence import add_evidence
from tests.security.test_web_content import Parts
from tests.web_city import Browser, Site

AT = datetime(2026, 11, 16, 0, 31, tzinfo=UTC)
BODY = (
    "<p>Seorang sumber yang enggan disebut mengatakan kotak suara di gudang kecamatan telah dibuka sebelum "
    "waktunya. Redaksi belum memperoleh tanggapan penyelenggara hingga berita ini terbit.</p>"
    "<p>Ketua panitia mengatakan semua kotak masih terkunci dan dijaga dua orang petugas setiap malam. Warga "
    "diminta menunggu keterangan resmi dari penyelenggara. Hubungi 0812-3456-7890 atau warta@warta.example.</p>"
)
PAGE = (
    "<!doctype html><html><head><title>Kotak Suara di Gudang</title><style>p{color:red}</style></head><body>"
    "<nav><a href='https://evil.example/menu'>Beranda Menu</a></nav><article><h1>Kotak Suara di Gudang Kecamatan"
    f"</h1>{BODY}<img src=https://evil.example/p.png onerror=alert(1)><script>alert(1)</script>"
    "<iframe src=https://evil.example></iframe></article></body></html>"
)
HTML = {"Content-Type": ["text/html; charset=utf-8"], "Server": ["<b>nginx</b>"], "X-Secret": ["rahasia"]}


@pytest.fixture
def item(site: Site) -> ItemId:
    """Return an article, of which nothing is kept yet."""
    return site.store.claims.view(site.claims(Lane.PRESS)[0]).items[0].item.id


def keep(
    site: Site,
    item: ItemId,
    payload: bytes | str,
    headers: Mapping[str, list[str]] = HTML,
    status: int = 200,
) -> Evidence:
    url = site.store.items.view(item).item.url
    payload = payload.encode() if isinstance(payload, str) else payload
    writer = EvidenceWriter(site.home)
    evidence = writer.keep(url, status, headers, payload, AT)
    writer.close()
    point_at(site, item, evidence)
    return evidence


def point_at(site: Site, item: ItemId, evidence: Evidence) -> None:
    with site.store.database.write() as session:
        add_evidence(session, evidence, revision=1, item_id=item)


def show(browser: Browser, item: ItemId, number: int = 1) -> str:
    answer = browser.get(f"/bukti/{item}/{number}")
    assert answer.status_code == 200
    assert len(answer.data) < 100_000
    assert Parts(answer.text).problems == []
    return unescape(answer.text)


def test_a_kept_page_is_shown_as_text_with_its_proof(site: Site, analyst: Browser, item: ItemId) -> None:
    evidence = keep(site, item, PAGE)
    page = show(analyst, item)
    assert "utuh: sidik digitalnya cocok" in page
    assert evidence.sha256 in page
    assert "Sen, 16 Nov 2026 07.31 WIB" in page
    assert "HTTP 200" in page
    assert "Ketua panitia mengatakan semua kotak masih terkunci" in page
    assert "<b>nginx</b>" in page  # as text: Parts saw no such element
    assert "rahasia" not in page
    assert evidence.warc_path in page
    entry = site.store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("analyst", "view evidence", str(item))
    assert entry.detail == {"capture": 1}


def test_nothing_of_the_kept_page_runs_loads_or_leads_out(site: Site, analyst: Browser, item: ItemId) -> None:
    keep(site, item, PAGE)
    raw = analyst.get(f"/bukti/{item}/1").text
    assert "alert(1)" not in raw
    assert "evil.example" not in raw
    assert not re.search(r'(?:href|src)="(?!/|#)', raw)
    assert site.store.items.view(item).item.url in unescape(raw)  # said, not linked


def test_personal_data_is_masked_in_what_is_replayed(site: Site, analyst: Browser, item: ItemId) -> None:
    keep(site, item, PAGE)
    page = show(analyst, item)
    assert "0812" not in page
    assert "warta@warta" not in page
    assert "NOMOR" in page


def test_the_whole_page_is_offered_for_articles_and_never_for_posts(
    site: Site, analyst: Browser, item: ItemId
) -> None:
    keep(site, item, PAGE)
    assert "Beranda Menu" in show(analyst, item)
    post = site.store.claims.view(site.claims()[0]).items[0].item.id
    keep(site, post, PAGE.replace("Beranda Menu", "Nama Pengunggah"))
    assert "Nama Pengunggah" not in show(analyst, post)


def test_the_item_and_the_claim_lead_to_it(site: Site, analyst: Browser, item: ItemId) -> None:
    keep(site, item, PAGE)
    assert f'href="/bukti/{item}/1"' in analyst.get(f"/archive/items/{item}").text
    assert f'href="/bukti/{item}/1"' in analyst.get(f"/claims/{site.claims(Lane.PRESS)[0]}").text
    assert analyst.get(f"/bukti/{item}/2").status_code == 404
    assert analyst.get(f"/bukti/{item}/0").status_code == 404


def test_a_missing_file_is_said_and_nothing_is_shown(site: Site, analyst: Browser, item: ItemId) -> None:
    evidence = keep(site, item, PAGE)
    (site.home / evidence.warc_path).unlink()
    page = show(analyst, item)
    assert "hilang: berkasnya tidak ada" in page
    assert 'role="alert"' in page
    assert "Ketua panitia" not in page


def test_an_item_of_which_no_response_was_kept_says_so(site: Site, analyst: Browser, item: ItemId) -> None:
    point_at(site, item, Evidence(site.store.items.view(item).item.url, "0" * 64, AT, "", 0))
    assert "hilang: berkasnya tidak ada" in show(analyst, item)


@pytest.mark.parametrize("damage", ["one byte", "cut short"])
def test_a_damaged_record_is_said_and_nothing_is_shown(
    site: Site, analyst: Browser, item: ItemId, damage: str
) -> None:
    path = site.home / keep(site, item, PAGE).warc_path
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(whole if damage == "one byte" else whole[: len(whole) // 2])
    page = show(analyst, item)
    assert "rusak: tidak ada rekaman utuh" in page
    assert "Ketua panitia" not in page


def test_what_was_put_in_its_place_is_not_shown(site: Site, analyst: Browser, item: ItemId) -> None:
    evidence = keep(site, item, PAGE)
    other = keep(site, item, PAGE.replace("terkunci", "terbuka"))
    point_at(site, item, Evidence(evidence.url, evidence.sha256, AT, other.warc_path, other.warc_offset))
    page = show(analyst, item, 3)
    assert "bukan yang disimpan" in page
    assert "terbuka" not in page


def test_a_record_that_unzips_without_end_is_damaged(site: Site, analyst: Browser, item: ItemId) -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999\r\n\r\nHTTP/1.1 200\r\n\r\n"
    bomb = gzip.compress(head + b"\0" * (64 * 1024 * 1024))
    assert len(bomb) < 100_000
    path = Path("evidence") / "bomb.warc.gz"
    (site.home / path).parent.mkdir(exist_ok=True)
    (site.home / path).write_bytes(bomb)
    point_at(site, item, Evidence("https://warta.example/6", "0" * 64, AT, str(path), 0))
    page = show(analyst, item)
    assert "rusak: tidak ada rekaman utuh" in page


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b"\xff\xfe\x00\x00" * 5000, "text/html; charset=utf-7"),
        ("<p>Kotak suara \u2013 dijaga.</p>".encode("cp1252"), "text/html; charset=utf-8"),
        (b"\x00\x01\x02\x03" * 2000, "image/png"),
        (b'{"a":"<script>alert(1)</script>"}', "application/json"),
        (b"<p>" * 200_000, "text/html"),
        (b"", "text/html"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'><!ENTITY c '&a;&a;&a;'>]><p>&c;</p>", "application/xhtml+xml"),
        (("<p>" + "&amp;&lt;🚨 kata " * 60_000).encode(), "text/html"),
    ],
)
def test_whatever_was_kept_the_page_is_whole_and_bounded(
    site: Site, analyst: Browser, item: ItemId, payload: bytes, kind: str
) -> None:
    keep(site, item, payload, {"Content-Type": [kind]})
    page = show(analyst, item)
    assert "utuh: sidik digitalnya cocok" in page
    assert "<script>alert" not in analyst.get(f"/bukti/{item}/1").text


def test_an_answer_that_it_is_gone_is_told_as_such(site: Site, analyst: Browser, item: ItemId) -> None:
    keep(site, item, "<h1>Tidak ditemukan</h1>", status=404)
    page = show(analyst, item)
    assert "halaman itu sudah tidak ada" in page
    assert "HTTP 404" in page


def test_who_does_not_read_claims_reads_no_evidence(site: Site, item: ItemId) -> None:
    keep(site, item, PAGE)
    for role in (Role.LIAISON, Role.FIELD_REPORTER):
        assert site.client(role).get(f"/bukti/{item}/1").status_code == 403
