"""What a claim's page explains of words in other languages and registers, and how it bears odd texts."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

from sqlalchemy import update

from kentongan.domain import ClaimId, Label, Lane, NewFactCheck, Verdict
from kentongan.store.schema import ItemRow, MatchRow
from kentongan.verdicts import ClaimVerdict
from tests.functional.web.test_claim_card import pair
from tests.web_city import CHAIN, Browser, Seen, Site, see

LOCAL = "Kate urang dalem, DPT di Telaga Bening tu isi e 4 ribu nama urang mati. Dak usah percaya agik!"
ARABIC = "شائعة عن الانتخابات في المدينة اليوم. " * 3


def page_of(browser: Browser, claim: ClaimId) -> str:
    return unescape(browser.get(f"/claims/{claim}").text)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section class="panel[^"]*" aria-labelledby="{name}">.*?</section>', page, re.S)
    assert found is not None, name
    return found[0]


def read_english(browser: Browser) -> None:
    browser.post("/language", language="en")


def add(site: Site, seen: Seen, number: int = 300) -> ClaimId:
    return see(site.store, seen, number, next(iter(site.store.fact_checks.all())).id)


def test_an_indonesian_chain_message_is_explained_in_english(site: Site, analyst: Browser) -> None:
    read_english(analyst)
    page = page_of(analyst, site.claims()[0])
    words = section(page, "words")
    assert '<dt>call to pass it on</dt><dd><span class="gloss"><q>Sebarkan</q> – pass it on</span>' in words
    assert "<q>INFO A1</q> – “sure information”, by nobody named" in words
    assert "<q>TPS</q> – polling station" in words
    assert "not a translation" in words
    assert "marks of a chain message (call to pass it on, vague source)" in page
    assert "“SALAH” (refuted)" in page
    assert '<strong class="verdict">SALAH</strong> (refuted)' in page
    assert CHAIN.split("!! ")[0] in page  # the text itself stays as it was written


def test_in_indonesian_a_word_that_needs_no_gloss_has_none(site: Site, analyst: Browser) -> None:
    words = section(page_of(analyst, site.claims()[0]), "words")
    assert "<q>Sebarkan</q></span>" in words
    assert "<q>TPS</q> – tempat pemungutan suara" in words
    assert "(dibantah)" not in page_of(analyst, site.claims()[0])


def test_local_words_are_explained_in_both_languages(site: Site, analyst: Browser) -> None:
    sentence = "Kate urang dalem, DPT di Telaga Bening tu isi e 4 ribu nama urang mati."
    claim = add(site, Seen("kanal-warga", LOCAL, labels=(Label.HOAX,), because=((sentence, Label.HOAX),)))
    words = section(page_of(analyst, claim), "words")
    assert "<q>urang</q> – orang" in words
    assert "<q>Dak</q> – tidak" in words
    read_english(analyst)
    words = section(page_of(analyst, claim), "words")
    assert "<q>urang</q> – people" in words
    assert "<q>agik</q> – again, any more" in words


def test_local_words_are_not_looked_for_in_other_languages(site: Site, analyst: Browser) -> None:
    claim = add(site, Seen("kanal-warga", LOCAL, labels=(Label.HOAX,)))
    with site.store.database.write() as session:
        session.execute(update(ItemRow).where(ItemRow.claim_id == claim).values(language="en"))
    assert 'id="words"' not in page_of(analyst, claim)


def test_beside_the_press_nothing_is_said_of_chain_messages(site: Site, analyst: Browser) -> None:
    read_english(analyst)
    page = page_of(analyst, site.claims(Lane.PRESS)[0])
    assert "chain message" not in page
    assert "<q>kotak suara</q> – ballot box" in section(page, "words")


def test_several_checks_are_held_against_one_another(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    assert "side by side" not in page_of(analyst, claim)
    item = site.store.claims.view(claim).items[0].item.id
    for number, (publisher, verdict) in enumerate(
        [("Cek Dua", Verdict.MISLEADING), ("Cek Tiga", Verdict.TRUE)]
    ):
        read_english(analyst)
        check = site.store.collector.save_fact_check(
            NewFactCheck(f"https://cek{number}.example/1", publisher, "TPS ditutup", verdict, "", published_at=datetime.now(UTC))
        )  # fmt: skip
        with site.store.database.write() as session:
            session.add(
                MatchRow(item_id=item, fact_check_id=check.id, probability=0.9, confirmed=True, shared_words=["tps"], matched_at=datetime.now(UTC))
            )  # fmt: skip
        page = page_of(analyst, claim)
        table = re.search(r'<table class="compared">.*?</table>', page, re.S)
        assert table is not None
        assert table[0].count('<th scope="row">') == number + 2
        assert publisher in table[0]
        # Refuted and misleading both say that it must not be passed on as true.
        assert ("The checks do not say the same" in page) is (verdict is Verdict.TRUE)


def test_a_long_text_shows_what_was_marked_beyond_its_cut(site: Site, analyst: Browser) -> None:
    far = "Semua suara di kelurahan ini sudah ditukar tadi malam."
    text = "Pembuka biasa tanpa apa-apa. " * 200 + far + " Penutup. " * 300
    claim = add(site, Seen("kanal-warga", text, labels=(Label.HOAX,), because=((far, Label.HOAX),)))
    answer = analyst.get(f"/claims/{claim}")
    shown = re.search(r'<div class="text">(.*?)</div>', unescape(answer.text), re.S)
    assert shown is not None
    assert len(shown[1]) < 3_500
    assert far in shown[1].split("<mark>")[1]
    assert "Baca selengkapnya" in answer.text


def test_texts_of_emoji_and_of_other_scripts_keep_the_page_small_and_whole(
    site: Site, analyst: Browser
) -> None:
    marked = "🚨 Semua TPS ditutup 🚨‼️ 👍🏽 & <b>selesai</b>."
    for number in range(12):
        words = " ".join(f"kata{number + n}" for n in range(40))
        text = f"{marked} {ARABIC} {words} " + "🚨‼️ & شائعة " * 400
        claim = add(
            site,
            Seen("kanal-warga", text, labels=(Label.HOAX,), because=((marked, Label.HOAX),), url=f"https://a.example/{number}"),
            400 + number,
        )  # fmt: skip
    answer = analyst.get(f"/claims/{claim}")
    assert len(answer.data) < 100_000
    assert marked in unescape(re.sub(r'<span class="unseen">[^<]*</span>', "", answer.text))
    assert "<b>selesai" not in answer.text
    assert "شائعة" in answer.text


def test_the_timeline_tells_what_came_when(site: Site, analyst: Browser) -> None:
    read_english(analyst)
    claim = site.claims()[0]
    version = site.store.claims.get(claim).version
    analyst.post(f"/claims/{claim}/decisions", decision="watch", version=version, note="Tunggu kabar.")
    with site.store.database.write() as session:
        newest = site.store.claims.get(claim).last_seen_at
        session.execute(
            update(ItemRow)
            .where(ItemRow.claim_id == claim)
            .values(published_at=newest - timedelta(minutes=1))
        )
    timeline = section(page_of(analyst, claim), "timeline")
    moments = re.findall(r"<strong>([^<]+)</strong>", timeline)
    assert moments[0] == "Check published"
    assert moments.count("First seen at another source") == 2
    assert {"First seen", "Most of it seen"} <= set(moments)
    assert moments[-1] == "Watch"
    assert "3 items in this hour" in timeline
    assert "Tunggu kabar." in timeline


def test_a_similar_claim_shows_the_verdict_that_an_outside_check_gave(site: Site, analyst: Browser) -> None:

    first, second = pair(site)
    user = next(user for user in site.store.users.all() if user.name == "analyst")
    verdict = ClaimVerdict(Verdict.REFUTED, "https://cekfakta.example/9", "Cek Sembilan")
    site.store.proposals.judge(second, user.id, verdict, seen=None)
    similar = section(page_of(analyst, first), "similar")
    assert "<strong>dibantah</strong>" in similar
    assert "Cek Sembilan" in similar
    assert 'href="https://cekfakta.example/9" rel="noreferrer noopener nofollow"' in similar
    kept = site.store.proposals.of_claim(second)[-1]
    site.store.proposals.judge(second, user.id, ClaimVerdict(None, note="Salah baca."), seen=kept.id)
    assert "Cek Sembilan" not in section(page_of(analyst, first), "similar")
