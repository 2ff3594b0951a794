"""Working through the queue over HTTP: filters, kept views, one decision for several claims, what is new."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from kentongan import sampling
from kentongan.domain import ClaimId, ClaimState, Decision, Label, Lane, Reason, Role
from kentongan.elections import CALENDAR_FILE
from kentongan.store import queue
from kentongan.store.schema import ClaimRow, ItemPlaceRow
from kentongan.store.summary import refresh_claim
from tests.web_city import Browser, Seen, Site, see
from webui.queue import views
from webui.queue.views import ROWS


def rows_of(answer: TestResponse) -> str:
    return unescape(answer.text).split('<ol class="queue">')[1].split("</ol>")[0]


def shown(answer: TestResponse) -> list[str]:
    return re.findall(r'id="claim-([0-9a-f-]+)"', answer.text)


def version(site: Site, claim: ClaimId) -> str:
    return f"{claim}:{site.store.claims.get(claim).version}"


def user_id(site: Site, name: str) -> Any:
    user = site.store.users.named(name)
    assert user is not None
    return user.id


# --- order and rows


def stages(site: Site, days: int) -> None:
    """Let a stage of an election begin so many days from now."""
    first = datetime.now(ZoneInfo("Asia/Jakarta")).date() + timedelta(days=days)
    text = f"stages:\n  - {{election: Pilkada Contoh, stage: masa tenang, from: {first}, to: {first}}}\n"
    (Path(site.home) / CALENDAR_FILE).write_text(text, encoding="utf-8")


def test_a_claim_about_an_election_stands_higher_the_nearer_a_stage_and_the_page_says_why(
    site: Site, analyst: Browser
) -> None:
    check = next(iter(site.store.fact_checks.all())).id
    calm = see(site.store, Seen("kanal-ibu", "Pasar pagi di gang delapan akan digusur besok sore.",
                                labels=(Label.HOAX,), probability=0.80), 500, check)  # fmt: skip
    near = see(site.store, Seen("kanal-ibu", "Kotak suara hilang kata orang kelurahan tadi siang.",
                                labels=(Label.HOAX,), probability=0.75), 501, check)  # fmt: skip
    stages(site, 60_000)
    far = analyst.get("/queue/new")
    assert shown(far).index(str(calm)) < shown(far).index(str(near))
    stages(site, 3)
    page = analyst.get("/queue/new")
    assert shown(page).index(str(near)) < shown(page).index(str(calm))
    row = rows_of(page).split(f'id="claim-{near}"')[1].split('</li>\n<li class="claim"')[0]
    assert "masa tenang" in row
    assert "3" in row.split("masa tenang")[0].rpartition('chip-election">')[2]
    assert "Pilkada Contoh" in page.text


def test_a_calendar_that_cannot_be_read_is_told_and_the_queue_goes_on(site: Site, analyst: Browser) -> None:
    (Path(site.home) / CALENDAR_FILE).write_text("stages:\n  - {election: Pilkada}\n", encoding="utf-8")
    page = analyst.get("/queue/new")
    assert page.status_code == 200
    assert CALENDAR_FILE in page.text
    assert len(shown(page)) == 4


def test_a_row_has_a_chart_with_its_numbers_in_words(site: Site, analyst: Browser) -> None:
    row = rows_of(analyst.get("/queue/new")).split('<li class="claim"')[1]
    told = re.search(r'<svg [^>]*role="img" aria-label="([^"]+)"><path d="(M[^"]+)"', row)
    assert told is not None
    days = [int(number) for number in re.findall(r"\d+", told[1].rpartition(":")[2])]
    assert (len(days), sum(days)) == (14, 3)
    assert re.search(r"\b3\b", row.split("</svg>")[1].split("</span>")[0])


def test_a_row_says_who_works_on_it(site: Site, analyst: Browser) -> None:
    first, second, *_ = site.claims()
    site.store.leases.hold(first, user_id(site, "analyst"))
    site.store.leases.hold(second, user_id(site, "administrator"))
    page = analyst.get("/queue/new").text
    holders = dict(re.findall(r'data-holder="([^"]+)">([^<]*)<', page))
    assert "administrator" in holders[str(second)]
    assert "analyst" not in holders[str(first)]
    assert holders[str(first)] != ""
    assert shown(analyst.get("/queue/new?held=me")) == [str(first)]
    assert str(second) not in shown(analyst.get("/queue/new?held=nobody"))


# --- filters


def test_a_lane_that_is_longer_than_is_counted_says_so_many_or_more(
    analyst: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (queue, views):
        monkeypatch.setattr(module, "COUNTED", 3)
    page = analyst.get("/queue/new?label=hoax").text
    assert 'data-lane-count="new">3+</span>' in page
    assert "3+ dari 3+ klaim" in page
    assert "3+ klaim" in analyst.get("/queue/new").text


def test_filters_are_combined_counted_and_kept_in_the_address(site: Site, analyst: Browser) -> None:
    page = analyst.get("/queue/new?label=hoax&check=yes&platform=post&kind=public_channel&age=1d")
    assert len(shown(page)) == 2
    assert re.search(r"\b2\b[^<]*\b4\b", page.text.split("</button>")[-1] + page.text)
    without = re.findall(r'<li class="chip"><a href="([^"]+)"', page.text)
    assert len(without) == 5
    assert "label=" not in unescape(without[0])
    assert "check=yes" in unescape(without[0])
    assert re.search(r'<option value="1d" selected>', page.text)


def test_a_place_finds_its_kelurahan_too(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    item = site.store.claims.view(claim).items[0].item.id
    with site.store.database.write() as session:
        session.add(ItemPlaceRow(item_id=item, place="00.00.05.1001", votes=1.0))
        session.flush()
        refresh_claim(session, session.get_one(ClaimRow, claim))
    for place, found in (("00.00.05", [str(claim)]), ("00.00.05.1001", [str(claim)]), ("00.00.05.1002", [])):
        assert shown(analyst.get(f"/queue/new?place={place}")) == found
    assert "Kel. Jatiwening" in rows_of(analyst.get("/queue/new"))


@pytest.mark.parametrize(
    "asked",
    [
        "label=sentiment",
        "colour=red",
        "place=99.99",
        "label=hoax&label=black_campaign",
        "age=1y",
        "held=budi",
        "check=maybe",
        "cursor=kemarin",
    ],
)
def test_what_is_no_choice_is_refused_with_words(analyst: Browser, asked: str) -> None:
    answer = analyst.get(f"/queue/new?{asked}")
    assert answer.status_code == 400
    assert (
        asked.partition("=")[2].partition("&")[0].split("=")[-1] in unescape(answer.text)
        or "label" in asked
        or (asked.partition("=")[0] in unescape(answer.text))
    )


def test_filters_that_do_not_go_together_are_refused(site: Site, analyst: Browser) -> None:
    assert analyst.get("/queue/sample?label=hoax").status_code == 400
    assert 'name="label"' not in analyst.get("/queue/sample").text
    reviewer = site.client(Role.REVIEWER)
    assert reviewer.get("/queue/new?held=me").status_code == 400
    assert reviewer.get("/queue/new?held=nobody").status_code == 200


def test_an_empty_field_of_the_form_asks_for_nothing(analyst: Browser) -> None:
    assert len(shown(analyst.get("/queue/new?label=&stance=&place=&age="))) == 4


# --- kept views


def test_a_view_is_kept_opened_shared_and_taken_away(site: Site, analyst: Browser) -> None:
    answer = analyst.post(
        "/queue/tampilan", lane="new", label="hoax", check="yes", name="Dibantah", opens="1"
    )
    assert (answer.status_code, unescape(answer.location)) == (303, "/queue/new?label=hoax&check=yes")
    assert unescape(analyst.get("/queue/").location) == "/queue/new?label=hoax&check=yes"
    page = analyst.get("/queue/new?label=hoax&check=yes").text
    assert re.search(r'aria-current="true">Dibantah', page)
    other = site.client(Role.ADMINISTRATOR)
    assert "Dibantah" not in other.get("/queue/new").text
    (key,) = re.findall(r"/queue/tampilan/([0-9a-f-]{36})\"", analyst.get("/queue/tampilan").text)
    analyst.post(f"/queue/tampilan/{key}", do="share")
    assert "Dibantah" in other.get("/queue/new").text
    assert other.post(f"/queue/tampilan/{key}/hapus").status_code == 404
    assert other.post(f"/queue/tampilan/{key}", do="unshare").status_code == 404
    analyst.post(f"/queue/tampilan/{key}", do="open_no_more")
    assert analyst.get("/queue/").location == "/queue/new"
    assert analyst.post(f"/queue/tampilan/{key}/hapus").status_code == 303
    assert "Dibantah" not in other.get("/queue/new").text


def test_a_view_without_a_name_or_of_filters_that_are_none_is_not_kept(site: Site, analyst: Browser) -> None:
    analyst.post("/queue/tampilan", lane="new", label="hoax", name=" ")
    assert analyst.post("/queue/tampilan", lane="new", label="red", name="Merah").status_code == 400
    assert analyst.post("/queue/tampilan", lane="nowhere", name="Entah").status_code == 404
    user = site.store.users.named("analyst")
    assert user is not None
    assert site.store.queue_views.visible_to(user) == []


# --- one decision for several claims


def preview(site: Site, browser: Browser, claims: list[ClaimId], decision: str, **form: Any) -> TestResponse:
    chosen = [version(site, claim) for claim in claims]
    return browser.post(
        "/queue/bersama/pratinjau",
        claim=chosen,
        decision=decision,
        reason="opinion",
        back="/queue/new",
        **form,
    )


def fields(page: str, action: str) -> dict[str, str]:
    form = page.split(f'action="{action}"')[1].split("</form>")[0]
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}


def test_a_preview_says_what_will_happen_to_which_claims_and_changes_nothing(
    site: Site, analyst: Browser
) -> None:
    hoax, attack, identity, letter = (find(site, text) for text in ("TPS", "Raka", "putra daerah", "edaran"))
    site.store.leases.hold(letter, user_id(site, "administrator"))
    stale = version(site, attack)
    site.store.reviews.decide(attack, user_id(site, "administrator"), Decision.WATCH, version_seen=1)
    press = site.claims(Lane.PRESS)[0]
    chosen = [
        version(site, hoax),
        stale,
        version(site, identity),
        version(site, letter),
        version(site, press),
    ]
    page = analyst.post(
        "/queue/bersama/pratinjau", claim=chosen, decision="dismiss", reason="opinion", back="/queue/new"
    )
    assert page.status_code == 200
    decided, voted, left = page.text.split('<section class="panel">')[1:4]
    assert "Besok pagi semua TPS" in decided
    assert "putra daerah" in voted
    for said in ("Raka Sudirja", "surat edaran", "Kotak Suara di Gudang", "administrator"):
        assert said in left
    assert site.store.claims.get(hoax).state is ClaimState.NEW
    assert fields(page.text, "/queue/bersama")["chosen"].count(":") == 2


def find(site: Site, text: str) -> ClaimId:
    return next(
        claim for claim in site.claims() if text in site.store.claims.view(claim).items[0].item.full_text
    )


def test_confirmed_claims_are_decided_and_undone_together_but_for_what_changed_since(
    site: Site, analyst: Browser
) -> None:
    hoax, attack, letter = (find(site, text) for text in ("TPS", "Raka", "edaran"))
    page = preview(site, analyst, [hoax, attack, letter], "watch")
    answer = analyst.post(
        "/queue/bersama",
        **{k: v for k, v in fields(page.text, "/queue/bersama").items() if k != "csrf_token"},
    )
    assert answer.status_code == 303
    assert [site.store.claims.get(c).state for c in (hoax, attack, letter)] == [ClaimState.WATCHING] * 3
    assert site.store.claims.view(hoax).reviews[0].reason == Reason.OPINION
    result = analyst.get(answer.location)
    assert result.status_code == 200
    site.store.reviews.decide(attack, user_id(site, "administrator"), Decision.DISMISS, version_seen=2)
    undo = answer.location.partition("?")[0] + "/urung"
    assert analyst.post(undo, back="/queue/new").status_code == 303
    assert [site.store.claims.get(c).state for c in (hoax, attack, letter)] == [
        ClaimState.NEW,
        ClaimState.DISMISSED,
        ClaimState.NEW,
    ]
    page = analyst.get(answer.location)
    assert undo not in page.text
    assert site.client(Role.ADMINISTRATOR).get(answer.location).status_code == 404


def test_all_of_a_page_can_be_chosen_without_scripts(site: Site, analyst: Browser) -> None:
    page = analyst.get("/queue/new").text
    listed = fields(page, "/queue/bersama/pratinjau")["listed"]
    assert listed.count(":") == 4
    answer = analyst.post(
        "/queue/bersama/pratinjau", all="1", listed=listed, decision="watch", reason="spreading"
    )
    assert fields(answer.text, "/queue/bersama")["chosen"].count(":") == 4


@pytest.mark.parametrize(
    "form",
    [
        {"decision": "watch", "reason": "opinion"},
        {"decision": "publish", "reason": "opinion", "claim": "{claim}:1"},
        {"decision": "watch", "reason": "", "claim": "{claim}:1"},
        {"decision": "watch", "reason": "unstated", "claim": "{claim}:1"},
        {"decision": "watch", "reason": "opinion", "claim": "x:1"},
        {"decision": "watch", "reason": "opinion", "claim": "{claim}:one"},
        {"decision": "watch", "reason": "opinion", "chosen": "{claim}:1,{claim}:1"},
    ],
)
@pytest.mark.parametrize("path", ["/queue/bersama/pratinjau", "/queue/bersama"])
def test_a_form_that_says_less_than_is_needed_changes_nothing(
    site: Site, analyst: Browser, form: dict[str, str], path: str
) -> None:
    claim = site.claims()[0]
    sent = {name: value.format(claim=claim) for name, value in form.items()}
    assert analyst.post(path, **sent).status_code == 400
    assert site.store.claims.get(claim).state is ClaimState.NEW


def test_a_batch_that_was_cut_off_is_offered_on_the_queue_and_carried_on(
    site: Site, analyst: Browser
) -> None:
    claims = site.claims()[:2]
    key = site.store.batches.begin(
        user_id(site, "analyst"), Decision.WATCH, Reason.SPREADING, [(claim, 1) for claim in claims]
    )
    page = analyst.get("/queue/new").text
    assert f"/queue/bersama/{key}/lanjut" in page
    assert f"/queue/bersama/{key}/lanjut" not in site.client(Role.ADMINISTRATOR).get("/queue/new").text
    assert analyst.post(f"/queue/bersama/{key}/lanjut", back="/queue/new").status_code == 303
    assert [site.store.claims.get(claim).state for claim in claims] == [ClaimState.WATCHING] * 2
    assert f"/queue/bersama/{key}/lanjut" not in analyst.get("/queue/new").text


# --- what is new


def pulse_of(browser: Browser, path: str = "/queue/new") -> str:
    found = re.search(r'data-live="([^"]+)"', browser.get(path).text)
    assert found is not None
    return unescape(found[1])


def test_a_pulse_tells_counts_arrivals_holders_and_what_left(site: Site, analyst: Browser) -> None:
    first, second, *_ = site.claims()
    address = pulse_of(analyst)
    quiet = analyst.get(address)
    assert quiet.json is not None
    assert (quiet.json["said"], quiet.json["gone"], quiet.json["held"]) == ("", {}, {})
    again = analyst.get(address, headers={"If-None-Match": quiet.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    check = next(iter(site.store.fact_checks.all())).id
    see(
        site.store,
        Seen("kanal-ibu", "Kabar baru tentang lampu jalan gang tujuh yang padam.", labels=(Label.HOAX,)),
        600,
        check,
    )
    site.store.reviews.decide(first, user_id(site, "administrator"), Decision.WATCH, version_seen=1)
    site.store.leases.hold(second, user_id(site, "administrator"))
    told = analyst.get(address, headers={"If-None-Match": quiet.headers["ETag"]})
    assert told.status_code == 200
    assert told.json is not None
    assert told.json["said"].startswith("1")
    assert list(told.json["gone"]) == [str(first)]
    assert "administrator" in told.json["held"][str(second)]["text"]
    assert (told.json["lanes"]["new"], told.json["lanes"]["watching"]) == ("4", "1")


def test_a_pulse_keeps_to_the_filters_of_its_page(site: Site, analyst: Browser) -> None:
    address = pulse_of(analyst, "/queue/new?label=identity_politics")
    check = next(iter(site.store.fact_checks.all())).id
    see(
        site.store,
        Seen("kanal-ibu", "Kabar baru tentang lampu jalan gang tujuh yang padam.", labels=(Label.HOAX,)),
        600,
        check,
    )
    told = analyst.get(address)
    assert told.json is not None
    assert told.json["said"] == ""


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "since=kemarin",
        "since=2026-11-01T00:00:00",
        "since=0001-01-01T00:00:00%2B14:00",  # no date in UTC
        "since=9999-12-31T23:59:59-14:00",
        "shown=x",
        f"shown={'0' * 32}." + ".".join(["1" * 32] * ROWS),
    ],
)
def test_a_pulse_that_asks_for_nonsense_is_refused(analyst: Browser, asked: str) -> None:
    since = "" if "since" in asked or not asked else f"&since={datetime.now(UTC).isoformat()[:19]}%2B00:00"
    assert analyst.get(f"/queue/new/kabar?{asked}{since}").status_code == 400


def test_looking_for_what_is_new_leaves_no_trace_in_the_audit_log(site: Site, analyst: Browser) -> None:
    address = pulse_of(analyst)
    before = site.store.audit.latest(1)
    for _ in range(3):
        analyst.get(address)
    assert site.store.audit.latest(1) == before


# --- the sample


def test_the_sample_is_a_lane_of_its_own_that_says_once_what_it_is(
    site: Site, analyst: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "SHARE", 1.0)
    check = next(iter(site.store.fact_checks.all())).id
    drawn = see(site.store, Seen("kanal-ibu", "Lomba burung di lapangan ramai sekali."), 800, check)
    open_text = "Katanya jembatan gang enam retak dan akan dibongkar warga sendiri."
    unsure = see(site.store, Seen("kanal-ibu", open_text, left_open=(Label.HOAX,)), 801, check)
    page = analyst.get("/queue/sample")
    assert {str(drawn), str(unsure)} <= set(shown(page))
    assert 'class="notice"' in page.text
    assert "terbaru di atas" in page.text
    rows = rows_of(page)
    assert "Tidak ditandai" not in rows
    assert "Prioritas" not in rows
    assert rows.count("Belum jelas, perlu dibaca orang (indikasi hoaks).") == 1
