"""Notes on a claim, whom they mention, and all that was done with it, over HTTP."""

import re
from html import unescape

import pytest

from kentongan.domain import ClaimId, Decision, Label, Reason, Role, UserId, Verdict
from kentongan.text import PHONE_MASK
from kentongan.verdicts import ClaimVerdict
from tests.functional.web.test_claim_card import pair, section
from tests.web_city import Browser, Site
from webui.access import READ

UNREAD = re.compile(r'<span class="unread">([^<]+)<')


def page_of(browser: Browser, path: str) -> str:
    return unescape(browser.get(path).text)


def user(site: Site, role: Role) -> UserId:
    return next(one.id for one in site.store.users.all() if one.name == role.value)


def write(browser: Browser, claim: ClaimId, text: str) -> str:
    answer = browser.post(f"/claims/{claim}/catatan", note=text)
    assert (answer.status_code, answer.location) == (303, f"/claims/{claim}#notes")
    return unescape(browser.get(f"/claims/{claim}").text)


def test_a_note_stands_on_the_page_masked_and_its_writer_is_told(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    page = write(analyst, claim, "Tanya @head.\r\nTelepon 0812-3456-7890, kata @entahsiapa")
    assert "Catatan disimpan. Data pribadi di dalamnya disamarkan." in page
    assert "tidak ada yang diberi tahu: @entahsiapa" in page
    notes = section(page, "notes")
    assert '<strong class="mention">@head</strong>.\nTelepon' in notes
    assert PHONE_MASK in notes
    assert "0812" not in notes
    assert "entahsiapa" not in notes
    assert "Catatan ditulis" in section(page, "history")
    assert "Catatan ditulis" in section(page, "timeline")


def test_who_is_mentioned_sees_it_counted_until_they_look(site: Site, analyst: Browser) -> None:
    claim, head = site.claims()[0], site.client(Role.HEAD)
    assert UNREAD.search(page_of(head, "/queue/new")) is None
    write(analyst, claim, "@head tolong dibaca")
    write(analyst, claim, "@head satu lagi")
    found = UNREAD.search(page_of(head, "/queue/new"))
    assert found is not None
    assert found[1] == "2"
    listed = page_of(head, "/claims/sebutan")
    assert listed.count(f'href="/claims/{claim}#notes"') == 2
    assert listed.count('<span class="chip chip-again">baru</span>') == 2
    assert UNREAD.search(page_of(head, "/queue/new")) is None
    assert "chip-again" not in page_of(head, "/claims/sebutan")
    assert UNREAD.search(page_of(analyst, "/queue/new")) is None


def test_nobody_mentioned_is_said_so(analyst: Browser) -> None:
    assert "Belum ada yang menyebut Anda" in page_of(analyst, "/claims/sebutan")


def test_who_cannot_read_claims_has_no_mentions(site: Site) -> None:
    reporter = site.client(Role.FIELD_REPORTER)
    assert reporter.get("/claims/sebutan").status_code == 403
    assert "sebutan" not in reporter.get("/lapangan/").text


@pytest.mark.parametrize("typed", ["", "   ", "x" * 4001])
def test_a_note_that_cannot_be_kept_comes_back_with_what_was_typed(
    site: Site, analyst: Browser, typed: str
) -> None:
    claim = site.claims()[0]
    answer = analyst.post(f"/claims/{claim}/catatan", note=typed)
    assert answer.status_code == 422
    assert typed.strip() in answer.text
    assert 'role="alert"' in answer.text
    assert site.store.notes.of_claim(claim, 5) == []


def test_the_longest_note_passes_whatever_it_is_made_of(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    for letter in ("&", "🚨"):
        page = write(analyst, claim, letter * 4000)
        assert letter * 500 in page
    assert len(analyst.get(f"/claims/{claim}").data) < 100_000


def test_a_note_on_a_claim_merged_meanwhile_goes_to_the_one_that_stands(site: Site, analyst: Browser) -> None:
    first, second = pair(site)
    analyst.post(f"/claims/{first}/merge/{second}", keep=first, version=1, other_version=1)
    answer = analyst.post(f"/claims/{second}/catatan", note="Terlambat sedikit.")
    assert answer.location == f"/claims/{first}#notes"
    assert "Terlambat sedikit." in section(page_of(analyst, f"/claims/{first}"), "notes")
    moved = analyst.get(f"/claims/{second}/riwayat")
    assert (moved.status_code, moved.location) == (303, f"/claims/{first}/riwayat")


def test_the_history_holds_everything_in_one_order(site: Site, analyst: Browser) -> None:
    first, second = pair(site)
    store, own, other = site.store, user(site, Role.ANALYST), user(site, Role.SECOND_READER)
    store.reviews.decide(first, own, Decision.VERIFY, version_seen=1, reason=Reason.UNVERIFIED, note="Satu.")
    store.leases.hold(first, own)
    store.leases.take_over(first, other, "Dua: ambil alih.", seen=own)
    store.leases.give_back(first, other)
    write(analyst, first, "Tiga: catatan.")
    store.leases.give_back(first, own)
    verdict = ClaimVerdict(Verdict.REFUTED, "https://cekfakta.example/1", "Cek", note="Empat: putusan.")
    store.proposals.judge(first, other, verdict, seen=None)
    store.edits.merge(first, second, own, keep_version=2, other_version=1, note="Lima: gabung.")
    page = page_of(analyst, f"/claims/{first}/riwayat")
    entries = page.split('<ol class="history">')[1].split("</ol>")[0]
    places = [entries.index(said) for said in ("Lima:", "Empat:", "Tiga:", "Dua:", "Satu.")]
    assert places == sorted(places)
    assert "5 catatan riwayat" in page
    assert 'href="https://cekfakta.example/1" rel="noreferrer noopener nofollow"' in entries
    assert "from" not in entries
    entry = store.audit.latest(1)[0]
    assert (entry.action, entry.subject, entry.detail) == ("view claim", str(first), {"part": "history"})


def test_votes_stand_in_the_history_once_they_are_settled_and_not_before(
    site: Site, analyst: Browser
) -> None:
    claim = next(k for k in site.claims() if Label.IDENTITY_POLITICS in site.store.claims.get(k).labels)
    own, other = user(site, Role.ANALYST), user(site, Role.SECOND_READER)
    site.store.reviews.decide(claim, other, Decision.ESCALATE, version_seen=1, note="Suara pertama.")
    for path in (f"/claims/{claim}", f"/claims/{claim}/riwayat"):
        assert "Suara pertama." not in page_of(analyst, path)
    site.store.leases.give_back(claim, own)
    site.store.reviews.decide(claim, own, Decision.ESCALATE, version_seen=1, note="Suara kedua.")
    entries = page_of(analyst, f"/claims/{claim}/riwayat")
    assert "Suara: second_reader – Eskalasi (Suara pertama.)" in " ".join(entries.split())


def test_a_long_history_is_paged_and_the_claims_page_stays_small(site: Site, analyst: Browser) -> None:
    claim, own = site.claims()[0], user(site, Role.ANALYST)
    for number in range(120):
        site.store.notes.add(claim, own, f"Catatan nomor {number}. " + "panjang " * 100, readers=READ.roles)
    answer = analyst.get(f"/claims/{claim}")
    assert len(answer.data) < 100_000
    assert "Seluruh riwayat" in answer.text
    seen: list[str] = []
    for page in ("1", "2", "3"):
        answer = analyst.get(f"/claims/{claim}/riwayat?halaman={page}")
        assert len(answer.data) < 100_000
        seen += re.findall(r"Catatan nomor (\d+)\.", answer.text)
    assert seen == [str(number) for number in reversed(range(120))]
    assert "halaman=2" in answer.text
    assert "halaman=4" not in answer.text
    assert analyst.get(f"/claims/{claim}/riwayat?halaman=99").status_code == 200
    for odd in ("x", "-1", "1e3", "٣", "9" * 30):
        assert analyst.get(f"/claims/{claim}/riwayat", query_string={"halaman": odd}).status_code == 400
