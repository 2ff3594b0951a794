"""The page of one claim over HTTP."""

import re
from html import unescape
from uuid import uuid4

from kentongan.domain import Label, Lane, Role
from tests.web_city import Browser, Seen, Site, see


def test_a_claim_shows_its_texts_marked_its_checks_and_its_model(site: Site, analyst: Browser) -> None:
    page = unescape(analyst.get(f"/claims/{site.claims()[0]}").text)
    assert re.search(
        r'<mark><span class="unseen">\[indikasi hoaks: </span>Besok pagi semua TPS[^<]*kontainer\.', page
    )
    assert page.count("Salinan sejenis") == 2
    assert "Semua TPS di Kecamatan Mekarjaya ditutup pukul sembilan" in re.sub("</?mark>", "", page)
    assert "SALAH" in page
    assert "tinggi – dianggap klaim yang sama" in page
    assert "tps, mekarjaya, dicoblos" in page
    assert "ajakan sebar, sumber kabur" in page
    assert "model-1" in page
    assert re.search(r"\w{3}, \d{1,2} \w{3} 20\d\d \d\d\.\d\d WIB", page)
    assert not re.search(r"\d+ ?%", page)


def test_the_words_in_both_are_marked_in_what_is_said_and_in_what_was_checked(
    site: Site, analyst: Browser
) -> None:
    page = analyst.get(f"/claims/{site.claims()[0]}").text
    said, checked = re.findall(r"<h3>[^<]*</h3>\s*<p>(.*?)</p>", page.split('class="sides"')[1], re.S)[:2]
    for side in (said, checked):
        assert {word.lower() for word in re.findall(r"<mark>(.*?)</mark>", side)} >= {"tps", "mekarjaya"}
        assert "<mark>Kecamatan" not in side


def test_a_suggested_check_is_called_a_suggestion(site: Site, analyst: Browser) -> None:
    claim = next(c for c in site.claims() if "surat edaran" in site.store.claims.get(c).headline)
    page = analyst.get(f"/claims/{claim}").text
    assert "rendah – hanya saran, mohon bandingkan" in page
    assert "dibantah cek fakta</li>" not in page


def test_a_decision_carries_its_reason_and_note_into_the_history(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    answer = analyst.post(
        f"/claims/{claim}/decisions",
        decision="verify",
        version=1,
        reason="unverified",
        note="tanya lurah\r\nbesok",
    )
    assert (answer.status_code, answer.location) == (303, f"/claims/{claim}")
    page = analyst.get(f"/claims/{claim}").text
    history = page.split('<ol class="history">')[1]
    for said in (
        "Perlu verifikasi",
        "analyst",
        "baru → perlu verifikasi",
        "belum ada yang mengecek",
        "tanya lurah\nbesok",
    ):
        assert said in history
    assert 'value="reopen"' in page


def test_only_web_addresses_become_links_and_they_give_nothing_away(site: Site, analyst: Browser) -> None:
    check = next(iter(site.store.fact_checks.all())).id
    bad = see(site.store, Seen("kanal-ibu", "Kabar aneh dari tetangga sebelah rumah.", labels=(Label.HOAX,),
                               url="javascript:alert(1)"), 50, check)  # fmt: skip
    page = analyst.get(f"/claims/{bad}").text
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page
    good = analyst.get(f"/claims/{site.claims()[0]}").text
    link = re.search(r'<a href="https://kanal-warga.example/0" ([^>]*)>', good)
    assert link is not None
    assert 'rel="noreferrer noopener nofollow"' in link[1]


def test_a_press_page_shows_the_byline_and_a_post_never_has_one(site: Site, analyst: Browser) -> None:
    page = analyst.get(f"/claims/{site.claims(Lane.PRESS)[0]}").text
    assert "1 berita" in page
    assert "kotak suara di gudang kecamatan" in page


def test_a_claim_of_many_long_texts_stays_under_100_kb_and_cuts_nothing_silently(
    site: Site, analyst: Browser
) -> None:
    check = next(iter(site.store.fact_checks.all())).id
    text = " ".join(f"kata{number}" for number in range(250))
    for number in range(200, 228):
        claim = see(site.store, Seen("kanal-ibu", text, labels=(Label.HOAX,)), number, check)
    answer = analyst.get(f"/claims/{claim}")
    assert len(answer.data) < 100_000, len(answer.data)
    assert "10 dari 28 unggahan ditampilkan" in answer.text
    site.build_index()
    link = re.search(r'href="(/archive/[^"]+)">Semuanya di arsip', answer.text)
    assert link is not None
    assert "28 hasil" in analyst.get(link[1]).text
    assert "Baca selengkapnya" in answer.text


def test_an_unknown_claim_is_not_found(analyst: Browser) -> None:
    assert analyst.get(f"/claims/{uuid4()}").status_code == 404
    assert analyst.get("/claims/1").status_code == 404
    assert analyst.post(f"/claims/{uuid4()}/decisions", decision="watch", version=1).status_code == 404


def test_looking_at_a_claim_is_audited(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    analyst.get(f"/claims/{claim}")
    entry = site.store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("analyst", "view claim", str(claim))
    assert site.store.audit.verify() is None


def test_a_head_of_office_reads_but_is_offered_no_decision(site: Site) -> None:
    page = site.client(Role.HEAD).get(f"/claims/{site.claims()[0]}").text
    assert "tidak memutuskan" in page
    assert 'name="decision"' not in page
