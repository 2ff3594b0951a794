"""What the page of a claim counts and compares, and how people merge and split, over HTTP."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import numpy as np
from sqlalchemy import select, update

from kentongan.domain import ClaimId, ClaimState, Label, Lane, Role
from kentongan.store.schema import AssessmentRow, ClaimRow, ItemPlaceRow, ItemRow
from kentongan.store.summary import refresh_and_tell
from search.index import DIMENSIONS
from tests.web_city import CHAIN, Browser, Seen, Site, see


def direct(site: Site, claim: ClaimId, likeness: float) -> None:
    """Give all items of a claim an embedding of this cosine to the first axis."""
    vector = np.zeros(DIMENSIONS, dtype="<f2")
    vector[0], vector[1] = likeness, (1 - likeness**2) ** 0.5
    items = select(ItemRow.id).where(ItemRow.claim_id == claim)
    with site.store.database.write() as session:
        session.execute(
            update(AssessmentRow).where(AssessmentRow.item_id.in_(items)).values(embedding=vector.tobytes())
        )


def pair(site: Site) -> tuple[ClaimId, ClaimId]:
    """Return two claims that the index takes for alike: one of three items, one of one."""
    first, second = site.claims()[0], site.claims()[1]
    direct(site, first, 1.0)
    direct(site, second, 0.9)
    site.build_index()
    return first, second


def page_of(browser: Browser, claim: ClaimId) -> str:
    return unescape(browser.get(f"/claims/{claim}").text)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section class="panel" aria-labelledby="{name}">.*?</section>', page, re.S)
    assert found is not None, name
    return found[0]


def test_the_spread_is_drawn_and_told_in_numbers(site: Site, analyst: Browser) -> None:
    spread = section(page_of(analyst, site.claims()[0]), "spread")
    assert spread.count("<rect ") == 3  # of three hours between which nothing was seen
    assert 'role="img"' in spread
    assert "Unggahan per jam; paling banyak 1." in spread
    assert "style=" not in spread
    rows = spread.split("<tbody>")[1].split("</tbody>")[0]
    assert rows.count("<tr>") == 3
    assert re.search(r'<th scope="row">unggahan publik</th><td class="number">3</td>', spread)


def test_copies_of_one_voice_stand_under_it_and_count_once(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    with site.store.database.write() as session:
        session.execute(
            update(ItemRow)
            .where(ItemRow.claim_id == claim, ItemRow.source != "kanal-ibu")
            .values(voice="grup-a")
        )
        refresh_and_tell(session, claim)
    page = page_of(analyst, claim)
    assert "2 di antaranya independen" in page
    spread = section(page, "spread")
    assert "2 sumber independen, 3 sumber seluruhnya" in spread
    assert re.search(r"grup-a <span[^>]*>dihitung sekali[^<]*</span></th><td class=\"number\">2<", spread)
    assert re.search(r'class="under"><td>Kanal Warga</td><td class="number">1<', spread)
    assert re.search(r'<th scope="row">Kanal Ibu</th><td class="number">1<', spread)


def test_places_that_items_name_are_counted(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    assert "Tidak ada tempat di wilayah ini yang disebut" in page_of(analyst, claim)
    with site.store.database.write() as session:
        for view in site.store.claims.view(claim).items[:2]:
            session.add(ItemPlaceRow(item_id=view.item.id, place="00.00.01", votes=1.0))
        session.add(ItemPlaceRow(item_id=view.item.id, place="99.99.99", votes=1.0))
    spread = section(page_of(analyst, claim), "spread")
    assert '<th scope="row">Kec. Mekarsuri</th><td class="number">2<' in spread
    assert '<th scope="row">99.99.99</th><td class="number">1<' in spread


def test_each_variant_shows_what_it_changed_in_marks_and_in_words(site: Site, analyst: Browser) -> None:
    variants = section(page_of(analyst, site.claims()[0]), "variants")
    assert variants.count("<li>") == 3
    assert "Pertama terlihat</strong>\n        <span>Kanal Warga</span>" in variants
    added = '<ins><span class="unseen">[ditambahkan: </span>%s<span class="unseen">]</span></ins>'
    assert added % "Viralkan." in variants
    assert added % "Dari grup sebelah:" in variants
    assert "<del>" not in variants


def test_hostile_words_stay_words_in_variants_and_splits(site: Site, analyst: Browser) -> None:
    check = next(iter(site.store.fact_checks.all())).id
    bad = "<script>alert(1)</script> </del><img src=x onerror=alert(1)>"
    claim = see(site.store, Seen("kanal-warga", f"{CHAIN} {bad}", labels=(Label.HOAX,)), 70, check)
    raw = analyst.get(f"/claims/{claim}").text
    assert "<script>alert" not in raw
    assert "<img src=x" not in raw
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in section(raw, "variants")


def test_a_claim_of_one_item_has_no_chart_and_nothing_to_split(site: Site, analyst: Browser) -> None:
    page = page_of(analyst, site.claims()[1])
    assert "<svg" not in page
    assert "Semuanya memakai kata-kata yang sama" in page
    assert 'id="split"' not in page


def test_a_claim_seen_again_after_a_silence_is_marked_on_its_page_and_in_the_queue(
    site: Site, analyst: Browser
) -> None:
    claim = site.claims()[0]
    assert "muncul lagi" not in analyst.get("/queue/new").text
    assert "muncul lagi" not in page_of(analyst, claim)
    newest = site.store.claims.get(claim).last_seen_at
    earlier = (ItemRow.claim_id == claim, ItemRow.published_at < newest)
    with site.store.database.write() as session:
        session.execute(update(ItemRow).where(*earlier).values(published_at=newest - timedelta(days=40)))
        session.execute(update(ClaimRow).where(ClaimRow.id == claim).values(resurfaced_at=newest))
    assert "muncul lagi setelah 40 hari" in page_of(analyst, claim)
    assert "muncul lagi <time" in analyst.get("/queue/new").text


def test_similar_claims_come_with_their_last_decision(site: Site, analyst: Browser) -> None:
    first, second = pair(site)
    analyst.post(f"/claims/{second}/decisions", decision="dismiss", version=1, note="Sudah dicek.")
    with site.store.database.write() as session:
        long_ago = site.store.claims.get(first).first_seen_at - timedelta(days=31, hours=1)
        session.execute(update(ClaimRow).where(ClaimRow.id == second).values(last_seen_at=long_ago))
    similar = section(page_of(analyst, first), "similar")
    assert f'href="/claims/{second}"' in similar
    assert "Keputusan terakhir: <strong>Bukan masalah</strong>" in similar
    assert "Sudah dicek." in similar
    assert "senyap 31 hari" in similar
    assert f'href="/claims/{first}/merge/{second}"' in similar
    assert not re.search(r"\d+ ?%|0[.,]9", similar)


def test_without_search_the_rest_of_the_page_lives_and_says_so(site: Site, analyst: Browser) -> None:
    first, _ = pair(site)
    for path in (site.home / "index").rglob("*"):
        if path.is_file():
            path.unlink()
    answer = analyst.get(f"/claims/{first}")
    assert answer.status_code == 200
    assert "Pencarian sedang mati: klaim serupa tidak dapat ditampilkan" in answer.text
    assert 'id="spread"' in answer.text


def test_merging_asks_first_then_leads_from_the_emptied_claim_to_the_other(
    site: Site, analyst: Browser
) -> None:
    first, second = pair(site)
    headline = site.store.claims.get(second).headline
    asked = unescape(analyst.get(f"/claims/{first}/merge/{second}").text)
    assert asked.count('type="radio"') == 2
    assert headline in asked
    answer = analyst.post(
        f"/claims/{first}/merge/{second}", keep=first, version=1, other_version=1, note="Satu cerita."
    )
    assert (answer.status_code, answer.location) == (303, f"/claims/{first}")
    page = page_of(analyst, first)
    assert "Kedua klaim itu kini menjadi satu" in page
    assert "4 unggahan" in page
    history = page.split('<ol class="history">')[1]
    assert "<strong>Digabungkan</strong>" in history
    assert "1 unggahan berasal dari" in history
    assert "Satu cerita." in history
    gone = analyst.get(f"/claims/{second}")
    assert (gone.status_code, gone.location) == (303, f"/claims/{first}")
    assert second not in site.claims()
    assert f"claim-{second}" not in analyst.get("/queue/new").text


def test_either_of_the_two_may_stay(site: Site, analyst: Browser) -> None:
    first, second = pair(site)
    answer = analyst.post(f"/claims/{first}/merge/{second}", keep=second, version=1, other_version=1)
    assert answer.location == f"/claims/{second}"
    assert site.store.claims.get(first).merged_into == second


def test_decisions_on_a_merged_claim_stay_in_the_history(site: Site, analyst: Browser) -> None:
    first, second = pair(site)
    headline = site.store.claims.get(second).headline
    analyst.post(f"/claims/{second}/decisions", decision="watch", version=1, note="Tunggu kabar.")
    analyst.post(f"/claims/{first}/merge/{second}", keep=first, version=1, other_version=2)
    history = page_of(analyst, first).split('<ol class="history">')[1]
    assert "Tunggu kabar." in history
    assert f"pada klaim yang digabungkan ke sini: “{headline[:40]}" in history


def test_splitting_makes_an_undecided_claim_of_the_chosen_items(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    analyst.post(f"/claims/{claim}/decisions", decision="dismiss", version=1)
    chosen = site.store.claims.view(claim).items[2].item.id
    assert f'name="item" value="{chosen}"' in page_of(analyst, claim)
    answer = analyst.post(f"/claims/{claim}/split", item=[str(chosen)], version=2, note="Lain cerita.")
    assert answer.status_code == 303
    new = site.store.items.view(chosen).item.claim_id
    assert answer.location == f"/claims/{new}"
    assert new is not None
    assert site.store.claims.get(new).state is ClaimState.NEW
    page = page_of(analyst, new)
    assert "1 unggahan kini menjadi klaim tersendiri" in page
    assert re.search(rf"<strong>Dipisahkan</strong>.*?dari klaim <a href=\"/claims/{claim}\"", page, re.S)
    old = page_of(analyst, claim)
    assert re.search(rf"1 unggahan pindah ke <a href=\"/claims/{new}\"", old)
    assert "Lain cerita." in old
    assert "2 unggahan" in old


def test_choosing_nothing_changes_nothing_and_says_so(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    answer = analyst.post(f"/claims/{claim}/split", version=1)
    assert (answer.status_code, answer.location) == (303, f"/claims/{claim}#split")
    assert "belum ada unggahan yang dipilih" in page_of(analyst, claim)
    assert site.store.claims.get(claim).version == 1


def test_whoever_comes_second_is_told_who_was_first_and_keeps_the_note(site: Site, analyst: Browser) -> None:
    first, second = pair(site)
    chosen = str(site.store.claims.view(first).items[0].item.id)
    site.client(Role.ADMINISTRATOR).post(f"/claims/{first}/decisions", decision="watch", version=1)
    merged = analyst.post(
        f"/claims/{first}/merge/{second}", keep=first, version=1, other_version=1, note="Catatan saya."
    )
    split = analyst.post(f"/claims/{first}/split", item=[chosen], version=1, note="Catatan saya.")
    for answer in (merged, split):
        page = unescape(answer.text)
        assert answer.status_code == 409
        assert "Catatan saya." in page
        assert "<strong>administrator</strong>: Pantau" in page
    assert "tidak digabungkan" in unescape(merged.text)
    assert "Tidak ada yang dipisahkan" in unescape(split.text)
    assert site.store.claims.get(second).merged_into is None


def test_deciding_on_a_claim_that_was_merged_meanwhile_says_who_merged_it(
    site: Site, analyst: Browser
) -> None:
    first, second = pair(site)
    other = site.client(Role.ADMINISTRATOR)
    other.post(f"/claims/{first}/merge/{second}", keep=first, version=1, other_version=1)
    answer = analyst.post(f"/claims/{second}/decisions", decision="watch", version=1, note="Catatan saya.")
    assert answer.status_code == 409
    assert "<strong>administrator</strong>: Digabungkan" in answer.text
    assert analyst.get(f"/claims/{first}/merge/{second}").status_code == 409


def test_forms_of_someones_own_making_are_refused(site: Site, analyst: Browser) -> None:
    first, second = pair(site)
    path, item = f"/claims/{first}/merge/{second}", str(site.store.claims.view(second).items[0].item.id)
    for form in (
        {"keep": str(uuid4()), "version": 1, "other_version": 1},
        {"keep": str(first), "version": "x", "other_version": 1},
        {"version": 1, "other_version": 1},
        {"keep": str(first), "version": 1},
    ):
        assert analyst.post(path, **form).status_code == 400
    itself = analyst.post(f"/claims/{first}/merge/{first}", keep=first, version=1, other_version=1)
    assert itself.status_code == 400
    for chosen in (["x"], [item], [str(v.item.id) for v in site.store.claims.view(first).items]):
        assert analyst.post(f"/claims/{first}/split", item=chosen, version=1).status_code == 400
    assert analyst.get(f"/claims/{first}/merge/{uuid4()}").status_code == 404
    assert site.store.edits.of_claim(first) == []


def test_who_only_reads_is_offered_neither_merge_nor_split(site: Site) -> None:
    first, second = pair(site)
    reader = site.client(Role.REVIEWER)
    page = page_of(reader, first)
    assert f"/claims/{second}" in section(page, "similar")
    assert "/merge/" not in page
    assert "/split" not in page
    assert reader.get(f"/claims/{first}/merge/{second}").status_code == 403


def test_a_claim_of_the_press_is_never_called_a_hoax_by_its_card(site: Site, analyst: Browser) -> None:
    page = page_of(analyst, site.claims(Lane.PRESS)[0])
    for name in ("spread", "variants", "similar"):
        assert not re.search(r"hoaks|hoax", section(page, name), re.I)
