"""Saved searches over HTTP: whose they are, what they found, when they end."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest

from kentongan.domain import FactCheckId, Label, Role, User
from kentongan.saved import SavedId, SavedSearch, Wanted, read_topics
from kentongan.text import mask_personal
from pipeline.documents import RecordDocuments
from pipeline.saving import read_rules
from pipeline.watching import Watcher
from tests.security.test_web_content import PAYLOADS, Parts
from tests.web_city import Browser, Seen, Site, see
from webui.saved.views import HITS_SHOWN

FLOOD = "Banjir di Telaga Bening merendam jalan dan rumah warga."
LABEL_NAMES = ("hoaks", "kampanye hitam", "politik identitas")


@pytest.fixture
def reviewer(site: Site) -> Browser:
    return site.client(Role.REVIEWER)


def user(site: Site, role: Role = Role.ANALYST) -> User:
    return next(u for u in site.store.users.all() if u.name == role.value)


def add(site: Site, *, query: str = "banjir", role: Role = Role.ANALYST, **changes: object) -> SavedSearch:
    wanted = Wanted(
        title=str(changes.pop("title", "Banjir")), query=query, shared=bool(changes.pop("shared", False))
    )
    expires_at = changes.pop("expires_at", None)
    assert isinstance(expires_at, datetime | None)
    return site.store.saved.add(wanted, owner=user(site, role), expires_at=expires_at, by=role.value)


def watch(site: Site) -> None:
    """Hold every item against the saved searches, as the sync step does."""
    Watcher(site.store, read_rules(site.app.extensions["kentongan"].region, site.home))(
        list(RecordDocuments(site.store).everything())
    )


def post(site: Site, number: int, text: str = FLOOD, title: str = "") -> None:
    """Let an item come in after every search was saved: the city's clock stands at its import."""
    see(site.store, Seen("kanal-ibu", text, title=title, hours=-1), number, FactCheckId(uuid4()))


def topic(site: Site, name: str = "banjir-cuaca") -> SavedSearch:
    return next(s for s in site.store.saved.all() if s.topic == name)


def main_of(page: str) -> str:
    return page.split("<main")[1].split("</main>")[0]


def saved_at(location: str | None) -> SavedId:
    assert location is not None
    return SavedId(UUID(location.rsplit("/", 1)[1]))


def test_the_list_has_every_topic_of_the_region_with_its_route(analyst: Browser) -> None:
    page = unescape(analyst.get("/pantauan/").text)
    for known in read_topics():
        assert known.wanted.title in page
        assert known.wanted.route in page
    assert 'href="/pantauan/" aria-current="true"' in page


def test_a_search_of_the_archive_is_saved_as_it_stands(site: Site, analyst: Browser) -> None:
    address = "/pantauan/baru?q=banjir+-diskon&label=hoax&source=kanal-ibu&since=2026-01-01&sort=newest"
    form = analyst.get(address).text
    assert ">banjir -diskon</textarea>" in form
    assert 'name="label" value="hoax" checked' in form
    assert "Kanal Ibu" in form
    answer = analyst.post(
        "/pantauan/baru",
        title="Banjir",
        query="banjir -diskon",
        label="hoax",
        source="kanal-ibu",
        route="BPBD",
    )
    assert answer.status_code == 303
    kept = site.store.saved.get(saved_at(answer.location))
    assert (kept.owner, kept.wanted.query, kept.wanted.route) == ("analyst", "banjir -diskon", "BPBD")
    assert kept.wanted.filters == {"label": ("hoax",), "source": ("kanal-ibu",)}
    assert not kept.wanted.shared
    entry = site.store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("analyst", "save search", str(kept.id))


def test_what_it_finds_is_new_until_one_has_looked(site: Site, analyst: Browser, reviewer: Browser) -> None:
    search = add(site, shared=True)
    post(site, 700)
    watch(site)
    entry = re.compile(
        rf'/pantauan/{search.id}">Banjir</a></h3>\s*<p class="meta">\s*<strong class="new-hits">(\d+)'
    )

    def new(browser: Browser) -> str:
        found = entry.search(browser.get("/pantauan/").text)
        assert found is not None
        return found[1]

    assert (new(analyst), new(reviewer)) == ("1", "1")
    page = analyst.get(f"/pantauan/{search.id}").text
    assert page.count('class="new-hit"') == 1
    assert "Banjir di Telaga Bening merendam jalan" in page
    assert (new(analyst), new(reviewer)) == ("0", "1")
    assert 'class="new-hit"' not in analyst.get(f"/pantauan/{search.id}").text
    entry_ = site.store.audit.latest(1)[0]
    assert (entry_.action, entry_.subject) == ("view saved search", str(search.id))


def test_hits_lead_to_the_item_and_its_claim_and_bear_no_label(site: Site, analyst: Browser) -> None:
    search = add(site, query="TPS mekarjaya")
    see(site.store, Seen("kanal-ibu", "TPS di Mekarjaya ditutup besok, sebarkan", labels=(Label.HOAX,), hours=-1), 701,
        FactCheckId(uuid4()))  # fmt: skip
    watch(site)
    main = main_of(analyst.get(f"/pantauan/{search.id}").text)
    assert re.search(r'href="/archive/items/[0-9a-f-]{36}"', main)
    assert re.search(r'href="/claims/[0-9a-f-]{36}"', main)
    assert not [said for said in LABEL_NAMES if said in main.casefold()]
    assert "chip" not in main


def test_a_long_list_is_read_page_by_page_and_keeps_what_was_new(site: Site, analyst: Browser) -> None:
    search = add(site)
    for number in range(HITS_SHOWN + 2):
        post(site, 800 + number, f"Banjir nomor {number} di jalan {number * 13}.")
    watch(site)
    first = analyst.get(f"/pantauan/{search.id}").text
    (following,) = re.findall(rf'href="(/pantauan/{search.id}\?cursor=[^"]+)"', first)
    second = analyst.get(unescape(following)).text
    items = re.findall(r'href="/archive/items/([^"]+)"', first + second)
    assert len(items) == len(set(items)) == HITS_SHOWN + 2
    assert analyst.get(f"/pantauan/{search.id}?cursor=kemarin").status_code == 400
    post(site, 899)
    watch(site)
    again = analyst.get(f"/pantauan/{search.id}").text
    assert again.count('class="new-hit"') == 1
    (following,) = re.findall(rf'href="(/pantauan/{search.id}\?cursor=[^"]+)"', again)
    assert 'class="new-hit"' not in analyst.get(unescape(following)).text


def test_asking_for_the_head_of_a_page_is_no_look(site: Site, analyst: Browser) -> None:
    search = add(site)
    post(site, 700)
    watch(site)
    assert analyst.client.head(f"/pantauan/{search.id}").status_code == 200
    assert analyst.get(f"/pantauan/{search.id}").text.count('class="new-hit"') == 1


def test_a_private_search_of_another_answers_as_one_that_does_not_exist(
    site: Site, analyst: Browser, reviewer: Browser
) -> None:
    search = add(site, title="Hanya saya")
    assert "Hanya saya" in analyst.get("/pantauan/").text
    for browser in (reviewer, site.client(Role.ADMINISTRATOR)):
        assert "Hanya saya" not in browser.get("/pantauan/").text
        for path in ("", "/ubah"):
            assert browser.get(f"/pantauan/{search.id}{path}").status_code == 404
        for path in ("/ubah", "/jeda", "/hapus"):
            answer = browser.post(
                f"/pantauan/{search.id}{path}", title="x", query="x", version="0", paused="1"
            )
            assert answer.status_code == 404
    assert site.store.saved.get(search.id) == search


def test_a_shared_search_is_read_by_others_and_changed_by_none_of_them(
    site: Site, analyst: Browser, reviewer: Browser
) -> None:
    search = add(site, title="Untuk semua", shared=True)
    assert "Untuk semua" in reviewer.get("/pantauan/").text
    page = reviewer.get(f"/pantauan/{search.id}")
    assert page.status_code == 200
    assert f"/pantauan/{search.id}/" not in page.text
    for browser in (reviewer, site.client(Role.ADMINISTRATOR)):
        assert browser.get(f"/pantauan/{search.id}/ubah").status_code == 403
        for path in ("/ubah", "/jeda", "/hapus"):
            answer = browser.post(
                f"/pantauan/{search.id}{path}", title="x", query="x", version="0", paused="1"
            )
            assert answer.status_code == 403
    assert site.store.saved.get(search.id) == search


def test_the_owner_changes_shares_pauses_and_removes(site: Site, analyst: Browser) -> None:
    search = add(site)
    form = analyst.get(f"/pantauan/{search.id}/ubah").text
    assert ">banjir</textarea>" in form
    said = {"title": "Gempa", "query": "gempa", "version": str(search.version), "shared": "on"}
    assert analyst.post(f"/pantauan/{search.id}/ubah", **said).status_code == 303
    kept = site.store.saved.get(search.id)
    assert (kept.wanted.title, kept.wanted.query, kept.wanted.shared) == ("Gempa", "gempa", True)
    assert analyst.post(f"/pantauan/{search.id}/ubah", **said).status_code == 409  # an older page
    assert analyst.post(f"/pantauan/{search.id}/jeda", paused="1").status_code == 303
    assert site.store.saved.get(search.id).paused
    assert 'value="0"' in analyst.get(f"/pantauan/{search.id}").text
    assert analyst.post(f"/pantauan/{search.id}/hapus").location == "/pantauan/"
    assert analyst.get(f"/pantauan/{search.id}").status_code == 404
    actions = [entry.action for entry in site.store.audit.latest(20)]
    for action in ("change saved search", "pause saved search", "remove saved search"):
        assert actions.count(action) == 1


def test_the_regions_topics_are_the_administrators_to_change_and_nobodys_to_remove(
    site: Site, analyst: Browser
) -> None:
    search, administrator = topic(site), site.client(Role.ADMINISTRATOR)
    assert analyst.post(f"/pantauan/{search.id}/jeda", paused="1").status_code == 403
    assert administrator.post(f"/pantauan/{search.id}/jeda", paused="1").status_code == 303
    paused = site.store.saved.get(search.id)
    assert paused.paused
    said = {"title": "Air", "query": "banjir", "version": str(paused.version)}
    assert administrator.post(f"/pantauan/{search.id}/ubah", **said).status_code == 303
    assert site.store.saved.get(search.id).wanted.shared
    assert "/hapus" not in administrator.get(f"/pantauan/{search.id}").text
    assert administrator.post(f"/pantauan/{search.id}/hapus").location == f"/pantauan/{search.id}"
    assert site.store.saved.get(search.id).topic == search.topic


def test_a_search_that_names_a_candidate_ends_and_says_so(site: Site, analyst: Browser) -> None:
    answer = analyst.post("/pantauan/baru", title="Calon", query="tegar lesmono korupsi")
    kept = site.store.saved.get(saved_at(answer.location))
    assert kept.expires_at is not None
    assert kept.expires_at.astimezone(UTC).isoformat() in analyst.get(answer.location or "").text
    over = add(site, title="Lewat", query="tegar lesmono", expires_at=datetime.now(UTC) - timedelta(days=1))
    page = analyst.get(f"/pantauan/{over.id}").text
    assert 'class="notice"' in main_of(page)
    assert f"/pantauan/{over.id}/ubah" not in page
    assert f"/pantauan/{over.id}/hapus" in page
    said = {"title": "Lewat", "query": "tegar lesmono", "version": str(over.version)}
    assert analyst.post(f"/pantauan/{over.id}/ubah", **said).status_code == 400
    assert site.store.saved.get(over.id) == over


@pytest.mark.parametrize(
    ("title", "query"),
    [("", "banjir"), ("x", ""), ("x", "@akun_warga"), ("x", "0812-3456-7890"), ("x", "b" * 501)],
)
def test_what_cannot_be_saved_comes_back_with_the_reason_and_what_was_typed(
    site: Site, analyst: Browser, title: str, query: str
) -> None:
    before = len(site.store.saved.all())
    answer = analyst.post("/pantauan/baru", title=title, query=query, note="catatan saya")
    assert answer.status_code == 400
    assert 'class="problem" role="alert"' in answer.text
    assert f">{query}</textarea>" in answer.text
    assert "catatan saya" in answer.text
    assert len(site.store.saved.all()) == before


def test_a_form_without_its_token_changes_nothing(site: Site, analyst: Browser) -> None:
    search = add(site)
    assert analyst.client.post(f"/pantauan/{search.id}/hapus").status_code == 400
    assert site.store.saved.get(search.id) == search


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_titles_and_texts_are_shown_as_text(site: Site, analyst: Browser, payload: str) -> None:
    said = {"title": f"T {payload}", "query": f"kapal {payload}", "route": payload, "note": payload}
    answer = analyst.post("/pantauan/baru", source=payload, **said)
    if answer.status_code == 400:  # what masks itself finds nothing
        assert Parts(answer.text).problems == []
        answer = analyst.post("/pantauan/baru", **said | {"query": "kapal"})
    search = site.store.saved.get(saved_at(answer.location))
    other = add(site, query="kapal", title=payload)
    post(site, 900, f"Kapal {payload} karam", title=f"Kapal {payload}")
    watch(site)
    for path in (
        "/pantauan/",
        f"/pantauan/{search.id}",
        f"/pantauan/{search.id}/ubah",
        f"/pantauan/{other.id}",
    ):
        page = analyst.get(path)
        assert page.status_code == 200, path
        assert Parts(page.text).problems == [], path
    form = analyst.get("/pantauan/baru", query_string={"q": payload, "source": payload, "title": payload})
    assert Parts(form.text).problems == []
    assert " ".join(mask_personal(f"T {payload}").split()) in "".join(
        Parts(analyst.get("/pantauan/").text).words
    )
