"""The queue over HTTP: what each row says, and deciding from it."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kentongan.domain import ClaimId, ClaimState, Decision, Label, Lane, Role
from tests.web_city import Browser, Seen, Site, see
from webui.queue.views import ROWS


def decide(browser: Browser, site: Site, claim: ClaimId, decision: str, **form: Any) -> TestResponse:
    version = site.store.claims.get(claim).version
    return browser.post(f"/claims/{claim}/decisions", decision=decision, version=version, **form)


def rows_of(page: str) -> str:
    return page.split('<ol class="queue">')[1].split("</ol>")[0]


def test_each_lane_is_a_tab_with_its_count(analyst: Browser) -> None:
    page = analyst.get("/queue/new").text
    tabs = re.findall(r'<a href="/queue/(\w+)"[^>]*>[^<]+ <span class="count"[^>]*>(\d+)', page)
    assert [tab for tab in tabs if tab[0] != "sample"] == [
        ("new", "4"),
        ("press", "1"),
        ("second", "0"),
        ("verification", "0"),
        ("watching", "0"),
        ("escalated", "0"),
        ("closed", "0"),
    ]
    assert tabs[-1][0] == "sample"  # of two unflagged claims, by chance
    assert re.search(r'href="/queue/new" aria-current="page"', page)


def test_what_is_not_flagged_has_no_lane(analyst: Browser) -> None:
    assert analyst.get("/queue/unflagged").status_code == 404
    assert "banjir di Telaga Bening" not in analyst.get("/queue/new").text


def test_a_row_says_what_why_how_far_and_what_a_fact_checker_found(analyst: Browser) -> None:
    page = unescape(analyst.get("/queue/new").text)
    row = page.split('<li class="claim"')[1]
    assert re.search(
        r"<h2[^>]*><a[^>]*><mark>.*Besok pagi semua TPS di Kecamatan Mekarjaya ditutup[^<]*<", row
    )
    assert row.count("Besok pagi semua TPS") == 1
    assert "<mark>Sebarkan ke semua grup sebelum pesan ini dihapus!!</mark>" in row
    assert "Ciri pesan berantai: ajakan sebar, sumber kabur." in row
    assert "indikasi hoaks – dibantah cek fakta" in row
    assert "Prioritas: tinggi" in row
    assert "menyebarkan" in row
    assert "menurut Periksa Arunika:" in row
    assert "SALAH" in row
    assert "3 unggahan" in row
    assert "3 sumber" in row
    assert re.search(r"\b(9|1\d) jam yang lalu", row)  # the city was filled when the session of tests began


def test_without_a_refuting_check_a_row_only_speaks_of_an_indication(analyst: Browser) -> None:
    page = rows_of(unescape(analyst.get("/queue/new?label=black_campaign").text))
    assert "indikasi hoaks – perlu verifikasi" in page
    assert "dibantah cek fakta" not in page
    assert not re.search(r"\d+ ?%", page)  # bands, never a bare percentage


def test_the_label_filter_leaves_out_the_others_and_refuses_unknown_labels(analyst: Browser) -> None:
    page = analyst.get("/queue/new?label=identity_politics").text
    assert "putra daerah" in page
    assert "Raka Sudirja" not in page
    assert analyst.get("/queue/new?label=sentiment").status_code == 400


def test_a_press_article_is_offered_four_steps_and_never_stamped(site: Site, analyst: Browser) -> None:
    lane = analyst.get("/queue/press").text
    claim = analyst.get(f"/claims/{site.claims(Lane.PRESS)[0]}").text
    for page in (lane, claim):
        words = re.sub(r"<[^>]+>", " ", page).lower()
        assert "hoaks" not in words
        assert "hoax" not in words
        offered = re.findall(r'name="decision" value="(\w+)"', page)
        assert offered == ["ask_clarification", "right_of_reply", "press_council", "note"]
        assert "tidak pernah dicap" in words


@pytest.mark.parametrize(
    ("decision", "state", "lane"),
    [
        ("dismiss", ClaimState.DISMISSED, Lane.CLOSED),
        ("watch", ClaimState.WATCHING, Lane.WATCHING),
        ("verify", ClaimState.NEEDS_VERIFICATION, Lane.VERIFICATION),
        ("escalate", ClaimState.ESCALATED, Lane.ESCALATED),
    ],
)
def test_one_press_decides_and_moves_on_to_the_next_claim(
    site: Site, analyst: Browser, decision: str, state: ClaimState, lane: Lane
) -> None:
    first, second, *_ = site.claims()
    page = analyst.get("/queue/new").text
    form = page.split('<form class="decide"')[1]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.split("<button")[0]))
    answer = analyst.post(f"/claims/{first}/decisions", **{**fields, "decision": decision})
    assert (answer.status_code, answer.location) == (303, f"/queue/new#claim-{second}")
    decided = site.store.claims.get(first)
    assert (decided.state, decided.lane) == (state, lane)
    assert site.store.claims.view(first).reviews[0].user_name == "analyst"


@pytest.mark.parametrize("before", [None, Decision.WATCH, Decision.DISMISS])
def test_undo_brings_a_claim_back_to_where_it_stood(
    site: Site, analyst: Browser, before: Decision | None
) -> None:
    claim = site.claims()[0]
    if before:
        decide(analyst, site, claim, before.value)
    state = site.store.claims.get(claim).state
    decide(analyst, site, claim, "escalate", back="/queue/new")
    page = analyst.get("/queue/new").text
    flash = re.search(r'<form method="post" action="(/claims/[^"]+)">(.*?)</form>', page, re.DOTALL)
    assert flash is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', flash[2]))
    assert "Urungkan" in flash[2]
    answer = analyst.post(flash[1], **{**fields, "csrf_token": analyst.token("/queue/new")})
    assert answer.location == f"/queue/new#claim-{claim}"
    assert site.store.claims.get(claim).state is state
    assert "Diurungkan" in analyst.get("/queue/new").text


def test_two_people_never_both_decide_and_the_second_is_told_who_was_first(
    site: Site, analyst: Browser
) -> None:
    other, claim = site.client(Role.ADMINISTRATOR), site.claims()[0]
    version = site.store.claims.get(claim).version
    other.post(f"/claims/{claim}/decisions", decision="watch", version=version, note="sudah saya telepon")
    late = analyst.post(
        f"/claims/{claim}/decisions",
        decision="dismiss",
        version=version,
        note="catatan <saya>",
        back="/queue/new",
    )
    assert late.status_code == 409
    for said in ("administrator", "Pantau", "sudah saya telepon", "catatan &lt;saya&gt;", "tidak disimpan"):
        assert said in late.text
    assert site.store.claims.get(claim).state is ClaimState.WATCHING
    assert len(site.store.claims.view(claim).reviews) == 1


@pytest.mark.parametrize(
    "form",
    [
        {"decision": "publish", "version": "1"},
        {"decision": "dismiss", "version": "one"},
        {"decision": "dismiss"},
        {"decision": "dismiss", "version": "1", "reason": "because"},
        {"decision": "note", "version": "1"},
        {"decision": "reopen", "version": "1"},
        {"decision": "dismiss", "version": "1", "note": "x" * 4001},
    ],
)
def test_a_decision_that_is_not_offered_changes_nothing(
    site: Site, analyst: Browser, form: dict[str, str]
) -> None:
    claim = site.claims()[0]
    assert analyst.post(f"/claims/{claim}/decisions", **form).status_code == 400
    assert site.store.claims.view(claim).reviews == ()


def test_paging_shows_every_claim_once_and_stays_under_100_kb(site: Site, analyst: Browser) -> None:
    check = next(iter(site.store.fact_checks.all())).id
    for number in range(100, 100 + ROWS):
        text = f"Kabar nomor {number} tentang hal {number} di gang {number}."
        see(site.store, Seen("kanal-ibu", text, labels=(Label.HOAX,)), number, check)
    seen: list[str] = []
    path: str | None = "/queue/new"
    while path:
        answer = analyst.get(path)
        assert len(answer.data) < 100_000
        seen += re.findall(r'id="claim-([0-9a-f-]+)"', answer.text)
        onward = re.search(r'<a href="([^"]+)">Halaman berikutnya', answer.text)
        path = unescape(onward[1]) if onward else None
    assert len(seen) == len(set(seen)) == 4 + ROWS


def test_an_empty_lane_and_an_empty_filter_say_different_things(analyst: Browser) -> None:
    assert "Jalur ini kosong" in analyst.get("/queue/escalated").text
    assert "Tidak ada yang cocok" in analyst.get("/queue/escalated?label=hoax").text


def test_a_closed_claim_says_how_it_was_closed(site: Site, analyst: Browser) -> None:
    decide(analyst, site, site.claims()[0], "dismiss")
    assert '<li class="chip chip-plain">bukan masalah</li>' in rows_of(analyst.get("/queue/closed").text)


def test_a_bad_cursor_is_named(analyst: Browser) -> None:
    answer = analyst.get("/queue/new?cursor=yesterday")
    assert answer.status_code == 400
    assert "yesterday" in answer.text


def test_a_reviewer_reads_the_queue_without_buttons(site: Site) -> None:
    page = site.client(Role.REVIEWER).get("/queue/new").text
    assert "Besok pagi semua TPS di Kecamatan Mekarjaya" in page
    assert 'name="decision"' not in page


def test_a_watched_claim_whose_only_post_now_says_something_else_leaves_the_lane_whole(
    site: Site, analyst: Browser
) -> None:
    check = next(iter(site.store.fact_checks.all())).id
    first = Seen("kanal-ibu", "Kabar lama tentang pasar pagi di gang delapan yang akan digusur.",
                 labels=(Label.HOAX,), url="https://kanal-ibu.example/satu")  # fmt: skip
    old = see(site.store, first, 300, check)
    decide(analyst, site, old, "watch")
    revised = replace(first, text="Sore nanti ada lomba burung merpati antarwarga, hadiahnya sepeda baru.")
    new = see(site.store, revised, 300, check)
    assert new != old
    page = analyst.get("/queue/watching")
    assert page.status_code == 200
    assert f'id="claim-{old}"' not in page.text
    assert site.store.claims.lane_counts()[Lane.WATCHING] == 0
    assert "Pantau" in analyst.get(f"/claims/{old}").text  # what was decided is kept
