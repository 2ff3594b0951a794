"""The narratives over HTTP: what moves, what a theme holds, and that nothing in them stamps anybody."""

import re
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from kentongan.domain import ClaimId, FactCheckId, Lane, NarrativeId, Role
from kentongan.store.narrative_saving import Theme
from kentongan.store.narratives import NarrativeView
from tests.web_city import NOW, Browser, Seen, Site, see
from webui.narratives import counted as counting
from webui.narratives.views import CLAIMS_SHOWN

KEY = "[0-9a-f-]{36}"
LABEL_NAMES = ("hoaks", "kampanye hitam", "politik identitas")


def name(site: Site, *claims: ClaimId, label: str = "surat suara · TPS") -> NarrativeId:
    keep = site.store.narratives
    theme = Theme(None, label, tuple(label.split(" · ")), claims, b"")
    return keep.save([theme], NOW - timedelta(weeks=8), keep.known())[0]


def post(site: Site, number: int, text: str) -> ClaimId:
    return see(site.store, Seen("kanal-ibu", text), number, FactCheckId(uuid4()))


def test_the_list_names_each_narrative_and_says_whether_it_grows(site: Site, analyst: Browser) -> None:
    key = name(site, *site.claims())
    page = analyst.get("/narasi/").text
    assert f'<a href="/narasi/{key}">surat suara · TPS</a>' in page
    assert "baru tujuh hari ini" in page
    assert re.search(r"4 klaim</span>\s*<span>6 unggahan", page)
    assert 'href="/narasi/" aria-current="true"' in page


def test_the_list_is_counted_once_a_minute_and_at_once_after_another_clustering(
    site: Site, analyst: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[ZoneInfo] = []
    active = site.store.narratives.active

    def watched(zone: ZoneInfo) -> list[NarrativeView]:
        counted.append(zone)
        return active(zone)

    monkeypatch.setattr(site.store.narratives, "active", watched)
    name(site, *site.claims()[:1], label="kapal · karam")
    for _ in range(3):
        assert "kapal · karam" in analyst.get("/narasi/").text
    assert len(counted) == 1
    name(site, *site.claims(), label="surat suara · TPS")
    page = analyst.get("/narasi/").text
    assert "surat suara · TPS" in page
    assert "kapal · karam" not in page
    monkeypatch.setattr(counting, "KEPT_SECONDS", -1)
    analyst.get("/narasi/")
    assert len(counted) == 3


def test_without_narratives_the_list_says_so(analyst: Browser) -> None:
    page = analyst.get("/narasi/").text
    assert "Belum ada narasi" in page
    assert 'class="narrative"' not in page


def test_a_narrative_lists_its_claims_and_leads_to_them(site: Site, analyst: Browser) -> None:
    claims = site.claims()[:3]
    key = name(site, *claims)
    page = analyst.get(f"/narasi/{key}").text
    assert {f"/claims/{claim}" for claim in claims} == set(re.findall(rf'href="(/claims/{KEY})"', page))
    assert "<h1>surat suara · TPS</h1>" in page
    entry = site.store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("analyst", "view narrative", str(key))


def test_neither_page_bears_the_name_of_a_label_beside_posts_or_the_press(
    site: Site, analyst: Browser
) -> None:
    key = name(site, *site.claims(), *site.claims(Lane.PRESS))
    for path in ("/narasi/", f"/narasi/{key}"):
        main = analyst.get(path).text.split("<main")[1].split("</main>")[0]
        assert not [said for said in LABEL_NAMES if said in main.casefold()]
    assert ">Pers</span>" in analyst.get(f"/narasi/{key}").text


def test_hostile_words_are_shown_as_text(site: Site, analyst: Browser) -> None:
    claim = post(site, 99, "<script>alert(1)</script> kapal karam di teluk")
    key = name(site, claim, label="<b>kapal</b>")
    page = analyst.get(f"/narasi/{key}").text + analyst.get("/narasi/").text
    assert "&lt;b&gt;kapal&lt;/b&gt;" in page
    assert "<b>kapal" not in page
    assert "<script>alert" not in page


def test_long_narratives_are_read_page_by_page(site: Site, analyst: Browser) -> None:
    some = [
        post(site, 100 + n, f"Kapal nomor {n} karam dekat pulau {n * 7}.") for n in range(CLAIMS_SHOWN + 1)
    ]
    key = name(site, *some)
    first = analyst.get(f"/narasi/{key}").text
    (following,) = re.findall(rf'href="(/narasi/{key}\?cursor=[^"]+)"', first)
    second = analyst.get(following.replace("&amp;", "&")).text
    shown = re.findall(rf'href="/claims/({KEY})"', first + second)
    assert sorted(shown) == sorted(str(claim) for claim in some)
    assert len(set(shown)) == CLAIMS_SHOWN + 1
    assert "Halaman berikutnya" not in second


def test_a_narrative_that_is_gone_says_so_and_one_that_never_was_is_not_found(
    site: Site, analyst: Browser
) -> None:
    key = name(site, *site.claims())
    site.store.narratives.save([], NOW - timedelta(weeks=8), site.store.narratives.known())
    page = analyst.get(f"/narasi/{key}").text
    assert "tidak lagi termasuk" in page
    assert "pindah ke narasi lain" in page
    assert analyst.get(f"/narasi/{uuid4()}").status_code == 404
    assert analyst.get(f"/narasi/{key}?cursor=x").status_code == 400


def test_readers_of_the_queue_may_read_them_and_nobody_else_may(site: Site) -> None:
    key = name(site, *site.claims())
    for role in Role:
        wanted = 403 if role in (Role.LIAISON, Role.FIELD_REPORTER) else 200
        browser = site.client(role)
        assert [browser.get(path).status_code for path in ("/narasi/", f"/narasi/{key}")] == [wanted] * 2
        assert ('href="/narasi/"' in browser.get("/no-such-page").text) == (wanted == 200)
