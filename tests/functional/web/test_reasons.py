"""What pages say of why something is flagged, and what an indication of a hoax rests on."""

import re
from dataclasses import replace
from html import unescape

import pytest

from kentongan.domain import ClaimId, Label, Lane, Stance
from tests.web_city import Browser, Seen, Site, see

H, B = Label.HOAX, Label.BLACK_CAMPAIGN
CUES = ("ajakan sebar", "sumber kabur")
CLAIM = "Jembatan Kali Bening retak dan ditutup selamanya mulai besok pagi oleh petugas kota"
SAID = f"{CLAIM}. Bagikan!"
ALONE = Seen("kanal-warga", SAID, labels=(H,), because=((f"{CLAIM}.", H),), cues=CUES, probability=0.95)
MATCHED = Seen("kanal-ibu", f"Info saja: {SAID}", labels=(H,), match=0.93, confirmed=True, probability=0.6)
MIXED = Seen("kabar-pasar", f"{SAID} Raka dalangnya.", labels=(B,), match=0.93, confirmed=True)


def fill(site: Site, *seen: Seen) -> ClaimId:
    """See items of one claim, one after another."""
    check = next(iter(site.store.fact_checks.all())).id
    (claim,) = {see(site.store, item, 700 + number, check) for number, item in enumerate(seen)}
    return claim


def row_of(page: str, claim: ClaimId) -> str:
    return unescape(page).split(f'id="claim-{claim}"')[1].split('<li class="claim"')[0].split("</ol>")[0]


def lines(html: str) -> list[str]:
    """Return what each paragraph of a page says, without its markup."""
    found = re.findall(r"<p[^>]*>(.*?)</p>", unescape(html), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in found]


def pages(site: Site, analyst: Browser, claim: ClaimId) -> dict[str, str]:
    """Return the claim's row, the head of its page, its first item, and that item's page."""
    page = analyst.get(f"/claims/{claim}").text
    item = site.store.claims.view(claim).items[0].item.id
    return {
        "row": row_of(analyst.get("/queue/new").text, claim),
        "head": page.split('<header class="claim-top">')[1].split("</header>")[0],
        "card": page.split('<article class="item"')[1].split("</article>")[0],
        "item": analyst.get(f"/archive/items/{item}").text.split('<article class="item"')[1].split("</article>")[0],
    }  # fmt: skip


def test_without_a_match_everything_says_that_it_needs_verification(site: Site, analyst: Browser) -> None:
    shown = pages(site, analyst, fill(site, ALONE))
    reason = (
        f"Ditandai indikasi hoaks – perlu verifikasi: teks menyatakan sendiri “{CLAIM}.” (menyumbang besar), "
        "disertai ciri pesan berantai (ajakan sebar, sumber kabur)."
    )
    for name, html in shown.items():
        assert "indikasi hoaks – perlu verifikasi</li>" in html, name
        assert ("Dasar: isi teks · ciri pesan berantai" in lines(html)) == (name != "row"), name
        assert (reason in lines(html)) == (name in ("card", "item")), name
        assert "dibantah" not in html, name
    assert "Ciri pesan berantai: ajakan sebar, sumber kabur." in lines(shown["row"])


def test_a_row_says_each_word_once(site: Site, analyst: Browser) -> None:
    also = "Petugas kota membenarkan lewat pengeras suara tadi malam."
    seen = replace(ALONE, text=f"{SAID} {also}", because=((f"{CLAIM}.", H), (also, H)))
    claim = fill(site, seen)
    html = row_of(analyst.get("/queue/new").text, claim).split('<div class="acts">')[0]
    visible = re.sub(r"<[^>]+>", " ", re.sub(r'<span class="unseen">[^<]*</span>', "", html))
    for said in (CLAIM, also, "indikasi hoaks", "perlu verifikasi", "menyebarkan"):
        assert " ".join(visible.split()).count(said) == 1, said
    assert f"<mark>{also}</mark>" in html
    assert re.search(rf"<h2[^>]*><a[^>]*><mark>(<span[^>]*>[^<]*</span>)?{CLAIM}", html)


def test_with_a_match_the_publisher_and_its_own_word_are_in_the_reason(site: Site, analyst: Browser) -> None:
    shown = pages(site, analyst, fill(site, MATCHED))
    reason = (
        "Ditandai indikasi hoaks – dibantah cek fakta: teks menyatakannya sendiri, dan cocok dengan cek fakta "
        "Periksa Arunika yang menyatakan “SALAH”."
    )
    for name, html in shown.items():
        assert ("Dasar: isi teks · cek fakta" in lines(html)) == (name != "row"), name
        assert (reason in lines(html)) == (name in ("card", "item")), name
        assert "perlu verifikasi</li>" not in html, name
    assert any(line.startswith("Cek fakta: ") and line.endswith("SALAH") for line in lines(shown["row"]))


def test_a_row_tells_whether_the_check_fits_what_it_quotes_or_a_copy(site: Site, analyst: Browser) -> None:
    shown = pages(site, analyst, fill(site, ALONE, MATCHED))
    assert "salinan sejenis" not in shown["row"]  # the refuted post leads: its risk is higher
    assert "Periksa Arunika" in shown["row"]


def test_a_claim_whose_lead_alone_is_not_refuted_says_that_a_copy_is(site: Site, analyst: Browser) -> None:
    sure = Seen("kanal-warga", SAID, labels=(H, B), because=((f"{CLAIM}.", H),), probability=0.999)
    shown = pages(site, analyst, fill(site, sure, MATCHED))
    assert "Cek fakta cocok dengan salinan sejenis." in lines(shown["row"])
    assert "Dasar: isi teks · cek fakta" in lines(shown["head"])
    assert "Dasar: isi teks" in lines(shown["card"])  # of this post itself
    assert "Ditandai indikasi kampanye hitam dan indikasi hoaks – perlu verifikasi: " in shown["card"]


def test_what_bears_no_hoax_has_no_grounds(site: Site, analyst: Browser) -> None:
    for html in pages(site, analyst, fill(site, MIXED)).values():
        assert "indikasi kampanye hitam" in html
        assert "Dasar:" not in html
        assert "yang menyatakan “SALAH”" not in html


def test_what_the_model_leaves_open_is_for_a_person_to_read_and_has_no_grounds(
    site: Site, analyst: Browser
) -> None:
    unsure = Seen("kanal-ibu", SAID, left_open=(H,), probability=0.3, because=((f"{CLAIM}.", H),), cues=CUES)
    page = analyst.get(f"/claims/{fill(site, unsure)}").text
    reason = f"Belum jelas, perlu dibaca orang (indikasi hoaks): teks memuat “{CLAIM}.” (menyumbang besar)."
    assert reason in lines(page)
    assert "Dasar:" not in page


def test_what_only_reports_says_why_it_is_not_flagged(site: Site, analyst: Browser) -> None:
    claim = fill(site, Seen("kanal-ibu", f"Benarkah {CLAIM}?", stance=Stance.REPORTS))
    page = analyst.get(f"/claims/{claim}").text
    assert "Tidak ditandai: teks memberitakan, bukan menyatakan sendiri." in lines(page)
    assert "Dasar:" not in page


@pytest.mark.parametrize("beside", [(), (ALONE,)], ids=["alone", "beside a post"])
def test_the_press_is_shown_neither_grounds_nor_a_reason_of_hoaxes(
    site: Site, analyst: Browser, beside: tuple[Seen, ...]
) -> None:
    title = "Jembatan Kali Bening Disebut Retak"
    article = Seen("warta", f"{SAID} Demikian kata sumber.", title=title, labels=(H,), cues=CUES, match=0.97,
                   confirmed=True, because=((f"{CLAIM}.", H),))  # fmt: skip
    claim = fill(site, article, *beside)
    page = analyst.get(f"/claims/{claim}").text
    shown = [page.split('id="press"')[1].split("<aside")[0] if beside else page.split("<aside")[0]]
    if not beside:
        assert site.store.claims.get(claim).lane is Lane.PRESS
        shown.append(row_of(analyst.get("/queue/press").text, claim))
    reason = f"Pernyataan perlu diklarifikasi: teks memuat “{CLAIM}.” (menyumbang besar)."
    assert reason in lines(shown[0])
    if not beside:
        assert f"<mark>{CLAIM}" in shown[1]
    for html in shown:
        for said in ("Dasar:", "hoaks", "disertai ciri", "Ditandai", "menyatakan “"):
            assert said not in unescape(html), said


def test_a_reader_of_english_gets_the_reason_in_english(site: Site, analyst: Browser) -> None:
    claim = fill(site, ALONE)
    analyst.post("/language", language="en", next="/queue/new", page="/queue/new")
    row = row_of(analyst.get("/queue/new").text, claim)
    assert "Marks of a chain message: call to pass it on, vague source." in lines(row)
    head = lines(analyst.get(f"/claims/{claim}").text)
    assert "Grounds: what the text says · marks of a chain message" in head
    assert any(line.startswith("Flagged as indication of a hoax – needs verification: ") for line in head)
